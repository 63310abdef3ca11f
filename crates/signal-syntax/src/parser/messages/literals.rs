//! Numbers and strings that are written wrongly, and characters that only look like the right ones.

use signal_text::{Diagnostic, Fix, Span};

use super::{Place, error, insert, remove};
use crate::Token;

/// Explains a malformed literal or a character that is no part of the language.
pub(super) fn explain(place: Place<'_>) -> Option<Diagnostic> {
    let at = place.at;
    let span = place.span(at);
    let paired = !place.tokens[place.start..place.end].contains(&Token::TypographicQuote);
    match place.found() {
        Token::BadNumber => Some(number(place)),
        Token::UnclosedString => Some(unclosed_string(place)),
        Token::TripleString => Some(triple_string(place)),
        Token::PrefixedString => Some(prefixed_string(place)),
        Token::TypographicString | Token::TypographicQuote => Some(
            error(
                Span::new(span.start, span.start + first_length(place.word(at))),
                "a string stands in straight quotes, not in typographic ones",
            )
            .help("write `\"...\"`")
            .fix(place.replace_all("replace by straight quotes", paired, |token| straight_quotes(place, token))),
        ),
        Token::FullWidth => {
            let sign = first_sign(place);
            let ascii = ascii_of_full_width(place.word(at));
            Some(
                error(sign, format!("`{}` is a full-width sign", &place.text[sign.range()]))
                    .help(format!("write `{ascii}`"))
                    .fix(place.replace_all("replace the full-width signs", true, |token| {
                        (place.tokens[token] == Token::FullWidth).then(|| ascii_of_full_width(place.word(token)))
                    })),
            )
        }
        Token::MathSign => {
            let sign = place.shown(at);
            let word = math_word(place.word(at));
            Some(error(span, format!("{sign} is written `{word}`")).fix(place.replace_all(
                "write the signs in ASCII",
                true,
                |token| {
                    (place.tokens[token] == Token::MathSign).then(|| place.padded(token, math_word(place.word(token))))
                },
            )))
        }
        Token::InvisibleSpace => Some(invisible(place)),
        Token::Control if matches!(place.word(at), "\u{2028}" | "\u{2029}" | "\u{85}") => Some(
            error(span, format!("a line separator (U+{:04X}) stands here", code_point(place.word(at))))
                .help("it may look like the end of a line, but a statement ends with an ordinary one")
                .fix(Fix::replace("begin a new line", false, span, "\n")),
        ),
        Token::Control => {
            Some(
                error(span, format!("a control character (U+{:04X}) stands here", code_point(place.word(at))))
                    .fix(remove("remove it", span, false)),
            )
        }
        Token::Unknown => Some(
            error(span, format!("{} means nothing in a script", place.shown(at)))
                .help("signs other than those of the language stand only in strings and comments")
                .fix(remove("remove it", span, false)),
        ),
        _ => None,
    }
}

fn number(place: Place<'_>) -> Diagnostic {
    let (span, text) = (place.span(place.at), place.word(place.at));
    let lower = text.to_ascii_lowercase();
    if let Some((radix, name, digits)) = radix_of(&lower) {
        let found = error(span, format!("{name} numbers are not part of the language")).help("write it in decimal");
        return match u64::from_str_radix(&digits.replace('_', ""), radix) {
            Ok(value) => found.fix(Fix::replace(format!("replace by `{value}`"), true, span, value.to_string())),
            Err(_) => found,
        };
    }
    let digits = lower.find(|c: char| !c.is_ascii_digit() && c != '_' && c != '.').unwrap_or(lower.len());
    let (digits, suffix) = (&text[..digits], &text[digits..]);
    if digits.matches('.').count() > 1 {
        return error(span, format!("`{text}` has more than one decimal point"));
    }
    if suffix.is_empty() || matches!(suffix, "_") {
        let plain: String = text.split('_').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_");
        return error(span, "a `_` in a number stands alone between two digits").fix(Fix::replace(
            format!("replace by `{plain}`"),
            true,
            span,
            plain,
        ));
    }
    if matches!(suffix, "e" | "E") {
        return error(span, "the exponent of this number is missing").help("write `2e3` for 2000");
    }
    if matches!(suffix, "and" | "or" | "if" | "else" | "not") {
        let at = span.start + digits.len() as u32;
        return error(span, format!("a space is missing between `{digits}` and `{suffix}`")).fix(Fix::replace(
            "insert a space",
            true,
            Span::empty(at),
            " ",
        ));
    }
    if matches!(suffix, "m" | "h" | "d" | "w" | "M") {
        return error(span, format!("`{text}` is not a number"))
            .help("a timeframe is a setting of the run, and a period is a number of bars");
    }
    error(span, format!("`{text}` is neither a number nor a name")).help(format!(
        "a number consists of digits, and a name does not begin with one; a product is written `{digits} * {}`",
        suffix.trim_start_matches('.')
    ))
}

fn radix_of(lower: &str) -> Option<(u32, &'static str, &str)> {
    let digits = lower.get(2..)?;
    match &lower[..2] {
        "0x" => Some((16, "hexadecimal", digits)),
        "0o" => Some((8, "octal", digits)),
        "0b" => Some((2, "binary", digits)),
        _ => None,
    }
}

fn unclosed_string(place: Place<'_>) -> Diagnostic {
    let (span, text) = (place.span(place.at), place.word(place.at));
    let quote = &text[..1];
    let opener = Span::new(span.start, span.start + 1);
    let found = error(opener, "this string is not closed")
        .help(format!("a string ends on its line, with the quote it begins with: {quote}...{quote}"));
    if let Some(at) = text.find(['“', '”', '„', '’', '‘', '＂', '＇', '»', '«']) {
        let wrong = Span::new(span.start + at as u32, span.start + at as u32 + first_length(&text[at..]));
        return found.label(wrong, "this is a typographic quote").fix(Fix::replace(
            "replace by a straight quote",
            true,
            wrong,
            quote,
        ));
    }
    // What a ticker or a side consists of; the quote belongs behind it.
    let inner = &text[1..];
    let length = inner.find(|c: char| !(c.is_ascii_alphanumeric() || ":/_-.".contains(c))).unwrap_or(inner.len());
    if length == 0 {
        return found;
    }
    found.fix(insert("close it", span.start + 1 + length as u32, quote))
}

fn triple_string(place: Place<'_>) -> Diagnostic {
    let (span, text) = (place.span(place.at), place.word(place.at));
    let opener = Span::new(span.start, span.start + 3);
    let found = error(opener, "strings in three quotes are not part of the language");
    let quotes = &text[..3];
    let inner = text[3..].strip_suffix(quotes);
    let alone = place.at == place.start && place.at + 1 == place.end;
    match inner {
        Some(inner) if alone && place.ends_line(place.at) => {
            let lines: Vec<String> =
                inner.trim().lines().map(|line| format!("# {}", line.trim()).trim_end().to_owned()).collect();
            found.help("a comment begins with `#`").fix(Fix::replace(
                "make it a comment",
                true,
                span,
                if lines.is_empty() { "#".to_owned() } else { lines.join("\n") },
            ))
        }
        Some(inner) if !inner.contains(['\n', '\r', '"', '\'', '\\']) => found.help("one quote is enough").fix(
            Fix::replace("use single quotes of each", true, span, format!("{}{inner}{}", &quotes[..1], &quotes[..1])),
        ),
        _ => found.help("a string stands in one pair of quotes on one line; a comment begins with `#`"),
    }
}

fn prefixed_string(place: Place<'_>) -> Diagnostic {
    let (span, text) = (place.span(place.at), place.word(place.at));
    let length = text.find(['"', '\'']).unwrap_or(0) as u32;
    let prefix = Span::new(span.start, span.start + length);
    let plain = !text.contains(['\\', '{']);
    error(prefix, format!("a string has no prefix `{}`", &place.text[prefix.range()]))
        .help("write the quotes alone")
        .fix(remove("remove the prefix", prefix, plain))
}

fn straight_quotes(place: Place<'_>, token: usize) -> Option<String> {
    let text = place.word(token);
    match place.tokens[token] {
        Token::TypographicQuote => Some("\"".to_owned()),
        Token::TypographicString => {
            let inner = &text[first_length(text) as usize..];
            let last = inner.chars().next_back().map_or(0, char::len_utf8);
            Some(format!("\"{}\"", &inner[..inner.len() - last]))
        }
        _ => None,
    }
}

fn invisible(place: Place<'_>) -> Diagnostic {
    let sign = first_sign(place);
    let code = code_point(&place.text[sign.range()]);
    let what = match code {
        0xA0 | 0x202F | 0x2007 => "a non-breaking space",
        0x3000 => "a full-width space",
        0xAD => "a soft hyphen",
        0x200B..=0x200D | 0x2060 | 0xFEFF => "a zero-width character",
        0x200E | 0x200F | 0x202A..=0x202E | 0x2066..=0x2069 => "a character that reorders text",
        _ => "a space that is none",
    };
    let is_invisible = |token: usize| place.tokens[token] == Token::InvisibleSpace;
    let some_wide = (place.start..place.end).any(|at| is_invisible(at) && place.word(at).chars().any(is_wide));
    let title = if some_wide { "replace by plain spaces" } else { "remove what can't be seen" };
    error(sign, format!("{what} (U+{code:04X}) stands here"))
        .help("it can't be seen, and is no part of the language outside of strings and comments")
        .fix(place.replace_all(title, true, |token| {
            is_invisible(token).then(|| place.word(token).chars().filter(|c| is_wide(*c)).map(|_| ' ').collect())
        }))
}

/// Whether an invisible character takes room, so that it stands for a space.
const fn is_wide(c: char) -> bool {
    matches!(c, '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}')
}

fn ascii_of_full_width(text: &str) -> String {
    let ascii = text.chars().map(|c| match c {
        '、' => ',',
        '。' => '.',
        '【' => '[',
        '】' => ']',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    });
    ascii.collect()
}

fn math_word(sign: &str) -> &'static str {
    match sign {
        "×" | "∗" => "*",
        "÷" | "∕" | "⁄" => "/",
        "≤" | "⩽" => "<=",
        "≥" | "⩾" => ">=",
        "≠" => "!=",
        "∧" => "and",
        "∨" => "or",
        "¬" => "not",
        _ => "-",
    }
}

/// The first character of the token that did not fit.
fn first_sign(place: Place<'_>) -> Span {
    let span = place.span(place.at);
    Span::new(span.start, span.start + first_length(place.word(place.at)))
}

fn first_length(text: &str) -> u32 {
    text.chars().next().map_or(0, |c| c.len_utf8() as u32)
}

fn code_point(text: &str) -> u32 {
    text.chars().next().map_or(0, u32::from)
}
