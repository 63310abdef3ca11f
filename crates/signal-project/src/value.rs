//! Reads the text of a value, wherever it was written: what it is, and what is wrong with it.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use signal_market::{Date, Ticker, Timeframe, closest_exchange, exchange, parse_date};
use signal_text::{Diagnostic, Fix, Severity, Span, closest};

use crate::tickers::read_ticker;
use crate::{Key, Mode, SettingInfo, ValueKind};

/// The rule about settings that can't be what they say.
pub(crate) const BAD_SETTING: &str = "bad-setting";
/// The rule about directives that name no setting.
pub(crate) const UNKNOWN_DIRECTIVE: &str = "unknown-directive";
/// The rule about tickers of another form.
pub(crate) const MALFORMED_TICKER: &str = "malformed-ticker";
/// The rule about exchanges that the API does not name.
pub(crate) const UNKNOWN_EXCHANGE: &str = "unknown-exchange";

/// The rule about what a ticker's market does not offer.
pub(crate) const WRONG_MARKET: &str = "wrong-market";
/// The rule about an exchange that none of the tickers is on.
pub(crate) const EXCHANGE_MISMATCH: &str = "exchange-mismatch";

/// A value that was read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Date(Date),
    Timeframe(Timeframe),
    Number(f64),
    Text(String),
    Tickers(Vec<Ticker>),
    Mode(Mode),
    Switch(bool),
}

/// A value, if there is one, and what is wrong with its text. An error may come with a value: what was evidently meant.
pub(crate) type Read = (Option<Value>, Vec<Diagnostic>);

/// Reads the value of `key` from `text`, which stands at byte `at` of its source.
pub(crate) fn read(key: Key, text: &str, at: u32) -> Read {
    let whole = offset(&(0..text.len()), at);
    if text.trim().is_empty() {
        return (None, vec![no_value(key, whole)]);
    }
    match key.info().kind {
        ValueKind::Date => match parse_date(text) {
            Ok(date) => (Some(Value::Date(date)), Vec::new()),
            Err(error) => {
                let meant = error.suggestion.map(|date| (date.to_string(), Value::Date(date)));
                refuse(whole, error.message(), error.cure(), meant)
            }
        },
        ValueKind::Timeframe => match text.parse() {
            Ok(timeframe) => (Some(Value::Timeframe(timeframe)), Vec::new()),
            Err(error) => {
                let error: signal_market::TimeframeError = error;
                let meant = error.suggestion.map(|meant| (meant.to_string(), Value::Timeframe(meant)));
                refuse(whole, error.message(), error.cure(), meant)
            }
        },
        ValueKind::Exchange => read_exchange(text, whole),
        ValueKind::Number => match number(text) {
            Some(number) => within(key, number, whole),
            None => refuse_number(key, text, whole),
        },
        ValueKind::Text => (Some(Value::Text(text.to_owned())), Vec::new()),
        ValueKind::Tickers => read_tickers(split_list(text), text, at),
        ValueKind::Mode => read_mode(text, whole),
        ValueKind::Switch => match text {
            "true" | "false" => (Some(Value::Switch(text == "true")), Vec::new()),
            _ => {
                let meant = match text.to_ascii_lowercase().as_str() {
                    "true" | "yes" | "on" | "1" => Some(true),
                    "false" | "no" | "off" | "0" => Some(false),
                    _ => None,
                };
                let meant = meant.map(|meant| (meant.to_string(), Value::Switch(meant)));
                refuse(
                    whole,
                    format!("`{}` is neither true nor false", excerpt(text)),
                    "write `true` or `false`".to_owned(),
                    meant,
                )
            }
        },
    }
}

/// A number as it is, if `key` takes it.
pub(crate) fn within(key: Key, number: f64, span: Span) -> Read {
    let Some(bounds) = key.info().bounds else { return (Some(Value::Number(number)), Vec::new()) };
    if bounds.hold(number) {
        return (Some(Value::Number(number)), Vec::new());
    }
    let info = key.info();
    let severity = if number.is_finite() { bounds.severity } else { Severity::Error };
    let message = match number.is_finite() {
        true => format!("`{}` is {number}; it must be {bounds}", info.name),
        false => format!("`{}` must be a number {bounds}", info.name),
    };
    let help = match bounds.most {
        1.0 => "it is a fraction: 0.0005 is 0.05 %".to_owned(),
        _ => example(info),
    };
    let mut diagnostic = Diagnostic::new(BAD_SETTING, severity, span, message).help(help);
    // The nearest number that will do, where it will: 100 for a leverage of 500, but no fee for one of 5.
    let nearest = if number > bounds.most { bounds.most } else { bounds.least };
    if !number.is_nan() && bounds.hold(nearest) && severity == Severity::Error {
        let nearest = nearest.to_string();
        diagnostic = diagnostic.fix(Fix::replace(format!("replace by `{nearest}`"), false, span, nearest));
    }
    let used = (severity < Severity::Error).then_some(Value::Number(number));
    (used, vec![diagnostic])
}

/// Reads tickers that stand at these ranges of `text`, which stands at byte `at`.
pub(crate) fn read_tickers(items: Vec<Range<usize>>, text: &str, at: u32) -> Read {
    let mut universe = Universe::default();
    if items.is_empty() {
        return (None, vec![no_value(Key::Universe, offset(&(0..text.len()), at))]);
    }
    for item in items {
        let written = &text[item.clone()];
        let span = offset(&item, at);
        let words: Vec<&str> = written.split([' ', '\t', ';']).filter(|word| !word.is_empty()).collect();
        if words.len() > 1 && words.iter().all(|word| Ticker::parse(word).is_ok()) {
            universe.diagnostics.push(
                Diagnostic::new(MALFORMED_TICKER, Severity::Error, span, "tickers are parted by commas")
                    .fix(Fix::replace("put commas between them", true, span, words.join(", "))),
            );
            for ticker in words.iter().filter_map(|word| Ticker::parse(word).ok()) {
                universe.add(ticker, span);
            }
            continue;
        }
        let (ticker, mut found) = read_ticker(written, at + item.start as u32);
        universe.diagnostics.append(&mut found);
        if let Some(ticker) = ticker {
            universe.add(ticker, span);
        }
    }
    universe.read()
}

/// Tickers as they are read, each kept once.
#[derive(Default)]
pub(crate) struct Universe {
    tickers: Vec<Ticker>,
    seen: HashSet<Ticker>,
    /// What is wrong with them.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Universe {
    /// Adds the ticker that stands at `span`.
    pub(crate) fn add(&mut self, ticker: Ticker, span: Span) {
        if self.seen.insert(ticker.clone()) {
            self.tickers.push(ticker);
            return;
        }
        let message = format!("`{ticker}` is in the universe twice");
        self.diagnostics.push(Diagnostic::new(BAD_SETTING, Severity::Warning, span, message));
    }

    /// What came of it; no value where there is no ticker.
    pub(crate) fn read(self) -> Read {
        ((!self.tickers.is_empty()).then_some(Value::Tickers(self.tickers)), self.diagnostics)
    }
}

/// A range of a text that stands at byte `at`, as a span of the source.
pub(crate) fn offset(range: &Range<usize>, at: u32) -> Span {
    Span::new(at + range.start as u32, at + range.end as u32)
}

fn no_value(key: Key, span: Span) -> Diagnostic {
    let info = key.info();
    Diagnostic::new(BAD_SETTING, Severity::Error, span, format!("`{}` has no value", info.name)).help(example(info))
}

/// How a setting is written.
fn example(info: &SettingInfo) -> String {
    format!("{EXAMPLE}`{} = {}`", info.name, info.example)
}

/// How a help that shows nothing but the form begins.
pub(crate) const EXAMPLE: &str = "for instance ";

/// An error; `meant` is the evident meaning, as text and as value.
fn refuse(span: Span, message: String, cure: String, meant: Option<(String, Value)>) -> Read {
    let mut diagnostic = Diagnostic::new(BAD_SETTING, Severity::Error, span, message).help(cure);
    let mut value = None;
    if let Some((text, meaning)) = meant {
        diagnostic = diagnostic.fix(Fix::replace(format!("replace by `{text}`"), true, span, text));
        value = Some(meaning);
    }
    (value, vec![diagnostic])
}

fn read_exchange(text: &str, span: Span) -> Read {
    // The API takes ids in lower case, tickers write them in capitals: either is read, the id is sent.
    if let Some(known) = exchange(text) {
        return (Some(Value::Text(known.id.to_owned())), Vec::new());
    }
    let message = format!("`{}` is no exchange that the API names", excerpt(text));
    let mut diagnostic = Diagnostic::new(UNKNOWN_EXCHANGE, Severity::Warning, span, message);
    diagnostic = match closest_exchange(text) {
        Some(near) => diagnostic.help(format!("did you mean `{}` ({})?", near.id, near.name)).fix(Fix::replace(
            format!("replace by `{}`", near.id),
            false,
            span,
            near.id,
        )),
        None => diagnostic.help(format!("it names {}", listed(&Key::Exchange.info().choices()))),
    };
    (Some(Value::Text(text.to_owned())), vec![diagnostic])
}

fn read_mode(text: &str, span: Span) -> Read {
    if let Some(mode) = Mode::ALL.into_iter().find(|mode| mode.as_str() == text) {
        return (Some(Value::Mode(mode)), Vec::new());
    }
    let near = closest(text, Mode::ALL.map(Mode::as_str));
    let meant = Mode::ALL.into_iter().find(|mode| Some(mode.as_str()) == near);
    let cure = "write `isolated` (each ticker by itself) or `cross` (several at once, for pair trading)".to_owned();
    refuse(
        span,
        format!("`{}` is no mode", excerpt(text)),
        cure,
        meant.map(|mode| (mode.to_string(), Value::Mode(mode))),
    )
}

fn refuse_number(key: Key, text: &str, span: Span) -> Read {
    let info = key.info();
    let message = format!("`{}` takes a number, not `{}`", info.name, excerpt(text));
    match loose_number(text).filter(|number| info.bounds.is_none_or(|bounds| bounds.hold(*number))) {
        Some(number) => {
            let written = number.to_string();
            refuse(span, message, format!("write `{written}`"), Some((written, Value::Number(number))))
        }
        None => refuse(span, message, format!("for instance `{}`", info.example), None),
    }
}

/// A plain number: digits with `_` between them, a point, an exponent.
fn number(text: &str) -> Option<f64> {
    let plain = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '_' | 'e' | 'E' | '+' | '-'));
    let misplaced = text.starts_with('_') || text.ends_with('_') || text.contains("__");
    if !plain || misplaced {
        return None;
    }
    text.replace('_', "").parse().ok()
}

/// The number that people mean by `0.05%`, `5bps`, `3x`, `$10,000`, `10k`, `10000 USDT`.
fn loose_number(text: &str) -> Option<f64> {
    let lower = text.trim().trim_start_matches(['$', '€']).to_lowercase();
    let units = [("%", 0.01), ("bps", 0.0001), ("bp", 0.0001), ("x", 1.0), ("k", 1_000.0)];
    let currencies = [("usdt", 1.0), ("usdc", 1.0), ("usd", 1.0), ("$", 1.0), ("€", 1.0), ("krw", 1.0)];
    let with_unit = units.iter().chain(&currencies).find_map(|(unit, factor)| {
        let bare = lower.strip_suffix(unit)?;
        Some((bare.trim_end().to_owned(), *factor))
    });
    let (bare, factor) = with_unit.unwrap_or((lower, 1.0));
    let bare = match bare.split_once(',') {
        // A comma before anything but thousands is a decimal point.
        Some((whole, fraction)) if !fraction.contains([',', '.']) && (fraction.len() != 3 || whole == "0") => {
            format!("{whole}.{fraction}")
        }
        _ => bare.replace(',', ""),
    };
    let number = number(&bare)? * factor;
    // A twelfth decimal is beyond any fee; without rounding 0.07 % would read 0.0007000000000000001.
    number.is_finite().then(|| (number * 1e12).round() / 1e12).filter(|rounded| rounded.is_finite())
}

/// The items of `A, B` or `["A", "B"]`, without quotes and the blanks around them.
fn split_list(text: &str) -> Vec<Range<usize>> {
    // A quote that is never closed is a slip, no reason to swallow the commas behind it.
    let items = split_at_commas(text, true).unwrap_or_else(|| split_at_commas(text, false).unwrap_or_default());
    let bracketed = text.starts_with('[');
    let trimmed = items.into_iter().map(|mut item| {
        if bracketed && item.start == 0 {
            item.start = 1;
        }
        if bracketed && item.end == text.len() && text.ends_with(']') && item.end > item.start {
            item.end -= 1;
        }
        trim(text, trim(text, item, char::is_whitespace), |c| matches!(c, '"' | '\''))
    });
    trimmed.filter(|item| !text[item.clone()].trim().is_empty()).collect()
}

/// The parts between commas; those inside quotes don't count if `quotes`. `None` when a quote stays open.
fn split_at_commas(text: &str, quotes: bool) -> Option<Vec<Range<usize>>> {
    let mut items = Vec::new();
    let mut start = 0;
    let mut open = None;
    for (at, c) in text.char_indices() {
        let first = || text[start..at].trim_matches([' ', '\t', '[']).is_empty();
        match c {
            _ if open == Some(c) => open = None,
            '"' | '\'' if quotes && open.is_none() && first() => open = Some(c),
            ',' if open.is_none() => {
                items.push(start..at);
                start = at + 1;
            }
            _ => {}
        }
    }
    items.push(start..text.len());
    open.is_none().then_some(items)
}

/// A range without what `unwanted` says at its ends.
fn trim(text: &str, range: Range<usize>, unwanted: impl Fn(char) -> bool + Copy) -> Range<usize> {
    let part = &text[range.clone()];
    let end = range.start + part.trim_end_matches(unwanted).len();
    let start = range.end - part.trim_start_matches(unwanted).len();
    start.min(end)..end
}

/// `a`, `b` and `c`.
pub(crate) fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, most)) if !most.is_empty() => format!("{} and {last}", most.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

/// A text as a message shows it: its beginning, where it is too long for a line.
pub(crate) fn excerpt(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(80) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}
