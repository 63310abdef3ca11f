//! Work on many things at once, results in the order of the things.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;

/// A worker hands over results by the batch, since waking the consumer for a single small script costs as much as a part
/// of its check. Each thread has at least so many batches to do, lest some are idle at the end.
const BATCHES: usize = 32;

/// More at a time would save nothing, and keep the reader waiting.
const LARGEST_BATCH: usize = 16;

/// Calls `work` for `0..count` on `threads` threads and `consume` here, in order, until it says `false`.
pub(crate) fn in_order<T: Send>(
    count: usize,
    threads: usize,
    work: impl Fn(usize) -> T + Sync,
    mut consume: impl FnMut(T) -> bool,
) {
    // A thread costs more than a small script.
    if count <= 2 || threads <= 1 {
        let _ = (0..count).all(|at| consume(work(at)));
        return;
    }
    let batch = (count / (threads * BATCHES)).clamp(1, LARGEST_BATCH);
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let (sender, results) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..threads.min(count) {
            let (sender, next, stop, work) = (sender.clone(), &next, &stop, &work);
            scope.spawn(move || {
                loop {
                    let at = next.fetch_add(batch, Ordering::Relaxed);
                    if at >= count || stop.load(Ordering::Relaxed) {
                        return;
                    }
                    let done: Vec<T> = (at..count.min(at + batch)).map(work).collect();
                    if sender.send((at, done)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut due = 0;
        for (at, batch) in results {
            waiting.insert(at, batch);
            while let Some(batch) = waiting.remove(&due) {
                due += batch.len();
                for result in batch {
                    if !stop.load(Ordering::Relaxed) && !consume(result) {
                        stop.store(true, Ordering::Relaxed);
                    }
                }
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_whoever_is_done_first() {
        for threads in [1, 4] {
            let mut seen = Vec::new();
            let work = |at: usize| {
                std::thread::sleep(std::time::Duration::from_micros((at as u64 * 7919) % 200));
                at
            };
            in_order(2_003, threads, work, |at| {
                seen.push(at);
                true
            });
            assert_eq!(seen, (0..2_003).collect::<Vec<_>>());
        }
    }

    #[test]
    fn nothing_is_consumed_after_a_stop() {
        for threads in [1, 4] {
            let mut seen = 0;
            in_order(
                1_000,
                threads,
                |at| at,
                |_| {
                    seen += 1;
                    seen < 10
                },
            );
            assert_eq!(seen, 10);
        }
    }
}
