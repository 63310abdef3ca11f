//! Backtests that wait, run or are done, and the workers that run them.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use signal_api::{ErrorBody, ErrorCode};
use tokio::sync::Semaphore;

use crate::Limits;
use crate::faults::Fate;
use crate::reply::{Refusal, failure};
use crate::report::Report;

/// Equity points that all remembered results may have together; one takes 24 bytes.
const POINTS_KEPT: usize = 20_000_000;

/// All backtests of a sandbox.
#[derive(Debug)]
pub(crate) struct Jobs {
    table: Mutex<Table>,
    workers: Arc<Semaphore>,
    queue: usize,
    results: usize,
    /// Jobs that were ever taken.
    taken: AtomicU64,
}

#[derive(Debug, Default)]
struct Table {
    by_id: HashMap<String, Arc<Job>>,
    by_result: HashMap<String, Arc<Job>>,
    oldest_first: VecDeque<Arc<Job>>,
}

/// One backtest.
#[derive(Debug)]
pub(crate) struct Job {
    /// Id of the backtest, which `status` and `cancel` take.
    pub id: String,
    /// Id of its result, which `results` takes; another one.
    pub result_id: String,
    /// Id of the key that started it. Others do not see it.
    pub owner: String,
    /// How it ends whatever its work comes to, where a fault says so.
    fate: Option<Fate>,
    cancelled: AtomicBool,
    /// Thousandths that are done.
    progress: AtomicU32,
    state: Mutex<State>,
}

/// How far a backtest is.
#[derive(Clone, Debug)]
pub(crate) enum State {
    Queued,
    Running,
    Completed(Arc<Report>),
    Failed(ErrorBody),
    Cancelled,
}

impl State {
    /// The API's word.
    pub(crate) fn as_str(&self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Completed(_) => "completed",
            Self::Failed(_) => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    fn is_over(&self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }

    fn points(&self) -> usize {
        match self {
            Self::Completed(report) => report.outcome.equity.len(),
            _ => 0,
        }
    }
}

impl Job {
    pub(crate) fn new(id: String, result_id: String, owner: String, fate: Option<Fate>) -> Arc<Self> {
        Arc::new(Self {
            id,
            result_id,
            owner,
            fate,
            cancelled: AtomicBool::new(false),
            progress: AtomicU32::new(0),
            state: Mutex::new(State::Queued),
        })
    }

    pub(crate) fn state(&self) -> State {
        self.lock().clone()
    }

    /// Whether the work should stop.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Says how much is done, between 0 and 1.
    pub(crate) fn set_progress(&self, share: f64) {
        let thousandths = (share.clamp(0.0, 1.0) * 1000.0) as u32;
        self.progress.store(thousandths, Ordering::Relaxed);
    }

    /// How much is done, between 0 and 1.
    pub(crate) fn progress(&self) -> f64 {
        match *self.lock() {
            State::Completed(_) => 1.0,
            _ => f64::from(self.progress.load(Ordering::Relaxed)) / 1000.0,
        }
    }

    /// Stops it, be it waiting or running; what is over stays as it is. Returns the state afterwards.
    pub(crate) fn cancel(&self) -> State {
        let mut state = self.lock();
        if !state.is_over() {
            self.cancelled.store(true, Ordering::Relaxed);
            *state = State::Cancelled;
        }
        state.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From waiting to running; false when it was cancelled meanwhile.
    fn begin(&self) -> bool {
        let mut state = self.lock();
        let waiting = matches!(*state, State::Queued);
        if waiting {
            *state = State::Running;
        }
        waiting
    }

    /// Ends it, unless it was cancelled: then nobody waits for the result.
    fn finish(&self, end: State) {
        let mut state = self.lock();
        if !state.is_over() {
            *state = end;
        }
    }
}

impl Jobs {
    pub(crate) fn new(workers: usize, limits: &Limits) -> Self {
        Self {
            table: Mutex::default(),
            workers: Arc::new(Semaphore::new(workers.clamp(1, 1024))),
            queue: limits.queue,
            results: limits.results,
            taken: AtomicU64::new(0),
        }
    }

    /// Puts a job into the queue; its work runs on a thread of its own once a worker is free, unless its fate is another.
    pub(crate) fn submit(
        &self,
        job: &Arc<Job>,
        work: impl FnOnce(&Job) -> Result<Report, ErrorBody> + Send + 'static,
    ) -> Result<(), Refusal> {
        {
            let mut table = self.table();
            let waiting = table.oldest_first.iter().filter(|job| matches!(*job.lock(), State::Queued)).count();
            if waiting >= self.queue {
                return Err(Refusal::new(
                    ErrorCode::RateLimited,
                    format!("{waiting} backtests are waiting already"),
                    "wait until some are done, or cancel some",
                )
                .retry_after(5));
            }
            table.by_id.insert(job.id.clone(), Arc::clone(job));
            table.by_result.insert(job.result_id.clone(), Arc::clone(job));
            table.oldest_first.push_back(Arc::clone(job));
            forget_oldest(&mut table, self.results);
        }
        self.taken.fetch_add(1, Ordering::Relaxed);
        let (job, workers) = (Arc::clone(job), Arc::clone(&self.workers));
        tokio::spawn(async move {
            // Fair: who came first runs first. The semaphore is never closed.
            let Ok(_worker) = workers.acquire_owned().await else {
                return;
            };
            if !job.begin() {
                return;
            }
            match &job.fate {
                None => {}
                Some(Fate::Slow(later)) => tokio::time::sleep(*later).await,
                // Running it stays, until somebody cancels it.
                Some(Fate::Stuck) => return,
                Some(Fate::Cancel) => {
                    job.cancel();
                    return;
                }
                Some(Fate::Fail(code)) => {
                    job.finish(State::Failed(failure(code.clone(), "a fault of the sandbox ended it", "")));
                    return;
                }
            }
            let at_work = Arc::clone(&job);
            let end = match tokio::task::spawn_blocking(move || work(&at_work)).await {
                Ok(Ok(report)) => State::Completed(Arc::new(report)),
                Ok(Err(error)) => State::Failed(error),
                // The work panicked. This job is lost, the worker is not.
                Err(_) => State::Failed(failure(
                    ErrorCode::InternalError,
                    "the sandbox failed at this backtest; that is a defect of the sandbox, not of the script",
                    "please report it with the script",
                )),
            };
            job.finish(end);
        });
        Ok(())
    }

    /// The job with this backtest id, for its owner.
    pub(crate) fn job(&self, id: &str, owner: &str) -> Result<Arc<Job>, Refusal> {
        let table = self.table();
        match table.by_id.get(id).filter(|job| job.owner == owner) {
            Some(job) => Ok(Arc::clone(job)),
            None if table.by_result.contains_key(id) => Err(not_found(
                id,
                "this is the id of a result; status and cancel take the backtest_id that execute answered",
            )),
            None => Err(not_found(
                id,
                "status and cancel take the backtest_id that execute answered; old backtests are forgotten",
            )),
        }
    }

    /// The report with this result id, for its owner.
    pub(crate) fn report(&self, result_id: &str, owner: &str) -> Result<Arc<Report>, Refusal> {
        let table = self.table();
        if let Some(job) = table.by_result.get(result_id).filter(|job| job.owner == owner)
            && let State::Completed(report) = &*job.lock()
        {
            return Ok(Arc::clone(report));
        }
        let cure = if table.by_id.contains_key(result_id) {
            "this is the id of a backtest; results take the result_id that status tells once it is completed"
        } else {
            "results take the result_id that status tells once the backtest is completed"
        };
        Err(not_found(result_id, cure))
    }

    /// The report with this result id, for whoever has the link.
    pub(crate) fn shared_report(&self, result_id: &str) -> Option<Arc<Report>> {
        let table = self.table();
        match table.by_result.get(result_id)?.state() {
            State::Completed(report) => Some(report),
            _ => None,
        }
    }

    /// Stops everything.
    pub(crate) fn cancel_all(&self) {
        for job in &self.table().oldest_first {
            job.cancel();
        }
    }

    /// How many jobs were ever taken.
    pub(crate) fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }

    /// How many jobs are queued, running and over.
    pub(crate) fn counts(&self) -> [usize; 3] {
        let mut counts = [0; 3];
        for job in &self.table().oldest_first {
            counts[match &*job.lock() {
                State::Queued => 0,
                State::Running => 1,
                _ => 2,
            }] += 1;
        }
        counts
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets the oldest jobs that are over, as far as there are more than `keep` of them or they are too large together.
fn forget_oldest(table: &mut Table, keep: usize) {
    let (mut over, mut points) = (0, 0);
    let mut kept = VecDeque::new();
    for job in std::mem::take(&mut table.oldest_first).into_iter().rev() {
        let (is_over, size) = {
            let state = job.lock();
            (state.is_over(), state.points())
        };
        over += usize::from(is_over);
        points += size;
        if is_over && (over > keep || points > POINTS_KEPT) {
            table.by_id.remove(&job.id);
            table.by_result.remove(&job.result_id);
        } else {
            kept.push_front(job);
        }
    }
    table.oldest_first = kept;
}

fn not_found(id: &str, cure: &str) -> Refusal {
    // An id of any length may come in; only its beginning goes back.
    let id: String = id.chars().take(80).collect();
    Refusal::new(ErrorCode::BacktestNotFound, format!("there is no backtest `{id}`"), cure)
}
