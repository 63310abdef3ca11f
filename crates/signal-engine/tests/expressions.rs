//! Values of expressions against values worked by hand, and what does not compile.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use signal_catalog::{Catalog, Kind};
use signal_engine::{Bars, EngineError, Program, UNSUPPORTED, evaluate};
use signal_syntax::parse;
use signal_text::Source;
use support::{bars, booleans, compile, from_closes, numbers, try_compile, value, walk};

const N: Option<f64> = None;

/// Closes 1, 2, 4, 3, 5 and the script's last value on each; NaN stands for itself.
#[track_caller]
fn check(script: &str, expected: &[Option<f64>]) {
    let actual = numbers(script, &from_closes(&[1.0, 2.0, 4.0, 3.0, 5.0]));
    let equal = |(a, b): (&Option<f64>, &Option<f64>)| match (a, b) {
        (Some(a), Some(b)) => a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() < 1e-12,
        (a, b) => a == b,
    };
    assert!(
        actual.len() == expected.len() && actual.iter().zip(expected).all(equal),
        "{script}: {actual:?} is not {expected:?}"
    );
}

#[track_caller]
fn check_all(script: &str, expected: [f64; 5]) {
    check(script, &expected.map(Some));
}

#[track_caller]
fn check_booleans(script: &str, expected: [Option<bool>; 5]) {
    assert_eq!(booleans(script, &from_closes(&[1.0, 2.0, 4.0, 3.0, 5.0])), expected, "{script}");
}

#[test]
fn an_average_has_no_value_before_its_window_is_full() {
    check("sma(close, 2)", &[N, Some(1.5), Some(3.0), Some(3.5), Some(4.0)]);
}

#[test]
fn arithmetic_goes_bar_by_bar() {
    check_all("close * 2 - 1", [1.0, 3.0, 7.0, 5.0, 9.0]);
    check_all("close ** 2", [1.0, 4.0, 16.0, 9.0, 25.0]);
    check_all("2 ** close", [2.0, 4.0, 16.0, 8.0, 32.0]);
    check_all("close // 2", [0.0, 1.0, 2.0, 1.0, 2.0]);
    check_all("-close % 3", [2.0, 1.0, 2.0, 0.0, 1.0]);
    check_all("+close", [1.0, 2.0, 4.0, 3.0, 5.0]);
    check_all("2 + 3 * 4", [14.0; 5]);
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    check_all("(close - 2) / 0", [-inf, nan, inf, inf, inf]);
}

#[test]
fn conditions_and_numbers_turn_into_each_other() {
    check_all("(close > 2) + 1", [1.0, 1.0, 2.0, 2.0, 2.0]);
    check_booleans("close - 2 and True", [Some(true), Some(false), Some(true), Some(true), Some(true)]);
    check_booleans("not close - 2", [Some(false), Some(true), Some(false), Some(false), Some(false)]);
    check("sma(close > 2, 2)", &[N, Some(0.0), Some(0.5), Some(1.0), Some(1.0)]);
    check_booleans("~(close > 2) | (close == 5)", [Some(true), Some(true), Some(false), Some(false), Some(true)]);
}

#[test]
fn comparisons_chain() {
    check_booleans("1 < close <= 4", [Some(false), Some(true), Some(true), Some(true), Some(false)]);
    check_booleans("1 < close <= 4 != 3", [Some(false), Some(true), Some(true), Some(true), Some(false)]);
}

#[test]
fn an_undefined_number_compares_false() {
    let undefined = "x = (close - close) / (close - close)\n";
    for test in ["x == x", "x != x", "x < 1", "x > 1", "x <= 1", "x >= 1", "x"] {
        check_booleans(&format!("{undefined}({test}) and True"), [Some(false); 5]);
    }
    check_booleans(&format!("{undefined}not x < 1"), [Some(true); 5]);
    check_all(&format!("{undefined}nz(x, 7)"), [7.0; 5]);
}

#[test]
fn an_index_counts_back_from_the_current_bar() {
    check_all("close[-1]", [1.0, 2.0, 4.0, 3.0, 5.0]);
    check("close[-2]", &[N, Some(1.0), Some(2.0), Some(4.0), Some(3.0)]);
    check("sma(close, 2)[-3]", &[N, N, N, Some(1.5), Some(3.0)]);
    check_booleans("(close > 2)[-2]", [None, Some(false), Some(false), Some(true), Some(true)]);
    check("7[-3]", &[N, N, Some(7.0), Some(7.0), Some(7.0)]);
    check_all("n = 1\nclose[-n]", [1.0, 2.0, 4.0, 3.0, 5.0]);
}

#[test]
fn an_index_from_the_front_is_the_same_bar_for_all() {
    check_all("close[0]", [1.0; 5]);
    check_all("close[4]", [5.0; 5]);
    check("sma(close, 2)[1]", &[N, Some(1.5), Some(1.5), Some(1.5), Some(1.5)]);
    check("sma(close, 2)[0]", &[N, Some(f64::NAN), Some(f64::NAN), Some(f64::NAN), Some(f64::NAN)]);
    let error = value("close[5]", &from_closes(&[1.0; 5])).unwrap_err();
    assert!(matches!(error, EngineError::OutOfRange { bars: 5, needed: Some(6), .. }), "{error:?}");
}

#[test]
fn outputs_are_picked_by_name_place_or_target() {
    let bars = walk(3, 60);
    let middle = numbers("bbands(close, 5)[1]", &bars);
    assert_eq!(middle, numbers("sma(close, 5)", &bars));
    for script in [
        "bbands(close, 5).middleband",
        "bbands(close, 5)[\"middle\"]",
        "b = bbands(close, 5)\nb.middle",
        "u, m, l = bbands(close, 5)\nm",
        "bbands_middle(close, 5)",
        "b = (bbands(close, 5))\nb[1][-1]",
        "bbands(close, 5)[-1].middle",
        "[0, bbands(close, 5).middle][-1]",
    ] {
        assert_eq!(numbers(script, &bars), middle, "{script}");
    }
    // As a number, the first.
    assert_eq!(numbers("bbands(close, 5) + 0", &bars), numbers("bbands(close, 5).upper", &bars));
    assert_eq!(numbers("bbands(close, 5)", &bars), numbers("bbands(close, 5).upper", &bars));
    assert_eq!(numbers("bbands(close, 5)[-3]", &bars), numbers("bbands(close, 5).upper[-3]", &bars));
}

#[test]
fn a_conditional_chooses_bar_by_bar() {
    check_all("close if close > 2 else -close", [-1.0, -2.0, 4.0, 3.0, 5.0]);
    check("close if close > 2 else shift(close, 1)", &[N, Some(1.0), Some(4.0), Some(3.0), Some(5.0)]);
    check_all("where(close > 2, 1, 0)", [0.0, 0.0, 1.0, 1.0, 1.0]);
    check_booleans("close > 4 if close > 2 else True", [Some(true), Some(true), Some(false), Some(false), Some(true)]);
}

#[test]
fn crossings_look_at_the_bar_before() {
    check_booleans("crossover(close, 3)", [None, Some(false), Some(true), Some(false), Some(true)]);
    check_booleans("crossunder(close, 3.5)", [None, Some(false), Some(false), Some(true), Some(false)]);
    check_booleans("cross(close, 3.5)", [None, Some(false), Some(true), Some(true), Some(true)]);
    // Touching and leaving again crosses once.
    check_booleans("crossover(close, 2)", [None, Some(false), Some(true), Some(false), Some(false)]);
}

#[test]
fn history_operators() {
    check("shift(close, 2)", &[N, N, Some(1.0), Some(2.0), Some(4.0)]);
    check_all("shift(close, 0)", [1.0, 2.0, 4.0, 3.0, 5.0]);
    check("change(close)", &[N, Some(1.0), Some(2.0), Some(-1.0), Some(2.0)]);
    check("returns(close, 1)", &[N, Some(1.0), Some(1.0), Some(-0.25), Some(2.0 / 3.0)]);
    check(
        "log_return(close, 1)",
        &[N, Some(2f64.ln()), Some(2f64.ln()), Some(0.75f64.ln()), Some((5.0f64 / 3.0).ln())],
    );
    check_booleans("rising(close, 2)", [None, None, Some(true), Some(false), Some(false)]);
    check_booleans("rising(close, 1)", [None, Some(true), Some(true), Some(false), Some(true)]);
    check_booleans("falling(close, 1)", [None, Some(false), Some(false), Some(true), Some(false)]);
    check("barssince(close == 2)", &[Some(f64::NAN), Some(0.0), Some(1.0), Some(2.0), Some(3.0)]);
    check("valuewhen(close > 2, close)", &[Some(f64::NAN), Some(f64::NAN), Some(4.0), Some(3.0), Some(5.0)]);
    check("valuewhen(close > 2, close, 1)", &[Some(f64::NAN), Some(f64::NAN), Some(f64::NAN), Some(4.0), Some(3.0)]);
}

#[test]
fn window_operators() {
    check("count(close > 2, 3)", &[N, N, Some(1.0), Some(2.0), Some(3.0)]);
    check_booleans("any(close > 3, 2)", [None, Some(false), Some(true), Some(true), Some(true)]);
    check_booleans("all(close > 2, 2)", [None, Some(false), Some(false), Some(true), Some(true)]);
    check("highest(close, 3)", &[N, N, Some(4.0), Some(4.0), Some(5.0)]);
    check("lowest(close, 3)", &[N, N, Some(1.0), Some(2.0), Some(3.0)]);
    // Window 4, 3, 5: mean 4, deviation sqrt(2/3).
    let deviation = (2.0f64 / 3.0).sqrt();
    check("zscore(close, 3)[4]", &[N, N, Some(1.0 / deviation), Some(1.0 / deviation), Some(1.0 / deviation)]);
    check("zscore(close * 0 + 0.1, 3)", &[N, N, Some(f64::NAN), Some(f64::NAN), Some(f64::NAN)]);
    // Returns 1, 1, -0.25, 2/3.
    check("volatility(close, 2)", &[N, N, Some(0.0), Some(0.625), Some((2.0 / 3.0 + 0.25) / 2.0)]);
    // 1, 2, 4: mean 7/3; G1 by a spreadsheet's SKEW.
    check(
        "skew(close, 3)[2]",
        &[N, N, Some(0.935_219_529_582_825_3), Some(0.935_219_529_582_825_3), Some(0.935_219_529_582_825_3)],
    );
    check("rank(close, 3)", &[N, N, Some(1.0), Some(2.0 / 3.0), Some(1.0)]);
    check("rank(close * 0, 2)", &[N, Some(0.75), Some(0.75), Some(0.75), Some(0.75)]);
}

#[test]
fn elementwise_operators() {
    check_all("abs(close - 3)", [2.0, 1.0, 1.0, 0.0, 2.0]);
    check_all("sign(close - 3)", [-1.0, -1.0, 1.0, 0.0, 1.0]);
    check_all("round(close / 2)", [0.0, 1.0, 2.0, 2.0, 2.0]);
    check_all("round(close / 3, 2)", [0.33, 0.67, 1.33, 1.0, 1.67]);
    check_all("clip(close, 2, 4)", [2.0, 2.0, 4.0, 3.0, 4.0]);
    check_all("max(close, 3, 2.5)", [3.0, 3.0, 4.0, 3.0, 5.0]);
    check_all("min(close, 2.5)", [1.0, 2.0, 2.5, 2.5, 2.5]);
    check("max(close, 2)", &[N, Some(2.0), Some(4.0), Some(4.0), Some(5.0)]);
    check_booleans("between(close, 2, 4)", [Some(false), Some(true), Some(true), Some(true), Some(false)]);
}

#[test]
fn variables_are_the_bars_columns_and_their_means() {
    let bars = bars(&[[2.0, 8.0, 1.0, 6.0], [6.0, 7.0, 5.0, 6.5]]);
    let last = |script: &str| numbers(script, &bars)[0].unwrap();
    assert_eq!(last("open"), 2.0);
    assert_eq!(last("hl2"), 4.5);
    assert_eq!(last("hlc3"), 5.0);
    assert_eq!(last("ohlc4"), 17.0 / 4.0);
    assert_eq!(last("volume"), 100.0);
}

#[test]
fn a_rolling_vwap_weighs_by_volume() {
    let bars = bars(&[[1.0, 3.0, 1.0, 2.0], [2.0, 6.0, 2.0, 4.0], [4.0, 9.0, 3.0, 6.0]]);
    // Typical prices 2, 4, 6; volumes 100, 137, 124.
    let expected = (4.0 * 137.0 + 6.0 * 124.0) / 261.0;
    assert!((numbers("vwap(2)", &bars)[2].unwrap() - expected).abs() < 1e-12);
}

#[test]
fn every_name_of_the_catalog_is_computed() {
    let bars = walk(9, 300);
    let (mut computed, mut skipped) = (0, Vec::new());
    for entry in Catalog::bundled().entries() {
        if !matches!(entry.kind, Kind::Indicator | Kind::Operator | Kind::Variable) {
            continue;
        }
        let mut calls = Vec::new();
        if entry.kind == Kind::Variable {
            calls.push(entry.name.to_string());
        }
        for signature in entry.signatures.iter() {
            let mut arguments: Vec<String> = Vec::new();
            for (index, input) in signature.inputs.iter().enumerate() {
                let stand_in = if input.value == signal_catalog::ValueType::Boolean {
                    "close > open"
                } else {
                    ["close", "high", "low"][index % 3]
                };
                arguments.push(input.column.map_or(stand_in, |column| column.as_str()).to_owned());
            }
            arguments.extend(signature.params.iter().map(|param| param.default.unwrap_or(5.0).to_string()));
            calls.push(format!("{}({})", entry.name, arguments.join(", ")));
        }
        for call in calls {
            match value(&call, &bars) {
                Ok(series) => {
                    computed += 1;
                    assert_eq!(series.len(), 300, "{call}");
                }
                Err(EngineError::Unsupported { name, .. }) => skipped.push(name),
                Err(other) => panic!("{call}: {other}"),
            }
        }
    }
    assert_eq!(skipped, UNSUPPORTED);
    assert!(computed > 300, "{computed}");
}

#[test]
fn the_catalog_and_the_engine_agree_on_operators() {
    let bars = walk(9, 120);
    let mut checked = 0;
    for entry in
        Catalog::bundled().entries().iter().filter(|entry| matches!(entry.kind, Kind::Indicator | Kind::Operator))
    {
        for signature in entry.signatures.iter().filter(|signature| signature.talib.is_none()) {
            for n in [3.0, 4.0, 17.0] {
                let mut arguments: Vec<String> = Vec::new();
                for (index, input) in signature.inputs.iter().enumerate() {
                    let stand_in = if input.value == signal_catalog::ValueType::Boolean {
                        "close > open"
                    } else {
                        ["close", "high", "low"][index % 3]
                    };
                    arguments.push(input.column.map_or(stand_in, |column| column.as_str()).to_owned());
                }
                let params = vec![n; signature.params.len()];
                arguments.extend(params.iter().map(f64::to_string));
                let call = format!("{}({})", entry.name, arguments.join(", "));
                let series = value(&call, &bars).unwrap_or_else(|error| panic!("{call}: {error}"));
                assert_eq!(Some(series.start as u64), signature.lookback_bars(&params), "{call}");
                let needed = value(&call, &Bars::default()).unwrap_err();
                assert!(
                    matches!(needed, EngineError::OutOfRange { needed: Some(needed), .. } if needed == series.start as u64 + 1),
                    "{call}: {needed:?}"
                );
                checked += 1;
            }
        }
    }
    assert!(checked > 60, "{checked}");
}

#[track_caller]
fn check_refused(script: &str, expected: &str) {
    match try_compile(script) {
        Ok(_) => panic!("compiled: {script}"),
        Err(message) => assert_eq!(message, expected, "{script}"),
    }
}

#[test]
fn what_is_refused_says_where_why_and_what_to_write() {
    check_refused("x = clsoe", "clsoe: `clsoe` is not defined; did you mean `close`?");
    check_refused("x = y\ny = 1", "y: `y` is used before it is defined; move its definition up");
    check_refused("x = rsl(close, 14)", "rsl: there is no function `rsl`; did you mean `rsi`?");
    check_refused("x = close()", "close: `close` is not a function; write it without brackets");
    check_refused("x = rsi", "rsi: `rsi` is a function; call it: rsi(real, timeperiod=14)");
    check_refused("x = \"a\" + 1", "\"a\": a number is expected here, and this is a text");
    check_refused("x = sma(close, close)", "close: `timeperiod` of `sma` must be a constant number, such as 14");
    check_refused("x = sma(close, 2.5)", "2.5: `timeperiod` of `sma` is a whole number from 1 to 100000, not 2.5");
    check_refused("x = rsi(close, 1)", "1: `timeperiod` of `rsi` is a whole number from 2 to 100000, not 1");
    check_refused(
        "x = sma(close, 3, nonsense=1)",
        "nonsense: there is no parameter `nonsense`: sma(real, timeperiod=30)",
    );
    check_refused(
        "x = sma(close, 1, 2, 3)",
        "sma(close, 1, 2, 3): at most 2 arguments are taken: sma(real, timeperiod=30)",
    );
    check_refused(
        "a, b = macd(close)",
        "a, b = macd(close): 2 names stand on the left, but the value has 3 parts; name each of them",
    );
    check_refused(
        "x = macd(close).hits",
        "hits: there is no output `hits` (did you mean `hist`?); the outputs are macd, macdsignal, macdhist",
    );
    check_refused("x = macd(close)[3]", "3: the call has 3 outputs, counted from 0");
    check_refused("x = close.upper", "upper: this is a number and has no output `upper`");
    check_refused("x = close[close]", "close: an index is a constant whole number, such as [-1] for the current bar");
    check_refused("x = close[1.5]", "1.5: an index is a whole number, not 1.5");
    check_refused("x = close[-1e16]", "-1e16: no range has so many bars; [-1] is the current one");
    check_refused("x = close[-1e400]", "-1e400: no range has so many bars; [-1] is the current one");
    check_refused(
        "x = 3 if close > 1 else \"a\"",
        "\"a\": a conditional chooses between numbers or booleans, and this is a text; write one `emit_signal` for each case",
    );
    check_refused(
        "emit_signal(close > 1, 5)",
        "5: an action is expected here, entry(...) or exit(...), and this is a number",
    );
    check_refused("x = entry(\"BINANCE:BTC/USDT\", \"UP\")", "\"UP\": a side is \"LONG\" or \"SHORT\", not \"UP\"");
    check_refused(
        "x = entry(\"BINANCE:BTC/USDT\", \"LONG\", 0.5)",
        "0.5: a sizing is expected here, such as Weight(0.5), and this is a number",
    );
    check_refused("x = Weight(-1)", "-1: a size is greater than 0, not -1");
    check_refused("x = rsi(close)(2)", "rsi(close): only a name can be called, such as rsi(close, 14)");
    check_refused("x = \"a\" < \"b\"", "\"a\" < \"b\": texts can only be compared with == and !=");
}

#[test]
fn a_statement_that_did_not_parse_is_not_run() {
    let source = Source::new("test", "a = 1\nb = (\n");
    let parsed = parse(&source);
    let error = Program::compile(&source, &parsed.tree, Catalog::bundled()).unwrap_err();
    assert!(error.message.contains("syntax"), "{}", error.message);
}

#[test]
fn a_text_can_not_be_evaluated() {
    let program = compile("x = \"a\"");
    assert!(matches!(evaluate(&program, None, &walk(1, 9)), Err(EngineError::Type { .. })));
    let program = compile("");
    assert!(matches!(evaluate(&program, None, &walk(1, 9)), Err(EngineError::Type { .. })));
}

#[test]
fn bars_that_are_unsound_are_refused() {
    let mut bars = walk(1, 9);
    bars.low[4] = bars.high[4] + 1.0;
    assert!(matches!(value("close", &bars), Err(EngineError::Bars { .. })));
}

/// Nests `levels` deep by `open`, an innermost `close`, and `shut`, and evaluates it on a thread with a small stack.
fn check_depth(open: &str, shut: &str, levels: usize, expected: impl Fn(Option<f64>) -> bool + Send + 'static) {
    let script = format!("x = {}close{}\nx + 0", open.repeat(levels), shut.repeat(levels));
    let run = move || {
        let source = Source::new("deep", script);
        let parsed = parse(&source);
        if parsed.diagnostics.is_empty() {
            let program = Program::compile(&source, &parsed.tree, Catalog::bundled()).unwrap();
            let series = evaluate(&program, None, &walk(1, 40)).unwrap();
            assert!(expected(series.last()), "{:?}", series.last());
        } else {
            // A parser may set a limit; the compiler then says so rather than crash.
            assert!(Program::compile(&source, &parsed.tree, Catalog::bundled()).is_err());
        }
    };
    std::thread::Builder::new().stack_size(512 * 1024).spawn(run).unwrap().join().unwrap();
}

#[test]
fn deep_nesting_neither_crashes_nor_hangs() {
    let close = walk(1, 40).close[39];
    check_depth("(", ")", 100_000, move |value| value == Some(close));
    check_depth("-", "", 100_000, move |value| value == Some(close));
    check_depth("abs(", ")", 100_000, move |value| value == Some(close));
    check_depth("not ", "", 100_000, |value| value == Some(1.0));
    check_depth("1 + ", "", 100_000, move |value| value.is_some_and(|value| (value - close - 100_000.0).abs() < 1e-6));
    check_depth("", "[-1]", 100_000, move |value| value == Some(close));
    check_depth("[", "][0]", 100_000, move |value| value == Some(close));
    check_depth("1 if close < 0 else ", "", 100_000, move |value| value == Some(close));
}

#[test]
fn a_long_chain_of_names_is_one_column_at_a_time() {
    let mut script = "x0 = close\n".to_owned();
    for index in 1..50_000 {
        script.push_str(&format!("x{index} = x{} + {index}\n", index - 1));
    }
    let bars = walk(1, 2000);
    let sum: f64 = (1..50_000).map(f64::from).sum();
    assert!((numbers(&script, &bars)[1999].unwrap() - bars.close[1999] - sum).abs() < 1.0);
}
