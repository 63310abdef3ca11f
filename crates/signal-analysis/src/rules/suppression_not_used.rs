//! A comment that allows what nobody found.

use signal_text::{Edit, Fix, Severity, Span};

use crate::wording::listed;
use crate::{Facts, Report, rule::rule};

rule! {
    /// Finds comments that allow a rule which finds nothing there.
    ///
    /// # Why
    /// The reason for the comment is gone: the line was mended, or the name is misplaced. Left there, it would hide
    /// the next mistake of that kind.
    ///
    /// # Cure
    /// Remove the comment, or the rule from its list. A comment at the end of a line speaks for that line and the
    /// statements that begin or end on it, one on a line of its own for the next line of code, and one that says
    /// `in this file` for all of the script.
    ///
    /// # Reported
    /// ```signal
    /// #! exchange = binance
    /// oversold = rsi(close, 14) < 30  # signal: allow unknown-exchange because it is new
    /// emit_signal(oversold, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// emit_signal(not oversold, exit("BINANCE:BTC/USDT", "LONG"))
    /// ```
    /// # Not reported
    /// ```signal
    /// #! exchange = brandnew  # signal: allow unknown-exchange because it is new
    /// oversold = rsi(close, 14) < 30
    /// emit_signal(oversold, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// emit_signal(not oversold, exit("BINANCE:BTC/USDT", "LONG"))
    /// ```
    suppression_not_used, Group::Text, Severity::Warning
}

/// Runs after all others: only then is it known what they found.
fn check(facts: &Facts<'_>, report: &mut Report) {
    for unused in facts.unused_suppressions() {
        let comment = &facts.suppressions().comments[unused.comment];
        let place = if comment.whole_file { "in this file" } else { "here" };
        let (span, names, fix) = match unused.rule {
            Some(slot) => {
                let rule = comment.rules[slot];
                let edit = Edit { span: without_rule(facts, rule.span), text: String::new() };
                let title = format!("take `{}` out of the list", rule.name());
                (rule.span, format!("`{}` finds", rule.name()), Fix { title, safe: true, edits: vec![edit] })
            }
            None => {
                let names = listed(comment.rules.iter().map(|rule| rule.name()));
                let names = format!("{names} {}", if comment.rules.len() == 1 { "finds" } else { "find" });
                let edit = Edit { span: whole(facts, comment.span), text: String::new() };
                (comment.span, names, Fix { title: "remove the comment".to_owned(), safe: true, edits: vec![edit] })
            }
        };
        report.push(report.at(span, format!("{names} nothing {place}, so there is nothing to allow")).fix(fix));
    }
}

/// A rule of a list with the comma that goes with it: the one behind it, or the one before the last.
fn without_rule(facts: &Facts<'_>, rule: Span) -> Span {
    const BLANKS: [char; 2] = [' ', '\t'];
    let text = facts.source.text();
    let (before, behind) = (&text[..rule.start as usize], &text[rule.end as usize..]);
    if let Some(rest) = behind.trim_start_matches(BLANKS).strip_prefix(',') {
        let rest = rest.trim_start_matches(BLANKS);
        return Span::new(rule.start, (text.len() - rest.len()) as u32);
    }
    let before = before.trim_end_matches(BLANKS);
    let before = before.strip_suffix(',').unwrap_or(before);
    Span::new(before.len() as u32, rule.end)
}

/// A comment with the blanks before it; with its whole line where it is alone on it.
pub(super) fn whole(facts: &Facts<'_>, comment: Span) -> Span {
    let text = facts.source.text();
    let before = &text[..comment.start as usize];
    let code = before.trim_end_matches([' ', '\t']);
    let start = code.len() as u32;
    if !(code.is_empty() || code.ends_with(['\n', '\r', '\u{FEFF}'])) {
        return Span::new(start, comment.end);
    }
    // Behind a line that goes on, the line end of this one is what ends the statement.
    if code.trim_end_matches(['\n', '\r']).trim_end_matches([' ', '\t']).ends_with('\\') {
        return Span::new(start, comment.end);
    }
    let rest = &text[comment.end as usize..];
    let line_end = ["\r\n", "\n", "\r"].into_iter().find(|end| rest.starts_with(end)).map_or(0, str::len);
    Span::new(start, comment.end + line_end as u32)
}
