//! What the script and its range explain without any result.

use serde_json::Value;
use signal_analysis::{ActionKind, Facts, Unit, chain};
use signal_market::Date;
use signal_project::Mode;
use signal_text::{Diagnostic, Label};

use super::Note;
use super::counts::Counted;
use crate::render::number::{count, significant, whole};

/// Rules whose findings may explain why a script trades seldom.
const TELLING: [&str; 6] = [
    "impossible-condition",
    "self-comparison",
    "ticker-not-in-universe",
    "size-out-of-range",
    "no-signal",
    "entry-and-exit-together",
];

/// The note on the warm-up.
#[derive(Clone, Debug)]
pub(super) struct WarmupNote {
    pub(super) note: Note,
    /// Whether it takes half of the range or more.
    pub(super) is_heavy: bool,
}

/// When the first signal could fire, where bars of the range go to the warm-up. The server's own word on the first usable
/// bar outranks the prediction.
pub(super) fn warmup(facts: &Facts<'_>, summary: &Value) -> Option<WarmupNote> {
    let report = facts.report();
    let warmup = report.warmup.filter(|warmup| *warmup > 0)?;
    let bars = summary.get("bars").and_then(Value::as_u64).or(report.window.as_ref().map(|window| window.bars.max))?;
    let said = summary.get("first_usable").and_then(Value::as_str);
    let said = said.and_then(|moment| moment.chars().take(10).collect::<String>().parse::<Date>().ok());
    let first = said.or(report.first_usable)?;
    let message = format!(
        "the first signal could fire on {first}: {} of the range's {} go to the warm-up",
        whole(warmup),
        count(bars, "bar")
    );
    let widest = report.widest.and_then(|widest| chain(facts.warmups(), widest).max_by_key(|link| link.adds));
    let mut note = Note::new("first-signal", widest.map(|link| facts.span(link.id)), message);
    if let Some(link) = widest {
        let label = format!("takes {}", count(link.adds, "bar"));
        note.labels.push(Label { span: facts.span(link.id), message: label });
    }
    Some(WarmupNote { note, is_heavy: warmup.saturating_mul(2) >= bars })
}

/// Findings of the check that bear on how often a script trades. What the counts tell of a signal is not told twice.
pub(super) fn findings(found: &[Diagnostic], signals: &[Counted]) -> Vec<Note> {
    let counted_outside = signals.iter().any(|signal| !signal.in_universe && signal.span.is_some());
    let telling = TELLING.iter().flat_map(|code| {
        found.iter().filter(move |finding| finding.code == *code).map(move |finding| (*code, finding))
    });
    telling
        .filter(|(code, _)| !(counted_outside && *code == "ticker-not-in-universe"))
        .map(|(code, finding)| Note {
            code,
            message: finding.message.clone(),
            span: Some(finding.span),
            labels: finding.labels.clone(),
            help: finding.help.clone(),
        })
        .collect()
}

/// A script that never enters anything.
pub(super) fn no_entry(facts: &Facts<'_>) -> Option<Note> {
    let orders = facts.orders();
    let enters = orders.iter().any(|(_, action)| action.kind != ActionKind::Exit);
    let first = facts.signals.first()?;
    (!enters && !orders.some_hidden).then(|| {
        Note::new(
            "no-entry",
            Some(facts.span(first.id)),
            "the script has exits and no entry, so it never opens a position",
        )
    })
}

/// Entries that are worth next to nothing.
pub(super) fn tiny_sizes(facts: &Facts<'_>) -> Vec<Note> {
    let settings = facts.settings();
    let (cash, leverage) = (settings.initial_cash.value, settings.leverage.value);
    let accounts = match settings.mode.value {
        Mode::Isolated => settings.universe.as_ref().map_or(1, |universe| universe.value.len().max(1)),
        Mode::Cross => 1,
    };
    let mut notes: Vec<Note> = Vec::new();
    for (_, action) in facts.orders().iter().filter(|(_, action)| action.kind == ActionKind::Entry) {
        let Some((sizing, amount)) = action.sizing.and_then(|sizing| Some((sizing, sizing.amount?))) else { continue };
        let worth = match sizing.unit {
            Unit::Weight => amount * cash / accounts as f64 * leverage,
            Unit::Cash => amount * leverage,
            Unit::Shares | Unit::Other => continue,
        };
        let span = facts.span(sizing.call);
        if worth > 0.0 && worth < 1.0 && notes.iter().all(|note| note.span != Some(span)) {
            let message = format!(
                "a first entry of this size is worth {} of the {} of initial cash",
                significant(worth),
                significant(cash)
            );
            let mut note = Note::new("tiny-size", Some(span), message);
            note.help = Some("exchanges have a least size for orders".to_owned());
            notes.push(note);
        }
    }
    notes
}
