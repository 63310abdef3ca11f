//! Words of answers: numbers as people read them, and Markdown in which what comes from outside stays text.

use signal_market::{DateTime, Timeframe};

/// Longest piece of a script or of a catalog that an answer quotes, in characters.
const LONGEST: usize = 120;

/// A text as a code span: on one line, cut where it gets too long to read, and no Markdown whatever it says.
pub(crate) fn code(text: &str) -> String {
    let text = on_one_line(text, LONGEST);
    if text.is_empty() {
        return "` `".to_owned();
    }
    // A span ends at the first row of as many backticks as it began with.
    let fence = "`".repeat(longest_row(&text) + 1);
    if text.starts_with('`') || text.ends_with('`') {
        format!("{fence} {text} {fence}")
    } else {
        format!("{fence}{text}{fence}")
    }
}

/// A script as a block of code.
pub(crate) fn block(script: &str) -> String {
    let lines: Vec<String> = script.lines().map(|line| shown(line.trim_end())).collect();
    let script = lines.join("\n");
    let fence = "`".repeat(longest_row(&script).max(2) + 1);
    format!("{fence}signal\n{script}\n{fence}")
}

/// A text of a catalog, a server or a settings file as prose: no mark, link or tag in it works.
pub(crate) fn plain(text: &str) -> String {
    let text = on_one_line(text, 3 * LONGEST);
    let mut plain = String::with_capacity(text.len() + 8);
    for (at, character) in text.char_indices() {
        let special = match character {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '&' | '~' => true,
            // Inside of a word it is no mark, and editors that show Markdown as it stands keep names readable.
            '_' => !is_in_word(&text, at),
            '#' | '+' | '-' | '=' | '!' | '|' => at == 0,
            _ => false,
        };
        if special {
            plain.push('\\');
        }
        plain.push(character);
    }
    plain
}

fn is_in_word(text: &str, at: usize) -> bool {
    let is_word = |character: Option<char>| character.is_some_and(|c| c.is_alphanumeric() || c == '_');
    is_word(text[..at].chars().next_back()) && is_word(text[at + 1..].chars().next())
}

/// A text with single blanks between its words, at most so many characters of it.
pub(crate) fn on_one_line(text: &str, longest: usize) -> String {
    if is_one_line(text, longest) {
        return text.to_owned();
    }
    let mut line = String::new();
    let mut count = 0;
    let mut gap = false;
    for character in text.trim_start().chars() {
        if character.is_whitespace() {
            gap = true;
            continue;
        }
        if count >= longest {
            line.push('…');
            return line;
        }
        if std::mem::take(&mut gap) {
            line.push(' ');
            count += 1;
        }
        line.push(visible(character));
        count += 1;
    }
    line
}

/// Whether a text is so already, as nearly all are.
fn is_one_line(text: &str, longest: usize) -> bool {
    let mut after_blank = true;
    text.len() <= longest
        && text.bytes().all(|byte| {
            let is_blank = byte == b' ';
            (b' '..=b'~').contains(&byte) && !(std::mem::replace(&mut after_blank, is_blank) && is_blank)
        })
        && !text.ends_with(' ')
}

fn shown(line: &str) -> String {
    let cut = line.chars().count() > 2 * LONGEST;
    let mut text: String = line.chars().take(2 * LONGEST).map(visible).collect();
    if cut {
        text.push('…');
    }
    text
}

/// The character, or a sign in the place of one that an editor would obey instead of showing it.
fn visible(character: char) -> char {
    match character {
        '\0'..='\u{1F}'
        | '\u{7F}'..='\u{9F}'
        | '\u{061C}'
        | '\u{200B}'..='\u{200F}'
        | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E007F}' => '\u{FFFD}',
        _ => character,
    }
}

/// Length of the longest row of backticks.
fn longest_row(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}

/// A whole number with its thousands parted: `4,368`.
pub(crate) fn whole(value: u64) -> String {
    let digits = value.to_string();
    if value < 1000 {
        return digits;
    }
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number as an author would write it, with its thousands parted: `-0.5`, `10,000`.
pub(crate) fn number(value: f64) -> String {
    // What arithmetic left behind the sixth decimal is no digit that anybody wrote.
    let rounded = (value * 1e6).round() / 1e6;
    let value = if rounded != 0.0 && rounded.is_finite() { rounded } else { value };
    // A zero may have a sign that nobody wrote.
    let value = if value == 0.0 { 0.0 } else { value };
    let text = if value != 0.0 && (value.abs() < 1e-6 || value.abs() >= 1e15) {
        format!("{value:e}")
    } else {
        value.to_string()
    };
    let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |text| ("-", text));
    let (integer, fraction) = text.split_at(text.find(['.', 'e']).unwrap_or(text.len()));
    integer.parse().map_or_else(|_| format!("{sign}{text}"), |integer| format!("{sign}{}{fraction}", whole(integer)))
}

/// "1 bar", "4,368 bars".
pub(crate) fn bars(count: u64) -> String {
    if count == 1 { "1 bar".to_owned() } else { whole(count) + " bars" }
}

/// "365", "365 or 366", "4,344 to 4,368": what two readings of a range leave.
pub(crate) fn count(min: u64, max: u64) -> String {
    match max.saturating_sub(min) {
        0 => whole(max),
        1 => format!("{} or {}", whole(min), whole(max)),
        _ => format!("{} to {}", whole(min), whole(max)),
    }
}

/// The same with its noun: "365 or 366 bars".
pub(crate) fn count_of_bars(min: u64, max: u64) -> String {
    format!("{} {}", count(min, max), if max == 1 { "bar" } else { "bars" })
}

/// "once", "3 times".
pub(crate) fn times(count: u64) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        _ => format!("{} times", whole(count)),
    }
}

/// When a bar opens: the day, and the time where a day has several bars.
pub(crate) fn moment(opens: DateTime, timeframe: Timeframe) -> String {
    if timeframe.bars_per_day().is_some_and(|bars| bars > 1) {
        opens.strftime("%Y-%m-%d %H:%M").to_string()
    } else {
        opens.date().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_span_holds_any_text() {
        let cases = [
            ("rsi(close, 14)", "`rsi(close, 14)`"),
            ("sma(\n    close,\r\n    20)", "`sma( close, 20)`"),
            ("a`b", "``a`b``"),
            ("``", "``` `` ```"),
            ("", "` `"),
            ("a\u{202e}b\u{7}", "`a\u{FFFD}b\u{FFFD}`"),
        ];
        for (text, expected) in cases {
            assert_eq!(code(text), expected, "{text:?}");
        }
        assert_eq!(code(&"x".repeat(500)).chars().count(), 2 + LONGEST + 1);
    }

    #[test]
    fn a_block_cannot_be_closed_by_what_it_holds() {
        assert_eq!(block("a = 1  \nb = 2"), "```signal\na = 1\nb = 2\n```");
        assert_eq!(block("a = '```'\n"), "````signal\na = '```'\n````");
    }

    #[test]
    fn prose_from_outside_is_no_markdown() {
        let cases = [
            ("Moving average of fast_period bars", "Moving average of fast_period bars"),
            ("*bold* _it_ `x`", "\\*bold\\* \\_it\\_ \\`x\\`"),
            ("[free keys](https://x.example)", "\\[free keys\\](https://x.example)"),
            ("<img src=x onerror=y>", "\\<img src=x onerror=y\\>"),
            ("# Heading\n\n- item", "\\# Heading - item"),
            ("&lt;b&gt;", "\\&lt;b\\&gt;"),
        ];
        for (text, expected) in cases {
            assert_eq!(plain(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_on_one_line_already_stays_and_all_else_comes_to_that() {
        for (text, expected) in [
            ("a > b", "a > b"),
            ("12345678", "12345678"),
            ("123456789", "12345678…"),
            (" a", "a"),
            ("a ", "a"),
            ("a  b", "a b"),
            ("a\tb", "a b"),
            ("a\u{7F}", "a\u{FFFD}"),
            ("é > 🚀", "é > 🚀"),
            ("", ""),
            (" ", ""),
        ] {
            assert_eq!(on_one_line(text, 8), expected, "{text:?}");
        }
    }

    #[test]
    fn numbers_read_as_people_write_them() {
        let cases = [
            (0.0, "0"),
            (14.0, "14"),
            (-0.5, "-0.5"),
            (13.200000000000001, "13.2"),
            (10_000.0, "10,000"),
            (-1_234_567.25, "-1,234,567.25"),
            (1e-9, "1e-9"),
            (1e300, "1e300"),
        ];
        for (value, expected) in cases {
            assert_eq!(number(value), expected);
        }
        assert_eq!((bars(1), bars(4_368)), ("1 bar".to_owned(), "4,368 bars".to_owned()));
        assert_eq!(count(90, 91), "90 or 91");
        assert_eq!(count_of_bars(4_344, 4_368), "4,344 to 4,368 bars");
    }
}
