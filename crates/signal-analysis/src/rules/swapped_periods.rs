//! A fast period that is longer than the slow one.

use signal_text::{Edit, Fix, Severity};

use crate::wording::periods::{Pair, pair};
use crate::{Facts, Report, rule::rule};

rule! {
    /// Finds calls whose fast period is longer than their slow one.
    ///
    /// # Why
    /// MACD, APO, PPO and PVO exchange the two without a word, so the result is not the one that the script reads like.
    /// ADOSC, AO, AC and KVO don't: there the sign of the result is turned around, and every signal with it.
    ///
    /// # Reported
    /// ```signal
    /// momentum = apo(close, 26, 12)
    /// ```
    /// # Not reported
    /// ```signal
    /// momentum = apo(close, 12, 26)
    /// ```
    swapped_periods, Group::Names, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    for call in &facts.calls {
        let Some(Pair { fast, slow, place, exchanged, .. }) = pair(facts, call) else { continue };
        if fast.value <= slow.value {
            continue;
        }
        let (longer, shorter) = (fast.value, slow.value);
        let mut message =
            format!("the fast period of `{}` is {longer}, longer than the slow one of {shorter}", call.name);
        if slow.argument.is_none() {
            message.push_str(", its default");
        }
        let mut finding = report.at(place, message).help(if exchanged {
            "TA-Lib exchanges the two without a word, so write them in the order that it uses"
        } else {
            "this turns the sign of the result around"
        });
        if let (Some(fast), Some(slow)) = (fast.argument, slow.argument) {
            let (a, b) = (facts.span(fast), facts.span(slow));
            let edits = vec![
                Edit { span: a, text: facts.text(slow).to_owned() },
                Edit { span: b, text: facts.text(fast).to_owned() },
            ];
            finding = finding.fix(Fix { title: "exchange the two".to_owned(), safe: false, edits });
        }
        report.push(finding);
    }
}
