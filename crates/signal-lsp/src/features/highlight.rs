//! The places to light up while the cursor stands on one of them.

use signal_text::Span;

use super::tickers;
use crate::places::{Sense, place_at, places_of};
use crate::snapshot::Snapshot;

/// What happens at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// The name gets a value.
    Write,
    /// Its value is taken.
    Read,
    /// A text that says the same.
    Text,
}

/// The places of the name, function or ticker at an offset, in the order of the text.
pub(crate) fn highlights(snapshot: &Snapshot, offset: u32) -> Vec<(Span, Access)> {
    let Some(place) = place_at(snapshot, offset) else {
        let ticker = tickers::ticker_at(snapshot, offset);
        let places = ticker.map(|ticker| tickers::places_of(snapshot, ticker.market)).unwrap_or_default();
        return places.into_iter().map(|span| (span, Access::Text)).collect();
    };
    let access = |sense| if matches!(sense, Sense::Write(_)) { Access::Write } else { Access::Read };
    places_of(snapshot, &place).iter().map(|place| (place.span, access(place.sense))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{at_cursor, ranges};

    fn check(marked: &str, writes: &str, reads: &str, texts: &str) {
        let (snapshot, offset) = at_cursor(marked);
        let found = highlights(&snapshot, offset);
        let of = |access| {
            ranges(&snapshot, found.iter().filter(|(_, other)| *other == access).map(|(span, _)| *span).collect())
        };
        assert_eq!([of(Access::Write), of(Access::Read), of(Access::Text)], [writes, reads, texts], "{marked}");
    }

    #[test]
    fn writes_and_reads_are_told_apart() {
        check("x = 1\ny = ┃x + x\nx = 2\n", "1:1-2 3:1-2", "2:5-6 2:9-10", "");
        check("y = clos┃e\n", "", "1:5-10", "");
        check(
            "emit_signal(close > 1, entry(\"BINANCE:BTC/┃USDT\", \"LONG\"))\nemit_signal(close < 1, exit(\"BINANCE:BTC/USDT\"))\n",
            "",
            "",
            "1:31-47 2:30-46",
        );
        check("y = 1┃4 + 14\n", "", "", "");
    }

    #[test]
    fn places_are_counted_right_behind_astral_characters() {
        check("x = \"🚀\" # 🚀\ny = f(\"🚀é\", x┃)\r\nz = x", "1:1-2", "2:13-14 3:5-6", "");
    }
}
