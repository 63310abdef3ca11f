//! Which conditions depend on the day the range starts: the level of a cumulative value decides, or only its course does.

use signal_text::Severity;

use crate::check;

/// Asserts how `start-dependent-value` judges a condition; `f` is an OBV, `m` an AD.
#[track_caller]
fn judged(condition: &str, severity: Option<Severity>) {
    let script = format!("f = obv(close, volume)\nm = ad(high, low, close, volume)\nx = {condition}\n");
    let found: Vec<_> = check(&script).into_iter().filter(|finding| finding.code == "start-dependent-value").collect();
    assert!(found.len() <= 1, "{condition}: {found:?}");
    assert_eq!(found.first().map(|finding| finding.severity), severity, "{condition}: {found:?}");
}

#[test]
fn the_level_of_a_sum_depends_on_the_start() {
    for condition in [
        "f > 1000000",
        "0 < f",
        "f > close",
        "sma(f, 20) > 0",
        "f[-5] > 0",
        "-f < -100",
        "2 * f > sma(f, 20)",
        "f + m > sma(f, 20)",
        "f > m",
        "roc(f, 10) > 5",
        "f / sma(f, 20) > 1.05",
        "abs(f) > 5",
        "close > 5 and f > 5",
        "crossover(f, 0)",
        "between(f, 0, 100)",
        "f / close > 5",
        "cumsum(close - open) > 0",
        "(f if close > open else 0) > 5",
        "nvi(close, volume) > 1000",
        "0 < f < 10",
    ] {
        judged(condition, Some(Severity::Warning));
    }
}

#[test]
fn the_course_of_a_sum_does_not() {
    for condition in [
        "f > sma(f, 20)",
        "f > f[-6]",
        "f - f[-6] > 100",
        "f - sma(f, 20) > 2 * stddev(f, 20)",
        "(f - lowest(f, 20)) / (highest(f, 20) - lowest(f, 20)) > 0.8",
        "rsi(f, 14) > 70",
        "linearreg_slope(f, 14) > 0",
        "ema(m, 3) > ema(m, 10)",
        "ema(m, 3) - ema(m, 10) > 0",
        "crossover(f, ema(f, 20))",
        "2 * f > f + shift(f, 5)",
        "sum(f, 5) / 5 > f",
        "obv(close, volume) > ema(f, 9)",
        "mom(f, 10) > 0",
        "roc(nvi(close, volume), 10) > 0",
        "nvi(close, volume) > ema(nvi(close, volume), 255)",
        "(f if close > open else f[-2]) > f",
        "correl(f, close, 20) > 0.5",
        "bbands(f, 20, 2, 2).upperband < f",
        "f * 0 > 5",
    ] {
        judged(condition, None);
    }
}

#[test]
fn counting_from_the_start_is_meant_so() {
    for condition in [
        "cumsum(1) > 10",
        "cumsum(close > open) < 10",
        "cumsum(where(close > open, 1, 0)) < 10",
        "cumsum(1 if close > open else 0) < 10",
        "cumsum(close / close) % 24 == 0",
    ] {
        judged(condition, None);
    }
}

#[test]
fn an_average_since_the_start_forgets_it_and_is_worth_a_remark() {
    for condition in
        ["close > vwap(high, low, close, volume)", "cumsum(close * volume) / cumsum(volume) < close", "vwap() < close"]
    {
        judged(condition, Some(Severity::Info));
    }
}
