//! The conditions of a run: those of `[run] fail_if` and those of `--fail-if`, all of which count.

use signal_project::{Condition, Config};
use signal_text::{Diagnostic, Source, Span};

use super::Gate;

/// What a condition on the command line is called in messages.
const FLAG: &str = "--fail-if";

/// The conditions of a settings file, and what is wrong with them, at their places in it.
pub(crate) fn in_config(config: &Config) -> (Vec<Gate>, Vec<Diagnostic>) {
    let (mut gates, mut found) = (Vec::new(), Vec::new());
    for condition in &config.fail_if {
        let own = match Gate::read(Source::new(FLAG, condition.text.as_str())) {
            Ok((gate, warnings)) => {
                gates.push(gate);
                warnings
            }
            Err(errors) => errors,
        };
        found.extend(own.into_iter().map(|finding| moved(finding, condition)));
    }
    (gates, found)
}

/// A finding in a condition at its place in the settings file; all of the condition where escapes blur the places.
fn moved(mut finding: Diagnostic, condition: &Condition) -> Diagnostic {
    if condition.span.len() as usize != condition.text.len() {
        finding.span = condition.span;
        finding.labels.clear();
        finding.fixes.clear();
        return finding;
    }
    let by = |span: &mut Span| *span = Span::new(span.start + condition.span.start, span.end + condition.span.start);
    by(&mut finding.span);
    finding.labels.iter_mut().for_each(|label| by(&mut label.span));
    finding.fixes.iter_mut().flat_map(|fix| &mut fix.edits).for_each(|edit| by(&mut edit.span));
    finding
}

/// What is wrong, or odd, with one condition of the command line.
pub(crate) type InFlag = (Source, Vec<Diagnostic>);

/// The conditions of a command line, and what is worth a warning.
///
/// # Errors
/// Every condition that makes no sense, with what is wrong with it.
pub(crate) fn in_flags(flags: &[String]) -> Result<(Vec<Gate>, Vec<InFlag>), Vec<InFlag>> {
    let (mut gates, mut odd, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for flag in flags {
        let source = Source::new(FLAG, flag.as_str());
        match Gate::read(source.clone()) {
            Ok((gate, warnings)) => {
                gates.push(gate);
                if !warnings.is_empty() {
                    odd.push((source, warnings));
                }
            }
            Err(found) => wrong.push((source, found)),
        }
    }
    if wrong.is_empty() { Ok((gates, odd)) } else { Err(wrong) }
}
