//! Where keys are kept, when the store is others' to read, broken, full or locked, or breaks in the very moment.

use serde_json::json;

use super::{KEY, at, fake, key_in, sandbox, status, success};
use crate::scratch::Scratch;

#[test]
fn nothing_is_registered_where_the_key_could_not_be_stored() {
    let fake = fake(|_| success(&json!({"api_key": KEY})));
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
    assert_eq!(fake.requests().len(), 0, "no registration was spent");
}

#[test]
fn a_key_whose_store_breaks_while_it_comes_is_rescued() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    let victim = config.clone();
    let fake = fake(move |_| {
        // The disk fails in the very moment.
        std::fs::remove_dir_all(&victim).unwrap();
        std::fs::write(&victim, "").unwrap();
        success(&json!({"api_key": KEY}))
    });
    let scratch =
        Scratch::new().set("HEYTRADERS_BASE_URL", &fake.url).set("SIGNAL_CONFIG_DIR", &config.to_string_lossy());
    let ran = scratch.dsl("auth register --name Bot --json");
    let error = ran.check(2, &[], &[]).json_of("error")["error"].clone();
    assert!(!ran.out.contains(KEY) && !ran.err.contains(KEY), "{}", ran.out);
    let cure = error["suggestion"].as_str().unwrap();
    let file = cure.split_once("dsl auth login < ").and_then(|(_, rest)| rest.split_once(',')).unwrap().0;
    assert_eq!(std::fs::read_to_string(file).unwrap(), KEY, "{cure}");
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(file).unwrap().permissions()) & 0o777, 0o600);
    let scratch = at(&fake.url);
    let ran = scratch.dsl_with_input("auth login --no-verify", &std::fs::read(file).unwrap());
    ran.check(0, &["The key is stored"], &[]);
    assert_eq!(key_in(&scratch), KEY);
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_read_is_cured_with_a_warning() {
    use std::os::unix::fs::PermissionsExt;
    let (_served, scratch) = sandbox();
    scratch.dsl("auth register --name Bot").check(0, &[], &[]);
    let file = scratch.path("config/keys.json");
    for line in ["auth status", "doctor", "run a.signal", "run --again --json a.signal"] {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        scratch.dsl(line).check(0, &[], &["had the mode 0644, so others could read it"]);
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{line}");
        assert!(!scratch.dsl(line).err.contains("0644"), "{line}");
    }
    status(&scratch, "").check(0, &["(mode 0600)"], &[]);
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
