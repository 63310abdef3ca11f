//! Inlay hints: bars of warm-up behind calls and names, names of parameters before arguments, first dates behind signals.

use signal_analysis::{Call, value_of};
use signal_catalog::{InputSource, Kind, ParamSource};
use signal_syntax::{Expr, ExprId, Statement, StatementKind, UnaryOp};
use signal_text::Span;

use super::hover::{FirstValue, first_value, hover};
use super::vocabulary;
use crate::options::{InlayHints, ParameterNames};
use crate::snapshot::Snapshot;
use crate::wording::{bars, count};

/// A remark between the words of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InlayHint {
    /// Where it stands.
    pub(crate) offset: u32,
    /// What it says.
    pub(crate) text: String,
    /// What it is about.
    pub(crate) kind: HintKind,
    /// Where the word or argument begins that it tells of: what [`tooltip`] is asked with.
    pub(crate) about: u32,
}

/// What a remark is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum HintKind {
    /// Bars that a call or a name has no value on. Stands behind it.
    Warmup,
    /// The parameter that an argument is. Stands before it.
    Parameter,
    /// When a signal can fire for the first time. Stands behind it.
    FirstDate,
}

/// The remarks at places of `span`, in the order of the text.
///
/// Those of a range are what the whole script's are there: what stands on one line is told from that line alone.
pub(crate) fn inlay_hints(snapshot: &Snapshot, span: Span, options: InlayHints) -> Vec<InlayHint> {
    let lines = snapshot.source().lines();
    let from = lines.start(lines.line(span.start)).unwrap_or(0);
    let to = lines.start(lines.line(span.end) + 1).unwrap_or(u32::MAX);
    let statements = snapshot.tree().statements();
    let first = statements.partition_point(|statement| statement.span.end < from);
    let mut hints = Vec::new();
    for statement in statements[first..].iter().take_while(|statement| statement.span.start < to) {
        of_statement(snapshot, statement, options, &mut hints);
    }
    hints.retain(|hint| span.touches(hint.offset));
    hints
}

/// All that is known of what a remark is about.
pub(crate) fn tooltip(snapshot: &Snapshot, kind: HintKind, about: u32) -> Option<String> {
    if kind != HintKind::Parameter {
        return hover(snapshot, about).map(|hover| hover.markdown);
    }
    let facts = snapshot.facts();
    facts.calls.iter().find_map(|call| {
        let argument = call.arguments.iter().position(|argument| facts.span(argument.value).start == about)?;
        let signature = call.bound()?.signature;
        match place(call, argument)? {
            Place::Param(at) => signature.params.get(at).map(vocabulary::parameter),
            Place::Input(at) => signature.inputs.get(at).map(vocabulary::input),
        }
    })
}

fn of_statement(snapshot: &Snapshot, statement: &Statement, options: InlayHints, hints: &mut Vec<InlayHint>) {
    let facts = snapshot.facts();
    let (root, targets) = match statement.kind {
        StatementKind::Assign { targets, value } => (value, facts.tree().targets(targets)),
        StatementKind::Expr(id) => (id, &[][..]),
        StatementKind::Error { .. } => return,
    };
    let before = hints.len();
    let mut calls: Vec<&Call<'_>> = facts.calls.within(facts.tree(), root).collect();
    calls.reverse();
    // One number stands on a line once, however many names and calls have it.
    let mut told = Vec::new();
    for call in &calls {
        let span = facts.span(call.id);
        let about = facts.span(call.callee).start;
        if options.warmup && facts.warmup(call.id).adds > 0 {
            hints.extend(warmup(snapshot, call.id, span.end, about, &mut told));
        }
        if options.first_usable_date && call.entry.is_some_and(|entry| entry.kind == Kind::Signal) {
            hints.extend(first_date(snapshot, call.id, span.end, about));
        }
        if options.parameter_names != ParameterNames::None {
            parameters(snapshot, call, options.parameter_names, hints);
        }
    }
    if options.warmup {
        for name in targets {
            let definition = facts.bindings.at(*name).map(|id| facts.bindings.definition(id));
            let Some(value) = definition.and_then(|definition| value_of(facts.tree(), definition)) else { continue };
            hints.extend(warmup(snapshot, value, name.end, name.start, &mut told));
        }
    }
    hints[before..].sort_by_key(|hint| (hint.offset, hint.kind));
}

/// The warm-up of a value, unless its number was told on that line.
fn warmup(snapshot: &Snapshot, id: ExprId, offset: u32, about: u32, told: &mut Vec<(usize, u64)>) -> Option<InlayHint> {
    let own = snapshot.facts().warmup(id);
    let number = (snapshot.source().lines().line(offset), own.bars);
    if own.bars == 0 || told.contains(&number) {
        return None;
    }
    told.push(number);
    let least = if own.unknown.is_some() { "≥ " } else { "" };
    let text = format!("⟨{least}{}⟩", bars(own.bars));
    Some(InlayHint { offset, text, kind: HintKind::Warmup, about })
}

/// When a signal that has to wait can fire for the first time.
fn first_date(snapshot: &Snapshot, id: ExprId, offset: u32, about: u32) -> Option<InlayHint> {
    let own = snapshot.facts().warmup(id);
    let window = snapshot.facts().window?;
    let first = first_value(snapshot, &own).filter(|_| own.bars > 0)?;
    let least = if own.unknown.is_some() { "at least " } else { "" };
    let short = || {
        let held = count(window.bars.min, window.bars.max);
        format!("needs {least}{}, the range holds {held}", bars(own.bars.saturating_add(1)))
    };
    let text = match first {
        FirstValue::At(opens) => format!("from {opens}"),
        FirstValue::Never(_) => format!("never: {}", short()),
        FirstValue::Perhaps(_) => format!("perhaps never: {}", short()),
    };
    Some(InlayHint { offset, text, kind: HintKind::FirstDate, about })
}

/// The names of the parameters that a call's arguments are, where the arguments do not say it themselves.
fn parameters(snapshot: &Snapshot, call: &Call<'_>, which: ParameterNames, hints: &mut Vec<InlayHint>) {
    let (Some(entry), Some(binding)) = (call.entry, call.bound()) else { return };
    let facts = snapshot.facts();
    for (at, argument) in call.arguments.iter().enumerate().filter(|(_, argument)| argument.name.is_none()) {
        let Some(place) = place(call, at) else { continue };
        let literal = is_literal(snapshot, argument.value);
        let (name, aliases, shown) = match place {
            Place::Param(at) => {
                let Some(param) = binding.signature.params.get(at) else { continue };
                (&param.name, &param.aliases, literal)
            }
            Place::Input(at) => {
                let Some(input) = binding.signature.inputs.get(at) else { continue };
                (&input.name, &input.aliases, literal && is_telling(entry.kind, &input.name))
            }
        };
        let said = says(facts.text(argument.value), name, aliases) || says(call.name, name, &[]);
        if (shown || which == ParameterNames::All) && !said {
            let offset = facts.span(argument.value).start;
            let text = format!("{name}:");
            hints.push(InlayHint { offset, text, kind: HintKind::Parameter, about: offset });
        }
    }
}

/// What an argument is to a call.
enum Place {
    /// The parameter with this index.
    Param(usize),
    /// The input with this index.
    Input(usize),
}

fn place(call: &Call<'_>, argument: usize) -> Option<Place> {
    let binding = call.bound()?;
    let param = binding.params.iter().position(|from| *from == ParamSource::Argument(argument));
    let is_it = |from: &InputSource| matches!(from, InputSource::Argument(at) if *at as usize == argument);
    param.map(Place::Param).or_else(|| binding.inputs.iter().position(is_it).map(Place::Input))
}

/// Whether the name of an input says something about a number in its place: `lower` does, `real` does not. What signals are
/// made of, tickers, sides and sizes, speaks for itself.
fn is_telling(kind: Kind, name: &str) -> bool {
    matches!(kind, Kind::Indicator | Kind::Operator) && !matches!(name, "real" | "real0" | "real1" | "first" | "second")
}

/// A number, a text or the like, be it negative or in parentheses.
fn is_literal(snapshot: &Snapshot, id: ExprId) -> bool {
    let tree = snapshot.tree();
    let mut id = tree.unparenthesized(id);
    while let Expr::Unary { op: UnaryOp::Negate | UnaryOp::Plus, operand } = tree.expr(id) {
        id = tree.unparenthesized(operand);
    }
    matches!(tree.expr(id), Expr::Number(_) | Expr::String | Expr::Bool(_) | Expr::None)
}

/// Whether an argument's text says which parameter it is: `fast_period`, `my_fastperiod`, `high`.
fn says(text: &str, name: &str, aliases: &[signal_catalog::Text]) -> bool {
    let plain = |text: &str| text.replace('_', "").to_lowercase();
    let text = plain(text.rsplit('.').next().unwrap_or(text));
    text.contains(&plain(name)) || aliases.iter().any(|alias| text == plain(alias))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;
    use crate::testing::{scripts, snapshot};

    const DATES: &str = "#! start_date = 2024-01-01\n#! end_date = 2024-06-30\n#! timeframe = 4h\n";

    /// The script with its hints written into it.
    fn drawn(text: &str, options: InlayHints) -> String {
        let mut drawn = text.to_owned();
        let span = Span::new(0, u32::try_from(text.len()).unwrap());
        for hint in inlay_hints(&snapshot(text), span, options).iter().rev() {
            let remark = match hint.kind {
                HintKind::Parameter => format!("{} ", hint.text),
                HintKind::Warmup | HintKind::FirstDate => format!(" {}", hint.text),
            };
            drawn.insert_str(hint.offset as usize, &remark);
        }
        drawn
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(drawn(text, Options::default().inlay_hints), expected);
    }

    #[test]
    fn warm_up_stands_behind_calls_and_names_once_a_line() {
        let hints = InlayHints { parameter_names: ParameterNames::None, ..Options::default().inlay_hints };
        let cases = [
            ("slow = ema(close, 200)\n", "slow = ema(close, 200) ⟨199 bars⟩\n"),
            ("x = sma(ema(close, 200), 15)\n", "x = sma(ema(close, 200) ⟨199 bars⟩, 15) ⟨213 bars⟩\n"),
            (
                "slow = ema(close, 2000)\nup = close > slow\n",
                "slow = ema(close, 2000) ⟨1,999 bars⟩\nup ⟨1,999 bars⟩ = close > slow\n",
            ),
            ("up = ema(close, 20) > ema(close, 50)\n", "up = ema(close, 20) ⟨19 bars⟩ > ema(close, 50) ⟨49 bars⟩\n"),
            ("up = ema(close, 20) > ema(open, 20)\n", "up = ema(close, 20) ⟨19 bars⟩ > ema(open, 20)\n"),
            ("a, b, c = macd(close)\n", "a, b, c = macd(close) ⟨33 bars⟩\n"),
            ("x = (\n    ema(close, 20)\n)\n", "x ⟨19 bars⟩ = (\n    ema(close, 20) ⟨19 bars⟩\n)\n"),
            ("x = close[-3]\n", "x ⟨2 bars⟩ = close[-3]\n"),
            ("x = nz(sma(close, 5))\n", "x = nz(sma(close, 5) ⟨4 bars⟩)\n"),
            ("x = crossover(close, open)\n", "x = crossover(close, open) ⟨1 bar⟩\n"),
            ("x = who_knows(ema(close, 20))\n", "x = who_knows(ema(close, 20) ⟨19 bars⟩)\n"),
            ("y = who_knows(close[-3])\n", "y ⟨≥ 2 bars⟩ = who_knows(close[-3])\n"),
            ("x = close\nn = 14\nt = \"LONG\"\n", "x = close\nn = 14\nt = \"LONG\"\n"),
            ("a = sma(close, 3); b = sma(close, 3)\n", "a = sma(close, 3) ⟨2 bars⟩; b = sma(close, 3) ⟨2 bars⟩\n"),
            ("x = rsi(\ny = sma(close, 3)\n", "x = rsi(\ny = sma(close, 3) ⟨2 bars⟩\n"),
        ];
        for (text, expected) in cases {
            assert_eq!(drawn(text, hints), expected);
        }
    }

    #[test]
    fn parameter_names_stand_before_literals_that_do_not_say_them() {
        let cases = [
            ("x = rsi(close, 14)[-1]\n", "x = rsi(close, timeperiod: 14) ⟨14 bars⟩[-1]\n"),
            ("n = 14\nx = rsi(close, n)\n", "n = 14\nx = rsi(close, n) ⟨14 bars⟩\n"),
            ("x = rsi(close, timeperiod=14)\n", "x = rsi(close, timeperiod=14) ⟨14 bars⟩\n"),
            (
                "x = macd(close, 12, 26, 9)\n",
                "x = macd(close, fastperiod: 12, slowperiod: 26, signalperiod: 9) ⟨33 bars⟩\n",
            ),
            ("x = clip(close, 0, 100)\n", "x = clip(close, lower: 0, upper: 100)\n"),
            ("x = nz(close, -1)\n", "x = nz(close, replacement: -1)\n"),
            ("x = max(close, 0)\n", "x = max(close, 0)\n"),
            (
                "emit_signal(close > 1, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n",
                "emit_signal(close > 1, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n",
            ),
        ];
        for (text, expected) in cases {
            check(text, expected);
        }
    }

    #[test]
    fn all_parameter_names_are_those_that_no_argument_says() {
        let hints = InlayHints { warmup: false, parameter_names: ParameterNames::All, first_usable_date: false };
        let cases = [
            ("x = rsi(close, 14)\n", "x = rsi(real: close, timeperiod: 14)\n"),
            ("x = atr(high, low, close, n)\n", "x = atr(high, low, close, n)\n"),
            (
                "x = macd(close, fast, my_slow_period, s)\n",
                "x = macd(real: close, fast, my_slow_period, signalperiod: s)\n",
            ),
            (
                "emit_signal(up, entry(t, \"LONG\", Weight(0.5)))\n",
                "emit_signal(condition: up, action: entry(ticker: t, side: \"LONG\", sizing: Weight(0.5)))\n",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(drawn(text, hints), expected);
        }
    }

    #[test]
    fn a_signal_tells_when_it_can_fire_first() {
        let emit = "emit_signal(close > ema(close, 200), exit(t))\n";
        let hints = InlayHints { warmup: false, parameter_names: ParameterNames::None, first_usable_date: true };
        let check = |head: &str, expected: &str| {
            let text = format!("{head}t = \"BINANCE:BTC/USDT\"\n{emit}");
            let drawn = drawn(&text, hints);
            let found = drawn.lines().last().unwrap();
            assert_eq!(found, format!("{}{expected}", emit.trim_end()), "{head}");
        };
        check(DATES, " from 2024-02-03 04:00");
        check("", "");
        let days = |end: &str| format!("#! start_date = 2024-01-01\n#! end_date = {end}\n#! timeframe = 1d\n");
        check(&days("2024-12-31"), " from 2024-07-18");
        check(&days("2024-03-31"), " never: needs 200 bars, the range holds 90 or 91");
        check(&days("2024-07-18"), " perhaps never: needs 200 bars, the range holds 199 or 200");
        check(&days("2023-07-18"), "");
    }

    #[test]
    fn a_hint_tells_more_when_it_is_asked() {
        let text = "slow = ema(close, 200)\nup = close > slow\n";
        let snapshot = snapshot(text);
        let hints = inlay_hints(&snapshot, Span::new(0, 99), Options::default().inlay_hints);
        let told: Vec<_> =
            hints.iter().map(|hint| (hint.text.as_str(), tooltip(&snapshot, hint.kind, hint.about).unwrap())).collect();
        let expected = [
            ("timeperiod:", "`timeperiod`: a whole number from 1 to 100,000; 30 where it is left out"),
            ("⟨199 bars⟩", "```signal\nema(real, timeperiod=30) -> number\n```"),
            ("⟨199 bars⟩", "```signal\nup = close > slow\n```"),
        ];
        assert_eq!(told.len(), expected.len(), "{told:?}");
        for ((text, told), (hint, begins)) in told.iter().zip(expected) {
            assert!(*text == hint && told.starts_with(begins), "{text}: {told}");
        }
    }

    #[test]
    fn the_hints_of_parts_are_those_of_the_whole() {
        let all = InlayHints { parameter_names: ParameterNames::All, ..Options::default().inlay_hints };
        let mut seen = 0;
        for (path, text) in scripts() {
            let snapshot = snapshot(&text);
            let end = u32::try_from(text.len()).unwrap();
            let whole = inlay_hints(&snapshot, Span::new(0, end), all);
            seen += whole.len();
            for step in [1, 7, 40, 333] {
                let mut parts = Vec::new();
                for start in (0..=end).step_by(step) {
                    let last = (start + step as u32 - 1).min(end);
                    parts.extend(inlay_hints(&snapshot, Span::new(start, last), all));
                }
                assert_eq!(parts, whole, "{} in steps of {step}", path.display());
            }
            // A number is left out only where it stands on the same line.
            let lines = snapshot.source().lines();
            for name in snapshot.facts().report().names.iter().filter(|name| name.value.warmup.is_some_and(|it| it > 0))
            {
                let (line, number) = (lines.line(name.value.span.start), bars(name.value.warmup.unwrap_or(0)));
                let told = |hint: &InlayHint| lines.line(hint.offset) == line && hint.text == format!("⟨{number}⟩");
                assert!(whole.iter().any(told), "{}: {number} of {}", path.display(), name.name);
            }
            for hint in &whole {
                assert!(tooltip(&snapshot, hint.kind, hint.about).is_some(), "{} {hint:?}", path.display());
                assert!(text.is_char_boundary(hint.offset as usize), "{} {hint:?}", path.display());
            }
        }
        assert!(seen > 1_000, "{seen} hints");
    }
}
