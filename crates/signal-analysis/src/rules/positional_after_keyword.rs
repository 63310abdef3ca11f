//! An argument without a name behind one that has one.

use signal_text::{Edit, Fix, Severity};

use crate::wording::LONGEST_COPY;
use crate::{Facts, Report, rule::rule};

rule! {
    /// Finds arguments without a name behind one with a name.
    ///
    /// # Why
    /// Which parameter `sma(timeperiod=20, close)` means by `close` is open, and Python, whose calls these are, refuses it.
    ///
    /// # Cure
    /// Write the arguments with names last.
    ///
    /// # Reported
    /// ```signal
    /// average = sma(timeperiod=20, close)
    /// ```
    /// # Not reported
    /// ```signal
    /// average = sma(close, timeperiod=20)
    /// ```
    positional_after_keyword, Group::Names, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    for call in &facts.calls {
        // Of a call that fits nothing, what is wrong has been said.
        if call.binding.as_ref().is_some_and(Result::is_err) {
            continue;
        }
        let Some(named) = call.arguments.iter().position(|argument| argument.name.is_some()) else { continue };
        let behind = &call.arguments[named..];
        let Some(first) = behind.iter().find(|argument| argument.name.is_none()) else { continue };
        let (Some(begin), Some(last)) = (behind.first().and_then(|argument| argument.name), behind.last()) else {
            continue;
        };
        let mut finding = report
            .at(facts.span(first.value), "this argument has no name, and stands behind one that has")
            .label(begin, "the first with a name")
            .help("write the arguments with names last");
        let region = begin.to(facts.span(last.value));
        let texts = |keyword: bool| {
            behind.iter().filter(move |argument| argument.name.is_some() == keyword).map(|argument| {
                let value = facts.span(argument.value);
                facts.source.slice(argument.name.map_or(value, |name| name.to(value)))
            })
        };
        // A remark between them would lose its place.
        if call.bound().is_some() && region.len() as usize <= LONGEST_COPY && !facts.source.slice(region).contains('#')
        {
            let text = texts(false).chain(texts(true)).collect::<Vec<_>>().join(", ");
            let edits = vec![Edit { span: region, text }];
            finding = finding.fix(Fix { title: "move the arguments with names behind".to_owned(), safe: false, edits });
        }
        report.push(finding);
    }
}
