//! Puts what the server said on the place in the script that it is about.
//!
//! The service's messages have no documented form, so a place is taken only where the text says it: a line, a name, ticker
//! or call of the script in quotes, a setting before a colon. Where it says none, the error stays one of the whole run.

use signal_analysis::Facts;
use signal_api::{ApiError, ErrorBody, ErrorCode, sanitize};
use signal_project::{Key, Origin, RunSettings, SETTINGS};
use signal_syntax::{Expr, ExprId};
use signal_text::{Diagnostic, Severity, Span};

use super::Ending;
use super::mapping::out_of_range;

/// Codes of the server that may be about the script, with what they mean. A finding that the check did not foretell bears
/// the code as its name.
const CODES: [(&str, &str); 4] = [
    (
        "VALIDATION_ERROR",
        "The server refused the run: something in the script or its settings is not what it takes. Its message says what. \
         `dsl check` had nothing against it, because the service's language is only partly documented.",
    ),
    (
        "DATA_UNAVAILABLE",
        "The server has no bars for a ticker in the range and timeframe of the run. Check how the ticker is written, \
         whether it was traded then, and the exchange.",
    ),
    (
        "TA_OUT_OF_RANGE",
        "The range holds fewer bars than an indicator needs before its first value. Start earlier or use shorter periods; \
         `dsl warmup FILE` shows what each name needs.",
    ),
    (
        // What stands for a failure of which the server told no code.
        "BACKTEST_FAILED",
        "The backtest began and failed on the server. Its message is all that is known.",
    ),
];

/// What the server's errors mean by the names that findings bear.
pub(crate) fn explained(name: &str) -> Option<&'static str> {
    CODES.iter().find(|(code, _)| rule_name(code) == name).map(|(_, what)| *what)
}

/// A code of the server as the name of a finding: `VALIDATION_ERROR` as `validation-error`.
fn rule_name(code: &str) -> String {
    sanitize(code).to_lowercase().replace('_', "-")
}

/// What the server said of a run that came to nothing, as a finding in the script; `None` where it named no place.
///
/// `found` are the findings of the check: where one of them stands on the place, its cures are told again.
pub(crate) fn traced(facts: &Facts<'_>, found: &[Diagnostic], ending: &Ending) -> Option<Diagnostic> {
    out_of_range(facts, found, ending).or_else(|| {
        let (code, message, suggestion) = said(ending)?;
        let place = place(facts, message)?;
        Some(describe(facts, found, &place, code, message, suggestion))
    })
}

/// Code, message and suggestion of an ending that may be about the script. Keys, quotas and the network are not.
fn said(ending: &Ending) -> Option<(&ErrorCode, &str, Option<&str>)> {
    let (code, message, suggestion) = match ending {
        Ending::Failed(ErrorBody { code, message, suggestion, .. })
        | Ending::Refused(ApiError::Refused { code, message, suggestion, .. }) => (code, message, suggestion),
        _ => return None,
    };
    let about_it = CODES.iter().any(|(known, _)| *known == code.as_str());
    let unknown = matches!((code, ending), (ErrorCode::Other(_), Ending::Failed(_)));
    (about_it || unknown).then_some((code, message.as_str(), suggestion.as_deref()))
}

/// A place in the script, and others that the message may mean as well.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    span: Span,
    others: Vec<Span>,
}

impl Place {
    const fn only(span: Span) -> Self {
        Self { span, others: Vec::new() }
    }

    /// The first of several that are as good.
    fn first(mut spans: impl Iterator<Item = Span>) -> Option<Self> {
        let span = spans.next()?;
        Some(Self { span, others: spans.take(OTHERS).collect() })
    }
}

/// Other places that are pointed at.
const OTHERS: usize = 3;

/// Quoted texts that are looked for: each costs a look at all of the script.
const QUOTED: usize = 8;

/// How much of a message is looked at and shown, in characters.
const READ: usize = 600;

fn place(facts: &Facts<'_>, message: &str) -> Option<Place> {
    let message = beginning(message);
    let quoted: Vec<&str> = quoted(message).take(QUOTED).collect();
    line_and_column(message)
        .and_then(|(line, column)| on_line(facts, line, column, &quoted))
        .or_else(|| setting_first(facts, message))
        .or_else(|| quoted.iter().find_map(|text| named(facts, text)))
        .or_else(|| ticker_in(facts, message))
        .or_else(|| call_in(facts, message))
}

fn beginning(message: &str) -> &str {
    message.char_indices().nth(READ).map_or(message, |(end, _)| &message[..end])
}

fn describe(
    facts: &Facts<'_>,
    found: &[Diagnostic],
    place: &Place,
    code: &ErrorCode,
    message: &str,
    suggestion: Option<&str>,
) -> Diagnostic {
    // The finding shows the line and column itself.
    let message = beginning(message);
    let text =
        message.strip_prefix("script, line").and_then(|rest| rest.split_once(": ")).map_or(message, |(_, rest)| rest);
    let mut finding = match found.iter().find(|finding| finding.span == place.span && !place.span.is_empty()) {
        Some(foretold) => foretold.clone(),
        None => Diagnostic::new(rule_name(code.as_str()), Severity::Error, place.span, ""),
    };
    finding.severity = Severity::Error;
    finding.message = format!("the server says: {}", sanitize(text));
    for other in place.others.iter().filter(|other| **other != place.span) {
        finding = finding.label(facts.source.clamp(*other), "or here");
    }
    let suggestion = suggestion.filter(|text| !text.is_empty()).map(|text| sanitize(beginning(text)));
    finding.help = suggestion.or(finding.help);
    finding
}

/// The texts in backquotes and quotes, in order. An apostrophe (`can't`) opens none.
fn quoted(message: &str) -> impl Iterator<Item = &str> {
    let mut rest = message;
    std::iter::from_fn(move || {
        loop {
            let at = rest.find(['`', '"', '\''])?;
            let quote = rest[at..].chars().next()?;
            let apostrophe = quote == '\'' && rest[..at].ends_with(char::is_alphanumeric);
            let behind = &rest[at + 1..];
            match behind.find(quote).filter(|_| !apostrophe) {
                Some(end) => {
                    rest = &behind[end + 1..];
                    return Some(&behind[..end]);
                }
                None => rest = behind,
            }
        }
    })
}

/// The line, and the column if there is one, that a message names: `line 3`, `line 3, column 12`, `Line 3:12`. From 1.
fn line_and_column(message: &str) -> Option<(usize, Option<usize>)> {
    let lower = message.to_ascii_lowercase();
    let (line, rest) = lower.match_indices("line").find_map(|(at, word)| {
        let before = lower[..at].chars().next_back();
        let rest = lower[at + word.len()..].trim_start_matches([' ', ':', '#']);
        number(rest).filter(|_| before.is_none_or(|before| !before.is_alphanumeric()))
    })?;
    let rest = rest.trim_start_matches([',', ' ', ':', '(']);
    let rest = ["column", "col", "char", "position"].iter().find_map(|word| rest.strip_prefix(word)).or_else(|| {
        // `line 3:12`
        lower.contains(&format!("line {line}:")).then_some(rest)
    });
    let column = rest.and_then(|rest| number(rest.trim_start_matches(['.', ' ', ':']))).map(|(column, _)| column);
    Some((line, column))
}

/// A whole number at the start of a text, and what follows it.
fn number(text: &str) -> Option<(usize, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

/// What a message about a line means: what begins in the column, what it names on that line, or the statement there.
fn on_line(facts: &Facts<'_>, line: usize, column: Option<usize>, quoted: &[&str]) -> Option<Place> {
    let lines = facts.source.lines();
    let start = lines.start(line.checked_sub(1)?)?;
    let text = facts.source.text();
    let end = lines.start(line).unwrap_or(text.len() as u32);
    let tree = facts.tree();
    let within = |span: Span| span.start >= start && span.start < end;
    if let Some(column) = column {
        // Columns of a file with a byte order mark don't count it, and neither does what was sent.
        let whole = text.get(start as usize..end as usize)?;
        let whole = whole.strip_prefix('\u{feff}').map_or((whole, start), |rest| (rest, start + 3));
        let at = whole.0.char_indices().nth(column.checked_sub(1)?).map(|(at, _)| whole.1 + at as u32);
        let begins = |id: &ExprId| Some(facts.span(*id).start) == at;
        let named = tree.ids().filter(begins).find(|id| quoted.contains(&facts.text(*id)));
        // Inner expressions come first: of those that begin there, the one that the column alone tells.
        if let Some(id) = named.or_else(|| tree.ids().find(begins)) {
            return Some(Place::only(facts.span(id)));
        }
    }
    let on_line = quoted.iter().find_map(|text| {
        let spans = tree.ids().filter(|id| facts.text(*id) == *text).map(|id| facts.span(id));
        Place::first(spans.filter(|span| within(*span)))
    });
    on_line.or_else(|| {
        let statements = tree.statements().iter().map(|statement| statement.span);
        let there = |span: &Span| span.start < end && span.end > start;
        statements.into_iter().find(there).map(Place::only)
    })
}

/// The setting that a message begins with (`leverage: ...`), where a directive sets it; a ticker of it where one is named.
fn setting_first(facts: &Facts<'_>, message: &str) -> Option<Place> {
    let (name, rest) = message.split_once(':')?;
    let key = SETTINGS.iter().find(|info| info.name == name.trim())?.key;
    let directive = directive(facts.settings(), key)?;
    let in_universe = || universe_place(facts, |ticker| holds_word(rest, ticker));
    Some(Place::only((key == Key::Universe).then(in_universe).flatten().unwrap_or(directive)))
}

/// Where a directive sets a setting.
fn directive(settings: &RunSettings, key: Key) -> Option<Span> {
    let origin = match key {
        Key::StartDate => settings.start_date.as_ref()?.origin,
        Key::EndDate => settings.end_date.as_ref()?.origin,
        Key::Exchange => settings.exchange.origin,
        Key::Timeframe => settings.timeframe.origin,
        Key::InitialCash => settings.initial_cash.origin,
        Key::TradingFee => settings.trading_fee.origin,
        Key::Slippage => settings.slippage.origin,
        Key::Description => settings.description.as_ref()?.origin,
        Key::Universe => settings.universe.as_ref()?.origin,
        Key::Mode => settings.mode.origin,
        Key::Leverage => settings.leverage.origin,
        Key::StripComments => return None,
    };
    match origin {
        Origin::Directive(span) => Some(span),
        _ => None,
    }
}

/// A ticker of the universe's directive; of several the longest, since `BINANCE:BTC/USDT` stands in
/// `BINANCE:BTC/USDT:USDT` too.
fn universe_place(facts: &Facts<'_>, is: impl Fn(&str) -> bool) -> Option<Span> {
    let places = universe_places(facts).filter(|place| is(facts.source.slice(*place)));
    places.max_by_key(|place| place.len())
}

/// Where the universe's directive names its tickers.
fn universe_places(facts: &Facts<'_>) -> impl Iterator<Item = Span> {
    facts.universe().into_iter().flat_map(|universe| &universe.tickers).filter_map(|ticker| ticker.place)
}

/// What the script calls so: a ticker, a setting, a name, or a call as it is written.
fn named(facts: &Facts<'_>, text: &str) -> Option<Place> {
    if text.is_empty() {
        return None;
    }
    let tree = facts.tree();
    let spans = || tree.ids().filter(|id| facts.text(*id) == text).map(|id| (id, facts.span(id)));
    // A number or a part of an expression may stand anywhere.
    let is_name = |id: ExprId| matches!(tree.expr(id), Expr::Name | Expr::Call { .. });
    ticker_of_text(facts, text)
        .or_else(|| Place::first(spans().filter(|(id, _)| is_name(*id)).map(|(_, span)| span)))
        .or_else(|| {
            let definitions = facts.bindings.definitions().iter().map(|definition| definition.name);
            Place::first(definitions.filter(|name| facts.source.slice(*name) == text))
        })
        .or_else(|| {
            let key = SETTINGS.iter().find(|info| info.name == text)?.key;
            directive(facts.settings(), key).map(Place::only)
        })
}

/// Where signals name a ticker, or else the universe.
fn ticker_of_text(facts: &Facts<'_>, text: &str) -> Option<Place> {
    let tickers = &facts.tickers;
    let uses = tickers.uses.iter().filter(|one| tickers.texts[one.text].text == text).map(|one| one.inside);
    Place::first(uses).or_else(|| universe_place(facts, |ticker| ticker == text).map(Place::only))
}

/// A ticker of the script that a message names without quotes.
fn ticker_in(facts: &Facts<'_>, message: &str) -> Option<Place> {
    let texts = facts.tickers.texts.iter().map(|text| text.text.as_str());
    let texts = texts.chain(universe_places(facts).map(|place| facts.source.slice(place)));
    let said = texts.filter(|text| text.contains(':') && holds_word(message, text));
    ticker_of_text(facts, said.max_by_key(|text| text.len())?)
}

/// A function of the script that a message names as a call, `rsi(`, or that has a name no English word could be.
fn call_in(facts: &Facts<'_>, message: &str) -> Option<Place> {
    let distinct = |name: &str| name.contains(|c: char| c == '_' || c.is_ascii_digit());
    let is_said = |name: &str| holds_word(message, name) && (distinct(name) || message.contains(&format!("{name}(")));
    let call = facts.calls.iter().find(|call| is_said(call.name))?;
    let same = facts.calls.iter().filter(|other| other.name == call.name);
    Place::first(same.map(|call| facts.span(call.callee)))
}

/// Whether a text holds a word that goes on neither before nor behind.
fn holds_word(text: &str, word: &str) -> bool {
    let goes_on = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    !word.is_empty()
        && text
            .match_indices(word)
            .any(|(at, _)| !goes_on(text[..at].chars().next_back()) && !goes_on(text[at + word.len()..].chars().next()))
}
