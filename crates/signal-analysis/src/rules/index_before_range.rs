//! An index that looks back beyond the first bar of the range.

use signal_text::Severity;

use super::not_enough_bars::{describe, findings};
use crate::wording::one_line;
use crate::{Facts, Report, Verdict, rule::rule};

rule! {
    /// Finds indexes that look back beyond the first bar of the range, such as `close[-500]` in a year of daily bars.
    ///
    /// # Why
    /// `x[-1]` is the current bar and `x[-500]` the one 499 bars before it. In a range with fewer bars there is never such a
    /// bar, so the server has no value to give, and the signal never fires. That indexes count like this is an
    /// assumption, hence a warning.
    ///
    /// # Cure
    /// Start earlier, or look back less far.
    ///
    /// # Reported
    /// ```signal
    /// #! timeframe  = 1d
    /// #! start_date = 2024-01-01
    /// #! end_date   = 2024-12-31
    /// risen = close > close[-500]
    /// emit_signal(risen, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    /// # Not reported
    /// ```signal
    /// #! timeframe  = 1d
    /// #! start_date = 2024-01-01
    /// #! end_date   = 2024-12-31
    /// risen = close > close[-100]
    /// emit_signal(risen, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    index_before_range, Group::Time, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    for (verdict, certainty) in [(Verdict::NotEnoughBars, "looks"), (Verdict::Uncertain, "may look")] {
        for finding in findings(facts, verdict) {
            // What no signal needs is worth a word only when it is certain.
            if !finding.index || !(finding.emitted || verdict == Verdict::NotEnoughBars) {
                continue;
            }
            let mut diagnostic = describe(facts, report, finding);
            let index = one_line(facts.text(finding.culprit));
            diagnostic.message = format!("`{index}` {certainty} back beyond the first bar: {}", diagnostic.message);
            report.push(diagnostic);
        }
    }
}
