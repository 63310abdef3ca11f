//! Code lenses over a script: what a run of it would be, its warm-up, and what the last run came to.

use signal_market::BarCount;
use signal_text::Span;

use crate::host::{LastRun, Outcome};
use crate::snapshot::Snapshot;
use crate::wording::{bars, count, count_of_bars, number, whole};

/// A line above the script that does something when it is clicked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CodeLens {
    /// The line that it stands above.
    pub(crate) span: Span,
    /// What it says.
    pub(crate) title: String,
    /// What a click does.
    pub(crate) action: LensAction,
}

/// What a click on a lens does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LensAction {
    /// Runs the script.
    Run,
    /// Shows its warm-up.
    Warmup,
    /// Shows what a past run came to.
    LastResult {
        /// The journal's name for the run.
        run: String,
    },
}

/// The lenses of a script; none over one that holds no statement.
pub(crate) fn code_lenses(snapshot: &Snapshot, last: Option<&LastRun>) -> Vec<CodeLens> {
    if snapshot.tree().statements().is_empty() {
        return Vec::new();
    }
    let span = first_line(snapshot);
    let lens = |title: String, action| CodeLens { span, title, action };
    let mut lenses = vec![lens(format!("▶ Run backtest · {}", run(snapshot)), LensAction::Run)];
    lenses.extend(warmup(snapshot).map(|title| lens(title, LensAction::Warmup)));
    lenses.extend(last.map(|last| lens(last_result(snapshot, last), LensAction::LastResult { run: last.id.clone() })));
    lenses
}

/// The script's first line, without its end.
fn first_line(snapshot: &Snapshot) -> Span {
    let text = snapshot.source().text();
    let end = text.find(['\n', '\r']).unwrap_or(text.len());
    Span::new(0, end as u32)
}

/// What a run would be made of: `1h · 4,344 to 4,368 bars, 4,145 to 4,169 usable`.
fn run(snapshot: &Snapshot) -> String {
    let facts = snapshot.facts();
    let timeframe = facts.settings().timeframe.value;
    let Some(window) = facts.window else { return format!("{timeframe} · no dates set") };
    if window.range.end < window.range.start {
        return format!("{timeframe} · ends before it starts");
    }
    let warmup = facts.script_warmup();
    let BarCount { min, max } = window.bars;
    let held = count_of_bars(min, max);
    let left = match warmup.exact().map(|warmup| window.usable(warmup)) {
        _ if max <= warmup.bars => format!(", {} needed", whole(warmup.bars.saturating_add(1))),
        Some(usable) => format!(", {} usable", count(usable.min, usable.max)),
        None => String::new(),
    };
    format!("{timeframe} · {held}{left}")
}

/// The warm-up of the whole script; nothing where there is none.
fn warmup(snapshot: &Snapshot) -> Option<String> {
    let warmup = snapshot.facts().script_warmup();
    let least = if warmup.unknown.is_some() { "at least " } else { "" };
    (warmup.bars > 0).then(|| format!("Warm-up: {least}{}", bars(warmup.bars)))
}

/// What the last run came to: `Last result: +12.4 % · 31 trades`.
fn last_result(snapshot: &Snapshot, last: &LastRun) -> String {
    let mut parts = vec![match &last.outcome {
        Outcome::Running => format!("Last run: going on since {}", last.when),
        Outcome::Ended(word) => format!("Last run: {word} · {}", last.when),
        Outcome::Completed { total_return: None, .. } => format!("Last run: completed · {}", last.when),
        Outcome::Completed { total_return: Some(gain), .. } => format!("Last result: {}", percent(*gain)),
    }];
    if let Outcome::Completed { trades: Some(trades), .. } = last.outcome {
        parts.push(if trades == 1 { "1 trade".to_owned() } else { format!("{} trades", whole(trades)) });
    }
    if last.synthetic {
        parts.push("synthetic bars".to_owned());
    }
    if last.script.as_deref().is_some_and(|script| script != snapshot.source().text()) {
        parts.push("script changed since".to_owned());
    }
    parts.join(" · ")
}

/// A fraction as a percentage with its sign: `+12.4 %`.
fn percent(fraction: f64) -> String {
    if !fraction.is_finite() {
        return "no figure".to_owned();
    }
    let percent = (fraction * 1_000.0).round() / 10.0;
    let sign = if percent > 0.0 { "+" } else { "" };
    format!("{sign}{} %", number(percent))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::testing::snapshot;

    const DATES: &str = "#! start_date = 2024-01-01\n#! end_date = 2024-06-30\n";
    const SCRIPT: &str = "up = close > ema(close, 200)\nemit_signal(up, exit(\"BINANCE:BTC/USDT\"))\n";

    #[track_caller]
    fn check(text: &str, last: Option<&LastRun>, expected: &[&str]) {
        let found = code_lenses(&snapshot(text), last);
        assert_eq!(found.iter().map(|lens| lens.title.as_str()).collect::<Vec<_>>(), expected, "{text}");
    }

    fn last(outcome: Outcome) -> LastRun {
        LastRun {
            id: "20260501-143201-7f3a".to_owned(),
            outcome,
            when: "2026-05-01 14:32 UTC".to_owned(),
            script: Some(Arc::from(SCRIPT)),
            synthetic: false,
            dashboard: None,
        }
    }

    #[test]
    fn a_run_is_told_by_its_bars() {
        let script = |head: &str| format!("{head}{SCRIPT}");
        let warmup = "Warm-up: 199 bars";
        check(&script(DATES), None, &["▶ Run backtest · 1h · 4,344 to 4,368 bars, 4,145 to 4,169 usable", warmup]);
        check(SCRIPT, None, &["▶ Run backtest · 1h · no dates set", warmup]);
        let days = "#! start_date = 2024-01-01\n#! end_date = 2024-03-31\n#! timeframe = 1d\n";
        check(&script(days), None, &["▶ Run backtest · 1d · 90 or 91 bars, 200 needed", warmup]);
        let short = "#! start_date = 2024-01-01\n#! end_date = 2024-07-18\n#! timeframe = 1d\n";
        check(&script(short), None, &["▶ Run backtest · 1d · 199 or 200 bars, 0 or 1 usable", warmup]);
        let turned = "#! start_date = 2024-06-30\n#! end_date = 2024-01-01\n";
        check(&script(turned), None, &["▶ Run backtest · 1h · ends before it starts", warmup]);
    }

    #[test]
    fn a_warm_up_is_told_as_far_as_it_is_known() {
        check("x = close > open\n", None, &["▶ Run backtest · 1h · no dates set"]);
        let unknown = "x = who_knows(ema(close, 20))\n";
        check(unknown, None, &["▶ Run backtest · 1h · no dates set", "Warm-up: at least 19 bars"]);
        check(
            &format!("{DATES}{unknown}"),
            None,
            &["▶ Run backtest · 1h · 4,344 to 4,368 bars", "Warm-up: at least 19 bars"],
        );
    }

    #[test]
    fn no_lens_stands_over_a_script_without_a_statement() {
        check("", None, &[]);
        check("#! timeframe = 1h\n# nothing yet\n", None, &[]);
    }

    #[test]
    fn the_last_run_is_told_with_what_it_rests_on() {
        let completed = |total_return, trades| last(Outcome::Completed { total_return, trades });
        let cases = [
            (completed(Some(0.1241), Some(31)), "Last result: +12.4 % · 31 trades"),
            (completed(Some(-0.03), Some(1)), "Last result: -3 % · 1 trade"),
            (completed(Some(0.0), Some(0)), "Last result: 0 % · 0 trades"),
            (completed(Some(12.0), None), "Last result: +1,200 %"),
            (completed(None, Some(3)), "Last run: completed · 2026-05-01 14:32 UTC · 3 trades"),
            (last(Outcome::Running), "Last run: going on since 2026-05-01 14:32 UTC"),
            (last(Outcome::Ended("failed")), "Last run: failed · 2026-05-01 14:32 UTC"),
            (
                LastRun { synthetic: true, ..completed(Some(0.1241), Some(31)) },
                "Last result: +12.4 % · 31 trades · synthetic bars",
            ),
            (
                LastRun { script: Some(Arc::from("x = 1")), ..completed(Some(0.1241), None) },
                "Last result: +12.4 % · script changed since",
            ),
            (LastRun { script: None, ..completed(Some(0.1241), None) }, "Last result: +12.4 %"),
        ];
        for (last, expected) in cases {
            check(SCRIPT, Some(&last), &["▶ Run backtest · 1h · no dates set", "Warm-up: 199 bars", expected]);
        }
    }

    #[test]
    fn lenses_stand_over_the_first_line() {
        for (text, line) in [("\u{FEFF}#! mode = cross\r\nx = 1\r\n", "\u{FEFF}#! mode = cross"), ("x = 1", "x = 1")] {
            let snapshot = snapshot(text);
            let found = code_lenses(&snapshot, None);
            assert_eq!(snapshot.source().slice(found[0].span), line);
        }
    }
}
