//! What became of each signal of a script, with its place: an extra of the summary that the service does not have.

use serde_json::{Value, json};
use signal_engine::{ActionKind, SignalOutcome};
use signal_market::Ticker;
use signal_text::Span;

use crate::data::calendar::rfc3339;
use crate::script::Script;

/// One object a signal, in the order of the script. Lines and columns count from 1, columns in characters; bars are those on
/// which the signal has a value (`usable`), on which its condition `held`, on which it did something (`fired`), on which
/// its size entered nothing (`declined`), and the last one, behind which nothing can be filled (`unfilled`).
/// `parts` are the operands of a chain of `and`: how often each held, and how often it `alone` kept the whole from holding.
pub(crate) fn told(script: &Script, universe: &[Ticker], outcomes: &[SignalOutcome]) -> Vec<Value> {
    let signals = script.program.signals().iter().zip(outcomes);
    signals
        .map(|(signal, outcome)| {
            let parts = signal.parts.iter().zip(&outcome.parts);
            let parts: Vec<Value> = parts
                .map(|(part, counted)| {
                    placed(script, part.span, json!({ "held": counted.held, "alone": counted.alone }))
                })
                .collect();
            let own = json!({
                "action": match signal.action {
                    ActionKind::Entry => "entry",
                    ActionKind::Exit => "exit",
                },
                "side": signal.side.map(signal_engine::Side::as_str),
                "ticker": signal.ticker.to_string(),
                "in_universe": universe.contains(&signal.ticker),
                "usable": outcome.usable,
                "held": outcome.held,
                "fired": outcome.fired,
                "declined": outcome.declined,
                "unfilled": outcome.unfilled,
                "first": outcome.first.map(rfc3339),
                "last": outcome.last.map(rfc3339),
                "parts": parts,
            });
            placed(script, signal.condition, own)
        })
        .collect()
}

/// An object with the text and place of what it is about before its own fields.
fn placed(script: &Script, span: Span, own: Value) -> Value {
    let (start, end) = (script.source.line_column(span.start), script.source.line_column(span.end));
    let mut object = json!({
        "text": script.excerpt(span),
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
    });
    if let (Value::Object(object), Value::Object(own)) = (&mut object, own) {
        object.extend(own);
    }
    object
}
