//! What a snippet of VS Code leaves behind when nobody changes its placeholders is a script without findings.

use serde_json::Value;

use super::json;
use crate::scratch::Scratch;

/// What stands around a snippet that is only part of a script: what it reads above it, what reads it below.
const AROUND: [(&str, &str, &str); 11] = [
    ("Settings of the run", "", "oversold = rsi(close, 14) < 30\n$SIGNALS(oversold; close > ema(close, 20))"),
    (
        "Entry",
        "$RUN\ncondition = close > ema(close, 20)\n",
        "\nemit_signal(close < ema(close, 20), exit(\"BINANCE:BTC/USDT\", \"LONG\"))",
    ),
    (
        "Exit",
        "$RUN\ncondition = close > ema(close, 20)\nemit_signal(close < ema(close, 20), entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n",
        "",
    ),
    ("Entry and exit", "$RUN\nopens = close > ema(close, 20)\ncloses = close < ema(close, 20)\n", ""),
    (
        "Short and cover",
        "#! universe = BINANCEFUTURESUSD:ETH/USDT:USDT\n#! exchange = binancefuturesusd\n#! start_date = 2023-01-01\n#! end_date = 2024-06-30\nopens = close < ema(close, 20)\ncloses = close > ema(close, 20)\n",
        "",
    ),
    ("Crossing upwards", "$RUN\nfast = ema(close, 10)\nslow = ema(close, 30)\n", "\n$SIGNALS(crossed_up; fast < slow)"),
    (
        "Crossing downwards",
        "$RUN\nfast = ema(close, 10)\nslow = ema(close, 30)\n",
        "\n$SIGNALS(fast > slow; crossed_down)",
    ),
    ("Trend filter", "$RUN\n", "\n$SIGNALS(uptrend; close < ema(close, 20))"),
    ("Volatility filter", "$RUN\n", "\n$SIGNALS(calm; close < ema(close, 20))"),
    ("Volume filter", "$RUN\n", "\n$SIGNALS(busy; close < ema(close, 20))"),
    ("Bollinger bands", "$RUN\n", "\n$SIGNALS(close < lower; close > upper)"),
];

const RUN: &str =
    "#! universe = BINANCE:BTC/USDT\n#! timeframe = 4h\n#! start_date = 2023-01-01\n#! end_date = 2024-06-30";

fn snippets() -> serde_json::Map<String, Value> {
    match json("vscode/snippets/signal.json") {
        Value::Object(snippets) => snippets,
        other => panic!("{other}"),
    }
}

/// The text that stands there if Tab is pressed until the end: `${1:a}` and `${1|a,b|}` are `a`, and so is every other `$1`.
fn filled(snippet: &Value) -> String {
    let body: Vec<&str> = snippet["body"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    let mut text = body.join("\n");
    let first = regex::Regex::new(r"\$\{(\d+)(?::([^}]*)|\|([^,|]*)[^}]*\|)\}").unwrap();
    while let Some(found) = first.captures(&text) {
        let (whole, number) = (found[0].to_owned(), found[1].to_owned());
        let value = found.get(2).or(found.get(3)).unwrap().as_str().to_owned();
        text = text.replace(&whole, &value);
        text = regex::Regex::new(&format!(r"\${number}\b")).unwrap().replace_all(&text, value.as_str()).into_owned();
    }
    text.replace("$0", "")
}

/// The template's `$RUN` and `$SIGNALS(opens; closes)` written out.
fn spelled_out(template: &str) -> String {
    let signals = regex::Regex::new(r"\$SIGNALS\((.*); (.*)\)$").unwrap();
    let text = signals.replace(
        template,
        "emit_signal($1, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\nemit_signal($2, exit(\"BINANCE:BTC/USDT\", \"LONG\"))",
    );
    text.replace("$RUN", RUN)
}

fn check(name: &str, script: &str) {
    let ran = Scratch::new().with("a.signal", script).dsl("check --output-format concise --fail-on hint a.signal");
    assert_eq!((ran.exit, ran.out.as_str()), (0, ""), "{name}:\n{script}\n{}", ran.err);
}

#[test]
fn every_snippet_checks_clean_as_it_stands() {
    for (name, snippet) in snippets() {
        let text = filled(&snippet);
        assert!(!text.contains('$'), "{name}: {text}");
        let script = match AROUND.iter().find(|(of, ..)| *of == name) {
            Some((_, above, below)) => format!("{}{text}{}\n", spelled_out(above), spelled_out(below)),
            None if name == "Allow a finding" => {
                let line = format!("slope = my_slope(close, 5)  {text}");
                format!("{RUN}\n{line}\n{}\n", spelled_out("$SIGNALS(slope > 0; slope < 0)"))
            }
            None => {
                assert!(name.ends_with(" strategy"), "{name} is no whole script: say in AROUND what stands around it");
                format!("{text}\n")
            }
        };
        check(&name, &script);
    }
}

#[test]
fn every_whole_strategy_is_formatted() {
    for (name, snippet) in snippets() {
        let text = format!("{}\n", filled(&snippet).trim_end());
        if name.ends_with(" strategy") {
            let ran = Scratch::new().with("a.signal", &text).dsl("fmt --diff a.signal");
            assert_eq!(ran.exit, 0, "{name}:\n{}", ran.out);
        }
    }
}

#[test]
fn every_prefix_leads_to_one_snippet() {
    let mut seen = std::collections::BTreeMap::new();
    for (name, snippet) in snippets() {
        // What fills a new file goes by its name; while one types, the language server offers the like.
        let prefixes = snippet["prefix"].as_array();
        assert!(prefixes.is_some() || snippet["isFileTemplate"] == true, "nothing leads to {name}");
        for prefix in prefixes.into_iter().flatten() {
            let other = seen.insert(prefix.as_str().unwrap().to_owned(), name.clone());
            assert_eq!(other, None, "{prefix} of {name}");
        }
    }
}
