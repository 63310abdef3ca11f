//! Waiting until the server takes another backtest: how long, and until one of two clocks says that it is over.

use std::future::Future;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use signal_api::{ApiError, Class, ErrorCode};

/// A rate limit that passes so soon is waited for without being asked to.
const SHORT: Duration = Duration::from_secs(60);
/// How often that is done for one run.
const SHORT_WAITS: u32 = 3;
/// A refusal that says no time, under `--wait-for-quota`: the next try, where our own count knows none either.
const NO_WORD: SignedDuration = SignedDuration::from_mins(15);
/// A server that asks for no wait at all is not asked in a burst: from the fourth time on this doubles, to a minute.
const SHORTEST: Duration = Duration::from_secs(1);
/// How often the clocks are looked at.
const TICK: Duration = Duration::from_secs(1);

/// How much refusal a run puts up with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Patience {
    /// `--wait-for-quota`.
    pub(crate) for_quota: bool,
    /// Waits that were made.
    pub(crate) waited: u32,
}

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waited {
    /// Its time has come.
    Over,
    /// The user left before.
    Left,
}

/// How long to wait after a refusal before the run is sent again: it was refused, so nothing was started. `None`: not at
/// all, tell the user. `free_at` is when a unit is free by our own count.
pub(crate) fn pause(
    error: &ApiError,
    patience: &mut Patience,
    free_at: impl FnOnce() -> Timestamp,
    now: Timestamp,
) -> Option<Duration> {
    let ApiError::Refused { code, retry_after, .. } = error else { return None };
    if error.class() != Class::Quota || *code == ErrorCode::RegistrationLimit {
        return None;
    }
    let may_wait = retry_after.is_some_and(|wait| is_short(code, wait)) && patience.waited < SHORT_WAITS;
    if !may_wait && !patience.for_quota {
        return None;
    }
    let shortest = SHORTEST * (1 << patience.waited.saturating_sub(SHORT_WAITS).min(6));
    patience.waited = patience.waited.saturating_add(1);
    let own = || {
        let free_at = free_at();
        let own = if free_at > now { free_at.duration_since(now) } else { NO_WORD };
        Duration::try_from(own).unwrap_or(SHORT)
    };
    Some(retry_after.unwrap_or_else(own).max(shortest))
}

/// Whether a wait is of the kind that is made without being asked for.
pub(super) fn is_short(code: &ErrorCode, wait: Duration) -> bool {
    !matches!(code, ErrorCode::FreeQuotaExceeded | ErrorCode::QuotaExceeded) && wait <= SHORT
}

/// A wait for a moment, by two clocks: the wall's stands still for nobody, but can be set; the machine's can't be set, but may
/// stand still while the machine sleeps. It is over as soon as either says so.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Countdown {
    /// When it is over, by the wall.
    pub(crate) until: Timestamp,
    began: Instant,
    length: Duration,
}

impl Countdown {
    /// A wait of so long, from now on, by both clocks.
    pub(crate) fn new(length: Duration, now: Timestamp, began: Instant) -> Self {
        let until = now.checked_add(SignedDuration::try_from(length).unwrap_or(SignedDuration::MAX));
        Self { until: until.unwrap_or(Timestamp::MAX), began, length }
    }

    /// What is left of it.
    pub(crate) fn left(&self, now: Timestamp, at: Instant) -> Duration {
        let by_wall = Duration::try_from(self.until.duration_since(now)).unwrap_or_default();
        by_wall.min(self.length.saturating_sub(at.duration_since(self.began)))
    }
}

/// Waits, and tells every second how long it will still be.
pub(crate) async fn wait(
    countdown: Countdown,
    mut tell: impl FnMut(Duration),
    mut stop: impl Future<Output = ()> + Unpin,
) -> Waited {
    loop {
        let left = countdown.left(Timestamp::now(), Instant::now());
        if left.is_zero() {
            return Waited::Over;
        }
        tell(left);
        tokio::select! {
            biased;
            () = &mut stop => return Waited::Left,
            () = tokio::time::sleep(left.min(TICK)) => {}
        }
    }
}
