//! The exit codes: one table, which the help prints and the tests read.

/// How the command ends. The numbers are a promise to scripts and CI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done and clean.
    Done = 0,
    /// Findings at or above `--fail-on`, a `--fail-if` that held, what `dsl fmt` would change or can't parse, or a problem of
    /// `dsl doctor`'s.
    Findings = 1,
    /// Wrong usage, or a setting that can't be used.
    Usage = 2,
    /// A file, rule or id that does not exist.
    NotFound = 3,
    /// No API key, or one that is refused.
    Key = 4,
    /// Quota or rate limit.
    Quota = 5,
    /// The network or the server failed.
    Network = 6,
    /// The backtest failed or was cancelled.
    Failed = 7,
    /// Detached; the run goes on.
    Detached = 8,
}

/// Every code with its meaning, in order.
pub(crate) const TABLE: [(Exit, &str); 9] = [
    (Exit::Done, "done, nothing to complain about"),
    (
        Exit::Findings,
        "findings at or above --fail-on, a --fail-if that held, what fmt would change, a problem that doctor found",
    ),
    (Exit::Usage, "wrong usage, or a setting that can't be used"),
    (Exit::NotFound, "a file, rule or id was not found"),
    (Exit::Key, "no API key, or one that is refused"),
    (Exit::Quota, "quota or rate limit reached"),
    (Exit::Network, "the network or the server failed"),
    (Exit::Failed, "the backtest failed or was cancelled"),
    (Exit::Detached, "detached: the backtest goes on at the server"),
];

/// The most urgent first: what may have cost something without an answer, what stops every run, what is wrong with one.
const URGENCY: [Exit; 9] = [
    Exit::Network,
    Exit::Key,
    Exit::Quota,
    Exit::Usage,
    Exit::NotFound,
    Exit::Failed,
    Exit::Findings,
    Exit::Detached,
    Exit::Done,
];

impl Exit {
    /// How several runs end together: as the most urgent of them, by 6, 4, 5, 2, 3, 7, 1, 8, 0.
    pub(crate) fn of_several(exits: impl IntoIterator<Item = Self>) -> Self {
        let urgency = |exit: &Self| URGENCY.iter().position(|other| other == exit);
        exits.into_iter().min_by_key(urgency).unwrap_or(Self::Done)
    }

    /// The number that the shell sees.
    pub(crate) const fn code(self) -> u8 {
        self as u8
    }
}

/// The table as the help shows it.
pub(crate) fn help() -> String {
    let mut text = String::from("Exit codes:\n");
    for (exit, meaning) in TABLE {
        text.push_str("  ");
        text.push((b'0' + exit.code()) as char);
        text.push_str("  ");
        text.push_str(meaning);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_urgent_of_several_endings_counts() {
        assert_eq!(Exit::of_several([]), Exit::Done);
        assert_eq!(Exit::of_several([Exit::Done, Exit::Findings, Exit::Detached]), Exit::Findings);
        assert_eq!(Exit::of_several([Exit::Failed, Exit::Quota, Exit::Network, Exit::Done]), Exit::Network);
        assert!(TABLE.iter().all(|(exit, _)| URGENCY.contains(exit)));
    }

    #[test]
    fn codes_are_listed_in_order_without_a_gap() {
        for (at, (exit, _)) in TABLE.iter().enumerate() {
            assert_eq!(usize::from(exit.code()), at);
        }
    }
}
