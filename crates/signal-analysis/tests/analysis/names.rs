//! Rules on names, types and periods: what they say, how bad they call it, and where they hold their tongue.

use signal_text::{Severity, apply_edits};

use crate::check;

/// Two signals that read `up`, so that nothing is said of them.
const SIGNALS: &str = "emit_signal(up, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n\
                       emit_signal(not up, exit(\"BINANCE:BTC/USDT\", \"LONG\"))\n";

/// What is said of lines in front of two signals, as `severity rule`.
fn said(lines: &str) -> Vec<String> {
    let found = check(&format!("{lines}\n{SIGNALS}"));
    found.iter().map(|finding| format!("{} {}", finding.severity, finding.code)).collect()
}

#[track_caller]
fn says(lines: &str, expected: &[&str]) {
    assert_eq!(said(lines), expected, "{lines}");
}

#[test]
fn evidence_decides_between_error_and_warning() {
    says("up = rsi(close, \"14\") < 30", &["error wrong-argument-type"]);
    says("up = rsi(\"close\", 14) < 30", &["warning wrong-argument-type"]);
    says("up = rsi(Weight(1), 14) < 30", &["error wrong-argument-type"]);
    says("up = zscore(\"level\", 14) < 30", &["warning wrong-argument-type"]);
    says("up = rsi(None, 14) < 30", &["warning wrong-argument-type"]);
    says("up = rsi(close, True) < 30", &["warning wrong-argument-type"]);
    says("up = apo(close, 12, 26, \"ema\") < 0", &["warning wrong-argument-type"]);
    says("up = close > \"5\"", &["warning wrong-argument-type"]);
    says("up = close + Weight(0.5) > 5", &["warning wrong-argument-type"]);
    says("up = \"a\" < \"b\"", &["info wrong-argument-type"]);
}

#[test]
fn what_is_not_certain_is_not_said() {
    // Names that nobody knows speak for themselves.
    says("up = wobble(close) and close > 5", &["warning unknown-function"]);
    says("x = wobble(close)\nup = x.upper > x[\"lower\"]", &["warning unknown-function"]);
    says("a, b = wobble(close)\nup = a > b", &["warning unknown-function"]);
    for quiet in [
        "up = shift(close > open, 1)",
        "up = sma(close > open, 20) > 0.5",
        "up = highest(close > open, 5) and volume > 1",
        "up = (close > open) == True",
        "up = bbands(close).upper > close",
        "_, _, hist = macd(close)\nup = hist > 0",
        "up = macd(close) > macd_signal(close)",
        "levels = [30, 70]\nup = rsi(close, 14) < levels[0]",
        "a, b = (30, 70)\nup = rsi(close, 14) < a + b",
        "up = rsi(close, max(5, 10)) < 30",
        "rsi = rsi(close, 14)\nup = rsi < 30",
    ] {
        let loud: Vec<_> =
            said(quiet).into_iter().filter(|one| one.starts_with("warning") || one.starts_with("error")).collect();
        assert!(loud.is_empty(), "{quiet}: {loud:?}");
    }
}

#[test]
fn unused_names_are_told_by_what_reads_them() {
    says("x = 5\nup = close > 1", &["warning unused-name"]);
    says("_x = 5\nup = close > 1", &[]);
    says("x, y = 5, 6\nup = close > x", &["hint unused-name"]);
    says("x, y = 5, 6\nup = close > 1", &["warning unused-name"]);
    says("x = 5\nx = 6\nup = close > x", &["warning overwritten-before-use"]);
    says("x = 5\nx = x + 1\nup = close > x", &[]);
    // A misspelt use is reported where it stands, and a line that does not parse may read anything.
    says("average = sma(close, 5)\nup = close > avrage", &["warning undefined-name"]);
    says("x = 5\ny = (x\nup = close > 1", &["error syntax-error"]);
    assert!(check("x = 5\nclose > x\n").is_empty(), "the last line of an expression is its result");
}

#[test]
fn periods_are_held_against_each_other() {
    says("up = apo(close, 26, 12) > 0", &["warning swapped-periods"]);
    says("up = apo(close, fastperiod=26, slowperiod=12) > 0", &["warning swapped-periods"]);
    says("up = adosc(high, low, close, volume, 10, 3) > 0", &["warning swapped-periods"]);
    says("up = stc(close, 20, 20, 10) > 0", &["warning equal-periods"]);
    // The fast %K of a stochastic is longer than its slow one, and other averages of one length do differ.
    says("k, d = stoch(high, low, close, 14, 3, 0, 3, 0)\nup = k > d", &[]);
    says("a, b, _ = macdext(close, 12, 0, 12, 1, 9, 0)\nup = a > b", &[]);
    says("a, b = mama(close, 0.5, 0.05)\nup = a > b", &[]);
    says("up = rsi(close, 14.5) < 30", &["warning non-integer-period"]);
    says("up = rsi(close, 0.5) < 30", &["error period-out-of-bounds"]);
}

#[test]
fn every_fix_of_these_rules_makes_its_finding_go_away() {
    for lines in [
        "up = rsi(close, \"14\") < 30",
        "up = rsi(\"close\", 14) < 30",
        "level = \"5\"\nup = close > level",
        "up = apo(close, 26, 12) > 0",
        "up = apo(close, 12, 26, \"ema\") > 0",
        "up = rsi(close, 14.5) < 30",
        "up = close[-1.5] > 5",
        "up = cdlhammer(open, high, low, close) and close > 5",
        "up = not cdlhammer(open, high, low, close)",
        "up = cdlhammer(open, high, low, close) - cdldoji(open, high, low, close) and close > 5",
        "x = 5\nup = close > 1",
        "x = 5\nx = 6\nup = close > x",
        "up = close > 1\nrsi(close, 14)",
        "x = 4\nup = close > x\nx == 5",
        "up = close > bbands(close).uper",
        "a, b = macd(close)\nup = a > b",
        "up = close > sma(timeperiod=5, close)",
        "x = 1,000\nup = close > x",
        "up = close > 1,000,000",
    ] {
        let script = format!("{lines}\n{SIGNALS}");
        let before = check(&script);
        let fixed: Vec<_> = before.iter().filter(|finding| !finding.fixes.is_empty()).collect();
        // What can't be mended by itself has no fix, and a list of those would test nothing.
        let without = ["up = cdlhammer(open, high, low, close) - cdldoji(open, high, low, close) and close > 5"];
        assert_eq!(fixed.is_empty(), without.contains(&lines), "{lines}: {before:?}");
        for finding in fixed {
            for fix in &finding.fixes {
                let mended = apply_edits(&script, &fix.edits).unwrap();
                let after = check(&mended);
                assert!(
                    after.iter().all(|one| one.code != finding.code),
                    "'{}' leaves {after:?} in\n{mended}",
                    fix.title
                );
            }
        }
    }
}

#[test]
fn safe_fixes_stand_only_where_the_server_would_refuse_or_the_name_is_evident() {
    for lines in [
        "x = 1,000\nup = close > x",
        "up = apo(close, 26, 12) > 0",
        "x = 5\nup = close > 1",
        "up = rsi(close, 14.5) < 30",
    ] {
        let found = check(&format!("{lines}\n{SIGNALS}"));
        assert!(found.iter().flat_map(|finding| &finding.fixes).all(|fix| !fix.safe), "{lines}: {found:?}");
    }
}

#[test]
fn hostile_scripts_cost_no_more_than_their_size() {
    // Deep nesting, a long chain of names, as many unread names as lines, all of one name.
    let deep = format!("up = {}close > 1{}\n{SIGNALS}", "not (".repeat(20_000), ")".repeat(20_000));
    let sum = format!("x = {}1\nup = close > x\n{SIGNALS}", "(close > 1) + ".repeat(50_000));
    let mut chain = "x0 = macd(close)\n".to_owned();
    for n in 1..50_000 {
        chain.push_str(&format!("x{n} = x{}\n", n - 1));
    }
    let unread: String = (0..50_000).map(|n| format!("x{n} = {n}\n")).collect();
    let again = "x = \"5\"\n".repeat(50_000);
    let items = format!("x = ({})\n", "1,000, ".repeat(50_000));
    for script in [deep, sum, chain, format!("{unread}up = close > 1\n{SIGNALS}"), again, items] {
        let began = std::time::Instant::now();
        let found = check(&script);
        assert!(found.iter().all(|finding| finding.severity <= Severity::Warning || finding.code == "syntax-error"));
        // Their squares would take minutes.
        assert!(began.elapsed().as_secs() < 30, "{:?}: {}", began.elapsed(), &script[..60]);
    }
}
