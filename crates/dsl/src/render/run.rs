//! A run for people: the plan before it, the results behind it.

use signal_analysis::Verdict;
use signal_api::models::{Metrics, TickerResult, Trade};

use super::plot::{Dots, curve};
use super::table::{Align, fitted, pairs, table};
use super::{number, style, visible, width};
use crate::run::{Plan, Results, origin_word};

/// Stands at the top and at the bottom of everything that was computed from made-up bars.
pub(crate) const SYNTHETIC: &str = "sandbox · synthetic data: not HeyTraders' numbers";
/// How many trades are shown.
const TRADES: usize = 5;
/// Height of the equity plot in lines.
const HEIGHT: usize = 10;
/// Height of the plot of drawdowns in lines.
const FALLS: usize = 5;

/// Every setting with its origin, what the range holds, and what is left of the quota.
pub(crate) fn plan(name: &str, target: &str, plan: &Plan, quota: Option<&str>, color: bool) -> String {
    let mut text =
        format!("{}\n", style::paint(color, style::STRONG, &format!("Plan for {} on {target}", visible::line(name))));
    let rows: Vec<_> = plan
        .settings
        .iter()
        .map(|setting| vec![setting.key.to_owned(), setting.value.clone(), origin_word(setting.origin).to_owned()])
        .collect();
    text.push_str(&table(
        &[("setting", Align::Left), ("value", Align::Left), ("set by", Align::Left)],
        &rows,
        width(),
        color,
    ));
    text.push('\n');
    let mut rows = vec![("bars in the range".to_owned(), number::between(plan.bars.min, plan.bars.max))];
    rows.push((
        "warm-up".to_owned(),
        match plan.warmup {
            Some(bars) if plan.because.is_empty() => number::count(bars, "bar"),
            Some(bars) => {
                format!("{}, forced by {}", number::count(bars, "bar"), visible::line(&plan.because.join(" ← ")))
            }
            None => format!("can't be predicted: {}", visible::line(&plan.because.join("; "))),
        },
    ));
    if let Some(usable) = plan.usable {
        rows.push(("usable".to_owned(), number::between(usable.min, usable.max)));
    }
    if let Some(first) = plan.first_usable {
        rows.push(("first usable".to_owned(), first.to_string()));
    }
    rows.push(("verdict".to_owned(), verdict(plan.verdict, color)));
    rows.extend(quota.map(|quota| ("quota".to_owned(), quota.to_owned())));
    text.push_str(&pairs(&rows, color));
    text
}

/// A verdict in words.
pub(crate) fn verdict(verdict: Verdict, color: bool) -> String {
    let (style, words) = match verdict {
        Verdict::Ok => (style::GOOD, "ok"),
        Verdict::Uncertain => (style::CAUTION, "uncertain: enough bars only if the server counts the range generously"),
        Verdict::NotEnoughBars => (style::BAD, "not enough bars: the server would answer TA_OUT_OF_RANGE"),
        Verdict::Unknown => (style::DIM, "unknown"),
    };
    style::paint(color, style, words)
}

/// The results of a completed run; `why` explains few trades, see [`super::why`]; `local`: on a sandbox that ends with this
/// command.
pub(crate) fn results(name: &str, results: &Results, why: &str, local: bool, dots: Dots, color: bool) -> String {
    let banner = if results.is_synthetic() {
        format!("{}\n", style::paint(color, style::CAUTION, SYNTHETIC))
    } else {
        String::new()
    };
    let mut text = banner.clone();
    text.push_str(&format!(
        "\n{}\n",
        style::paint(color, style::STRONG, &format!("Results of {}", visible::line(name)))
    ));
    text.push_str(&metrics(&results.metrics, color));
    text.push_str(why);
    text.push_str(&equity(results, dots, color));
    text.push_str(&drawdown(results, dots, color));
    text.push_str(&tickers(&results.per_ticker, color));
    text.push_str(&trades(results, color));
    for lacking in &results.lacking {
        let (part, why) = (visible::line(&lacking.part), visible::short(&lacking.message, 400));
        text.push_str(&format!("\n{part}: {why}\n"));
    }
    if local {
        let note = "The sandbox's page with this chart ended with this command; `dsl sandbox` serves one that stays.";
        text.push('\n');
        for line in super::full::wrapped(note, width().into()) {
            text.push_str(&format!("{}\n", style::paint(color, style::DIM, &line)));
        }
    } else if let Some(url) = results.dashboard_url() {
        text.push_str(&format!("\n{} {}\n", style::paint(color, style::STRONG, "Dashboard"), style::link(color, url)));
    }
    if !banner.is_empty() {
        text.push('\n');
        text.push_str(&banner);
    }
    text
}

/// The eight figures with plain words.
pub(crate) fn metrics(metrics: &Metrics, color: bool) -> String {
    let percent = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), number::percent);
    let ratio = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| number::fixed(value, 2));
    let drawdown = metrics.max_drawdown.map(|fall| -fall.abs());
    let share = metrics.win_rate.map_or_else(|| "-".to_owned(), |share| format!("{} %", number::fixed(share, 1)));
    let rows = [
        (
            "total return",
            percent(metrics.total_return_pct),
            sign(metrics.total_return_pct),
            "gain or loss over the whole range",
        ),
        ("max drawdown", percent(drawdown), None, "deepest fall from a peak"),
        (
            "Sharpe ratio",
            ratio(metrics.sharpe_ratio),
            sign(metrics.sharpe_ratio),
            "return for its ups and downs; yearly, above 1 is good",
        ),
        (
            "Sortino ratio",
            ratio(metrics.sortino_ratio),
            sign(metrics.sortino_ratio),
            "the same, counting only the downs",
        ),
        (
            "Calmar ratio",
            ratio(metrics.calmar_ratio),
            sign(metrics.calmar_ratio),
            "growth for the deepest fall; yearly",
        ),
        ("win rate", share, None, "share of closed trades that won"),
        ("trades", metrics.num_trades.map_or_else(|| "-".to_owned(), number::whole), None, "closed trades"),
        (
            "profit factor",
            ratio(metrics.profit_factor),
            sign(metrics.profit_factor.map(|factor| factor - 1.0)),
            "gains over losses; above 1 earns",
        ),
    ];
    let widest = rows.iter().map(|(_, value, ..)| value.chars().count()).max().unwrap_or(0);
    let longest = rows.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
    let rows = rows.map(|(name, value, good, words)| {
        let padded = format!("{value:>widest$}");
        let value = match good {
            Some(true) => style::paint(color, style::GOOD, &padded),
            Some(false) => style::paint(color, style::BAD, &padded),
            None => padded,
        };
        // Words that would be cut help nobody.
        let fits = |words: &&str| longest + widest + 6 + words.len() <= usize::from(width());
        let short = words.split(';').next().unwrap_or_default();
        let words = [words, short].into_iter().find(fits).unwrap_or_default();
        let value = format!("{value}   {}", style::paint(color, style::DIM, words));
        (name.to_owned(), value.trim_end().to_owned())
    });
    pairs(&rows, color)
}

/// Whether a figure is on the good side of zero; `None` where it is neither.
fn sign(value: Option<f64>) -> Option<bool> {
    value.filter(|value| *value != 0.0 && value.is_finite()).map(|value| value > 0.0)
}

/// The equity curve with its first and last day.
fn equity(results: &Results, dots: Dots, color: bool) -> String {
    let values: Vec<f64> = results.equity.iter().map(|point| point.equity).collect();
    let (Some(first), Some(last)) = (results.equity.first(), results.equity.last()) else { return String::new() };
    let columns = usize::from(width());
    if values.iter().all(|value| *value == first.equity) {
        return format!(
            "\n{} stayed at {}\n",
            style::paint(color, style::STRONG, "Equity"),
            number::fixed(first.equity, 2)
        );
    }
    let plot = curve(&values, columns, HEIGHT, dots, color);
    if plot.is_empty() || values.len() < 2 {
        return String::new();
    }
    let head = format!(
        "{} {} to {}",
        style::paint(color, style::STRONG, "Equity"),
        number::fixed(first.equity, 2),
        number::fixed(last.equity, 2)
    );
    let day = |time: &str| visible::line(time).chars().take(10).collect::<String>();
    let (from, to) = (day(&first.time), day(&last.time));
    let gap = columns.saturating_sub(15 + from.chars().count() + to.chars().count());
    let axis = style::paint(color, style::DIM, &format!("{:15}{from}{}{to}", "", " ".repeat(gap)));
    format!("\n{head}\n{plot}{axis}\n")
}

/// How far the account lay below its highest worth so far: on the axis of the equity above it.
fn drawdown(results: &Results, dots: Dots, color: bool) -> String {
    let mut peak = f64::NEG_INFINITY;
    let falls: Vec<f64> = results
        .equity
        .iter()
        .map(|point| {
            peak = peak.max(point.equity);
            if peak > 0.0 { (point.equity / peak - 1.0) * 100.0 } else { f64::NAN }
        })
        .collect();
    if falls.iter().all(|fall| *fall == 0.0) {
        return String::new();
    }
    let plot = super::plot::falls(&falls, width().into(), FALLS, dots, color);
    if plot.is_empty() { plot } else { format!("\n{}\n{plot}", style::paint(color, style::STRONG, "Drawdown")) }
}

/// How each ticker did, where there are several.
fn tickers(tickers: &[TickerResult], color: bool) -> String {
    if tickers.is_empty() {
        return String::new();
    }
    let percent = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), number::percent);
    let rows: Vec<_> = tickers
        .iter()
        .map(|own| {
            vec![
                own.ticker.clone(),
                own.pnl.map_or_else(|| "-".to_owned(), |pnl| number::fixed(pnl, 2)),
                percent(own.metrics.total_return_pct),
                percent(own.metrics.max_drawdown.map(|fall| -fall.abs())),
                own.metrics.win_rate.map_or_else(|| "-".to_owned(), |share| format!("{} %", number::fixed(share, 1))),
                own.metrics.num_trades.map_or_else(|| "-".to_owned(), number::whole),
            ]
        })
        .collect();
    let header = [
        ("ticker", Align::Left),
        ("profit", Align::Right),
        ("return", Align::Right),
        ("drawdown", Align::Right),
        ("win rate", Align::Right),
        ("trades", Align::Right),
    ];
    let (header, rows) = fitted(&header, &rows, &[4, 3], width());
    format!("\n{}\n{}", style::paint(color, style::STRONG, "Tickers"), table(&header, &rows, width(), color))
}

/// The last trades.
fn trades(results: &Results, color: bool) -> String {
    let all = results.total_trades.max(results.trades.len() as u64);
    if all == 0 {
        return String::new();
    }
    let shown = &results.trades[results.trades.len().saturating_sub(TRADES)..];
    let head = if all > shown.len() as u64 {
        format!("Last {} of {} trades", shown.len(), number::whole(all))
    } else {
        "Trades".to_owned()
    };
    let midnight = |time: &Option<String>| {
        time.as_deref().is_none_or(|time| time.get(10..16).is_none_or(|hour| hour.ends_with("00:00")))
    };
    let days = shown.iter().all(|trade| midnight(&trade.entry_time) && midnight(&trade.exit_time));
    let rows: Vec<_> = shown.iter().map(|own| trade(own, days)).collect();
    let header = [
        ("ticker", Align::Left),
        ("side", Align::Left),
        ("opened", Align::Left),
        ("at", Align::Right),
        ("closed", Align::Left),
        ("at", Align::Right),
        ("profit", Align::Right),
        ("", Align::Right),
        ("closed by", Align::Left),
    ];
    let (header, rows) = fitted(&header, &rows, &[8, 5, 3, 1, 7, 4], width());
    format!("\n{}\n{}", style::paint(color, style::STRONG, &head), table(&header, &rows, width(), color))
}

/// A trade as a row; `days`: bars open at midnight, so that the hour tells nothing.
fn trade(trade: &Trade, days: bool) -> Vec<String> {
    let word = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let amount = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), number::significant);
    // `2024-01-02T08:00:00Z` as `2024-01-02 08:00`: seconds tell nothing of a bar.
    let moment = |text: &Option<String>| {
        word(text).chars().take(if days { 10 } else { 16 }).collect::<String>().replace('T', " ")
    };
    vec![
        word(&trade.ticker),
        word(&trade.side),
        moment(&trade.entry_time),
        amount(trade.entry_price),
        moment(&trade.exit_time),
        amount(trade.exit_price),
        trade.pnl.map_or_else(|| "-".to_owned(), |pnl| number::fixed(pnl, 2)),
        trade.pnl_pct.map(number::percent).unwrap_or_default(),
        word(&trade.reason),
    ]
}
