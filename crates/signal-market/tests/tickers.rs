//! Tickers: what is read, what is refused with which cure, and what is merely doubted.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use signal_market::{ConcernKind, Grade, MarketType, Ticker, TickerPart};

/// Checks a refusal: the part, the text under its range, and the message with the cure.
fn refused(text: &str, part: TickerPart, at: &str, message: &str) {
    let error = Ticker::parse(text).unwrap_err();
    assert_eq!(error.to_string(), message);
    assert_eq!((error.part, &text[error.range.clone()]), (part, at), "{text}");
}

/// Checks that a text is read, as itself, and which concerns it raises: kind, the text it is about, and the ticker it suggests.
fn read(text: &str, expected: &[(ConcernKind, &str, Option<&str>)]) {
    let ticker = Ticker::parse(text).unwrap();
    assert_eq!(ticker.to_string(), text);
    let concerns = ticker.concerns();
    let found: Vec<_> = concerns
        .iter()
        .map(|concern| {
            let mended = concern.suggestion.as_ref().map(ToString::to_string);
            (concern.kind, &text[concern.range.clone()], mended)
        })
        .collect();
    let found: Vec<_> = found.iter().map(|(kind, at, mended)| (*kind, *at, mended.as_deref())).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn the_documented_forms_raise_no_concern() {
    for text in [
        "BINANCE:BTC/USDT",
        "BINANCEFUTURESUSD:BTC/USDT:USDT",
        "UPBIT:BTC/KRW",
        "HYPERLIQUID:kPEPE/USDC:USDC",
        "LIGHTER:ETH/USDC:USDC",
        "BINANCE:1000PEPE/USDT",
        "BINANCE:1INCH/USDT",
        "POLYMARKET:71321045679252212594626385532706912750332728571942532289631379312455583992563/USDC",
        "POLYMARKET:will-it-rain?/USDC",
        "BINANCE:币安人生/USDT",
        "BINANCEFUTURESUSD:BTC/USDT:USDT-260626",
    ] {
        read(text, &[]);
    }
}

#[test]
fn the_parts_are_those_of_the_text() {
    let ticker = Ticker::parse("BINANCEFUTURESUSD:BTC/USDT:USDC").unwrap();
    assert_eq!(
        (ticker.exchange.as_str(), ticker.base.as_str(), ticker.quote.as_str(), ticker.settle.as_deref()),
        ("BINANCEFUTURESUSD", "BTC", "USDT", Some("USDC"))
    );
    assert_eq!(ticker.symbol(), "BTC/USDT");
    assert_eq!(ticker.market(), Some(MarketType::Perpetual));
    assert_eq!(Ticker::parse("KRAKEN:BTC/USD").unwrap().market(), None);
}

#[test]
fn what_looks_wrong_is_a_concern_and_no_error() {
    use ConcernKind::{LowerCase, OlderExchange, QuoteMissing, SettleExtra, SettleMissing, UnknownExchange};
    read("BINANSE:BTC/USDT", &[(UnknownExchange, "BINANSE", Some("BINANCE:BTC/USDT"))]);
    read("KRAKEN:BTC/USD", &[(UnknownExchange, "KRAKEN", None)]);
    read("GATE:BTC/USDT", &[(OlderExchange, "GATE", None)]);
    read("binance:BTC/USDT", &[(LowerCase, "binance", Some("BINANCE:BTC/USDT"))]);
    read("BINANCE:btc/usdt", &[(LowerCase, "btc/usdt", Some("BINANCE:BTC/USDT"))]);
    read("binance:btc/usdt", &[(LowerCase, "binance:btc/usdt", Some("BINANCE:BTC/USDT"))]);
    read("BINANCEFUTURESUSD:BTC/USDT", &[(SettleMissing, "", Some("BINANCEFUTURESUSD:BTC/USDT:USDT"))]);
    read("BINANCE:BTC/USDT:USDT", &[(SettleExtra, "USDT", Some("BINANCE:BTC/USDT"))]);
    read("POLYMARKET:0xabc123", &[(QuoteMissing, "", None)]);
    read("POLYMARKET:Will it rain?/USDC", &[]);
    read("BINANCE:B TC/USDT", &[(ConcernKind::Blank, "BINANCE:B TC/USDT", Some("BINANCE:BTC/USDT"))]);
}

#[test]
fn concerns_say_what_to_write() {
    let message = |text: &str| Ticker::parse(text).unwrap().concerns().remove(0).message;
    assert_eq!(message("BINANSE:BTC/USDT"), "`BINANSE` is no exchange that the API names; did you mean `BINANCE`?");
    assert_eq!(
        message("BINANCE:BTC/USDT:USDT"),
        "Binance is a spot market, whose tickers have no settle currency: `BINANCE:BTC/USDT`, \
         or `BINANCEFUTURESUSD:BTC/USDT:USDT` for the perpetual"
    );
    assert_eq!(
        message("LIGHTER:ETH/USDC"),
        "Lighter trades perpetuals, whose tickers name the settle currency: `LIGHTER:ETH/USDC:USDC`"
    );
    assert_eq!(Ticker::parse("GATE:BTC/USDT").unwrap().concerns()[0].grade, Grade::Info);
}

#[test]
fn other_ways_to_write_a_ticker_are_refused_with_the_right_one() {
    use TickerPart::{Base, Exchange, Quote, Settle, Whole};
    refused(
        "BINANCE:BTC-USDT",
        Base,
        "-",
        "`BINANCE:BTC-USDT` has no `/` between its base and its quote; write `BINANCE:BTC/USDT`",
    );
    refused(
        "BINANCE:BTCUSDT",
        Base,
        "BTCUSDT",
        "`BINANCE:BTCUSDT` has no `/` between its base and its quote; write `BINANCE:BTC/USDT`",
    );
    refused(
        "UPBIT:KRW-BTC",
        Base,
        "-",
        "`UPBIT:KRW-BTC` has no `/` between its base and its quote; write `UPBIT:BTC/KRW`",
    );
    refused(
        "BINANCE:BTCUSDT.P",
        Base,
        ".",
        "`BINANCE:BTCUSDT.P` has no `/` between its base and its quote; write `BINANCEFUTURESUSD:BTC/USDT:USDT`",
    );
    refused(
        "BINANCE:BTC",
        Base,
        "BTC",
        "`BINANCE:BTC` has no `/` between its base and its quote; write it in full, for instance `BINANCE:BTC/USDT`",
    );
    refused(
        "BTC/USDT",
        Exchange,
        "",
        "`BTC/USDT` does not name its exchange; write it in full, for instance `BINANCE:BTC/USDT`",
    );
    refused(
        "BTC/KRW",
        Exchange,
        "",
        "`BTC/KRW` does not name its exchange; write it in full, for instance `UPBIT:BTC/KRW`",
    );
    refused(
        "BTC/USDT:USDT",
        Exchange,
        "",
        "`BTC/USDT:USDT` does not name its exchange; write it in full, for instance `BINANCEFUTURESUSD:BTC/USDT:USDT`",
    );
    refused(
        "BTCUSDT",
        Exchange,
        "",
        "`BTCUSDT` does not name its exchange; write it in full, for instance `BINANCE:BTC/USDT`",
    );
    refused(
        "BTC/USDT:BINANCE",
        Exchange,
        "",
        "`BTC/USDT:BINANCE` does not name its exchange; write `BINANCE:BTC/USDT`",
    );
    refused(
        "BINANCE/BTC/USDT",
        Exchange,
        "",
        "`BINANCE/BTC/USDT` does not name its exchange; write `BINANCE:BTC/USDT`",
    );
    refused(
        "BINANCE: BTC/USDT",
        Base,
        " BTC",
        "there is a blank around the base of `BINANCE: BTC/USDT`; write `BINANCE:BTC/USDT`",
    );
    refused(
        " BINANCE:BTC/USDT",
        Exchange,
        " BINANCE",
        "there is a blank around the exchange of ` BINANCE:BTC/USDT`; write `BINANCE:BTC/USDT`",
    );
    refused(
        "BINANCEFUTURESUSD:BTC/USDT:",
        Settle,
        "",
        "the settle currency of `BINANCEFUTURESUSD:BTC/USDT:` is empty; write `BINANCEFUTURESUSD:BTC/USDT:USDT`",
    );
    refused(
        "BINANCE:/USDT",
        Base,
        "",
        "the base of `BINANCE:/USDT` is empty; the form is `EXCHANGE:BASE/QUOTE`, and `EXCHANGE:BASE/QUOTE:SETTLE` for a perpetual",
    );
    refused(
        "BINANCE:BTC/",
        Quote,
        "",
        "the quote of `BINANCE:BTC/` is empty; write it in full, for instance `BINANCE:BTC/USDT`",
    );
    refused(
        "BINANCE:BTC/USDT/X",
        Quote,
        "/X",
        "`BINANCE:BTC/USDT/X` has too many parts; the form is `EXCHANGE:BASE/QUOTE`, and `EXCHANGE:BASE/QUOTE:SETTLE` for a perpetual",
    );
    refused(
        "BINANCE",
        Whole,
        "",
        "`BINANCE` names no pair; the form is `EXCHANGE:BASE/QUOTE`, and `EXCHANGE:BASE/QUOTE:SETTLE` for a perpetual",
    );
    refused(
        "",
        Whole,
        "",
        "the ticker is empty; the form is `EXCHANGE:BASE/QUOTE`, and `EXCHANGE:BASE/QUOTE:SETTLE` for a perpetual",
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_panics_and_every_place_and_cure_holds(
        text in "(BINANCE|upbit|GATE|POLYMARKET|KRAKEN|[A-Zaé ]{0,4})[:/. -]{0,2}[A-Za-zé0-9🚀 ]{0,5}[:/._-]{0,2}(USDT|KRW|usd|é)?[:/ ]{0,2}[A-Z]{0,4}(\\.P)?"
    ) {
        match Ticker::parse(&text) {
            Ok(ticker) => {
                prop_assert_eq!(ticker.to_string(), text.as_str());
                for concern in ticker.concerns() {
                    prop_assert!(text.get(concern.range.clone()).is_some());
                    prop_assert!(!concern.message.is_empty());
                    if let Some(mended) = concern.suggestion {
                        prop_assert_ne!(&mended, &ticker);
                        let again = mended.concerns().iter().any(|other| other.kind == concern.kind);
                        prop_assert!(!again, "{} still raises {:?}", mended, concern.kind);
                    }
                }
            }
            Err(error) => {
                prop_assert!(text.get(error.range.clone()).is_some());
                if let Some(suggestion) = error.suggestion {
                    prop_assert!(Ticker::parse(&suggestion).is_ok());
                }
            }
        }
    }
}
