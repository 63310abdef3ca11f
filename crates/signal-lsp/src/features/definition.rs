//! Where a name, a ticker or a setting comes from: the line that gives it, in the script or in `signal.toml`.

use signal_project::{Directives, Flags, Key, Origin};
use signal_text::Span;

use super::tickers;
use crate::places::{Place, Sense, place_at, places_of};
use crate::snapshot::Snapshot;

/// Where something comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Definition {
    /// The text that was asked about.
    pub(crate) asked: Span,
    /// Where it leads to.
    pub(crate) target: Target,
}

/// A place that a text leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A place in the script.
    Script {
        /// The name, or whatever is the point of it.
        name: Span,
        /// What it is a part of.
        whole: Span,
    },
    /// A place in the project's settings file.
    Settings(Span),
}

/// The line that counts for what stands at `offset`: of a name that several lines bind, the one that is read there.
pub(crate) fn definition(snapshot: &Snapshot, offset: u32) -> Option<Definition> {
    match place_at(snapshot, offset) {
        Some(place) => of_name(snapshot, &place),
        None => of_ticker(snapshot, offset).or_else(|| of_setting(snapshot, offset)),
    }
}

/// As [`definition`]; of a name that several lines bind, the first one.
pub(crate) fn declaration(snapshot: &Snapshot, offset: u32) -> Option<Definition> {
    let Some(place) = place_at(snapshot, offset) else { return definition(snapshot, offset) };
    let places = places_of(snapshot, &place);
    match places.iter().find(|place| matches!(place.sense, Sense::Write(_))) {
        Some(first) => Some(Definition { asked: place.span, target: in_script(snapshot, first) }),
        None => of_name(snapshot, &place),
    }
}

fn of_name(snapshot: &Snapshot, place: &Place) -> Option<Definition> {
    let target = match place.sense {
        Sense::Write(id) | Sense::Read(id) | Sense::Early(id) => {
            let definition = snapshot.facts().bindings.definition(id);
            in_script(snapshot, &Place { span: definition.name, statement: definition.statement, ..*place })
        }
        Sense::Unknown | Sense::Data | Sense::Call => declared(snapshot, snapshot.source().slice(place.span))?,
    };
    Some(Definition { asked: place.span, target })
}

fn in_script(snapshot: &Snapshot, place: &Place) -> Target {
    Target::Script { name: place.span, whole: snapshot.tree().statements()[place.statement].span }
}

/// The line of `[catalog] declare` that makes a name known.
fn declared(snapshot: &Snapshot, name: &str) -> Option<Target> {
    let declared = &snapshot.project().config.as_ref()?.declare;
    let is_it = |text: &str| {
        let rest = text.trim_start().strip_prefix(name).map(str::trim_start);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('('))
    };
    declared.iter().find(|declaration| is_it(&declaration.text)).map(|declaration| Target::Settings(declaration.span))
}

/// For a ticker of an action, its place in the universe.
fn of_ticker(snapshot: &Snapshot, offset: u32) -> Option<Definition> {
    let ticker = tickers::ticker_at(snapshot, offset)?;
    let target = match tickers::in_universe(snapshot, ticker.market)? {
        (Some(span), _) => Target::Script { name: span, whole: line_of_directive(snapshot, span) },
        (None, Origin::Directive(span)) => Target::Script { name: span, whole: line_of_directive(snapshot, span) },
        (None, Origin::Config(span)) => Target::Settings(span),
        (None, Origin::Default | Origin::Flag) => return None,
    };
    Some(Definition { asked: ticker.span, target })
}

fn line_of_directive(snapshot: &Snapshot, within: Span) -> Span {
    let lines = &snapshot.directives().lines;
    lines.iter().map(|line| line.line).find(|line| line.touches(within.start)).unwrap_or(within)
}

/// For a directive the line that it goes before: the same setting in `signal.toml`. One that does not count leads to the one
/// that does.
fn of_setting(snapshot: &Snapshot, offset: u32) -> Option<Definition> {
    let lines = &snapshot.directives().lines;
    let line = lines.iter().find(|line| line.line.touches(offset))?;
    let key = line.setting?;
    let asked = if line.value.touches(offset) && !line.value.is_empty() { line.value } else { line.key };
    let counting = lines.iter().find(|other| other.counts && other.setting == Some(key));
    let target = match counting {
        Some(other) if !line.counts => Target::Script { name: other.key, whole: other.line },
        _ => Target::Settings(in_settings_file(snapshot, key)?),
    };
    Some(Definition { asked, target })
}

fn in_settings_file(snapshot: &Snapshot, key: Key) -> Option<Span> {
    let config = snapshot.project().config.as_deref()?;
    // What the file says alone, without the script's word, which goes before it.
    let alone = signal_project::resolve(Some(config), &Directives::default(), &Flags::default());
    match alone.written(key)?.origin {
        Origin::Config(span) => Some(span),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{at_cursor, at_cursor_under};

    fn described(snapshot: &Snapshot, settings: &str, found: Option<Definition>) -> String {
        let Some(found) = found else { return "nowhere".to_owned() };
        let asked = snapshot.source().slice(found.asked);
        match found.target {
            Target::Script { name, whole } => {
                assert!(whole.start <= name.start && name.end <= whole.end);
                let line = snapshot.source().line_column(name.start).line;
                format!("{asked} -> {line}: {}", snapshot.source().slice(name))
            }
            Target::Settings(span) => format!("{asked} -> signal.toml: {}", &settings[span.range()]),
        }
    }

    /// Definition and declaration of what stands at the cursor.
    fn check(marked: &str, definition_is: &str, declaration_is: &str) {
        let (snapshot, offset) = at_cursor(marked);
        assert_eq!(described(&snapshot, "", definition(&snapshot, offset)), definition_is, "{marked}");
        assert_eq!(described(&snapshot, "", declaration(&snapshot, offset)), declaration_is, "{marked}");
    }

    #[test]
    fn a_name_leads_to_the_line_that_counts_and_to_its_first_line() {
        check("x = 1\nx = x┃ + 1\ny = x\n", "x -> 1: x", "x -> 1: x");
        check("x = 1\nx = x + 1\ny = ┃x\n", "x -> 2: x", "x -> 1: x");
        check("a, b = bbands(close)\ny = b┃\n", "b -> 1: b", "b -> 1: b");
        check("y = x┃\nx = 1\n", "x -> 2: x", "x -> 2: x");
    }

    #[test]
    fn a_name_that_is_being_used_in_a_broken_line_leads_to_its_line() {
        check("fast = 1\ny = sma(┃fast, ", "fast -> 1: fast", "fast -> 1: fast");
        check("fast = 1\nfast = 2\ny = sma(┃fast, ", "fast -> 2: fast", "fast -> 1: fast");
    }

    #[test]
    fn names_of_the_catalog_lead_nowhere() {
        check("y = rs┃i(close, 14)\n", "nowhere", "nowhere");
        check("y = rsi(┃close, 14)\n", "nowhere", "nowhere");
        check("y = oo┃ps\n", "nowhere", "nowhere");
    }

    #[test]
    fn a_ticker_leads_to_the_universe() {
        check(
            "#! universe = BINANCE:BTC/USDT, BINANCE:ETH/USDT\nemit_signal(close > 1, entry(\"BINANCE:ETH┃/USDT\", \"LONG\"))\n",
            "BINANCE:ETH/USDT -> 1: BINANCE:ETH/USDT",
            "BINANCE:ETH/USDT -> 1: BINANCE:ETH/USDT",
        );
    }

    #[test]
    fn a_directive_that_does_not_count_leads_to_the_one_that_does() {
        check("#! time┃frame = 1h\n#! timeframe = 4h\n", "timeframe -> 2: timeframe", "timeframe -> 2: timeframe");
        check("#! time┃frame = 1h\n", "nowhere", "nowhere");
    }

    #[test]
    fn what_the_project_says_is_in_its_settings_file() {
        let settings = "[run]\ntimeframe = \"4h\"\nuniverse = [\"BINANCE:BTC/USDT\"]\n\
                        [catalog]\ndeclare = [\"sloped\", \"slope(series, period=3)\"]\n";
        let cases = [
            ("x = slo┃pe(close)\n", "slope -> signal.toml: slope(series, period=3)"),
            ("x = slo┃ped + 1\n", "sloped -> signal.toml: sloped"),
            ("slope = slope(close)\ny = slo┃pe\n", "slope -> 1: slope"),
            ("#! timeframe = 1┃h\n", "1h -> signal.toml: \"4h\""),
            ("#! mode = cro┃ss\n", "nowhere"),
            (
                "emit_signal(close > 1, entry(\"BINANCE:BTC/US┃DT\", \"LONG\"))",
                "BINANCE:BTC/USDT -> signal.toml: [\"BINANCE:BTC/USDT\"]",
            ),
        ];
        for (marked, expected) in cases {
            let (snapshot, offset) = at_cursor_under(marked, settings);
            assert_eq!(described(&snapshot, settings, definition(&snapshot, offset)), expected, "{marked}");
        }
    }
}
