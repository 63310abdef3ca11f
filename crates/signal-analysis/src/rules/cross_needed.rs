//! A pair trade that the run would take apart.

use signal_project::{Mode, Origin, directive_edit};
use signal_text::{Fix, Severity};

use crate::maps::Map;
use crate::{ActionKind, Facts, Report, Side, rule::rule};

rule! {
    /// Finds pair trades, one ticker long and another short under the same condition, while the mode is `isolated`.
    ///
    /// # Why
    /// `isolated` runs each ticker by itself; `cross` is the mode for several tickers at once, for pair trading. Run by itself,
    /// each leg sees its own prices, so the condition holds for one and not for the other, and the pair is open with one leg.
    ///
    /// # Cure
    /// Set `#! mode = cross`.
    ///
    /// # Reported
    /// ```signal
    /// apart = zscore(close, 50) < -2
    /// emit_signal(apart, entry("BINANCEFUTURESUSD:BTC/USDT:USDT", "LONG", Weight(0.5)))
    /// emit_signal(apart, entry("BINANCEFUTURESUSD:ETH/USDT:USDT", "SHORT", Weight(0.5)))
    /// ```
    /// # Not reported
    /// ```signal
    /// #! mode = cross
    /// apart = zscore(close, 50) < -2
    /// emit_signal(apart, entry("BINANCEFUTURESUSD:BTC/USDT:USDT", "LONG", Weight(0.5)))
    /// emit_signal(apart, entry("BINANCEFUTURESUSD:ETH/USDT:USDT", "SHORT", Weight(0.5)))
    /// ```
    cross_needed, Group::Signals, Severity::Warning, needs_universe
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    let mode = &facts.settings().mode;
    if mode.value != Mode::Isolated {
        return;
    }
    // The first leg of either side for each condition.
    let mut legs = Map::default();
    for (order, action, market) in facts.orders().of_kind(ActionKind::Entry) {
        let (own, other) = match action.side {
            Side::Long => (0, 1),
            Side::Short => (1, 0),
            _ => continue,
        };
        let legs: &mut [Option<(usize, usize)>; 2] = legs.entry(facts.condition_of(order)).or_default();
        let Some((partner, _)) = legs[other].filter(|(_, of)| *of != market) else {
            legs[own].get_or_insert((order.action, market));
            continue;
        };
        let first = &facts.orders().actions[partner];
        let message = "long one ticker and short another on the same bars is a pair trade, and the mode is `isolated`, which runs each by itself";
        let mut finding = report.at(facts.span(action.call), message).label(
            facts.span(first.call),
            format!("the other leg, on `{}`", facts.ticker(first.market.unwrap_or(market))),
        );
        match mode.origin {
            Origin::Directive(span) => {
                // Someone chose it, and may have two independent trades in mind.
                finding.severity = Severity::Info;
                finding = finding.label(span, "set here");
            }
            Origin::Flag => {
                finding = finding.help("a flag sets the mode; `--mode cross` runs both legs on one account")
            }
            Origin::Default | Origin::Config(_) => {}
        }
        if mode.origin != Origin::Flag {
            let edit = directive_edit(facts.source, facts.tree(), "mode", "cross");
            finding = finding.fix(Fix { title: "set mode = cross".to_owned(), safe: false, edits: vec![edit] });
        }
        report.push(finding);
        // The others are the same slip.
        return;
    }
}
