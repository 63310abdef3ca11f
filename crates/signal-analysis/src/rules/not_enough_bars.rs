//! A range that is too short for an indicator.

use signal_catalog::Evidence;
use signal_text::{Diagnostic, Severity};

use crate::time::{Shortage, rests_on_default};
use crate::wording::range::{bars, count, label, start_date_fix};
use crate::{Facts, Link, Report, Verdict, Window, chain, rule::rule};

rule! {
    /// Finds indicator calls that need more bars than the date range holds.
    ///
    /// # Why
    /// The range must itself contain the bars that an indicator needs before its first value. The server answers
    /// `TA_OUT_OF_RANGE` to a range that is too short, and the attempt has cost a backtest of the quota.
    ///
    /// # Cure
    /// Start earlier, use a shorter period, or a shorter timeframe.
    ///
    /// # Reported
    /// ```signal
    /// #! timeframe  = 1d
    /// #! start_date = 2024-01-01
    /// #! end_date   = 2024-03-31
    /// uptrend = close > ema(close, 200)
    /// emit_signal(uptrend, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    /// # Not reported
    /// ```signal
    /// #! timeframe  = 1d
    /// #! start_date = 2021-01-01
    /// #! end_date   = 2024-03-31
    /// uptrend = close > ema(close, 200)
    /// emit_signal(uptrend, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    not_enough_bars, Group::Time, Severity::Error, needs_dates
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    let certain = |shortage: &&Shortage| shortage.verdict == Verdict::NotEnoughBars && !shortage.index;
    for shortage in facts.shortages().iter().filter(certain) {
        report.push(describe(facts, report, shortage));
    }
}

/// A shortage in words, with the chain that forces it and the start dates that would do.
pub(super) fn describe(facts: &Facts<'_>, report: &Report, shortage: &Shortage) -> Diagnostic {
    let Shortage { root, name, culprit, window, emitted, signals_known, .. } = *shortage;
    let warmup = facts.warmup(root);
    let who = name.map_or_else(|| "the signal".to_owned(), |name| format!("`{}`", facts.source.slice(name)));
    let at_least = if warmup.unknown.is_some() { "at least " } else { "" };
    let (needs, held) = (warmup.bars.saturating_add(1), count(window.bars.min, window.bars.max));
    let message = format!("{who} needs {at_least}{} of {}, and the range holds {held}", bars(needs), window.timeframe);
    let mut diagnostic = report.at(facts.span(culprit), message);
    let links: Vec<Link> = chain(facts.warmups(), root).collect();
    for link in &links {
        let remark = match links.len() {
            1 if link.adds == 1 => "has no value on the first bar".to_owned(),
            1 => format!("has no value on the first {}", bars(link.adds)),
            _ => format!("adds {}", bars(link.adds)),
        };
        diagnostic = diagnostic.label(facts.span(link.id), remark);
    }
    if name.is_none() {
        diagnostic = diagnostic.label(facts.span(root), "for this signal");
    }
    diagnostic = label(facts, diagnostic, &window);
    if !emitted {
        diagnostic.severity = Severity::Warning;
        if signals_known {
            diagnostic = diagnostic.help("no signal depends on it, but the server may compute it all the same");
        }
    } else if warmup.proven < window.bars.max {
        // What goes beyond the proven part rests on an assumption about the language.
        diagnostic.severity = diagnostic.severity.min(Severity::Warning);
        if let Some(link) = links.iter().find(|link| is_assumed(facts, link)) {
            let text = facts.text(link.id);
            let help = match facts.calls.get(link.id) {
                Some(call) if rests_on_default(call, &facts.constants) => {
                    format!(
                        "`{text}` leaves a period to its default, which is TA-Lib's here and may be another at the service"
                    )
                }
                _ => format!("how many bars `{text}` needs is assumed, not documented"),
            };
            diagnostic = diagnostic.help(help);
        }
    }
    with_start_dates(facts, diagnostic, &window, warmup.bars)
}

/// Whether what a link adds rests on an assumption about the language.
fn is_assumed(facts: &Facts<'_>, link: &Link) -> bool {
    let Some(call) = facts.calls.get(link.id) else { return true };
    rests_on_default(call, &facts.constants)
        || call.bound().is_some_and(|binding| binding.ambiguous || binding.signature.evidence < Evidence::TaLib)
}

/// Start dates that would do, as help and as fixes.
fn with_start_dates(facts: &Facts<'_>, mut diagnostic: Diagnostic, window: &Window, warmup: u64) -> Diagnostic {
    let one = window.start_for_one_bar(warmup);
    // All bars of a range that holds none for certain, a single day or one to come, are usable before one is there.
    let same = window.start_for_same_window(warmup).filter(|same| one.is_none_or(|one| *same < one));
    let advice = match (one, same) {
        (Some(one), Some(same)) => {
            format!(
                "start on {same} to make every bar from {} on usable, or on {one} at the latest for a single one",
                window.range.start
            )
        }
        (Some(one), None) | (None, Some(one)) => format!("start on {one} at the latest"),
        (None, None) => "no start date gives that many bars: use a shorter period or timeframe".to_owned(),
    };
    diagnostic.help = Some(match diagnostic.help.take() {
        Some(help) => format!("{help}; {advice}"),
        None => advice,
    });
    for (date, what) in [(same, "so that the whole range is usable"), (one, "for one usable bar")] {
        if let Some(date) = date {
            diagnostic = start_date_fix(facts, diagnostic, date, what);
        }
    }
    diagnostic
}
