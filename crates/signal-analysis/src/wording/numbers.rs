//! What to do with a number where a condition is wanted, and with several outputs where one is.

use signal_catalog::{Kind, OutputKind};
use signal_syntax::{Expr, ExprId};
use signal_text::{Edit, Fix, Span};

use crate::names::behind_names;
use crate::wording::{example, outputs_of};
use crate::{Call, Facts};

/// The call behind names, parentheses and indexes of one, such as `hammer` after `hammer = cdlhammer(...)`.
pub(crate) fn call_behind<'f, 'a>(facts: &'f Facts<'a>, id: ExprId) -> Option<&'f Call<'a>> {
    let tree = facts.tree();
    let id = behind_names(tree, &facts.bindings, tree.unparenthesized(id));
    let id = match tree.expr(id) {
        Expr::Index { base, .. } => behind_names(tree, &facts.bindings, tree.unparenthesized(base)),
        _ => id,
    };
    facts.calls.get(id)
}

/// Whether a call of several outputs may stand for the one that it is named after: `macd(close) > macd_signal(close)` means
/// the line of that name, since the vocabulary has names of their own for the other two.
pub(crate) fn is_its_main_output(facts: &Facts<'_>, id: ExprId) -> bool {
    // Shorter ones are no names: the K of KDJ.
    const SHORTEST: usize = 3;
    let first = facts.outputs_of(id).and_then(|call| {
        let first = call.bound()?.signature.outputs.first()?;
        Some(first.name.len() >= SHORTEST && call.entry?.name.starts_with(&*first.name))
    });
    first.unwrap_or(false)
}

/// How to take one of several outputs.
pub(crate) fn pick_an_output(facts: &Facts<'_>, id: ExprId) -> Option<String> {
    let call = facts.outputs_of(id)?;
    let signature = call.bound()?.signature;
    let names: Vec<&str> = signature.outputs.iter().map(|output| output.name.as_ref()).collect();
    Some(format!(
        "`{}` has the outputs {}: give each a name with `{} = {}(...)` and use the one you mean",
        call.name,
        outputs_of(signature),
        names.join(", "),
        call.name
    ))
}

/// How a number is made a condition, and the change that does it where there is an evident one.
pub(crate) fn number_to_condition(facts: &Facts<'_>, id: ExprId) -> (String, Option<Fix>) {
    let call = call_behind(facts, id);
    let signature = call.and_then(|call| Some(call.bound()?.signature));
    let talib = signature.and_then(|signature| signature.talib.as_deref()).unwrap_or_default();
    let flag = signature
        .is_some_and(|signature| matches!(&*signature.outputs, [output] if output.kind == OutputKind::Integer));
    if talib.starts_with("CDL") {
        let help = "a candlestick pattern is 100 or -100 where it shows, else 0: write `> 0` for the bullish one, \
                    `< 0` for the bearish one, or `!= 0` for either";
        return (help.to_owned(), Some(compare_with_zero(facts, id)));
    }
    if flag {
        return ("compare it with 0: `!= 0`".to_owned(), Some(compare_with_zero(facts, id)));
    }
    (format!("compare it with a level, such as `{} > 0`", example(facts.text(id))), None)
}

/// Writes `!= 0` behind an expression.
fn compare_with_zero(facts: &Facts<'_>, id: ExprId) -> Fix {
    let span = facts.span(id);
    let binds = matches!(
        facts.tree().expr(id),
        Expr::Name | Expr::Call { .. } | Expr::Index { .. } | Expr::Attribute { .. } | Expr::Paren(_) | Expr::Number(_)
    );
    let mut edits = vec![Edit { span: Span::new(span.end, span.end), text: " != 0".to_owned() }];
    if !binds {
        edits[0].text.insert(0, ')');
        edits.insert(0, Edit { span: Span::new(span.start, span.start), text: "(".to_owned() });
    }
    Fix { title: "compare it with 0".to_owned(), safe: false, edits }
}

/// Whether an expression is market data or an indicator of it, be it by name.
pub(crate) fn changes_with_the_bars(facts: &Facts<'_>, id: ExprId) -> bool {
    let tree = facts.tree();
    let id = behind_names(tree, &facts.bindings, tree.unparenthesized(id));
    match tree.expr(id) {
        Expr::Name => {
            let entry = tree.name(facts.source, id).and_then(|name| facts.catalog.get(name));
            facts.bindings.of(id).is_none() && entry.is_some_and(|entry| entry.kind == Kind::Variable)
        }
        Expr::Call { .. } => facts.calls.get(id).is_some_and(|call| {
            let talib = call.bound().is_some_and(|binding| binding.signature.talib.is_some());
            talib && call.entry.is_some_and(|entry| entry.kind == Kind::Indicator)
        }),
        _ => false,
    }
}
