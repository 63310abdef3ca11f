//! Says that a server has not answered yet: silence looks like a program that hangs.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Silence before the first remark. Each further one comes after twice the time of the one before.
const FIRST: Duration = Duration::from_secs(5);

/// Watches how long an answer takes, from a thread of its own, as long as it lives.
pub(super) struct Waiting {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// When the server was asked; `None`: nothing is awaited of it.
    asked: Option<Instant>,
    /// Remarks since then.
    told: u32,
    over: bool,
}

impl Waiting {
    /// Remarks go to `say`, with the time waited so far.
    pub(super) fn new(say: impl FnMut(Duration) + Send + 'static) -> Self {
        Self::with(FIRST, say)
    }

    fn with(first: Duration, mut say: impl FnMut(Duration) + Send + 'static) -> Self {
        let shared = Arc::new(Shared::default());
        let own = Arc::clone(&shared);
        // Without a thread nothing is said, which is no reason not to run.
        let thread =
            std::thread::Builder::new().name("waiting".to_owned()).spawn(move || own.watch(first, &mut say)).ok();
        Self { shared, thread }
    }

    /// The server was asked something, or sent a part of its answer.
    pub(super) fn begins(&self) {
        self.set(Some(Instant::now()));
    }

    /// The server has answered.
    pub(super) fn ends(&self) {
        self.set(None);
    }

    fn set(&self, asked: Option<Instant>) {
        let mut state = self.shared.lock();
        state.asked = asked;
        state.told = 0;
        self.shared.changed.notify_one();
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.shared.lock().over = true;
        self.shared.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            // Nothing is said any more once this has gone; a thread that panicked says nothing either.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watch(&self, first: Duration, say: &mut dyn FnMut(Duration)) {
        let mut state = self.lock();
        while !state.over {
            let left =
                state.asked.map(|asked| (first * 2_u32.saturating_pow(state.told)).saturating_sub(asked.elapsed()));
            state = match left {
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(Duration::ZERO) => {
                    state.told = (state.told + 1).min(20);
                    say(state.asked.map_or(Duration::ZERO, |asked| asked.elapsed()));
                    state
                }
                Some(left) => self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn a_long_silence_is_told_again_and_again_until_it_ends() {
        let (sender, heard) = mpsc::channel();
        let waiting = Waiting::with(Duration::from_millis(5), move |waited| {
            let _ = sender.send(waited);
        });
        waiting.begins();
        let first = heard.recv().unwrap();
        let second = heard.recv().unwrap();
        assert!(first >= Duration::from_millis(5) && second >= Duration::from_millis(10), "{first:?} {second:?}");
        waiting.ends();
        drop(waiting);
        // The thread has gone, and with it the sender: what it said before can be read, and then there is an end.
        assert!(heard.iter().count() < 20);
    }

    #[test]
    fn nothing_is_said_while_nothing_is_awaited() {
        let (sender, heard) = mpsc::channel();
        let waiting = Waiting::with(Duration::ZERO, move |waited| {
            let _ = sender.send(waited);
        });
        waiting.ends();
        drop(waiting);
        assert_eq!(heard.iter().count(), 0);
    }
}
