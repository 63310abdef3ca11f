//! Faults on demand: which requests go wrong, how often, and how; so that clients can be tried against a server that fails.
//!
//! A fault is written in a small language, `status=500;path=/backtest/execute;times=1`, whose words stand in [`FAULT_WORDS`].
//! `language.rs` reads it, `effects.rs` makes requests go wrong, `bodies.rs` has the answers that drip, break off or never
//! end, and `wire.rs` the connections that can be cut.

mod bodies;
mod effects;
mod language;
mod wire;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::Method;
use serde_json::{Value, json};
use signal_api::ErrorCode;

use crate::StartError;

pub(crate) use effects::apply;
pub use language::{FAULT_WORDS, FaultError, Word};
pub(crate) use wire::{Switch, Wires};

/// Where the API begins; paths of faults are told from here.
pub(crate) const BASE: &str = "/api/v1";

/// Where a backtest is submitted, told from [`BASE`].
const EXECUTE: &str = "/backtest/execute";

/// Where the faults' counters are read; only a fault that names this path strikes it.
const HEALTH: &str = "/meta/health";

/// What `hostile-text` appends to every text: a colour, a reversal of the text's direction, a link, a cleared screen in
/// its 8-bit form, a line's end and a NUL.
const HOSTILE: &str = "\u{1b}[31m\u{202e}\u{1b}]8;;https://evil.example\u{7}\u{9b}2J\r\n\0";

/// An id as it was before `hostile-text` touched it. Clients send back what they were told, though perhaps not all of it:
/// line ends don't survive in the addresses of many.
pub(crate) fn without_hostility(id: &str) -> &str {
    id.split('\u{1b}').next().unwrap_or_default()
}

/// One way of going wrong, for the requests that it is about. Made by its [`FromStr`](std::str::FromStr).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// As it was written.
    text: String,
    /// The path told from [`BASE`]: the beginning of one, or with `*` a whole one. `None`: every path.
    path: Option<String>,
    method: Option<Method>,
    /// Matching requests that go well first.
    after: u64,
    /// Of the matching requests after those, each so-many-th goes wrong.
    every: u64,
    /// How many go wrong in all; `None`: no end.
    times: Option<u64>,
    latency: Option<Duration>,
    effect: Option<Effect>,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Effect {
    /// Another answer goes out.
    Status(Canned),
    /// The connection is cut.
    Drop(Moment),
    /// The answer ends after so many bytes, and is called whole.
    Truncate(usize),
    /// The answer is bytes that are neither JSON nor text.
    Garbage,
    /// The answer comes in pieces of so many bytes, with a pause after each.
    Drip(usize, Duration),
    /// The answer never ends.
    Endless,
    /// The answer's data is a list in a list, so many times.
    Deep(usize),
    /// Every value of the answer's data has another type.
    WrongType,
    /// Every text of the answer carries [`HOSTILE`].
    HostileText,
    /// The job that is submitted ends in this way.
    Job(Fate),
}

/// An answer that was made up beforehand.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Canned {
    status: u16,
    code: Option<ErrorCode>,
    retry_after: Option<String>,
    location: Option<String>,
    body: CannedBody,
    /// Whether the request is acted on all the same.
    taken: bool,
}

/// What a made-up answer says.
#[derive(Clone, Debug, PartialEq, Eq)]
enum CannedBody {
    /// A failure in the API's envelope.
    Envelope,
    /// A page as proxies write it.
    Html,
    /// This.
    Text(String),
    /// What the file holds.
    File(PathBuf),
}

/// When a connection is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    /// While the request's body is on its way.
    Sending,
    /// The request came whole and is not acted on.
    Before,
    /// The request is acted on, and nothing is answered.
    After,
    /// In the middle of the answer.
    Mid,
}

/// How a job ends, whatever its script says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// With this error.
    Fail(ErrorCode),
    /// Cancelled.
    Cancel,
    /// Never.
    Stuck,
    /// As it should, but later.
    Slow(Duration),
}

impl Fault {
    fn is_about(&self, method: &Method, path: &str) -> bool {
        let path_fits = match (&self.path, &self.effect) {
            (_, Some(Effect::Job(_))) => path == EXECUTE,
            (Some(pattern), _) => is_under(pattern, path),
            (None, _) => path != HEALTH,
        };
        path_fits && self.method.as_ref().is_none_or(|wanted| wanted == method)
    }
}

/// Whether `path` is `pattern` or lies below it; with a `*`, which stands for any text within one segment, whether it is
/// the whole of `pattern`.
fn is_under(pattern: &str, path: &str) -> bool {
    let pattern = pattern.trim_end_matches('/');
    if !pattern.contains('*') {
        return path.strip_prefix(pattern).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    }
    let (wanted, there): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
    wanted.len() == there.len() && wanted.iter().zip(there).all(|(wanted, there)| is_like(wanted, there))
}

/// Whether a segment is like one with stars in it.
fn is_like(pattern: &str, segment: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == segment,
        Some((head, tail)) => segment.strip_prefix(head).is_some_and(|rest| {
            rest.char_indices().map(|(at, _)| at).chain([rest.len()]).any(|at| is_like(tail, &rest[at..]))
        }),
    }
}

/// The faults of a sandbox, and what came of them.
#[derive(Debug)]
pub(crate) struct Faults {
    armed: Mutex<Vec<Armed>>,
    /// Files that answers are made of, by the fault's place in the list.
    files: Vec<Option<Bytes>>,
    /// Submissions that reached the sandbox, whatever became of them.
    received: AtomicU64,
}

#[derive(Debug)]
struct Armed {
    fault: Fault,
    /// Requests that it is about.
    seen: u64,
    /// Requests that went wrong.
    hits: u64,
}

impl Faults {
    /// Arms the faults.
    ///
    /// # Errors
    /// [`StartError::FaultBody`] when a file that an answer is to be made of can't be read.
    pub(crate) fn new(faults: Vec<Fault>) -> Result<Self, StartError> {
        let file = |fault: &Fault| match &fault.effect {
            Some(Effect::Status(Canned { body: CannedBody::File(path), .. })) => match std::fs::read(path) {
                Ok(bytes) => Ok(Some(Bytes::from(bytes))),
                Err(source) => Err(StartError::FaultBody { path: path.clone(), source }),
            },
            _ => Ok(None),
        };
        let files = faults.iter().map(file).collect::<Result<_, _>>()?;
        let armed = faults.into_iter().map(|fault| Armed { fault, seen: 0, hits: 0 }).collect();
        Ok(Self { armed: Mutex::new(armed), files, received: AtomicU64::new(0) })
    }

    /// The fault that this request meets, if any: the first one whose turn it is, with the file of its answer. Counts.
    fn strike(&self, method: &Method, path: &str) -> Option<(Fault, Option<Bytes>)> {
        if method == Method::POST && path == EXECUTE {
            self.received.fetch_add(1, Ordering::Relaxed);
        }
        let mut armed = self.armed.lock().unwrap_or_else(PoisonError::into_inner);
        armed.iter_mut().zip(&self.files).find_map(|(armed, file)| {
            let fault = &armed.fault;
            if !fault.is_about(method, path) {
                return None;
            }
            armed.seen += 1;
            let turn = armed.seen > fault.after
                && (armed.seen - fault.after).is_multiple_of(fault.every)
                && fault.times.is_none_or(|times| armed.hits < times);
            turn.then(|| {
                armed.hits += 1;
                (armed.fault.clone(), file.clone())
            })
        })
    }

    /// Nothing goes wrong any more; the counters start anew, but for the submissions'.
    pub(crate) fn disarm(&self) {
        self.armed.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// What came of each fault, in the order they were given.
    pub(crate) fn counters(&self) -> Value {
        let armed = self.armed.lock().unwrap_or_else(PoisonError::into_inner);
        armed.iter().map(|armed| json!({ "fault": armed.fault.text, "hits": armed.hits })).collect()
    }

    /// How many requests each made go wrong.
    pub(crate) fn hits(&self) -> Vec<u64> {
        let armed = self.armed.lock().unwrap_or_else(PoisonError::into_inner);
        armed.iter().map(|armed| armed.hits).collect()
    }

    /// Submissions that reached the sandbox, those that went wrong included.
    pub(crate) fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_what_lies_below_it_and_with_a_star_one_level() {
        for (pattern, path, fits) in [
            ("/backtest", "/backtest/execute", true),
            ("/backtest/", "/backtest/execute", true),
            ("/back", "/backtest/execute", false),
            ("/", "/meta/markets", true),
            ("/backtest/results/*", "/backtest/results/res_1", true),
            ("/backtest/results/*", "/backtest/results/res_1/trades", false),
            ("/backtest/results/*/trades", "/backtest/results/res_1/trades", true),
            ("/backtest/results/res_*/tr*s", "/backtest/results/res_1/trades", true),
            ("/backtest/results/bt_*", "/backtest/results/res_1", false),
        ] {
            assert_eq!(is_under(pattern, path), fits, "{pattern} {path}");
        }
    }

    #[test]
    fn whose_turn_it_is_follows_from_after_every_and_times() {
        for (fault, turns) in [
            ("garbage", "111111"),
            ("garbage;times=2", "110000"),
            ("garbage;after=2", "001111"),
            ("garbage;after=1;times=1", "010000"),
            ("garbage;every=2", "010101"),
            ("garbage;every=2;after=1;times=1", "001000"),
            ("garbage;method=POST", "000000"),
            ("garbage;path=/meta", "000000"),
        ] {
            let faults = Faults::new(vec![fault.parse().unwrap()]).unwrap();
            let struck: String = (0..6)
                .map(|_| if faults.strike(&Method::GET, "/backtest/status/bt_1").is_some() { '1' } else { '0' })
                .collect();
            assert_eq!(struck, turns, "{fault}");
            let hits = turns.matches('1').count();
            assert_eq!(faults.counters(), json!([{ "fault": fault, "hits": hits }]));
        }
    }

    #[test]
    fn the_first_fault_whose_turn_it_is_strikes_and_the_counters_page_is_left_alone() {
        let faults = ["garbage;times=1", "endless"].map(|fault| fault.parse().unwrap()).to_vec();
        let faults = Faults::new(faults).unwrap();
        let strikes = |path| faults.strike(&Method::GET, path).map(|(fault, _)| fault.text);
        assert_eq!(strikes("/meta/health"), None);
        assert_eq!(strikes("/meta/markets").as_deref(), Some("garbage;times=1"));
        assert_eq!(strikes("/meta/markets").as_deref(), Some("endless"));
    }
}
