//! A data variable that a script gives a meaning of its own.

use signal_catalog::{Evidence, Kind};
use signal_syntax::DefinitionId;
use signal_text::{Severity, Span};

use crate::maps::Set;
use crate::{Facts, Report, rule::rule};

rule! {
    /// Finds names of data variables, such as `close`, that the script gives another meaning.
    ///
    /// # Why
    /// From that line on `close` is no longer the closing price. Where the script reads the price above the line and its
    /// own value below, one word means two things, which is a warning; else it is a hint. Indicators that are called
    /// without prices (`atr(14)`) go on to take those of the market.
    ///
    /// # Cure
    /// Give the value a name of its own: `smooth_close = ema(close, 3)`.
    ///
    /// # Reported
    /// ```signal
    /// above = close > sma(close, 50)
    /// close = ema(close, 3)
    /// dip = close < sma(close, 10) and above
    /// ```
    /// # Not reported
    /// ```signal
    /// above = close > sma(close, 50)
    /// smooth_close = ema(close, 3)
    /// dip = smooth_close < sma(smooth_close, 10) and above
    /// rsi = rsi(close, 14)
    /// ```
    shadowed_builtin, Group::Names, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    let mut seen = Set::default();
    for (id, definition) in facts.bindings.iter() {
        let name = facts.source.slice(definition.name);
        // What an author declared is the author's own.
        let data = facts.catalog.get(name).filter(|entry| entry.kind == Kind::Variable);
        if data.is_none_or(|entry| entry.evidence == Evidence::Declared) || !seen.insert(name) {
            continue;
        }
        let above = read_above(facts, id, definition.statement);
        let read = facts.uses().reads(id) > 0;
        let mut finding = match above {
            Some(place) if read && read_below(facts, id) => report
                .at(definition.name, format!("from here on `{name}` is not the market's `{name}` any more"))
                .label(place, "here it still is"),
            _ => {
                let mut finding =
                    report.at(definition.name, format!("`{name}` hides the market's `{name}` from here on"));
                finding.severity = Severity::Hint;
                finding
            }
        };
        finding = finding.help(format!("give it a name of its own, such as `my_{name}`"));
        report.push(finding);
    }
}

/// Where an earlier statement than the first definition reads the name.
fn read_above(facts: &Facts<'_>, first: DefinitionId, statement: usize) -> Option<Span> {
    let tree = facts.tree();
    let end = statement.checked_sub(1).map_or(0, |before| tree.statements()[before].exprs_end as usize);
    let id = tree.ids().take(end).find(|id| facts.bindings.later(*id) == Some(first))?;
    Some(tree.span(id))
}

/// Whether a later statement reads the definition.
fn read_below(facts: &Facts<'_>, definition: DefinitionId) -> bool {
    facts.tree().ids().any(|id| facts.bindings.of(id) == Some(definition))
}
