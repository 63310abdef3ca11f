//! The binary while it runs: what it says is waited for, and signals are sent to it.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStderr, Command, Stdio};

use crate::scratch::{Ran, Scratch};

/// The binary while it runs.
pub(crate) struct Live {
    /// Its process.
    pub(crate) child: Child,
    err: Lines<BufReader<ChildStderr>>,
    said: String,
}

impl Live {
    /// The binary with the words of `line`.
    pub(crate) fn start(scratch: &Scratch, line: &str) -> Self {
        Self::of(scratch.command(line))
    }

    /// Whatever runs the binary.
    pub(crate) fn of(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let err = BufReader::new(child.stderr.take().unwrap()).lines();
        Self { child, err, said: String::new() }
    }

    /// Waits until stderr says so.
    #[track_caller]
    pub(crate) fn says(&mut self, part: &str) -> &mut Self {
        for line in self.err.by_ref() {
            let line = line.unwrap();
            self.said.push_str(&line);
            self.said.push('\n');
            if line.contains(part) {
                return self;
            }
        }
        panic!("it never said {part:?}:\n{}", self.said);
    }

    /// Sends a signal: `INT` is Ctrl-C.
    pub(crate) fn signal(&mut self, name: &str) -> &mut Self {
        let status = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
        self
    }

    /// What it came to, with everything on stderr.
    pub(crate) fn end(mut self) -> Ran {
        for line in self.err.by_ref() {
            self.said.push_str(&line.unwrap());
            self.said.push('\n');
        }
        let output = self.child.wait_with_output().unwrap();
        Ran { exit: output.status.code().unwrap_or(-1), out: String::from_utf8(output.stdout).unwrap(), err: self.said }
    }
}
