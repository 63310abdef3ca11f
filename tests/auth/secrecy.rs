//! Servers that repeat the key wherever they can: it is shown nowhere and written nowhere but to its store.

use serde_json::{Value, json};

use super::{Fake, KEY, SCRIPT, at, holds, response};
use crate::scratch::{Ran, Scratch};

/// A response made of a request.
type Echo = fn(&str) -> String;

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
        ("refused", |_| response(401, &format!("WWW-Authenticate: Bearer {KEY}\r\n"), &error(KEY))),
        ("forbidden", |_| response(403, "", &error(KEY))),
        ("failed", |_| response(500, &format!("Retry-After: {KEY}\r\n"), &error(KEY))),
        ("text", |_| response(400, "", KEY)),
        ("garbage", |_| format!("{KEY} {KEY}\r\n{KEY}: {KEY}\r\n\r\n{KEY}")),
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
        let fake = Fake::start(echo);
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
