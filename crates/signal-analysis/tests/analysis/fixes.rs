//! Fixes do what they say: applied, the finding is gone and no error has come. For every rule, without a list of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use signal_analysis::RULES;
use signal_text::{Diagnostic, Fix, Severity, apply_edits};

use crate::check;

/// Scripts with one fault each that a rule has a fix for, beside the rules' own examples and the faulty corpus.
const FAULTY: &[&str] = &[
    "oversold = rsl(close, 14) < 30\n",
    "up = clsoe > 5\n",
    "up = close > close[-1]\n",
    "before = close[-1]\nup = close - before > 5\n",
    "up = crossover(close, close[-1])\n",
    "up = close > highest(close, 20)\n",
    "ceiling = max(high, 20)[-1]\nup = close > ceiling\n",
    "up = rsi(close, 14) == 50\n",
    "up = close > 10 & close < 20\n",
    "up = close > 10 & close < 20 | volume > 5\n",
    "up = (close > 10)&(close < 20)\n",
    "up = not (close > 10) & (close < 20)\n",
    "up = ((close > 10) | (close < 5)) & (volume > 5)\n",
    "up = 20 < close < 80\n",
    "up = not 20 < close < 80 or volume > 5\n",
    "up = close > 5 and volume > 1 and close > 5\n",
    "up = close > 5 and (close > 5 and volume > 1)\n",
    "level = 5\nup = close > levle\n",
    "up = close > 5 && close < 9\n",
    "up = sma(close, peroid=20) > 5\n",
    "up = rsi(close, 1) > 5\n",
    "emit_signal(close > 5, entry(\"BINANCE:BTC-USDT\", \"LONG\", Weight(0.5)))\n",
    "emit_signal(close > 5, entry(\"BINANCEE:BTC/USDT\", \"LONG\", Weight(0.5)))\n",
    "#! timeframes = 1h\nup = close > 5\n",
    "#! timeframe = 60m\nup = close > 5\n",
    "btc = \"BTCUSDT\"\npair = btc\nemit_signal(close > 5, entry(pair, \"LONG\", Weight(0.5)))\nemit_signal(close < 5, exit(btc))\n",
    "up = sma(close, 14.5) > 5\n",
    "#! timeframe = 1d\n#! start_date = 2024-01-15\n#! end_date = 2024-01-15\nup = rsi(close, 14) < 30\n",
    "  up = close > 5\n",
    "#! timeframe = 1d\n#! start_date = 2024-01-01\n#! end_date = 2024-02-01\nup = close > ema(close, 200)\n",
    "#! timeframe = 1w\r\n#! start_date = 2024-01-03\r\n#! end_date = 2024-02-01\r\nup = rsi(close, 14)[-3] < 30\r\nemit_signal(up, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\r\n",
    "#! timeframe = 1d\n#! start_date = 2024-01-01\n#! end_date = 2024-01-15\nup = rsi(close, 14) < 30\nemit_signal(up, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n",
    "#! timeframe = 1M\n#! start_date = 2020-01-15\n#! end_date = 2024-12-31\nup = rsi(close, 24) < 30\nemit_signal(up, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n",
    "#! timeframe = 1w\n#! start_date = 2021-01-05\n#! end_date = 2024-12-31\nup = sma(close, 160) < close\nemit_signal(up, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n",
    "up = shift(close, -3) > close\n",
    "n = 0\nup = close > close[n]\n",
    "#! just a remark\nup = close > 5\n",
    "#! colour = red\nup = close > 5\n",
    "#! strip_comments = true\nup = close > 5\n",
    "#! leverage = 500\nup = close > 5\n",
    "up = close > 5\r\n#! timeframe = 4h\r\nlow = close < 5",
    "up = close > 5\n#! timeframe = 4h",
    "#! universe = BINANCE:BTC/USDT\\\nemit_signal(close > 5, entry(\"BINANCE:BTC/USDT\", \"LONG\"))\n",
];

/// Faulty scripts with what to call them: the list above, every rule's example, and the faulty corpus as far as there is one.
fn faulty() -> Vec<(String, String)> {
    let mut scripts: Vec<(String, String)> =
        FAULTY.iter().map(|script| ("the list".to_owned(), (*script).to_owned())).collect();
    scripts.extend(RULES.iter().map(|rule| (format!("the example of {}", rule.name), rule.docs().reported)));
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus/faulty")];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()) {
            match path.extension() {
                _ if path.is_dir() => folders.push(path),
                Some(extension) if extension == "signal" => scripts.push(read(&path)),
                _ => {}
            }
        }
    }
    scripts
}

fn read(path: &PathBuf) -> (String, String) {
    (path.display().to_string(), fs::read_to_string(path).unwrap())
}

/// Where an offset of the text lies after the fix.
fn moved(fix: &Fix, offset: u32) -> i64 {
    let before = fix.edits.iter().filter(|edit| edit.span.end <= offset && edit.span.start < offset);
    i64::from(offset) + before.map(|edit| edit.text.len() as i64 - i64::from(edit.span.len())).sum::<i64>()
}

/// How many findings of at least a severity each rule has.
fn counts(findings: &[Diagnostic], least: Severity) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    // Whether a comment that allows something is needed, it is for another check to say, once it is spelt right.
    let counted = findings.iter().filter(|finding| finding.severity >= least && finding.code != "suppression-not-used");
    for finding in counted {
        *counts.entry(finding.code.to_string()).or_default() += 1;
    }
    counts
}

#[test]
fn every_fix_makes_its_finding_go_away_and_brings_no_error() {
    let mut tried = 0;
    for (name, script) in faulty() {
        let before = check(&script);
        for finding in &before {
            for fix in &finding.fixes {
                let place = format!("{name}: [{}] '{}'", finding.code, fix.title);
                let mended = apply_edits(&script, &fix.edits).unwrap_or_else(|error| panic!("{place}: {error}"));
                let after = check(&mended);
                let there = moved(fix, finding.span.start);
                let left = after.iter().find(|new| new.code == finding.code && i64::from(new.span.start) == there);
                assert!(left.is_none(), "{place} leaves {left:?} in\n{mended}");
                // What a safe fix writes is beyond doubt, so nothing at all may be wrong with it.
                let least = if fix.safe { Severity::Hint } else { Severity::Error };
                let had = counts(&before, least);
                for (code, count) in counts(&after, least) {
                    let had = had.get(&code).copied().unwrap_or(0);
                    assert!(count <= had, "{place} brings a {code} into\n{mended}");
                }
                tried += 1;
            }
        }
    }
    assert!(tried > FAULTY.len(), "only {tried} fixes were tried");
}

#[test]
fn every_script_of_the_list_has_a_fix() {
    for script in FAULTY {
        assert!(check(script).iter().any(|finding| !finding.fixes.is_empty()), "no fix for {script}");
    }
}

#[test]
fn a_safe_fix_never_stands_beside_a_doubt() {
    // What says "safe" may be applied unasked, so it must not rest on a guess about numbers or dates.
    const GUESSES: [&str; 9] = [
        "not-enough-bars",
        "maybe-not-enough-bars",
        "period-out-of-bounds",
        "little-data-left",
        "unsettled-indicator",
        "index-before-range",
        "short-range",
        "looks-ahead",
        "start-dependent-value",
    ];
    for (name, script) in faulty() {
        for finding in check(&script).iter().filter(|finding| GUESSES.contains(&&*finding.code)) {
            assert!(finding.fixes.iter().all(|fix| !fix.safe), "{name}: {finding:?}");
        }
    }
}

/// Scripts with one fault, and what the first fix makes of them.
const MENDED: &[(&str, &str)] = &[
    ("upper, lower = bbands(close, 20, 2, 2)\n", "upper, _, lower = bbands(close, 20, 2, 2)\n"),
    ("line, signal = macd(close)\n", "line, signal, _ = macd(close)\n"),
    ("signal, hist = macd(close)\n", "_, signal, hist = macd(close)\n"),
    ("lower = 1\nband, other = bbands(close)\n", "lower = 1\nband, other, _ = bbands(close)\n"),
    (
        "#! universe = BINANCE:BTC/USDT\nemit_signal(close > open, entry(\"BINANCE:BCT/USDT\", \"LONG\"))\n",
        "#! universe = BINANCE:BTC/USDT\nemit_signal(close > open, entry(\"BINANCE:BTC/USDT\", \"LONG\"))\n",
    ),
    ("level = 30\nlevel == rsi(close, 14)\nup = level\n", "level = 30\nlevel = rsi(close, 14)\nup = level\n"),
    (
        "emit_signal(close > open, entry(\"BINANCE:BTC/USDT\", LONG))\n",
        "emit_signal(close > open, entry(\"BINANCE:BTC/USDT\", \"LONG\"))\n",
    ),
    (
        "emit_signal(close > 50,000, entry(\"BINANCE:BTC/USDT\", \"LONG\"))\n",
        "emit_signal(close > 50_000, entry(\"BINANCE:BTC/USDT\", \"LONG\"))\n",
    ),
];

#[test]
fn the_first_fix_writes_what_was_meant() {
    for (script, mended) in MENDED {
        let found = check(script);
        let fix = found.iter().flat_map(|finding| &finding.fixes).next().unwrap_or_else(|| panic!("no fix: {script}"));
        assert_eq!(apply_edits(script, &fix.edits).unwrap(), *mended, "{}", fix.title);
    }
}

#[test]
fn no_crossing_is_proposed_with_a_condition() {
    for (side, proposed) in [("open / close", true), ("True", false), ("(close > open)", false)] {
        let script = format!("up = rsi(close, 14) == {side}\nemit_signal(up, entry(\"BINANCE:BTC/USDT\", \"LONG\"))\n");
        let mut fixes = check(&script).into_iter().flat_map(|finding| finding.fixes);
        assert_eq!(fixes.any(|fix| fix.title.contains("cross")), proposed, "{script}");
    }
}
