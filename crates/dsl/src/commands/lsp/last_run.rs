//! The last run of a script, found at each keystroke in a journal of thousands of runs.
//!
//! The journal's folder is listed again only after it has changed, a record is read again only after it was written: what
//! is left is a look at one file's time.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use serde::Deserialize;
use signal_api::models::Metrics;
use signal_lsp::{LastRun, Outcome};

use crate::journal::{Journal, RECORD, RESULT, Record, State};
use crate::render::moment;

/// A folder's time may be as coarse as this: what changes right after a look may leave it as it is.
const COARSE: Duration = Duration::from_secs(2);

/// The runs of a journal by their scripts.
#[derive(Debug, Default)]
pub(super) struct LastRuns {
    kept: Mutex<Kept>,
}

/// What was read of a journal so far.
#[derive(Debug, Default)]
struct Kept {
    /// When the journal's folder had changed last.
    listed: Option<SystemTime>,
    /// Folders whose record was read.
    read: HashSet<OsString>,
    /// Folders that had no record yet when they were looked at.
    pending: BTreeSet<OsString>,
    /// The runs of each script, newest first: when they were planned, and their folder.
    of_script: HashMap<PathBuf, BTreeSet<Reverse<(String, OsString)>>>,
    /// What was told of a run, and when its record had been written then.
    told: HashMap<OsString, (SystemTime, Option<LastRun>)>,
}

/// What places a run among the others; the rest of a record is only read of the one that is asked for.
#[derive(Deserialize)]
struct Planned {
    path: Option<PathBuf>,
    #[serde(default)]
    planned_at: String,
}

impl LastRuns {
    /// The newest run of a script that a server took, as far as it went.
    pub(super) fn of(&self, journal: &Journal, script: &Path) -> Option<LastRun> {
        // A run remembers the path that it was given, which may lead over links.
        let places = [std::path::absolute(script).ok(), fs::canonicalize(script).ok()];
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.look(journal.folder());
        let runs = places.into_iter().flatten().find_map(|place| kept.of_script.get(&plain(&place)))?;
        let runs: Vec<OsString> = runs.iter().map(|run| run.0.1.clone()).collect();
        runs.into_iter().find_map(|run| kept.tell(journal.folder(), run))
    }
}

impl Kept {
    /// Takes in the runs that are new since the last look.
    fn look(&mut self, folder: &Path) {
        let changed = fs::metadata(folder).and_then(|folder| folder.modified()).ok();
        let settled = changed.is_none_or(|changed| changed.elapsed().is_ok_and(|age| age > COARSE));
        let mut new: Vec<OsString> = std::mem::take(&mut self.pending).into_iter().collect();
        if changed != self.listed || !settled {
            self.listed = changed;
            let names = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
            new.extend(names.filter(|name| !self.read.contains(name)));
        }
        for name in new {
            // A folder gets its record last.
            let Ok(text) = fs::read(folder.join(&name).join(RECORD)) else {
                if folder.join(&name).is_dir() {
                    self.pending.insert(name);
                }
                continue;
            };
            self.read.insert(name.clone());
            let Ok(Planned { path: Some(path), planned_at }) = serde_json::from_slice(&text) else { continue };
            self.of_script.entry(plain(&path)).or_default().insert(Reverse((planned_at, name)));
        }
    }

    /// What became of a run; `None` for one that no server took.
    fn tell(&mut self, folder: &Path, run: OsString) -> Option<LastRun> {
        let place = folder.join(&run);
        let written = fs::metadata(place.join(RECORD)).and_then(|record| record.modified()).ok()?;
        if let Some((then, told)) = self.told.get(&run)
            && *then == written
        {
            return told.clone();
        }
        let record = Record::read(&place).ok()?;
        let told = last_run(&record);
        // Whether one is being submitted shows by a lock, not by its file.
        if record.state != State::Submitting {
            self.told.insert(run, (written, told.clone()));
        }
        told
    }
}

fn last_run(record: &Record) -> Option<LastRun> {
    let submitted: Timestamp = record.submitted_at.as_deref()?.parse().ok()?;
    let outcome = match record.status() {
        State::Planned | State::Refused => return None,
        State::Submitting | State::Submitted | State::Running => Outcome::Running,
        State::Completed => {
            let metrics = record.metrics.clone().and_then(|metrics| serde_json::from_value(metrics).ok());
            let Metrics { total_return_pct, num_trades, .. } = metrics.unwrap_or_default();
            Outcome::Completed { total_return: total_return_pct.map(|percent| percent / 100.0), trades: num_trades }
        }
        State::Failed => Outcome::Ended("failed"),
        State::Cancelled => Outcome::Ended("cancelled"),
        State::Unknown => Outcome::Ended("sent, and nobody knows whether it was taken"),
    };
    Some(LastRun {
        id: record.run.clone(),
        outcome,
        when: format!("{} UTC", moment::stamp(submitted)),
        script: record.script().map(Arc::from),
        synthetic: is_synthetic(record),
        // The pages of a sandbox within `dsl run` ended with it.
        dashboard: record.dashboard_url.clone().filter(|_| !record.is_local()),
    })
}

/// Whether a run rests on made-up bars: as its results say, or else because a sandbox without bars of its own had it.
fn is_synthetic(record: &Record) -> bool {
    #[derive(Deserialize)]
    struct Stored {
        summary: Summary,
    }
    #[derive(Deserialize)]
    struct Summary {
        data: Option<String>,
    }
    let stored = fs::read(record.folder().join(RESULT)).ok();
    match stored.and_then(|stored| serde_json::from_slice(&stored).ok()) {
        Some(Stored { summary }) => summary.data.as_deref() == Some("synthetic"),
        None => record.is_local() && record.data.is_none(),
    }
}

/// A path without `.` and `..`, as an editor names a file.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => _ = plain.pop(),
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use signal_api::models::ExecuteRequest;

    use super::*;
    use crate::journal::{Draft, Fault, Step};

    const SCRIPT: &str = "up = close > open\n";

    /// Plans a run of a script, and takes it as far as the steps go.
    fn run(journal: &Journal, path: &str, origin: &str, steps: Vec<Step>, metrics: Value) -> String {
        let request = ExecuteRequest { script: SCRIPT.to_owned(), ..ExecuteRequest::default() };
        let draft = Draft {
            file: "a.signal",
            path: Some(PathBuf::from(path)),
            script: SCRIPT,
            request: &request,
            origin,
            account: None,
            settings: json!({}),
            warmup: None,
            diagnostics_count: 0,
            data: None,
            resubmits: None,
            fail_if: Vec::new(),
        };
        let mut record = journal.create(&journal.lock().unwrap(), &draft).unwrap().record;
        for step in steps {
            assert!(record.apply(step).unwrap());
        }
        let set = |record: &mut Record| {
            record.metrics = Some(metrics);
            true
        };
        assert!(record.change(set).unwrap());
        record.run
    }

    fn completed() -> Vec<Step> {
        vec![Step::Submit, Step::Take("b1".to_owned()), Step::Complete(Some("r1".to_owned()))]
    }

    fn refused() -> Vec<Step> {
        let fault = Fault { code: "quota".to_owned(), message: String::new(), suggestion: None, cause: None };
        vec![Step::Submit, Step::Refuse(fault)]
    }

    const SERVICE: &str = "https://h.example/api/v1";
    const PATH: &str = "/scripts/a.signal";

    fn scratch() -> (tempfile::TempDir, Journal) {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::at(folder.path().join("runs"));
        (folder, journal)
    }

    #[track_caller]
    fn check(last: &LastRuns, journal: &Journal, path: &str, expected: Option<(&str, Outcome)>) {
        let found = last.of(journal, Path::new(path));
        let found = found.map(|found| (found.id, found.outcome));
        assert_eq!(found, expected.map(|(id, outcome)| (id.to_owned(), outcome)), "{path}");
    }

    fn gain(percent: f64, trades: u64) -> Outcome {
        Outcome::Completed { total_return: Some(percent / 100.0), trades: Some(trades) }
    }

    #[test]
    fn the_newest_run_that_a_server_took_is_told() {
        let (_folder, journal) = scratch();
        let last = LastRuns::default();
        check(&last, &journal, PATH, None);
        let figures = |percent: f64, trades: u64| json!({"total_return_pct": percent, "num_trades": trades});
        let first = run(&journal, PATH, SERVICE, completed(), figures(12.5, 31));
        check(&last, &journal, PATH, Some((&first, gain(12.5, 31))));
        let second = run(&journal, "/scripts/sub/../a.signal", SERVICE, completed(), figures(-4.0, 2));
        check(&last, &journal, PATH, Some((&second, gain(-4.0, 2))));
        // What no server took, and what was never sent, says nothing of the script.
        run(&journal, PATH, SERVICE, refused(), Value::Null);
        run(&journal, PATH, SERVICE, Vec::new(), Value::Null);
        run(&journal, "/scripts/b.signal", SERVICE, completed(), figures(1.0, 1));
        check(&last, &journal, "/scripts/./a.signal", Some((&second, gain(-4.0, 2))));
        check(&last, &journal, "/scripts/c.signal", None);
        let third = run(&journal, PATH, SERVICE, vec![Step::Submit, Step::Take("b3".to_owned())], Value::Null);
        check(&last, &journal, PATH, Some((&third, Outcome::Running)));
        let mut record = journal.find(&third).unwrap();
        assert!(record.apply(Step::Complete(None)).unwrap());
        check(&last, &journal, PATH, Some((&third, Outcome::Completed { total_return: None, trades: None })));
    }

    #[test]
    fn one_that_nobody_sends_any_more_is_of_unknown_fate() {
        let (_folder, journal) = scratch();
        let last = LastRuns::default();
        let id = run(&journal, PATH, SERVICE, vec![Step::Submit], Value::Null);
        let outcome = Outcome::Ended("sent, and nobody knows whether it was taken");
        check(&last, &journal, PATH, Some((&id, outcome.clone())));
        let record = journal.find(&id).unwrap();
        let writing = record.lock_for_writing().unwrap();
        check(&last, &journal, PATH, Some((&id, Outcome::Running)));
        drop(writing);
        check(&last, &journal, PATH, Some((&id, outcome)));
    }

    #[test]
    fn the_script_as_it_was_and_what_its_bars_were_are_told() {
        let (_folder, journal) = scratch();
        let last = LastRuns::default();
        let id = run(&journal, PATH, SERVICE, completed(), Value::Null);
        let found = last.of(&journal, Path::new(PATH)).unwrap();
        assert_eq!((found.script.as_deref(), found.synthetic), (Some(SCRIPT), false));
        journal.find(&id).unwrap().keep(&json!({"summary": {"data": "synthetic", "trades": []}})).unwrap();
        // Results are kept before the record is written.
        assert!(
            journal
                .find(&id)
                .unwrap()
                .change(|record| {
                    record.dashboard_url = Some("https://h.example/r1".to_owned());
                    true
                })
                .unwrap()
        );
        let found = last.of(&journal, Path::new(PATH)).unwrap();
        assert_eq!((found.synthetic, found.dashboard.as_deref()), (true, Some("https://h.example/r1")));
        run(&journal, PATH, crate::journal::SANDBOX, completed(), Value::Null);
        assert!(last.of(&journal, Path::new(PATH)).unwrap().synthetic);
    }

    #[test]
    fn broken_and_half_made_runs_stand_in_nobodys_way() {
        let (_folder, journal) = scratch();
        let last = LastRuns::default();
        let id = run(&journal, PATH, SERVICE, completed(), Value::Null);
        let half = journal.folder().join("20990101-000000-0000");
        fs::create_dir(&half).unwrap();
        fs::create_dir(journal.folder().join("20990101-000000-0001")).unwrap();
        fs::write(journal.folder().join("20990101-000000-0001").join(RECORD), "{").unwrap();
        fs::write(journal.folder().join("a file"), "").unwrap();
        let outcome = Outcome::Completed { total_return: None, trades: None };
        check(&last, &journal, PATH, Some((&id, outcome.clone())));
        // The half-made one gets its record.
        let mut record = fs::read_to_string(journal.folder().join(&id).join(RECORD)).unwrap();
        record = record.replace(&id, "20990101-000000-0000").replace("\"planned_at\":\"2", "\"planned_at\":\"3");
        record = record.replace("\"planned_at\": \"2", "\"planned_at\": \"3");
        fs::write(half.join(RECORD), record).unwrap();
        check(&last, &journal, PATH, Some(("20990101-000000-0000", outcome)));
    }
}
