//! The world around the open texts: `signal.toml`, catalogs, and what the editor is set to.

use serde_json::{Value, json};

use super::client::{Client, Manner};
use crate::scratch::{CROSSING, Scratch};

#[test]
fn a_settings_file_is_checked_as_it_is_typed() {
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    client.open("signal.toml", "[run]\ntimeframe = \"1x\"\n");
    let found = client.diagnostics_of("signal.toml", 1);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((&found[0]["code"], &found[0]["range"]["start"]["line"]), (&json!("bad-setting"), &json!(1)));
    client.change("signal.toml", 2, "[run]\ntimeframe = \"1h\"\n");
    assert_eq!(client.diagnostics_of("signal.toml", 2), Vec::<Value>::new());
}

#[test]
fn scripts_are_looked_at_anew_when_their_settings_change_on_disk() {
    let scratch = Scratch::new().with("signal.toml", "[rules]\nunknown-function = \"off\"\n");
    let mut client = Client::start(&scratch);
    let script = CROSSING.replace("ema(", "emma(");
    client.open("deep/a.signal", &script);
    let is_unknown = |found: &[Value]| found.iter().any(|found| found["code"] == "unknown-function");
    assert!(!is_unknown(&client.diagnostics_of("deep/a.signal", 1)));
    // The watch may begin a moment after the first findings.
    client.request_of("signal/status", "deep/a.signal");
    std::thread::sleep(std::time::Duration::from_millis(200));
    scratch.write("signal.toml", "");
    assert!(is_unknown(&client.diagnostics_of("deep/a.signal", 1)), "the same version has other findings now");
    client.notification("signal/statusChanged");
    client.is_asked("workspace/inlayHint/refresh", 1);
    client.is_asked("workspace/semanticTokens/refresh", 1);
    // A client that watches files itself tells of them.
    let before = client.asked.iter().filter(|asked| *asked == "workspace/codeLens/refresh").count();
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": []}));
    client.is_asked("workspace/codeLens/refresh", before + 1);
}

#[test]
fn a_folder_that_comes_again_is_watched_again() {
    let off = "[rules]\nunknown-function = \"off\"\n";
    let scratch = Scratch::new().with("deep/down/signal.toml", off);
    let mut client = Client::start(&scratch);
    client.open("deep/down/a.signal", &CROSSING.replace("ema(", "emma("));
    let becomes = |client: &mut Client, count: usize| {
        let uri = client.uri("deep/down/a.signal");
        let is_it =
            |sent: &Value| sent["uri"] == *uri && sent["diagnostics"].as_array().is_some_and(|all| all.len() == count);
        client.notification_where("textDocument/publishDiagnostics", is_it);
    };
    becomes(&mut client, 0);
    // The watch may begin a moment after the first findings.
    client.request_of("signal/status", "deep/down/a.signal");
    std::thread::sleep(std::time::Duration::from_millis(200));
    std::fs::remove_dir_all(scratch.path("deep")).unwrap();
    becomes(&mut client, 1);
    scratch.write("deep/down/signal.toml", off);
    becomes(&mut client, 0);
    scratch.write("deep/down/signal.toml", "");
    becomes(&mut client, 1);
    // Another branch has other settings, and its folder takes the place of this one.
    scratch.write("other/down/signal.toml", off);
    std::fs::rename(scratch.path("deep"), scratch.path("old")).unwrap();
    std::fs::rename(scratch.path("other"), scratch.path("deep")).unwrap();
    becomes(&mut client, 0);
}

#[test]
fn what_is_asked_behind_new_settings_of_the_editor_is_answered_under_them() {
    let scratch = Scratch::new();
    let mut client = Client::with(&scratch, Manner::usual().with("/workspace/configuration", json!(false)));
    client.open("a.signal", CROSSING);
    let about = json!({"textDocument": {"uri": client.uri("a.signal")}});
    for step in 0..40 {
        let is_on = step % 2 == 1;
        let settings = json!({"settings": {"signal": {"codeLens": {"enable": is_on}}}});
        client.notify("workspace/didChangeConfiguration", settings);
        let lenses = client.ask("textDocument/codeLens", about.clone());
        client.notify("workspace/didChangeConfiguration", json!({"settings": {"codeLens": {"enable": !is_on}}}));
        let lenses = client.answer(lenses).unwrap();
        assert_eq!(lenses.as_array().is_some_and(|lenses| !lenses.is_empty()), is_on, "step {step}: {lenses:#}");
    }
}

#[test]
fn settings_that_clash_with_the_scripts_own_are_told_in_the_script() {
    let scratch = Scratch::new().with("signal.toml", "[run]\nleverage = 5\n");
    let mut client = Client::start(&scratch);
    client.open("a.signal", CROSSING);
    let found = client.diagnostics_of("a.signal", 1);
    let clash = found.iter().find(|found| found["code"] == "wrong-market").unwrap_or_else(|| panic!("{found:#?}"));
    let message = clash["message"].as_str().unwrap();
    assert!(
        message.starts_with("leverage is 5, and no ticker of the universe is a perpetual (in line 2 of signal.toml)\n"),
        "{message}"
    );
    assert_eq!(clash["range"]["start"], json!({"line": 0, "character": 0}));
    let there = &clash["relatedInformation"][0]["location"];
    assert_eq!((&there["uri"], &there["range"]["start"]["line"]), (&json!(client.uri("signal.toml")), &json!(1)));
}

#[test]
fn an_open_folder_is_searched_until_it_is_closed() {
    let scratch = Scratch::new().with("deep/other.signal", "momentum_of_month = ema(close, 5)\n");
    let mut client = Client::start(&scratch);
    let found = |client: &mut Client| client.request("workspace/symbol", json!({"query": "momentum_of_month"}));
    assert_eq!(found(&mut client).as_array().unwrap().len(), 1);
    let folder = json!({"uri": client.uri(""), "name": "scratch"});
    let event = |added: Value, removed: Value| json!({"event": {"added": added, "removed": removed}});
    client.notify("workspace/didChangeWorkspaceFolders", event(json!([]), json!([folder])));
    assert_eq!(found(&mut client), json!([]));
    let folder = json!({"uri": client.uri("deep"), "name": "deep"});
    client.notify("workspace/didChangeWorkspaceFolders", event(json!([folder]), json!([])));
    assert_eq!(found(&mut client).as_array().unwrap().len(), 1);
}

#[test]
fn a_run_that_begins_and_ends_is_noticed() {
    let scratch = Scratch::new().with("a.signal", CROSSING);
    let mut client = Client::start(&scratch);
    client.open("a.signal", CROSSING);
    client.diagnostics_of("a.signal", 1);
    std::thread::sleep(std::time::Duration::from_millis(200));
    scratch.dsl("run a.signal --sandbox --quiet").check(0, &[], &[]);
    client.notification("signal/statusChanged");
    client.is_asked("workspace/codeLens/refresh", 1);
    let sent = client.all_within("textDocument/publishDiagnostics", std::time::Duration::from_millis(100));
    assert_eq!(sent, Vec::<Value>::new(), "no finding is another one for that");
}

#[test]
fn the_status_tells_catalog_settings_service_and_quota() {
    let scratch = Scratch::new().with("signal.toml", "").set("HEYTRADERS_BASE_URL", "http://127.0.0.1:9/api/v1");
    let mut client = Client::start(&scratch);
    let status = client.request_of("signal/status", "a.signal");
    assert_eq!(status["catalog"]["origin"], "bundled");
    assert!(status["catalog"]["names"].as_u64().unwrap() > 100, "{status:#}");
    assert!(status["catalog"]["age_days"].as_i64().is_some(), "{status:#}");
    assert_eq!(status["settings"], scratch.path("signal.toml").to_str().unwrap());
    assert_eq!(status["service"], "http://127.0.0.1:9/api/v1");
    assert_eq!(status["quota"], Value::Null, "nothing was run yet");
    assert_eq!(status["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn the_status_counts_what_a_stored_key_has_left_without_showing_it() {
    let key = "ht_prov_status_of_an_editor";
    let registered = "2026-01-01T00:00:00Z";
    let stored = json!({"schema": 1, "keys": {"http://127.0.0.1:9": {"store": "file", "key": key, "registered_at": registered}}});
    let scratch = Scratch::new().set("HEYTRADERS_BASE_URL", "http://127.0.0.1:9/api/v1");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("keys.json"), stored.to_string()).unwrap();
    let scratch = scratch.set("SIGNAL_CONFIG_DIR", folder.path().to_str().unwrap());
    let mut client = Client::start(&scratch);
    let status = client.request_of("signal/status", "a.signal");
    assert_eq!(status["quota"], json!({"hour_left": 10, "hour_limit": 10, "day_left": 30, "day_limit": 30}));
    assert!(!status.to_string().contains(key));
}

#[test]
fn a_catalog_that_can_not_be_used_is_told_once() {
    let scratch = Scratch::new().with("signal.catalog.json", "{");
    let mut client = Client::start(&scratch);
    client.open("a.signal", CROSSING);
    client.open("b.signal", CROSSING);
    let told = client.notification("window/showMessage");
    assert!(told["message"].as_str().unwrap().contains("signal.catalog.json"), "{told}");
    client.diagnostics_of("b.signal", 1);
    let again = client.all_within("window/showMessage", std::time::Duration::from_millis(200));
    assert_eq!(again, Vec::<Value>::new());
}

#[test]
fn settings_are_completed_and_told() {
    let scratch = Scratch::new();
    let mut client = Client::start(&scratch);
    client.open("signal.toml", "# 🚀\n[run]\ntimeframe = \"\"\n");
    let list = client.request_at("textDocument/completion", "signal.toml", 2, 13);
    let items = list["items"].as_array().unwrap();
    let hour = items.iter().find(|item| item["label"] == "1h").unwrap_or_else(|| panic!("{list:#}"));
    let told = client.request("completionItem/resolve", hour.clone());
    assert!(told["documentation"]["value"].as_str().unwrap().contains("Length of a bar"), "{told:#}");
    let hover = client.request_at("textDocument/hover", "signal.toml", 2, 3);
    assert!(hover["contents"]["value"].as_str().unwrap().contains("Length of a bar"), "{hover:#}");
    assert_eq!(hover["range"]["end"], json!({"line": 2, "character": 9}));
    assert_eq!(client.request_of("textDocument/documentSymbol", "signal.toml"), Value::Null, "it is no script");
}
