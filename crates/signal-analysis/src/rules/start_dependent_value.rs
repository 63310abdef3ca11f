//! A cumulative value whose level decides.

use signal_catalog::Kind;
use signal_text::Severity;

use crate::time::level::level_reads;
use crate::{Facts, Report, rule::rule};

rule! {
    /// Finds conditions that the level of a cumulative indicator (OBV, AD, CUMSUM and their like) decides.
    ///
    /// # Why
    /// Such an indicator adds up from the first bar of the range on, so its level says when the range starts, not how the
    /// market is. Move `start_date` by a day and the condition holds on other bars.
    ///
    /// # Cure
    /// Compare it with itself: with its average, `obv > sma(obv, 20)`, or with its value some bars ago, `obv > obv[-6]`.
    ///
    /// # Reported
    /// ```signal
    /// flow = obv(close, volume)
    /// buying = flow > 1000000
    /// ```
    /// # Not reported
    /// ```signal
    /// flow = obv(close, volume)
    /// buying = flow > sma(flow, 20)
    /// ```
    start_dependent_value, Group::Time, Severity::Warning, needs_dates
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    for read in level_reads(facts) {
        let name = facts.calls.get(read.source).map_or("the sum", |call| call.name);
        let text = facts.text(read.at);
        let what = match text {
            _ if facts
                .calls
                .get(read.at)
                .is_some_and(|call| call.entry.is_some_and(|entry| entry.kind == Kind::Sizing)) =>
            {
                "this size".to_owned()
            }
            text if text.len() <= 60 && !text.contains('\n') => format!("whether `{text}` holds"),
            _ => "whether this holds".to_owned(),
        };
        let how = if read.fades { "averages over all bars since then" } else { "adds up from the first bar on" };
        let message = format!("{what} depends on the day the range starts: `{name}` {how}");
        let mut finding = report.at(facts.span(read.at), message);
        let (source, at) = (facts.span(read.source), facts.span(read.at));
        if source.start < at.start || source.end > at.end {
            finding = finding.label(source, "adds up from the first bar of the range");
        }
        finding = if read.fades {
            // An average since the start forgets it little by little, and people do compare with it.
            finding.severity = Severity::Info;
            finding.help("an average over a number of bars does not, such as `vwma(close, 20)`")
        } else {
            finding
                .help("compare it with its own average, `x > sma(x, 20)`, or with its value some bars ago, `x > x[-6]`")
        };
        report.push(finding);
    }
}
