//! Entries that together ask for more than there is.

use signal_project::Mode;
use signal_syntax::{CompareOp, UnaryOp};
use signal_text::{Diagnostic, Severity};

use super::size_out_of_range::most;
use crate::maps::Map;
use crate::{Action, ActionKind, Facts, Node, Order, Report, Side, Sizing, Unit, ValueId, Values, rule::rule};

rule! {
    /// Finds entries that fire together and whose weights add up to more than the equity.
    ///
    /// # Why
    /// A weight is a share of the equity. What is left after the first fills is less than the next one asks for, so that
    /// the order of the lines decides what is bought. Under a leverage of 3 there is three times the equity. Where each ticker is
    /// run by itself (`mode = isolated`), only entries of the same ticker add up.
    ///
    /// # Reported
    /// ```signal
    /// #! mode = cross
    /// oversold = rsi(close, 14) < 30
    /// emit_signal(oversold, entry("BINANCE:BTC/USDT", "LONG", Weight(0.6)))
    /// emit_signal(oversold, entry("BINANCE:ETH/USDT", "LONG", Weight(0.6)))
    /// ```
    /// # Not reported
    /// ```signal
    /// #! mode = cross
    /// oversold = rsi(close, 14) < 30
    /// emit_signal(oversold, entry("BINANCE:BTC/USDT", "LONG", Weight(0.6)))
    /// emit_signal(oversold, entry("BINANCE:ETH/USDT", "LONG", Weight(0.4)))
    /// ```
    overcommitted, Group::Signals, Severity::Warning
}

/// An entry by weight.
#[derive(Clone, Copy)]
struct Weighted<'f> {
    order: &'f Order,
    action: &'f Action,
    market: usize,
    weight: f64,
}

/// Entries that are pointed at beside the one that is too much.
const LABELS: usize = 4;

fn check(facts: &Facts<'_>, report: &mut Report) {
    let most = most(facts);
    let cross = facts.settings().mode.value == Mode::Cross;
    let entries: Vec<Weighted<'_>> = facts
        .orders()
        .of_kind(ActionKind::Entry)
        .filter(|(order, ..)| !order.chosen)
        .filter_map(|(order, action, market)| match action.sizing {
            // A single weight that is too much is another rule's.
            Some(Sizing { unit: Unit::Weight, amount: Some(weight), .. }) if weight > 0.0 && weight <= most => {
                Some(Weighted { order, action, market, weight })
            }
            _ => None,
        })
        .collect();
    if entries.len() < 2 {
        return;
    }
    let found = at_once(facts, report, &entries, most, cross);
    if cross
        && found.is_empty()
        && let Some(finding) = held_at_once(facts, report, &entries, most)
    {
        report.push(finding);
    }
    for finding in found {
        report.push(finding);
    }
}

/// Entries that fire on the very same bars.
fn at_once(facts: &Facts<'_>, report: &Report, entries: &[Weighted<'_>], most: f64, cross: bool) -> Vec<Diagnostic> {
    // By condition, and where each ticker has an account of its own, by ticker and side.
    let mut groups: Map<(ValueId, Option<(usize, Side)>), usize> = Map::default();
    let mut sums: Vec<Vec<Weighted<'_>>> = Vec::new();
    for entry in entries {
        let account = (!cross).then_some((entry.market, entry.action.side));
        let group = *groups.entry((facts.condition_of(entry.order), account)).or_insert_with(|| {
            sums.push(Vec::new());
            sums.len() - 1
        });
        let repeated = sums[group].iter().rev().take(LABELS).any(|other| other.order.action == entry.order.action);
        if !repeated {
            sums[group].push(*entry);
        }
    }
    let too_much = |group: &Vec<Weighted<'_>>| {
        let (last, sum) = passes(group, most)?;
        let message = format!("with the entries on the same bars this makes {}", share(sum, most));
        Some(describe(facts, report, group, last, message, most))
    };
    sums.iter().filter_map(too_much).collect()
}

/// Tickers that are entered under conditions of their own, in one account: too much when all are held.
fn held_at_once(facts: &Facts<'_>, report: &Report, entries: &[Weighted<'_>], most: f64) -> Option<Diagnostic> {
    // Where one ticker is left as another is entered, they take turns.
    let entered: Map<ValueId, usize> =
        entries.iter().map(|entry| (facts.condition_of(entry.order), entry.market)).collect();
    let mut exits = facts.orders().of_kind(ActionKind::Exit);
    if exits.any(|(order, _, market)| entered.get(&facts.condition_of(order)).is_some_and(|other| *other != market)) {
        return None;
    }
    let mut by_market: Map<usize, Weighted<'_>> = Map::default();
    for entry in entries {
        let largest = by_market.entry(entry.market).or_insert(*entry);
        if entry.weight > largest.weight {
            *largest = *entry;
        }
    }
    let mut held: Vec<Weighted<'_>> = by_market.into_values().collect();
    held.sort_by_key(|entry| entry.order.signal);
    let few = &held[..held.len().min(COMPARED)];
    if few.iter().any(|one| few.iter().any(|other| take_turns(facts, one, other))) {
        return None;
    }
    let (last, sum) = passes(&held, most)?;
    let message = format!("if all of these are held at once, they take {}", share(sum, most));
    let mut finding = describe(facts, report, &held, last, message, most);
    finding.severity = Severity::Info;
    Some(finding)
}

/// Tickers whose conditions are held against each other.
const COMPARED: usize = 16;

/// Whether two tickers are entered under opposite conditions and both are left again.
fn take_turns(facts: &Facts<'_>, one: &Weighted<'_>, other: &Weighted<'_>) -> bool {
    let is_left = |entry: &Weighted<'_>| {
        facts
            .orders()
            .of_kind(ActionKind::Exit)
            .any(|(_, action, market)| market == entry.market && action.side.may_be(entry.action.side))
    };
    exclude(facts.values(), facts.condition_of(one.order), facts.condition_of(other.order))
        && is_left(one)
        && is_left(other)
}

/// Whether two conditions evidently never hold together: one is the other's opposite, or they part the same numbers.
fn exclude(values: &Values, a: ValueId, b: ValueId) -> bool {
    match (values.node(a), values.node(b)) {
        (Node::Unary(UnaryOp::Not, inner), _) if inner == b => true,
        (_, Node::Unary(UnaryOp::Not, inner)) if inner == a => true,
        // Values write every comparison with `<` or `<=`.
        (Node::Compare(first, low, high), Node::Compare(second, other_low, other_high)) => {
            let strict = first == CompareOp::Less || second == CompareOp::Less;
            let ordered = |op| matches!(op, CompareOp::Less | CompareOp::LessEqual);
            let at_most = |least: ValueId, most: ValueId| match (values.number(least), values.number(most)) {
                (Some(least), Some(most)) => least < most || (strict && least == most),
                _ => strict && least == most,
            };
            ordered(first)
                && ordered(second)
                && ((low == other_high && at_most(high, other_low)) || (high == other_low && at_most(other_high, low)))
        }
        _ => false,
    }
}

/// The entry with which the sum passes the most, and the sum of all.
fn passes(entries: &[Weighted<'_>], most: f64) -> Option<(usize, f64)> {
    // Ten tenths are a little more than one.
    let most = most * (1.0 + 1e-9);
    let mut sum = 0.0;
    let mut last = None;
    for (n, entry) in entries.iter().enumerate() {
        sum += entry.weight;
        if sum > most && last.is_none() {
            last = Some(n);
        }
    }
    last.map(|last| (last, sum))
}

fn describe(
    facts: &Facts<'_>,
    report: &Report,
    group: &[Weighted<'_>],
    last: usize,
    message: String,
    most: f64,
) -> Diagnostic {
    // A size that has a name may be that of several entries.
    let place = |entry: &Weighted<'_>| {
        let (entry, size) = (facts.span(entry.action.call), entry.action.sizing.map(|sizing| facts.span(sizing.call)));
        size.filter(|size| size.start > entry.start && size.end <= entry.end).unwrap_or(entry)
    };
    let mut finding =
        report.at(place(&group[last]), message).help(format!("choose weights that sum to {most} at most"));
    for entry in group.iter().enumerate().filter(|(n, _)| *n != last).map(|(_, entry)| entry).take(LABELS) {
        if place(entry) != finding.span {
            finding = finding.label(place(entry), format!("{} here", entry.weight));
        }
    }
    finding
}

/// A sum as it is read: in percent, and beside the leverage where there is one.
fn share(sum: f64, most: f64) -> String {
    let percent = (sum * 100.0).round();
    match most > 1.0 {
        true => format!("{percent} % of the equity, and the leverage of {most} allows {} %", (most * 100.0).round()),
        false => format!("{percent} % of the equity"),
    }
}
