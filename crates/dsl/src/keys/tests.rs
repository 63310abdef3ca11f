//! The stores against keyrings that work, fail, forget, and against disks that are full.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::keyring::Fault;
use super::*;

const ORIGIN: &str = "https://hey-traders.com";

/// A keyring in memory, which can be made to fail.
#[derive(Clone, Default)]
struct Memory {
    secrets: Arc<Mutex<HashMap<String, String>>>,
    broken: Arc<Mutex<bool>>,
}

impl Memory {
    fn check(&self) -> Result<(), Fault> {
        if *self.broken.lock().unwrap() { Err(Fault("it is locked".to_owned())) } else { Ok(()) }
    }

    fn names(&self) -> Vec<String> {
        self.secrets.lock().unwrap().keys().cloned().collect()
    }
}

impl Vault for Memory {
    fn set(&self, name: &str, secret: &SecretString) -> Result<(), Fault> {
        self.check()?;
        self.secrets.lock().unwrap().insert(name.to_owned(), secret.expose_secret().to_owned());
        Ok(())
    }

    fn get(&self, name: &str) -> Result<Option<SecretString>, Fault> {
        self.check()?;
        Ok(self.secrets.lock().unwrap().get(name).cloned().map(SecretString::from))
    }

    fn delete(&self, name: &str) -> Result<bool, Fault> {
        self.check()?;
        Ok(self.secrets.lock().unwrap().remove(name).is_some())
    }
}

/// Stores in a folder of their own.
struct Bench {
    folder: tempfile::TempDir,
    vault: Memory,
    keys: Keys,
}

fn bench() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let vault = Memory::default();
    let keys = Keys::of(&folder.path().join("dsl"), Box::new(vault.clone()));
    Bench { folder, vault, keys }
}

impl Bench {
    fn store(&self, key: &str, wish: Option<Store>) -> Kept {
        let lock = self.keys.file.lock().unwrap();
        let ready = self.keys.prepare(wish, &lock).unwrap();
        let entry = Entry { key_id: Some("key_1".to_owned()), ..Entry::default() };
        self.keys.store(ORIGIN, &SecretString::from(key), entry, ready.store, &lock).unwrap()
    }

    fn key(&self) -> Option<String> {
        self.keys.find(ORIGIN).unwrap().map(|found| found.key.expose_secret().to_owned())
    }

    fn file(&self) -> String {
        std::fs::read_to_string(&self.keys.file.path).unwrap_or_default()
    }
}

#[test]
fn a_key_goes_to_the_keyring_and_only_what_is_known_of_it_to_the_file() {
    let bench = bench();
    assert_eq!(bench.store("ht_prov_one", None), Kept::Keyring);
    assert_eq!(bench.key().as_deref(), Some("ht_prov_one"));
    assert!(bench.file().contains("key_1") && !bench.file().contains("ht_prov_one"), "{}", bench.file());
    assert_eq!(bench.vault.names(), [ORIGIN], "the probe is gone");
}

#[test]
fn without_a_keyring_the_file_takes_the_key() {
    let bench = bench();
    *bench.vault.broken.lock().unwrap() = true;
    assert!(matches!(bench.store("ht_prov_one", None), Kept::File(_)));
    assert_eq!(bench.key().as_deref(), Some("ht_prov_one"));
    let lock = bench.keys.file.lock().unwrap();
    let refused = bench.keys.prepare(Some(Store::Keyring), &lock).unwrap_err();
    assert_eq!(refused.code, "no-keyring");
}

#[test]
fn a_keyring_that_fails_after_it_was_found_fit_gives_way_to_the_file() {
    let bench = bench();
    let lock = bench.keys.file.lock().unwrap();
    let ready = bench.keys.prepare(None, &lock).unwrap();
    assert_eq!(ready.store, Store::Keyring);
    *bench.vault.broken.lock().unwrap() = true;
    let key = SecretString::from("ht_prov_one");
    let kept = bench.keys.store(ORIGIN, &key, Entry::default(), ready.store, &lock).unwrap();
    assert!(matches!(kept, Kept::File(_)));
    assert_eq!(bench.key().as_deref(), Some("ht_prov_one"));
}

#[test]
fn a_key_that_moves_to_the_file_leaves_the_keyring() {
    let bench = bench();
    bench.store("ht_prov_one", None);
    bench.store("ht_prov_two", Some(Store::File));
    assert_eq!((bench.key().as_deref(), bench.vault.names().len()), (Some("ht_prov_two"), 0));
    bench.store("ht_prov_three", Some(Store::Keyring));
    assert_eq!(bench.key().as_deref(), Some("ht_prov_three"));
    assert!(!bench.file().contains("ht_prov"), "{}", bench.file());
}

#[test]
fn a_key_is_found_for_its_own_origin_alone() {
    let bench = bench();
    bench.store("ht_prov_one", Some(Store::File));
    for other in ["http://127.0.0.1:8723", "https://hey-traders.com:8443", "https://hey-traders.com.evil.example"] {
        assert!(bench.keys.find(other).unwrap().is_none(), "{other}");
    }
}

#[test]
fn removing_forgets_the_key_everywhere_and_says_where_it_was() {
    let bench = bench();
    bench.store("ht_prov_one", None);
    assert_eq!(bench.keys.remove(ORIGIN).unwrap(), [Kept::Keyring]);
    bench.store("ht_prov_one", Some(Store::File));
    assert!(matches!(bench.keys.remove(ORIGIN).unwrap()[..], [Kept::File(_)]));
    assert!(bench.keys.remove(ORIGIN).unwrap().is_empty());
    assert!(!bench.file().contains("ht_prov"), "{}", bench.file());
    bench.store("ht_prov_one", None);
    *bench.vault.broken.lock().unwrap() = true;
    assert!(bench.keys.remove(ORIGIN).unwrap_err().message.contains("stays in the system's keyring"));
    assert!(bench.file().contains("key_1"), "what can't be removed is still known");
}

#[test]
fn a_keyring_that_lost_or_locks_the_key_is_told() {
    let bench = bench();
    bench.store("ht_prov_one", None);
    bench.vault.secrets.lock().unwrap().clear();
    let told = |bench: &Bench| bench.keys.find(ORIGIN).map(|_| ()).unwrap_err();
    assert!(told(&bench).message.contains("no longer"));
    *bench.vault.broken.lock().unwrap() = true;
    assert_eq!((told(&bench).exit, told(&bench).message.contains("it is locked")), (Exit::Key, true));
}

#[test]
fn a_store_that_can_not_be_written_is_found_out_before_a_key_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("dsl"), "a file where the folder should be").unwrap();
    let keys = Keys::of(&folder.path().join("dsl"), Box::new(Memory::default()));
    assert_eq!(keys.file.lock().map(|_| ()).unwrap_err().code, "keys-unwritable");
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("keys.json")).unwrap();
    let keys = Keys::of(folder.path(), Box::new(Memory::default()));
    let lock = keys.file.lock().unwrap();
    assert!(keys.prepare(None, &lock).is_err());
}

#[test]
fn a_key_that_no_store_takes_is_rescued_into_another_folder() {
    let bench = bench();
    let lock = bench.keys.file.lock().unwrap();
    bench.keys.prepare(Some(Store::File), &lock).unwrap();
    // The folder becomes a file after it was found fit.
    let folder = bench.folder.path().join("dsl");
    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::write(&folder, "").unwrap();
    let key = SecretString::from("ht_prov_one");
    assert!(bench.keys.store(ORIGIN, &key, Entry::default(), Store::File, &lock).is_err());
    let rescued = rescue_into([folder.join("a"), bench.folder.path().join("state")].into_iter(), &key).unwrap();
    assert_eq!(std::fs::read_to_string(&rescued).unwrap(), "ht_prov_one");
    #[cfg(unix)]
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&rescued).unwrap().permissions()) & 0o777,
        0o600
    );
    assert_eq!(rescue_into([folder.join("b")].into_iter(), &key), None);
}

#[test]
fn a_file_that_is_no_json_is_told_without_its_text() {
    let bench = bench();
    bench.store("ht_prov_one", Some(Store::File));
    std::fs::write(&bench.keys.file.path, "{\"keys\": {\"x\": \"ht_prov_one").unwrap();
    let failure = bench.keys.entries().unwrap_err();
    assert_eq!((failure.code.as_ref(), failure.message.contains("ht_prov_one")), ("keys-unreadable", false));
}

#[test]
fn fields_of_later_versions_and_other_origins_survive() {
    let bench = bench();
    std::fs::create_dir_all(bench.keys.file.path.parent().unwrap()).unwrap();
    let text = r#"{"schema":1,"later":7,"keys":{"https://other.example":{"store":"file","key":"ht_prov_other","mood":"good"}}}"#;
    std::fs::write(&bench.keys.file.path, text).unwrap();
    bench.store("ht_prov_one", Some(Store::File));
    let known = bench.keys.entries().unwrap().remove(ORIGIN).unwrap();
    bench.keys.amend(ORIGIN, &known, |entry| entry.claimed = Some(true)).unwrap();
    let document: Value = serde_json::from_str(&bench.file()).unwrap();
    assert_eq!((&document["later"], &document["keys"]["https://other.example"]["mood"]), (&7.into(), &"good".into()));
    assert_eq!(document["keys"][ORIGIN]["claimed"], true);
}

#[test]
fn drafts_of_a_writer_that_was_killed_are_swept_away() {
    let bench = bench();
    bench.store("ht_prov_one", Some(Store::File));
    let draft = bench.keys.file.path.with_file_name(".keys.json.1.0");
    std::fs::write(&draft, "ht_prov_old").unwrap();
    bench.store("ht_prov_two", Some(Store::File));
    assert!(!draft.exists());
}

#[cfg(unix)]
#[test]
fn the_file_is_its_owners_and_a_wider_mode_is_cured() {
    use std::os::unix::fs::PermissionsExt;
    let bench = bench();
    bench.store("ht_prov_one", Some(Store::File));
    let folder = std::fs::metadata(bench.keys.file.path.parent().unwrap()).unwrap().permissions().mode() & 0o777;
    assert_eq!((bench.keys.file.mode(), folder, bench.keys.file.tighten()), (Some(0o600), 0o700, None));
    std::fs::set_permissions(&bench.keys.file.path, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!((bench.keys.file.tighten(), bench.keys.file.mode()), (Some(0o644), Some(0o600)));
}

#[cfg(unix)]
#[test]
fn a_file_that_is_a_link_is_changed_where_it_is_and_forgets_the_key_there() {
    let bench = bench();
    let own = bench.folder.path().join("dotfiles/keys of mine.json");
    std::fs::create_dir_all(own.parent().unwrap()).unwrap();
    std::fs::write(&own, "{}").unwrap();
    std::fs::create_dir_all(bench.keys.file.path.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink("../dotfiles/keys of mine.json", &bench.keys.file.path).unwrap();
    bench.store("ht_prov_one", Some(Store::File));
    assert!(std::fs::read_to_string(&own).unwrap().contains("ht_prov_one"));
    bench.keys.remove(ORIGIN).unwrap();
    assert!(!std::fs::read_to_string(&own).unwrap().contains("ht_prov"));
    assert!(bench.keys.file.path.is_symlink());
}

#[test]
fn what_is_learnt_of_a_key_is_not_noted_of_the_one_that_took_its_place() {
    for store in [Store::File, Store::Keyring] {
        let bench = bench();
        let put = |key: &str, id: &str| {
            let lock = bench.keys.file.lock().unwrap();
            let entry = Entry { key_id: Some(id.to_owned()), ..Entry::default() };
            bench.keys.store(ORIGIN, &SecretString::from(key), entry, store, &lock).unwrap();
            bench.keys.entries().unwrap().remove(ORIGIN).unwrap()
        };
        let claimed = |known: &Entry| {
            bench.keys.amend(ORIGIN, known, |entry| entry.claimed = Some(true)).unwrap();
            bench.keys.entries().unwrap().remove(ORIGIN).and_then(|entry| entry.claimed)
        };
        let first = put("ht_prov_one", "key_1");
        let second = put("ht_prov_two", "key_2");
        assert_eq!((claimed(&first), claimed(&second)), (None, Some(true)), "{store:?}");
        bench.keys.remove(ORIGIN).unwrap();
        assert_eq!(claimed(&second), None, "a key that was forgotten does not come back");
    }
}

#[test]
fn debug_shows_no_key() {
    let entry = Entry { key: Some(ApiKey::from("ht_prov_one".to_owned())), ..Entry::default() };
    assert!(!format!("{entry:?}").contains("ht_prov_one"));
}

#[test]
fn time_left_is_counted_to_the_end_of_the_key() {
    let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    for (end, left) in [
        (Some("2026-01-01T01:00:00Z"), Some(3600)),
        (Some("2025-12-31T23:59:00Z"), Some(-60)),
        (Some("2026-01-01T02:00:00+01:00"), Some(3600)),
        (Some("soon"), None),
        (None, None),
    ] {
        let entry = Entry { expires_at: end.map(str::to_owned), ..Entry::default() };
        assert_eq!(entry.seconds_left(now), left, "{end:?}");
    }
}
