//! Several runs for people: what is planned for each, and how each went.

use signal_api::models::Metrics;

use super::table::{Align, unbroken};
use super::{number, run, runs, style, visible, width};
use crate::run::Plan;

/// How a run went, in short.
#[derive(Debug)]
pub(crate) struct Row {
    /// The script.
    pub(crate) file: String,
    /// The word for its end.
    pub(crate) status: String,
    /// The figures, where there are some.
    pub(crate) metrics: Option<Metrics>,
    /// Its id in the journal, where it has one.
    pub(crate) run: Option<String>,
}

/// What is planned for each script; `runs` of them are going to be submitted to `target`.
pub(crate) fn plans(plans: &[(&str, &Plan)], target: &str, quota: Option<&str>, color: bool) -> String {
    let head = format!("Plan for {} on {target}", number::count(plans.len() as u64, "script"));
    let rows: Vec<Vec<String>> = plans
        .iter()
        .map(|(file, plan)| {
            let value = |key: &str| {
                let setting = plan.settings.iter().find(|setting| setting.key == key);
                setting.map(|setting| setting.value.clone()).unwrap_or_default()
            };
            vec![
                (*file).to_owned(),
                value("universe"),
                value("timeframe"),
                value("start_date"),
                value("end_date"),
                plan.warmup.map_or_else(|| "?".to_owned(), number::whole),
                plan.usable.map_or_else(|| "?".to_owned(), |usable| number::between(usable.min, usable.max)),
            ]
        })
        .collect();
    let header = [
        ("script", Align::Left),
        ("universe", Align::Left),
        ("bars of", Align::Left),
        ("from", Align::Left),
        ("to", Align::Left),
        ("warm-up", Align::Right),
        ("usable", Align::Right),
    ];
    let mut text = format!(
        "{}\n{}",
        style::paint(color, style::STRONG, &head),
        unbroken(&header, &rows, &[1, 5], width(), None, color)
    );
    for (file, plan) in plans.iter().filter(|(_, plan)| plan.verdict != signal_analysis::Verdict::Ok) {
        text.push_str(&format!("{}: {}\n", visible::line(file), run::verdict(plan.verdict, color)));
    }
    if let Some(quota) = quota {
        text.push_str(&format!("\n {} {quota}\n", style::paint(color, style::DIM, "quota")));
    }
    text
}

/// How each went.
pub(crate) fn table_of(rows: &[Row], synthetic: bool, color: bool) -> String {
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let metrics = row.metrics.clone().unwrap_or_default();
            let figure = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
            vec![
                row.status.clone(),
                row.file.clone(),
                figure(metrics.total_return_pct.map(number::percent)),
                figure(metrics.max_drawdown.map(|fall| number::percent(-fall.abs()))),
                figure(metrics.sharpe_ratio.map(|ratio| number::fixed(ratio, 2))),
                figure(metrics.num_trades.map(number::whole)),
                row.run.clone().unwrap_or_else(|| "-".to_owned()),
            ]
        })
        .collect();
    let header = [
        ("status", Align::Left),
        ("script", Align::Left),
        ("return", Align::Right),
        ("drawdown", Align::Right),
        ("Sharpe", Align::Right),
        ("trades", Align::Right),
        ("run", Align::Left),
    ];
    let text = unbroken(&header, &cells, &[3, 4, 5], width(), Some(runs::of_status), color);
    if synthetic { format!("{}\n\n{text}", style::paint(color, style::CAUTION, run::SYNTHETIC)) } else { text }
}
