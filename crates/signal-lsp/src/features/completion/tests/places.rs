//! Places of scripts, and what is offered there.

use super::super::{Manner, completion};
use super::check;
use crate::testing::at_cursor;

#[test]
fn a_value_begins_with_the_names_of_the_script() {
    check(&[
        ("a = close > open\nn = 14\nx = ┃", "n | a | close | open | high | low | …"),
        ("x = ┃", "close | open | high | low | volume | hl2 | …"),
        ("x = ┃\n", "close | open | high | low | volume | hl2 | …"),
        ("x =┃", "close | open | high | low | volume | hl2 | …"),
        ("a = 1\nx = ┃\nb = 2", "a | close | open | high | low | volume | …"),
        ("a = 1\na = 2\nx = ┃", "a | close | open | high | low | volume | …"),
        ("fast = ema(close, 12)\nslow = ema(close, 26)\nx = s┃", "slow | fast | close | rsi | sma | bbands | …"),
        ("x = r┃", "rsi | atr | crossover | crossunder | supertrend | cross_above | …"),
        ("x = close + ┃", "open | high | low | volume | hl2 | hlc3 | …"),
        ("x = close > ┃", "open | high | low | volume | hl2 | hlc3 | …"),
        ("x = close > ┃\ny = 3", "open | high | low | volume | hl2 | hlc3 | …"),
        ("x = -┃", "close | open | high | low | volume | hl2 | …"),
        ("x = (close + ┃", "open | high | low | volume | hl2 | hlc3 | …"),
        ("x = (┃", "close | open | high | low | volume | hl2 | …"),
        ("x = [┃", "close | open | high | low | volume | hl2 | …"),
        ("x = close if ┃", "not | crossover | crossunder | cross_above | cross_below | all | …"),
        ("x = close if close > 1 else ┃", "close | open | high | low | volume | hl2 | …"),
        (
            "close = 5\nx = clos┃",
            "close | cdl2crows | cdl3blackcrows | cdl3outside | cdl3whitesoldiers | cdlclosingmarubozu | …",
        ),
        ("x = foo(┃", "close | open | high | low | volume | hl2 | …"),
        (
            "größe = ema(close, 3)\nx = gr┃",
            "größe | avgprice | highestbars | linearreg_intercept | rogerssatchell | log_return | …",
        ),
    ]);
}

#[test]
fn conditions_come_first_where_a_condition_is_due() {
    check(&[
        ("a = close > open\nn = 14\nemit_signal(┃", "a | not | n | crossover | crossunder | cross_above | …"),
        ("a = close > open\nn = 14\nemit_signal(a and ┃)", "a | not | n | crossover | crossunder | cross_above | …"),
        ("a = close > open\nn = close\nx = not ┃", "a | n | crossover | crossunder | cross_above | cross_below | …"),
        ("a = close > open\nn = close\nx = n > 1 or ┃", "a | not | n | crossover | crossunder | cross_above | …"),
        ("a = close > open\nn = close\nx = n + ┃", "n | close | open | high | low | volume | …"),
        ("count(┃", "not | crossover | crossunder | cross_above | cross_below | all | …"),
        ("emit_signal(cross┃", "crossover | crossunder | cross_above | cross_below | cross | crosses_above | …"),
        ("x = not not ┃", "crossover | crossunder | cross_above | cross_below | all | any | …"),
    ]);
}

#[test]
fn signals_take_actions_and_sizes() {
    check(&[
        ("a = close > open\nemit_signal(a, ┃", "entry | exit | action="),
        ("buy = entry(\"BINANCE:BTC/USDT\", \"LONG\")\nemit_signal(close > 1, ┃", "buy | entry | exit | action="),
        ("emit_signal(close > 1, entry(\"BINANCE:BTC/USDT\", \"LONG\", ┃", "Weight | Cash | Shares | sizing="),
        (
            "half = Weight(0.5)\nemit_signal(close > 1, entry(\"BINANCE:BTC/USDT\", \"LONG\", h┃",
            "half | Weight | Cash | Shares",
        ),
        ("emit_signal(close > 1, ex┃", "exit"),
        ("emit_signal(close > 1, action=┃", "entry | exit"),
    ]);
}

#[test]
fn parameters_take_constants() {
    check(&[
        ("x = rsi(close, ┃", "«14» | timeperiod="),
        ("n = 14\nx = ema(close, ┃)", "«30» | n | timeperiod="),
        ("n = 14\nup = close > 1\nx = ema(close, n * ┃)", "n"),
        (
            "x = ma(close, 20, ┃)",
            "«0 (simple)» | 1 (exponential) | 2 (weighted) | 3 (double exponential) | 4 (triple exponential) | 5 (triangular) | …",
        ),
        (
            "x = ma(close, matype=┃)",
            "«0 (simple)» | 1 (exponential) | 2 (weighted) | 3 (double exponential) | 4 (triple exponential) | 5 (triangular) | …",
        ),
        ("x = zscore(close, ┃", "20 | timeperiod="),
        ("x = shift(close > open, ┃)", "«1» | bars="),
        ("x = macd(close, 12, ┃", "«26» | slowperiod= | signalperiod="),
    ]);
}

#[test]
fn sizes_are_numbers_that_people_choose() {
    check(&[
        ("x = Weight(┃", "1 | 0.5 | 0.25 | 0.1"),
        ("half = 0.5\nx = Weight(┃)", "half | 1 | 0.5 | 0.25 | 0.1"),
        ("half = 0.5\nup = close > open\nx = Weight(1 - ┃)", "half"),
        ("x = Cash(┃)", "1000 | 100"),
        ("x = Shares(┃)", "1 | 0.1"),
    ]);
}

#[test]
fn price_columns_and_periods_share_a_place() {
    check(&[
        ("x = atr(┃", "«14» | high | close | open | low | volume | …"),
        ("x = atr(high, ┃", "«low» | close | open | volume | hl2 | hlc3 | …"),
        ("x = atr(high, low, close, ┃", "«14» | timeperiod="),
        ("x = vwma(close, ┃", "«30» | volume | open | high | low | hl2 | …"),
        ("x = obv(┃", "«close» | open | high | low | volume | hl2 | …"),
        ("x = max(close, ┃", "«30» | open | high | low | volume | hl2 | …"),
        ("x = adx(┃", "«14» | high | close | open | low | volume | …"),
    ]);
}

#[test]
fn parameters_have_names() {
    check(&[
        ("x = rsi(close, timep┃", "timeperiod="),
        ("x = macd(close, fastperiod=3, ┃)", "slowperiod= | signalperiod="),
        ("x = macd(close, ┃=3)", "fastperiod | slowperiod | signalperiod"),
        ("x = macd(close, slow┃=3)", "slowperiod"),
        ("x = macd(close, 12, s┃)", "slowperiod= | signalperiod="),
        ("emit_signal(close > 1, entry(side=\"LONG\", ┃", "ticker= | sizing="),
        ("x = rsi(┃14)", "timeperiod="),
        ("x = rsi(┃close, 14)", "close | open | high | low | volume | hl2 | …"),
        ("emit_signal(┃close > 1)", "not | crossover | crossunder | cross_above | cross_below | all | …"),
        ("x = ┃rsi(close)", "close | open | high | low | volume | hl2 | …"),
    ]);
}

#[test]
fn several_names_get_a_call_with_as_many_outputs() {
    check(&[
        ("line, signal, hist = ┃", "macd | macdext | macdfix | bbands | donchian | keltner | …"),
        ("k, d = ┃", "stoch | stochrsi | stochf | supertrend | aroon | cksp | …"),
        ("upper, middle, lower = ┃", "bbands | donchian | keltner | accbands | kc | macd | …"),
    ]);
}

#[test]
fn outputs_follow_a_dot_or_stand_in_brackets() {
    check(&[
        ("x = bbands(close).┃", "upperband | middleband | lowerband | upper | middle | lower"),
        ("x = bbands(close)[-1].┃", "upperband | middleband | lowerband | upper | middle | lower"),
        ("b = bbands(close)\nx = b.┃", "upperband | middleband | lowerband | upper | middle | lower"),
        ("b = bbands(close)\nc = b\nx = c.lo┃ > 1", "lowerband | lower"),
        (
            "b = bbands(close)\nx = b[┃",
            "\"upperband\" | \"middleband\" | \"lowerband\" | \"upper\" | \"middle\" | \"lower\" | …",
        ),
        ("b = bbands(close)\nx = b[\"┃\"]", "upperband | middleband | lowerband | upper | middle | lower"),
        ("b = bbands(close)\nx = b['u┃']", "upperband | upper"),
        ("m, s, h = macd(close)\nx = m.┃", "nothing"),
        ("x = macd(close).┃\ny = 5", "macd | macdsignal | macdhist | line | signal | hist"),
        ("x = close.┃", "nothing"),
        ("x = rsi(close).┃", "nothing"),
        ("x = close[┃]", "-1 | -2 | -3"),
    ]);
}

#[test]
fn words_join_values() {
    check(&[
        ("x = close a┃", "and"),
        ("x = close ┃", "and | or"),
        ("x = (close > 1) o┃", "or"),
        ("x = a if close > 1 ┃", "and | else | or"),
        ("x = close┃", "close | cdl3outside"),
        ("x = rsi(close, 14) ┃", "and | or"),
        ("emit_signal(close > 1 a┃", "and"),
        ("x = close[-1 ┃", "nothing"),
    ]);
}

#[test]
fn nothing_is_offered_where_nothing_is_to_be_chosen() {
    check(&[
        ("x┃ = 5", "nothing"),
        ("fa┃st = ema(close, 3)", "nothing"),
        ("a, b┃ = macd(close)", "nothing"),
        ("a, ┃ = macd(close)", "nothing"),
        ("x ┃", "nothing"),
        ("x = 1┃4", "nothing"),
        ("x = 14┃", "nothing"),
        ("x = 1.┃5", "nothing"),
        ("x = 1.┃", "nothing"),
        ("# just ┃", "nothing"),
        ("x = 5  # s┃ome", "nothing"),
        ("x = \"a\" \"┃", "nothing"),
        ("x = foo(\"┃\")", "nothing"),
        ("x = close !┃= 5", "nothing"),
        ("x = close == \"┃\"", "nothing"),
        ("x = 'a' + ┃1", "nothing"),
        ("x = close ? ┃", "nothing"),
        ("x = f\"┃\"", "nothing"),
        ("┃x = 5", "nothing"),
    ]);
}

#[test]
fn tickers_come_from_universe_script_and_exchanges() {
    check(&[
        (
            "emit_signal(close > 1, entry(\"┃\"",
            "BINANCE:BTC/USDT | BINANCE:ETH/USDT | BINANCE:SOL/USDT | BINANCE:XRP/USDT | BINANCE: | BINANCEFUTURESUSD: | …",
        ),
        (
            "emit_signal(close > 1, entry(\"BIN┃",
            "BINANCE: | BINANCEFUTURESUSD: | BINANCE:BTC/USDT | BINANCE:ETH/USDT | BINANCE:SOL/USDT | BINANCE:XRP/USDT",
        ),
        (
            "emit_signal(close > 1, entry(\"BIN┃\", \"LONG\"))",
            "BINANCE: | BINANCEFUTURESUSD: | BINANCE:BTC/USDT | BINANCE:ETH/USDT | BINANCE:SOL/USDT | BINANCE:XRP/USDT",
        ),
        (
            "#! universe = UPBIT:BTC/KRW, UPBIT:ETH/KRW\nemit_signal(close > 1, entry(\"┃\"))",
            "UPBIT:BTC/KRW | UPBIT:ETH/KRW | BINANCE:BTC/USDT | BINANCE:ETH/USDT | BINANCE:SOL/USDT | BINANCE:XRP/USDT | …",
        ),
        (
            "#! universe = UPBIT:BTC/KRW\nemit_signal(close > 1, entry(\"┃\"))\nemit_signal(close > 1, exit(\"BINANCE:SOL/USDT\"))",
            "UPBIT:BTC/KRW | BINANCE:SOL/USDT | BINANCE:BTC/USDT | BINANCE:ETH/USDT | BINANCE:XRP/USDT | BINANCE: | …",
        ),
        (
            "emit_signal(close > 1, entry(┃",
            "\"BINANCE:BTC/USDT\" | \"BINANCE:ETH/USDT\" | \"BINANCE:SOL/USDT\" | \"BINANCE:XRP/USDT\" | ticker= | side= | …",
        ),
        (
            "emit_signal(close > 1, entry(ticker=\"┃",
            "BINANCE:BTC/USDT | BINANCE:ETH/USDT | BINANCE:SOL/USDT | BINANCE:XRP/USDT | BINANCE: | BINANCEFUTURESUSD: | …",
        ),
        (
            "t = \"┃\"",
            "BINANCE:BTC/USDT | BINANCE:ETH/USDT | BINANCE:SOL/USDT | BINANCE:XRP/USDT | BINANCE: | BINANCEFUTURESUSD: | …",
        ),
        (
            "t = [\"┃\"]",
            "BINANCE:BTC/USDT | BINANCE:ETH/USDT | BINANCE:SOL/USDT | BINANCE:XRP/USDT | BINANCE: | BINANCEFUTURESUSD: | …",
        ),
        (
            "t = \"HYPERLIQUID:┃\"",
            "HYPERLIQUID:BTC/USDC:USDC | HYPERLIQUID:ETH/USDC:USDC | HYPERLIQUID:SOL/USDC:USDC | HYPERLIQUID:XRP/USDC:USDC | HYPERLIQUID:BNB/USDC:USDC | HYPERLIQUID:DOGE/USDC:USDC | …",
        ),
        (
            "x = 'BINANCE:DOGE/┃'",
            "BINANCE:DOGE/USDT | BINANCE:DOGE/USDC | BINANCE:DOGE/FDUSD | BINANCE:DOGE/TUSD | BINANCE:DOGE/BUSD | BINANCE:DOGE/BTC | …",
        ),
        ("t = \"POLYMARKET:┃\"", "nothing"),
        ("t = \"KRAKEN:┃\"", "nothing"),
        ("t = \"BINANCEFUTURESUSD:BTC/USDT:┃\"", "BINANCEFUTURESUSD:BTC/USDT:USDT"),
        (
            "#! exchange = upbit\nt = \"┃\"",
            "UPBIT:BTC/KRW | UPBIT:ETH/KRW | UPBIT:SOL/KRW | UPBIT:XRP/KRW | BINANCE: | BINANCEFUTURESUSD: | …",
        ),
    ]);
}

#[test]
fn sides_are_long_or_short() {
    check(&[
        ("emit_signal(close > 1, entry(\"BINANCE:BTC/USDT\", \"┃", "«LONG» | SHORT"),
        ("emit_signal(close > 1, entry(\"BINANCE:BTC/USDT\", \"S┃\", Weight(1)))", "SHORT"),
        ("emit_signal(close > 1, entry(\"BINANCE:BTC/USDT\", ┃", "«\"LONG\"» | \"SHORT\" | side= | sizing="),
        ("emit_signal(close > 1, exit(\"BINANCE:BTC/USDT\", side=\"┃\"))", "«LONG» | SHORT"),
    ]);
}

#[test]
fn directives_have_keys_and_values() {
    check(&[
        ("#┃", "#! universe | #! timeframe | #! start_date | #! end_date | #! exchange | #! initial_cash | …"),
        ("#!┃", "universe | timeframe | start_date | end_date | exchange | initial_cash | …"),
        ("#! ┃", "universe | timeframe | start_date | end_date | exchange | initial_cash | …"),
        ("#! time┃", "timeframe"),
        ("#! timeframe = 1h\n#! ┃", "universe | start_date | end_date | exchange | initial_cash | trading_fee | …"),
        ("x = 5\n#! ┃", "nothing"),
        ("x = 5\n#┃", "nothing"),
        ("#! timeframe = ┃", "1m | 5m | 15m | 30m | «1h» | 4h | …"),
        ("#! timeframe = 1h ┃", "nothing"),
        ("#! timeframe = 1h # ┃", "nothing"),
        ("#! timeframe ┃", "nothing"),
        ("#! mode=┃", "«isolated» | cross"),
        ("#! exchange = ┃", "«binance» | binancefuturesusd | upbit | hyperliquid | lighter | polymarket"),
        ("#! leverage = ┃", "«1» | 2 | 3 | 5 | 10"),
        ("#! description = ┃", "nothing"),
        ("#! nonsense = ┃", "nothing"),
        ("#! strip┃", "nothing"),
        ("#! start_date = ┃\n", "2025-01-01 | 2026-01-01 | 2024-01-01 | 2023-01-01 | 2025-06-01 | 2026-06-01"),
        ("#! end_date = ┃", "2026-05-31 | 2025-12-31 | 2025-06-30 | 2024-12-31 | 2026-06-01"),
        ("#! start_date = 2026-02-01\n#! end_date = ┃", "2026-05-31 | 2026-06-01"),
        ("#! end_date = 2024-06-30\n#! start_date = ┃", "2024-01-01 | 2023-01-01"),
        (
            "#! universe = ┃",
            "BINANCE:BTC/USDT | BINANCE:ETH/USDT | BINANCE:SOL/USDT | BINANCE:XRP/USDT | BINANCE: | BINANCEFUTURESUSD: | …",
        ),
        (
            "#! universe = BINANCE:BTC/USDT, ┃",
            "BINANCE:BTC/USDT | BINANCE:ETH/USDT | BINANCE:SOL/USDT | BINANCE:XRP/USDT | BINANCE: | BINANCEFUTURESUSD: | …",
        ),
        (
            "#! universe = BINANCE:┃",
            "BINANCE:BTC/USDT | BINANCE:ETH/USDT | BINANCE:SOL/USDT | BINANCE:XRP/USDT | BINANCE:BNB/USDT | BINANCE:DOGE/USDT | …",
        ),
        ("#! universe = [\"BINANCE:E┃\"]", "BINANCE:ETH/USDT | BINANCE:DOGE/USDT"),
    ]);
}

#[test]
fn rules_that_found_something_can_be_allowed() {
    check(&[
        ("x = 5  #┃\nemit_signal(close > 1, exit(\"BINANCE:BTC/USDT\"))", "# signal: allow unused-name"),
        (
            "#┃\nx = rsl(close, 3)\n",
            "#! universe | #! timeframe | #! start_date | #! end_date | #! exchange | #! initial_cash | …",
        ),
        ("y = 3\n# sig┃\nx = rsl(close, 3)\n", "# signal: allow unknown-function"),
        (
            "# signal: allow ┃\nx = rsl(close, 3)\n",
            "no-signal | unknown-function | bad-setting | bitwise-instead-of-and | boolean-arithmetic | chained-comparison | …",
        ),
        (
            "x = rsl(close, 3)  # signal: allow un┃",
            "unknown-function | duplicated-condition | exit-without-entry | number-as-boolean | period-out-of-bounds | result-not-used | …",
        ),
        (
            "x = rsl(close, 3)  # signal: allow unknown-function, ┃",
            "no-signal | bad-setting | bitwise-instead-of-and | boolean-arithmetic | chained-comparison | condition-not-boolean | …",
        ),
        ("# signal: allow unused-name ┃\nx = 5", "because | in this file"),
        ("# signal: allow unused-name in this file ┃\nx = 5", "because"),
        ("# signal: allow unused-name because ┃\nx = 5", "nothing"),
        ("# signal: a┃\nx = close", "nothing"),
    ]);
}

#[test]
fn a_statement_begins_with_a_signal() {
    check(&[
        ("┃", "emit_signal … entry | emit_signal … exit | strategy: RSI reversion | strategy: EMA cross"),
        ("x = 5\n┃", "emit_signal … entry | emit_signal … exit"),
        (
            "e┃",
            "emit_signal … entry | emit_signal … exit | strategy: RSI reversion | strategy: EMA cross | ema | efficiency_ratio | …",
        ),
        ("x = 5\nem┃\ny = 6", "emit_signal … entry | emit_signal … exit"),
        ("rs┃", "strategy: RSI reversion | strategy: EMA cross | rsi"),
        ("st┃", "strategy: RSI reversion | strategy: EMA cross | stoch | stddev | stochrsi | stc | …"),
        ("em┃(close > 1)", "emit_signal | ema | emv"),
        ("x = rsi(close,\n\ny = e┃", "close | open | volume | ema | crossover | crossunder | …"),
        ("a = 1; e┃", "emit_signal … entry | emit_signal … exit"),
    ]);
}

#[test]
fn broken_lines_and_several_lines_are_understood() {
    check(&[
        ("x = rsi(\n    cl┃\n)\ny = 5", "close | ceil | correl | correlation | macd_signal | mcginley | …"),
        ("x = rsi(close,\n    ┃\ny = 5", "«14» | timeperiod="),
        ("x = rsi(\n┃\n)", "close | open | high | low | volume | hl2 | …"),
        ("x = rsi(close, ┃\nemit_signal(x > 30, 1)", "«14» | timeperiod="),
        ("x = rsi(close, 14\n┃", "emit_signal … entry | emit_signal … exit"),
        ("x = rsi(close, 14\n    ┃", "and | or"),
        (
            "emit_signal(a > 1, entry(\"BIN┃\nx = 5",
            "BINANCE: | BINANCEFUTURESUSD: | BINANCE:BTC/USDT | BINANCE:ETH/USDT | BINANCE:SOL/USDT | BINANCE:XRP/USDT",
        ),
        ("x = ema(close\ny = rsi(close, ┃\nz = 3", "«14» | x | timeperiod="),
        ("x = rsi(close, ┃)\r\ny = 5\r\n", "«14» | timeperiod="),
        ("t = \"🚀\"; x = rsi(close, ┃", "«14» | timeperiod="),
        ("x = close > 1 and \\\n    ┃", "not | crossover | crossunder | cross_above | cross_below | all | …"),
        ("\u{feff}x = rsi(close, ┃", "«14» | timeperiod="),
        ("x = )┃", "nothing"),
        ("x = ]]] + ┃", "close | open | high | low | volume | hl2 | …"),
        ("x = rsi(close)) + ┃", "close | open | high | low | volume | hl2 | …"),
        ("x = rsi(close, # period\n    ┃", "«14» | timeperiod="),
    ]);
}

#[test]
fn what_nobody_asked_for_is_short_and_evident() {
    let triggered = |marked: &str, trigger: char| {
        let (snapshot, offset) = at_cursor(marked);
        let manner = Manner { snippets: true, trigger: Some(trigger) };
        let labels = completion(&snapshot, offset, manner).items.into_iter().map(|item| item.label);
        labels.take(3).collect::<Vec<_>>().join(" | ")
    };
    let cases = [
        ("x = ┃", ' ', ""),
        ("x =┃", '=', ""),
        ("x = rsi(close, ┃)", ' ', "timeperiod= | 14"),
        ("x = rsi(close, timeperiod=┃)", '=', "14"),
        ("x = max(close, ┃)", ' ', ""),
        ("x = close / ┃", '/', ""),
        ("x = close ┃", ' ', ""),
        ("x = bbands(close).┃", '.', "upperband | upper | middleband"),
        ("emit_signal(close > 1, ┃)", ' ', "action= | entry | exit"),
        ("emit_signal(close > 1, entry(\"A, ┃\"))", ' ', ""),
        ("emit_signal(close > 1, entry(\"┃\"))", '"', "BINANCE: | BINANCEFUTURESUSD: | UPBIT:"),
        ("emit_signal(close > 1, entry(\"BINANCE:┃\"))", ':', "BINANCE:BTC/USDT | BINANCE:ETH/USDT | BINANCE:SOL/USDT"),
        ("emit_signal(close > 1, entry(\"BINANCE:BTC/USDT\"┃))", '"', ""),
        ("#! timeframe = ┃", ' ', "1m | 5m | 15m"),
        ("#! timeframe =┃", '=', "1m | 5m | 15m"),
        ("#!┃", '!', "start_date | end_date | exchange"),
        ("x = close !┃", '!', ""),
        ("#┃", '#', "#! start_date | #! end_date | #! exchange"),
        ("# What it does.\n#┃", '#', ""),
        ("# What it does.\r\n#┃\r\n", '#', ""),
        ("# ┃", ' ', ""),
        ("#! timeframe = 1h\n#┃", '#', "#! start_date | #! end_date | #! exchange"),
        ("# signal: allow ┃\nx = 5", ' ', "bad-setting | bitwise-instead-of-and | boolean-arithmetic"),
    ];
    for (marked, trigger, expected) in cases {
        assert_eq!(triggered(marked, trigger), expected, "{trigger:?} at {marked}");
    }
}
