//! Reads `signal.toml`: whatever can be read is used, the rest is reported at its place in that file.

mod catalog;
mod conditions;
mod format;
mod levels;
mod overrides;
mod tables;

use std::collections::HashSet;
use std::ops::Range;

use signal_text::{Diagnostic, Fix, Severity, Source, Span, closest, is_slip};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::layer::Layer;
use crate::value::{BAD_SETTING, Read, Universe, Value, excerpt, listed, read, read_tickers, within};
use crate::{Key, Origin, SETTINGS, Setting, SettingInfo, ValueKind};

use conditions::FAIL_IF;

pub use catalog::Declaration;
pub use conditions::Condition;
pub use overrides::{Override, PathPattern};
pub use tables::{FileKey, FileTable, LEVELS, TABLES};

/// What a `signal.toml` sets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// `[run]`: the settings of a run.
    pub run: Layer,
    /// `[run] fail_if`: conditions on a result under which the run counts as failed.
    pub fail_if: Vec<Condition>,
    /// `[check] fail_on`: the least severity that makes a check fail.
    pub fail_on: Option<Setting<Severity>>,
    /// `[format] line_width`: the widest that a formatted line may be, in characters.
    pub line_width: Option<Setting<u32>>,
    /// `[rules]`, in the order of the file. Whether a name is a rule's is for those to say who know the rules.
    pub rules: Vec<RuleSetting>,
    /// `[[override]]`, in the order of the file: of two that match a path the later one counts.
    pub overrides: Vec<Override>,
    /// `[catalog] declare`: names that the project's scripts may use.
    pub declare: Vec<Declaration>,
}

/// `name = "level"` under `[rules]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSetting {
    /// The rule's name.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// The level; `None` for `off`.
    pub level: Option<Severity>,
    /// Where the level stands, quotes included.
    pub level_span: Span,
}

/// The table that may come several times.
const OVERRIDE: &str = "override";

impl Config {
    /// Reads a settings file, with everything that is wrong with it under the code `bad-setting` and its like.
    #[must_use]
    pub fn parse(source: &Source) -> (Self, Vec<Diagnostic>) {
        let (document, errors) = DeTable::parse_recoverable(source.text());
        let mut reader = Reader { source, config: Self::default(), diagnostics: Vec::new() };
        for (name, value) in document.get_ref() {
            reader.table(name, value);
        }
        reader.syntax_errors(errors);
        let Reader { mut config, mut diagnostics, .. } = reader;
        config.rules.sort_by_key(|rule| rule.name_span);
        diagnostics.sort_by_key(|diagnostic| diagnostic.span);
        (config, diagnostics)
    }

    /// How many places of a text are no TOML.
    #[must_use]
    pub fn syntax_errors(source: &Source) -> usize {
        DeTable::parse_recoverable(source.text()).1.len()
    }
}

type Name<'i> = Spanned<std::borrow::Cow<'i, str>>;

struct Reader<'s> {
    source: &'s Source,
    config: Config,
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn table(&mut self, name: &Name<'_>, value: &Spanned<DeValue<'_>>) {
        let known = TABLES.iter().any(|table| table.name == name.get_ref().as_ref());
        if !known {
            self.unknown_table(name);
            return;
        }
        if name.get_ref() == OVERRIDE {
            self.overrides(value);
            return;
        }
        let DeValue::Table(table) = value.get_ref() else {
            let name = name.get_ref();
            let message = format!("`{name}` is a table here, not {}", a_type(value.get_ref()));
            let help = format!("write a line `[{name}]` and its keys below it");
            self.error(self.span(value.span()), message, help);
            return;
        };
        for (key, value) in table {
            match name.get_ref().as_ref() {
                "run" => self.run(key, value),
                "check" => self.check(key, value),
                "format" => self.format(key, value),
                "rules" => self.rule(key, value),
                _ => self.catalog(key, value),
            }
        }
    }

    fn run(&mut self, name: &Name<'_>, value: &Spanned<DeValue<'_>>) {
        if name.get_ref() == FAIL_IF {
            self.fail_if(value);
            return;
        }
        let Some(key) = Key::find(name.get_ref()) else {
            let near = Key::closest(name.get_ref()).map(Key::name).or_else(|| closest(name.get_ref(), [FAIL_IF]));
            let known: Vec<&str> = SETTINGS.iter().map(|info| info.name).chain([FAIL_IF]).collect();
            self.unknown_key("run", name, near, &known);
            return;
        };
        let span = self.span(value.span());
        let (read, mut diagnostics) = self.value(key, value, span);
        self.diagnostics.append(&mut diagnostics);
        self.config.run.set(key, read, Origin::Config(span));
    }

    fn value(&self, key: Key, value: &Spanned<DeValue<'_>>, span: Span) -> Read {
        let kind = key.info().kind;
        match (kind, value.get_ref()) {
            // As it is written, so that a time of day is found fault with in the same words as in a directive.
            (ValueKind::Date, DeValue::Datetime(_)) => read(key, self.source.slice(span), span.start),
            (ValueKind::Number, DeValue::Integer(integer)) => {
                // One that does not fit is beyond all bounds, whatever it is.
                let integer = i64::from_str_radix(integer.as_str(), integer.radix());
                within(key, integer.map_or(f64::INFINITY, |integer| integer as f64), span)
            }
            (ValueKind::Number, DeValue::Float(float)) => match float.as_str().parse() {
                Ok(float) => within(key, float, span),
                Err(_) => wrong_type(key.info(), value.get_ref(), span),
            },
            (ValueKind::Switch, DeValue::Boolean(on)) => (Some(Value::Switch(*on)), Vec::new()),
            (ValueKind::Tickers, DeValue::Array(items)) => self.tickers(key, items, span),
            (ValueKind::Number | ValueKind::Switch, DeValue::String(text)) => match read(key, text, 0) {
                (Some(value), problems) if problems.is_empty() => {
                    let message = format!("`{}` is written without quotes", key.name());
                    let fix = Fix::replace("remove the quotes", true, span, text.as_ref());
                    (Some(value), vec![Diagnostic::new(BAD_SETTING, Severity::Error, span, message).fix(fix)])
                }
                _ => wrong_type(key.info(), value.get_ref(), span),
            },
            (_, DeValue::String(text)) => self.plain(text, span, |text, at| read(key, text, at)),
            (_, other) => wrong_type(key.info(), other, span),
        }
    }

    fn tickers(&self, key: Key, items: &[Spanned<DeValue<'_>>], span: Span) -> Read {
        if items.is_empty() {
            return read(key, "", span.start);
        }
        let mut universe = Universe::default();
        for item in items {
            let at = self.span(item.span());
            let DeValue::String(text) = item.get_ref() else {
                universe.diagnostics.extend(wrong_type(key.info(), item.get_ref(), at).1);
                continue;
            };
            let one = |text: &str, at: u32| read_tickers(vec![Range { start: 0, end: text.len() }], text, at);
            let (value, mut found) = self.plain(text, at, one);
            universe.diagnostics.append(&mut found);
            if let Some(Value::Tickers(tickers)) = value {
                for ticker in tickers {
                    universe.add(ticker, at);
                }
            }
        }
        universe.read()
    }

    /// Reads a string's content at its place; where escapes or triple quotes blur the places, the whole string is meant,
    /// and fixes are left out.
    fn plain(&self, text: &str, span: Span, read: impl Fn(&str, u32) -> Read) -> Read {
        if let Some(content) = self.content(text, span) {
            return read(text, content.start);
        }
        let (value, mut diagnostics) = read(text, span.start);
        for diagnostic in &mut diagnostics {
            diagnostic.span = span;
            diagnostic.fixes.clear();
            diagnostic.labels.clear();
        }
        (value, diagnostics)
    }

    /// Where a string's value stands as it is: between its quotes, or all of it where the quotes were forgotten, which
    /// the TOML reader reports and reads all the same.
    fn content(&self, text: &str, span: Span) -> Option<Span> {
        let inside = Span::new(span.start + 1, span.end.saturating_sub(1));
        [inside, span].into_iter().find(|place| self.source.text().get(place.range()) == Some(text))
    }

    fn check(&mut self, name: &Name<'_>, value: &Spanned<DeValue<'_>>) {
        if name.get_ref() != "fail_on" {
            let near = closest(name.get_ref(), ["fail_on"]);
            self.unknown_key("check", name, near, &["fail_on"]);
            return;
        }
        let span = self.span(value.span());
        if let Some(Some(value)) = self.level(value, &["error", "warning", "info", "hint"]) {
            self.config.fail_on = Some(Setting { value, origin: Origin::Config(span) });
        }
    }

    /// Reports what is no TOML, and takes back what was said about values that only look as they do because of it.
    fn syntax_errors(&mut self, errors: Vec<toml::de::Error>) {
        let text = self.source.text();
        let mut errors: Vec<(Span, String)> = errors
            .iter()
            .map(|error| {
                (self.span(error.span().unwrap_or(text.len()..text.len())), error.message().replace('\n', ", "))
            })
            .collect();
        errors.sort();
        // One a line: what the reader stumbles over behind the first is most often its consequence.
        errors.dedup_by_key(|(span, _)| self.source.lines().line(span.start));
        // A list that is not closed takes everything behind it for its items.
        let swallowed =
            errors.iter().position(|(_, message)| message.contains("array") || message.contains("inline table"));
        if let Some(first) = swallowed {
            errors.truncate(first + 1);
            let from = errors[first].0.start;
            self.diagnostics.retain(|found| found.span.start < from);
        }
        let line = |span: Span| self.source.lines().line(span.start);
        let lines: HashSet<usize> = errors.iter().map(|(span, _)| line(*span)).collect();
        self.diagnostics.retain(|found| !lines.contains(&line(found.span)));
        let errors: Vec<_> = errors.iter().map(|(span, message)| self.syntax_error(*span, message)).collect();
        self.diagnostics.extend(errors);
    }

    fn syntax_error(&self, span: Span, message: &str) -> Diagnostic {
        let written = self.source.slice(span);
        let error = |message: String| Diagnostic::new(BAD_SETTING, Severity::Error, span, message);
        let plain = !written.is_empty() && !written.contains(['"', '\\', '\n', '\r']);
        if message.contains("must be quoted") && plain {
            let quoted = format!("\"{written}\"");
            return error(format!(
                "`{}` needs quotes: only numbers, dates, true and false go without",
                excerpt(written)
            ))
            .fix(Fix::replace("put it in quotes", true, span, quoted));
        }
        let found = error(format!("this can't be read as TOML: {message}"));
        let colon = written == ":" || message.contains("expected `=`");
        if colon { found.help("a key and its value are parted by `=`: `timeframe = \"1h\"`") } else { found }
    }

    fn unknown_table(&mut self, name: &Name<'_>) {
        let (written, span) = (excerpt(name.get_ref()), self.span(name.span()));
        let found =
            Diagnostic::new(BAD_SETTING, Severity::Warning, span, format!("`{written}` is no table of signal.toml"));
        let near = closest(&written, TABLES.map(|table| table.name));
        let found = match (near, Key::find(&written)) {
            (_, Some(key)) => found.help(format!("`{}` belongs under `[run]`", key.name())),
            (Some(near), None) => {
                let title = format!("replace by `{near}`");
                found.help(format!("did you mean {}?", header(near))).fix(Fix::replace(
                    title,
                    is_slip(&written, near),
                    span,
                    near,
                ))
            }
            (None, None) => {
                let tables = TABLES.map(|table| format!("{} ({})", header(table.name), table.summary));
                found.help(format!("there are {}", tables.join(", ")))
            }
        };
        self.diagnostics.push(found);
    }

    fn unknown_key(&mut self, table: &str, name: &Name<'_>, near: Option<&'static str>, known: &[&str]) {
        let (written, span) = (excerpt(name.get_ref()), self.span(name.span()));
        let message = format!("`{written}` is no key of `[{table}]`");
        let found = Diagnostic::new(BAD_SETTING, Severity::Warning, span, message);
        self.diagnostics.push(match near {
            Some(near) => {
                let title = format!("replace by `{near}`");
                found.help(format!("did you mean `{near}`?")).fix(Fix::replace(
                    title,
                    is_slip(&written, near),
                    span,
                    near,
                ))
            }
            None if known.len() == 1 => found.help(format!("its only key is {}", listed(known))),
            None => found.help(format!("its keys are {}", listed(known))),
        });
    }

    fn error(&mut self, span: Span, message: String, help: String) {
        self.diagnostics.push(Diagnostic::new(BAD_SETTING, Severity::Error, span, message).help(help));
    }

    /// A range of the TOML reader's as a span, on character boundaries whatever it says.
    fn span(&self, range: Range<usize>) -> Span {
        self.source.clamp(range.into())
    }
}

/// How a table is begun.
fn header(table: &str) -> String {
    if table == OVERRIDE { format!("`[[{table}]]`") } else { format!("`[{table}]`") }
}

fn wrong_type(info: &SettingInfo, value: &DeValue<'_>, span: Span) -> Read {
    let takes = match info.kind {
        ValueKind::Date => "a date",
        ValueKind::Timeframe => "a timeframe in quotes",
        ValueKind::Exchange => "an exchange id in quotes",
        ValueKind::Number => "a number",
        ValueKind::Text => "a text in quotes",
        ValueKind::Tickers => "tickers in quotes",
        ValueKind::Mode => "a mode in quotes",
        ValueKind::Switch => "true or false",
    };
    let example = match info.kind {
        ValueKind::Date | ValueKind::Number | ValueKind::Switch => info.example.to_owned(),
        ValueKind::Tickers => format!("[\"{}\"]", info.example.replace(", ", "\", \"")),
        _ => format!("\"{}\"", info.example),
    };
    let message = format!("`{}` takes {takes}, not {}", info.name, a_type(value));
    let found = Diagnostic::new(BAD_SETTING, Severity::Error, span, message)
        .help(format!("for instance `{} = {example}`", info.name));
    (None, vec![found])
}

/// What a value is, in words.
fn a_type(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
