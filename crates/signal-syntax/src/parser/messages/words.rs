//! Words of other languages: statements of Python, declarations, operators in capitals, comments.

use signal_text::{Diagnostic, Fix, Span};

use super::{Place, error, remove};
use crate::Token;
use crate::parser::failure::Expected;

/// A statement that the language does not have, told by the word it begins with.
pub(super) fn statement(place: Place<'_>) -> Option<Diagnostic> {
    let span = place.span(place.start);
    let word = place.word(place.start);
    match place.tokens[place.start] {
        Token::If => Some(error(span, "`if` statements are not part of the language").help(
            "choose a value by `name = a if condition else b`, or put the condition into `emit_signal(condition, ...)`",
        )),
        Token::Else => Some(
            error(span, "`else` stands only inside `a if condition else b`")
                .help("choose a value by `name = a if condition else b`"),
        ),
        Token::Name if place.expected == Expected::NoStatementWord => {
            let (message, help) = statement_word(word);
            Some(error(span, message).help(help))
        }
        Token::Name => declaration(place, word).or_else(|| other_statement(place, word)),
        _ => None,
    }
}

fn statement_word(word: &str) -> (String, &'static str) {
    let message = match word {
        "for" | "while" => format!("`{word}` loops are not part of the language"),
        "def" => "functions can't be defined in a script".to_owned(),
        _ => format!("`{word}` is not part of the language"),
    };
    let help = match word {
        "for" | "while" => {
            "a script runs once for every bar: write the formula once, and call a function such as `sma(close, 20)` for what looks back"
        }
        "def" | "class" => "bind the expression to a name instead: `name = expression`",
        "import" | "from" => "all functions are there already: remove the line and call them by their plain names",
        "return" | "yield" => {
            "bind the value to a name: `name = expression`; a signal goes out by `emit_signal(condition, entry(...))`"
        }
        "elif" => "choose a value by `name = a if condition else b`, which can be nested behind the `else`",
        "assert" | "raise" | "try" | "except" | "finally" => {
            "a script has no exceptions; guard a value by `name = a if condition else b`"
        }
        _ => {
            "a script consists of lines such as `name = expression` and `emit_signal(condition, entry(...))`: remove this one"
        }
    };
    (message, help)
}

/// `let x = 1`, `float x = 1`.
fn declaration(place: Place<'_>, word: &str) -> Option<Diagnostic> {
    let keywords = [
        "let", "const", "var", "val", "auto", "int", "float", "double", "bool", "string", "str", "series", "varip",
        "input",
    ];
    let name = place.start + 1;
    let declares = keywords.contains(&word) && name + 1 < place.end && place.tokens[name] == Token::Name;
    if !declares || !matches!(place.tokens[name + 1], Token::Equal | Token::ColonEqual) {
        return None;
    }
    let span = place.span(place.start);
    let gap = Span::new(span.start, place.span(name).start);
    let mut fix = remove(&format!("remove `{word}`"), gap, true);
    if place.tokens[name + 1] == Token::ColonEqual {
        fix.edits.push(signal_text::Edit { span: place.span(name + 1), text: "=".to_owned() });
    }
    Some(error(span, format!("a name is bound without `{word}`")).help("write `name = expression`").fix(fix))
}

/// `async def`, `match x:`, `print x`: words that may be names, where something follows that a name can't have.
fn other_statement(place: Place<'_>, word: &str) -> Option<Diagnostic> {
    if place.at != place.start + 1 || place.found() != Token::Name && !place.found().begins_operand() {
        return None;
    }
    let span = place.span(place.start);
    let help = match word {
        "async" | "await" => "a script waits for nothing: remove the word",
        "match" => "choose a value by `name = a if condition else b`",
        "lambda" => "bind the expression to a name instead: `name = expression`",
        "print" => {
            "a script prints nothing: bind the value to a name, `name = expression`, and the run's results show it"
        }
        _ => return None,
    };
    Some(error(span, format!("`{word}` is not part of the language")).help(help))
}

/// A comment of another language, where it is evidently one: `// text`, `-- text`.
pub(super) fn comment(place: Place<'_>) -> Option<Diagnostic> {
    let two = |at: usize| {
        let dashes = at + 1 < place.end && place.tokens[at] == Token::Minus && place.tokens[at + 1] == Token::Minus;
        match place.tokens[at] {
            Token::DoubleSlash => Some(place.span(at)),
            Token::Minus if dashes && place.span(at).end == place.span(at + 1).start => {
                Some(place.span(at).to(place.span(at + 1)))
            }
            _ => None,
        }
    };
    // At the start of a line nothing else makes sense; later on it takes words in a row, as only prose has them.
    let (marker, safe) = match two(place.start) {
        Some(marker) => (marker, place.tokens[place.start] == Token::DoubleSlash || place.found() == Token::Name),
        None => {
            if place.at >= place.end
                || place.open.is_some()
                || !matches!(place.found(), Token::Name | Token::Not | Token::If | Token::Else)
            {
                return None;
            }
            let marker =
                (place.start + 1..place.at).rev().take_while(|&at| place.tokens[at] != Token::LineEnd).find_map(two)?;
            let prose = place.text[marker.end as usize..place.span(place.at).start as usize].trim();
            if !prose.chars().all(|c| c.is_alphabetic() || c.is_whitespace() || "'-,".contains(c)) {
                return None;
            }
            (marker, false)
        }
    };
    let sign = &place.text[marker.range()];
    Some(
        error(marker, format!("a comment begins with `#`, not with `{sign}`"))
            .help(if sign == "//" { "`//` is the division that rounds down" } else { "`--` is a minus, twice" })
            .fix(Fix::replace("replace by `#`", safe, marker, "#")),
    )
}

/// Words inside an expression that are operators elsewhere.
pub(super) fn in_expression(place: Place<'_>) -> Option<Diagnostic> {
    if place.at >= place.end {
        return None;
    }
    let before = place.before(place.at);
    if place.found() == Token::Not
        && let Some(next) =
            place.behind(place.at).filter(|&next| place.tokens[next] == Token::Name && place.word(next) == "in")
    {
        return Some(membership(place.span(place.at).to(place.span(next)), "not in"));
    }
    let here = Some(place.at).filter(|&at| {
        place.tokens[at] == Token::Name
            && matches!(place.expected, Expected::End | Expected::Close | Expected::CloseIndex | Expected::Else)
    });
    let there = before.filter(|&at| {
        place.tokens[at] == Token::Name && (place.found().begins_operand() || place.found().is_operator())
    });
    let spelled = |at: usize| other_word(place, at);
    let there_spelled = |at: usize| prefix_word(place, at);
    here.and_then(spelled).or_else(|| there.and_then(there_spelled))
}

/// A name behind a complete value.
fn other_word(place: Place<'_>, at: usize) -> Option<Diagnostic> {
    let (word, span) = (place.word(at), place.span(at));
    let lower = word.to_ascii_lowercase();
    match lower.as_str() {
        "and" | "or" | "if" | "else" => Some(lower_case(place, span, &lower)),
        "in" => Some(membership(span, "in")),
        "is" => {
            let not = place.behind(at).filter(|&next| place.tokens[next] == Token::Not);
            let (whole, operator) = not.map_or((span, "=="), |not| (span.to(place.span(not)), "!="));
            Some(
                error(whole, format!("`{}` is not part of the language", &place.text[whole.range()]))
                    .help(format!("compare by `{operator}`"))
                    .fix(Fix::replace(format!("replace by `{operator}`"), false, whole, operator)),
            )
        }
        "xor" => Some(error(span, "`xor` is not part of the language").help("two conditions differ where `a != b`")),
        "mod" | "div" => {
            let operator = if lower == "mod" { "%" } else { "//" };
            Some(
                error(span, format!("`{word}` is not an operator"))
                    .help(format!("write `{operator}`"))
                    .fix(Fix::replace(format!("replace by `{operator}`"), false, span, operator)),
            )
        }
        "then" => {
            Some(error(span, "`then` is not part of the language").help("choose a value by `a if condition else b`"))
        }
        "as" => Some(
            error(span, "`as` is not part of the language")
                .help("bind a name by a line of its own: `name = expression`"),
        ),
        "for" => Some(
            error(span, "comprehensions are not part of the language")
                .help("a script runs once for every bar: write the formula once"),
        ),
        _ => None,
    }
}

/// A name before a value.
fn prefix_word(place: Place<'_>, at: usize) -> Option<Diagnostic> {
    let (word, span) = (place.word(at), place.span(at));
    match word {
        "NOT" | "Not" => Some(lower_case(place, span, "not")),
        "IF" | "If" => Some(lower_case(place, span, "if")),
        "await" | "async" | "yield" => {
            Some(error(span, format!("`{word}` is not part of the language")).help("write the value alone"))
        }
        "lambda" => Some(lambda(span)),
        "new" => Some(
            error(span, "`new` is not part of the language")
                .help("call the constructor alone: `Weight(0.5)`")
                .fix(remove("remove `new`", Span::new(span.start, place.span(place.at).start), true)),
        ),
        _ => None,
    }
}

/// `AND` for `and`; the fix takes all such words of the statement.
fn lower_case(place: Place<'_>, span: Span, word: &str) -> Diagnostic {
    let lowered = |token: usize| {
        let lower = place.word(token).to_ascii_lowercase();
        let is_operator = matches!(lower.as_str(), "and" | "or" | "not" | "if" | "else");
        (place.tokens[token] == Token::Name && is_operator).then_some(lower)
    };
    error(span, format!("`{word}` is written in lower case")).fix(place.replace_all(
        "write it in lower case",
        true,
        lowered,
    ))
}

pub(super) fn lambda(span: Span) -> Diagnostic {
    error(span, "functions can't be defined in a script")
        .help("bind the expression to a name instead: `name = expression`")
}

fn membership(span: Span, word: &str) -> Diagnostic {
    error(span, format!("`{word}` is not part of the language")).help("compare with each value: `x == a or x == b`")
}
