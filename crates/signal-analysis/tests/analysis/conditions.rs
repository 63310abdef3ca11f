//! The rules about conditions: what each says of a script, and where it keeps silent.

use signal_text::Source;

use crate::check;

/// The rules of this page; others have a say of their own.
const RULES: [&str; 7] = [
    "bitwise-instead-of-and",
    "chained-comparison",
    "constant-condition",
    "duplicated-condition",
    "float-equality",
    "impossible-condition",
    "self-comparison",
];

/// What they find: `severity rule: text of the place`.
fn found(script: &str) -> Vec<String> {
    let source = Source::new("example.signal", script);
    check(script)
        .iter()
        .filter(|finding| RULES.contains(&finding.code.as_ref()))
        .map(|finding| format!("{} {}: {}", finding.severity, finding.code, source.slice(finding.span)))
        .collect()
}

#[test]
fn one_mistake_is_one_finding() {
    for (script, expected) in [
        // A name is reported where it is written, not where it is used.
        ("a = rsi(close) > 100\nb = a and close > 5\nc = b or a", "warning impossible-condition: rsi(close) > 100"),
        ("a = close > open and close < open\nb = a and volume > 1", "warning impossible-condition: close < open"),
        ("up = close > close[-1] and close > 5", "warning self-comparison: close > close[-1]"),
        ("d = close - close[-1]\nup = d > 5\ndown = d < -5", "warning self-comparison: close - close[-1]"),
        ("b = close[-1]\nup = close > b\ndown = close < b", "warning self-comparison: close > b"),
        ("target = close * 1.05\nup = close >= target", "warning impossible-condition: close >= target"),
        ("stop = 0.95 * low\ndown = close <= stop", "warning impossible-condition: close <= stop"),
        ("up = high >= close / 1.1", "warning constant-condition: high >= close / 1.1"),
        ("up = rsi(close) == 101", "warning impossible-condition: rsi(close) == 101"),
        ("up = 30 < close & close < 40", "warning bitwise-instead-of-and: &"),
        ("up = rsi(close) > 30 and rsi(close) < 20", "warning impossible-condition: rsi(close) < 20"),
        ("x = close > 5 or close <= 5", "warning constant-condition: close <= 5"),
        ("a = rsi(close)\nup = not (a < 70) and not (a > 30)", "warning impossible-condition: a > 30"),
        ("up = not (close > open) and close > open", "warning impossible-condition: close > open"),
        ("up = close > open\nx = up or not up", "warning constant-condition: up"),
        ("x = rising(close) and not rising(close)", "warning impossible-condition: rising(close)"),
        ("top = 100\nup = rsi(close) <= top", "hint constant-condition: rsi(close) <= top"),
        ("x = close != close", "info self-comparison: close != close"),
        ("up = crossover(rsi(close), 100)", "warning impossible-condition: crossover(rsi(close), 100)"),
        ("up = between(rsi(close), 110, 120)", "warning impossible-condition: between(rsi(close), 110, 120)"),
        ("up = count(close > open, 5) > 5", "warning impossible-condition: count(close > open, 5) > 5"),
        ("up = close > close * 1.02", "warning impossible-condition: close > close * 1.02"),
    ] {
        assert_eq!(found(script), [expected], "{script}");
    }
}

#[test]
fn what_a_sensible_author_may_write_is_left_alone() {
    for script in [
        "up = close > 0",
        "up = True and close > 5",
        "use_filter = 1\nup = use_filter == 1 and close > 5",
        "use_short = False\ndown = use_short and close < 5",
        "mode = 2\nup = close > 5 if mode == 1 else close > 6",
        "up = close > highest(high, 20)[-2]",
        "up = close >= highest(close, 20)",
        "up = close == max(close, 20)",
        "up = volume == 0",
        "flat = close == close[-2]",
        "flat = sma(close, 20) == sma(close, 20)[-2]",
        "doji = close - open == 0",
        "up = rsi(close) == 100 or rsi(close) == 0",
        "up = cdlhammer() == 100 or cdlhammer() != 0",
        "up = sign(close - open) == 1",
        "up = round(rsi(close), 0) == 50",
        "up = roc(close, 5) == 0",
        "up = barssince(close > open) == 3",
        "up = (supertrend(high, low, close, 10, 3)).trend == 1",
        "up = ht_trendmode(close) == 1",
        "up = minindex(close, 5) == maxindex(close, 5)",
        "up = foo(close) > 1 and foo(close) < 0",
        "up = max(rsi(close), 30) > 40",
        "up = crossover(close, sma(close, 20)) or crossunder(close, sma(close, 20))",
        "up = close > open and close[-2] < open[-2]",
        "bits = 5 & 3",
        "up = stoch(5, 3, 3, 3, 3).slowk > 100",
        "up = percent_b(close, 20) > 1",
        "up = cci(14) > 100 and willr(14) > -20",
        "up = dema(rsi(close), 5) > 100",
        "up = macd(close).hist > 0 and macd(close).hist > macd(close).hist[-2]",
        "up = bbands(close).upper > bbands(close).lower * 1.1",
        "x = close > 5 and not (close > 6)",
        "x = rsi(close) > 30 and rsi(close) > 50",
    ] {
        assert!(found(script).is_empty(), "{script}\n{:?}", found(script));
    }
}
