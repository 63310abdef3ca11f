//! The user's wish to leave: Ctrl-C, or the end of the terminal or the session.
//!
//! Who started this process may have wished that it hears none of them (`nohup dsl run ...`): then it does not.

#[cfg(unix)]
use std::sync::LazyLock;
#[cfg(unix)]
use std::task::Poll;
use std::time::Duration;

use tokio::sync::watch;

/// Hears Ctrl-C, SIGTERM and SIGHUP as long as it lives.
#[derive(Clone, Debug)]
pub(crate) struct Signals {
    heard: watch::Receiver<Heard>,
}

/// What was heard so far.
#[derive(Clone, Copy, Debug, Default)]
struct Heard {
    /// How often.
    times: u32,
    /// Whether it was more than a key: then nobody is there to press another one.
    is_end: bool,
}

impl Signals {
    /// Listens from now on. Needs a runtime.
    pub(crate) fn listen() -> Self {
        let (sender, heard) = watch::channel(Heard::default());
        let (mut interrupts, mut ends) = (interrupts(), ends());
        tokio::spawn(async move {
            loop {
                let is_end = tokio::select! {
                    () = interrupts.next() => false,
                    () = ends.next() => true,
                };
                sender.send_modify(|heard| {
                    heard.times += 1;
                    heard.is_end |= is_end;
                });
            }
        });
        Self { heard }
    }

    /// Resolves when something was heard.
    pub(crate) async fn first(&self) {
        self.times(1).await;
    }

    /// How often something was heard so far.
    pub(crate) fn count(&self) -> u32 {
        self.heard.borrow().times
    }

    /// Whether another Ctrl-C came after `count`, or comes within `wait`. Where the terminal has gone, nobody waits.
    pub(crate) async fn again(&self, count: u32, wait: Duration) -> bool {
        !self.heard.borrow().is_end
            && tokio::time::timeout(wait, self.times(count + 1)).await.is_ok()
            && !self.heard.borrow().is_end
    }

    async fn times(&self, times: u32) {
        let mut heard = self.heard.clone();
        // Where the system can't tell, nobody ever leaves.
        if heard.wait_for(|heard| heard.times >= times).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Some signals, heard from the moment this was made.
struct Kinds {
    #[cfg(unix)]
    kinds: Vec<tokio::signal::unix::Signal>,
    #[cfg(not(unix))]
    is_interrupt: bool,
}

#[cfg(unix)]
impl Kinds {
    fn of(kinds: &[tokio::signal::unix::SignalKind]) -> Self {
        let heard = kinds.iter().filter(|kind| !is_ignored(kind.as_raw_value()));
        Self { kinds: heard.filter_map(|kind| tokio::signal::unix::signal(*kind).ok()).collect() }
    }

    async fn next(&mut self) {
        std::future::poll_fn(|context| {
            let heard = self.kinds.iter_mut().any(|kind| kind.poll_recv(context).is_ready());
            if heard { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
}

/// Whether a signal was ignored when this process began to listen. Only Linux tells without unsafe code.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    static IGNORED: LazyLock<u64> = LazyLock::new(|| {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
    });
    (1..=64).contains(&signal) && *IGNORED >> (signal - 1) & 1 == 1
}

#[cfg(unix)]
fn interrupts() -> Kinds {
    Kinds::of(&[tokio::signal::unix::SignalKind::interrupt()])
}

#[cfg(unix)]
fn ends() -> Kinds {
    use tokio::signal::unix::SignalKind;
    Kinds::of(&[SignalKind::terminate(), SignalKind::hangup()])
}

#[cfg(not(unix))]
impl Kinds {
    async fn next(&mut self) {
        if !self.is_interrupt || tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(not(unix))]
fn interrupts() -> Kinds {
    Kinds { is_interrupt: true }
}

#[cfg(not(unix))]
fn ends() -> Kinds {
    Kinds { is_interrupt: false }
}

/// Lets nothing end this process before its work is done, as far as that is ours to say.
pub(crate) fn ignore() {
    let (mut interrupts, mut ends) = (interrupts(), ends());
    tokio::spawn(async move {
        loop {
            tokio::select! {
                () = interrupts.next() => {}
                () = ends.next() => {}
            }
        }
    });
}
