//! `dsl check --output-format`: what services and programs read, held against their schemas and their own validators.

use std::process::Command;

use serde_json::{Value, json};

use crate::readers::{FORMS, Read, read};
use crate::scratch::Scratch;

const FAULTY: &str = "#! timefrme = 1d\nx = rsl(close, 14)\ny = slwo > 1 && x\n";
const SHORT: &str = "#! universe = BINANCE:BTC/USDT\n#! timeframe = 1d\n#! start_date = 2024-01-01\n#! end_date = 2024-03-31\n\
    up = close > ema(close, 200)\nemit_signal(up, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n";

/// Scripts with findings of every kind, under names that need escaping.
fn book() -> Scratch {
    Scratch::new()
        .with("a.signal", FAULTY)
        .with("clean.signal", "x = close\n")
        .with("deep/größe, 100%: <b>&\"'.signal", SHORT)
        .with("evil\u{1b}[2J\u{202e}.signal", "x = \"\u{202e}<&]]>\" + rsl\u{7}(close)\r\n\u{9b}y = @\r\n")
        .with("latin.signal", b"x = 1\ny = \xE9\n")
        .with("signal.toml", "[rules]\nunknown-exchang = \"off\"\n[run]\nend_date = \"2020-01-01\"\n")
}

#[test]
fn every_form_tells_the_same_findings() {
    let book = book();
    let told = |form: &str| {
        let ran = book.dsl(&format!("check --output-format {form}"));
        ran.check(1, &[], &[]);
        let plain = |text: &str| text.replace("\\u{1b}", "\u{1b}").replace("\\u{202e}", "\u{202e}");
        let found = read(form, &ran.out).into_iter();
        found.map(|Read { file, line, rule, .. }| (plain(&file), line, rule)).collect::<Vec<_>>()
    };
    let expected = told("json");
    assert!(expected.len() >= 8 && expected.iter().any(|(file, ..)| file == "signal.toml"), "{expected:#?}");
    for form in FORMS {
        assert_eq!(told(form), expected, "{form}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read_is_a_finding_in_every_form() {
    let book = Scratch::new().with("a.signal", "x = close\n");
    let _socket = std::os::unix::net::UnixListener::bind(book.path("socket.signal")).unwrap();
    for form in FORMS {
        let ran = book.dsl(&format!("check --output-format {form} a.signal socket.signal"));
        let found = read(form, &ran.check(1, &[], &[]).out);
        let unreadable: Vec<_> = found.iter().filter(|read| read.rule == "unreadable-file").collect();
        assert_eq!(unreadable.len(), 1, "{form}");
        assert_eq!(unreadable[0].file, "socket.signal", "{form}");
    }
}

#[test]
fn a_command_that_fails_still_writes_a_whole_document() {
    let scratch = Scratch::new().with("a.signal", "x = close\n");
    let cases = [
        ("none.signal", 3, "file-not-found", "there is no file `none.signal`"),
        ("--nonsense a.signal", 2, "usage", "unexpected argument '--nonsense' found"),
        ("--timeframe 7h a.signal", 2, "usage", "7h"),
    ];
    for (rest, exit, code, message) in cases {
        for form in FORMS {
            let ran = scratch.dsl(&format!("check --output-format {form} {rest}"));
            ran.check(exit, &[], &[]);
            match form {
                "json" | "json-lines" => {
                    assert_eq!(ran.json_of("error")["error"]["code"], code, "{form}");
                    assert_eq!(ran.err, "", "{form}: all is said on stdout");
                    continue;
                }
                "sarif" => {
                    assert_eq!(read(form, &ran.out), []);
                    let document: Value = serde_json::from_str(&ran.out).unwrap();
                    let invocation = &document["runs"][0]["invocations"][0];
                    assert_eq!(invocation["executionSuccessful"], false);
                    assert_eq!(invocation["exitCode"], exit);
                    let told = &invocation["toolExecutionNotifications"][0];
                    assert_eq!(told["descriptor"]["id"], code);
                    assert!(told["message"]["text"].as_str().unwrap().contains(message), "{told}");
                }
                "github" | "junit" => {
                    let found = read(form, &ran.out);
                    assert_eq!((found.len(), found[0].rule.as_str()), (1, code), "{form}");
                    assert!(found[0].message.contains(message), "{form}: {found:?}");
                }
                _ => assert_eq!(read(form, &ran.out), [], "{form} has no place for it"),
            }
            // Whoever keeps stdout as a report sees in the log why it is empty.
            assert!(ran.err.contains(message), "{form}: {:?}", ran.err);
        }
    }
}

#[test]
fn services_get_paths_from_the_folder_of_the_command() {
    let scratch = Scratch::new().with("book/a.signal", FAULTY);
    let whole = std::fs::canonicalize(scratch.path("book")).unwrap();
    for form in ["sarif", "github", "gitlab", "junit", "rdjson"] {
        for path in [whole.to_str().unwrap(), "./book/./a.signal"] {
            let found = read(form, &scratch.dsl(&format!("check --output-format {form} {path}")).out);
            assert!(found.len() > 2 && found.iter().all(|read| read.file == "book/a.signal"), "{form}: {found:?}");
        }
    }
}

#[test]
fn findings_keep_their_fingerprints_when_lines_move() {
    let scratch = Scratch::new().with("a.signal", "x = rsl(close)\ny = rsl(close)\n");
    let prints = |form: &str, rule: &str, pointer: &str| {
        let document: Value = scratch.dsl(&format!("check --output-format {form}")).json();
        let results = document.pointer("/runs/0/results").unwrap_or(&document).as_array().unwrap().clone();
        let wanted = results.iter().filter(|result| result[rule] == "unknown-function");
        wanted.map(|result| result.pointer(pointer).unwrap().clone()).collect::<Vec<_>>()
    };
    let all = || {
        [
            prints("sarif", "ruleId", "/partialFingerprints/ruleAndLine~1v1"),
            prints("gitlab", "check_name", "/fingerprint"),
        ]
    };
    let before = all();
    assert!(before.iter().all(|prints| prints.len() == 2 && prints[0] != prints[1]), "{before:?}");
    scratch.write("a.signal", "# a remark\n\nx = rsl(close)\n\n   # another\ny = rsl(close)\n");
    assert_eq!(all(), before);
}

#[test]
fn each_line_of_json_lines_fits_its_schema() {
    let ran = book().dsl("check --output-format json-lines");
    for line in ran.out.lines() {
        crate::scratch::assert_fits(&serde_json::from_str(line).unwrap(), "finding");
    }
    assert!(ran.out.lines().count() >= 8);
}

#[test]
fn what_a_script_allows_is_told_as_such_or_not_at_all() {
    let script = "x = rsl(close) # signal: allow unknown-function because the service has it\n";
    let scratch = Scratch::new().with("a.signal", script);
    for form in FORMS {
        let ran = scratch.dsl(&format!("check --output-format {form}"));
        let found: Vec<Read> =
            read(form, &ran.out).into_iter().filter(|read| read.rule == "unknown-function").collect();
        assert_eq!(found.len(), usize::from(form == "sarif"), "{form}: {}", ran.out);
    }
    let document: Value = scratch.dsl("check --output-format sarif").json();
    let results = document["runs"][0]["results"].as_array().unwrap();
    let allowed = results.iter().find(|result| result["ruleId"] == "unknown-function").unwrap();
    assert_eq!(allowed["suppressions"][0]["kind"], "inSource");
    assert_eq!(allowed["suppressions"][0]["justification"], "the service has it");
    assert!(results.iter().all(|result| result["suppressions"].is_array()));
    // Of two files, so that something must part them.
    let scratch = scratch.with("b.signal", script.replace(" because the service has it", ""));
    let document = scratch.dsl("check --output-format json").json_of("check");
    let suppressed = document["suppressed"].as_array().unwrap();
    let told: Vec<_> = suppressed.iter().map(|one| (&one["file"], &one["code"], &one["reason"])).collect();
    let expected = [
        (&json!("a.signal"), &json!("unknown-function"), &json!("the service has it")),
        (&json!("b.signal"), &json!("unknown-function"), &Value::Null),
    ];
    assert_eq!(told, expected);
    let ran = scratch.dsl("check --output-format json-lines");
    let lines = ran.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let reasons: Vec<Value> = lines.filter_map(|line| line.get("suppressed").cloned()).collect();
    assert_eq!(reasons, [json!({ "reason": "the service has it" }), json!({ "reason": null })]);
}

/// The folder of npm's validators, which `.ci/run` installs; without it a test says that it was skipped.
#[expect(clippy::print_stderr, reason = "whoever runs the tests should see it")]
pub(crate) fn validators(test: &str) -> Option<std::path::PathBuf> {
    let folder = std::env::var_os("SIGNAL_VALIDATORS").map(Into::into);
    if folder.is_none() {
        eprintln!("skipped: {test} (SIGNAL_VALIDATORS names no folder; .ci/run installs it)");
    }
    folder
}

/// Runs node and returns what it printed.
pub(crate) fn node(arguments: &[&str]) -> String {
    let ran = Command::new("node").args(arguments).output().expect("node runs");
    format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr))
}

#[test]
fn microsofts_validator_has_nothing_against_our_sarif() {
    let Some(folder) = validators("microsofts_validator_has_nothing_against_our_sarif") else { return };
    let tool = folder.join("node_modules/@microsoft/sarif-multitool/bin.js");
    // Kept on purpose: our rules have names instead of numbers, messages are about the very script, the version control
    // is the service's affair, the schema is not fetched, an empty place has no excerpt, others a short one, and there
    // may be no page on the web.
    let kept = ["SARIF2002", "SARIF2003", "SARIF2006", "SARIF2009", "SARIF2010", "SARIF2011", "SARIF2012"];
    let check = |name: &str, text: &str, spoilt: bool| {
        let scratch = Scratch::new().with("findings.sarif", text);
        let path = |name: &str| scratch.path(name).to_str().unwrap().to_owned();
        // The tool's own launcher goes through a shell, which would take a semicolon for the end of the command.
        let (levels, kinds) = ("\"Error;Warning;Note\"", "\"Sarif;Ghas\"");
        let (log, report) = (path("findings.sarif"), path("report.sarif"));
        let said =
            node(&[tool.to_str().unwrap(), "validate", &log, "-o", &report, "--level", levels, "--rule-kind", kinds]);
        let report = std::fs::read_to_string(&report).unwrap_or_else(|_| panic!("{name}: no report: {said}"));
        let report: Value = serde_json::from_str(report.trim_start_matches('\u{FEFF}')).unwrap();
        let results = report["runs"][0]["results"].as_array().cloned().unwrap_or_default();
        let against: Vec<_> =
            results.iter().filter(|result| !kept.contains(&result["ruleId"].as_str().unwrap())).collect();
        assert_eq!(!against.is_empty(), spoilt, "{name}: {against:#?}\n{said}");
    };
    let good = book().dsl("check --output-format sarif").out;
    check("findings", &good, false);
    check("no findings", &Scratch::new().with("a.signal", "").dsl("check --output-format sarif").out, false);
    check("a failure", &Scratch::new().dsl("check --output-format sarif none.signal").out, false);
    check("a spoilt one", &good.replace("\"startLine\":2", "\"startLine\":-2"), true);
}

#[test]
fn xmllint_has_nothing_against_our_junit() {
    let Some(folder) = validators("xmllint_has_nothing_against_our_junit") else { return };
    let module = folder.join("node_modules/xmllint-wasm");
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/formats/junit-10.xsd");
    let program = "const [module, schema, xml] = process.argv.slice(1); const read = f => require('fs').readFileSync(f, 'utf8');\
        require(module).validateXML({ xml: read(xml), schema: read(schema) })\
        .then(r => console.log(r.valid ? 'valid' : r.rawOutput))";
    let check = |name: &str, text: &str, valid: bool| {
        let scratch = Scratch::new().with("findings.xml", text);
        let xml = scratch.path("findings.xml");
        let said = node(&["-e", program, module.to_str().unwrap(), schema, xml.to_str().unwrap()]);
        assert_eq!(said.trim() == "valid", valid, "{name}: {said}");
    };
    let good = book().dsl("check --output-format junit").out;
    check("findings", &good, true);
    check("a failure", &Scratch::new().dsl("check --output-format junit none.signal").out, true);
    check("a spoilt one", &good.replace("classname=", "class="), false);
}
