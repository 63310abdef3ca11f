//! A scratch folder and the real binary in it: what every test of the command goes through.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Mutex;

use serde_json::Value;
use tempfile::TempDir;

use crate::secrets::{Secrets, of_any_test};

/// A script that trades in a little more than two years of days.
pub(crate) const CROSSING: &str = "\
#! universe   = BINANCE:BTC/USDT
#! timeframe  = 1d
#! start_date = 2022-01-01
#! end_date   = 2024-03-31
slow = ema(close, 50)
emit_signal(close > slow, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))
emit_signal(close < slow, exit(\"BINANCE:BTC/USDT\", \"LONG\"))
";

/// A folder of its own, in which the binary is run. No key may be printed there, or left in a file.
pub(crate) struct Scratch {
    folder: TempDir,
    environment: Vec<(String, String)>,
    secrets: Mutex<Secrets>,
}

/// What a run of the binary came to.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit code; -1 for a signal.
    pub(crate) exit: i32,
    /// Everything on stdout.
    pub(crate) out: String,
    /// Everything on stderr.
    pub(crate) err: String,
}

impl Scratch {
    /// An empty folder.
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), environment: Vec::new(), secrets: Mutex::default() }
    }

    /// With a file in it.
    pub(crate) fn with(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        self.write(name, content);
        self
    }

    /// With an environment variable for the binary.
    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        self.secrets.lock().unwrap().learn(value);
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Writes a file, with the folders that it needs.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        self.secrets.lock().unwrap().wrote(path.clone());
        std::fs::write(path, content).unwrap();
    }

    /// Where a file of that name lies.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The binary, ready to be started: nothing of this machine's environment reaches it but the search path.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dsl"));
        command
            .args(words(line))
            .current_dir(self.folder.path())
            .env_clear()
            .env("LANG", "C.UTF-8")
            .env("HOME", self.folder.path())
            // A developer's own keyring is none of a test's business.
            .env("SIGNAL_KEYRING", "off")
            .env("TMPDIR", self.folder.path());
        command.envs(self.environment.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        command
    }

    /// Runs the binary with the words of `line`.
    pub(crate) fn dsl(&self, line: &str) -> Ran {
        self.dsl_with_input(line, b"")
    }

    /// Runs the binary with `input` on its standard input.
    pub(crate) fn dsl_with_input(&self, line: &str, input: &[u8]) -> Ran {
        let mut child =
            self.command(line).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        // The binary may end without reading all of it.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        self.examine(line, &output.stdout, &output.stderr);
        Ran {
            exit: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
            err: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
        }
    }
}

impl Scratch {
    /// Asserts that what a call printed holds no key. `dsl sandbox` alone prints one: its own.
    #[track_caller]
    pub(crate) fn examine(&self, line: &str, out: &[u8], err: &[u8]) {
        let secrets = self.secrets.lock().unwrap();
        for (stream, text) in [("stdout", out), ("stderr", err)] {
            let is_sandbox = line.split_whitespace().next() == Some("sandbox") && stream == "stdout";
            let found = secrets.found(text).filter(|_| !is_sandbox);
            assert!(
                found.is_none(),
                "{stream} of `dsl {line}` shows a key: {found:?}\n{}",
                String::from_utf8_lossy(text)
            );
        }
    }
}

impl Drop for Scratch {
    /// The scan of everything that the binary left on disk.
    fn drop(&mut self) {
        // A test that failed already says what is wrong.
        if !std::thread::panicking() {
            let secrets = self.secrets.get_mut().unwrap();
            let leaks = secrets.files(self.folder.path());
            assert!(leaks.is_empty(), "these files hold a key: {leaks:?}");
        }
    }
}

impl Ran {
    /// Asserts the exit code and that stdout and stderr hold certain texts; both are shown when not.
    pub(crate) fn check(&self, exit: i32, out: &[&str], err: &[&str]) -> &Self {
        assert_eq!(self.exit, exit, "exit code\n--- stdout\n{}\n--- stderr\n{}", self.out, self.err);
        for (stream, text, parts) in [("stdout", &self.out, out), ("stderr", &self.err, err)] {
            for part in parts {
                assert!(
                    text.contains(part),
                    "{stream} lacks {part:?}\n--- stdout\n{}\n--- stderr\n{}",
                    self.out,
                    self.err
                );
            }
        }
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self.holds_no_key();
        self
    }

    /// Asserts that no key is shown, be it this test's or another's: what was run by hand is examined here.
    #[track_caller]
    fn holds_no_key(&self) {
        for text in [&self.out, &self.err] {
            let found = of_any_test(text);
            assert!(found.is_none(), "a key is shown: {found:?}\n{text}");
        }
    }

    /// Asserts that stdout is one JSON document and nothing else, harmless for a terminal; returns it.
    pub(crate) fn json(&self) -> Value {
        let harmful =
            |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        assert!(!self.out.contains(harmful), "{:?}", self.out);
        self.holds_no_key();
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("{error}\n--- stdout\n{}\n--- stderr\n{}", self.out, self.err))
    }

    /// As [`Ran::json`], and valid under the schema that `dsl schema NAME` prints.
    pub(crate) fn json_of(&self, schema: &str) -> Value {
        let document = self.json();
        assert_fits(&document, schema);
        document
    }

    fn json_schema(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }
}

/// Asserts that a document fits the schema that `dsl schema` prints under a name.
#[track_caller]
pub(crate) fn assert_fits(document: &Value, schema: &str) {
    let printed = Scratch::new().dsl(&format!("schema {schema}"));
    let validator = jsonschema::validator_for(&printed.check(0, &[], &[]).json_schema()).unwrap();
    let faults: Vec<String> =
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(faults.is_empty(), "not a {schema} document: {faults:#?}\n{document:#}");
}

/// The words of a command line; double quotes hold words together.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (at, part) in line.split('"').enumerate() {
        if at % 2 == 1 { words.push(part.to_owned()) } else { words.extend(part.split_whitespace().map(str::to_owned)) }
    }
    words
}

/// The folder of the examples.
pub(crate) fn examples() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}
