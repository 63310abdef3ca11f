//! Several runs carried to their ends, so many at a time.

use std::rc::Rc;

use tokio::sync::Semaphore;
use tokio::task::LocalSet;

use super::super::{Manner, Target};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::journal::Entry;
use crate::output::Console;
use crate::progress::Several;
use crate::run::{self, Ending, Outcome, Signals};

/// A run's number, the run, and how it went, unless something hindered it.
pub(super) type Carried = (usize, Entry, Result<Outcome, Failure>);

/// Carries runs to their ends, so many at a time; Ctrl-C leaves all of them.
pub(super) fn carry_all(
    work: Vec<(usize, Entry)>,
    names: &[String],
    target: &Target<'_>,
    manner: Manner,
    jobs: usize,
    console: &Console,
) -> Result<Vec<Carried>, Failure> {
    if work.is_empty() {
        return Ok(Vec::new());
    }
    let shown: Vec<&str> = work.iter().map(|(at, _)| names[*at].as_str()).collect();
    let carried = run::block_on(async {
        let signals = Signals::listen();
        let (local, way) = target.way(manner).await?;
        let progress = Rc::new(Several::new(&shown, console));
        let places = Rc::new(Semaphore::new(jobs));
        let set = LocalSet::new();
        let mut tasks = Vec::new();
        for (number, (at, mut entry)) in work.into_iter().enumerate() {
            let (signals, places, progress, way) =
                (signals.clone(), Rc::clone(&places), Rc::clone(&progress), way.clone());
            let mut watcher = progress.watcher(number, shown[number]);
            tasks.push(set.spawn_local(async move {
                let place = tokio::select! {
                    biased;
                    () = signals.first() => None,
                    place = places.acquire() => place.ok(),
                };
                let carried = match place {
                    Some(_) => run::carry(&mut entry, &way, &mut *watcher, signals.first()).await,
                    None => Ok(Outcome::of(&entry.record, Ending::Detached)),
                };
                drop(watcher);
                progress.ended(number, entry.record.state.word());
                (at, entry, carried)
            }));
        }
        let ended = set
            .run_until(async {
                let mut ended = Vec::new();
                for task in tasks {
                    let one = task.await.map_err(|error| {
                        Failure::new(Exit::Network, "runtime", format!("a run's watching has failed: {error}"))
                            .suggest("`dsl runs list` shows how far each run is")
                    });
                    ended.push(one?);
                }
                Ok(ended)
            })
            .await;
        drop(progress);
        if let Some(local) = local {
            local.shutdown().await;
        }
        ended
    });
    carried.map_err(|error| run::no_runtime(&error))?
}
