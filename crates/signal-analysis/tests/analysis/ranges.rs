//! One range, one remark: what the rules about time say of ranges from too short to ample.

use signal_market::Date;
use signal_text::Severity;

use crate::check;

/// The rules whose one cause is a range that is short for its periods.
const FAMILY: [&str; 6] = [
    "not-enough-bars",
    "maybe-not-enough-bars",
    "index-before-range",
    "little-data-left",
    "unsettled-indicator",
    "short-range",
];

/// What the family says of a condition over a range that ends on 2024-06-30, as `rule severity`.
fn said(condition: &str, timeframe: &str, start: Date) -> Vec<String> {
    let script = format!(
        "#! timeframe = {timeframe}\n#! start_date = {start}\n#! end_date = 2024-06-30\nup = {condition}\n\
         emit_signal(up, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n"
    );
    let found = check(&script).into_iter().filter(|finding| FAMILY.contains(&&*finding.code));
    found.map(|finding| format!("{} {}", finding.code, finding.severity)).collect()
}

/// Asserts what is said as the range grows, each remark once, from too short to ample.
#[track_caller]
fn grows(condition: &str, timeframe: &str, expected: &[&str]) {
    let mut date = Date::constant(2024, 6, 30);
    let mut stages: Vec<String> = Vec::new();
    for days in 0..4_000 {
        let found = said(condition, timeframe, date);
        assert!(found.len() <= 1, "{condition} over {days} days: {found:?}");
        let stage = found.first().cloned().unwrap_or_else(|| "nothing".to_owned());
        if stages.last() != Some(&stage) {
            stages.push(stage);
        }
        // Every day at first, where the borders lie, then in longer steps.
        for _ in 0..=days / 150 {
            date = date.yesterday().unwrap();
        }
        if date < Date::constant(2008, 1, 1) {
            break;
        }
    }
    assert_eq!(stages, expected, "{condition} on {timeframe}");
}

#[test]
fn a_growing_range_goes_from_error_to_nothing_with_one_remark_at_a_time() {
    let short = ["not-enough-bars error", "maybe-not-enough-bars warning", "little-data-left warning"];
    let stages = |rest: &[&'static str]| [&short[..], rest].concat();
    grows("close > sma(close, 100)", "1d", &stages(&["little-data-left info", "nothing"]));
    grows(
        "close > ema(close, 100)",
        "1d",
        &stages(&["unsettled-indicator warning", "unsettled-indicator info", "nothing"]),
    );
    grows("close > sma(close, 10)", "1w", &stages(&["little-data-left info", "nothing"]));
    grows("close > sma(close, 5)", "1M", &stages(&["little-data-left info", "nothing"]));
    grows("close > 5", "1d", &["maybe-not-enough-bars warning", "short-range hint", "nothing"]);
    grows(
        "close > close[-100]",
        "1d",
        &["index-before-range warning", "little-data-left warning", "little-data-left info", "nothing"],
    );
}

#[test]
fn the_share_that_is_left_is_that_of_the_formula() {
    // After 166 bars an EMA of 200 keeps (199/201)^166 of its first value.
    let script = "#! timeframe = 1d\n#! start_date = 2024-01-01\n#! end_date = 2024-12-31\nup = close > ema(close, 200)\n\
                  emit_signal(up, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n";
    let found = check(script);
    let finding = found.iter().find(|finding| finding.code == "unsettled-indicator").unwrap();
    assert_eq!(finding.severity, Severity::Warning);
    let share = (199.0_f64 / 201.0).powi(166) * 100.0;
    assert!(finding.message.contains(&format!("still {share:.0}% on the last")), "{share}: {}", finding.message);
}
