//! What counts as the same value, and which numbers a value can be.

use signal_analysis::Range;
use signal_project::Flags;

use crate::analysed;

/// Whether the last two definitions of a script have the same value.
fn same(script: &str) -> bool {
    analysed(script, &Flags::default(), None, |analysis| {
        let facts = &analysis.facts;
        let definitions = facts.bindings.definitions();
        let [.., a, b] = definitions else { panic!("two definitions are needed: {script}") };
        facts.values().of(a.value.unwrap()) == facts.values().of(b.value.unwrap())
    })
}

#[test]
fn the_same_value_has_one_number_however_it_is_written() {
    for script in [
        "a = rsi(close)\nb = rsi(close, 14)",
        "a = rsi(close, period=14)\nb = (rsi(close, 7 * 2))[-1]",
        "n = 14\na = rsi(close, n)\nb = rsi(+close, 14.0)",
        "a = atr(14)\nb = atr(high, low, close, 14)",
        "a = highest(close, 20)\nb = max(close, 20)",
        "a = bbands(close, 20, 2, 2).upper\nb = bbands_upper(close)",
        "a = macd(close)[\"signal\"]\nb = macd_signal(close, 12, 26, 9)",
        "a = close + open\nb = open + close",
        "a = close > open\nb = open < close",
        "a = close > 1 and open > 2\nb = open > 2 and 1 < close",
        "a = 1 < close < 2\nb = close > 1 and close < 2",
        "a = (close > 1) & (open > 2)\nb = close > 1 and open > 2",
        "a = close[-3]\nb = shift(close[-2], 1)",
        "a = close\nb = close[-1]",
        "f = foo(close)\na = f + 1\nb = 1 + f",
        "a = max(close, open)\nb = max(open, close)",
        "a = not not close > 1\nb = close > 1",
        "a = cross_above(close, open)\nb = crossover(close, open)",
    ] {
        assert!(same(script), "told apart:\n{script}");
    }
}

#[test]
fn different_values_have_different_numbers() {
    for script in [
        "a = rsi(close)\nb = rsi(open)",
        "a = rsi(close)\nb = rsi(close, 15)",
        "a = foo(close)\nb = foo(close)",
        "a = close - open\nb = open - close",
        "a = close[-2]\nb = close[-1]",
        "a = close\nb = close[0]",
        "a = crossover(close, open)\nb = crossunder(close, open)",
        "a = max(close, open)\nb = min(close, open)",
        "a = close > open\nb = close >= open",
        "a = close > open\nb = close < open",
        "a = bbands(close).upper\nb = bbands(close).lower",
        "a = bbands(close)\nb = bbands(close).upper",
        "x = 1\na = close > x\nx = 2\nb = close > x",
        "a = \"LONG\"\nb = \"SHORT\"",
    ] {
        assert!(!same(script), "not told apart:\n{script}");
    }
}

/// The range of a script's last definition.
fn range(script: &str) -> Range {
    analysed(script, &Flags::default(), None, |analysis| {
        let facts = &analysis.facts;
        facts.range(facts.bindings.definitions().last().unwrap().value.unwrap())
    })
}

#[track_caller]
fn lies(script: &str, low: f64, high: f64) {
    let found = range(script);
    let near = |a: f64, b: f64| a == b || (a - b).abs() < 0.01;
    assert!(near(found.low, low) && near(found.high, high), "{script}: {found:?}, not {low}..{high}");
}

#[test]
fn ranges_go_through_arithmetic_names_and_calls() {
    const INFINITY: f64 = f64::INFINITY;
    lies("x = rsi(close, 14)", 0.0, 100.0);
    lies("x = rsi(close, 14) - 50", -50.0, 50.0);
    lies("r = rsi(close, 14)\nx = ema(r, 9) / 100", 0.0, 1.0);
    lies("x = abs(willr(14))", 0.0, 100.0);
    lies("x = high - low", 0.0, INFINITY);
    lies("x = sma(close, 20)", 0.0, INFINITY);
    lies("k, d = stoch()\nx = d", 0.0, 100.0);
    lies("x = stoch(5, 3, 3, 3, 0)", -INFINITY, INFINITY);
    lies("x = max(rsi(close), 30)", 0.0, 100.0);
    lies("x = max(willr(14), 30)", -100.0, 30.0);
    lies("x = max(macd(close).hist, 0)", 0.0, INFINITY);
    lies("x = dema(rsi(close), 9)", -INFINITY, INFINITY);
    lies("x = adx(close, close, close, 14)", -INFINITY, INFINITY);
    lies("x = roc(close, 7)", -100.0, INFINITY);
    lies("x = roc(close - open, 7)", -INFINITY, INFINITY);
    lies("x = 1 if close > 1 else -1", -1.0, 1.0);
    lies("x = rsi(close)[-3]", 0.0, 100.0);
    lies("x = close / volume", -INFINITY, INFINITY);
    lies("#! universe = POLYMARKET:123/USDC\nx = close", 0.0, 1.0);
}

#[test]
fn conditions_are_seen_to_hold_never_or_always() {
    for (condition, expected) in [
        ("rsi(close) > 100", Range::NEVER),
        ("rsi(close) >= 0", Range::ALWAYS),
        ("rsi(close) >= 100", Range::SOMETIMES),
        ("high < low", Range::NEVER),
        ("close > highest(high, 20)", Range::NEVER),
        ("close >= highest(high, 20)", Range::SOMETIMES),
        ("close > highest(high, 20)[-2]", Range::SOMETIMES),
        ("bbands(close).lower > bbands(close).upper", Range::NEVER),
        ("bbands(close, 20, -2, -2).lower > bbands(close, 20, -2, -2).upper", Range::SOMETIMES),
        ("rsi(close) < 30 and rsi(close) > 70", Range::NEVER),
        ("rsi(close) < 70 or rsi(close) > 30", Range::ALWAYS),
        ("not (rsi(close) < 70) and not rsi(close) > 30", Range::NEVER),
        ("rsi(close) < 30 and close > open and not (rsi(close) < 40)", Range::NEVER),
        ("close > open and close < open", Range::NEVER),
        ("close - open > 0 and close < open", Range::NEVER),
        ("crossover(close, open) and close < open", Range::NEVER),
        ("crossover(rsi(close), 100)", Range::NEVER),
        ("cdlengulfing() == 1", Range::NEVER),
        ("cdlengulfing() == 100", Range::SOMETIMES),
        ("count(close > open, 5) > 4 and count(close > open, 5) < 5", Range::NEVER),
        ("close > open or close <= open", Range::ALWAYS),
        ("close > open and close[-2] < open[-2]", Range::SOMETIMES),
        ("close > close * 1.02", Range::NEVER),
        ("foo(close) > 1 and foo(close) < 0", Range::SOMETIMES),
    ] {
        let found = range(&format!("x = {condition}"));
        assert_eq!((found.low, found.high), (expected.low, expected.high), "{condition}");
    }
}

#[test]
fn a_hundred_thousand_parts_and_names_are_told_in_no_time() {
    let chain = vec!["close > open"; 100_000].join(" and ");
    lies(&format!("x = {chain} and close < open"), 0.0, 1.0);
    lies("x = close > open and (close > 1 or close > 2) and close < open", 0.0, 0.0);
    let mut names = "x0 = close > open\n".to_owned();
    for name in 1..100_000 {
        names.push_str(&format!("x{name} = x{} and close > {name}\n", name - 1));
    }
    lies(&names, 0.0, 1.0);
    lies(&format!("x = {}close{}", "(".repeat(100_000), ")".repeat(100_000)), 0.0, f64::INFINITY);
    lies(&format!("x = {}close", "-".repeat(100_001)), -f64::INFINITY, 0.0);
}
