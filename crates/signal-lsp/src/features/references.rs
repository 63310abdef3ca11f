//! Every place of what stands at the cursor: a name with all of its definitions, a function, market data, a ticker.

use signal_text::Span;

use super::tickers;
use crate::places::{Sense, place_at, places_of};
use crate::snapshot::Snapshot;

/// All places, in the order of the text. `with_definitions`: also those that give the name, and the universe's word for a ticker.
pub(crate) fn references(snapshot: &Snapshot, offset: u32, with_definitions: bool) -> Vec<Span> {
    if let Some(place) = place_at(snapshot, offset) {
        let places = places_of(snapshot, &place);
        let wanted = places.iter().filter(|place| with_definitions || !matches!(place.sense, Sense::Write(_)));
        return wanted.map(|place| place.span).collect();
    }
    let Some(ticker) = tickers::ticker_at(snapshot, offset) else { return Vec::new() };
    let given = tickers::in_universe(snapshot, ticker.market).and_then(|(place, _)| place);
    let mut places = tickers::places_of(snapshot, ticker.market);
    places.retain(|place| with_definitions || Some(*place) != given);
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{at_cursor, ranges};

    /// All places with definitions, and the number of them without.
    fn check(marked: &str, expected: &str, without_definitions: usize) {
        let (snapshot, offset) = at_cursor(marked);
        assert_eq!(ranges(&snapshot, references(&snapshot, offset, true)), expected, "{marked}");
        assert_eq!(references(&snapshot, offset, false).len(), without_definitions, "{marked}");
    }

    #[test]
    fn a_name_has_its_definitions_and_reads() {
        check("x = 1\ny = ┃x + x\nx = 2\n", "1:1-2 2:5-6 2:9-10 3:1-2", 2);
        check("x┃ = 1\n", "1:1-2", 0);
    }

    #[test]
    fn functions_and_data_have_reads_only() {
        check("x = r┃si(close, 14) > rsi(close, 7)\n", "1:5-8 1:22-25", 2);
        check("x = rsi(clo┃se, 14)\ny = close\n", "1:9-14 2:5-10", 2);
    }

    #[test]
    fn a_ticker_has_its_actions_and_its_place_in_the_universe() {
        let script = "#! universe = BINANCE:BTC/USDT\nemit_signal(close > 1, entry(\"BINANCE:BTC┃/USDT\", \"LONG\"))\n\
                      emit_signal(close < 1, exit(\"binance:btc/usdt\"))\n";
        check(script, "1:15-31 2:31-47 3:30-46", 2);
        check("#! universe = BINANCE:B┃TC/USDT\n", "", 0);
    }

    #[test]
    fn what_is_no_name_has_none() {
        check("x = 1┃4 + 14\n", "", 0);
        check("# x┃\nx = 1\n", "", 0);
    }
}
