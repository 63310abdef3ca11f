//! Positions that the script enters and does not leave yet: what the next exit is most probably about.

use std::collections::HashMap;

use signal_analysis::{ActionKind, Side};

use crate::snapshot::Snapshot;

/// A position that is entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OpenPosition {
    /// On what.
    pub(super) ticker: String,
    /// `LONG` or `SHORT`.
    pub(super) side: &'static str,
}

/// The one that was entered last. The action that is being written at `offset` is not looked at.
pub(super) fn latest(snapshot: &Snapshot, offset: u32) -> Option<OpenPosition> {
    let facts = snapshot.facts();
    let (mut entered, mut left) = (Vec::new(), HashMap::<Option<usize>, [bool; 2]>::new());
    for (_, action) in facts.orders().iter().filter(|(_, action)| !facts.span(action.call).touches(offset)) {
        match (action.kind, action.side, action.market) {
            (ActionKind::Entry, side @ (Side::Long | Side::Short), Some(market)) => entered.push((market, side)),
            (ActionKind::Exit, side, market) => {
                // An exit of a ticker that can't be told, which has the key `None`, may be of any.
                let sides = left.entry(market).or_default();
                sides[0] |= side.may_be(Side::Long);
                sides[1] |= side.may_be(Side::Short);
            }
            _ => {}
        }
    }
    let is_left = |market: usize, side: Side| {
        let mut exits = [None, Some(market)].into_iter().filter_map(|key| left.get(&key));
        exits.any(|sides| sides[usize::from(side == Side::Short)])
    };
    let (market, side) = entered.into_iter().rev().find(|(market, side)| !is_left(*market, *side))?;
    Some(OpenPosition { ticker: facts.tickers.markets.get(market)?.to_string(), side: side.word() })
}
