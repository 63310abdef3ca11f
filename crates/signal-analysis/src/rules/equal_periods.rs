//! A fast and a slow period that are the same.

use signal_text::Severity;

use crate::wording::periods::{Pair, pair};
use crate::{Facts, Report, rule::rule};

rule! {
    /// Finds calls whose fast and slow period are the same.
    ///
    /// # Why
    /// MACD and its relatives are the difference of a fast and a slow average. With equal periods both averages are the same
    /// one, their difference is 0 on every bar, and no signal that rests on it can ever fire.
    ///
    /// # Reported
    /// ```signal
    /// momentum = ppo(close, 12, 12)
    /// ```
    /// # Not reported
    /// ```signal
    /// momentum = ppo(close, 12, 26)
    /// ```
    equal_periods, Group::Names, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    for call in &facts.calls {
        let Some(Pair { fast, slow, place, alike, .. }) = pair(facts, call) else { continue };
        if fast.value != slow.value || !alike {
            continue;
        }
        let by_default = if fast.argument.is_none() || slow.argument.is_none() {
            let left_out = if fast.argument.is_none() { fast.name } else { slow.name };
            format!(" (`{left_out}` by default)")
        } else {
            String::new()
        };
        report.push(
            report
                .at(
                    place,
                    format!("the fast and the slow period of `{}` are both {}{by_default}", call.name, fast.value),
                )
                .help("the difference of the two averages is 0 on every bar; make the fast one shorter"),
        );
    }
}
