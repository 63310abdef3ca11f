//! Conditions of `--fail-if`: what they come to, and what is wrong with them.

use serde_json::json;
use signal_text::{Severity, Source};

use super::*;

fn values() -> Values {
    Values::of(
        json!({"sharpe_ratio": 0.83, "sortino_ratio": null, "max_drawdown": -22.5, "win_rate": "61.5", "num_trades": 12,
            "volatility": 31.0, "risk": {"var": 4.5}}),
        json!({"bars": 366, "status": "completed"}),
        json!({"initial_cash": 10000.0, "leverage": 1.0}),
    )
}

fn check(condition: &str, held: Option<bool>, because: &str) {
    let (gate, _) =
        Gate::read(Source::new("--fail-if", condition)).unwrap_or_else(|found| panic!("{condition}: {found:#?}"));
    let judged = gate.judge(&values());
    assert_eq!((judged.held, judged.because.as_str()), (held, because), "{condition}");
    assert_eq!(judged.fails(), held != Some(false));
}

#[test]
fn conditions_are_held_against_the_figures() {
    check("sharpe_ratio < 1", Some(true), "sharpe_ratio is 0.83");
    check("sharpe_ratio < 0.83", Some(false), "sharpe_ratio is 0.83");
    check("sharpe_ratio >= 1 or max_drawdown > 20", Some(true), "sharpe_ratio is 0.83, max_drawdown is 22.5");
    check("not (sharpe_ratio > 1) and num_trades == 12", Some(true), "sharpe_ratio is 0.83, num_trades is 12");
    check("0.5 < sharpe_ratio < 1", Some(true), "sharpe_ratio is 0.83");
    check("0.5 < sharpe_ratio < 0.8", Some(false), "sharpe_ratio is 0.83");
    check("num_trades < 10 and False", Some(false), "num_trades is 12");
    check("(num_trades < 10) | (win_rate < 70)", Some(true), "num_trades is 12, win_rate is 61.5");
    check("num_trades != 12", Some(false), "num_trades is 12");
    check("-sharpe_ratio + 2 * 3 ** 2 // 4 % 3 < 1", Some(true), "sharpe_ratio is 0.83");
}

#[test]
fn a_drawdown_is_counted_by_its_size() {
    check("max_drawdown > 20", Some(true), "max_drawdown is 22.5");
    check("max_drawdown <= 22.5", Some(true), "max_drawdown is 22.5");
}

#[test]
fn fields_that_only_this_server_sends_are_named_by_their_path() {
    check("metrics.volatility > 30", Some(true), "metrics.volatility is 31");
    check("metrics.risk.var > 5", Some(false), "metrics.risk.var is 4.5");
    check("summary.bars < 100", Some(false), "summary.bars is 366");
    check("initial_cash * 2 > 15000", Some(true), "initial_cash is 10000");
}

#[test]
fn what_has_no_value_leaves_a_condition_undecided_unless_the_rest_decides_it() {
    check("sortino_ratio < 1", None, "sortino_ratio has no value");
    check("not sortino_ratio < 1", None, "sortino_ratio has no value");
    check("sortino_ratio < 1 or sharpe_ratio < 1", Some(true), "sortino_ratio has no value, sharpe_ratio is 0.83");
    check("sortino_ratio < 1 and sharpe_ratio > 1", Some(false), "sortino_ratio has no value, sharpe_ratio is 0.83");
    check("metrics.nowhere > 1", None, "metrics.nowhere has no value");
    check("summary.status > 1", None, "summary.status has no value");
    check("(num_trades - 12) / (num_trades - 12) > 1", None, "num_trades is 12");
}

/// What is found: severity, the text it stands on, and words of message and help.
fn refused(condition: &str, place: &str, words: &[&str]) {
    let found = Gate::read(Source::new("--fail-if", condition)).err();
    let found = found.unwrap_or_else(|| panic!("`{condition}` was taken"));
    let error = found.iter().find(|one| one.severity == Severity::Error).unwrap();
    assert_eq!(Source::new("c", condition).slice(error.span), place, "{condition}: {error:#?}");
    assert_eq!(error.code, CODE);
    let said = format!("{} {}", error.message, error.help.as_deref().unwrap_or_default());
    for word in words {
        assert!(said.contains(word), "{condition}: {said}");
    }
}

#[test]
fn unknown_figures_get_the_nearest_name() {
    refused("sharp_ratio < 1", "sharp_ratio", &["no figure", "did you mean `sharpe_ratio`?"]);
    refused("sharpe_ratio < 1 or drawdwn > 20", "drawdwn", &["the figures are total_return_pct", "metrics.NAME"]);
    refused("metrics < 1", "metrics", &["metrics.NAME"]);
    refused("metrics.sharpe_ratio < 1", "metrics.sharpe_ratio", &["name of its own"]);
    refused("sharpe_ratio.value < 1", "sharpe_ratio.value", &["no fields"]);
}

#[test]
fn types_have_to_fit() {
    refused("sharpe_ratio", "sharpe_ratio", &["a number, not a condition"]);
    refused("sharpe_ratio and num_trades < 3", "sharpe_ratio", &["a condition is wanted"]);
    refused("not num_trades", "num_trades", &["a condition is wanted"]);
    refused("(sharpe_ratio < 1) + 1 > 1", "(sharpe_ratio < 1)", &["a number is wanted"]);
    refused("(sharpe_ratio < 1) == True", "(sharpe_ratio < 1)", &["a number is wanted"]);
    refused("sharpe_ratio < 1 | num_trades > 2", "|", &["conditions are joined with `or`"]);
    refused("sharpe_ratio < \"1\"", "\"1\"", &["no place in a condition"]);
    refused("sharpe_ratio[-1] < 1", "sharpe_ratio[-1]", &["no place in a condition"]);
    refused("True", "True", &["same for every result"]);
}

#[test]
fn calls_and_statements_are_refused() {
    refused("abs(max_drawdown) > 20", "abs(max_drawdown)", &["can't be called here"]);
    refused("rsi(close, 14) < 30", "rsi(close, 14)", &["can't be called here"]);
    refused("sharpe_ratio = 1", "sharpe_ratio = 1", &["write `==`"]);
    refused("sharpe_ratio < 1; num_trades < 2", "num_trades < 2", &["one condition each"]);
    refused("", "", &["empty"]);
    refused("sharpe_ratio <", "<", &["no value on its right"]);
}

#[test]
fn comparisons_that_are_decided_already_are_refused() {
    refused("max_drawdown < -20", "max_drawdown < -20", &["can never hold", "by its size", "max_drawdown > 20"]);
    refused("max_drawdown > -20", "max_drawdown > -20", &["every run would fail", "by its size"]);
    refused("win_rate > 120", "win_rate > 120", &["can never hold", "0 to 100"]);
    refused("num_trades >= 0", "num_trades >= 0", &["every run would fail"]);
    refused("-num_trades > 0", "-num_trades > 0", &["can never hold"]);
    refused("win_rate / 2 - 10 > 40", "win_rate / 2 - 10 > 40", &["can never hold"]);
    refused("1 < 2", "1 < 2", &["every run would fail"]);
}

#[test]
fn a_fraction_for_a_percentage_is_a_warning() {
    let (_, found) = Gate::read(Source::new("--fail-if", "max_drawdown > 0.2 or win_rate < 0.5")).unwrap();
    let said: Vec<_> = found.iter().map(|one| (one.severity, one.message.as_str(), one.help.as_deref())).collect();
    assert_eq!(
        said,
        [
            (Severity::Warning, "`max_drawdown` is in percent, so this is 0.2 %", Some("20 % is written `20`")),
            (Severity::Warning, "`win_rate` is in percent, so this is 0.5 %", Some("50 % is written `50`")),
        ]
    );
}

#[test]
fn nesting_costs_no_stack() {
    let deep = format!("{}sharpe_ratio{} < 1", "(-".repeat(2_000), ")".repeat(2_000));
    check(&deep, Some(true), "sharpe_ratio is 0.83");
}

#[test]
fn what_failed_is_told_in_one_sentence_each() {
    let judged = |condition: &str| Gate::read(Source::new("--fail-if", condition)).unwrap().0.judge(&values());
    assert_eq!(failure(&[judged("sharpe_ratio > 1")]), None);
    let one = failure(&[judged("sharpe_ratio > 1"), judged("num_trades < 20")]).unwrap();
    assert_eq!(one.exit, Exit::Findings);
    assert_eq!(one.message, "the run is done, but the condition to fail on `num_trades < 20` holds: num_trades is 12");
    let two = failure(&[judged("sortino_ratio < 1"), judged("num_trades < 20"), judged("num_trades < 2")]).unwrap();
    assert_eq!(
        two.message,
        "the run is done, but 2 of 3 conditions to fail on came true:\n  \
         `sortino_ratio < 1` can't be decided, which counts as holding: sortino_ratio has no value\n  \
         `num_trades < 20` holds: num_trades is 12"
    );
}
