//! `dsl run --report`, `dsl runs report` and `dsl runs export`: what comes of a run, on a page and in files.

mod page;

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::scratch::Scratch;

const RUNS: &str = ".local/state/dsl/runs";

/// Two tickers over a year, some hundred trades.
const SCRIPT: &str = "\
#! universe   = BINANCE:BTC/USDT, BINANCE:ETH/USDT
#! timeframe  = 4h
#! start_date = 2022-06-01
#! end_date   = 2024-02-29
fast = ema(close, 3)
slow = ema(close, 8)
up = fast > slow
emit_signal(up, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.4)))
emit_signal(not up, exit(\"BINANCE:BTC/USDT\", \"LONG\"))
emit_signal(up, entry(\"BINANCE:ETH/USDT\", \"LONG\", Weight(0.4)))
emit_signal(not up, exit(\"BINANCE:ETH/USDT\", \"LONG\"))
";

/// A scratch folder after a run on the sandbox, and its document.
fn ran() -> (Scratch, Value) {
    let scratch = Scratch::new().with("trend.signal", SCRIPT);
    let document = scratch.dsl("run --sandbox --json trend.signal").check(0, &[], &[]).json_of("run");
    (scratch, document)
}

fn read(scratch: &Scratch, name: &str) -> String {
    std::fs::read_to_string(scratch.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What the journal keeps of the only run.
fn kept(scratch: &Scratch, name: &str) -> Value {
    let runs: Vec<PathBuf> = std::fs::read_dir(scratch.path(RUNS))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    assert_eq!(runs.len(), 1);
    serde_json::from_str(&std::fs::read_to_string(runs[0].join(name)).unwrap()).unwrap()
}

#[test]
fn a_run_writes_the_report_that_was_asked_for() {
    let scratch = Scratch::new().with("trend.signal", SCRIPT).with("out.html", "old");
    scratch.dsl("run --sandbox trend.signal --report out.html").check(0, &["total return"], &["wrote out.html"]);
    let page = read(&scratch, "out.html");
    for words in ["<title>trend.signal", "synthetic data", "Returns by month", "BINANCE:ETH/USDT", "emit_signal"] {
        assert!(page.contains(words), "{words}");
    }
    let document = scratch.dsl("run --sandbox --json trend.signal --report new.html").check(0, &[], &[]).json_of("run");
    assert_eq!(document["report"], "new.html");
    assert!(read(&scratch, "new.html").contains(document["run"].as_str().unwrap()));
    let without = scratch.dsl("run --sandbox --json trend.signal").json_of("run");
    assert_eq!(without["report"], Value::Null);
}

#[test]
fn a_report_that_cannot_be_written_stops_the_run_before_it_is_sent() {
    let scratch = Scratch::new().with("trend.signal", SCRIPT).with("folder/file", "");
    for (path, words) in [
        ("trend.signal", "name of a script"),
        ("folder", "it is a folder"),
        ("none/out.html", "`none` does not exist"),
        ("folder/file/x", "is no folder"),
    ] {
        scratch.dsl(&format!("run --sandbox trend.signal --report {path}")).check(2, &[], &[words]);
        let document =
            scratch.dsl(&format!("run --sandbox --json trend.signal --report {path}")).check(2, &[], &[]).json();
        assert_eq!(document["error"]["code"], "unwritable-file");
    }
    assert!(!scratch.path(RUNS).exists(), "nothing was begun");
    scratch.dsl("run --dry-run trend.signal --report x.html").check(2, &[], &["--dry-run"]);
}

#[test]
fn a_past_run_is_reported_from_the_journal_alone() {
    let (scratch, document) = ran();
    let run = document["run"].as_str().unwrap();
    scratch.dsl("runs report latest -o page.html").check(0, &["page.html\n"], &[]);
    let page = read(&scratch, "page.html");
    assert!(page.contains(run) && page.contains("7 bars"), "with its warm-up");
    scratch.dsl("runs report latest").check(0, &[&format!("trend-{run}.html\n")], &[]);
    assert!(read(&scratch, &format!("trend-{run}.html")).starts_with("<!DOCTYPE html>"));
    let told = scratch.dsl("runs report latest -o page.html --json").check(0, &[], &[]).json_of("runs-report");
    assert_eq!(told, json!({"schema": 1, "run": run, "report": "page.html"}));
    scratch.dsl("runs report latest -o -").check(0, &["<!DOCTYPE html>", "</html>"], &[]);
    let both = scratch.dsl("runs report latest -o - --json").check(2, &[], &[]).json_of("error");
    assert!(both["error"]["message"].as_str().unwrap().contains("-o - prints it"), "{both}");
    scratch.dsl("runs report nonsense").check(3, &[], &["no run `nonsense`"]);
    scratch.dsl("runs report latest -o .").check(2, &[], &["it is a folder"]);
    // The same page comes from the run itself, the time of writing aside.
    scratch.dsl("run --sandbox trend.signal --report direct.html").check(0, &[], &[]);
    let (direct, later) = (read(&scratch, "direct.html"), scratch.dsl("runs report latest -o -").out);
    let story = |page: &str| page.split("<footer>").next().unwrap().to_owned();
    assert_eq!(story(&direct), story(&later));
}

#[test]
fn a_run_without_results_has_no_report_and_says_what_to_do() {
    let scratch = Scratch::new().with("bad.signal", SCRIPT.replace("ema(close, 8)", "ema(close, 9000)"));
    scratch.dsl("run --sandbox --force bad.signal").check(7, &[], &[]);
    for line in ["runs report latest", "runs export latest --format csv --part trades"] {
        let ran = scratch.dsl(line);
        ran.check(3, &[], &["has no results here: it is failed", "dsl runs show"]);
        assert!(!ran.err.contains("goes on"), "it is over: {}", ran.err);
    }
    let document = scratch.dsl("runs export latest --format json").check(0, &[], &[]).json_of("runs-export");
    assert_eq!((document["results"].is_null(), document["record"]["state"].as_str()), (true, Some("failed")));
}

/// A table of CSV, row by row, the header among them.
fn rows(text: &str) -> Vec<Vec<String>> {
    assert!(text.ends_with("\r\n"), "{text:?}");
    let lines = text.trim_end().split("\r\n");
    let rows: Vec<Vec<String>> = lines.map(|line| line.split(',').map(str::to_owned).collect()).collect();
    assert!(rows.iter().all(|row| row.len() == rows[0].len()), "every row is as wide as the header");
    rows
}

#[test]
fn results_are_exported_whole() {
    let (scratch, document) = ran();
    let result = kept(&scratch, "result.json");
    let exported = scratch.dsl("runs export latest --format json").check(0, &[], &[]).json_of("runs-export");
    assert_eq!(exported["results"], result, "as the server sent it");
    assert_eq!((exported["script"].as_str(), &exported["record"]["run"]), (Some(SCRIPT), &document["run"]));

    let trades = rows(&scratch.dsl("runs export latest --format csv --part trades").check(0, &[], &[]).out);
    let sent = result["trades"].as_array().unwrap();
    assert_eq!(
        (trades.len() - 1, sent.len() as u64),
        (sent.len(), document["metrics"]["num_trades"].as_u64().unwrap())
    );
    let column = |name: &str| trades[0].iter().position(|head| head == name).unwrap();
    for (row, trade) in trades[1..].iter().zip(sent) {
        assert_eq!(row[column("ticker")], trade["ticker"].as_str().unwrap());
        assert_eq!(row[column("pnl")].parse::<f64>().unwrap(), trade["pnl"].as_f64().unwrap(), "in full");
    }
    let points = result["equity"]["points"].as_array().unwrap().len();
    assert_eq!(rows(&scratch.dsl("runs export latest --format csv --part equity").out).len(), points + 1);

    scratch.dsl("runs export latest --format csv -o out").check(0, &[], &["out"]);
    let files: BTreeSet<_> =
        std::fs::read_dir(scratch.path("out")).unwrap().map(|file| file.unwrap().file_name()).collect();
    let names: Vec<_> = files.iter().map(|name| name.to_str().unwrap()).collect();
    assert_eq!(names, ["equity.csv", "metrics.csv", "per-ticker.csv", "trades.csv"]);
    assert_eq!(rows(&read(&scratch, "out/trades.csv")), trades);
    assert_eq!(rows(&read(&scratch, "out/per-ticker.csv")).len(), 3);
    assert!(read(&scratch, "out/metrics.csv").contains("\r\nsharpe_ratio,"));
    scratch.dsl("runs export latest --format csv --part equity -o e.csv").check(0, &[], &["wrote e.csv"]);
    assert_eq!(read(&scratch, "e.csv"), read(&scratch, "out/equity.csv"));

    scratch.dsl("runs export latest --format csv").check(2, &[], &["--part trades"]);
    scratch.dsl("runs export latest --format csv -o e.csv").check(2, &[], &["it is a file"]);
    for (line, exit, code) in [("latest --part trades", 2, "usage"), ("nowhere", 3, "unknown-run"), ("", 2, "usage")] {
        let ran = scratch.dsl(&format!("runs export {line} --format json"));
        assert_eq!(ran.check(exit, &[], &[]).json_of("error")["error"]["code"], code, "{line}");
    }
}

#[cfg(unix)]
#[test]
fn a_part_that_could_not_be_fetched_is_no_empty_table() {
    let (scratch, document) = ran();
    let name = format!("{}/result.json", document["run"].as_str().unwrap());
    let mut result = kept(&scratch, "result.json");
    let some = result["trades"].as_array().unwrap()[..1].to_vec();
    for (trades, exit, word) in
        [(Value::Null, 3, "error: trades of the run"), (Value::from(some), 0, "warning: trades of")]
    {
        result["trades"] = trades;
        result["lacking"] = json!([{"part": "trades", "message": "could not be fetched: no way"}]);
        scratch.write(&format!("{RUNS}/{name}"), result.to_string());
        let words = [word, "could not be fetched: no way"];
        scratch.dsl("runs export latest --format csv --part trades").check(exit, &[], &words);
        scratch.dsl("runs export latest --format csv -o out").check(exit, &[], &words).check(
            exit,
            &[],
            &["wrote", "equity.csv"],
        );
        assert_eq!(scratch.path("out/trades.csv").exists(), exit == 0);
        let shown = scratch.dsl("runs attach latest --json").check(0, &[], &[]).json_of("run");
        assert_eq!(shown["lacking"], result["lacking"]);
    }
}

#[test]
fn open_starts_the_user_s_browser_on_the_report() {
    use std::os::unix::fs::PermissionsExt;
    let (scratch, _) = ran();
    let browser = scratch.path("browser");
    scratch.write("browser", "#!/bin/sh\nprintf '%s' \"$1\" > opened.part\nmv opened.part opened\n");
    std::fs::set_permissions(&browser, std::fs::Permissions::from_mode(0o755)).unwrap();
    let scratch = scratch.set("BROWSER", browser.to_str().unwrap());
    for line in ["runs report latest -o page.html --open", "run --sandbox trend.signal --report page.html --open"] {
        let _ = std::fs::remove_file(scratch.path("opened"));
        scratch.dsl(line).check(0, &[], &[]);
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
        while !scratch.path("opened").exists() {
            assert!(std::time::Instant::now() < deadline, "{line}: nothing was opened");
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        let opened = read(&scratch, "opened");
        assert!(opened.starts_with("file:///") && opened.ends_with("/page.html"), "{opened}");
    }
    // Without a report there is nothing that stays of a sandbox in this process.
    let _ = std::fs::remove_file(scratch.path("opened"));
    scratch.dsl("run --sandbox trend.signal --open").check(0, &[], &["nothing is opened", "--report"]);
    assert!(!scratch.path("opened").exists());
}

#[test]
fn an_address_that_is_none_is_not_opened() {
    let scratch = Scratch::new().with("trend.signal", SCRIPT);
    let document = scratch.dsl("run --sandbox --json trend.signal").json_of("run");
    let run = document["run"].as_str().unwrap();
    let mut record = kept(&scratch, "run.json");
    record["origin"] = json!("https://127.0.0.1:1/api/v1");
    scratch.write(&format!("{RUNS}/{run}/run.json"), record.to_string());
    let mut result = kept(&scratch, "result.json");
    result["summary"]["dashboard_url"] = json!("file:///etc/passwd");
    scratch.write(&format!("{RUNS}/{run}/result.json"), result.to_string());
    let scratch = scratch.set("BROWSER", "false");
    scratch.dsl("runs attach latest --open").check(0, &[], &["`file:///etc/passwd` is not opened"]);
}
