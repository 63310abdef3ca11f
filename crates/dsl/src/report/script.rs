//! The script with line numbers, coloured by the language's own lexer, and with its warm-up beside the lines.

use std::collections::BTreeMap;

use maud::{Markup, html};
use serde_json::Value;
use signal_syntax::{Token, tokens};
use signal_text::Source;

use super::Remark;
use crate::render::{number, visible};

/// The script as a table of lines. `warmup` is what `dsl warmup` predicts, as its document.
pub(crate) fn markup(name: &str, text: &str, warmup: Option<&Value>, remarks: &[Remark]) -> Markup {
    let source = Source::new(name, text);
    let notes = notes(warmup);
    let marked = |line: u32| remarks.iter().filter(|remark| remark.line == line).map(|remark| remark.severity).max();
    html! {
        div.code tabindex="0" role="group" aria-label="The script" {
            table {
                tbody {
                    @for (at, pieces) in lines(&source).into_iter().enumerate() {
                        @let line = at as u32 + 1;
                        @let severity = marked(line).map(|severity| severity.as_str());
                        tr id=(format!("L{line}")) class=[severity] {
                            th scope="row" { (line) }
                            td {
                                code { @for (class, piece) in pieces { span class=[class] { (visible::line(&piece)) } } }
                                @if let Some(note) = notes.get(&line) {
                                    " "
                                    span.note title="leading bars of the range without a value" { (note) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What a line's name or signal needs before it has a value: `199 bars`.
fn notes(warmup: Option<&Value>) -> BTreeMap<u32, String> {
    let list = |key: &str| warmup.and_then(|warmup| warmup.get(key)).and_then(Value::as_array);
    let mut widest: BTreeMap<u32, Option<u64>> = BTreeMap::new();
    for value in list("names").into_iter().flatten().chain(list("signals").into_iter().flatten()) {
        let Some(line) = value.get("line").and_then(Value::as_u64).and_then(|line| u32::try_from(line).ok()) else {
            continue;
        };
        let bars = value.get("warmup").and_then(Value::as_u64);
        // What can't be predicted is the one thing to know of a line.
        widest.entry(line).and_modify(|known| *known = known.zip(bars).map(|(a, b)| a.max(b))).or_insert(bars);
    }
    let words = |(line, bars): (u32, Option<u64>)| match bars {
        Some(0) => None,
        Some(bars) => Some((line, number::count(bars, "bar"))),
        None => Some((line, "not known".to_owned())),
    };
    widest.into_iter().filter_map(words).collect()
}

/// A piece of a line with its class, `None` for what has no colour.
type Piece = (Option<&'static str>, String);

/// Every line in pieces.
fn lines(source: &Source) -> Vec<Vec<Piece>> {
    let text = source.text().strip_prefix('\u{feff}').unwrap_or(source.text());
    let skipped = source.text().len() - text.len();
    let found = tokens(source);
    let mut lines: Vec<Vec<Piece>> = vec![Vec::new()];
    let mut done = skipped;
    let mut push = |class: Option<&'static str>, piece: &str| {
        // A string in three quotes or a comment between `/*` and `*/` goes over several lines.
        for (at, part) in piece.replace("\r\n", "\n").split(['\n', '\r']).enumerate() {
            if at > 0 {
                lines.push(Vec::new());
            }
            if let Some(line) = lines.last_mut().filter(|_| !part.is_empty()) {
                line.push((class, part.replace('\t', "    ")));
            }
        }
    };
    for (at, (token, span)) in found.iter().enumerate() {
        let (start, end) = (span.start as usize, span.end as usize);
        push(None, source.text().get(done..start).unwrap_or_default());
        let called = matches!(found.get(at + 1), Some((Token::LeftParen, _)));
        push(class(*token, called), source.text().get(start..end).unwrap_or_default());
        done = end;
    }
    push(None, source.text().get(done..).unwrap_or_default());
    if lines.len() > 1 && lines.last().is_some_and(Vec::is_empty) {
        lines.pop();
    }
    lines
}

const fn class(token: Token, called: bool) -> Option<&'static str> {
    Some(match token {
        Token::Comment | Token::BlockComment => "comment",
        Token::Directive => "directive",
        Token::Number => "number",
        Token::String => "string",
        Token::And | Token::Or | Token::Not | Token::If | Token::Else => "word",
        Token::True | Token::False | Token::None => "number",
        Token::Name if called => "function",
        Token::Name => return None,
        Token::Plus
        | Token::Minus
        | Token::Star
        | Token::Slash
        | Token::DoubleSlash
        | Token::Percent
        | Token::DoubleStar
        | Token::Ampersand
        | Token::Pipe
        | Token::Tilde
        | Token::Less
        | Token::LessEqual
        | Token::Greater
        | Token::GreaterEqual
        | Token::EqualEqual
        | Token::BangEqual
        | Token::Equal => "sign",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(text: &str) -> Vec<String> {
        let word = |(class, piece): &Piece| match class {
            Some(class) => format!("{class}:{piece}"),
            None => piece.clone(),
        };
        lines(&Source::new("a", text)).iter().map(|line| line.iter().map(word).collect::<Vec<_>>().join("|")).collect()
    }

    #[test]
    fn words_have_the_colour_of_their_kind() {
        assert_eq!(
            shown("#! a = 1\nup = rsi(close, 14) > 3 # so\r\n\r\nx = \"s\" and y"),
            [
                "directive:#! a = 1",
                "up| |sign:=| |function:rsi|(|close|,| |number:14|)| |sign:>| |number:3| |comment:# so",
                "",
                "x| |sign:=| |string:\"s\"| |word:and| |y",
            ]
        );
    }

    #[test]
    fn nothing_of_a_text_is_lost_and_lines_stay_lines() {
        for text in ["", "a", "a\n", "\u{feff}a = '''x\ny'''\n\tb", "/* a\r\nb */ c\rd", "\u{0}\u{2028}=“x”;\\\n1"]
        {
            let plain: Vec<String> = lines(&Source::new("a", text))
                .iter()
                .map(|line| line.iter().map(|(_, piece)| piece.as_str()).collect())
                .collect();
            let expected =
                text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n").replace('\t', "    ");
            assert_eq!(plain.join("\n"), expected.strip_suffix('\n').unwrap_or(&expected), "{text:?}");
        }
    }

    #[test]
    fn the_widest_warm_up_stands_beside_its_line() {
        let warmup = json!({
            "names": [{"name": "a", "line": 1, "warmup": 0}, {"name": "b", "line": 2, "warmup": 199},
                      {"name": "c", "line": 3, "warmup": null}],
            "signals": [{"line": 2, "warmup": 1}, {"line": 4, "warmup": 1}],
        });
        let words: Vec<_> = notes(Some(&warmup)).into_iter().collect();
        let expected = [(2, "199 bars"), (3, "not known"), (4, "1 bar")];
        assert_eq!(words, expected.map(|(line, words)| (line, words.to_owned())));
        assert!(notes(None).is_empty() && notes(Some(&json!({"names": 5}))).is_empty());
    }
}
