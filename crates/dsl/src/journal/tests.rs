//! The journal on disk, and what may happen in which state.

use std::fs;

use serde_json::{Value, json};
use signal_api::models::ExecuteRequest;
use signal_api::{ApiError, ErrorBody, ErrorCode};
use tempfile::TempDir;

use super::*;
use crate::run::Results;

struct Scratch {
    folder: TempDir,
    journal: Journal,
}

fn scratch() -> Scratch {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::at(folder.path().join("state/runs"));
    Scratch { folder, journal }
}

fn request(script: &str) -> ExecuteRequest {
    ExecuteRequest {
        start_date: "2024-01-01".to_owned(),
        script: script.to_owned(),
        trading_fee: Some(0.1 + 0.2),
        ..ExecuteRequest::default()
    }
}

fn create(journal: &Journal, script: &str) -> Entry {
    let request = request(script);
    let draft = Draft {
        file: "a.signal",
        path: Some(PathBuf::from("/scripts/a.signal")),
        script,
        request: &request,
        origin: "https://h/api/v1",
        account: Some("0123456789ab".to_owned()),
        settings: json!({"timeframe": "1d"}),
        warmup: None,
        diagnostics_count: 2,
        data: None,
        resubmits: None,
        fail_if: Vec::new(),
    };
    journal.create(&journal.lock().unwrap(), &draft).unwrap()
}

fn fault() -> Fault {
    ErrorBody::new(ErrorCode::TaOutOfRange, "too short").into()
}

#[test]
fn every_step_in_every_state_leads_where_the_table_says() {
    use State::*;
    const STATES: [State; 9] =
        [Planned, Submitting, Submitted, Running, Completed, Failed, Cancelled, Refused, Unknown];
    // A row a step, a column a state, in the order of `STATES`; `-`: can't happen there.
    let table: [(Step, [&str; 9]); 9] = [
        (Step::Submit, ["submitting", "-", "-", "-", "-", "-", "-", "-", "-"]),
        (Step::Take("b".to_owned()), ["-", "submitted", "-", "-", "-", "-", "-", "-", "submitted"]),
        (Step::Run, ["-", "-", "running", "running", "-", "-", "-", "-", "-"]),
        (Step::Complete(None), ["-", "-", "completed", "completed", "completed", "-", "-", "-", "-"]),
        (Step::Fail(fault()), ["-", "-", "failed", "failed", "-", "-", "-", "-", "-"]),
        (Step::Cancel(None), ["cancelled", "-", "cancelled", "cancelled", "-", "-", "-", "-", "-"]),
        (Step::Refuse(fault()), ["-", "refused", "-", "-", "-", "-", "-", "-", "-"]),
        (Step::Doubt(fault()), ["-", "unknown", "-", "-", "-", "-", "-", "-", "-"]),
        (Step::PutBack, ["planned", "-", "-", "-", "-", "-", "-", "planned", "-"]),
    ];
    for (step, leads) in table {
        for (state, expected) in STATES.into_iter().zip(leads) {
            let led = state.after(&step).map_or("-", State::word);
            assert_eq!(led, expected, "{step:?} in {state:?}");
        }
    }
    let anew: Vec<_> = STATES.into_iter().filter(|state| state.after(&Step::Anew).is_some()).collect();
    assert_eq!(anew, [Planned, Submitting, Submitted, Running, Completed]);
    for state in STATES {
        assert_eq!(serde_json::to_value(state).unwrap(), state.word());
        assert!(!(state.is_over() && state.is_going()));
    }
}

#[test]
fn a_request_is_never_sent_from_any_state_but_planned() {
    let scratch = scratch();
    let mut entry = create(&scratch.journal, "a = 1");
    let steps = [Step::Submit, Step::Take("b".to_owned()), Step::Run, Step::Complete(Some("r".to_owned()))];
    for step in steps {
        assert!(entry.record.apply(step).unwrap());
        assert!(!entry.record.apply(Step::Submit).unwrap(), "{:?}", entry.record.state);
    }
}

#[test]
fn what_is_written_is_what_is_read() {
    let scratch = scratch();
    let mut entry = create(&scratch.journal, "a = 1");
    for step in [Step::Submit, Step::Take("b\u{1b}".to_owned()), Step::Complete(Some("r".to_owned()))] {
        assert!(entry.record.apply(step).unwrap());
    }
    let results = json!({"summary": {"dashboard_url": "https://d/1", "metrics": {"sharpe_ratio": 2}}, "trades": [1]});
    entry.keep(&Results::from_stored(results.clone()).unwrap());
    assert!(entry.trouble.is_none());
    let record = scratch.journal.find("latest").unwrap();
    assert_eq!(serde_json::to_value(&record).unwrap(), serde_json::to_value(&entry.record).unwrap());
    assert_eq!((record.state, record.result_id.as_deref()), (State::Completed, Some("r")));
    assert_eq!((record.script().as_deref(), record.request()), (Some("a = 1"), Some(request("a = 1"))));
    assert_eq!(record.result(), Some(results));
    assert_eq!(
        (&record.metrics.as_ref().unwrap()["sharpe_ratio"], record.dashboard_url.as_deref()),
        (&json!(2.0), Some("https://d/1"))
    );
    assert_eq!(record.request_sha256, request_hash("https://h/api/v1", &request("a = 1")).unwrap());
    assert_ne!(record.request_sha256, request_hash("https://other/api/v1", &request("a = 1")).unwrap());
    assert!(record.submitted_at.is_some() && record.finished_at.is_some());
    // The body that is kept is the very one that the client makes of the request that is read back.
    let kept = fs::read(record.folder().join(REQUEST)).unwrap();
    assert_eq!(kept, serde_json::to_vec(&record.request().unwrap()).unwrap());
    let text = fs::read_to_string(record.folder().join(RECORD)).unwrap();
    assert!(!text.contains('\u{1b}'), "{text}");
}

#[test]
fn errors_of_an_exchange_are_read_back_whole() {
    let refused = ApiError::Refused {
        status: 429,
        code: ErrorCode::Other("NEW".to_owned()),
        message: "no".to_owned(),
        suggestion: Some("wait".to_owned()),
        retry_after: Some(std::time::Duration::from_millis(1500)),
    };
    for error in [refused, ApiError::OutcomeUnknown { reason: "r".to_owned(), status: None }] {
        let fault = Fault::from(error.clone());
        let read: Fault = serde_json::from_str(&serde_json::to_string(&fault).unwrap()).unwrap();
        assert_eq!((read.cause, read.code), (Some(error), fault.code));
    }
}

#[test]
fn fields_of_a_later_version_are_kept_and_broken_records_are_told() {
    let scratch = scratch();
    let mut entry = create(&scratch.journal, "a = 1");
    let file = entry.record.folder().join(RECORD);
    let mut record: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    record["mood"] = json!("good");
    fs::write(&file, record.to_string()).unwrap();
    assert!(entry.record.apply(Step::Submit).unwrap());
    assert_eq!(scratch.journal.records()[0].extra["mood"], "good");

    let whole = create(&scratch.journal, "b = 1").record.run;
    for (name, text) in [("20200101-000000-0001", "{\"run\""), ("20200101-000000-0002", record.to_string().as_str())] {
        fs::create_dir_all(scratch.folder.path().join("state/runs").join(name)).unwrap();
        fs::write(scratch.folder.path().join("state/runs").join(name).join(RECORD), text).unwrap();
    }
    fs::create_dir_all(scratch.folder.path().join("state/runs/20200101-000000-0003")).unwrap();
    let listing = scratch.journal.listing();
    assert_eq!(listing.records.iter().map(|record| &record.run).collect::<Vec<_>>(), [&whole, &entry.record.run]);
    assert_eq!(listing.broken.len(), 2, "{:?}", listing.broken);
    assert!(listing.broken[0].contains("20200101-000000-0001"), "{:?}", listing.broken);
}

#[test]
fn a_run_is_found_by_each_of_its_names() {
    let scratch = scratch();
    assert_eq!(scratch.journal.find("latest").unwrap_err().code, "unknown-run");
    let mut old = create(&scratch.journal, "a = 1");
    for step in [Step::Submit, Step::Take("bt_old".to_owned()), Step::Complete(Some("res_old".to_owned()))] {
        assert!(old.record.apply(step).unwrap());
    }
    let new = create(&scratch.journal, "b = 1");
    let of = |text: &str| scratch.journal.find(text).map(|record| record.run);
    for text in [&old.record.run, "bt_old", "res_old"] {
        assert_eq!(of(text).unwrap(), old.record.run, "{text}");
    }
    assert_eq!(of("latest").unwrap(), new.record.run);
    let common = new.record.run.chars().zip(old.record.run.chars()).take_while(|(one, other)| one == other).count();
    assert_eq!(of(&new.record.run[..common + 1]).unwrap(), new.record.run);
    let several = of(&new.record.run[..common]).unwrap_err();
    assert!(several.suggestion.unwrap().contains(&new.record.run));
    let near = of("bt_odl").unwrap_err();
    assert_eq!((near.exit, near.suggestion.as_deref()), (Exit::NotFound, Some("did you mean `bt_old`?")));
    assert!(of("").is_err());
}

#[test]
fn one_process_alone_looks_after_a_run() {
    let scratch = scratch();
    let entry = create(&scratch.journal, "a = 1");
    let mut other = scratch.journal.find("latest").unwrap();
    assert!(other.is_cared_for() && !other.is_being_written());
    assert!(Entry::take(&other).unwrap().is_none());
    // Whoever only reads may still write down what it did to the run, such as cancelling it.
    assert!(other.apply(Step::Cancel(None)).unwrap());
    let mut entry = entry;
    assert!(!entry.record.apply(Step::Submit).unwrap(), "what is cancelled is not sent");
    assert_eq!(entry.record.state, State::Cancelled);
    let writing = other.lock_for_writing().unwrap();
    assert!(other.is_being_written());
    drop((writing, entry));
    assert!(!other.is_cared_for() && !other.is_being_written());
    assert!(Entry::take(&other).unwrap().is_some());
}

#[test]
fn what_is_sent_while_it_is_cancelled_is_not_called_unsent() {
    let scratch = scratch();
    let mut entry = create(&scratch.journal, "a = 1");
    let mut seen = scratch.journal.find("latest").unwrap();
    for step in [Step::Submit, Step::Take("b".to_owned())] {
        assert!(entry.record.apply(step).unwrap());
    }
    assert_eq!(seen.state, State::Planned);
    assert!(!seen.cancel_unsent().unwrap(), "it goes on at the server");
    assert_eq!((seen.state, scratch.journal.records()[0].state), (State::Submitted, State::Submitted));
}

#[test]
fn a_run_that_cannot_be_read_is_not_said_to_be_unknown_without_a_word() {
    let scratch = scratch();
    let run = create(&scratch.journal, "a = 1").record.run;
    let file = scratch.folder.path().join("state/runs").join(&run).join(RECORD);
    fs::write(&file, fs::read_to_string(&file).unwrap().replace("\"planned\"", "\"archived\"")).unwrap();
    for text in [run.as_str(), "latest"] {
        let failure = scratch.journal.find(text).unwrap_err();
        let suggestion = failure.suggestion.unwrap();
        assert!(suggestion.contains(&run) && suggestion.contains("archived"), "{suggestion}");
    }
}

#[test]
fn a_journal_that_cannot_be_written_says_so_and_what_to_do() {
    let scratch = scratch();
    fs::write(scratch.folder.path().join("state"), "a file").unwrap();
    let failure = scratch.journal.lock().unwrap_err();
    assert_eq!((failure.exit, failure.code.as_ref()), (Exit::Usage, "journal"));
    assert!(failure.suggestion.unwrap().contains("SIGNAL_STATE_DIR"));
    assert!(scratch.journal.records().is_empty());
}

#[cfg(unix)]
#[test]
fn nobody_else_reads_the_journal() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = scratch();
    let mut entry = create(&scratch.journal, "a = 1");
    for step in [Step::Submit, Step::Take("b".to_owned()), Step::Complete(None)] {
        assert!(entry.record.apply(step).unwrap());
    }
    entry.record.keep(&json!({})).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = entry.record.folder().to_owned();
    assert_eq!((mode(&folder), mode(folder.parent().unwrap())), (0o700, 0o700));
    let files: Vec<_> = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 6, "{files:?}");
    assert!(files.iter().all(|file| mode(file) == 0o600), "{files:?}");
}

#[test]
fn an_account_tells_nothing_of_the_key() {
    let key = "ht_prov_secret".to_owned();
    let account = account(&key.clone().into());
    assert_eq!((account.len(), account), (12, sha256(key.as_bytes())[..12].to_owned()));
    assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
