//! `kill -9` at random moments of a run: nothing is lost, and nothing is sent twice.
//!
//! A small number in every `cargo test`; `DSL_KILLS=200` takes more, `DSL_KILL_SEED` repeats a series.
#![cfg(unix)]
#![allow(clippy::print_stdout, reason = "a series that fails is repeated by its seed")]

use std::collections::BTreeMap;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use crate::scratch::{CROSSING, Scratch};
use crate::server::Served;

/// Submissions that have reached a sandbox.
fn submissions(scratch: &Scratch) -> u64 {
    let health = scratch.dsl("api GET /meta/health").check(0, &[], &[]).json();
    let submissions = &health.pointer("/data/submissions").or(health.pointer("/submissions")).unwrap()["received"];
    submissions.as_u64().unwrap()
}

/// Numbers that look random and repeat with their seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end.max(1)
    }

    fn moment(&mut self, within: Duration) -> Duration {
        Duration::from_nanos(self.below(u64::try_from(within.as_nanos()).unwrap()))
    }
}

/// Starts the binary and kills it, or its whole process group, so long after.
fn kill_after(command: &mut Command, moment: Duration, whole_group: bool) {
    let mut child =
        command.process_group(0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(moment);
    if whole_group {
        let _ = Command::new("kill").args(["-KILL", "--", &format!("-{}", child.id())]).stderr(Stdio::null()).status();
    }
    let _ = child.kill();
    child.wait().unwrap();
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Kills `count` runs against a sandbox with these faults, and comes back to each.
fn check(count: u64, flags: &str) {
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let seed = number("DSL_KILL_SEED").unwrap_or(since_epoch.as_nanos() as u64 | 1);
    println!("DSL_KILL_SEED={seed}");
    let mut chance = Chance(seed);
    let home = Scratch::new();
    let sandbox = Served::start(&home, &format!("sandbox --port 0 --json {flags}"));
    let scratch = || sandbox.client().with("a.signal", CROSSING);
    // An undisturbed run: what it comes to, and how long it takes.
    let undisturbed = scratch();
    let run = || {
        let began = Instant::now();
        let ran = undisturbed.dsl("run --again --json a.signal");
        (began.elapsed(), ran.check(0, &[], &[]).json()["metrics"].clone())
    };
    let ((one, expected), (other, _)) = (run(), run());
    let undisturbed_length = one.min(other);
    let mut length = undisturbed_length;
    let (mut runs, mut found) = (2, BTreeMap::<String, u32>::new());
    for at in 0..count {
        let scratch = scratch();
        let whole_group = chance.below(2) == 0;
        kill_after(&mut scratch.command("run --json a.signal"), chance.moment(length), whole_group);
        let listed = scratch.dsl("runs list --json").check(0, &[], &[]).json();
        let Some(record) = listed["runs"].get(0) else {
            // Killed before anything was planned: so nothing was sent.
            *found.entry("nothing".to_owned()).or_default() += 1;
            continue;
        };
        let status = record["status"].as_str().unwrap();
        *found.entry(status.to_owned()).or_default() += 1;
        // How long a run takes changes with what else the machine does: the window follows, so that few kills come too late.
        length = length.mul_f64(if status == "completed" { 0.9 } else { 1.03 }).min(undisturbed_length * 2);
        // Whoever comes back may be killed as well.
        while chance.below(3) == 0 {
            kill_after(&mut scratch.command("runs attach latest"), chance.moment(length), whole_group);
        }
        let document = scratch.dsl("runs attach --json latest").check(0, &[], &[]).json_of("run");
        assert_eq!(document["metrics"], expected, "kill {at} of seed {seed}");
        assert_eq!(scratch.dsl("runs list --json").json()["runs"].as_array().unwrap().len(), 1);
        runs += 1;
        assert_eq!(submissions(&undisturbed), runs, "kill {at} of seed {seed}: {found:?}");
    }
    println!("{count} kills within {undisturbed_length:?} each found: {found:?}; {runs} runs, {runs} submissions");
}

#[test]
fn a_run_that_is_killed_at_any_moment_comes_to_the_same_and_is_submitted_once() {
    check(number("DSL_KILLS").unwrap_or(20) / 2, "");
}

#[test]
fn a_run_that_is_killed_while_the_server_takes_its_time_is_submitted_once() {
    // The moments between the first byte and the answer become the longest of the run.
    check(number("DSL_KILLS").unwrap_or(20) / 2, "--fault path=/backtest/execute;latency=150ms");
}
