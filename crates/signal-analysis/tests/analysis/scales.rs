//! Which comparisons `different-scales` speaks of, and which it lets be.

use signal_text::Source;

use crate::{check, check_whole};

const RULE: &str = "different-scales";

/// What the rule, and those that must not speak of the same comparison, say: `rule: text of the place`.
fn found(script: &str) -> Vec<String> {
    let source = Source::new("example.signal", script);
    check(script)
        .iter()
        .filter(|finding| {
            matches!(&*finding.code, RULE | "impossible-condition" | "constant-condition" | "float-equality")
        })
        .map(|finding| format!("{}: {}", finding.code, source.slice(finding.span)))
        .collect()
}

#[test]
fn values_of_plainly_different_kinds_are_reported() {
    for (script, place) in [
        ("up = volume > sma(close, 20)", "volume > sma(close, 20)"),
        ("up = close > sma(volume, 20)", "close > sma(volume, 20)"),
        ("up = close > volume", "close > volume"),
        ("up = rsi(close, 14) > close", "rsi(close, 14) > close"),
        ("up = crossover(close, rsi(close, 14))", "crossover(close, rsi(close, 14))"),
        ("up = crossunder(rsi(close, 14), sma(close, 9))", "crossunder(rsi(close, 14), sma(close, 9))"),
        ("up = cross(volume, ema(close, 10))", "cross(volume, ema(close, 10))"),
        ("up = stoch_k(14, 3) > bbands_upper(close, 20)", "stoch_k(14, 3) > bbands_upper(close, 20)"),
        ("up = mfi(14) < volume", "mfi(14) < volume"),
        ("up = adx(14) > atr(14)", "adx(14) > atr(14)"),
        ("up = roc(close, 10) > atr(14)", "roc(close, 10) > atr(14)"),
        ("up = roc(close, 10) >= close - close[-2]", "roc(close, 10) >= close - close[-2]"),
        ("up = natr(14) > atr(14) * 1.5", "natr(14) > atr(14) * 1.5"),
        ("level = sma(close, 20) + 2 * stddev(close, 20)\nup = rsi(close, 14) > level", "rsi(close, 14) > level"),
        ("ratio = close / sma(close, 50)\nup = ratio > hl2", "ratio > hl2"),
        ("share = volume / sma(volume, 20)\nup = share > volume[-2]", "share > volume[-2]"),
        ("line, signal, hist = macd(close)\nup = line > rsi(close, 14)", "line > rsi(close, 14)"),
        ("up = macd(close) > volume", "macd(close) > volume"),
        ("up = sma(rsi(close, 14), 5) > highest(high, 20)", "sma(rsi(close, 14), 5) > highest(high, 20)"),
        ("up = close > open and 20 < rsi(close, 14) < close", "rsi(close, 14) < close"),
        ("up = between(rsi(close, 14), low, high)", "between(rsi(close, 14), low, high)"),
        ("up = cci(14) > close", "cci(14) > close"),
        ("up = max(open, close) < vwma(volume, 20)", "max(open, close) < vwma(volume, 20)"),
        (
            "up = supertrend(high, low, close, 10, 3).supertrend > willr(14) + 200",
            "supertrend(high, low, close, 10, 3).supertrend > willr(14) + 200",
        ),
    ] {
        assert_eq!(found(script), [format!("{RULE}: {place}")], "{script}");
    }
}

#[test]
fn what_is_on_one_scale_or_can_not_be_told_is_let_be() {
    for script in [
        "up = close > 50",
        "up = rsi(close, 14) > 50",
        "up = volume > 1_000_000",
        "level = 30\nup = crossover(rsi(close, 14), level)",
        "up = close > sma(close, 20)",
        "up = close > vwap()",
        "up = close > vwma(close, 20)",
        "up = volume > 2 * sma(volume, 20)",
        "up = rsi(close, 14) > sma(rsi(close, 14), 9)",
        "up = rsi(rsi(close, 14), 5) > stoch_k(14, 3)",
        "up = rsi(volume, 14) > rsi(close, 14)",
        "x = rsi(close, 14)\nup = x > bbands_upper(x, 20)",
        "up = crossover(stoch_k(14, 3), stoch_d(14, 3, 3))",
        "up = close - open > 0.5 * atr(14)",
        "up = abs(close - open) > stddev(close, 20)",
        "up = atr(14) / close * 100 > natr(14)[-5]",
        "up = (close - open) / open > roc(close, 10) / 100",
        "up = close / sma(close, 20) > volume / sma(volume, 20)",
        "up = volume * close > sma(volume * close, 20)",
        "up = volume * close > close",
        "up = volume / 1000 > close",
        "up = close * 1000 < volume",
        "up = rsi(close, 14) * 1000 > close",
        "up = obv() > close",
        "up = sum(volume, 20) > close",
        "up = ln(close) > rsi(close, 14)",
        "up = foo(close) > volume",
        "up = rsi(close, 14) > foo(close)",
        "up = funding_rate > close",
        "x = close if close > open else volume\nup = x > close",
        "x = where(close > open, rsi(close, 14), close)\nup = x > close",
        "up = max(close, volume) > close",
        "up = close + rsi(close, 14) > close",
        "up = close * rsi(close, 14) / 100 > close",
        "up = rsi(close, 14) == close",
        "up = rsi(close, 14) != volume",
        "up = cdlhammer() > close - open",
        "up = var(close, 20) > atr(14)",
        "up = stoch(14, 3, 3) > close",
        "up = barssince(close > open) > rsi(close, 14)",
        "up = 1 / close > rsi(close, 14)",
        "up = close ** 2 > volume",
        "up = (close > open) > volume",
        "close = rsi(open, 14)\nup = close > rsi(open, 7)",
        "up = 'text' > close",
        // Nobody says that these prices are no probabilities.
        "up = close > rsi(close, 14) / 100",
    ] {
        let own = found(script).into_iter().filter(|finding| finding.starts_with(RULE));
        assert_eq!(own.collect::<Vec<_>>(), [""; 0], "{script}");
    }
}

#[test]
fn a_comparison_that_another_rule_speaks_of_is_left_to_it() {
    for (script, rule) in [
        ("up = rsi(close, 14) < -close", "impossible-condition: rsi(close, 14) < -close"),
        ("up = close > willr(14)", "constant-condition: close > willr(14)"),
        ("up = crossover(close, willr(14))", "impossible-condition: crossover(close, willr(14))"),
        ("up = rsi(close, 14) == sma(close, 20)", "float-equality: rsi(close, 14) == sma(close, 20)"),
    ] {
        assert_eq!(found(script), [rule], "{script}");
    }
    let conflict = found("up = rsi(close, 14) > close and rsi(close, 14) < close");
    assert_eq!(conflict, ["impossible-condition: rsi(close, 14) < close"]);
}

#[test]
fn prices_that_are_probabilities_may_be_held_against_ratios() {
    let said = |ticker: &str, condition: &str| {
        let script = format!("up = {condition}\nemit_signal(up, entry(\"{ticker}\", \"LONG\", Weight(0.5)))\n");
        check_whole(&script).iter().any(|finding| finding.code == RULE)
    };
    let scaled = "close > rsi(close, 14) / 100";
    assert!(!said("POLYMARKET:WILL-IT-RAIN/USDC", scaled));
    assert!(!said("POLYMARKET:WILL-IT-RAIN/USDC", "close < volume"));
    assert!(said("BINANCE:BTC/USDT", scaled));
    let universe = format!("#! universe = POLYMARKET:WILL-IT-RAIN/USDC, BINANCE:BTC/USDT\nup = {scaled}\n");
    assert!(check(&universe).iter().all(|finding| finding.code != RULE));
}

#[test]
fn the_input_that_was_meant_is_proposed() {
    for (condition, mended) in [
        ("volume > sma(close, 20)", Some("volume > sma(volume, 20)")),
        ("close > sma(volume, 20)", Some("close > sma(close, 20)")),
        ("ema(volume, 5) < ema(close, 20)", Some("ema(volume, 5) < ema(volume, 20)")),
        ("crossover(rsi(close, 14), sma(close, 9))", Some("crossover(rsi(close, 14), sma(rsi(close, 14), 9))")),
        ("bbands_upper(close, 20) < mfi(14)", Some("bbands_upper(mfi(14), 20) < mfi(14)")),
        ("volume > highest(close, 20)", None),
        ("close > volume", None),
        ("rsi(close, 14) > close", None),
        ("rsi(close, 14) > sma(close, 9) * 2", None),
        ("sma(rsi(close, 14), 3) > sma(close, 9)", None),
    ] {
        let script = format!("up = {condition}");
        let all = check(&script);
        let finding = all.iter().find(|finding| finding.code == RULE).unwrap();
        let text = finding.fixes.first().map(|fix| {
            assert!(!fix.safe, "{condition}");
            let edit = &fix.edits[0];
            format!("{}{}{}", &script[..edit.span.start as usize], edit.text, &script[edit.span.end as usize..])
        });
        let mended = mended.map(|mended| format!("up = {mended}"));
        assert_eq!(text, mended, "{condition}");
        if let Some(mended) = mended {
            assert_eq!(found(&mended), [""; 0], "{mended}");
        }
    }
}
