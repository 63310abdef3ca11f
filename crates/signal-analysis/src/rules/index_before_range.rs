//! An index that looks back beyond the first bar of the range.

use signal_text::Severity;

use super::not_enough_bars::describe;
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
    index_before_range, Group::Time, Severity::Warning, needs_dates
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    for shortage in facts.shortages().iter().filter(|shortage| shortage.index) {
        let certainty = match shortage.verdict {
            Verdict::NotEnoughBars => "looks",
            // What no signal needs is worth a word only when it is certain.
            _ if !shortage.emitted => continue,
            _ => "may look",
        };
        let mut diagnostic = describe(facts, report, shortage);
        let index = one_line(facts.text(shortage.culprit));
        diagnostic.message = format!("`{index}` {certainty} back beyond the first bar: {}", diagnostic.message);
        report.push(diagnostic);
    }
}
