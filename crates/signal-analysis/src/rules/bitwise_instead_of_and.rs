//! `&` and `|` where `and` and `or` are meant.

use signal_syntax::{BinaryOp, Expr, ExprId};
use signal_text::{Edit, Fix, Severity, Span};

use crate::logic::conditions::stands_free;
use crate::maps::Set;
use crate::wording::short;
use crate::{Facts, Report, Type, rule::rule};

rule! {
    /// Finds `&` and `|` between conditions, above all where they bind tighter than the comparison beside them.
    ///
    /// # Why
    /// `close > 10 & volume < 5` reads `close > (10 & volume) < 5`, as in Python, which is not what was meant. With every
    /// comparison in brackets it means the same as `and`; that is a remark only.
    ///
    /// # Cure
    /// Write `and` and `or`, which bind looser than any comparison.
    ///
    /// # Reported
    /// ```signal
    /// dip = close < 10 & volume > 5
    /// emit_signal(dip, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// emit_signal(close > 20, exit("BINANCE:BTC/USDT", "LONG"))
    /// ```
    /// # Not reported
    /// ```signal
    /// dip = close < 10 and volume > 5
    /// emit_signal(dip, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// emit_signal(close > 20, exit("BINANCE:BTC/USDT", "LONG"))
    /// ```
    bitwise_instead_of_and, Group::Logic, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    if !facts.operations().iter().any(|id| word(facts, *id).is_some()) {
        return;
    }
    let mut done = Set::default();
    // Outer expressions first.
    for &id in facts.operations().iter().rev() {
        if traps(facts, id) {
            trapped(facts, report, id, &mut done);
        } else if word(facts, id).is_some() && !done.contains(&id) {
            remark(facts, report, id, &mut done);
        }
    }
}

/// The word that is meant by `&` or `|`, and where the sign stands.
fn word(facts: &Facts<'_>, id: ExprId) -> Option<(&'static str, Span)> {
    match facts.tree().expr(id) {
        Expr::Binary { op: BinaryOp::BitAnd, op_span, .. } => Some(("and", op_span)),
        Expr::Binary { op: BinaryOp::BitOr, op_span, .. } => Some(("or", op_span)),
        _ => None,
    }
}

/// The signs of an expression and what stands between them; through brackets if `deep`.
fn taken_apart(facts: &Facts<'_>, id: ExprId, deep: bool) -> (Vec<ExprId>, Vec<ExprId>) {
    let tree = facts.tree();
    let (mut signs, mut leaves, mut stack) = (Vec::new(), Vec::new(), vec![id]);
    while let Some(id) = stack.pop() {
        match tree.expr(id) {
            Expr::Binary { op: BinaryOp::BitAnd | BinaryOp::BitOr, left, right, .. } => {
                signs.push(id);
                stack.extend([right, left]);
            }
            Expr::Paren(inner) if deep && word(facts, tree.unparenthesized(inner)).is_some() => stack.push(inner),
            _ => leaves.push(id),
        }
    }
    (signs, leaves)
}

/// Whether this is a comparison whose operands `&` or `|` have stolen: between two comparisons, or of a condition.
pub(super) fn traps(facts: &Facts<'_>, id: ExprId) -> bool {
    let tree = facts.tree();
    let Expr::Compare { first, rest } = tree.expr(id) else { return false };
    let rest = tree.comparisons(rest);
    let is_sign = |id: ExprId| word(facts, id).is_some();
    let Some((last, between)) = rest.split_last() else { return false };
    between.iter().any(|(_, _, middle)| is_sign(*middle))
        || [first, last.2].into_iter().filter(|side| is_sign(*side)).any(|side| {
            let types: Vec<Type> = taken_apart(facts, side, false).1.iter().map(|leaf| facts.type_of(*leaf)).collect();
            types.contains(&Type::Boolean) && types.contains(&Type::Number)
        })
}

fn edits(facts: &Facts<'_>, signs: &[ExprId]) -> Vec<Edit> {
    let text = facts.source.text();
    let one = |&id: &ExprId| {
        let (word, span) = word(facts, id)?;
        // `(a)&(b)` needs spaces around a word.
        let touches = |at: Option<char>| at.is_some_and(|c| !c.is_whitespace());
        let before = if touches(text[..span.start as usize].chars().next_back()) { " " } else { "" };
        let behind = if touches(text[span.end as usize..].chars().next()) { " " } else { "" };
        Some(Edit { span, text: format!("{before}{word}{behind}") })
    };
    let mut edits: Vec<Edit> = signs.iter().filter_map(one).collect();
    edits.sort_by_key(|edit| edit.span);
    edits
}

fn trapped(facts: &Facts<'_>, report: &mut Report, id: ExprId, done: &mut Set<ExprId>) {
    let tree = facts.tree();
    let Expr::Compare { first, rest } = tree.expr(id) else { return };
    let operands = std::iter::once(first).chain(tree.comparisons(rest).iter().map(|(_, _, right)| *right));
    let mut signs = Vec::new();
    let mut stolen = None;
    for operand in operands.filter(|operand| word(facts, *operand).is_some()) {
        stolen = stolen.or(Some(operand));
        signs.extend(taken_apart(facts, operand, false).0);
    }
    let (Some(stolen), Some((word, span))) = (stolen, signs.first().and_then(|sign| word(facts, *sign))) else {
        return;
    };
    let sign = facts.source.slice(span);
    let finding = report
        .at(span, format!("`{sign}` binds tighter than the comparison beside it; write `{word}`"))
        .label(facts.span(stolen), format!("read as ({})", short(facts.text(stolen))))
        .fix(Fix { title: format!("write `{word}`"), safe: false, edits: edits(facts, &signs) });
    report.push(finding);
    done.extend(signs);
}

/// The signs join conditions, and mean what the words do.
fn remark(facts: &Facts<'_>, report: &mut Report, id: ExprId, done: &mut Set<ExprId>) {
    let (signs, leaves) = taken_apart(facts, id, true);
    done.extend(&signs);
    let tree = facts.tree();
    let free = stands_free(facts, id);
    let bracketed = match facts.parent(id).map(|parent| tree.expr(parent)) {
        _ if free => true,
        Some(Expr::Binary { op: BinaryOp::And | BinaryOp::Or, .. } | Expr::Conditional { .. }) => true,
        Some(Expr::Unary { op, .. }) => op == signal_syntax::UnaryOp::Not,
        _ => false,
    };
    if !bracketed || !leaves.iter().all(|leaf| facts.type_of(*leaf) == Type::Boolean) {
        return;
    }
    let Some((word, span)) = word(facts, id) else { return };
    let sign = facts.source.slice(span);
    let mut edits = edits(facts, &signs);
    if !free {
        let whole = facts.span(id);
        edits.insert(0, Edit { span: Span::new(whole.start, whole.start), text: "(".to_owned() });
        edits.push(Edit { span: Span::new(whole.end, whole.end), text: ")".to_owned() });
    }
    let mut finding = report
        .at(span, format!("`{sign}` joins conditions here; `{word}` says so, and needs no brackets around them"))
        .fix(Fix { title: format!("write `{word}`"), safe: true, edits });
    finding.severity = Severity::Info;
    report.push(finding);
}
