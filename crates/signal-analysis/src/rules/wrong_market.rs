//! Something that the ticker's market does not offer.

use signal_market::{MarketType, excerpt};
use signal_project::Origin;
use signal_text::{Fix, Severity};

use crate::{ActionKind, Facts, Report, Side, rule::rule};

rule! {
    /// Finds short entries and leverage on markets that have neither: spot and predictions.
    ///
    /// # Why
    /// The API takes leverage for perpetuals only. On a spot market one sells what one holds, which is an `exit`; to gain
    /// from a fall takes a perpetual.
    ///
    /// # Reported
    /// ```signal
    /// overbought = rsi(close, 14) > 70
    /// emit_signal(overbought, entry("BINANCE:BTC/USDT", "SHORT", Weight(0.5)))
    /// ```
    /// # Not reported
    /// ```signal
    /// overbought = rsi(close, 14) > 70
    /// emit_signal(overbought, entry("BINANCEFUTURESUSD:BTC/USDT:USDT", "SHORT", Weight(0.5)))
    /// ```
    wrong_market, Group::Signals, Severity::Warning, needs_universe
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    report.take_over(&facts.resolved.script_diagnostics);
    check_leverage(facts, report);
    for action in &facts.orders().actions {
        let (ActionKind::Entry, Side::Short, Some(market), Some(text), Some(side)) =
            (action.kind, action.side, action.market, action.text, action.side_at)
        else {
            continue;
        };
        let ticker = &facts.tickers.markets[market];
        // A spot ticker with a settle currency may be a perpetual's with a wrong exchange: said where it is written.
        if facts.tickers.texts[text].is_doubtful() {
            continue;
        }
        let (kind, cure) = match ticker.market() {
            Some(MarketType::Spot) => {
                let perpetual = ticker.perpetual().map_or_else(
                    || "a perpetual, such as `HYPERLIQUID:BTC/USDC:USDC`".to_owned(),
                    |perpetual| format!("the perpetual `{}`", excerpt(&perpetual.to_string())),
                );
                ("a spot market", format!("to gain from a fall, trade {perpetual}"))
            }
            Some(MarketType::Prediction) => {
                ("a prediction market", "to wager against it, buy the token of the other outcome".to_owned())
            }
            _ => continue,
        };
        let shown = facts.ticker(market);
        let message = format!("`{shown}` is on {kind}, which has no short side");
        let help = format!("to sell what is held, write `exit(\"{shown}\", \"LONG\")`; {cure}");
        report.push(report.at(facts.span(side), message).help(help));
    }
}

/// Leverage where no universe is set, so that only the signals tell the markets; with one, the settings are told.
fn check_leverage(facts: &Facts<'_>, report: &mut Report) {
    let settings = facts.settings();
    let leverage = settings.leverage.value;
    if settings.universe.is_some() || leverage <= 1.0 || facts.orders().some_hidden {
        return;
    }
    let markets = &facts.tickers.markets;
    let plain = |market| matches!(market, Some(MarketType::Spot | MarketType::Prediction));
    let Some(first) = facts.tickers.uses.first() else { return };
    if !markets.iter().all(|ticker| plain(ticker.market())) {
        return;
    }
    let message = format!("leverage is {leverage}, and no signal is about a perpetual");
    let (span, fix) = match settings.leverage.origin {
        Origin::Directive(span) => (span, Some(Fix::replace("replace by `1`", false, span, "1"))),
        _ => (first.inside, None),
    };
    let mut finding = report
        .at(span, message)
        .help("the API takes leverage for perpetuals only, such as `BINANCEFUTURESUSD:BTC/USDT:USDT`");
    finding.fixes.extend(fix);
    if span != first.inside {
        finding = finding.label(first.inside, "not a perpetual");
    }
    report.push(finding);
}
