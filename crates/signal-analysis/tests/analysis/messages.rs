//! The messages as people read them, pinned as one text.

use std::fmt::Write as _;

use signal_market::Date;
use signal_project::Flags;
use signal_text::{Diagnostic, Source, Span};

use crate::check;

/// Faulty scripts, one remark a reader should find helpful each.
const SCRIPTS: &[&str] = &[
    // names
    "oversold = rsl(close, 14) < 30",
    "up = close() > 5",
    "up = clsoe > sma(close, 20)",
    "up = rsi < 30",
    "fast_average = sma(close, 5)\nup = fast_avrage > 5",
    "up = funding_rate > 0",
    "up = slow > 5\nslow = sma(close, 20)",
    // calls
    "x = sma(close, 20, 3, 4)",
    "x = sma()",
    "x = rsi(14)",
    "x = macd(close, 12, 26, 9, 1)",
    "x = sma(close, peroid=20)",
    "x = sma(close, 20, timeperiod=20)",
    "x = rsi(close, 1)",
    "n = 200000\nx = ema(close, n)",
    "x = rsi(close, 29 / 2)",
    "x = frama(15)",
    "x = mavp(close, volume, 30, 2)",
    "x = atr(14, 15)",
    "x = obv(14)",
    "emit_signal(close > 1)",
    // settings and tickers
    "#! timeframe = 2h\nx = close",
    "#! start_date = 2024-02-30\nx = close",
    "#! start_date = 2024-06-01\n#! end_date = 2024-01-01\nx = close",
    "#! leverage = 500\nx = close",
    "#! mode = crossed\nx = close",
    "#! universe = BTCUSDT, BINANCE:ETH/USDT\nx = close",
    "#! timefrme = 1h\nx = close",
    "emit_signal(close > 1, entry(\"btcusdt\", \"LONG\", Weight(0.5)))",
    "emit_signal(close > 1, entry(\"BINANCEFUTURESUSD:BTC/USDT\", \"LONG\", Weight(0.5)))",
    "emit_signal(close > 1, entry(\"BINNANCE:BTC/USDT\", \"LONG\", Weight(0.5)))",
    // comments that allow
    "# signal: alow unknown-function\nx = close",
    "# signal: allow-file unknown-function because it is new\nx = close",
    "# signal: allow unknown-functon, wobble\nx = close",
    "# signal: allow because it is new\nx = close",
    "x = rsl(close)  # signal: allow unknown-function it is new",
    "x = rsl(close)  # signal: allow unknown-function, unknown-exchange, bad-setting because it is new",
    "x = close  # signal: allow unknown-function because it is new",
    "# signal: allow bad-setting, unknown-function in this file\nx = close",
    "x = close +  # signal: allow syntax-error",
    // bars
    "#! timeframe = 1d\n#! start_date = 2024-01-01\n#! end_date = 2024-03-31\nslow = ema(close, 200)\nup = sma(slow, 14) > close\nemit_signal(up, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))",
    "#! timeframe = 1d\n#! start_date = 2024-01-01\n#! end_date = 2024-01-15\nup = rsi(close, 14) < 30\nemit_signal(up, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))",
    "#! timeframe = 1d\n#! start_date = 2024-01-01\n#! end_date = 2024-01-31\nslow = sma(close, 50)\nemit_signal(close > 1, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))",
    "#! timeframe = 1d\n#! start_date = 2024-01-01\n#! end_date = 2024-01-31\nemit_signal(zscore(close, 50) > 1, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))",
    "#! timeframe = 1d\n#! start_date = 2024-01-01\n#! end_date = 2024-01-20\nemit_signal(close > ema(close), entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))",
    "#! timeframe = 1d\n#! start_date = 2024-01-01\n#! end_date = 2024-01-15\nemit_signal(close > bbands(close, 30, 2, 2).upper, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))",
    "#! timeframe = 1M\n#! start_date = 2024-01-01\n#! end_date = 2024-01-31\nx = sma(close, 2)",
    "#! timeframe = 1M\n#! start_date = 2024-01-15\n#! end_date = 2024-12-31\nemit_signal(sma(close, 5)[-9] > 1, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))",
];

#[test]
fn messages_read_like_a_colleague_s_remarks() {
    let mut text = String::new();
    for script in SCRIPTS {
        let source = Source::new("example.signal", *script);
        let found = check(script);
        assert!(!found.is_empty(), "nothing is found in\n{script}");
        for finding in &found {
            describe(&mut text, &source, finding);
        }
        text.push('\n');
    }
    insta::assert_snapshot!(text);
}

/// A finding as plain text: place, message, excerpt, labels, help and fixes.
fn describe(text: &mut String, source: &Source, finding: &Diagnostic) {
    let place = source.line_column(finding.span.start);
    writeln!(text, "{}[{}] {}:{} {}", finding.severity, finding.code, place.line, place.column, finding.message)
        .unwrap();
    excerpt(text, source, finding.span, "");
    for label in &finding.labels {
        excerpt(text, source, label.span, &label.message);
    }
    if let Some(help) = &finding.help {
        writeln!(text, "  help: {help}").unwrap();
    }
    for fix in &finding.fixes {
        writeln!(text, "  fix{}: {}", if fix.safe { "" } else { " (unsafe)" }, fix.title).unwrap();
    }
}

/// The first line under a span with carets below it.
fn excerpt(text: &mut String, source: &Source, span: Span, remark: &str) {
    let place = source.line_column(span.start);
    let line = source.text().lines().nth(place.line as usize - 1).unwrap_or_default();
    let width = source.slice(span).lines().next().unwrap_or_default().chars().count().max(1);
    let carets = format!("{}{}", " ".repeat(place.column as usize - 1), "^".repeat(width));
    writeln!(text, "  | {line}\n  | {carets} {remark}").unwrap();
}

#[test]
fn a_range_that_reaches_beyond_today_is_said_to_hold_closed_bars() {
    let label = |today| {
        let script = "#! timeframe = 1d\n#! start_date = 2024-01-01\n#! end_date = 2024-01-31\nx = sma(close, 200)\n";
        crate::analysed(script, &Flags::default(), Some(today), |analysis| {
            analysis
                .diagnostics
                .iter()
                .find_map(|finding| finding.labels.last())
                .map(|label| label.message.clone())
                .unwrap()
        })
    };
    assert_eq!(label(Date::constant(2024, 1, 11)), "2024-01-01 to 2024-01-31 holds 10 or 11 closed bars");
    assert_eq!(label(Date::constant(2024, 3, 1)), "2024-01-01 to 2024-01-31 holds 30 or 31 bars");
}
