//! `dsl catalog`: the service's own list fetched, kept, shown and compared, and scripts checked against it.

use serde_json::{Value, json};

use crate::capture::{Capture, response};
use crate::scratch::{Ran, Scratch};
use crate::server::Served;

const KEY: &str = "ht_prov_catalog_secret";
const SCRIPT: &str = "a = rsl(close, 14)\nb = hey_flow(close, 3)\nc = fundin\nemit_signal(a > b and c > 0, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n";

/// A service that answers so when it is asked for its names with the key.
fn answering(status: u16, body: impl Into<Vec<u8>>) -> String {
    let body = body.into();
    let service = Capture::raw(move |request, _| {
        Some(match () {
            () if request.line() != "GET /api/v1/meta/indicators" => response(404, "", "{}"),
            () if !request.head.contains(KEY) => response(401, "", "{}"),
            () => response(status, "", &body),
        })
    });
    service.url
}

/// A project whose service answers so.
fn project(status: u16, body: impl Into<Vec<u8>>) -> Scratch {
    let url = answering(status, body);
    Scratch::new().set("HEYTRADERS_BASE_URL", &url).set("HEYTRADERS_API_KEY", KEY).with("a.signal", SCRIPT)
}

/// Runs, and asserts that the key is never shown.
fn run(scratch: &Scratch, line: &str) -> Ran {
    let ran = scratch.dsl(line);
    assert!(!ran.out.contains(KEY) && !ran.err.contains(KEY), "{line}");
    ran
}

/// Findings under some of the codes, by severity, code and line.
fn findings_of(scratch: &Scratch, codes: &[&str]) -> Vec<String> {
    let document = run(scratch, "check --output-format json a.signal").json_of("check");
    let list = document["diagnostics"].as_array().unwrap().iter();
    list.filter(|finding| codes.iter().any(|code| finding["code"] == *code))
        .map(|finding| {
            format!(
                "{} {} {}",
                finding["severity"].as_str().unwrap(),
                finding["code"].as_str().unwrap(),
                finding["start"]["line"]
            )
        })
        .collect()
}

/// Findings on names that nobody knows.
fn findings(scratch: &Scratch) -> Vec<String> {
    findings_of(scratch, &["unknown-function", "unknown-variable", "undefined-name"])
}

fn origin(scratch: &Scratch) -> String {
    let document = run(scratch, "check --output-format json a.signal").json_of("check");
    document["catalog"]["origin"].as_str().unwrap().to_owned()
}

const LIST: &str = r#"{"success": true, "data": {
    "indicators": [{"name": "RSI", "params": {"period": 14}}, {"name": "sma", "params": {"period": 20}}, {"name": "hey_flow", "params": {"length": 3}}, 7],
    "variables": {"onchain": ["funding"]}, "timeframes": ["1h"]}, "error": null, "meta": {"timestamp": "2026-01-31T00:00:00Z"}}"#;

#[test]
fn what_the_sandbox_lists_is_the_bundled_catalog_again() {
    let served = Served::start(&Scratch::new(), "sandbox --port 0 --json");
    let scratch = served.client();
    let bundled = scratch.dsl("catalog show --json").check(0, &[], &[]).json_of("catalog-show");
    assert_eq!(bundled["origin"], "bundled");
    scratch.dsl("catalog pull").check(0, &["indicators", "operators", "variables", "can be predicted"], &["sandbox"]);
    let fetched = scratch.dsl("catalog show --json").check(0, &[], &[]).json_of("catalog-show");
    assert_eq!((fetched["origin"].as_str(), fetched["url"].as_str()), (Some("cache"), served.document["url"].as_str()));
    let (ours, theirs) = (bundled["entries"].as_array().unwrap(), fetched["entries"].as_array().unwrap());
    assert!(ours.len() > 300 && ours.len() == theirs.len());
    for (ours, theirs) in ours.iter().zip(theirs) {
        for field in ["name", "kind", "params", "outputs", "memory", "signatures", "group", "summary"] {
            assert_eq!(ours[field], theirs[field], "{field} of {}", ours["name"]);
        }
        assert_eq!(ours["lookback"]["formula"], theirs["lookback"]["formula"], "{}", ours["name"]);
        assert_eq!(theirs["evidence"], "live");
    }
    scratch.dsl("catalog diff --exit-code").check(0, &[], &["nothing differs"]);
}

#[test]
fn an_unknown_name_is_an_error_only_against_the_service_s_own_list() {
    let scratch = project(200, LIST);
    assert_eq!(
        findings(&scratch),
        ["warning unknown-function 1", "warning unknown-function 2", "warning undefined-name 3"]
    );
    run(&scratch, "check a.signal").check(0, &["`dsl catalog pull` fetches the server's own, with a key"], &[]);
    run(&scratch, "catalog pull").check(
        0,
        &["3 indicators and 1 variable", "$.data.indicators[3]: a number is no name"],
        &[],
    );
    assert_eq!(
        findings(&scratch),
        ["error unknown-function 1", "error unknown-variable 3"],
        "`hey_flow` is the service's, and `fundin` looks like its `funding`"
    );
    run(&scratch, "check a.signal").check(1, &["did you mean `rsi"], &["names: the cache catalog of "]);
    // A list without variables says nothing of them.
    let scratch = project(200, r#"["rsi", "sma", "hey_flow"]"#);
    run(&scratch, "catalog pull").check(0, &[], &[]);
    assert_eq!(findings(&scratch), ["error unknown-function 1", "warning undefined-name 3"]);
}

#[test]
fn how_a_name_is_called_is_judged_as_strictly_as_the_list_tells_it() {
    let calls = "a = rsi(close, timeperiod=14)\nb = hey_flow(close, 3, 4, 5)\nc = sma(close)\n";
    let judged = |list: &str| -> Vec<String> {
        let scratch = project(200, list).with("a.signal", calls);
        run(&scratch, "catalog pull").check(0, &[], &[]);
        findings_of(&scratch, &["unknown-parameter", "wrong-argument-count"])
    };
    assert_eq!(judged(r#"["rsi", "sma", "hey_flow"]"#), [""; 0], "names alone tell nothing of calls");
    let told = r#"["rsi(source, length=14)", "sma(source, length=20)", "hey_flow(source, length=3)"]"#;
    assert_eq!(judged(told), ["error unknown-parameter 1", "error wrong-argument-count 2"]);
    let parameters_alone = r#"{"rsi": {"length": 14}, "sma": {"length": 20}, "hey_flow": {"length": 3}}"#;
    assert_eq!(
        judged(parameters_alone),
        ["warning unknown-parameter 1"],
        "the series that `hey_flow` takes are not told"
    );
}

#[test]
fn the_pinned_catalog_goes_before_the_cached_one_and_that_before_the_bundled() {
    let scratch = project(200, LIST);
    assert_eq!(origin(&scratch), "bundled");
    run(&scratch, "catalog pull").check(0, &["/.cache/dsl/catalog.json"], &[]);
    assert_eq!(origin(&scratch), "cache");
    run(&scratch, "catalog pull --lock").check(0, &["signal.catalog.json from http://127.0.0.1"], &["commit"]);
    assert_eq!(origin(&scratch), "project");
    // Upwards, with and without a settings file in between; and again beside the settings file.
    scratch.write("deep/er/a.signal", SCRIPT);
    scratch.write("deep/signal.toml", "");
    let deep = scratch.dsl("check --output-format json deep/er/a.signal").json_of("check");
    assert_eq!(deep["catalog"]["origin"], "project");
    std::fs::remove_file(scratch.path("signal.catalog.json")).unwrap();
    scratch.write("signal.toml", "[catalog]\ndeclare = [\"rsl(series, period)\"]\n");
    let mut command = scratch.command("catalog pull --lock");
    let output = command.current_dir(scratch.path("deep/er")).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(scratch.path("deep/signal.catalog.json").is_file(), "beside the nearest signal.toml");
    // What is declared lies over whichever it is.
    assert_eq!(findings(&scratch), ["error unknown-variable 3"]);
    // A folder of one's own for the cache.
    let scratch = project(200, LIST);
    let folder = scratch.path("kept/here").to_string_lossy().into_owned();
    let scratch = scratch.set("SIGNAL_CACHE_DIR", &folder);
    run(&scratch, "catalog pull --json").check(0, &[], &[]).json_of("catalog-pull");
    assert!(scratch.path("kept/here/catalog.json").is_file());
    assert_eq!(origin(&scratch), "cache");
}

#[test]
fn a_pinned_file_is_the_same_whenever_it_is_fetched() {
    let scratch = project(200, LIST);
    run(&scratch, "catalog pull --lock");
    let first = std::fs::read_to_string(scratch.path("signal.catalog.json")).unwrap();
    run(&scratch, "catalog pull --lock");
    assert_eq!(std::fs::read_to_string(scratch.path("signal.catalog.json")).unwrap(), first);
    assert!(first.lines().count() > 30 && !first.contains(KEY) && !first.contains("timestamp"), "{first}");
    let left: Vec<_> = std::fs::read_dir(scratch.path(".")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with(".signal")), "{left:?}");
}

#[test]
fn what_was_skipped_and_the_records_are_told() {
    let scratch = project(200, LIST);
    run(&scratch, "catalog pull");
    let document = run(&scratch, "catalog show --json").json_of("catalog-show");
    assert_eq!(
        document["skipped"],
        json!([
            {"path": "$.data.indicators[3]", "reason": "a number is no name"},
            {"path": "$.data.timeframes", "reason": "not a section of names"}
        ])
    );
    let document = run(&scratch, "catalog show rsi --json").json_of("catalog-show");
    let entry = &document["entries"][0];
    assert_eq!(document["entries"].as_array().unwrap().len(), 1);
    assert_eq!(entry["lookback"], json!({"formula": "period", "source": "TA-Lib"}));
    assert_eq!(entry["params"][0]["name"], "period");
    assert_eq!(
        entry["records"][0],
        json!({"path": "$.data.indicators[0]", "record": {"name": "RSI", "params": {"period": 14}}})
    );
    let document = run(&scratch, "catalog show hey_flow --json").json_of("catalog-show");
    assert_eq!((&document["entries"][0]["lookback"], &document["entries"][0]["memory"]), (&Value::Null, &Value::Null));
    run(&scratch, "catalog show rsi").check(
        0,
        &["period bars (TA-Lib)", "the service's own list", "\"period\": 14"],
        &["cache"],
    );
    run(&scratch, "catalog show rsl").check(3, &[], &["did you mean `rsi`?"]);
    run(&scratch, "catalog search flwo").check(3, &[], &["no name fits"]);
    run(&scratch, "catalog search hey").check(0, &["hey_flow("], &[]);
    run(&scratch, "catalog search --json hey flow").check(0, &[], &[]).json_of("catalog-show");
}

#[test]
fn a_diff_names_what_changed_and_whom_it_touches() {
    let scratch = project(200, LIST);
    scratch.write(
        "b.signal",
        "emit_signal(ema(close, 20) > sma(close, 20), entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n",
    );
    run(&scratch, "catalog pull --lock");
    let ran = run(&scratch, "catalog diff");
    ran.check(
        0,
        &["- ema\n    used by b.signal\n", "~ rsi", "period=14", "+ hey_flow\n    used by a.signal"],
        &["2 scripts touched"],
    );
    run(&scratch, "catalog diff --exit-code").check(1, &[], &[]);
    run(&scratch, "catalog diff --live").check(0, &[], &["nothing differs"]);
    let document = run(&scratch, "catalog diff --json --scripts b.signal").json_of("catalog-diff");
    let change =
        |name: &str| document["changes"].as_array().unwrap().iter().find(|change| change["name"] == name).cloned();
    assert_eq!(change("ema").unwrap()["scripts"], json!(["b.signal"]));
    assert_eq!(change("hey_flow").unwrap()["scripts"], json!([]));
    assert_eq!(change("close"), None);
    let older = std::fs::read_to_string(scratch.path("signal.catalog.json")).unwrap();
    scratch.write("older.json", older);
    run(&scratch, "catalog diff older.json --exit-code").check(0, &[], &["nothing differs"]);
    run(&scratch, "catalog diff none.json").check(3, &[], &["none.json"]);
}

#[test]
fn an_answer_that_no_catalog_can_be_made_of_leaves_what_was_there() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let cases: [(u16, Vec<u8>, i32, &str); 9] = [
        (
            200,
            b"{\"success\": true, \"data\": []}".to_vec(),
            6,
            "names no indicator, operator or variable: it is an empty list",
        ),
        (
            200,
            b"{\"success\": false, \"error\": {\"code\": \"INVALID_API_KEY\", \"message\": \"no\"}}".to_vec(),
            4,
            "INVALID_API_KEY",
        ),
        (200, b"[1, 2]".to_vec(), 6, "$[0]: a number is no name"),
        (200, format!("[\"{}\"]", "x".repeat(21 << 20)).into_bytes(), 6, "21 MB"),
        (401, b"{}".to_vec(), 4, "scripts are checked against the catalog that you have"),
        (
            403,
            b"{\"success\": false, \"error\": {\"code\": \"INSUFFICIENT_PERMISSIONS\"}}".to_vec(),
            4,
            "INSUFFICIENT_PERMISSIONS",
        ),
        (404, b"nothing here".to_vec(), 6, "HTTP_404"),
        (200, deep.into_bytes(), 6, "recursion limit"),
        (200, b"<html>login</html>".to_vec(), 6, "no JSON"),
    ];
    for (status, body, exit, word) in cases {
        let start = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        let scratch = project(status, body);
        scratch.write("home", "");
        let ran = run(&scratch, "catalog pull");
        assert_eq!(ran.exit, exit, "{start}: {}", ran.err);
        assert!(ran.err.contains(word), "{start}: {}", ran.err);
        assert!(!scratch.path(".cache/dsl/catalog.json").exists(), "{start}");
        assert_eq!(origin(&scratch), "bundled");
    }
    let scratch = Scratch::new();
    scratch.dsl("catalog pull").check(4, &[], &["HEYTRADERS_API_KEY", "bundled snapshot"]);
    scratch.dsl("catalog pull --json").check(4, &[], &[]).json_of("error");
}

#[test]
fn control_and_bidi_characters_of_the_service_are_never_obeyed() {
    let list =
        r#"[{"name": "hey", "description": "\u001b[2Jevil\u202e\u0007"}, "\u001b[31mred", {"name": "\u202eabc"}]"#;
    let scratch = project(200, list);
    for line in [
        "catalog pull",
        "catalog pull --lock",
        "catalog show",
        "catalog show hey",
        "catalog search hey",
        "catalog diff",
    ] {
        let ran = run(&scratch, line);
        let harmful = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202A}'..='\u{202E}');
        assert!(!ran.out.contains(harmful) && !ran.err.contains(harmful), "{line}: {:?} {:?}", ran.out, ran.err);
    }
    for line in ["catalog show --json", "catalog show hey --json", "catalog pull --json", "catalog diff --json"] {
        run(&scratch, line).json();
    }
    let pinned = std::fs::read_to_string(scratch.path("signal.catalog.json")).unwrap();
    assert!(!pinned.contains(['\u{1b}', '\u{202e}']), "{pinned}");
}

#[test]
fn a_catalog_that_can_t_be_used_is_refused_with_its_cure() {
    let scratch = project(200, LIST);
    run(&scratch, "catalog pull --lock");
    let good = std::fs::read_to_string(scratch.path("signal.catalog.json")).unwrap();
    for (text, word) in [
        (String::new(), "empty"),
        (good[..good.len() / 2].to_owned(), "no JSON"),
        ("{\"schema\": 1, \"diagnostics\": []}".to_owned(), "no catalog that `dsl catalog pull` wrote"),
        (good.replace("\"schema\": 1", "\"schema\": 9"), "version 9"),
        (good.replace("\"period\": 14", "\"period\": 15"), "changed since they were fetched"),
    ] {
        scratch.write("signal.catalog.json", &text);
        for line in ["check a.signal", "warmup a.signal", "run --dry-run a.signal", "catalog show"] {
            run(&scratch, line).check(2, &[], &["`signal.catalog.json` can't be used", word, "help:"]);
        }
        let document = run(&scratch, "check --output-format json a.signal").check(2, &[], &[]).json_of("error");
        assert_eq!(document["error"]["code"], "bad-catalog");
    }
    // The cure works.
    run(&scratch, "catalog pull --lock").check(0, &[], &[]);
    run(&scratch, "catalog show").check(0, &[], &[]);
    std::fs::remove_file(scratch.path("signal.catalog.json")).unwrap();
    scratch.write(".cache/dsl/catalog.json", b"\xff\xfe");
    run(&scratch, "check a.signal").check(2, &[], &["it is no text", "dsl catalog pull"]);
}
