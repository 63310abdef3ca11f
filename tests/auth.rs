//! `dsl auth`: keys are stored before anything else, sent to their own origin alone, and shown nowhere.

mod claiming;
mod secrecy;
mod stores;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use serde_json::{Value, json};

use crate::capture::{Capture, response};
use crate::scratch::{Ran, Scratch};
use crate::server::Served;

const KEY: &str = "ht_prov_the_secret_of_the_tests";
const SCRIPT: &str = "\
#! universe   = BINANCE:BTC/USDT
#! start_date = 2024-01-01
#! end_date   = 2024-03-31
emit_signal(close > sma(close, 20), entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))
";

/// A folder whose commands go to this address, without a key.
fn at(url: &str) -> Scratch {
    let scratch = Scratch::new().set("HEYTRADERS_BASE_URL", url);
    let folder = scratch.path("config").to_string_lossy().into_owned();
    scratch.set("SIGNAL_CONFIG_DIR", &folder)
}

/// A sandbox and a folder whose commands go to it.
fn sandbox() -> (Served, Scratch) {
    let served = Served::start(&Scratch::new(), "sandbox --port 0 --json");
    let scratch = at(served.document["url"].as_str().unwrap()).with("a.signal", SCRIPT);
    (served, scratch)
}

/// `dsl auth status`, its lines joined: where they are wrapped depends on the length of the path.
fn status(scratch: &Scratch, flags: &str) -> Ran {
    let ran = scratch.dsl(&format!("auth status {flags}"));
    Ran { out: ran.out.split_whitespace().collect::<Vec<_>>().join(" "), ..ran }
}

/// What stands in the file of the keys.
fn stored(scratch: &Scratch) -> Value {
    serde_json::from_slice(&std::fs::read(scratch.path("config/keys.json")).unwrap()).unwrap()
}

/// The one key that is stored.
fn key_in(scratch: &Scratch) -> String {
    let document = stored(scratch);
    let entry = document["keys"].as_object().unwrap().values().next().unwrap().clone();
    entry["key"].as_str().unwrap().to_owned()
}

/// Enters a claim code on the sandbox's page.
fn enter(served: &Served, code: &str) {
    let url = served.document["url"].as_str().unwrap();
    let host = url.trim_start_matches("http://").trim_end_matches("/api/v1");
    let mut stream = TcpStream::connect(host).unwrap();
    let body = format!("claim_code={code}");
    let kind = "Content-Type: application/x-www-form-urlencoded";
    write!(stream, "POST /dashboard/claim HTTP/1.1\r\nHost: {host}\r\n{kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// A server that answers each request, head and body, with what `answer` makes of it: a whole HTTP response, or
/// nothing and the end of the connection.
fn fake(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Capture {
    Capture::raw(move |request, _| Some(answer(&request.text())).filter(|response| !response.is_empty()))
}

fn success(data: &Value) -> Vec<u8> {
    response(200, "", json!({"success": true, "data": data, "error": null}).to_string())
}

fn refusal(status: u16, code: &str) -> Vec<u8> {
    let error = json!({"code": code, "message": "no", "suggestion": null});
    response(status, "", json!({"success": false, "data": null, "error": error}).to_string())
}

/// Whether a file below a folder, but for the store of the keys, holds a text.
fn holds(folder: &Path, text: &str) -> bool {
    std::fs::read_dir(folder).unwrap().flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            return holds(&path, text);
        }
        !path.ends_with("config/keys.json") && String::from_utf8_lossy(&std::fs::read(path).unwrap()).contains(text)
    })
}

#[test]
fn a_key_is_registered_stored_used_shown_and_forgotten() {
    let (served, scratch) = sandbox();
    scratch.dsl("run a.signal").check(4, &[], &["dsl auth register", "dsl auth login", "--sandbox"]);
    status(&scratch, "").check(
        4,
        &["There is no key for http://127.0.0.1:", "config/keys.json"],
        &["dsl auth register"],
    );
    assert_eq!(scratch.dsl("auth status --json").check(4, &[], &[]).json_of("auth-status")["keys"], json!([]));

    let ran = scratch.dsl("auth register --json --name \"My bot\" --description \"for tests\"");
    let document = ran.check(0, &[], &[]).json_of("auth-register");
    let key = key_in(&scratch);
    assert!(key.starts_with("ht_prov_") && !ran.out.contains(&key) && !ran.err.contains(&key), "{}", ran.out);
    assert_eq!(
        (&document["scopes"], &document["replaced"], &document["store"]["kind"]),
        (&json!(["research"]), &json!(false), &json!("file"))
    );
    assert!(document["expires_at"].is_string() && document["key_id"].is_string());

    scratch.dsl("run a.signal").check(0, &["total return"], &[]);
    let ran = status(&scratch, "");
    ran.check(0, &["My bot", "provisional, ends in", "config/keys.json (mode 0600)", "takes the key"], &[]);
    assert!(!ran.out.contains(&key));
    let document = scratch.dsl("auth status --json").check(0, &[], &[]).json_of("auth-status");
    let current = &document["keys"][0];
    assert_eq!(
        (&current["current"], &current["server"], &current["claimed"]),
        (&json!(true), &json!("taken"), &json!(false))
    );
    drop(served);
    status(&scratch, "").check(0, &["can't be asked", "what stands here was stored", "My bot"], &[]);
    status(&scratch, "--offline").check(0, &["not asked", "My bot"], &[]);

    let document = scratch.dsl("auth logout --json").check(0, &[], &[]).json_of("auth-logout");
    assert_eq!((&document["removed"][0]["kind"], &document["environment"]), (&json!("file"), &json!(false)));
    assert!(!stored(&scratch).to_string().contains(&key));
    scratch.dsl("auth logout").check(0, &["there was no stored key"], &[]);
    scratch.dsl("run a.signal").check(4, &[], &["dsl auth register"]);
}

#[test]
fn a_stored_key_is_not_overwritten_unasked() {
    let (_served, scratch) = sandbox();
    scratch.dsl("auth register --name One").check(0, &["Registered \"One\""], &[]);
    let first = key_in(&scratch);
    let refused = scratch.dsl("auth register --name Two --json").check(2, &[], &[]).json_of("error");
    assert_eq!(refused["error"]["code"], "key-exists");
    assert_eq!(key_in(&scratch), first);
    let document = scratch.dsl("auth register --name Two --replace --json").check(0, &[], &[]).json_of("auth-register");
    assert_eq!(document["replaced"], true);
    assert_ne!(key_in(&scratch), first);
}

#[test]
fn registering_is_sent_once_whatever_happens() {
    for (answer, exit, words) in [
        (Vec::new(), 6, "nobody can read any more"),
        (response(502, "", "<html>"), 6, "nobody can read any more"),
        (success(&json!({"key_id": "k"})), 6, "nobody can read any more"),
        (refusal(429, "REGISTRATION_LIMIT"), 5, "no"),
        (refusal(400, "VALIDATION_ERROR"), 2, "no"),
    ] {
        let fake = fake(move |_| answer.clone());
        let scratch = at(&fake.url);
        scratch.dsl("auth register --name Bot").check(exit, &[], &[words]);
        assert_eq!(fake.requests().len(), 1);
        scratch.dsl("auth register --name Bot --json").check(exit, &[], &[]).json_of("error");
        assert!(!scratch.path("config/keys.json").exists());
    }
}

#[test]
fn two_that_register_at_once_get_one_key() {
    let (_served, scratch) = sandbox();
    let start = || {
        scratch
            .command("auth register --name Bot")
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap()
    };
    let mut exits: Vec<_> =
        (0..4).map(|_| start()).collect::<Vec<_>>().iter_mut().map(|child| child.wait().unwrap().code()).collect();
    exits.sort_unstable();
    assert_eq!(exits, [Some(0), Some(2), Some(2), Some(2)]);
    status(&scratch, "").check(0, &["takes the key"], &[]);
}

#[test]
fn a_key_is_handed_in_by_standard_input_and_cured_of_what_came_along() {
    let (served, scratch) = sandbox();
    let key = served.document["api_key"].as_str().unwrap();
    let ran = scratch.dsl_with_input("auth login", format!("export HEYTRADERS_API_KEY=\"{key}\"\r\n").as_bytes());
    ran.check(0, &["The service takes the key", "config/keys.json"], &[]);
    assert!(!ran.out.contains(key) && !ran.err.contains(key));
    assert_eq!(key_in(&scratch), key);
    scratch.dsl("run a.signal").check(0, &["total return"], &[]);

    let ran = scratch.dsl_with_input("auth login", b"ht_prov_of_somebody_else");
    ran.check(4, &[], &["the key is refused, and not stored"]);
    assert!(!ran.err.contains("ht_prov_of_somebody_else"));
    assert_eq!(key_in(&scratch), key, "the one that works stays");
    for (input, words) in [
        (&b""[..], "there is no key"),
        (b"two words of text", "a blank"),
        (b"\xFF\xFE\xFD", "no text"),
        (b"short", "too few"),
    ] {
        scratch.dsl_with_input("auth login", input).check(2, &[], &[words]);
    }
    let document = scratch
        .dsl_with_input("auth login --no-verify --json", b"ht_prov_of_somebody_else")
        .check(0, &[], &[])
        .json_of("auth-login");
    assert_eq!((&document["verified"], &document["replaced"]), (&json!(false), &json!(true)));
    status(&scratch, "").check(4, &["refuses the key"], &[]);
}

#[test]
fn a_service_without_profiles_is_asked_another_way() {
    for (me, indicators, exit) in [
        (refusal(404, "NOT_FOUND"), success(&json!(["rsi"])), 0),
        (refusal(403, "ACCOUNT_REQUIRED"), success(&json!(["rsi"])), 0),
        (refusal(403, "AGENT_REQUIRED"), refusal(401, "INVALID_API_KEY"), 4),
        (refusal(401, "EXPIRED_API_KEY"), success(&json!(["rsi"])), 4),
        (refusal(404, "NOT_FOUND"), response(400, "", "no"), 6),
    ] {
        let fake = fake(move |request| if request.contains("/agents/me ") { me.clone() } else { indicators.clone() });
        let scratch = at(&fake.url);
        scratch.dsl_with_input("auth login", KEY.as_bytes()).check(exit, &[], &[]);
        assert_eq!(scratch.path("config/keys.json").exists(), exit == 0);
    }
}

#[test]
fn a_key_goes_to_its_own_origin_alone() {
    let (_served, scratch) = sandbox();
    scratch.dsl("auth register --name Bot").check(0, &[], &[]);
    let key = key_in(&scratch);
    let fake = fake(|_| success(&json!({"claimed": true})));
    let stranger = scratch.set("HEYTRADERS_BASE_URL", &fake.url);
    stranger.dsl("run a.signal").check(4, &[], &["there is no API key"]);
    stranger.dsl("auth claim --name x").check(4, &[], &["there is no API key"]);
    stranger.dsl("catalog pull").check(4, &[], &["there is no API key"]);
    let ran = status(&stranger, "");
    ran.check(
        4,
        &["There is no key for http://127.0.0.1:", "not in use: HEYTRADERS_BASE_URL names another server"],
        &[],
    );
    assert!(fake.requests().iter().all(|request| !request.text().contains(&key)));
    assert_eq!(fake.requests().len(), 0);
}

#[test]
fn the_environment_s_key_goes_before_a_stored_one_and_that_is_told() {
    let (served, scratch) = sandbox();
    scratch.dsl("auth register --name Bot").check(0, &[], &[]);
    let scratch = scratch.set("HEYTRADERS_API_KEY", KEY);
    scratch.dsl("run a.signal").check(4, &[], &["the key is the one from HEYTRADERS_API_KEY"]);
    status(&scratch, "").check(4, &["not used", "HEYTRADERS_API_KEY goes before it", "refuses the key"], &[]);
    let replaced = scratch.dsl("auth register --name Bot --replace");
    assert!(!replaced.out.contains("dsl uses it"), "{}", replaced.out);
    replaced.check(0, &[], &["HEYTRADERS_API_KEY is set and goes before the stored key"]);
    scratch.dsl("auth logout").check(0, &["removed the key"], &["HEYTRADERS_API_KEY is still set"]);
    let own = served.document["api_key"].as_str().unwrap();
    let scratch = scratch.set("HEYTRADERS_API_KEY", own);
    let document = scratch.dsl("auth status --json").check(0, &[], &[]).json_of("auth-status");
    assert_eq!(document["keys"][0]["store"]["kind"], "environment");
}

#[test]
fn a_refused_stored_key_says_where_it_is_kept_and_an_ended_one_is_told_before() {
    let (served, scratch) = sandbox();
    let url = served.document["url"].as_str().unwrap();
    let origin = url.trim_end_matches("/api/v1");
    let entry = json!({"store": "file", "key": KEY, "expires_at": "2026-01-01T00:00:00Z"});
    scratch.write("config/keys.json", json!({"schema": 1, "keys": {origin: entry}}).to_string());
    let ran = scratch.dsl("run a.signal");
    ran.check(4, &[], &["the stored key ended", "--replace", "the key is the one from", "config/keys.json"]);
    let document = scratch.dsl("run a.signal --json").check(4, &[], &["the stored key ended"]).json_of("run");
    assert_eq!(document["error"]["code"], "INVALID_API_KEY");
    assert!(!scratch.dsl("run a.signal -q").err.contains("the stored key ended"));
    scratch.dsl("auth register --name x").check(2, &[], &["but it has ended"]);
}

#[test]
fn no_proxy_sees_what_goes_to_this_machine() {
    let (_served, scratch) = sandbox();
    let proxy = fake(|_| response(502, "", "no"));
    let address = proxy.url.trim_end_matches("/api/v1").to_owned();
    let scratch = ["http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"]
        .iter()
        .fold(scratch, |scratch, name| scratch.set(name, &address));
    scratch.dsl("auth register --name Bot").check(0, &[], &[]);
    status(&scratch, "").check(0, &["takes the key"], &[]);
    assert_eq!(proxy.requests().len(), 0);
}
