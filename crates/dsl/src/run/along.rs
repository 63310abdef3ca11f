//! Following a run that another process looks after, from the journal alone.

use std::future::Future;
use std::time::Duration;

use super::{Event, Watcher};
use crate::failure::Failure;
use crate::journal::{Record, State};

/// How often the record is read.
const PAUSE: Duration = Duration::from_millis(200);

/// Waits until the run is over or nobody looks after it any more; false: the user left before.
///
/// # Errors
/// When the record can't be read any more.
pub(crate) async fn along(
    record: &mut Record,
    watcher: &mut dyn Watcher,
    stop: impl Future<Output = ()>,
) -> Result<bool, Failure> {
    let mut stop = std::pin::pin!(stop);
    let mut told = None;
    loop {
        // Asked first: who lets go has written before.
        let cared_for = record.is_cared_for();
        record.refresh()?;
        if !cared_for || record.state.is_over() && record.state != State::Completed {
            return Ok(true);
        }
        if told != Some(record.state) {
            told = Some(record.state);
            watcher.tell(&Event::Elsewhere { state: record.state });
        }
        tokio::select! {
            biased;
            () = stop.as_mut() => return Ok(false),
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}
