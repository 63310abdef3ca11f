//! The secret scan: whatever any test makes the binary print or leave on disk is searched for keys.
//!
//! Every [`Scratch`](crate::scratch::Scratch) examines what each call printed, and when it goes, every file below its
//! folder: home, settings, journal, caches and temporary files of the binary all lie there. So the suite as a whole is the
//! scan; the tests here show that it would catch a leak.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use memchr::memmem;

/// How keys begin, those of the service and of the sandbox.
const PREFIX: &str = "ht_";
const PROVISIONAL: &str = "ht_prov_";

/// So many letters and digits behind [`PROVISIONAL`] are a key; less is an example in some text.
const LEAST: usize = 12;

/// Where keys may lie: the file of them.
const STORE: &str = "keys.json";

/// Every key that any test of this process was about so far.
static ALL: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// The key of any test in `text`. For whoever knows of no test: one that drove the binary by hand is examined, too.
pub(crate) fn of_any_test(text: &str) -> Option<String> {
    // Not under the lock: a text may have a hundred megabytes, and every other test would wait for it.
    let all = ALL.lock().unwrap_or_else(PoisonError::into_inner).clone();
    key_in(text.as_bytes(), &all)
}

/// The keys that a test is about, and the files that it wrote itself.
#[derive(Debug, Default)]
pub(crate) struct Secrets {
    keys: BTreeSet<String>,
    own: BTreeSet<PathBuf>,
}

impl Secrets {
    /// A text that is nowhere to be seen, if it looks like a key: tests also set what is none.
    pub(crate) fn learn(&mut self, value: &str) {
        if value.starts_with(PREFIX) && value.len() > PREFIX.len() + 6 {
            ALL.lock().unwrap_or_else(PoisonError::into_inner).insert(value.to_owned());
            self.keys.insert(value.to_owned());
        }
    }

    /// A file that the test wrote, and may have written a key into.
    pub(crate) fn wrote(&mut self, path: PathBuf) {
        self.own.insert(path);
    }

    /// The key in `text`: a known one, or what can't be anything else.
    pub(crate) fn found(&self, text: &[u8]) -> Option<String> {
        key_in(text, &self.keys)
    }

    /// Every file below `folder` that holds a key and is neither the store of keys nor the test's own.
    pub(crate) fn files(&self, folder: &Path) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            for path in std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
                if path.is_symlink() || self.own.contains(&path) {
                    continue;
                }
                let named = self.found(path.to_string_lossy().as_bytes()).is_some();
                if path.is_dir() {
                    folders.push(path.clone());
                }
                let is_store = path.file_name().is_some_and(|name| name == STORE);
                let holds_one = || std::fs::read(&path).is_ok_and(|bytes| self.found(&bytes).is_some());
                if named || path.is_file() && !is_store && holds_one() {
                    found.push(path);
                }
            }
        }
        found
    }
}

/// The first key in `text`, which is read once however many there are: a known one, or a provisional one that no test named,
/// which the binary fetched or made.
fn key_in(text: &[u8], known: &BTreeSet<String>) -> Option<String> {
    memmem::find_iter(text, PREFIX).find_map(|at| {
        let text = &text[at..];
        known.iter().find(|key| text.starts_with(key.as_bytes())).cloned().or_else(|| provisional(text))
    })
}

/// The provisional key that `text` begins with.
fn provisional(text: &[u8]) -> Option<String> {
    let rest = text.strip_prefix(PROVISIONAL.as_bytes())?.iter().take_while(|byte| byte.is_ascii_alphanumeric());
    let rest: String = rest.map(|byte| char::from(*byte)).collect();
    (rest.len() >= LEAST).then(|| format!("{PROVISIONAL}{rest}"))
}

/// That the scan is no idle one: leaks that were planted are found.
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use crate::scratch::Scratch;

    const KEY: &str = "ht_prov_planted_secret";

    /// What the scan says when `line` is run on a script that holds `key`.
    fn caught(key: &str, line: &str) -> String {
        let script = format!("a = {key}\nemit_signal(close > 1, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n");
        let scratch = Scratch::new().set("HEYTRADERS_API_KEY", KEY).with("a.signal", script);
        let panic = catch_unwind(AssertUnwindSafe(move || drop(scratch.dsl(line)))).expect_err("a leak was not found");
        panic.downcast_ref::<String>().expect("a text").clone()
    }

    #[test]
    fn a_key_that_is_printed_is_found() {
        for line in ["check a.signal", "check --output-format json a.signal"] {
            let said = caught(KEY, line);
            assert!(said.contains("stdout") && said.contains("a key"), "{said}");
        }
    }

    #[test]
    fn a_key_that_no_test_knows_is_found_too() {
        let said = caught("ht_prov_0123456789abcdef", "check a.signal");
        assert!(said.contains("stdout"), "{said}");
    }

    #[test]
    fn a_key_that_is_left_in_a_file_is_found() {
        let scratch = Scratch::new().set("HEYTRADERS_API_KEY", KEY).with("a.signal", format!("a = {KEY}\n"));
        let file = std::fs::File::create(scratch.path("findings.txt")).unwrap();
        scratch.command("check a.signal").stdout(file).status().unwrap();
        let panic = catch_unwind(AssertUnwindSafe(move || drop(scratch))).expect_err("a leak was not found");
        let said = panic.downcast_ref::<String>().expect("a text");
        assert!(said.contains("findings.txt") && !said.contains("a.signal"), "{said}");
    }

    #[test]
    fn what_is_no_key_is_no_leak() {
        let secrets = super::Secrets::default();
        for text in ["export HEYTRADERS_API_KEY=ht_prov_...", "ht_prov_short", "0123456789abcdef"] {
            assert_eq!(secrets.found(text.as_bytes()), None, "{text}");
        }
    }
}
