//! A side that is neither LONG nor SHORT.

use signal_market::{MarketType, excerpt};
use signal_text::{Fix, Severity, closest};

use crate::maps::Set;
use crate::{Action, ActionKind, Facts, Report, Side, rule::rule};

rule! {
    /// Finds sides of an `entry` or `exit` other than `"LONG"` and `"SHORT"`.
    ///
    /// # Why
    /// The service's examples name a side in capitals, as `"LONG"`. An order that says `"BUY"` or `"long"` may be refused, or
    /// never be matched with the position it is about. Prediction markets, whose sides may be named otherwise, are left alone.
    ///
    /// # Reported
    /// ```signal
    /// oversold = rsi(close, 14) < 30
    /// emit_signal(oversold, entry("BINANCE:BTC/USDT", "BUY", Weight(0.5)))
    /// ```
    /// # Not reported
    /// ```signal
    /// oversold = rsi(close, 14) < 30
    /// emit_signal(oversold, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    unknown_side, Group::Signals, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    let mut seen = Set::default();
    for action in &facts.orders().actions {
        let Side::Other(literal) = action.side else { continue };
        let Some(text) = facts.tree().string(facts.source, literal) else { continue };
        if may_have_other_sides(facts, action, &text) || !seen.insert(literal) {
            continue;
        }
        let span = facts.span(literal);
        // With the ticker where the side belongs, the other way round: `malformed-ticker` tells it.
        if is_swapped(facts, action) {
            continue;
        }
        let shown = excerpt(&text);
        let mut finding = report.at(span, format!("`{shown}` is no side; positions are `LONG` or `SHORT`"));
        match meant(&text, action.kind) {
            Some((side, safe)) => {
                finding =
                    finding.fix(Fix::replace(format!("replace by \"{side}\""), safe, span, format!("\"{side}\"")));
            }
            None if action.kind == ActionKind::Exit => {
                finding =
                    finding.help("an exit names the side of the position that it closes: `\"LONG\"` or `\"SHORT\"`");
            }
            None => finding = finding.help("write `\"LONG\"` to gain from a rise, `\"SHORT\"` to gain from a fall"),
        }
        report.push(finding);
    }
}

/// Whether the action is, or may be, about a prediction, where a side may be `YES` or `NO`.
fn may_have_other_sides(facts: &Facts<'_>, action: &Action, side: &str) -> bool {
    match action.market.map(|market| &facts.tickers.markets[market]) {
        Some(ticker) => ticker.market() == Some(MarketType::Prediction),
        None => matches!(side.to_ascii_uppercase().as_str(), "YES" | "NO"),
    }
}

/// The side that a word evidently means, and whether it says the same in other letters.
fn meant(text: &str, kind: ActionKind) -> Option<(&'static str, bool)> {
    let plain = text.trim().to_ascii_uppercase();
    match plain.as_str() {
        "LONG" => return Some(("LONG", true)),
        "SHORT" => return Some(("SHORT", true)),
        // "sell" in an exit may be the way out of a long position as well as the name of a short one.
        _ if kind == ActionKind::Exit && matches!(plain.as_str(), "BUY" | "SELL") => return None,
        "BUY" | "BULL" | "BULLISH" | "UP" | "B" | "L" => return Some(("LONG", false)),
        "SELL" | "BEAR" | "BEARISH" | "DOWN" | "S" => return Some(("SHORT", false)),
        _ => {}
    }
    match closest(&plain, ["LONG", "SHORT"]) {
        Some("LONG") => Some(("LONG", false)),
        Some(_) => Some(("SHORT", false)),
        None => None,
    }
}

/// Whether the side stands where the ticker belongs, and the ticker where the side does.
fn is_swapped(facts: &Facts<'_>, action: &Action) -> bool {
    let Side::Other(literal) = action.side else { return false };
    let side_first = action.text.is_some_and(|text| is_side(&facts.tickers.texts[text].text));
    side_first && facts.tree().string(facts.source, literal).is_some_and(|text| text.contains(':'))
}

/// Whether a text names a side, in whatever letters.
pub(super) fn is_side(text: &str) -> bool {
    ["LONG", "SHORT"].iter().any(|side| text.eq_ignore_ascii_case(side))
}
