//! The page's layout: head with its policy, sections, and the data that its script reads.

use base64::Engine as _;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::chart::Chart;
use super::curve::Curve;
use super::monthly::monthly;
use super::{Story, figures, script, tables, trades, words};
use crate::render::run::SYNTHETIC;
use crate::render::{number, visible};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The page.
pub(crate) fn page(story: &Story<'_>) -> String {
    let (record, results) = (story.record, story.results);
    let start = record.settings.get("initial_cash").and_then(Value::as_f64).filter(|cash| *cash > 0.0);
    let curve = Curve::new(&results.equity);
    let chart = Chart::new(&curve, start);
    let years = monthly(&curve, start);
    let name = visible::line(&record.file);
    let data = json!({ "chart": chart.as_ref().map(drawn), "trades": trades::data(&results.trades) });
    let sections = sections(story, start, chart.as_ref(), &years);
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content=(concat!("dsl ", env!("CARGO_PKG_VERSION")));
                title { (name) " · backtest " (visible::line(&record.run)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#main" { "Skip to the results" }
                @if results.is_synthetic() { p.banner { (SYNTHETIC) } }
                header {
                    h1 { (name) }
                    p { (subtitle(&record.settings)) }
                    nav aria-label="Sections" {
                        ul { @for section in &sections { li { a href=(format!("#{}", section.id)) { (section.title) } } } }
                    }
                    div #tools hidden {}
                }
                main #main {
                    (lacking(story))
                    @for section in &sections {
                        section id=(section.id) aria-labelledby=(format!("{}-title", section.id)) {
                            h2 id=(format!("{}-title", section.id)) { (section.title) }
                            (section.body)
                        }
                    }
                }
                (footer(story))
                script #data type="application/json" { (PreEscaped(embedded(&data))) }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    markup.into_string()
}

/// Nothing is loaded and nothing runs but the style and the script of this page, told by their hashes: what a server or a
/// script's author wrote stays text even if escaping had a hole.
fn policy() -> String {
    let hash = |text: &str| base64::engine::general_purpose::STANDARD.encode(digest(&SHA256, text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

/// JSON that stands in HTML: no character of it can end the element, and none reorders what a reader of the source sees.
fn embedded(data: &Value) -> String {
    let text = data.to_string();
    let mut safe = String::with_capacity(text.len() + 64);
    for character in text.chars() {
        if matches!(character, '<' | '>' | '&') || (!character.is_ascii() && visible::is_unprintable(character)) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                safe.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            safe.push(character);
        }
    }
    safe
}

/// What the page's script needs of the chart.
fn drawn(chart: &Chart) -> Value {
    let ends = |scale: super::scale::Scale| {
        let (low, high, logarithmic) = scale.ends();
        json!({ "low": low, "high": high, "log": logarithmic })
    };
    let points: Vec<Value> = chart.points.iter().map(|point| json!([point.at, point.equity, point.drawdown])).collect();
    json!({
        "timed": chart.timed,
        "linear": ends(chart.scales.0),
        "log": chart.scales.1.map(ends),
        "points": points,
    })
}

struct Section {
    id: &'static str,
    title: &'static str,
    body: Markup,
}

/// The sections that this run has something for.
fn sections(
    story: &Story<'_>,
    start: Option<f64>,
    chart: Option<&Chart>,
    years: &[super::monthly::Year],
) -> Vec<Section> {
    let (record, results) = (story.record, story.results);
    let mut sections = Vec::new();
    let mut add = |id, title, body| sections.push(Section { id, title, body });
    add("figures", "Figures", figures::markup(results, start));
    if let Some(reasons) = &story.why {
        add("why", "Few trades", tables::reasons(reasons));
    }
    if let Some(chart) = chart {
        add("equity", "Equity and drawdown", chart.markup());
    }
    if !years.is_empty() {
        add("months", "Returns by month", tables::months(years));
    }
    if !results.per_ticker.is_empty() {
        add("tickers", "Tickers", tables::tickers(&results.per_ticker));
    }
    add("trade-list", "Trades", trades::markup(&results.trades, results.total_trades));
    if let Some(analysis) = &results.analysis {
        let body = html! {
            div.analysis { (words::markup(analysis)) }
            p.words { "The server's own words." }
        };
        add("analysis", "Analysis", body);
    }
    let remarks = &story.remarks;
    let script = html! {
        @if let Some(line) = warmup(record.warmup.as_ref()) { p { (line) } }
        (script::markup(&record.file, story.script, record.warmup.as_ref(), remarks))
    };
    add("script", "Script", script);
    if !remarks.is_empty() {
        add("findings", "Findings of the check", tables::remarks(remarks));
    }
    add("settings", "Settings", tables::settings(&record.settings));
    add("run", "Run", run(story));
    sections
}

/// Tickers, bars and range in one line.
fn subtitle(settings: &Value) -> Markup {
    let text = |key: &str| settings.get(key).and_then(Value::as_str).map(|text| visible::line(text).into_owned());
    let tickers: Vec<&str> =
        settings.get("universe").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let shown = match tickers.split_first() {
        Some((first, rest)) if rest.len() > 2 => format!("{first} and {} more", rest.len()),
        _ => tickers.join(", "),
    };
    let range = text("start_date").zip(text("end_date")).map(|(start, end)| format!("{start} to {end}"));
    let bars = text("timeframe").map(|timeframe| format!("{timeframe} bars"));
    let parts: Vec<String> = [Some(visible::line(&shown).into_owned()), bars, range]
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect();
    html! { (parts.join(" · ")) }
}

/// What the warm-up takes of the range.
fn warmup(warmup: Option<&Value>) -> Option<String> {
    let warmup = warmup?;
    let Some(bars) = warmup.get("warmup").and_then(Value::as_u64) else {
        return Some("How many bars the signals need before they have a value can't be predicted.".to_owned());
    };
    let first = warmup.get("first_usable").and_then(Value::as_str).map(visible::line);
    let first = first.map(|day| format!("; the first signal could fire on {day}")).unwrap_or_default();
    Some(match bars {
        0 => format!("The signals have a value from the first bar on{first}."),
        bars => format!("The signals have no value on the first {}{first}.", number::count(bars, "bar")),
    })
}

/// Parts of the results that are not there.
fn lacking(story: &Story<'_>) -> Markup {
    html! {
        @if !story.results.lacking.is_empty() {
            ul.lacking {
                @for lacking in &story.results.lacking {
                    li { strong { (visible::line(&lacking.part)) } ": " (visible::line(&lacking.message)) }
                }
            }
        }
    }
}

/// When and where the run was.
fn run(story: &Story<'_>) -> Markup {
    let record = story.record;
    let moment = |text: &Option<String>| text.as_deref().map(|text| visible::line(text).replace('T', " "));
    let took = (record.elapsed_ms > 0).then(|| format!("{:.1} s", record.elapsed_ms as f64 / 1000.0));
    let server = if record.is_local() { "the sandbox of dsl".to_owned() } else { record.origin.clone() };
    let rows = [
        ("Run", Some(record.run.clone())),
        ("Backtest", record.backtest_id.clone()),
        ("Result", record.result_id.clone()),
        ("Server", Some(server)),
        ("Submitted", moment(&record.submitted_at)),
        ("Finished", moment(&record.finished_at)),
        ("Took", took),
        ("SHA-256 of the script", Some(record.script_sha256.clone()).filter(|hash| !hash.is_empty())),
    ];
    let page = story.results.dashboard_url().filter(|url| !record.is_local() && crate::render::link::is_clean(url));
    html! {
        table.pairs {
            tbody {
                @for (name, value) in rows.iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
                    tr { th scope="row" { (name) } td { (visible::line(value)) } }
                }
                @if let Some(url) = page {
                    tr {
                        th scope="row" { "Dashboard" }
                        td { a href=(url) rel="noopener noreferrer external" { (url) } }
                    }
                }
            }
        }
    }
}

fn footer(story: &Story<'_>) -> Markup {
    html! {
        footer {
            p {
                "Written by dsl " (env!("CARGO_PKG_VERSION")) " at " (story.written_at.replace('T', " "))
                ". This page holds everything it shows; it loads nothing."
            }
            @if story.results.is_synthetic() { p { (SYNTHETIC) } }
        }
    }
}
