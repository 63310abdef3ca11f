//! `dsl check --watch`: what happens to files while it runs is told, and Ctrl-C ends it.
#![cfg(unix)]

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::scratch::Scratch;

const GOOD: &str = "up = close > sma(close, 20)\n\
    emit_signal(up, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n\
    emit_signal(not up, exit(\"BINANCE:BTC/USDT\", \"LONG\"))\n";
const BAD: &str = "up = close >\n";
/// Nothing takes that long; a machine that is busy with other tests takes its time.
const PATIENCE: Duration = Duration::from_secs(60);

/// A watch that runs.
struct Watching {
    child: Child,
    said: Arc<Mutex<String>>,
    /// How much of it earlier steps have read.
    read: usize,
}

impl Watching {
    fn start(scratch: &Scratch, line: &str) -> Self {
        let mut child =
            scratch.command(line).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let said = Arc::new(Mutex::new(String::new()));
        let streams: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        for mut stream in streams {
            let said = Arc::clone(&said);
            std::thread::spawn(move || {
                let mut bytes = [0; 4096];
                while let Ok(length @ 1..) = stream.read(&mut bytes) {
                    said.lock().unwrap().push_str(&String::from_utf8_lossy(&bytes[..length]));
                }
            });
        }
        Self { child, said, read: 0 }
    }

    /// Waits for new text that holds all of `parts`.
    #[track_caller]
    fn says(&mut self, parts: &[&str]) {
        let began = Instant::now();
        loop {
            let said = self.said.lock().unwrap().clone();
            let new = &said[self.read..];
            if parts.iter().all(|part| new.contains(part)) {
                self.read = said.len();
                return;
            }
            assert!(began.elapsed() < PATIENCE, "waited in vain for {parts:?} in {new:?}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Presses Ctrl-C and returns the exit code.
    fn interrupt(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        let code = self.child.wait().unwrap().code();
        let said = self.said.lock().unwrap().clone();
        assert!(!said.contains("panicked") && !said.contains('\u{1b}'), "{said}");
        code
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        // Only where a step has failed is it still there.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn check(method: &str) {
    let scratch = Scratch::new().with("a.signal", GOOD);
    let mut watching = Watching::start(&scratch, &format!("check {method} --output-format concise"));
    watching.says(&["ok: 1 file checked", "watching for changes"]);
    // An edit, and as editors write it: beside the file, then in its place.
    scratch.write("a.signal", BAD);
    watching.says(&["a.signal:1:", "1 error", "watching for changes"]);
    scratch.write("a.signal.new", GOOD);
    std::fs::rename(scratch.path("a.signal.new"), scratch.path("a.signal")).unwrap();
    watching.says(&["ok: 1 file checked", "watching for changes"]);
    // Files that come and go, in new folders too.
    scratch.write("deep/er/b.signal", BAD);
    watching.says(&["deep/er/b.signal:1:", "in 2 files", "watching for changes"]);
    std::fs::remove_file(scratch.path("deep/er/b.signal")).unwrap();
    watching.says(&["ok: 1 file checked", "watching for changes"]);
    std::fs::remove_file(scratch.path("a.signal")).unwrap();
    watching.says(&["there is no *.signal file", "watching for changes"]);
    scratch.write("a.signal", format!("#! exchange = nowhere\n{GOOD}"));
    watching.says(&["warning[unknown-exchange]", "watching for changes"]);
    // The settings.
    scratch.write("signal.toml", "[rules]\nunknown-exchange = \"error\"\n");
    watching.says(&["error[unknown-exchange]", "watching for changes"]);
    scratch.write("signal.toml", "[rules]\nunknown-exchange = \"off\"\n# longer\n");
    watching.says(&["ok: 1 file checked", "watching for changes"]);
    assert_eq!(watching.interrupt(), Some(0));
}

#[test]
fn changes_are_told_as_they_happen() {
    check("--watch");
}

#[test]
fn changes_are_found_by_polling_too() {
    check("--watch=poll");
}

#[test]
fn one_file_can_be_watched_and_others_stay_out_of_it() {
    let scratch = Scratch::new().with("a.signal", GOOD).with("b.signal", BAD);
    let mut watching = Watching::start(&scratch, "check --watch a.signal --output-format concise");
    watching.says(&["ok: 1 file checked", "watching for changes"]);
    scratch.write("a.signal", BAD);
    watching.says(&["a.signal:1:", "in 1 file\n", "watching for changes"]);
    assert_eq!(watching.interrupt(), Some(0));
}

#[test]
fn what_can_t_be_watched_is_said_at_once() {
    let scratch = Scratch::new().with("a.signal", GOOD);
    for (line, exit, words) in [
        ("check --watch -", 2, "standard input can't be watched"),
        ("check --watch --output-format json", 2, "`--watch` writes for people"),
        ("check --watch --fix", 2, "cannot be used with"),
        ("check --watch nowhere.signal", 3, "there is no file `nowhere.signal`"),
    ] {
        let ran = scratch.dsl(line);
        assert_eq!(ran.exit, exit, "{line}");
        assert!(format!("{}{}", ran.out, ran.err).contains(words), "{line}: {}{}", ran.out, ran.err);
    }
}
