//! What sort of value an expression is found to be.

use signal_analysis::Type;
use signal_project::Flags;
use signal_syntax::StatementKind;

use crate::analysed;

/// Asserts the type of the value of a script's last statement.
#[track_caller]
fn check(script: &str, expected: Type) {
    let found = analysed(script, &Flags::default(), None, |analysis| {
        let facts = &analysis.facts;
        match facts.tree().statements().last().unwrap().kind {
            StatementKind::Assign { value, .. } | StatementKind::Expr(value) => facts.type_of(value),
            StatementKind::Error { .. } => panic!("{script} does not parse"),
        }
    });
    assert_eq!(found, expected, "{script}");
}

#[test]
fn literals_and_operators_have_the_type_of_what_they_yield() {
    check("x = 5", Type::Number);
    check("x = True", Type::Boolean);
    check("x = 'LONG'", Type::Text);
    check("x = None", Type::None);
    check("x = (close, high)", Type::Items);
    check("x = close > 5", Type::Boolean);
    check("x = 20 < close < 80", Type::Boolean);
    check("x = close > 5 and volume > 1", Type::Boolean);
    check("x = close and volume", Type::Unknown);
    check("x = not close", Type::Boolean);
    check("x = ~(close > 5)", Type::Boolean);
    check("x = (close > 5) + (volume > 1)", Type::Number);
    check("x = -(close)", Type::Number);
    check("x = close + 'a'", Type::Unknown);
    check("x = 'BINANCE:' + 'BTC/USDT'", Type::Text);
    check("x = 1 if close > 5 else 2", Type::Number);
    check("x = 1 if close > 5 else 'a'", Type::Unknown);
    check("x = (close > 5)[-2]", Type::Boolean);
}

#[test]
fn calls_have_the_type_that_the_catalog_tells() {
    check("x = rsi(close, 14)", Type::Number);
    check("x = cdlengulfing(open, high, low, close)", Type::Number);
    check("x = crossover(close, sma(close, 5))", Type::Boolean);
    check("x = macd(close)", Type::Outputs);
    check("emit_signal(close > 1, exit(\"BINANCE:BTC/USDT\"))", Type::Nothing);
    check("exit(\"BINANCE:BTC/USDT\")", Type::Action);
    check("Weight(0.5)", Type::Sizing);
    check("x = wobble(close)", Type::Unknown);
    check("x = rsi(close, 14, 3, 4)", Type::Unknown);
    check("x = where(close > 1, 1, 2)", Type::Number);
    check("x = where(close > 1, close > 2, close > 3)", Type::Boolean);
}

#[test]
fn operators_on_conditions_promise_no_number() {
    check("x = shift(close, 1)", Type::Number);
    check("x = shift(close > 1, 1)", Type::Unknown);
    check("x = shift(wobble(close), 1)", Type::Unknown);
    check("x = sma(wobble(close), 5)", Type::Number);
    check("x = highest(close > 1, 5)", Type::Unknown);
    check("x = valuewhen(close > 1, high)", Type::Number);
    check("x = barssince(close > 1)", Type::Number);
}

#[test]
fn types_go_through_names_targets_and_parts() {
    check("a = close\nx = a", Type::Number);
    check("a = macd(close)\nb = a\nx = b", Type::Outputs);
    check("a = macd(close)\nx = (a).signal", Type::Number);
    check("a = macd(close)\nx = a['hist']", Type::Number);
    check("x = macd(close).nothing", Type::Unknown);
    check("x = macd(close)[-1]", Type::Outputs);
    check("x = macd(close)[1]", Type::Number);
    check("x = macd(close)[3]", Type::Unknown);
    check("a, b, c = macd(close)\nx = b", Type::Number);
    check("a, b = macd(close)\nx = b", Type::Unknown);
    check("a, b = close, 'LONG'\nx = b", Type::Text);
    check("p = (close, 'LONG')\na, b = p\nx = b", Type::Text);
    check("p = [close, 'LONG']\nx = p[-1]", Type::Text);
    check("x = y", Type::Unknown);
    check("rsi = rsi(close, 14)\nx = rsi", Type::Number);
}
