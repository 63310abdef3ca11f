//! A finding with the lines it is about, labels, help and fixes. The only place that knows ariadne.

use ariadne::{CharSet, Config, IndexType, Label, Report, ReportKind};
use signal_text::{Diagnostic, Severity, Source};
use unicode_width::UnicodeWidthStr as _;

use super::excerpt::{Excerpt, PLAIN, cut, fix_at_place};
use super::findings::{Findings, Form, no_head, no_tail};
use super::place::Places;
use super::{style, visible};

/// For people; the summary goes to stderr.
pub(crate) const FORM: Form =
    Form { head: no_head, file, between: "", aside: None, tail: no_tail, failure: None, talks: true };

/// How many findings of one file are drawn; the rest is counted.
pub(crate) const MOST_FINDINGS: usize = 100;

/// Remarks are broken into lines of this many columns: that is read with ease, and alike on every terminal and in every log.
pub(super) const WIDTH: usize = 88;

fn file(of: &Findings<'_>) -> String {
    let Findings { source, found, color, .. } = *of;
    let mut places = Places::new(source);
    let mut text: String =
        found.iter().take(MOST_FINDINGS).map(|one| finding(source, &mut places, one, color)).collect();
    if found.len() > MOST_FINDINGS {
        text.push_str(&more(source, found.len() - MOST_FINDINGS));
    }
    text
}

/// One finding over several lines, a blank line behind it.
fn finding(source: &Source, places: &mut Places<'_>, finding: &Diagnostic, color: bool) -> String {
    let grade = format!("{}[{}]", finding.severity, finding.code);
    let head = format!(
        "{}: {}\n",
        style::paint(color, style::of(finding.severity), &grade),
        style::paint(color, style::STRONG, &visible::line(&finding.message))
    );
    headed(head, source, places, finding, WIDTH, color)
}

/// What stands under the head of a finding, remarks in lines of at most `columns`, and a blank line.
pub(super) fn headed(
    head: String,
    source: &Source,
    places: &mut Places<'_>,
    finding: &Diagnostic,
    columns: usize,
    color: bool,
) -> String {
    let mut text = head;
    let excerpt = cut(source, finding);
    let digits = excerpt.numbers.iter().flatten().max().map_or(1, |number| number.to_string().len());
    let margin = " ".repeat(digits + 2);
    let bar = |symbol: &str| style::paint(color, style::DIM, symbol);
    let place = places.of(finding.span.start);
    let place = format!("{}:{}:{}", visible::line(source.name()), place.line, place.column);
    text.push_str(&format!("{margin}{} {} {}\n", bar("╭─["), style::paint(color, style::PLACE, &place), bar("]")));
    text.push_str(&format!("{margin}{}\n", bar("│")));
    text.push_str(&drawn(&excerpt, finding.severity, digits, color));
    let remarks = remarks(finding);
    if !remarks.is_empty() {
        text.push_str(&format!("{margin}{}\n", bar("│")));
    }
    for (title, remark) in remarks {
        for (at, line) in wrapped(&visible::text(&remark), columns).iter().enumerate() {
            let head = if at == 0 {
                style::paint(color, style::GOOD, &format!("{title}:"))
            } else {
                " ".repeat(title.len() + 1)
            };
            text.push_str(&format!("{margin}{} {head} {line}\n", bar("│")));
        }
    }
    text.push_str(&bar(&format!("{}╯", "─".repeat(digits + 2))));
    text.push_str("\n\n");
    text
}

/// The line that says how many findings were not drawn.
fn more(source: &Source, number: usize) -> String {
    format!(
        "... and {} more in {}; `--output-format concise` lists every one\n\n",
        super::number::whole(number as u64),
        visible::line(source.name())
    )
}

/// Help and fixes, as far as they are not already written at the place.
fn remarks(finding: &Diagnostic) -> Vec<(&'static str, String)> {
    let help = finding.help.iter().map(|help| ("help", help.clone()));
    let at_place = usize::from(fix_at_place(finding).is_some());
    let fixes = finding.fixes.iter().skip(at_place).map(|fix| ("fix", fix.title.clone()));
    help.chain(fixes).collect()
}

/// The lines of the excerpt with their labels, numbered as in the source.
fn drawn(excerpt: &Excerpt, severity: Severity, digits: usize, color: bool) -> String {
    let own = match severity {
        Severity::Error => ariadne::Color::Red,
        Severity::Warning => ariadne::Color::Yellow,
        Severity::Info => ariadne::Color::Cyan,
        Severity::Hint => ariadne::Color::Green,
    };
    let config = Config::new().with_index_type(IndexType::Byte).with_color(color).with_char_set(CharSet::Unicode);
    let whole = excerpt.marks.first().map_or(0..0, |mark| mark.range.clone());
    let mut report = Report::build(ReportKind::Error, whole).with_config(config);
    for mark in &excerpt.marks {
        let (paint, priority) = if mark.primary { (own, 1) } else { (ariadne::Color::Blue, 0) };
        report = report.with_label(
            Label::new(mark.range.clone()).with_message(&mark.message).with_color(paint).with_priority(priority),
        );
    }
    let mut bytes = Vec::new();
    // Writing to memory does not fail, and the excerpt holds every label.
    let _ = report.finish().write(ariadne::Source::from(excerpt.text.as_str()), &mut bytes);
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    // Title, place and first bar are ours, and so is the closing line.
    let inner = lines.get(3..lines.len().saturating_sub(1)).unwrap_or(&[]);
    let mut rows: Vec<String> = Vec::with_capacity(inner.len());
    let mut last: Option<usize> = None;
    for line in inner {
        let number = numbered(line, &excerpt.numbers);
        let is_gap = number.zip(last).is_some_and(|(number, last)| number > last + 1);
        if let (true, Some(row)) = (is_gap, rows.last_mut()) {
            *row = row.replacen('│', "┆", 1);
        }
        rows.push(renumbered(line, number, digits, color));
        last = number.or(last);
    }
    if is_plain(excerpt) {
        // The line under the text says it all; ariadne draws one only with an arrow to a message.
        rows.pop();
        if let Some(row) = rows.last_mut() {
            *row = row.replace('┬', "─");
        }
    }
    rows.push(String::new());
    rows.join("\n")
}

/// Whether all there is to draw is one place on one line, without a remark.
fn is_plain(excerpt: &Excerpt) -> bool {
    let [mark] = excerpt.marks.as_slice() else { return false };
    mark.message == PLAIN && !excerpt.text[mark.range.clone()].trim_end_matches('\n').contains('\n')
}

/// `text` in lines of at most `width` columns, broken between words but not within `code`; its own line ends stay.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for line in text.lines() {
        let mut row = String::new();
        let mut is_code = false;
        let parts = line.split(|character| {
            is_code ^= character == '`';
            character == ' ' && !is_code
        });
        for word in parts {
            if !row.is_empty() && row.width() + 1 + word.width() > width {
                lines.push(std::mem::take(&mut row));
            } else if !row.is_empty() {
                row.push(' ');
            }
            row.push_str(word);
        }
        lines.push(row);
    }
    lines
}

/// The line of the source that a drawn line shows; ariadne numbers the excerpt.
fn numbered(line: &str, numbers: &[Option<usize>]) -> Option<usize> {
    let margin = &line[..line.find(['│', '┆'])?];
    // The margin holds blanks, colour codes and perhaps a number, which comes last; a colour code ends with `m`.
    let trimmed = margin.trim_end();
    let start = trimmed.rfind(|character: char| !character.is_ascii_digit()).map_or(0, |at| at + 1);
    numbers.get(trimmed[start..].parse::<usize>().ok()?.checked_sub(1)?).copied().flatten()
}

/// A drawn line with the source's own line number in its margin.
fn renumbered(line: &str, number: Option<usize>, digits: usize, color: bool) -> String {
    let Some((margin, bar)) = line.char_indices().find(|(_, character)| matches!(character, '│' | '┆')) else {
        return line.trim_end().to_owned();
    };
    let number = number.map_or_else(|| " ".repeat(digits), |number| format!("{number:>digits$}"));
    let rest = &line[margin + bar.len_utf8()..];
    // The code that ends the margin's colour goes with the margin; ours brings its own.
    let rest = rest.strip_prefix("\u{1b}[0m").unwrap_or(rest);
    let margin = style::paint(color, style::DIM, &format!(" {number} {bar}"));
    format!("{margin}{rest}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use signal_text::{Fix, Span};

    fn span(text: &str, part: &str) -> Span {
        let start = text.find(part).unwrap();
        Span::from(start..start + part.len())
    }

    fn check(text: &str, data: Diagnostic) -> String {
        let source = Source::new("a.signal", text);
        let rendered = finding(&source, &mut Places::new(&source), &data, false);
        let colored = finding(&source, &mut Places::new(&source), &data, true);
        assert_eq!(anstream::adapter::strip_str(&colored).to_string(), rendered, "colours change nothing but colours");
        rendered
    }

    #[test]
    fn a_finding_shows_its_line_help_and_fix() {
        let text = "a = 1\nslow = rsl(close, 14)\n";
        let at = span(text, "rsl");
        let data = Diagnostic::new("unknown-name", Severity::Error, at, "`rsl` is not known")
            .help("`dsl catalog` lists the names")
            .fix(Fix::replace("replace by `rsi`", true, at, "rsi"));
        insta::assert_snapshot!(check(text, data));
    }

    #[test]
    fn labels_far_apart_keep_their_own_line_numbers() {
        let text = format!("slow = ema(close, 200)\n{}signal = slow > 1\n", "# ...\n".repeat(150));
        let data = Diagnostic::new(
            "not-enough-bars",
            Severity::Error,
            span(&text, "slow > 1"),
            "needs 199 bars, the range holds 91",
        )
        .label(span(&text, "ema(close, 200)"), "takes 199 bars");
        insta::assert_snapshot!(check(&text, data));
    }

    #[test]
    fn wide_characters_and_tabs_keep_the_labels_under_the_text() {
        let text = "\tx = \"日本🚀\" + rsl(close)  # Größe\n";
        let data = Diagnostic::new("unknown-name", Severity::Warning, span(text, "rsl"), "`rsl` is not known");
        insta::assert_snapshot!(check(text, data));
    }

    #[test]
    fn a_place_over_several_lines_is_bracketed() {
        let text = "a = max(\n  close,\n  open\n)\n";
        let data = Diagnostic::new("rule", Severity::Info, span(text, "max(\n  close,\n  open\n)"), "over four lines");
        insta::assert_snapshot!(check(text, data));
    }

    #[test]
    fn two_places_on_one_line_are_both_named() {
        let text = "emit_signal(a and b, entry(\"BINANCE:BTC/USDT\"))\n";
        let data = Diagnostic::new("rule", Severity::Hint, span(text, "a and b"), "both")
            .label(span(text, "entry"), "this is what it asks for");
        insta::assert_snapshot!(check(text, data));
    }

    #[test]
    fn long_help_is_broken_between_words() {
        let text = "x = foo(1)\n";
        let help = format!("{}日本 `a b`\n{}", "some words of help ".repeat(6), "one-word".repeat(20));
        let data = Diagnostic::new("rule", Severity::Info, span(text, "foo"), "m").help(help);
        insta::assert_snapshot!(check(text, data));
    }

    #[test]
    fn the_end_of_an_empty_text_can_be_pointed_at() {
        insta::assert_snapshot!(check("", Diagnostic::new("empty", Severity::Hint, Span::empty(0), "nothing is here")));
    }
}
