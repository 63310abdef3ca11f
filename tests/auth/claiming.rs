//! `dsl auth claim`: the code, the watching, and its ends.

use serde_json::{Value, json};

use super::{KEY, at, enter, fake, holds, sandbox, status, success};

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
    status(&scratch, "").check(0, &[code, "can be entered for"], &[]);
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

    status(&scratch, "").check(0, &["claimed, does not end by itself", "agent_", "research, read"], &[]);
    scratch.dsl("auth claim").check(0, &["is yours already"], &[]);
    scratch.dsl("auth register --name x").check(2, &[], &["it is claimed: its rights would be lost"]);
}

#[test]
fn a_code_that_nobody_enters_expires_and_says_so() {
    let fake = fake(|request| match () {
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
