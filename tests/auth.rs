//! `dsl auth`: keys are stored before anything else, sent to their own origin alone, and shown nowhere.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

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

/// A server that answers each request with what `answer` makes of it: a whole HTTP response.
struct Fake {
    url: String,
    asked: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Fake {
    fn start(answer: impl Fn(&str) -> String + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/api/v1", listener.local_addr().unwrap());
        let (asked, requests) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
        let (counter, log) = (Arc::clone(&asked), Arc::clone(&requests));
        // Ends with the test's process; no test waits for it.
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let request = read_request(&mut stream);
                counter.fetch_add(1, Ordering::SeqCst);
                let text = answer(&request);
                log.lock().unwrap().push(request);
                let _ = stream.write_all(text.as_bytes());
            }
        });
        Self { url, asked, requests }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn read_request(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                line.to_lowercase().strip_prefix("content-length:").map(|n| n.trim().parse::<usize>().unwrap())
            });
            if body.len() >= length.unwrap_or(0) {
                return text;
            }
        }
        match stream.read(&mut buffer) {
            Ok(read @ 1..) => request.extend_from_slice(&buffer[..read]),
            _ => return text,
        }
    }
}

/// An HTTP response.
fn response(status: u16, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

fn success(data: &Value) -> String {
    response(200, "", &json!({"success": true, "data": data, "error": null}).to_string())
}

fn refusal(status: u16, code: &str) -> String {
    let error = json!({"code": code, "message": "no", "suggestion": null});
    response(status, "", &json!({"success": false, "data": null, "error": error}).to_string())
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
    scratch.dsl("auth status").check(
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
    let ran = scratch.dsl("auth status");
    ran.check(0, &["My bot", "provisional, ends in", "config/keys.json (mode 0600)", "takes the key"], &[]);
    assert!(!ran.out.contains(&key));
    let document = scratch.dsl("auth status --json").check(0, &[], &[]).json_of("auth-status");
    let status = &document["keys"][0];
    assert_eq!(
        (&status["current"], &status["server"], &status["claimed"]),
        (&json!(true), &json!("taken"), &json!(false))
    );
    drop(served);
    scratch.dsl("auth status").check(0, &["can't be asked", "what stands here was stored", "My bot"], &[]);
    scratch.dsl("auth status --offline").check(0, &["not asked", "My bot"], &[]);

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
fn nothing_is_registered_where_the_key_could_not_be_stored() {
    let fake = Fake::start(|_| success(&json!({"api_key": KEY})));
    let scratch = at(&fake.url).with("config", "a file where the folder should be");
    scratch.dsl("auth register --name Bot").check(2, &[], &["can't be written", "SIGNAL_CONFIG_DIR"]);
    let refused = scratch.dsl("auth register --name Bot --json").check(2, &[], &[]).json_of("error");
    assert_eq!(refused["error"]["code"], "keys-unwritable");
    let scratch = at(&fake.url);
    scratch.dsl("auth register --name Bot --store keyring").check(
        2,
        &[],
        &["keyring can't be used: SIGNAL_KEYRING=off"],
    );
    for line in [
        "auth register --name \"\"".to_owned(),
        format!("auth register --name {}", "x".repeat(51)),
        format!("auth register --name x --description {}", "y".repeat(501)),
    ] {
        scratch.dsl(&line).check(2, &[], &["error:"]);
    }
    assert_eq!(fake.asked(), 0, "no registration was spent");
}

#[test]
fn registering_is_sent_once_whatever_happens() {
    for (answer, exit, words) in [
        (String::new(), 6, "nobody can read any more"),
        (response(502, "", "<html>"), 6, "nobody can read any more"),
        (success(&json!({"key_id": "k"})), 6, "nobody can read any more"),
        (refusal(429, "REGISTRATION_LIMIT"), 5, "no"),
        (refusal(400, "VALIDATION_ERROR"), 2, "no"),
    ] {
        let fake = Fake::start(move |_| answer.clone());
        let scratch = at(&fake.url);
        scratch.dsl("auth register --name Bot").check(exit, &[], &[words]);
        assert_eq!(fake.asked(), 1);
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
    scratch.dsl("auth status").check(0, &["takes the key"], &[]);
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
    scratch.dsl("auth status").check(4, &["refuses the key"], &[]);
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
        let fake =
            Fake::start(move |request| if request.contains("/agents/me ") { me.clone() } else { indicators.clone() });
        let scratch = at(&fake.url);
        scratch.dsl_with_input("auth login", KEY.as_bytes()).check(exit, &[], &[]);
        assert_eq!(scratch.path("config/keys.json").exists(), exit == 0);
    }
}

#[test]
fn a_claim_is_watched_until_the_code_was_entered() {
    let (served, scratch) = sandbox();
    scratch.dsl("auth register --name \"My bot\"").check(0, &[], &[]);
    let ran = scratch.dsl("auth claim --no-wait");
    ran.check(0, &["Your code is", "within 30 min at http://127.0.0.1:", "/dashboard/claim"], &["stays valid"]);
    let document = scratch.dsl("auth claim --no-wait --json").check(0, &[], &["Your code is"]).json_of("auth-claim");
    let code = document["claim_code"].as_str().unwrap();
    assert!(ran.out.contains(code), "the code that is valid is shown again");
    assert_eq!(document["status"], "waiting");
    scratch.dsl("auth status").check(0, &[code, "can be entered for"], &[]);
    let other = scratch.dsl("auth claim --no-wait --new --json").json_of("auth-claim")["claim_code"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_ne!(other, code);

    // Entered while somebody watches.
    let watching = scratch
        .command("auth claim --json")
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    enter(&served, &other);
    let output = watching.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    crate::scratch::assert_fits(&document, "auth-claim");
    assert_eq!((&document["status"], &document["scopes"]), (&json!("claimed"), &json!(["research", "read"])));
    assert!(document["agent_id"].is_string());

    scratch.dsl("auth status").check(0, &["claimed, does not end by itself", "agent_", "research, read"], &[]);
    scratch.dsl("auth claim").check(0, &["is yours already"], &[]);
    scratch.dsl("auth register --name x").check(2, &[], &["it is claimed: its rights would be lost"]);
}

#[test]
fn a_code_that_nobody_enters_expires_and_says_so() {
    let fake = Fake::start(|request| match () {
        () if request.contains("/request-claim ") => success(&json!({"claim_code": "ABC234", "expires_in": 1})),
        () => success(&json!({"status": "provisional", "scopes": ["research"]})),
    });
    let scratch = at(&fake.url).set("HEYTRADERS_API_KEY", KEY);
    scratch.dsl("auth claim").check(2, &[], &["--name"]);
    scratch.dsl("auth claim --name Bot").check(
        6,
        &["Your code is  ABC234"],
        &["nobody entered the code ABC234 in time"],
    );
    let document = scratch.dsl("auth claim --name Bot --json").check(6, &[], &["ABC234"]).json_of("error");
    assert_eq!(document["error"]["code"], "INVALID_CLAIM_CODE");
    assert!(!holds(&scratch.path("."), KEY));
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_a_claim_and_its_code_valid() {
    use std::io::BufRead;
    let (served, scratch) = sandbox();
    scratch.dsl("auth register --name Bot").check(0, &[], &[]);
    let mut child = scratch
        .command("auth claim")
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
    let code = lines.find_map(|line| line.unwrap().strip_prefix("Your code is  ").map(str::to_owned)).unwrap();
    // Heard however early it comes.
    let killed = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(8), "{said}");
    assert!(said.contains("the code stays valid"), "{said}");
    enter(&served, &code);
    scratch.dsl("auth claim").check(0, &["is yours already"], &[]);
}

#[test]
fn a_key_goes_to_its_own_origin_alone() {
    let (_served, scratch) = sandbox();
    scratch.dsl("auth register --name Bot").check(0, &[], &[]);
    let key = key_in(&scratch);
    let fake = Fake::start(|_| success(&json!({"claimed": true})));
    let stranger = scratch.set("HEYTRADERS_BASE_URL", &fake.url);
    stranger.dsl("run a.signal").check(4, &[], &["there is no API key"]);
    stranger.dsl("auth claim --name x").check(4, &[], &["there is no API key"]);
    stranger.dsl("catalog pull").check(4, &[], &["there is no API key"]);
    let ran = stranger.dsl("auth status");
    ran.check(
        4,
        &["There is no key for http://127.0.0.1:", "not in use: HEYTRADERS_BASE_URL names another server"],
        &[],
    );
    assert!(fake.requests.lock().unwrap().iter().all(|request| !request.contains(&key)));
    assert_eq!(fake.asked(), 0);
}

#[test]
fn the_environment_s_key_goes_before_a_stored_one_and_that_is_told() {
    let (served, scratch) = sandbox();
    scratch.dsl("auth register --name Bot").check(0, &[], &[]);
    let scratch = scratch.set("HEYTRADERS_API_KEY", KEY);
    scratch.dsl("run a.signal").check(4, &[], &["the key is the one from HEYTRADERS_API_KEY"]);
    scratch.dsl("auth status").check(4, &["not used", "HEYTRADERS_API_KEY goes before it", "refuses the key"], &[]);
    scratch.dsl("auth register --name Bot --replace").check(
        0,
        &[],
        &["HEYTRADERS_API_KEY is set and goes before the stored key"],
    );
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
    let proxy = Fake::start(|_| response(502, "", "no"));
    let address = proxy.url.trim_end_matches("/api/v1").to_owned();
    let scratch = ["http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"]
        .iter()
        .fold(scratch, |scratch, name| scratch.set(name, &address));
    scratch.dsl("auth register --name Bot").check(0, &[], &[]);
    scratch.dsl("auth status").check(0, &["takes the key"], &[]);
    assert_eq!(proxy.asked(), 0);
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_read_is_cured_with_a_warning() {
    use std::os::unix::fs::PermissionsExt;
    let (_served, scratch) = sandbox();
    scratch.dsl("auth register --name Bot").check(0, &[], &[]);
    let file = scratch.path("config/keys.json");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    scratch.dsl("auth status").check(0, &["(mode 0600)"], &["had the mode 0644, so others could read it"]);
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!scratch.dsl("auth status").err.contains("0644"));
}

#[test]
fn a_broken_file_of_keys_is_told_and_stays_as_it_is() {
    let (_served, scratch) = sandbox();
    let broken = format!("{{\"keys\": {{\"{KEY}");
    scratch.write("config/keys.json", &broken);
    for line in ["auth status", "auth register --name x", "auth logout", "run a.signal", "auth status --json"] {
        let ran = scratch.dsl(line);
        assert_eq!(ran.exit, 2, "{line}: {}", ran.err);
        assert!(
            format!("{}{}", ran.out, ran.err).contains("keys.json") && !format!("{}{}", ran.out, ran.err).contains(KEY),
            "{line}: {}",
            ran.err
        );
    }
    assert_eq!(std::fs::read_to_string(scratch.path("config/keys.json")).unwrap(), broken);
}

/// A response made of a request.
type Echo = fn(&str) -> String;

#[cfg(target_os = "linux")]
#[test]
fn a_keyring_that_never_answers_is_given_up_for_the_file() {
    let (_served, scratch) = sandbox();
    // A bus that takes connections and says nothing, as that of a session nobody can unlock.
    let bus = scratch.path("bus");
    let listener = std::os::unix::net::UnixListener::bind(&bus).unwrap();
    let scratch =
        scratch.set("DBUS_SESSION_BUS_ADDRESS", &format!("unix:path={}", bus.display())).set("SIGNAL_KEYRING", "on");
    scratch.dsl("auth register --name Bot -v").check(0, &["config/keys.json"], &["it is locked or does not answer"]);
    scratch.dsl("auth register --name Bot --replace --store keyring").check(2, &[], &["does not answer"]);
    scratch.dsl("run a.signal").check(0, &["total return"], &[]);
    listener.set_nonblocking(true).unwrap();
    assert_eq!(listener.incoming().map_while(Result::ok).count(), 2, "a key in the file is read without the keyring");
}

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
