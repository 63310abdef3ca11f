//! Signs that other languages have, each with what to write instead.

use signal_text::{Diagnostic, Edit, Fix, Span};

use super::{Place, error, insert, literals, remove, words};
use crate::Token;

/// Explains a token that the language does not have.
pub(super) fn explain(place: Place<'_>) -> Option<Diagnostic> {
    if place.at >= place.end {
        return None;
    }
    let at = place.at;
    let span = place.span(at);
    match place.found() {
        Token::DoubleAmpersand | Token::DoublePipe => Some(logic(place)),
        Token::TripleEqual => Some(operator(place, "==", true)),
        Token::BangDoubleEqual | Token::LessGreater => Some(operator(place, "!=", true)),
        Token::EqualGreater => Some(operator(place, ">=", false)),
        Token::EqualLess => Some(operator(place, "<=", true)),
        Token::Bang => Some(bang(place)),
        Token::ColonEqual => Some(colon_equal(place)),
        Token::AugmentedAssign => Some(augmented(place)),
        Token::Arrow => Some(
            error(span, "`->` is not part of the language")
                .help("functions can't be defined in a script: bind the expression to a name, `name = expression`"),
        ),
        Token::Colon => Some(colon(place)),
        Token::LeftBrace | Token::RightBrace => Some(
            error(span, format!("{} is not part of the language", place.found()))
                .help("there are no blocks, sets or dictionaries; a list is written `[a, b]`"),
        ),
        Token::Question => Some(question(place)),
        Token::Caret => Some(
            error(span, "`^` is not an operator")
                .help("a power is written `**`; two conditions differ where `a != b`")
                .fix(Fix::replace("replace by `**`", false, span, "**")),
        ),
        Token::ForeignSign if place.word(at) == "`" => {
            let is_backtick = |token: usize| place.tokens[token] == Token::ForeignSign && place.word(token) == "`";
            Some(
                error(span, "a backtick means nothing in a script")
                    .help("a name stands alone, a string in quotes: `\"...\"`")
                    .fix(
                        place.replace_all("remove the backticks", false, |token| is_backtick(token).then(String::new)),
                    ),
            )
        }
        Token::ForeignSign => {
            let sign = place.shown(at);
            Some(error(span, format!("{sign} means nothing in a script")).fix(remove(
                &format!("remove {sign}"),
                span,
                false,
            )))
        }
        Token::Backslash => Some(backslash(place)),
        Token::BlockComment => Some(block_comment(place)),
        _ => literals::explain(place),
    }
}

/// An operator that is written differently.
fn operator(place: Place<'_>, right: &str, safe: bool) -> Diagnostic {
    let wrong = place.shown(place.at);
    error(place.span(place.at), format!("{wrong} is written `{right}`"))
        .fix(place.replace_by_word(place.at, right, safe))
}

/// `&&` and `||`, which seldom come alone.
fn logic(place: Place<'_>) -> Diagnostic {
    let word = |token: usize| match place.tokens[token] {
        Token::DoubleAmpersand => Some("and"),
        Token::DoublePipe => Some("or"),
        _ => None,
    };
    let right = word(place.at).unwrap_or_default();
    error(place.span(place.at), format!("{} is written `{right}`", place.found())).fix(place.replace_all(
        "write the operators as words",
        true,
        |token| Some(place.padded(token, word(token)?)),
    ))
}

fn bang(place: Place<'_>) -> Diagnostic {
    let span = place.span(place.at);
    let behind_value = place.before(place.at).is_some_and(|before| place.tokens[before].ends_operand());
    let next = place.behind(place.at);
    if let Some(next) = next.filter(|&next| behind_value && place.tokens[next] == Token::Equal) {
        let both = span.to(place.span(next));
        return error(both, "`!=` is written without a space").fix(Fix::replace("replace by `!=`", true, both, "!="));
    }
    if behind_value || !next.is_some_and(|next| place.tokens[next].begins_operand()) {
        return error(span, "`!` means nothing here")
            .help("the opposite of a condition is `not condition`; two values differ where `a != b`")
            .fix(remove("remove `!`", span, false));
    }
    // `not` takes in the comparison behind it, `!` elsewhere does not.
    let same_reach = next.is_some_and(|next| !place.tokens[behind_primary(place, next)].is_comparison_or_arithmetic());
    error(span, "the opposite of a condition is written `not condition`")
        .fix(place.replace_by_word(place.at, "not", same_reach))
}

/// The token behind the name, call, index or parentheses that begin at `at`.
fn behind_primary(place: Place<'_>, at: usize) -> usize {
    let mut depth = 0_u32;
    for token in at..place.end {
        match place.tokens[token] {
            Token::LeftParen | Token::LeftBracket => depth += 1,
            Token::RightParen | Token::RightBracket if depth > 0 => depth -= 1,
            _ if depth > 0 => {}
            Token::Name | Token::Number | Token::True | Token::False | Token::None | Token::String | Token::Dot => {}
            _ => return token,
        }
    }
    place.end
}

impl Token {
    pub(super) const fn is_comparison(self) -> bool {
        use Token as T;
        matches!(self, T::Less | T::LessEqual | T::Greater | T::GreaterEqual | T::EqualEqual | T::BangEqual)
    }

    const fn is_comparison_or_arithmetic(self) -> bool {
        self.is_operator() && !matches!(self, Self::And | Self::Or)
    }
}

fn colon_equal(place: Place<'_>) -> Diagnostic {
    let span = place.span(place.at);
    if place.at == place.start + 1 && place.tokens[place.start] == Token::Name {
        return error(span, "`:=` is written `=`").fix(Fix::replace("replace by `=`", true, span, "="));
    }
    error(span, "a name can't be bound inside an expression")
        .help("bind it by a line of its own above: `name = expression`")
}

fn augmented(place: Place<'_>) -> Diagnostic {
    let span = place.span(place.at);
    let sign = place.word(place.at);
    let operator = &sign[..sign.len() - 1];
    let found = error(span, format!("`{sign}` is not part of the language"));
    if place.at != place.start + 1
        || place.tokens[place.start] != Token::Name
        || place.at + 1 >= place.end
        || operator == "^"
    {
        return found.help("write the whole assignment: `name = name + value`");
    }
    let name = place.word(place.start);
    let single = place.at + 2 == place.end;
    let mut fix = Fix::replace(
        "write the whole assignment",
        false,
        span,
        if single { format!("= {name} {operator}") } else { format!("= {name} {operator} (") },
    );
    if !single {
        // The space that stood behind the sign would stand inside the parentheses now.
        fix.edits[0].span.end = place.span(place.at + 1).start;
        fix.edits.push(Edit { span: Span::empty(place.last_end()), text: ")".to_owned() });
    }
    found.help(format!("write the whole assignment: `{name} = {name} {operator} value`")).fix(fix)
}

fn colon(place: Place<'_>) -> Diagnostic {
    let span = place.span(place.at);
    if let Some(found) = unquoted_ticker(place) {
        return found;
    }
    let before = place.before(place.at);
    if let Some(lambda) =
        (place.start..place.at).rev().find(|&at| place.tokens[at] == Token::Name && place.word(at) == "lambda")
    {
        return words::lambda(place.span(lambda));
    }
    if place.open.is_some_and(|open| place.tokens[open] == Token::LeftBracket) {
        return error(span, "slices are not part of the language")
            .help("`x[-1]` is the current value and `x[-2]` the one before; for many bars call a function such as `highest(x, 20)` or `sma(x, 20)`");
    }
    if let Some(question) = (place.start..place.at).rev().find(|&at| place.tokens[at] == Token::Question) {
        return error(place.span(question), "`? :` is not part of the language")
            .help("choose a value by `a if condition else b`");
    }
    // `name: type = value`
    let annotated = place.at == place.start + 1 && place.tokens[place.start] == Token::Name;
    if annotated && let Some(equal) = (place.at..place.end).find(|&at| place.tokens[at] == Token::Equal) {
        let annotation = Span::new(span.start, place.span(equal).start);
        return error(span, "a name has no type annotation").help("write `name = expression`").fix(Fix::replace(
            "remove the annotation",
            true,
            annotation,
            " ",
        ));
    }
    if annotated && place.at + 1 < place.end {
        return error(span, "a name is bound by `=`, not by `:`").fix(Fix::replace(
            "replace by `=`",
            false,
            span,
            " =",
        ));
    }
    if place.at + 1 == place.end && before.is_some() {
        return error(span, "a script has no blocks, so no line ends with `:`")
            .help("remove it, and write each statement on a line of its own")
            .fix(remove("remove `:`", span, false));
    }
    error(span, "`:` means nothing here").help("a ticker is a string: `\"BINANCE:BTC/USDT\"`")
}

/// `BINANCE:BTC/USDT` without quotes.
fn unquoted_ticker(place: Place<'_>) -> Option<Diagnostic> {
    let exchange = place.before(place.at)?;
    let mut last = place.at + 1;
    let is_word =
        |at: usize| at < place.end && matches!(place.tokens[at], Token::Name | Token::Number | Token::BadNumber);
    let glued = |first: usize| place.span(first).end == place.span(first + 1).start;
    let capitals = place.word(exchange).chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    if place.tokens[exchange] != Token::Name || !capitals || !is_word(last) || !glued(exchange) || !glued(place.at) {
        return None;
    }
    while last + 1 < place.end
        && glued(last)
        && matches!(place.tokens[last + 1], Token::Slash | Token::Colon)
        && is_word(last + 2)
        && glued(last + 1)
    {
        last += 2;
    }
    let whole = place.span(exchange).to(place.span(last));
    let ticker = &place.text[whole.range()];
    Some(error(whole, "a ticker stands in quotes").help(format!("write `\"{ticker}\"`")).fix(Fix::replace(
        "put it in quotes",
        true,
        whole,
        format!("\"{ticker}\""),
    )))
}

fn question(place: Place<'_>) -> Diagnostic {
    let span = place.span(place.at);
    if place.tokens[place.at..place.end].contains(&Token::Colon) {
        return error(span, "`? :` is not part of the language").help("choose a value by `a if condition else b`");
    }
    error(span, "`?` means nothing in a script").fix(remove("remove `?`", span, false))
}

fn backslash(place: Place<'_>) -> Diagnostic {
    let span = place.span(place.at);
    let rest = place.text[span.end as usize..].trim_start_matches([' ', '\t']);
    if rest.starts_with('#') {
        return error(span, "nothing may follow a `\\` on its line, not even a comment")
            .help("put the expression in parentheses: then it goes on on the next line by itself");
    }
    if rest.is_empty() {
        return error(span, "no line follows this `\\`").fix(remove("remove `\\`", span, true));
    }
    error(span, "`\\` stands only at the end of a line, to go on on the next one").fix(remove(
        "remove `\\`",
        span,
        false,
    ))
}

fn block_comment(place: Place<'_>) -> Diagnostic {
    let span = place.span(place.at);
    let text = place.word(place.at);
    let marker = Span::new(span.start, span.start + 2);
    let found = error(marker, "a comment begins with `#`, not with `/*`").help("put `#` before each line of it");
    if !place.ends_line(place.at) {
        return match text.strip_suffix("*/") {
            Some(_) => found.fix(remove("remove the comment", span, false)),
            None => found.fix(insert("put `#` before it", span.start, "# ")),
        };
    }
    let body = text.trim_start_matches("/*").trim_end_matches("*/");
    let lines: Vec<String> = body
        .trim()
        .lines()
        .map(|line| format!("# {}", line.trim().trim_start_matches('*').trim_start()).trim_end().to_owned())
        .collect();
    found.fix(Fix::replace(
        "write it with `#`",
        true,
        span,
        if lines.is_empty() { "#".to_owned() } else { lines.join("\n") },
    ))
}
