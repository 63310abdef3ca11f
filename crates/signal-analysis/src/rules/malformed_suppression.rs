//! A comment that was meant to allow a rule and does not.

use signal_text::{Diagnostic, Edit, Fix, Severity, Span};

use super::suppression_not_used::whole;
use crate::suppressions::{Comment, Fault, FaultKind};
use crate::{Facts, Report, rule::rule};

rule! {
    /// Finds `# signal: allow` comments that can't be read.
    ///
    /// # Why
    /// A comment that names no rule, or none that exists, allows nothing: the finding that it was written for stays.
    ///
    /// # Cure
    /// Write `# signal: allow RULE because REASON`; several rules are parted by commas, and `in this file` behind them
    /// speaks for the whole script. Syntax errors can't be allowed: the server refuses the script all the same.
    ///
    /// # Reported
    /// ```signal
    /// # signal: allow unkown-exchange
    /// oversold = rsi(close, 14) < 30
    /// emit_signal(oversold, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// emit_signal(not oversold, exit("BINANCE:BTC/USDT", "LONG"))
    /// ```
    /// # Not reported
    /// ```signal
    /// # signal: below the line of oversold
    /// oversold = rsi(close, 14) < 30
    /// emit_signal(oversold, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// emit_signal(not oversold, exit("BINANCE:BTC/USDT", "LONG"))
    /// ```
    malformed_suppression, Group::Text, Severity::Warning
}

const FORM: &str = "write `# signal: allow RULE because REASON`";

fn check(facts: &Facts<'_>, report: &mut Report) {
    for comment in &facts.suppressions().comments {
        for fault in &comment.faults {
            report.push(finding(facts, report, comment, *fault));
        }
    }
}

fn finding(facts: &Facts<'_>, report: &Report, comment: &Comment, Fault { span, kind }: Fault) -> Diagnostic {
    let written = facts.source.slice(span);
    let replace = |by: &str| Fix::replace(format!("replace by `{by}`"), true, span, by);
    match kind {
        FaultKind::NotAllow => report
            .at(span, format!("this comment allows nothing: the word is `allow`, not `{written}`"))
            .help(FORM)
            .fix(replace("allow")),
        FaultKind::AllowFile(end) => {
            let mut fix = replace("allow");
            "say `in this file` behind the rules".clone_into(&mut fix.title);
            fix.edits.push(Edit { span: Span::empty(end), text: " in this file".to_owned() });
            let found = report
                .at(span, "this comment allows nothing: the whole file is meant by `in this file`")
                .help("write `# signal: allow RULE in this file because REASON`");
            // Without a rule there is no place behind it.
            if end > span.end { found.fix(fix) } else { found }
        }
        FaultKind::NoRule => report.at(span, "this comment allows nothing: it names no rule").help(FORM),
        FaultKind::UnknownRule(Some(near)) => {
            report.at(span, format!("there is no rule `{written}` to allow; did you mean `{near}`?")).fix(replace(near))
        }
        FaultKind::UnknownRule(None) => report
            .at(span, format!("there is no rule `{written}` to allow"))
            .help("the name in the brackets of a finding is the rule's; `dsl explain --list` shows every one"),
        FaultKind::NotAllowed => {
            let found = report.at(span, "a syntax error can't be allowed: the server refuses the script all the same");
            if !comment.rules.is_empty() || comment.faults.len() > 1 {
                return found.help("take it out of the list");
            }
            let edit = Edit { span: whole(facts, comment.span), text: String::new() };
            found.fix(Fix { title: "remove the comment".to_owned(), safe: true, edits: vec![edit] })
        }
        FaultKind::NoBecause => report
            .at(span, format!("`{written}` is no rule; a reason begins with `because`"))
            .fix(Fix::replace("put `because` before the reason", true, Span::empty(span.start), "because ")),
    }
}
