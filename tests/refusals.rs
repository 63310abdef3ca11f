//! What the sandbox's engine refuses, the check says beforehand.

use signal_catalog::Catalog;
use signal_engine::Program;
use signal_syntax::parse;
use signal_text::Source;

use crate::scratch::Scratch;

/// Scripts that the engine can't compile, one reason each.
const REFUSED: &[&str] = &[
    "x = rsi(close, \"14\")",
    "x = rsi(close, volume)",
    "x = rsi(close, True)",
    "x = rsi(close, 14.5)",
    "x = sma(\"close\", 5)",
    "x = sma((close, high), 5)",
    "x = sma(None, 5)",
    "x = close + \"5\"",
    "x = -\"5\"",
    "x = close > \"5\"",
    "x = \"a\" < \"b\"",
    "x = close == None",
    "x = not \"5\"",
    "x = close > 1 and \"yes\"",
    "x = close > Weight(0.5)",
    "x = 1 if \"up\" else 2",
    "x = close[-1.5]",
    "x = close[(1, 2)]",
    "x = close[\"upper\"]",
    "x = \"close\"[-1]",
    "x = (1, 2)[5]",
    "x = close.upper",
    "x = macd(close).nothing",
    "a, b = macd(close)",
    "a, b = close",
    "a, b = 1, 2, 3",
    "x = rsi(close, 14)(2)",
    "emit_signal(close > 1, close)",
    "emit_signal(close > 1, \"BUY\")",
    "emit_signal(entry(\"BINANCE:BTC/USDT\", \"LONG\"), close > 1)",
    "emit_signal(\"up\", exit(\"BINANCE:BTC/USDT\"))",
    "x = entry(close, \"LONG\")",
    "x = entry(\"BINANCE:BTC/USDT\", close)",
    "x = entry(\"BINANCE:BTC/USDT\", \"LONG\", 0.5)",
    "x = Weight(\"half\")",
];

#[test]
fn the_check_speaks_of_whatever_the_engine_refuses() {
    let scratch = Scratch::new();
    for (at, script) in REFUSED.iter().enumerate() {
        let source = Source::new("example.signal", *script);
        let compiled = Program::compile(&source, &parse(&source).tree, Catalog::bundled());
        assert!(compiled.is_err(), "the engine takes {script}");
        scratch.write(&format!("{at:02}.signal"), format!("{script}\n"));
    }
    let document = scratch.dsl("check --output-format json").json();
    let found = document["diagnostics"].as_array().unwrap();
    let silent: Vec<_> = REFUSED
        .iter()
        .enumerate()
        .filter(|(at, _)| {
            let file = format!("{at:02}.signal");
            // That a script of one line emits nothing is no answer.
            !found.iter().any(|one| one["file"].as_str().unwrap().ends_with(&file) && one["code"] != "no-signal")
        })
        .map(|(_, script)| script)
        .collect();
    assert!(silent.is_empty(), "the check is silent about {silent:#?}");
}
