//! Servers that repeat the key wherever they can: it is shown nowhere and written nowhere but to its store.

use serde_json::{Value, json};

use super::{KEY, SCRIPT, at, fake, holds};
use crate::capture::{Capture, response};
use crate::scratch::{Ran, Scratch};

/// A response made of a request.
type Echo = fn(&str) -> Vec<u8>;

/// What a server can do with a key that it was sent, or that it gives: repeat it in every place there is.
fn echoes() -> Vec<(&'static str, Echo)> {
    fn data(request: &str, key: &str) -> Value {
        let mut data = json!({
            "key_id": key, "display_name": key, "agent_id": key, "scopes": [key, "research"], "status": "provisional", "claimed": false,
            "quota": {key: key}, "expires_at": key, "message": key, "claim_code": "ABC234", "expires_in": 1, key: key,
        });
        if request.contains("/register ") {
            data["api_key"] = json!(KEY);
        }
        data
    }
    fn error(key: &str) -> String {
        json!({"success": false, "data": {"k": key}, "error": {"code": format!("E {key}"), "message": format!("no {key}"), "suggestion": key}}).to_string()
    }
    vec![
        ("fields", |request| {
            let body = json!({"success": true, "data": data(request, KEY), "meta": {"timestamp": KEY}}).to_string();
            response(200, &format!("X-Key: {KEY}\r\nSet-Cookie: {KEY}\r\n"), &body)
        }),
        ("escapes", |request| {
            let letters: String = KEY.bytes().map(|byte| format!("\\u{byte:04x}")).collect();
            let body = json!({"success": true, "data": data(request, KEY)}).to_string().replace(KEY, &letters);
            response(200, "", &body)
        }),
        ("refused", |_| response(401, &format!("WWW-Authenticate: Bearer {KEY}\r\n"), error(KEY))),
        ("forbidden", |_| response(403, "", error(KEY))),
        ("failed", |_| response(500, &format!("Retry-After: {KEY}\r\n"), error(KEY))),
        ("text", |_| response(400, "", KEY)),
        ("garbage", |_| format!("{KEY} {KEY}\r\n{KEY}: {KEY}\r\n\r\n{KEY}").into_bytes()),
        ("redirect", |_| response(307, &format!("Location: https://evil.example/{KEY}?key={KEY}\r\n"), KEY)),
    ]
}

#[test]
fn a_server_that_repeats_the_key_everywhere_makes_no_command_show_it() {
    let clean = |scratch: &Scratch, line: &str, ran: &Ran| {
        assert!(
            !ran.out.contains(KEY) && !ran.err.contains(KEY),
            "{line}\n--- stdout\n{}\n--- stderr\n{}",
            ran.out,
            ran.err
        );
        assert!(!ran.err.contains("panicked"), "{line}: {}", ran.err);
        assert!(!holds(&scratch.path("."), KEY), "{line} wrote the key to a file");
        if line.contains("--json") {
            ran.json();
        }
    };
    let check = |name: &str, echo: Echo, flags: &str| {
        let fake = fake(echo);
        let origin = fake.url.trim_end_matches("/api/v1").to_owned();
        let line = format!("auth register --name Bot {flags}");
        let scratch = at(&fake.url);
        clean(&scratch, &format!("{name}: {line}"), &scratch.dsl(&line));
        let line = format!("auth login {flags}");
        let scratch = at(&fake.url).with("a.signal", SCRIPT);
        clean(&scratch, &format!("{name}: {line}"), &scratch.dsl_with_input(&line, KEY.as_bytes()));
        let entry = json!({"store": "file", "key": KEY});
        scratch.write("config/keys.json", json!({"schema": 1, "keys": {&origin: entry}}).to_string());
        for verb in ["auth status", "auth claim --no-wait --name Bot", "run a.signal", "catalog pull", "auth logout"] {
            let line = format!("{verb} {flags}");
            clean(&scratch, &format!("{name}: {line}"), &scratch.dsl(&line));
        }
        let left = std::fs::read_to_string(scratch.path("config/keys.json")).unwrap();
        assert!(!left.contains(KEY), "{name}: {left}");
    };
    // Side by side, since a server that fails is asked several times, with pauses.
    std::thread::scope(|scope| {
        for (name, echo) in echoes() {
            for flags in ["-v", "--json -v"] {
                scope.spawn(move || check(name, echo, flags));
            }
        }
    });
}

/// A service that takes a backtest and never ends it, or has it completed.
fn service(status: &'static str) -> Capture {
    Capture::by_line(move |line| {
        let data = match line {
            line if line.ends_with("/execute") => r#"{"backtest_id":"bt_1"}"#,
            line if line.contains("/status/") || line.contains("/cancel/") => status,
            _ => r#"{"metrics":{"num_trades":50},"trades":[],"equity":[]}"#,
        };
        (200, "", format!(r#"{{"success":true,"data":{data},"error":null}}"#))
    })
}

#[test]
fn the_environments_key_goes_to_the_environments_server_alone_whatever_the_journal_names() {
    const OTHER: &str = "ht_prov_the_key_of_the_other";
    let elsewhere = Capture::always(500, "");
    let running = r#"{"status":"running"}"#;
    let completed = r#"{"status":"completed","result_id":"res_1"}"#;
    let script = SCRIPT.replace("2024-03-31", "2024-06-30");
    for (status, run, line, done) in [
        (running, "run --detach a.signal", "runs cancel latest", 0),
        (r#"{"status":"cancelled"}"#, "run --detach a.signal", "runs attach latest", 7),
        (completed, "run a.signal", "runs publish latest --yes", 0),
    ] {
        let there = service(status);
        let scratch = at(&there.url).set("HEYTRADERS_API_KEY", OTHER).with("a.signal", &script);
        let began = scratch.dsl(run);
        assert!([0, 8].contains(&began.exit), "{run}: {}", began.err);
        let before = there.requests().len();
        // The environment is now about another server.
        let scratch = scratch.set("HEYTRADERS_API_KEY", KEY).set("HEYTRADERS_BASE_URL", &elsewhere.url);
        let cure = format!("HEYTRADERS_BASE_URL={} dsl auth login", there.url);
        let refused = scratch.dsl(line);
        refused.check(4, &[], &["nothing was sent", &there.url, &elsewhere.url, &cure]);
        assert_eq!(there.requests().len(), before, "{line}");
        if line.contains("attach") {
            // A program must not take it for one that was never sent.
            let document = scratch.dsl("runs attach latest --json").check(4, &[], &[]).json_of("run");
            assert_eq!((&document["status"], &document["backtest_id"]), (&json!("detached"), &json!("bt_1")));
        }
        // As the cure says: that server's key, stored once, is used for its runs beside the environment's.
        let scratch = scratch.set("HEYTRADERS_BASE_URL", &there.url);
        scratch.dsl_with_input("auth login --no-verify", OTHER.as_bytes()).check(0, &[], &[]);
        let scratch = scratch.set("HEYTRADERS_BASE_URL", &elsewhere.url);
        let ran = scratch.dsl(line);
        assert_eq!(ran.exit, done, "{line}: {}", ran.err);
        let since = &there.requests()[before..];
        assert!(!since.is_empty() && since.iter().all(|request| request.text().contains(OTHER)), "{line}: {since:?}");
        assert!(there.requests().iter().all(|request| !request.text().contains(KEY)), "{line}");
    }
    assert!(elsewhere.requests().is_empty(), "{:?}", elsewhere.requests());
}

#[test]
fn a_key_that_is_given_as_an_argument_is_not_repeated() {
    let scratch = Scratch::new().set("HEYTRADERS_API_KEY", KEY);
    for line in ["auth login", "auth login --json", "auth login --store", "check --output-format json --color", ""] {
        let ran = scratch.dsl(&format!("{line} {KEY}"));
        assert_eq!(ran.exit, 2);
        assert!(!ran.out.contains(KEY) && !ran.err.contains(KEY), "{line}: {}{}", ran.out, ran.err);
        assert!(format!("{}{}", ran.out, ran.err).contains("[key]"), "{line}: {}{}", ran.out, ran.err);
    }
    scratch.dsl(&format!("auth login {KEY}")).check(2, &[], &["dsl auth login asks for it"]);
}
