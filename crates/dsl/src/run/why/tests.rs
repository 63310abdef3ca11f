//! Notes on results of a service that counts nothing, or counts what can't be.

use serde_json::{Value, json};
use signal_catalog::Catalog;
use signal_text::Source;

use super::*;

const SCRIPT: &str = "\
#! universe   = BINANCE:BTC/USDT
#! timeframe  = 1d
#! start_date = 2024-01-01
#! end_date   = 2024-12-31
slow = ema(close, 20)
emit_signal(close > slow, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))
emit_signal(close < slow, exit(\"BINANCE:BTC/USDT\", \"LONG\"))
";

/// The notes of a stored result: codes and messages.
fn told(stored: Value) -> Option<Vec<(&'static str, String)>> {
    let source = Source::new("a.signal", SCRIPT);
    let parsed = signal_syntax::parse(&source);
    let directives = signal_project::directives(&source, &parsed.tree);
    let settings = signal_project::resolve(None, &directives, &signal_project::Flags::default());
    let levels = signal_analysis::Levels::default();
    let analysis = signal_analysis::analyze(signal_analysis::Input {
        source: &source,
        parsed: &parsed,
        catalog: Catalog::bundled(),
        settings: &settings,
        levels: &levels,
        today: None,
    });
    let results = Results::from_stored(stored).unwrap();
    let why = why(&analysis.facts, &analysis.diagnostics, &results)?;
    Some(why.notes.into_iter().map(|note| (note.code, note.message)).collect())
}

fn equity(values: &[f64]) -> Value {
    let day = |at: usize| format!("2024-{:02}-01T00:00:00Z", at + 1);
    let points = values.iter().enumerate();
    points.map(|(at, value)| json!({"time": day(at), "equity": value})).collect()
}

fn trade(from: &str, until: &str, reason: Option<&str>) -> Value {
    json!({"ticker": "BINANCE:BTC/USDT", "side": "LONG", "entry_time": from, "exit_time": until, "pnl": 1.0, "reason": reason})
}

fn stored(trades: &[Value], equity: Value) -> Value {
    json!({"summary": {"metrics": {"num_trades": trades.len()}}, "trades": trades, "trades_total": trades.len(), "equity": equity})
}

#[track_caller]
fn check(stored: Value, wanted: &[(&str, &str)]) {
    let told = told(stored).unwrap();
    // The warm-up is the same in all of them.
    let told: Vec<_> =
        told.iter().filter(|(code, _)| *code != "first-signal").map(|(code, said)| (*code, said.as_str())).collect();
    assert_eq!(told, wanted);
}

#[test]
fn trades_and_equity_tell_what_they_can_without_any_counts() {
    let year = equity(&[10_000.0; 12]);
    check(stored(&[], year.clone()), &[]);
    check(
        stored(&[trade("2024-02-01", "2024-12-01T00:00:00Z", None)], year.clone()),
        &[
            ("long-open", "a position was open for 90 % of the range"),
            ("open-at-the-end", "the only position was still open when the range ended"),
        ],
    );
    check(
        stored(&[trade("2024-11-01", "2024-11-15", Some("tp"))], year.clone()),
        &[("late-entry", "the first position was opened on 2024-11-01, 91 % into the range")],
    );
    // A reason outranks the time: closed by its exit on the last bar.
    check(
        stored(
            &[trade("2024-02-01", "2024-02-03", Some("exit")), trade("2024-11-28", "2024-12-01", Some("exit"))],
            year,
        ),
        &[],
    );
}

#[test]
fn a_ruined_account_is_told_with_its_day() {
    let curve = equity(&[10_000.0, 50.0, 9_000.0, 99.0, 0.0, 0.0]);
    check(
        stored(
            &[
                trade("2024-01-01", "2024-01-15", Some("liquidation")),
                trade("2024-02-01", "2024-02-10", Some("LIQUIDATED")),
            ],
            curve,
        ),
        &[
            ("ruined", "less than 1 % of the initial cash was left from 2024-04-01 on"),
            ("liquidated", "every trade ended by liquidation: 2 trades"),
        ],
    );
}

#[test]
fn what_was_not_fetched_whole_is_not_reasoned_about() {
    let mut half = stored(&[trade("2024-02-01", "2024-12-01", None)], equity(&[10_000.0; 12]));
    half["trades_total"] = json!(5);
    check(half, &[]);
    let lacking = json!({"summary": {}, "lacking": [{"part": "trades", "message": "no"}]});
    assert_eq!(told(lacking), None, "nobody knows how many trades there are");
    assert_eq!(told(json!({"summary": {"metrics": {"num_trades": 10}}})), None);
}

#[test]
fn counts_that_cannot_be_are_not_told() {
    let signal = |change: &[(&str, Value)]| {
        let mut signal = json!({"text": "close > slow", "line": 6, "column": 13, "end_line": 6, "end_column": 25,
            "action": "entry", "side": "LONG", "ticker": "BINANCE:BTC/USDT", "in_universe": true,
            "usable": 300, "held": 0, "fired": 0, "declined": 0, "unfilled": 0, "first": null, "last": null, "parts": []});
        change.iter().for_each(|(name, value)| signal[*name] = value.clone());
        json!({"summary": {"metrics": {"num_trades": 0}, "signals": [signal]}})
    };
    let never = ("never-held", "the condition of the LONG entry of BINANCE:BTC/USDT held on 0 of 300 usable bars");
    check(signal(&[]), &[never]);
    check(signal(&[("held", json!(301))]), &[]);
    check(signal(&[("fired", json!(1))]), &[]);
    check(signal(&[("held", json!("many"))]), &[]);
    check(signal(&[("fired", json!(u64::MAX)), ("declined", json!(2))]), &[]);
    check(json!({"summary": {"metrics": {"num_trades": 0}, "signals": 3}}), &[]);
    // A place that holds another text is none.
    let source = Source::new("a.signal", SCRIPT);
    let place = |change: &[(&str, Value)]| counts::read(&source, &signal(change)["summary"])[0].span;
    assert_eq!(source.slice(place(&[]).unwrap()), "close > slow");
    for change in
        [("text", json!("close < slow")), ("line", json!(0)), ("end_line", json!(99)), ("column", json!(u64::MAX))]
    {
        assert_eq!(place(&[change]), None);
    }
}
