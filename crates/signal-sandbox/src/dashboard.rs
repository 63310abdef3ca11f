//! The page behind `dashboard_url`: figures and the equity curve as plain HTML, without anything from outside.

pub(crate) mod claim;

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use signal_engine::EquityPoint;

use crate::analysis;
use crate::data::calendar::rfc3339;
use crate::report::Report;
use crate::server::App;

/// Size of the curve in the page's units.
const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 260.0;

/// Columns that the curve is drawn from, at most; each keeps its lowest and highest point.
const COLUMNS: usize = 450;

/// Nothing is loaded, nothing runs: what a script's author wrote stays text even if escaping had a hole.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:960px;margin:2rem auto;padding:0 1rem;\
    color:#1b1f24;background:#fff}h1{font-size:1.2rem}.mark{background:#b35900;color:#fff;padding:.3rem .8rem;\
    border-radius:4px;font-weight:600;display:inline-block}table{border-collapse:collapse;margin:1rem 0}\
    td,th{padding:.2rem .9rem .2rem 0;text-align:left}td.n{text-align:right;font-variant-numeric:tabular-nums}\
    svg{width:100%;height:auto;background:#f6f8fa;border-radius:4px}pre{white-space:pre-wrap}\
    @media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}svg{background:#161b22}}";

/// `GET /dashboard/backtest/detail/{id}`. Needs no key, so that the link opens in a browser; the id can't be guessed.
pub(crate) async fn page(State(app): State<Arc<App>>, Path(id): Path<String>) -> Response {
    let (status, html) = match app.jobs.shared_report(&id) {
        Some(report) => (StatusCode::OK, detail(&report)),
        None => (
            StatusCode::NOT_FOUND,
            document(
                "SANDBOX",
                "<p>There is no such result. The sandbox forgets results when it ends, and the oldest ones before.</p>",
            ),
        ),
    };
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, Html(html)).into_response()
}

fn detail(report: &Report) -> String {
    let settings = &report.settings;
    let mark = match report.data {
        "synthetic" => "SANDBOX · SYNTHETIC DATA",
        _ => "SANDBOX · YOUR OWN DATA",
    };
    let tickers: Vec<String> = settings.universe.iter().map(ToString::to_string).collect();
    let mut body = format!(
        "<h1>{}</h1><p>{} · {} to {}</p>",
        escape(&tickers.join(", ")),
        settings.timeframe,
        settings.start_date,
        settings.end_date
    );
    if let Some(description) = &settings.description {
        let _ = write!(body, "<p>{}</p>", escape(description));
    }
    body += &curve(&report.outcome.equity);
    body += &figures(report);
    body += &per_ticker(report);
    let _ = write!(body, "<pre>{}</pre>", escape(&analysis::text(report)));
    document(mark, &body)
}

fn document(mark: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{mark}</title><style>{STYLE}</style></head>\
         <body><p class=\"mark\">{mark}</p>{body}</body></html>\n"
    )
}

fn figures(report: &Report) -> String {
    let metrics = &report.outcome.metrics;
    let rows = [
        ("Total return", metrics.total_return_pct, " %"),
        ("Deepest fall", metrics.max_drawdown, " %"),
        ("Sharpe ratio", metrics.sharpe_ratio, ""),
        ("Sortino ratio", metrics.sortino_ratio, ""),
        ("Calmar ratio", metrics.calmar_ratio, ""),
        ("Win rate", metrics.win_rate, " %"),
        ("Profit factor", metrics.profit_factor, ""),
    ];
    let mut table = format!("<table><tr><th>Trades</th><td class=\"n\">{}</td></tr>", metrics.num_trades);
    for (name, value, unit) in rows {
        let _ = write!(table, "<tr><th>{name}</th><td class=\"n\">{}</td></tr>", number(value, unit));
    }
    table + "</table>"
}

fn per_ticker(report: &Report) -> String {
    let mut table = "<table><tr><th>Ticker</th><th>Trades</th><th>Profit</th><th>Return</th></tr>".to_owned();
    for ticker in &report.outcome.per_ticker {
        let _ = write!(
            table,
            "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{:.2}</td><td class=\"n\">{}</td></tr>",
            escape(&ticker.ticker),
            ticker.trades,
            ticker.pnl,
            number(ticker.metrics.total_return_pct, " %")
        );
    }
    table + "</table>"
}

fn number(value: Option<f64>, unit: &str) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.2}{unit}"))
}

/// The equity as an SVG line. A long curve keeps the lowest and highest point of each column, so no fall is hidden.
fn curve(equity: &[EquityPoint]) -> String {
    let (Some(first), Some(last)) = (equity.first(), equity.last()) else {
        return "<p>There is no bar in the range.</p>".to_owned();
    };
    let values = || equity.iter().map(|point| point.equity);
    let low = values().fold(f64::INFINITY, f64::min);
    let high = values().fold(f64::NEG_INFINITY, f64::max);
    let span = if high > low { high - low } else { 1.0 };
    let points = drawn(equity);
    let mut line = String::with_capacity(points.len() * 14);
    for bar in points {
        let x = 10.0 + (WIDTH - 20.0) * bar as f64 / (equity.len() - 1).max(1) as f64;
        let y = HEIGHT - 10.0 - (HEIGHT - 20.0) * (equity[bar].equity - low) / span;
        let _ = write!(line, "{x:.1},{y:.1} ");
    }
    format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"equity\">\
         <polyline fill=\"none\" stroke=\"#0969da\" stroke-width=\"1.5\" points=\"{}\"/></svg>\
         <p>Equity from {} to {}: {:.2} to {:.2}, lowest {low:.2}, highest {high:.2}</p>",
        line.trim_end(),
        rfc3339(first.time),
        rfc3339(last.time),
        first.equity,
        last.equity,
    )
}

/// Indexes of the points to draw, in order.
fn drawn(equity: &[EquityPoint]) -> Vec<usize> {
    if equity.len() <= 2 * COLUMNS {
        return (0..equity.len()).collect();
    }
    let width = equity.len().div_ceil(COLUMNS);
    let mut points = Vec::with_capacity(2 * COLUMNS + 2);
    points.push(0);
    for start in (0..equity.len()).step_by(width) {
        let column = start..(start + width).min(equity.len());
        let by_equity = |a: &usize, b: &usize| equity[*a].equity.total_cmp(&equity[*b].equity);
        let low = column.clone().min_by(by_equity).unwrap_or(start);
        let high = column.max_by(by_equity).unwrap_or(start);
        points.extend([low.min(high), low.max(high)]);
    }
    points.push(equity.len() - 1);
    points.dedup();
    points
}

/// Text for HTML, in elements and in quoted attributes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&#39;",
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_others_stays_text() {
        assert_eq!(
            escape("<script>alert('1' & \"2\")</script>"),
            "&lt;script&gt;alert(&#39;1&#39; &amp; &quot;2&quot;)&lt;/script&gt;"
        );
    }

    #[test]
    fn a_long_curve_keeps_its_deepest_fall() {
        let equity: Vec<EquityPoint> = (0..100_000)
            .map(|bar| EquityPoint {
                time: bar * 60,
                equity: if bar == 77_777 { 1.0 } else { 100.0 },
                drawdown_pct: 0.0,
            })
            .collect();
        let points = drawn(&equity);
        assert!(points.len() <= 2 * COLUMNS + 2 && points.contains(&77_777));
        assert!(points.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!((points.first(), points.last()), (Some(&0), Some(&99_999)));
    }

    #[test]
    fn curves_of_no_bar_and_one_bar_are_drawn() {
        let point = EquityPoint { time: 0, equity: 5.0, drawdown_pct: 0.0 };
        assert!(curve(&[]).contains("no bar"));
        assert!(curve(&[point]).contains("points=\"10.0,250.0\""));
    }
}
