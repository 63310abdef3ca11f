//! Completion at many places of a script, as an editor shows it.

mod everywhere;
mod first;
mod inserted;
mod places;

use signal_text::Span;

use super::{Completion, Item, Manner, completion, names::may_become};
use crate::snapshot::Snapshot;
use crate::testing::at_cursor;

/// What an editor offers at the cursor: it compares what is written with the items, and sorts them.
fn offered(snapshot: &Snapshot, offset: u32) -> (Vec<Item>, Completion) {
    let answer = completion(snapshot, offset, Manner { snippets: true, trigger: None });
    let typed = snapshot.source().slice(Span::new(answer.replaced.start, offset)).to_lowercase();
    let mut items = answer.items.clone();
    items.retain(|item| may_become(&typed, item.filter.as_ref().unwrap_or(&item.label)));
    items.sort_by(|a, b| (a.rank, &a.label).cmp(&(b.rank, &b.label)));
    (items, answer)
}

/// The first six of them; what is chosen beforehand is in `«»`.
fn shown(marked: &str) -> String {
    let (snapshot, offset) = at_cursor(marked);
    let (items, _) = offered(&snapshot, offset);
    let labels = items.iter().take(6).map(|item| match item.preselect {
        true => format!("«{}»", item.label),
        false => item.label.clone(),
    });
    let mut labels: Vec<String> = labels.collect();
    if items.len() > 6 {
        labels.push("…".to_owned());
    }
    if labels.is_empty() { "nothing".to_owned() } else { labels.join(" | ") }
}

fn check(cases: &[(&str, &str)]) {
    for (marked, expected) in cases {
        assert_eq!(shown(marked), *expected, "{marked}");
    }
}
