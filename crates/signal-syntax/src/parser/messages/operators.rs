//! Values, operators, commas and `=` that are missing or stand in a place of another.

use signal_text::{Diagnostic, Fix, Span};

use super::{Place, error, insert, remove};
use crate::Token;
use crate::parser::failure::Expected;

const ONE_LINE: &str = "a line goes on on the next one only inside parentheses";

/// Explains what remains when all words, signs and brackets are those of the language.
pub(super) fn explain(place: Place<'_>) -> Diagnostic {
    if place.found() == Token::Equal && place.expected != Expected::Operand {
        return equal(place);
    }
    match place.expected {
        Expected::Operand | Expected::OperandOrClose => value_missing(place),
        Expected::TighterThanNot => not_needs_parentheses(place),
        Expected::Attribute => attribute(place),
        Expected::Else => else_missing(place),
        Expected::CloseIndex if place.found() == Token::Comma => {
            error(place.span(place.at), "an index is one number").help("write `x[-1]` for the current value")
        }
        Expected::End | Expected::Close | Expected::CloseIndex | Expected::NoStatementWord => between(place),
    }
}

/// No value where one has to be.
fn value_missing(place: Place<'_>) -> Diagnostic {
    let found = place.found();
    let Some(before) = place.before(place.at) else {
        return at_the_start(place);
    };
    let (token, span) = (place.tokens[before], place.span(before));
    let here = if place.at < place.end { place.span(place.at) } else { Span::empty(place.last_end()) };
    if let Some(joined) = joined(place, before) {
        return joined;
    }
    if token == Token::Equal && found == Token::Equal {
        let gap = Span::new(span.end, here.end);
        return error(here, "`=` stands twice")
            .help("a name is bound by one `=`; two values are compared by `==`")
            .fix(remove("remove the second", gap, false));
    }
    if token == found && (found.is_operator() || matches!(found, Token::Comma | Token::Dot)) {
        let gap = Span::new(span.end, here.end);
        return error(here, format!("{found} stands twice")).fix(remove(
            "remove the second",
            gap,
            found != Token::Comma,
        ));
    }
    match (token, found) {
        (Token::Equal, _) if found.is_operator() => {
            let next = place.behind(place.at).map_or(here.end, |next| place.span(next).start);
            error(here, format!("{found} has no value on its left")).fix(remove(
                &format!("remove {found}"),
                Span::new(here.start, next),
                false,
            ))
        }
        (Token::Equal, Token::If) => {
            error(here, "the value before `if` is missing").help("choose a value by `a if condition else b`")
        }
        (Token::Equal, Token::Dot) => {
            error(here, "a name is missing before `.`").help("an output is named like `bbands(close).upper`")
        }
        (Token::Equal, Token::Comma) => {
            error(here, "a value is missing before this `,`").fix(remove("remove `,`", here, false))
        }
        (Token::Equal, _) => error(span, "a value is missing behind `=`").help(if place.open.is_some() {
            "an argument is named like `period=20`"
        } else if place.goes_on_below() {
            ONE_LINE
        } else {
            "write `name = expression`"
        }),
        (Token::LeftBracket, Token::RightBracket) => {
            error(here, "the index is missing").help("write `x[-1]` for the current value")
        }
        (Token::Comma | Token::LeftParen | Token::LeftBracket, Token::Comma) => {
            error(here, "a value is missing before this `,`").fix(remove("remove `,`", here, false))
        }
        (Token::If, _) => {
            error(span, "the condition is missing behind `if`").help("choose a value by `a if condition else b`")
        }
        (Token::Else, _) => {
            error(span, "the other value is missing behind `else`").help("choose a value by `a if condition else b`")
        }
        (Token::Comma, _) => error(span, "a value is missing behind this `,`").fix(remove("remove `,`", span, false)),
        (_, Token::If) => {
            error(here, "the value before `if` is missing").help("choose a value by `a if condition else b`")
        }
        (_, Token::Else) => {
            error(here, "a value is missing before `else`").help("choose a value by `a if condition else b`")
        }
        (Token::LeftParen | Token::LeftBracket, _) if found.is_operator() => {
            error(here, format!("{found} has no value on its left"))
        }
        (Token::And | Token::Or | Token::Not, _) if found.is_comparison() => {
            error(here, format!("a value is missing between {token} and {found}"))
                .help("each comparison names both of its values: `x > 20 and x < 30`")
        }
        _ if found.is_operator() => error(here, format!("a value is missing between {token} and {found}")).fix(remove(
            &format!("remove {found}"),
            Span::new(span.end, here.end),
            false,
        )),
        _ if token.is_operator() || matches!(token, Token::Not | Token::Tilde) => {
            stepped(place, before).unwrap_or_else(|| nothing_on_the_right(place, before))
        }
        _ => error(here, format!("a value is missing before {found}")),
    }
}

fn nothing_on_the_right(place: Place<'_>, operator: usize) -> Diagnostic {
    let report = error(place.span(operator), format!("{} has no value on its right", place.tokens[operator]));
    if place.tokens[operator] == Token::Percent {
        return report.help("`%` is the remainder of a division; five percent are written `0.05`");
    }
    if place.open.is_none() && place.found() == Token::LineEnd {
        return report.help(ONE_LINE);
    }
    report
}

/// `x++` and `x--`
fn stepped(place: Place<'_>, second: usize) -> Option<Diagnostic> {
    let first = place.before(second)?;
    let both = place.span(first).to(place.span(second));
    let doubled =
        matches!(place.tokens[second], Token::Plus | Token::Minus) && place.tokens[first] == place.tokens[second];
    if !doubled || both.len() != 2 {
        return None;
    }
    let sign = &place.text[both.range()];
    Some(
        error(both, format!("`{sign}` is not part of the language"))
            .help(format!("write `name = name {} 1`", &sign[1..])),
    )
}

/// The very first token can't begin a statement.
fn at_the_start(place: Place<'_>) -> Diagnostic {
    let span = place.span(place.at.min(place.end - 1));
    match place.found() {
        Token::Equal => error(span, "the name before `=` is missing").help("write `name = expression`"),
        found if found.is_operator() => error(span, format!("{found} has no value on its left")).help(
            "a line goes on on the next one only inside parentheses; a statement is `name = expression` or a call",
        ),
        found => error(span, format!("a statement can't begin with {found}"))
            .help("a statement is `name = expression` or a call such as `emit_signal(...)`"),
    }
}

/// An operator of two signs with a space in it, or two operators that other languages read as one.
fn joined(place: Place<'_>, before: usize) -> Option<Diagnostic> {
    if place.at >= place.end {
        return None;
    }
    let both = place.span(before).to(place.span(place.at));
    let right = match (place.tokens[before], place.found()) {
        (Token::Less, Token::Equal) => "<=",
        (Token::Greater, Token::Equal) => ">=",
        (Token::Equal, Token::Greater) => ">=",
        (Token::Equal, Token::Less) => "<=",
        (Token::Slash, Token::Slash) => "//",
        (Token::Star, Token::Star) => "**",
        (Token::Less, Token::Greater) => "!=",
        (Token::Less, Token::Less) | (Token::Greater, Token::Greater)
            if place.span(before).end == place.span(place.at).start =>
        {
            let sign = &place.text[both.range()];
            return Some(
                error(both, format!("`{sign}` is not part of the language"))
                    .help("multiply or divide by a power of two instead: `x * 2 ** n`"),
            );
        }
        _ => return None,
    };
    // `x = > 3` is more likely a stray sign than a comparison when it stands where a name is bound.
    if place.tokens[before] == Token::Equal
        && place.open.is_none()
        && !place.tokens[place.start..before].contains(&Token::Equal)
    {
        return None;
    }
    Some(error(both, format!("`{right}` is written without a space")).fix(Fix::replace(
        format!("replace by `{right}`"),
        true,
        both,
        right,
    )))
}

/// A `=` behind a complete value.
fn equal(place: Place<'_>) -> Diagnostic {
    let span = place.span(place.at);
    let compare = Fix::replace("replace by `==`", false, span, "==");
    if place.at + 1 < place.end && place.tokens[place.at + 1] == Token::Equal {
        let both = span.to(place.span(place.at + 1));
        return error(both, "`==` is written without a space").fix(Fix::replace("replace by `==`", true, both, "=="));
    }
    if let Some(open) = place.open {
        if place.tokens[open] == Token::LeftParen && open > place.start && place.tokens[open - 1].ends_operand() {
            return error(span, "only a plain name can stand before the `=` of an argument")
                .help("to compare two values write `==`")
                .fix(compare);
        }
        return error(span, "two values are compared by `==`").fix(Fix { safe: true, ..compare });
    }
    let first_equal = (place.start..place.at).find(|&at| place.tokens[at] == Token::Equal);
    if let Some(first) = first_equal {
        return error(span, "a statement has one `=`")
            .label(place.span(first), "the first one is here")
            .help("to compare two values write `==`; to bind two names write two lines")
            .fix(compare);
    }
    let target = Span::new(place.span(place.start).start, place.span(place.at - 1).end);
    error(target, "only names can be bound")
        .label(span, "by this `=`")
        .help("write `name = expression`; to compare two values write `==`")
        .fix(compare)
}

fn not_needs_parentheses(place: Place<'_>) -> Diagnostic {
    let before = place.before(place.at).map_or(Token::Not, |before| place.tokens[before]);
    error(place.span(place.at), format!("behind {before}, `not` needs parentheses"))
        .help("`not` takes in the whole comparison behind it: write `(not condition)`")
}

fn attribute(place: Place<'_>) -> Diagnostic {
    let dot = place.before(place.at).unwrap_or(place.start);
    error(place.span(dot), "a name is missing behind `.`").help("an output is named like `bbands(close).upper`")
}

fn else_missing(place: Place<'_>) -> Diagnostic {
    let wants_else = (place.start..place.at.min(place.end)).rev().find(|&at| place.tokens[at] == Token::If);
    let else_follows = place.at < place.end && place.tokens[place.at..place.end].contains(&Token::Else);
    if place.found().begins_operand() && else_follows {
        return between(place);
    }
    if place.found() == Token::If {
        return error(place.span(place.at), "a condition that is a choice itself needs parentheses")
            .help("write `a if (b if c else d) else e`");
    }
    let else_below = place.goes_on_below() && place.tokens[place.at + 1] == Token::Else;
    error(place.span(wants_else.unwrap_or(place.start)), "this `if` has no `else`").help(if else_below {
        ONE_LINE
    } else {
        "choose a value by `a if condition else b`"
    })
}

/// Two values side by side, or something behind the end.
fn between(place: Place<'_>) -> Diagnostic {
    let found = place.found();
    let here = if place.at < place.end { place.span(place.at) } else { Span::empty(place.last_end()) };
    let Some(before) = place.before(place.at) else {
        return error(here, format!("{found} was not expected here"));
    };
    let end = place.span(before).end;
    if found == Token::Else {
        return error(here, "this `else` has no `if`").help("choose a value by `a if condition else b`");
    }
    if place.at >= place.end {
        return error(here, format!("something is missing behind {}", place.tokens[before]));
    }
    let (left, right) = (place.shown(before), place.shown(place.at));
    if let Some(report) = odd_quotes(place, before).or_else(|| numbered_attribute(place, before)) {
        return report;
    }
    if found == Token::Not {
        return error(here, format!("an operator is missing between {left} and {right}"))
            .help("two conditions are joined by `and not` or `or not`; two values differ where `a != b`")
            .fix(insert("insert `and`", here.start, "and "));
    }
    if place.open.is_none() {
        let assigns = place.behind(place.at).is_some_and(|next| place.tokens[next] == Token::Equal);
        if found == Token::Name && assigns {
            return error(here, "a new statement begins on a line of its own").fix(Fix::replace(
                "begin a new line",
                false,
                Span::new(end, here.start),
                "\n",
            ));
        }
        let report = error(here, format!("an operator is missing between {left} and {right}"));
        return report.help(if before == place.start && place.tokens[before] == Token::Name {
            "a name is bound by `=`: `name = expression`; a call is written with parentheses: `rsi(close, 14)`"
        } else if place.tokens[before] == Token::Name {
            "a call is written with parentheses: `rsi(close, 14)`"
        } else {
            "two values need an operator between them"
        });
    }
    if place.expected == Expected::CloseIndex {
        return error(here, format!("an operator or `]` is missing between {left} and {right}"));
    }
    let what = if place.open.is_some_and(|open| {
        place.tokens[open] == Token::LeftParen && (open == place.start || !place.tokens[open - 1].ends_operand())
    }) {
        "an operator"
    } else {
        "a comma"
    };
    let report = error(here, format!("{what} is missing between {left} and {right}"));
    if what == "a comma" { report.fix(insert("insert `,`", end, ",")) } else { report }
}

/// `f("BINANCE:BTC/USDT, "LONG")`: a quote is missing, so strings and gaps change places up to the end of the line.
fn odd_quotes(place: Place<'_>, before: usize) -> Option<Diagnostic> {
    let string = place.span(before);
    let rest = place.tokens[place.at..place.end].split(|token| *token == Token::LineEnd).next()?;
    let glued = place.span(place.at).start == string.end;
    if place.tokens[before] != Token::String || !glued || !rest.contains(&Token::UnclosedString) {
        return None;
    }
    let quote = &place.text[string.range()][..1];
    let (opener, closer) = (Span::new(string.start, string.start + 1), Span::new(string.end - 1, string.end));
    Some(
        error(opener, format!("this string ends too late: one of the `{quote}` on this line has no partner"))
            .label(closer, "it ends here, where another string seems to begin"),
    )
}

/// `x.3`
fn numbered_attribute(place: Place<'_>, before: usize) -> Option<Diagnostic> {
    let glued = place.span(before).end == place.span(place.at).start;
    let dotted = place.found() == Token::Number && place.word(place.at).starts_with('.');
    (glued && dotted).then(|| {
        error(place.span(place.at), "behind `.` stands a name, not a number")
            .help("an output is named like `bbands(close).upper`")
    })
}
