//! The fault matrix: every fault at every step of a run, against the real binary. What has to come of each follows from one
//! rule, not from a recording. `docs/fault-matrix.md` shows it; `UPDATE_PAGES=1 cargo test -p dsl --test tests matrix::` writes it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};

use serde_json::Value;
use signal_sandbox::{Fault, Options, Running, Sandbox};
use tokio::runtime::Runtime;

use crate::scratch::{Ran, Scratch};

/// More than 500 trades, so that there is a second page of them.
const SCRIPT: &str = "\
#! universe   = BINANCE:BTC/USDT
#! timeframe  = 1h
#! start_date = 2024-01-01
#! end_date   = 2024-06-30
quick = sma(close, 3)
emit_signal(close < quick, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))
emit_signal(close > quick, exit(\"BINANCE:BTC/USDT\", \"LONG\"))
";

/// Runs that go at the same time: most of what they do is wait.
const AT_ONCE: usize = 16;

/// How long the server may be silent here.
const TIMEOUT: &str = "3s";

/// What a fault is from the client's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    /// An answer that can be used.
    Fine,
    /// No answer, or none that can be read; the next one may be better.
    Lost,
    /// An answer that is too long, as the next one would be.
    Endless,
    /// An answer that can be read and says nothing of what was asked.
    Retyped,
    /// The server's own failure.
    Server,
    /// Come back in a moment.
    Limited,
    /// Come back much later.
    Quota,
    /// The key is refused.
    Key,
    /// The request is refused.
    Invalid,
    /// What was asked for is not there.
    NotFound,
    /// A refusal that is not the API's.
    Stranger,
    /// Ask somebody else.
    Redirected,
}

/// Every fault, and what it is from the client's side.
const FAULTS: &[(&str, Seen)] = &[
    ("latency=150ms", Seen::Fine),
    ("drip=2000b/1ms", Seen::Fine),
    ("hostile-text", Seen::Fine),
    ("drop=sending", Seen::Lost),
    ("drop=before", Seen::Lost),
    ("drop=after", Seen::Lost),
    ("drop=mid", Seen::Lost),
    ("latency=60s", Seen::Lost),
    ("truncate=0", Seen::Lost),
    ("truncate=40", Seen::Lost),
    ("garbage", Seen::Lost),
    ("deep=1000", Seen::Lost),
    ("status=200;body=html", Seen::Lost),
    ("endless", Seen::Endless),
    ("wrong-type", Seen::Retyped),
    ("status=500", Seen::Server),
    ("status=500;taken", Seen::Server),
    ("status=502;body=html", Seen::Server),
    ("status=503;retry-after=1", Seen::Server),
    ("status=408;body=html", Seen::Server),
    ("status=429;retry-after=1", Seen::Limited),
    ("status=429;retry-after=3600", Seen::Quota),
    ("status=403;code=FREE_QUOTA_EXCEEDED", Seen::Quota),
    ("status=401", Seen::Key),
    ("status=403", Seen::Key),
    ("status=400", Seen::Invalid),
    ("status=404", Seen::NotFound),
    ("status=403;body=html", Seen::Stranger),
    ("status=404;body=html", Seen::Stranger),
    ("redirect=https://example.com/", Seen::Redirected),
];

/// Where in a run a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// At the submission.
    Submission,
    /// At one of the polls.
    OnePoll,
    /// At every poll.
    EveryPoll,
    /// At the first try to fetch the summary.
    SummaryOnce,
    /// At every try to fetch it.
    Summary,
    /// At every try to fetch a further page of the results.
    Page,
}

/// Every step: its title, the words that confine a fault to it, and what it is.
const STEPS: &[(&str, &str, Step)] = &[
    ("submission", "path=/backtest/execute", Step::Submission),
    ("first poll", "path=/backtest/status;times=1", Step::OnePoll),
    ("second poll", "path=/backtest/status;times=1", Step::OnePoll),
    ("every poll", "path=/backtest/status", Step::EveryPoll),
    ("summary, once", "path=/backtest/results/*;times=1", Step::SummaryOnce),
    ("summary", "path=/backtest/results/*", Step::Summary),
    ("metrics", "path=/backtest/results/*/metrics", Step::Page),
    ("per-ticker", "path=/backtest/results/*/per-ticker", Step::Page),
    ("trades, page 1", "path=/backtest/results/*/trades", Step::Page),
    ("trades, page 2", "path=/backtest/results/*/trades;after=1", Step::Page),
    ("equity", "path=/backtest/results/*/equity", Step::Page),
    ("analysis", "path=/backtest/results/*/analysis", Step::Page),
];

/// Exit code and status.
type End = (i32, &'static str);

/// The rule: how a run ends that meets a fault at a step.
fn expected(seen: Seen, step: Step) -> End {
    let exit = match seen {
        Seen::Fine => 0,
        Seen::Lost | Seen::Endless | Seen::Retyped | Seen::Server | Seen::Stranger | Seen::Redirected => 6,
        Seen::Limited | Seen::Quota => 5,
        Seen::Key => 4,
        Seen::NotFound => 3,
        Seen::Invalid => 2,
    };
    // What a moment later may be better, and is asked again.
    let passes = match step {
        Step::Submission | Step::EveryPoll | Step::Summary => false,
        // A quota is no matter of the poll, and a new job may not be known everywhere yet.
        Step::OnePoll => !matches!(seen, Seen::Key | Seen::Invalid | Seen::Stranger | Seen::Redirected),
        // Nor may new results be there everywhere.
        Step::SummaryOnce => matches!(seen, Seen::Lost | Seen::Server | Seen::Limited | Seen::NotFound),
        // A part that can't be had is told, and the run is none the worse.
        Step::Page => true,
    };
    // A summary without figures still leaves their own page.
    let suffices = seen == Seen::Retyped && matches!(step, Step::SummaryOnce | Step::Summary);
    if seen == Seen::Fine || passes || suffices {
        return (0, "completed");
    }
    let status = match step {
        Step::Submission if matches!(seen, Seen::Lost | Seen::Endless | Seen::Retyped | Seen::Server) => "unknown",
        Step::Submission => "refused",
        Step::OnePoll | Step::EveryPoll => "detached",
        Step::SummaryOnce | Step::Summary | Step::Page => "completed",
    };
    (exit, status)
}

/// The rule for submissions: one, unless the server refused it expressly and asks to come back in a moment; then three more.
fn submissions(seen: Seen, step: Step) -> u64 {
    if seen == Seen::Limited && step == Step::Submission { 4 } else { 1 }
}

/// The rule for attaching once the fault is over: what has an id ends well, and what has none stays as it is.
fn attached(end: End) -> End {
    if matches!(end.1, "unknown" | "refused") { end } else { (0, "completed") }
}

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap());

/// A sandbox of this process with faults.
pub(crate) fn sandbox(faults: &[String]) -> Running {
    let faults: Vec<Fault> = faults.iter().map(|fault| fault.parse().unwrap()).collect();
    let today = Some("2026-01-15".parse().unwrap());
    RUNTIME.block_on(Sandbox::start(Options { faults, today, workers: 1, ..Options::default() })).unwrap()
}

/// A folder with the script, whose runs go to that sandbox.
pub(crate) fn scratch(sandbox: &Running) -> Scratch {
    let scratch = Scratch::new().with("a.signal", SCRIPT);
    let state = scratch.path("state").to_string_lossy().into_owned();
    scratch
        .set("SIGNAL_STATE_DIR", &state)
        .set("HEYTRADERS_BASE_URL", &sandbox.url)
        .set("HEYTRADERS_API_KEY", &sandbox.api_key)
        .set("HEYTRADERS_TIMEOUT", TIMEOUT)
}

/// What the journal keeps of the one run's results.
fn stored(scratch: &Scratch) -> Value {
    let run = record(scratch)["run"].as_str().unwrap().to_owned();
    let path = scratch.path(&format!("state/runs/{run}/result.json"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// The one record of the journal.
fn record(scratch: &Scratch) -> Value {
    let runs: Vec<_> = std::fs::read_dir(scratch.path("state/runs"))
        .unwrap()
        .flatten()
        .map(|entry| entry.path().join("run.json"))
        .filter(|path| path.is_file())
        .collect();
    assert_eq!(runs.len(), 1, "one run, one record: {runs:?}");
    serde_json::from_slice(&std::fs::read(&runs[0]).unwrap()).unwrap()
}

/// Asserts that a terminal would obey nothing of what was said, and that nothing panicked.
pub(crate) fn harmless(ran: &Ran) {
    let harmful =
        |c: char| c.is_control() && c != '\n' || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    assert!(!ran.out.contains(harmful), "{:?}", ran.out);
    assert!(!ran.err.contains(harmful), "{:?}", ran.err);
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
}

/// Exit code and status of a run or an attaching, whose output is one sound document.
pub(crate) fn end(ran: &Ran) -> (i32, Value) {
    harmless(ran);
    (ran.exit, ran.json_of("run"))
}

/// A fault at a step. That there is a second poll is no matter of luck: the first one is told that the job still runs.
fn faults(fault: &str, title: &str, words: &str) -> Vec<String> {
    let running = r#"status=200;body={"success":true,"data":{"status":"running"}};path=/backtest/status;times=1"#;
    let before = (title == "second poll").then(|| running.to_owned());
    before.into_iter().chain([format!("{fault};{words}")]).collect()
}

/// Runs against a fault at a step and checks everything that must hold; how it ended, before and after the fault.
fn check(fault: &str, seen: Seen, (title, words, step): (&str, &str, Step)) -> (End, End) {
    let sandbox = sandbox(&faults(fault, title, words));
    let scratch = scratch(&sandbox);
    let (wanted, then) = (expected(seen, step), attached(expected(seen, step)));

    let (exit, document) = end(&scratch.dsl("run --json a.signal"));
    let place = format!("{fault} at {title}: {document:#}");
    assert_eq!((exit, document["status"].as_str().unwrap()), wanted, "{place}");
    assert!(sandbox.fault_hits().iter().all(|hits| *hits > 0), "the fault was met: {place}");
    let sent = submissions(seen, step);
    let (received, taken) = sandbox.submissions();
    assert_eq!(received, sent, "submitted as often as the rule says: {place}");
    assert!(taken <= 1, "never two backtests: {place}");
    let has_id = !matches!(wanted.1, "unknown" | "refused");
    assert_eq!(document["backtest_id"].is_string(), has_id, "an id that the server told is never lost: {place}");
    let noted = record(&scratch);
    assert_eq!(noted["backtest_id"], document["backtest_id"], "the journal knows it: {noted:#} {place}");
    if wanted.1 == "unknown" {
        assert_eq!(noted["state"], "unknown", "{noted:#} {place}");
    }
    assert_eq!(document["error"].is_object(), exit != 0, "{place}");

    sandbox.end_faults();
    let (exit, document) = end(&scratch.dsl("runs attach latest --json"));
    let place = format!("attached after {fault} at {title}: {document:#}");
    assert_eq!((exit, document["status"].as_str().unwrap()), then, "{place}");
    assert_eq!(sandbox.submissions().0, sent, "attaching submits nothing: {place}");
    if then.1 == "completed" {
        let lacking = stored(&scratch)["lacking"].clone();
        assert_eq!(lacking, serde_json::json!([]), "what was lacking is fetched when attaching: {place}");
        assert_eq!(document["backtest_id"], noted["backtest_id"], "{place}");
        assert!(document["metrics"].is_object() && document["result_id"].is_string(), "{place}");
    }
    (wanted, then)
}

/// `work` for each of so many cases, several at once; a panic ends it with what the panic said.
fn side_by_side<T: Send>(cases: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let case = next.fetch_add(1, Ordering::Relaxed);
                    if case >= cases {
                        break;
                    }
                    let came = work(case);
                    done.lock().unwrap().push((case, came));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(case, _)| *case);
    done.into_iter().map(|(_, came)| came).collect()
}

#[test]
fn every_fault_at_every_step_ends_as_the_rule_says_with_one_submission_and_no_lost_id() {
    let ends = side_by_side(FAULTS.len() * STEPS.len(), |case| {
        let (fault, seen) = FAULTS[case / STEPS.len()];
        check(fault, seen, STEPS[case % STEPS.len()])
    });
    let mut page = String::from(PREFACE);
    let titles: Vec<&str> = STEPS.iter().map(|(title, ..)| *title).collect();
    page.push_str(&format!("| fault | {} |\n|---|{}\n", titles.join(" | "), "---|".repeat(titles.len())));
    for ((fault, _), ends) in FAULTS.iter().zip(ends.chunks(STEPS.len())) {
        let cells: Vec<String> = ends
            .iter()
            .map(|(end, then)| {
                if then == end { format!("{} {}", end.0, end.1) } else { format!("{} {} → {}", end.0, end.1, then.0) }
            })
            .collect();
        page.push_str(&format!("| `{fault}` | {} |\n", cells.join(" | ")));
    }
    println!("{page}");
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/fault-matrix.md");
    if std::env::var_os("UPDATE_PAGES").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(&path).unwrap_or_default(),
        page,
        "docs/fault-matrix.md: set UPDATE_PAGES=1 to write it"
    );
}

/// What stands above the matrix.
const PREFACE: &str = "\
# What becomes of a run when the server fails

Each row is a [fault of the sandbox](sandbox.md#faults), each column the place where it strikes. A cell tells the exit code of `dsl run` and the
status in its JSON, and after an arrow the exit code of `dsl runs attach` once the fault is over. In every one of these cases

- the script was submitted once, whatever happened (only a 429 that asks for a short wait is followed by another try: it says that nothing was
  taken);
- an id that the server told stands in the document and in the journal;
- what of the results could not be fetched is fetched when attaching;
- stdout was one JSON document, valid under its schema;
- neither stdout nor stderr held a character that a terminal would obey.

A test runs the whole matrix against the real command and writes this page.

";

#[test]
fn without_a_server_nothing_was_sent_and_it_can_be_run_again() {
    let sandbox = sandbox(&[]);
    let scratch = scratch(&sandbox);
    drop(sandbox);
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/api/v1", nobody.local_addr().unwrap());
    drop(nobody);
    let scratch = scratch.set("HEYTRADERS_BASE_URL", &url);
    let (exit, document) = end(&scratch.dsl("run --json a.signal"));
    assert_eq!((exit, document["status"].as_str()), (6, Some("refused")), "{document:#}");
    assert!(document["error"]["suggestion"].as_str().unwrap().contains("nothing was sent"), "{document:#}");
}

#[test]
fn a_run_that_is_limited_for_a_moment_is_sent_again_and_completes() {
    let sandbox = sandbox(&["status=429;retry-after=1;path=/backtest/execute;times=1".to_owned()]);
    let (exit, document) = end(&scratch(&sandbox).dsl("run --json a.signal"));
    assert_eq!((exit, document["status"].as_str()), (0, Some("completed")), "{document:#}");
    assert_eq!(sandbox.submissions(), (2, 1));
}

#[test]
fn a_job_ends_the_run_as_it_ends_itself() {
    for (fault, status) in
        [("job=fail", "failed"), ("job=cancel", "cancelled"), ("job=fail;code=TA_OUT_OF_RANGE", "failed")]
    {
        let sandbox = sandbox(&[fault.to_owned()]);
        let scratch = scratch(&sandbox);
        for line in ["run --json a.signal", "runs attach latest --json"] {
            let (exit, document) = end(&scratch.dsl(line));
            assert_eq!((exit, document["status"].as_str()), (7, Some(status)), "{fault}: {document:#}");
        }
        assert_eq!(sandbox.submissions(), (1, 1), "{fault}");
    }
}

#[test]
fn in_words_for_people_too_faults_end_as_the_rule_says_and_no_terminal_would_obey() {
    let cases: Vec<_> =
        ["hostile-text", "drop=after", "status=503;taken", "garbage", "wrong-type", "endless", "status=401"]
            .iter()
            .flat_map(|fault| {
                STEPS.iter().map(move |step| (FAULTS.iter().find(|(name, _)| name == fault), fault, step))
            })
            .collect();
    side_by_side(cases.len(), |case| {
        let (known, fault, (title, words, step)) = cases[case];
        let seen = known.map_or(Seen::Server, |(_, seen)| *seen);
        let sandbox = sandbox(&faults(fault, title, words));
        let ran = scratch(&sandbox).dsl("run a.signal");
        harmless(&ran);
        assert_eq!(ran.exit, expected(seen, *step).0, "{fault} at {title}\n{}\n{}", ran.out, ran.err);
        assert!(ran.exit == 0 || ran.err.contains("error: "), "{}", ran.err);
        assert_eq!(sandbox.submissions().0, 1, "{fault} at {title}");
    });
}
