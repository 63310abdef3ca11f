//! A value of a bar that is fixed, or still to come.

use signal_catalog::Kind;
use signal_syntax::{Expr, ExprId};
use signal_text::{Fix, Severity};

use crate::names::behind_names;
use crate::wording::example;
use crate::{Call, Facts, Report, rule::rule};

rule! {
    /// Finds values that don't move with the current bar, such as `close[0]` or `close[3]`, and shifts into the future.
    ///
    /// # Why
    /// The documented `[-1]` is the current bar; read like that, indexes from 0 on count from the first bar of the
    /// range. Such a value is the same on every bar, and before that bar has come it is one from the future: the
    /// backtest trades on what nobody could know. A negative shift takes its values from the future, too.
    ///
    /// # Cure
    /// Count back from the current bar: `close[-1]` is now, `close[-2]` one bar ago. Where Pine writes `close[1]`, this
    /// language has `close[-2]`.
    ///
    /// # Reported
    /// ```signal
    /// rising = close > close[1]
    /// ```
    /// # Not reported
    /// ```signal
    /// rising = close > close[-2]
    /// ```
    looks_ahead, Group::Time, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    for &id in facts.operations() {
        if let Expr::Index { base, index } = facts.tree().expr(id) {
            absolute_index(facts, report, id, base, index);
        }
    }
    for call in &facts.calls {
        let Some((argument, bars)) = future_shift(facts, call) else { continue };
        let (ahead, back) = match -bars {
            1.0 => ("the next bar".to_owned(), "1 bar".to_owned()),
            bars => (format!("{bars} bars ahead"), format!("{bars} bars")),
        };
        let span = facts.span(argument);
        let finding = report
            .at(facts.span(call.id), format!("`{}` by {bars} takes its values from the future: {ahead}", call.name))
            .help(format!("a positive number looks back by {back}"));
        let title = format!("look back: replace by `{}`", -bars);
        report.push(finding.fix(Fix::replace(title, false, span, (-bars).to_string())));
    }
}

/// `x[k]` with a `k` from 0 on, unless it takes an item of a list.
fn absolute_index(facts: &Facts<'_>, report: &mut Report, id: ExprId, base: ExprId, index: ExprId) {
    let Some(k) = facts.constants.number(index).filter(|k| *k >= 0.0 && k.fract() == 0.0) else { return };
    let behind = behind_names(facts.tree(), &facts.bindings, base);
    if matches!(facts.tree().expr(behind), Expr::List(_) | Expr::Tuple(_) | Expr::String | Expr::Number(_)) {
        return;
    }
    let text = example(facts.text(base));
    let span = facts.span(index);
    let outputs = facts.calls.get(behind).and_then(Call::bound).map_or(&[][..], |binding| &binding.signature.outputs);
    if outputs.len() > 1 {
        // Where other languages take results apart by number, this might be meant.
        let part = outputs.get(k as usize).unwrap_or(&outputs[0]);
        let mut finding = report
            .at(
                facts.span(id),
                format!("`{text}[{k}]` is read as the value on bar {k} of the range, not as a part of the result"),
            )
            .help(format!("take the part by its name: `{text}.{}`", part.name));
        finding.severity = Severity::Info;
        report.push(finding);
        return;
    }
    let which = match k {
        0.0 => "the first bar".to_owned(),
        k => format!("bar {}", k + 1.0),
    };
    let back = -k - 1.0;
    let ago = match k {
        0.0 => "the current bar".to_owned(),
        1.0 => "one bar ago".to_owned(),
        k => format!("{k} bars ago"),
    };
    let finding = report
        .at(facts.span(id), format!("`{text}[{k}]` is the value on {which} of the range, whatever the current bar is"))
        .help(format!("`{text}[{back}]` is {ago}"));
    report.push(finding.fix(Fix::replace(format!("replace by `[{back}]`, {ago}"), false, span, back.to_string())));
}

/// The bars of a shift (`shift(x, -1)`) that looks into the future, with the argument that says so.
#[inline]
pub(super) fn future_shift(facts: &Facts<'_>, call: &Call<'_>) -> Option<(ExprId, f64)> {
    const SHIFTS: [&str; 4] = ["shift", "ref", "lag", "prev"];
    if call.entry?.kind != Kind::Operator || !SHIFTS.contains(&call.name) {
        return None;
    }
    let (_, value, argument) = call.params(&facts.constants).next()?;
    Some((argument?, value.filter(|bars| *bars < 0.0)?))
}
