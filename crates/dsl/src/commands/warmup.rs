//! `dsl warmup`: how many bars each name and signal needs, and whether the date range holds them.

use jiff::civil::Date;
use signal_analysis::{largest_periods, usable_range};
use signal_market::DateRange;
use signal_text::Severity;

use crate::args::{FindingFormat, Global, TableFormat, WarmupArguments};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::output::Console;
use crate::project::{self, Project};
use crate::render::findings::findings;
use crate::render::warmup::Answers;
use crate::render::{json, visible, warmup};
use crate::today::today;

/// Runs the command.
pub(crate) fn run(arguments: &WarmupArguments, global: &Global, console: &mut Console) -> Result<Exit, Failure> {
    let place = input::one(&arguments.file, arguments.stdin_filename.as_deref(), "warmup")?;
    let flags = project::flags(&arguments.settings)?;
    let project = Project::open(&project::root(&place.folder(), global.config.as_deref())?)?;
    project::refuse_broken(&project, console)?;
    let script = input::read(&place)?;
    if let Some(fault) = script.fault {
        return Err(project::not_text(&script.source, &fault));
    }
    let usable = arguments.usable.as_deref().map(stretch).transpose()?;
    let (answers, broken): (Answers, Vec<_>) =
        project::analysis(&script.source, &project, &flags, Some(today()), |analysis| {
            let errors = analysis
                .diagnostics
                .iter()
                .filter(|finding| finding.severity == Severity::Error && finding.code == "syntax-error");
            let facts = &analysis.facts;
            let answers = Answers {
                report: facts.report().clone(),
                usable: usable.map(|range| usable_range(facts, range, arguments.settled)),
                largest: arguments.largest_period.map(|bars| (bars, largest_periods(facts, bars))),
            };
            (answers, errors.cloned().collect())
        });
    if !broken.is_empty() && !console.json {
        let text = findings(&script.source, &broken, FindingFormat::Concise, console.color_talk);
        console.talk(text.trim_end());
        console.talk("lines that could not be understood are left out of the table");
    }
    match arguments.output_format {
        TableFormat::Full => {
            let text = warmup::text(&answers, console.color);
            console.result(&text);
        }
        TableFormat::Json => console.result(&json::document(&warmup::document(script.source.name(), &answers))),
    }
    Ok(Exit::Done)
}

/// A stretch of time as people name it: a year, a month, a day, or two days with `..` between.
fn stretch(text: &str) -> Result<DateRange, Failure> {
    let range = match text.split_once("..") {
        Some((first, last)) => {
            part(first).zip(part(last)).map(|(first, last)| DateRange { start: first.start, end: last.end })
        }
        None => part(text),
    };
    range.filter(|range| range.start <= range.end).ok_or_else(|| {
        Failure::usage(format!("`--usable {}` is no stretch of time", visible::line(text)))
            .suggest("write a year, a month or a range: 2024, 2024-03 or 2024-01-01..2024-06-30")
    })
}

/// A year, a month or a day, all of it.
fn part(text: &str) -> Option<DateRange> {
    let mut numbers = text.trim().split('-');
    let mut number = |digits: usize| {
        let text = numbers.next()?;
        (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
    };
    let year: i16 = number(4)?.parse().ok()?;
    let (month, day) = (number(2), number(2));
    // What is there beside these is no date.
    if numbers.next().is_some() || text.trim().len() != 4 + 3 * [month, day].into_iter().flatten().count() {
        return None;
    }
    let date = |month: &str, day: &str| Date::new(year, month.parse().ok()?, day.parse().ok()?).ok();
    let (start, end) = match (month, day) {
        (None, _) => (date("01", "01")?, date("12", "31")?),
        (Some(month), None) => (date(month, "01")?, date(month, "01")?.last_of_month()),
        (Some(month), Some(day)) => (date(month, day)?, date(month, day)?),
    };
    Some(DateRange { start, end })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_is_a_year_a_month_a_day_or_two_of_them() {
        let read = |text: &str| stretch(text).map(|range| format!("{} {}", range.start, range.end)).ok();
        for (text, range) in [
            ("2024", Some("2024-01-01 2024-12-31")),
            ("2024-02", Some("2024-02-01 2024-02-29")),
            ("2024-03-05", Some("2024-03-05 2024-03-05")),
            ("2024-01-01..2024-06-30", Some("2024-01-01 2024-06-30")),
            ("2023..2024-06", Some("2023-01-01 2024-06-30")),
            ("2024-02-30", None),
            ("2024-13", None),
            ("24", None),
            ("2024-", None),
            ("2024-01-01-01", None),
            ("2024-06-30..2024-01-01", None),
            ("..", None),
            ("last year", None),
        ] {
            assert_eq!(read(text).as_deref(), range, "{text}");
        }
    }
}
