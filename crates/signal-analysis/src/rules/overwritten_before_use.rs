//! A value that is replaced before anything read it.

use signal_text::{Fix, Severity};

use crate::wording::{is_pure, whole_line};
use crate::{Facts, Report, rule::rule};

rule! {
    /// Finds names that are given a new value before the first one was read.
    ///
    /// # Why
    /// The first line has no effect. Often the second one was meant to have another name, or to build on the first:
    /// `signal = signal and calm`.
    ///
    /// # Reported
    /// ```signal
    /// dip = rsi(close, 14) < 30
    /// dip = close < sma(close, 20)
    /// emit_signal(dip, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// emit_signal(not dip, exit("BINANCE:BTC/USDT", "LONG"))
    /// ```
    /// # Not reported
    /// ```signal
    /// dip = rsi(close, 14) < 30
    /// dip = dip and close < sma(close, 20)
    /// emit_signal(dip, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// emit_signal(not dip, exit("BINANCE:BTC/USDT", "LONG"))
    /// ```
    overwritten_before_use, Group::Names, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    if !facts.uses().complete {
        return;
    }
    for unread in &facts.uses().unread {
        let Some(later) = unread.overwritten_by else { continue };
        let definition = facts.bindings.definition(unread.definition);
        let name = facts.source.slice(definition.name);
        if name.starts_with('_') {
            continue;
        }
        let again = facts.bindings.definition(later);
        let mut finding = report
            .at(definition.name, format!("this value of `{name}` is never read"))
            .label(again.name, format!("here `{name}` gets another one"));
        if unread.sibling_read || again.statement == definition.statement {
            // An output that is not needed, under a name that is.
            finding.severity = Severity::Hint;
            finding = finding.help(format!("call it `_{name}` to say that this output is not needed"));
        } else {
            finding = finding.help("give one of them another name, or remove this line");
            let statement = facts.tree().statements()[definition.statement];
            let only = definition.target == 0 && definition.value.is_some();
            let line = whole_line(facts, statement.span).filter(|_| only && is_pure(facts, definition.statement));
            if let Some(line) = line {
                finding = finding.fix(Fix::replace("remove the line", false, line, ""));
            }
        }
        report.push(finding);
    }
}
