//! Texts opened twice, closed and asked for, without a file, outside of any folder, under names of all kinds; and files that
//! change, break and go while scripts that rest on them are open.

use serde_json::{Value, json};

use super::super::client::{Client, Manner};
use crate::scratch::{CROSSING, Scratch};

const UNKNOWN: &str = "a = rsl(close, 14)\nemit_signal(a > 50, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n";

/// Opens a text under any URI.
fn open(client: &mut Client, uri: &str, language: &str, version: i32, text: &str) {
    let item = json!({"uri": uri, "languageId": language, "version": version, "text": text});
    client.notify("textDocument/didOpen", json!({"textDocument": item}));
}

/// The rules of the findings of any URI.
#[track_caller]
fn rules(client: &mut Client, uri: &str) -> Vec<String> {
    let found = client.request("textDocument/diagnostic", json!({"textDocument": {"uri": uri}}));
    let items = found["items"].as_array().unwrap_or_else(|| panic!("{uri}: {found}"));
    items.iter().map(|found| found["code"].as_str().unwrap().to_owned()).collect()
}

#[track_caller]
fn finds(client: &mut Client, uri: &str, rule: &str) -> bool {
    rules(client, uri).iter().any(|found| found == rule)
}

fn pulling(scratch: &Scratch) -> Client {
    Client::with(scratch, Manner::usual().pull())
}

#[test]
fn a_text_opened_twice_is_the_second_one() {
    let scratch = Scratch::new();
    let mut client = pulling(&scratch);
    client.open("a.signal", UNKNOWN);
    client.open("a.signal", CROSSING);
    let uri = client.uri("a.signal");
    assert_eq!(rules(&mut client, &uri), Vec::<String>::new());
    client.edit("a.signal", 2, json!([{"text": UNKNOWN}]));
    assert!(finds(&mut client, &uri, "unknown-function"));
}

#[test]
fn a_closed_text_has_no_answers_and_can_be_opened_again() {
    let scratch = Scratch::new();
    let mut client = pulling(&scratch);
    client.open("a.signal", UNKNOWN);
    client.close("a.signal");
    client.close("a.signal");
    let at = json!({"textDocument": {"uri": client.uri("a.signal")}, "position": {"line": 0, "character": 0}});
    for method in
        ["textDocument/hover", "textDocument/definition", "textDocument/completion", "textDocument/foldingRange"]
    {
        assert_eq!(client.request(method, at.clone()), Value::Null, "{method}");
    }
    // An edit of what is closed is nobody's; it must not open the text again.
    client.edit("a.signal", 2, json!([{"text": CROSSING}]));
    assert_eq!(client.request("textDocument/hover", at), Value::Null);
    let uri = client.uri("a.signal");
    open(&mut client, &uri, "signal", 1, UNKNOWN);
    assert!(finds(&mut client, &uri, "unknown-function"));
}

#[test]
fn a_text_without_a_file_is_a_script_like_others() {
    let scratch = Scratch::new();
    let mut client = pulling(&scratch);
    for uri in [
        "untitled:Untitled-1",
        "untitled:new%20script.signal",
        "vscode-notebook-cell:/a.signal#X1",
        "git:/a.signal?ref=HEAD",
        "inmemory://model/1",
    ] {
        open(&mut client, uri, "signal", 1, UNKNOWN);
        assert!(finds(&mut client, uri, "unknown-function"), "{uri}");
        let at = json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}});
        assert_ne!(client.request("textDocument/hover", at), Value::Null, "{uri}");
        let status = client.request("signal/status", json!({"textDocument": {"uri": uri}}));
        assert_eq!(status["settings"], Value::Null, "{uri}");
        let params =
            json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}, "newName": "strength"});
        let edit = client.request("textDocument/rename", params).to_string();
        assert!(edit.contains(uri) && edit.contains("strength"), "{edit}");
    }
}

#[test]
fn names_of_all_kinds_lead_to_the_settings_beside_them() {
    let quiet = "[rules]\nunknown-function = \"off\"\n";
    let folders = [
        ("a b", "a%20b"),
        ("größe", "gr%C3%B6%C3%9Fe"),
        ("価格 🚀", "%E4%BE%A1%E6%A0%BC%20%F0%9F%9A%80"),
        ("100%", "100%25"),
        ("a+b&c=d;e,f@g", "a+b&c=d;e,f@g"),
        ("a+b&c=d;e,f@g", "a%2Bb%26c%3Dd%3Be%2Cf%40g"),
        ("[x] (y) #1", "%5Bx%5D%20%28y%29%20%231"),
        ("it's", "it%27s"),
    ];
    for (folder, encoded) in folders {
        let scratch = Scratch::new().with(&format!("{folder}/signal.toml"), quiet);
        let mut client = pulling(&scratch);
        let uri = format!("{}/{encoded}/a%20script.signal", client.uri(""));
        open(&mut client, &uri, "signal", 1, UNKNOWN);
        assert!(!finds(&mut client, &uri, "unknown-function"), "{uri}: the settings beside it count");
        let status = client.request("signal/status", json!({"textDocument": {"uri": uri}}));
        let settings = scratch.path(folder).join("signal.toml");
        assert_eq!(status["settings"], json!(settings), "{uri}");
        // What the server says of a text bears the URI that the client knows it by.
        let at = json!({"textDocument": {"uri": uri}, "position": {"line": 1, "character": 12}});
        let definition = client.request("textDocument/definition", at).to_string();
        assert!(definition.contains(&uri), "{definition}");
    }
}

#[test]
fn a_file_outside_of_every_folder_is_served() {
    let (inside, outside) =
        (Scratch::new(), Scratch::new().with("signal.toml", "[rules]\nunknown-function = \"off\"\n"));
    let mut client = pulling(&inside);
    let uri = format!("file://{}", outside.path("far/away.signal").display());
    open(&mut client, &uri, "signal", 1, UNKNOWN);
    assert!(!finds(&mut client, &uri, "unknown-function"), "the settings above it count, though no folder holds them");
    // Folders that are not there, and none at all.
    for uri in ["file:///nowhere/at/all/a.signal", "file:///a.signal", "file://server/share/a.signal"] {
        open(&mut client, uri, "signal", 1, UNKNOWN);
        assert!(finds(&mut client, uri, "unknown-function"), "{uri}");
    }
}

#[test]
fn a_client_without_folders_is_served() {
    let scratch = Scratch::new().with("signal.toml", "[rules]\nunknown-function = \"off\"\n");
    for folders in [json!(null), json!([])] {
        let mut client = Client::uninitialized(&scratch);
        let capabilities = json!({"textDocument": {"diagnostic": {}}});
        client
            .request("initialize", json!({"capabilities": capabilities, "workspaceFolders": folders, "rootUri": null}));
        client.notify("initialized", json!({}));
        let uri = client.uri("a.signal");
        open(&mut client, &uri, "signal", 1, UNKNOWN);
        assert!(!finds(&mut client, &uri, "unknown-function"));
    }
}

/// Tells the server of changed files, as clients do, and asks until it says what is expected.
#[track_caller]
fn becomes(client: &mut Client, uri: &str, rule: &str, expected: bool) {
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": []}));
    let end = std::time::Instant::now() + super::super::client::PATIENCE;
    while finds(client, uri, rule) != expected {
        assert!(std::time::Instant::now() < end, "{rule} should be found: {expected}");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

#[test]
fn settings_that_break_and_go_while_a_script_is_open_are_followed() {
    let scratch = Scratch::new().with("signal.toml", "[rules]\nunknown-function = \"off\"\n");
    let mut client = pulling(&scratch);
    client.open("a.signal", UNKNOWN);
    let uri = client.uri("a.signal");
    assert!(!finds(&mut client, &uri, "unknown-function"));

    // Half written, no TOML, no text, huge, a folder: the script is looked at all the same.
    for broken in [&b"[rules\nunknown-fu"[..], b"\xff\xfe\x00", b"[rules]\nno-such-rule = \"loud\"\n", &[b'#'; 1 << 20]]
    {
        scratch.write("signal.toml", broken);
        becomes(&mut client, &uri, "unknown-function", true);
        scratch.write("signal.toml", "[rules]\nunknown-function = \"off\"\n");
        becomes(&mut client, &uri, "unknown-function", false);
    }
    std::fs::remove_file(scratch.path("signal.toml")).unwrap();
    becomes(&mut client, &uri, "unknown-function", true);
    std::fs::create_dir(scratch.path("signal.toml")).unwrap();
    becomes(&mut client, &uri, "unknown-function", true);
    std::fs::remove_dir(scratch.path("signal.toml")).unwrap();

    // And back, as if nothing had been.
    scratch.write("signal.toml", "[rules]\nunknown-function = \"off\"\n");
    becomes(&mut client, &uri, "unknown-function", false);
}

#[test]
fn a_catalog_that_breaks_and_goes_while_a_script_is_open_is_followed() {
    let scratch = Scratch::new();
    let mut client = pulling(&scratch);
    client.open("a.signal", UNKNOWN);
    let uri = client.uri("a.signal");
    assert!(finds(&mut client, &uri, "unknown-function"));
    for broken in ["{", "[]", "null", "{\"schema\": 99}"] {
        scratch.write("signal.catalog.json", broken);
        client.notify(
            "workspace/didChangeWatchedFiles",
            json!({"changes": [{"uri": client.uri("signal.catalog.json"), "type": 2}]}),
        );
        client.request("signal/status", json!({"textDocument": {"uri": uri}}));
        rules(&mut client, &uri);
    }
    std::fs::remove_file(scratch.path("signal.catalog.json")).unwrap();
    becomes(&mut client, &uri, "unknown-function", true);
    let status = client.request("signal/status", json!({"textDocument": {"uri": uri}}));
    assert_eq!(status["catalog"]["origin"], "bundled");
}

#[test]
fn changed_files_of_all_kinds_are_heard_of() {
    let scratch = Scratch::new();
    let mut client = pulling(&scratch);
    client.open("a.signal", UNKNOWN);
    let uri = client.uri("a.signal");
    for changes in [
        json!([]),
        json!([{"uri": uri, "type": 1}, {"uri": uri, "type": 2}, {"uri": uri, "type": 3}]),
        json!([{"uri": "file:///nowhere/signal.toml", "type": 3}]),
        json!([{"uri": "untitled:x", "type": 2}]),
        json!([{"uri": uri, "type": 77}]),
        json!([{"uri": 5}]),
        json!(null),
    ] {
        client.notify("workspace/didChangeWatchedFiles", json!({"changes": changes}));
    }
    for folders in [
        json!({"added": [], "removed": []}),
        json!({"added": [{"uri": "file:///nowhere", "name": ""}], "removed": [{"uri": client.uri(""), "name": "scratch"}]}),
    ] {
        client.notify("workspace/didChangeWorkspaceFolders", json!({"event": folders}));
    }
    for settings in [
        json!(null),
        json!({}),
        json!(3),
        json!({"signal": null}),
        json!({"signal": {"inlayHints": 7, "codeLens": {"enable": "perhaps"}}}),
    ] {
        client.notify("workspace/didChangeConfiguration", json!({"settings": settings}));
    }
    assert!(finds(&mut client, &uri, "unknown-function"));
}
