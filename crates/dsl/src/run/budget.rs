//! How often all runs together ask the service how they go: far below the 300 requests a minute that it takes.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::journal::Journal;

/// Between two questions of one process when no other process asks: 120 a minute.
const SPACING: Duration = Duration::from_millis(500);
/// How long it is believed how many other processes ask.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// When the next question may be asked.
#[derive(Debug)]
struct Slots {
    next: Option<Instant>,
    /// Runs that this process watches.
    own: u32,
    /// Runs that all processes watch, and when they were counted.
    all: Option<(u32, Instant)>,
}

static SLOTS: Mutex<Slots> = Mutex::new(Slots { next: None, own: 0, all: None });

fn slots() -> MutexGuard<'static, Slots> {
    SLOTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A run that this process watches, as long as this lives.
pub(super) struct Watched;

impl Watched {
    pub(super) fn new() -> Self {
        slots().own += 1;
        Self
    }

    /// Waits until this process may ask once more.
    pub(super) async fn turn(&self) {
        let now = Instant::now();
        let at = {
            let mut slots = slots();
            let others = slots.others(now, watched);
            slots.reserve(now, spacing(others))
        };
        tokio::time::sleep(at.duration_since(now)).await;
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        slots().own -= 1;
    }
}

impl Slots {
    /// The next free moment, which is taken by this.
    fn reserve(&mut self, now: Instant, spacing: Duration) -> Instant {
        let at = self.next.map_or(now, |next| next.max(now));
        self.next = Some(at + spacing);
        at
    }

    /// Runs that other processes watch; each may be another process.
    fn others(&mut self, now: Instant, count: impl FnOnce() -> u32) -> u32 {
        let all = match self.all {
            Some((all, at)) if now.duration_since(at) < LOOK_AGAIN => all,
            _ => {
                let all = count();
                self.all = Some((all, now));
                all
            }
        };
        all.saturating_sub(self.own)
    }
}

/// Between two questions of this process, so that all of them together keep to the budget.
fn spacing(others: u32) -> Duration {
    SPACING * (others.min(1_000) + 1)
}

/// Runs on their way at a server that some process looks after.
fn watched() -> u32 {
    let Ok(journal) = Journal::open() else { return 0 };
    let records = journal.records();
    let watched =
        records.iter().filter(|record| !record.is_local() && record.state.is_going() && record.is_cared_for());
    u32::try_from(watched.count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_of_any_number_of_runs_keep_their_distance() {
        let start = Instant::now();
        let at = |milliseconds: u64| start + Duration::from_millis(milliseconds);
        let mut slots = Slots { next: None, own: 1, all: None };
        let asked: Vec<_> = (0..4).map(|_| slots.reserve(at(0), SPACING).duration_since(start).as_millis()).collect();
        assert_eq!(asked, [0, 500, 1_000, 1_500], "all at once are spread out");
        assert_eq!(slots.reserve(at(9_000), SPACING), at(9_000), "a pause is not made up for");
        assert_eq!(slots.reserve(at(9_100), SPACING), at(9_500));
    }

    #[test]
    fn many_processes_together_ask_no_more_than_one_alone() {
        for processes in [1_u32, 2, 10, 500] {
            let a_minute = 60.0 / spacing(processes - 1).as_secs_f64() * f64::from(processes);
            assert!((a_minute - 120.0).abs() < 1e-6, "{processes}: {a_minute}");
        }
    }

    #[test]
    fn other_processes_are_counted_now_and_then() {
        let start = Instant::now();
        let mut slots = Slots { next: None, own: 2, all: None };
        assert_eq!(slots.others(start, || 5), 3, "those of this process are its own matter");
        assert_eq!(slots.others(start + Duration::from_secs(29), || 9), 3);
        assert_eq!(slots.others(start + Duration::from_secs(30), || 9), 7);
        assert_eq!(slots.others(start + Duration::from_secs(60), || 0), 0);
    }
}
