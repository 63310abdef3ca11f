//! `dsl fmt`: scripts in the one style, in their files, on stdout, or as what would change.

mod styles;

use std::path::Path;

use signal_format::{Style, format_tokens, formatted_text, is_in_style};
use signal_syntax::parse_with_tokens;
use signal_text::{Diagnostic, Severity, Source, Span};

use self::styles::Styles;
use super::in_order::in_order;
use crate::args::{FindingFormat, FmtArguments, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::{self, Place};
use crate::output::Console;
use crate::render::findings::findings;
use crate::render::{diff, number};
use crate::replace;

/// Where formatted scripts go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Output {
    /// Into the files.
    Files,
    /// The one script, which came from standard input, to stdout.
    Stdout,
    /// Nowhere: the names of those that would change are told.
    Names,
    /// Nowhere: the differences are shown.
    Diff { color: bool },
}

/// What one script came to.
#[derive(Debug, Default)]
struct Outcome {
    /// What goes to stdout.
    result: String,
    /// What is said about it on stderr, whatever the verbosity.
    fault: Option<String>,
    /// Whether it is another text now, or would be.
    changed: bool,
    /// Statements that do not parse.
    left: usize,
}

/// How many scripts came to what.
#[derive(Debug, Default)]
struct Total {
    changed: u64,
    unchanged: u64,
    faults: u64,
    left: u64,
}

/// Runs the command.
pub(crate) fn run(arguments: &FmtArguments, global: &Global, console: &mut Console) -> Result<Exit, Failure> {
    let output = output(arguments, console.color)?;
    let places = input::many(&arguments.paths, arguments.stdin_filename.as_deref())?;
    let styles = Styles::around(&places, global.config.as_deref())?;
    let color = console.color_talk;
    let work = |at: usize| {
        let place: &Place = &places[at];
        (at, outcome(place, styles.of(place), output, color))
    };
    let mut total = Total::default();
    in_order(places.len(), input::threads(), work, |(at, outcome): (usize, Outcome)| {
        total.add(&outcome);
        if let Some(fault) = &outcome.fault {
            console.say(fault.trim_end());
        }
        if outcome.left > 0 {
            let count = number::count(outcome.left as u64, "statement");
            let (does, stays) = if outcome.left == 1 { ("does", "stays as it is") } else { ("do", "stay as they are") };
            console.talk(&format!("{}: {count} {does} not parse and {stays}", places[at].name()));
        }
        console.result(&outcome.result);
        !console.is_closed()
    });
    if total.changed > 0 && output == Output::Files {
        // What a command that was killed has left beside them.
        styles.folders().for_each(replace::tidy);
    }
    if total.left > 0 {
        console.talk("`dsl check` tells what is wrong with what does not parse");
    }
    if output != Output::Stdout {
        console.talk(&total.told(output));
    }
    Ok(total.exit(output))
}

/// What the flags ask for.
///
/// # Errors
/// Standard input beside files.
fn output(arguments: &FmtArguments, color: bool) -> Result<Output, Failure> {
    let stdin = arguments.paths.iter().any(|path| path == Path::new("-"));
    match (arguments.check, arguments.diff) {
        (true, _) => Ok(Output::Names),
        (_, true) => Ok(Output::Diff { color }),
        _ if stdin && arguments.paths.len() > 1 => {
            Err(Failure::usage("`-` stands alone: the formatted script goes to stdout")
                .suggest("format the files by a command of their own"))
        }
        _ if stdin => Ok(Output::Stdout),
        _ => Ok(Output::Files),
    }
}

/// Formats one script.
fn outcome(place: &Place, style: Style, output: Output, color: bool) -> Outcome {
    let fault = |source: &Source, finding: &Diagnostic| Outcome {
        fault: Some(findings(source, std::slice::from_ref(finding), FindingFormat::Full, color)),
        ..Outcome::default()
    };
    let script = match input::read(place) {
        Ok(script) => script,
        Err(failure) => {
            let mut finding = Diagnostic::new("unreadable-file", Severity::Error, Span::empty(0), failure.message);
            finding.help = failure.suggestion;
            return fault(&Source::new(place.name(), ""), &finding);
        }
    };
    let source = script.source;
    if let Some(finding) = script.fault {
        return fault(&source, &finding);
    }
    let (parsed, tokens) = parse_with_tokens(&source);
    if output == Output::Names {
        let (in_style, left) = is_in_style(&source, &parsed, &tokens, style);
        let result = if in_style { String::new() } else { format!("would reformat: {}\n", place.name()) };
        return Outcome { result, changed: !in_style, left, fault: None };
    }
    let formatted = format_tokens(&source, &parsed, &tokens, style);
    let mut outcome = Outcome { left: formatted.left, changed: !formatted.edits.is_empty(), ..Outcome::default() };
    if let Some(at) = formatted.fault {
        outcome.fault = Some(mistake(&source, at));
    }
    if !outcome.changed && output != Output::Stdout {
        return outcome;
    }
    let after = formatted_text(&source, &formatted);
    match (output, place) {
        (Output::Stdout, _) => outcome.result = after,
        (Output::Diff { color }, _) => outcome.result = diff::unified(source.name(), source.text(), &after, color),
        (Output::Files, Place::File(path)) => {
            if let Err(refused) = replace::replace(path, source.text(), &after) {
                let finding = Diagnostic::new("unwritable-file", Severity::Error, Span::empty(0), refused.message);
                return fault(&Source::new(place.name(), ""), &finding.help(refused.help));
            }
        }
        _ => {}
    }
    outcome
}

/// What is said where formatting would have made another script, which is a mistake of ours and not of the author's.
fn mistake(source: &Source, at: u32) -> String {
    let line = source.line_column(at).line;
    format!(
        "error: `{}` was left as it is: formatting would have changed what line {line} means\n\
         help: this is a mistake in dsl; please report that line",
        source.name()
    )
}

impl Total {
    fn add(&mut self, outcome: &Outcome) {
        self.left += outcome.left as u64;
        match outcome {
            Outcome { fault: Some(_), .. } => self.faults += 1,
            Outcome { changed: true, .. } => self.changed += 1,
            _ => self.unchanged += 1,
        }
    }

    /// One line for people.
    fn told(&self, output: Output) -> String {
        let files = |count| number::count(count, "file");
        let (changed, unchanged) = match output {
            Output::Files => ("reformatted", "left unchanged"),
            _ => ("would be reformatted", "in style"),
        };
        let mut parts = Vec::new();
        if self.changed > 0 {
            parts.push(format!("{} {changed}", files(self.changed)));
        }
        if self.unchanged > 0 || self.changed + self.faults == 0 {
            parts.push(format!("{} {unchanged}", files(self.unchanged)));
        }
        if self.faults > 0 {
            parts.push(format!("{} could not be formatted", files(self.faults)));
        }
        parts.join(", ")
    }

    /// A change counts as a finding where nothing is written; what could not be formatted counts always.
    fn exit(&self, output: Output) -> Exit {
        let would_change = self.changed > 0 && matches!(output, Output::Names | Output::Diff { .. });
        if would_change || self.faults > 0 || self.left > 0 { Exit::Findings } else { Exit::Done }
    }
}
