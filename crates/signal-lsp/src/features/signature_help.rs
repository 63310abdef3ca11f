//! Signature help: how what is being called is called, and which parameter is being written.

use signal_catalog::{Entry, Signature, Slot};
use signal_text::Span;

use super::called::{Called, called, inputs_to_write};
use super::cursor::{self, BracketKind, Place};
use super::vocabulary;
use crate::snapshot::Snapshot;

/// The ways to make a call, and what is being written of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Help {
    /// The ways to call it.
    pub(crate) signatures: Vec<Shown>,
    /// Which of them the arguments fit best.
    pub(crate) active: usize,
}

/// A way to call something.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shown {
    /// `rsi(real, timeperiod=14)`
    pub(crate) label: String,
    /// What it is, in Markdown.
    pub(crate) documentation: String,
    /// Its parts.
    pub(crate) parameters: Vec<Parameter>,
    /// The one that is being written; `None`: there is no place for one more.
    pub(crate) active: Option<usize>,
}

/// A parameter of a call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Parameter {
    /// Where it stands in the label, in bytes.
    pub(crate) label: Span,
    /// What it is and what it takes, in Markdown.
    pub(crate) documentation: String,
}

/// The innermost call whose brackets are open at a byte offset; `None` where there is none, or of an unknown name.
pub(crate) fn signature_help(snapshot: &Snapshot, offset: u32) -> Option<Help> {
    let cursor = match cursor::place(snapshot, offset) {
        Place::Code(cursor) | Place::Text(cursor, _) | Place::Nowhere(cursor) => cursor,
        Place::Comment(_) | Place::Directive(_) => return None,
    };
    let mut calls = cursor.brackets.iter().rev().filter(|bracket| matches!(bracket.kind, BracketKind::Call(_)));
    let called = called(&cursor, calls.next()?)?;
    let mut help = Help { signatures: Vec::new(), active: 0 };
    for (index, signature) in called.entry.signatures.iter().enumerate() {
        let is_best = index == called.signature;
        // `atr(14)` as well as `atr(high, low, close, 14)`.
        let written = inputs_to_write(signature).len();
        let columns_given = is_best && called.gives_columns();
        if written < signature.inputs.len() && !signature.params.is_empty() {
            if is_best && !columns_given {
                help.active = help.signatures.len();
            }
            help.signatures.push(shown(&called, signature, written, is_best));
        }
        if is_best && (columns_given || written == signature.inputs.len() || signature.params.is_empty()) {
            help.active = help.signatures.len();
        }
        help.signatures.push(shown(&called, signature, signature.inputs.len(), is_best));
    }
    Some(help)
}

/// A signature with the first `inputs` of its inputs.
fn shown(called: &Called<'_>, signature: &Signature, inputs: usize, is_best: bool) -> Shown {
    let entry: &Entry = called.entry;
    let mut label = Label { text: format!("{}(", entry.name), parameters: Vec::new() };
    if signature.open {
        label.text.push_str("...");
    } else {
        for input in signature.inputs.iter().take(inputs) {
            let optional = if input.optional { "?" } else { "" };
            label.part(&format!("{}{optional}", input.name), vocabulary::input(input));
        }
        if signature.variadic {
            label.part("...", "further values".to_owned());
        }
        for param in signature.params.iter() {
            let default = param.default.map_or_else(String::new, |default| format!("={default}"));
            label.part(&format!("{}{default}", param.name), vocabulary::parameter(param));
        }
    }
    label.text.push(')');
    let active = if is_best { active(called, signature, inputs) } else { None };
    let documentation = vocabulary::about(entry);
    Shown { label: label.text, documentation, parameters: label.parameters, active }
}

/// The part of the label that the argument at the cursor fills.
fn active(called: &Called<'_>, signature: &Signature, inputs: usize) -> Option<usize> {
    let variadic = usize::from(signature.variadic);
    let first_param = inputs + variadic;
    match called.slot()? {
        Slot::Input(_) if signature.variadic && called.active >= signature.inputs.len() => Some(inputs),
        Slot::Input(index) if index < inputs => Some(index),
        // A column that is left out of the label: what is still empty may be the first parameter.
        Slot::Input(_) => (!signature.params.is_empty()).then_some(first_param),
        Slot::Param(index) => Some(first_param + index),
    }
}

struct Label {
    text: String,
    parameters: Vec<Parameter>,
}

impl Label {
    fn part(&mut self, text: &str, documentation: String) {
        if !self.parameters.is_empty() {
            self.text.push_str(", ");
        }
        let start = self.text.len() as u32;
        self.text.push_str(text);
        self.parameters.push(Parameter { label: Span::new(start, self.text.len() as u32), documentation });
    }
}

#[cfg(test)]
mod tests {
    use super::signature_help;
    use crate::testing::at_cursor;

    /// The active signature with the active parameter in `«»`, and how many others there are.
    fn shown(marked: &str) -> String {
        let (snapshot, offset) = at_cursor(marked);
        let Some(help) = signature_help(&snapshot, offset) else { return "nothing".to_owned() };
        let signature = &help.signatures[help.active];
        let mut text = signature.label.clone();
        if let Some(active) = signature.active {
            let range = signature.parameters[active].label.range();
            text.replace_range(range.clone(), &format!("«{}»", &signature.label[range]));
        }
        match help.signatures.len() - 1 {
            0 => text,
            others => format!("{text} +{others}"),
        }
    }

    fn check(cases: &[(&str, &str)]) {
        for (marked, expected) in cases {
            assert_eq!(shown(marked), *expected, "{marked}");
        }
    }

    #[test]
    fn the_parameter_at_the_cursor_is_active() {
        check(&[
            ("x = rsi(┃", "rsi(«real», timeperiod=14)"),
            ("x = rsi(┃)", "rsi(«real», timeperiod=14)"),
            ("x = rsi(clo┃se, 14)", "rsi(«real», timeperiod=14)"),
            ("x = rsi(close, ┃", "rsi(real, «timeperiod=14»)"),
            ("x = rsi(close,┃ 14)", "rsi(real, «timeperiod=14»)"),
            ("x = rsi(close, 1┃4)", "rsi(real, «timeperiod=14»)"),
            ("x = rsi(close, 14┃)", "rsi(real, «timeperiod=14»)"),
            ("x = rsi(close, 14, ┃)", "rsi(real, timeperiod=14)"),
            ("x = rsi(close, 14)┃", "nothing"),
            ("x = rsi┃(close, 14)", "nothing"),
            ("x = macd(close, 12, 26, ┃", "macd(real, fastperiod=12, slowperiod=26, «signalperiod=9»)"),
            ("emit_signal(┃", "emit_signal(«condition», action)"),
            ("emit_signal(a > 1, ┃", "emit_signal(condition, «action»)"),
            ("x = Weight(0.┃5)", "Weight(«weight»)"),
        ]);
    }

    #[test]
    fn keywords_say_which_parameter_it_is() {
        check(&[
            ("x = macd(close, slowperiod=┃", "macd(real, fastperiod=12, «slowperiod=26», signalperiod=9)"),
            ("x = macd(close, slow=30┃)", "macd(real, fastperiod=12, «slowperiod=26», signalperiod=9)"),
            ("x = rsi(timeperiod=14, real=┃)", "rsi(«real», timeperiod=14)"),
            ("x = rsi(close, windw=┃)", "rsi(real, timeperiod=14)"),
        ]);
    }

    #[test]
    fn price_columns_may_be_left_out() {
        check(&[
            ("x = atr(┃", "atr(«timeperiod=14») +1"),
            ("x = atr(14┃)", "atr(«timeperiod=14») +1"),
            ("x = atr(high┃", "atr(«high», low, close, timeperiod=14) +1"),
            ("x = atr(high, low, ┃", "atr(high, low, «close», timeperiod=14) +1"),
            ("x = atr(high, low, close, ┃", "atr(high, low, close, «timeperiod=14») +1"),
            ("x = vwma(close, ┃", "vwma(real, «timeperiod=30») +1"),
            ("x = vwma(close, volume, ┃", "vwma(real, volume, «timeperiod=30») +1"),
            ("x = obv(┃", "obv(«real», volume)"),
        ]);
    }

    #[test]
    fn of_several_ways_to_call_it_that_which_fits_is_shown() {
        check(&[
            ("x = max(close, 10┃)", "max(real, «timeperiod=30») +1"),
            ("x = max(close, open┃)", "max(first, «second», ...) +1"),
            ("x = max(close, open, high, ┃)", "max(first, second, «...») +1"),
        ]);
    }

    #[test]
    fn the_innermost_call_counts() {
        check(&[
            ("x = sma(rsi(close, ┃", "rsi(real, «timeperiod=14»)"),
            ("x = sma(rsi(close, 14), ┃", "sma(real, «timeperiod=30»)"),
            ("x = rsi((close + ┃", "rsi(«real», timeperiod=14)"),
            ("x = rsi((close, open), ┃", "rsi(real, «timeperiod=14»)"),
            ("x = rsi([close, open], ┃", "rsi(real, «timeperiod=14»)"),
            ("x = rsi(close[┃-1], 14)", "rsi(«real», timeperiod=14)"),
            ("x = (close + ┃", "nothing"),
            ("x = foo(rsi(close, 14), ┃", "nothing"),
            ("emit_signal(close > open, entry(\"BINANCE:BTC/USDT\", ┃", "entry(ticker, «side», sizing?)"),
            ("emit_signal(close > open, entry(\"A, B, C┃\"", "entry(«ticker», side, sizing?)"),
            ("emit_signal(close > open, entry(\"A, B, C\", \"LO┃", "entry(ticker, «side», sizing?)"),
        ]);
    }

    #[test]
    fn lines_comments_and_broken_text_around_do_not_matter() {
        check(&[
            ("x = rsi(\n    close,\n    ┃\n)\ny = 5\n", "rsi(real, «timeperiod=14»)"),
            ("x = rsi(\n    close, # a, b, c\n    ┃\n)\n", "rsi(real, «timeperiod=14»)"),
            ("x = rsi(close,\n    ┃\ny = 5\n", "rsi(real, «timeperiod=14»)"),
            ("x = rsi(close,\r\n    ┃\r\ny = 5\r\n", "rsi(real, «timeperiod=14»)"),
            ("x = rsi(close, ┃\nemit_signal(x > 1, 2)\n", "rsi(real, «timeperiod=14»)"),
            ("x = ema(close, \ny = rsi(close, ┃", "rsi(real, «timeperiod=14»)"),
            ("x = ema(close, \n\ny = ┃", "nothing"),
            ("t = \"🚀\" ; x = rsi(close, ┃", "rsi(real, «timeperiod=14»)"),
            ("x = rsi(close, 14)  # rsi(┃", "nothing"),
            ("#! universe = rsi(┃", "nothing"),
            ("┃", "nothing"),
        ]);
    }

    #[test]
    fn a_parameter_tells_what_it_takes() {
        let (snapshot, offset) = at_cursor("x = rsi(close, ┃");
        let help = signature_help(&snapshot, offset).unwrap();
        let parameter = &help.signatures[0].parameters[1];
        assert!(parameter.documentation.contains("whole number from 2 to 100,000"), "{}", parameter.documentation);
        assert!(help.signatures[0].documentation.contains("Relative Strength Index"));
    }
}
