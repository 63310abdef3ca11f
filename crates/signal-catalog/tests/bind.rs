//! Binding: calls as they are written, and what each argument becomes.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use signal_catalog::{ArgumentShape, BindError, Binding, Catalog, Entry, InputSource, ParamSource, Slot};

/// The arguments of a call such as `atr(high, low, period=14)`. Numbers are constants, all else is not.
fn arguments(text: &str) -> Vec<ArgumentShape<'_>> {
    text.split(',')
        .map(str::trim)
        .filter(|argument| !argument.is_empty())
        .map(|argument| match argument.split_once('=') {
            Some((keyword, value)) => ArgumentShape { keyword: Some(keyword), constant: value.parse().ok() },
            None => ArgumentShape { keyword: None, constant: argument.parse().ok() },
        })
        .collect()
}

fn bind_text(entry: &Entry, text: &str) -> String {
    match entry.bind(&arguments(text)) {
        Ok(binding) => shown(&binding),
        Err(BindError::TooFew { at_least, missing }) => format!("too few: {at_least}, {}", missing.join(" ")),
        Err(BindError::TooMany { at_most }) => format!("too many: {at_most}"),
        Err(BindError::UnknownKeyword { argument }) => format!("unknown keyword: {argument}"),
        Err(BindError::Twice { argument }) => format!("twice: {argument}"),
    }
}

/// `real=#0 timeperiod=#1`, `high=high` for a column, `timeperiod=14!` for a default, `?` behind it where it is ambiguous.
fn shown(binding: &Binding<'_>) -> String {
    let signature = binding.signature;
    let mut parts = Vec::new();
    for (index, source) in binding.inputs.iter().enumerate() {
        let name = signature.inputs.get(index).map_or("...", |input| &*input.name);
        parts.push(match source {
            InputSource::Argument(argument) => format!("{name}=#{argument}"),
            InputSource::Column(column) => format!("{name}={}", column.as_str()),
            InputSource::Absent => format!("{name}=-"),
        });
    }
    for (source, param) in binding.params.iter().zip(signature.params.iter()) {
        parts.push(match source {
            ParamSource::Argument(argument) => format!("{}=#{argument}", param.name),
            ParamSource::Default(value) => format!("{}={value}!", param.name),
        });
    }
    if binding.ambiguous {
        parts.push("?".to_owned());
    }
    parts.join(" ")
}

fn check(calls: &[(&str, &str)]) {
    for (call, expected) in calls {
        let (name, rest) = call.split_once('(').unwrap();
        let entry = Catalog::bundled().get(name).unwrap_or_else(|| panic!("{name} has no entry"));
        let rest = rest.trim_end_matches(')');
        assert_eq!(bind_text(entry, rest), *expected, "{call}");
        if let Ok(binding) = entry.bind(&arguments(rest)) {
            assert_eq!(binding.signature.slots(&arguments(rest)), slots_of(&binding, arguments(rest).len()), "{call}");
        }
    }
}

/// The place of each argument, read off a finished binding.
fn slots_of(binding: &Binding<'_>, arguments: usize) -> Vec<Option<Slot>> {
    let last = binding.signature.inputs.len().saturating_sub(1);
    let place = |argument: usize| {
        let is_input = |source: &InputSource| *source == InputSource::Argument(u32::try_from(argument).unwrap());
        let input = binding.inputs.iter().position(is_input).map(|index| Slot::Input(index.min(last)));
        let is_param = |source: &ParamSource| *source == ParamSource::Argument(argument);
        input.or_else(|| binding.params.iter().position(is_param).map(Slot::Param))
    };
    (0..arguments).map(place).collect()
}

#[test]
fn an_argument_of_an_incomplete_call_has_its_place() {
    let slots = |call: &str| {
        let (name, rest) = call.split_once('(').unwrap();
        let signature = &Catalog::bundled().get(name).unwrap().signatures[0];
        signature.slots(&arguments(rest))
    };
    assert_eq!(slots("entry(ticker"), [Some(Slot::Input(0))]);
    assert_eq!(slots("rsi(14"), [Some(Slot::Param(0))]);
    assert_eq!(
        slots("correlation(a, b, c, d"),
        [0, 1].map(|n| Some(Slot::Input(n))).into_iter().chain([Some(Slot::Param(0)), None]).collect::<Vec<_>>()
    );
    assert_eq!(slots("rsi(close, windw=14"), [Some(Slot::Input(0)), None]);
}

#[test]
fn positional_arguments_fill_inputs_and_then_parameters() {
    check(&[
        ("rsi(close, 14)", "real=#0 timeperiod=#1"),
        ("rsi(close)", "real=#0 timeperiod=14!"),
        ("macd(close, 12, 26, 9)", "real=#0 fastperiod=#1 slowperiod=#2 signalperiod=#3"),
        ("macd(close, 5)", "real=#0 fastperiod=#1 slowperiod=26! signalperiod=9!"),
        ("correlation(a, b, 20)", "real0=#0 real1=#1 timeperiod=#2"),
        ("percentile(close, 20, 0.5)", "real=#0 timeperiod=#1 percentile=#2"),
        ("bbands_upper(close, 20, 2.5)", "real=#0 timeperiod=#1 dev=#2"),
        ("between(x, 0.5, 1e-4)", "real=#0 lower=#1 upper=#2"),
        ("shift(x, 3)", "real=#0 bars=#1"),
        ("change(x)", "real=#0 timeperiod=1!"),
        ("abs(-5)", "real=#0"),
        ("round(3.7)", "real=#0 digits=0!"),
        ("where(up, 1, 0)", "condition=#0 then=#1 otherwise=#2"),
        ("add(close, 1)", "real0=#0 real1=#1"),
        ("sma(5, 20)", "real=#0 timeperiod=#1"),
    ]);
}

#[test]
fn keywords_name_inputs_and_parameters_by_any_of_their_names() {
    check(&[
        ("sma(close, timeperiod=20)", "real=#0 timeperiod=#1"),
        ("sma(close, period=20)", "real=#0 timeperiod=#1"),
        ("sma(length=20, source=close)", "real=#1 timeperiod=#0"),
        ("macd(close, slow=30)", "real=#0 fastperiod=12! slowperiod=#1 signalperiod=9!"),
        ("macd(close, 12, signal=5, slow_period=26)", "real=#0 fastperiod=#1 slowperiod=#3 signalperiod=#2"),
        ("atr(period=20)", "high=high low=low close=close timeperiod=#0"),
        ("atr(high=h, timeperiod=20)", "high=#0 low=low close=close timeperiod=#1 ?"),
        ("vwma(close, volume=v)", "real=#0 volume=#1 timeperiod=30!"),
        ("sma(close, windw=20)", "unknown keyword: 1"),
        ("sma(close, 20, period=20)", "twice: 2"),
        ("sma(close, period=20, length=30)", "twice: 2"),
        ("sma(close, real=open)", "twice: 1"),
        ("abs(value=3)", "unknown keyword: 0"),
    ]);
}

#[test]
fn price_columns_may_be_left_out() {
    check(&[
        ("atr(14)", "high=high low=low close=close timeperiod=#0"),
        ("atr()", "high=high low=low close=close timeperiod=14!"),
        ("atr(high, low, close, 14)", "high=#0 low=#1 close=#2 timeperiod=#3"),
        ("atr(high, low, close)", "high=#0 low=#1 close=#2 timeperiod=14!"),
        ("ac(5, 34)", "high=high low=low fastperiod=#0 slowperiod=#1 signalperiod=5!"),
        ("ac(5, 34, 5)", "high=high low=low fastperiod=#0 slowperiod=#1 signalperiod=#2"),
        ("obv()", "real=close volume=volume"),
        ("obv(open)", "real=#0 volume=volume ?"),
        ("obv(open, volume)", "real=#0 volume=#1"),
        ("vwma(close, 20)", "real=#0 volume=volume timeperiod=#1"),
        ("vwma(close, volume, 20)", "real=#0 volume=#1 timeperiod=#2"),
        ("stoch_k(14, 3)", "high=high low=low close=close fastk_period=#0 slowk_period=#1"),
        ("cdldoji()", "open=open high=high low=low close=close"),
        ("trange()", "high=high low=low close=close"),
        ("pivothigh(2, 2)", "high=high low=low leftbars=#0 rightbars=#1"),
    ]);
}

#[test]
fn some_columns_given_and_others_left_out_can_mean_two_things() {
    check(&[
        ("cci(close, 20)", "high=#0 low=low close=close timeperiod=#1 ?"),
        ("atr(high, low, 14)", "high=#0 low=#1 close=close timeperiod=#2 ?"),
        ("mfi(typical, 14)", "high=#0 low=low close=close volume=volume timeperiod=#1 ?"),
    ]);
}

#[test]
fn a_parameter_that_is_no_constant_is_that_parameter() {
    check(&[
        ("sma(close, n)", "real=#0 timeperiod=#1"),
        ("sma(close, period=n)", "real=#0 timeperiod=#1"),
        ("atr(high, low, close, n)", "high=#0 low=#1 close=#2 timeperiod=#3"),
        ("shift(x, k)", "real=#0 bars=#1"),
    ]);
}

#[test]
fn what_is_missing_is_named() {
    check(&[
        ("rsi()", "too few: 1, real"),
        ("rsi(14)", "too few: 1, real"),
        ("rsi(period=14)", "too few: 1, real"),
        ("macd(12, 26, 9)", "too few: 1, real"),
        ("correlation(a)", "too few: 2, real1"),
        ("correlation(20)", "too few: 2, real0 real1"),
        ("vwma(20)", "too few: 1, real"),
        ("zscore(close)", "too few: 2, timeperiod"),
        ("count(up)", "too few: 2, timeperiod"),
        ("crossover(fast)", "too few: 2, second"),
        ("between(x, 1)", "too few: 3, upper"),
        ("max()", "too few: 2, first second"),
        ("max(close)", "too few: 2, second"),
        ("entry()", "too few: 2, ticker side"),
        ("emit_signal(up)", "too few: 2, action"),
        ("Weight()", "too few: 1, weight"),
    ]);
}

#[test]
fn what_is_too_much_is_counted() {
    check(&[
        ("rsi(close, 14, 2)", "too many: 2"),
        ("atr(14, 2)", "too many: 4"),
        ("atr(high, low, close, 14, 2)", "too many: 4"),
        ("obv(close, volume, 3)", "too many: 2"),
        ("cdldoji(14)", "too many: 4"),
        ("abs(a, b)", "too many: 1"),
        ("Weight(0.5, 2)", "too many: 1"),
        ("entry(t, s, w, x)", "too many: 3"),
        ("close(1)", "too many: 0"),
        ("close()", "too many: 0"),
    ]);
}

#[test]
fn the_greater_of_values_is_told_from_the_highest_of_a_period() {
    check(&[
        ("max(close, 10)", "real=#0 timeperiod=#1 ?"),
        ("max(close, timeperiod=10)", "real=#0 timeperiod=#1"),
        ("max(close, open)", "first=#0 second=#1"),
        ("max(close, 0.5)", "first=#0 second=#1"),
        ("max(close, 1)", "first=#0 second=#1"),
        ("max(close, -10)", "first=#0 second=#1"),
        ("max(10, close)", "first=#0 second=#1"),
        ("max(10, 20)", "first=#0 second=#1"),
        ("min(a, b, c, 4)", "first=#0 second=#1 ...=#2 ...=#3"),
        ("min(a, b, c, d, e, f, g, h)", "first=#0 second=#1 ...=#2 ...=#3 ...=#4 ...=#5 ...=#6 ...=#7"),
        ("min(close, 20)", "real=#0 timeperiod=#1 ?"),
        ("sum(close, 20)", "real=#0 timeperiod=#1"),
        ("floor(close)", "real=#0"),
    ]);
}

#[test]
fn the_two_averages_by_volume_are_told_apart() {
    check(&[
        ("vwap()", "high=high low=low close=close volume=volume"),
        ("vwap(14)", "high=high low=low close=close volume=volume timeperiod=#0"),
        ("vwap(high, low, close, volume)", "high=#0 low=#1 close=#2 volume=#3"),
        ("vwap(high, low, close, volume, 14)", "high=#0 low=#1 close=#2 volume=#3 timeperiod=#4"),
        ("vwap(1, 2, 3)", "too many: 5"),
    ]);
}

#[test]
fn signals_bind_like_any_call() {
    check(&[
        ("emit_signal(up, entry)", "condition=#0 action=#1"),
        ("entry(t, s, w)", "ticker=#0 side=#1 sizing=#2"),
        ("entry(t, s)", "ticker=#0 side=#1 sizing=-"),
        ("entry(t, s, size=w)", "ticker=#0 side=#1 sizing=#2"),
        ("exit(t)", "ticker=#0 side=-"),
        ("exit(t, s)", "ticker=#0 side=#1"),
        ("Weight(0.5)", "weight=#0"),
        ("Cash(100)", "amount=#0"),
    ]);
}

fn argument() -> impl Strategy<Value = ArgumentShape<'static>> {
    let names = Catalog::bundled().entries().iter().flat_map(|entry| entry.signatures.iter());
    let mut keywords: Vec<&'static str> =
        names.flat_map(|signature| signature.params.iter().map(|param| &*param.name)).collect();
    keywords.extend(["real", "high", "volume", "nonsense"]);
    let constant = prop_oneof![Just(None), any::<f64>().prop_map(Some), (0..50_u8).prop_map(|n| Some(f64::from(n)))];
    let keyword = prop_oneof![3 => Just(None), 1 => proptest::sample::select(keywords).prop_map(Some)];
    (keyword, constant).prop_map(|(keyword, constant)| ArgumentShape { keyword, constant })
}

proptest! {
    /// Whatever is bound uses each argument once and leaves no required place open.
    #[test]
    fn a_binding_uses_every_argument_exactly_once(args in proptest::collection::vec(argument(), 0..9)) {
        for entry in Catalog::bundled().entries() {
            let Ok(binding) = entry.bind(&args) else { continue };
            let from_inputs = binding.inputs.iter().filter_map(|source| match source {
                InputSource::Argument(argument) => Some(*argument as usize),
                _ => None,
            });
            let from_params = binding.params.iter().filter_map(|source| match source {
                ParamSource::Argument(argument) => Some(*argument),
                ParamSource::Default(_) => None,
            });
            let mut used: Vec<usize> = from_inputs.chain(from_params).collect();
            used.sort_unstable();
            prop_assert_eq!(used, (0..args.len()).collect::<Vec<_>>(), "{}", &entry.name);
            prop_assert_eq!(binding.params.len(), binding.signature.params.len());
            prop_assert!(binding.inputs.len() == binding.signature.inputs.len() || binding.signature.variadic);
        }
    }
}
