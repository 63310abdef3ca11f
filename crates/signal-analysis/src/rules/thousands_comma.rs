//! A comma between the digits of a number.

use signal_catalog::{BindError, Kind};
use signal_syntax::{Expr, ExprId};
use signal_text::{Edit, Fix, Severity, Span};

use crate::{Call, Facts, Report, Type, rule::rule};

rule! {
    /// Finds numbers with a comma between their thousands, such as `50,000`.
    ///
    /// # Why
    /// A comma makes two numbers of it: `level = 50,000` gives `level` the pair of 50 and 0, and nothing compares with a pair;
    /// `Cash(1,000)` asks for two sizes.
    ///
    /// # Cure
    /// Leave the comma out, or write `_`: `50_000`.
    ///
    /// # Reported
    /// ```signal
    /// level = 50,000
    /// above = close > level
    /// ```
    /// # Not reported
    /// ```signal
    /// level = 50_000
    /// above = close > level
    /// fast, slow = 50, 200
    /// ```
    thousands_comma, Group::Text, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    let tree = facts.tree();
    for &id in facts.operations() {
        let Expr::Tuple(items) = tree.expr(id) else { continue };
        let items = tree.items(items);
        report_in(facts, report, || items.iter().copied());
    }
    for call in facts.calls.iter().filter(|call| stands_in(facts, call)) {
        report_in(facts, report, || call.arguments.iter().map(|argument| argument.value));
    }
}

/// Reports the commas between expressions that stand in a row.
fn report_in<I: Iterator<Item = ExprId>>(facts: &Facts<'_>, report: &mut Report, row: impl Fn() -> I) {
    let commas: Vec<Span> = row().zip(row().skip(1)).filter_map(|(left, right)| comma(facts, left, right)).collect();
    let (Some(first), Some(last)) = (commas.first(), commas.last()) else { return };
    let text = facts.source.text();
    let digits = |byte: &u8| byte.is_ascii_digit();
    let before = text.as_bytes()[..first.start as usize].iter().rev().take_while(|byte| digits(byte)).count() as u32;
    let place = Span::new(first.start - before, last.end + 3);
    let edits = commas.iter().map(|comma| Edit { span: *comma, text: "_".to_owned() }).collect();
    let meant = facts.source.slice(place).replace(',', "_");
    report.push(
        report
            .at(place, format!("the comma makes {} numbers of this", commas.len() + 1))
            .help(format!("write `{meant}`"))
            .fix(Fix { title: format!("write `{meant}`"), safe: false, edits }),
    );
}

/// Whether such a number is why a signal, an action or a size has too many arguments: `Cash(1,000)`. In an indicator,
/// `macd(close, 12,200)`, the comma may well part two periods.
pub(super) fn stands_in(facts: &Facts<'_>, call: &Call<'_>) -> bool {
    let (Some(entry), Some(Err(BindError::TooMany { .. }))) = (call.entry, &call.binding) else { return false };
    matches!(entry.kind, Kind::Signal | Kind::Action | Kind::Sizing)
        && call.arguments.windows(2).any(|pair| comma(facts, pair[0].value, pair[1].value).is_some())
}

/// The comma between two items, if they look like one number: up to three digits, no space, three digits.
fn comma(facts: &Facts<'_>, left: ExprId, right: ExprId) -> Option<Span> {
    let between = Span::new(facts.span(left).end, facts.span(right).start);
    if facts.source.slice(between) != "," {
        return None;
    }
    let (before, behind) = (facts.text(left), facts.text(right));
    let leading = behind.bytes().take_while(u8::is_ascii_digit).count();
    let trailing = before.bytes().rev().take_while(u8::is_ascii_digit).count();
    let ends = behind.as_bytes().get(leading).is_none_or(|byte| !matches!(byte, b'.' | b'_' | b'e' | b'E'));
    let begins = before.len().checked_sub(trailing + 1).and_then(|at| before.as_bytes().get(at));
    let whole = begins.is_none_or(|byte| !matches!(byte, b'.' | b'_') && !byte.is_ascii_alphanumeric());
    (leading == 3 && ends && whole && (1..=3).contains(&trailing)).then_some(between)
}

/// Whether such a number stands behind an expression, be it by name.
pub(super) fn stands_behind(facts: &Facts<'_>, id: ExprId) -> bool {
    let types = facts.types();
    let Some(origin) = types.origin(id).filter(|_| types.of(id) == Type::Items) else { return false };
    let Expr::Tuple(items) = facts.tree().expr(origin) else { return false };
    facts.tree().items(items).windows(2).any(|pair| comma(facts, pair[0], pair[1]).is_some())
}
