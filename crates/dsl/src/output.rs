//! Where text goes: the result to stdout, the talk to stderr. A closed pipe is no error, it only ends the writing.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::service;

use crate::secrets;

/// Text is handed to the system in pieces of about this many bytes.
const BUFFER: usize = 64 * 1024;

/// When colours are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always, also into a pipe.
    Always,
    /// Never.
    Never,
}

/// Whether `-q` was given, for those who have no console at hand.
static QUIET: AtomicBool = AtomicBool::new(false);

/// Talk from a place that is far from the console: a line on stderr, silenced by `-q`.
pub(crate) fn aside(line: &str) {
    if !QUIET.load(Ordering::Relaxed) {
        // Nobody is left to hear that stderr is closed.
        let _ = writeln!(io::stderr(), "{}", secrets::masked(line));
    }
}

/// Stdout and stderr of this command, and what their readers can take.
#[derive(Debug)]
pub(crate) struct Console {
    buffer: Vec<u8>,
    /// The reader of stdout has gone, or the disk is full: nothing more is written.
    closed: bool,
    /// What went wrong with stdout, a closed pipe aside.
    fault: Option<io::Error>,
    verbosity: i8,
    /// Whether stdout takes colours.
    pub(crate) color: bool,
    /// Whether stderr takes colours.
    pub(crate) color_talk: bool,
    /// Whether failures are to be told as one JSON document on stdout.
    pub(crate) json: bool,
}

impl Console {
    /// A console for `choice` of colours; `verbosity` is the number of `-v` minus the number of `-q`.
    pub(crate) fn new(choice: ColorChoice, verbosity: i8) -> Self {
        let wanted = |choice, auto: &dyn Fn() -> anstream::ColorChoice| match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => auto() != anstream::ColorChoice::Never,
        };
        QUIET.store(verbosity < 0, Ordering::Relaxed);
        Self {
            buffer: Vec::new(),
            closed: false,
            fault: None,
            verbosity,
            color: wanted(choice, &|| anstream::AutoStream::choice(&io::stdout())),
            color_talk: wanted(choice, &|| anstream::AutoStream::choice(&io::stderr())),
            json: false,
        }
    }

    /// A part of the result, as it is.
    pub(crate) fn result(&mut self, text: &str) {
        if self.closed {
            return;
        }
        self.buffer.extend_from_slice(secrets::masked(text).as_bytes());
        if self.buffer.len() >= BUFFER {
            self.flush();
        }
    }

    /// Talk beside the result: a line on stderr, silenced by `-q`.
    pub(crate) fn talk(&mut self, line: &str) {
        if self.verbosity >= 0 {
            self.say(line);
        }
    }

    /// Talk that only `-v` asks for.
    pub(crate) fn detail(&mut self, line: &str) {
        if self.verbosity > 0 {
            self.say(line);
        }
    }

    /// A line on stderr whatever the verbosity is: what stops the command.
    pub(crate) fn say(&mut self, line: &str) {
        // On a terminal both streams are read together: what was written first comes first.
        self.flush();
        let line = secrets::masked(line);
        let mut stderr = io::stderr().lock();
        // Nobody is left to hear that stderr is closed.
        let _ = stderr.write_all(line.as_bytes()).and_then(|()| stderr.write_all(b"\n"));
    }

    /// A question on stderr: no line end, the answer stands behind it.
    pub(crate) fn ask(&mut self, question: &str) {
        self.flush();
        let mut stderr = io::stderr().lock();
        let _ = stderr.write_all(secrets::masked(question).as_bytes()).and_then(|()| stderr.flush());
    }

    /// A part of the result as bytes that may be no text.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.result(text),
            Err(_) if self.closed => {}
            Err(_) => self.buffer.extend_from_slice(bytes),
        }
    }

    /// Whether somebody watches stderr, so that progress may be drawn there.
    pub(crate) fn is_watched(&self) -> bool {
        !self.json && self.verbosity >= 0 && io::stderr().is_terminal()
    }

    /// Whether talk is silenced.
    pub(crate) fn is_quiet(&self) -> bool {
        self.verbosity < 0
    }

    /// Whether `-v` was given.
    pub(crate) fn is_verbose(&self) -> bool {
        self.verbosity > 0
    }

    /// Whether nobody reads stdout any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Hands over what is buffered.
    pub(crate) fn flush(&mut self) {
        if self.closed || self.buffer.is_empty() {
            return;
        }
        let mut stdout = io::stdout().lock();
        let written = stdout.write_all(&self.buffer).and_then(|()| stdout.flush());
        self.buffer.clear();
        if let Err(error) = written {
            self.closed = true;
            if error.kind() != io::ErrorKind::BrokenPipe {
                self.fault = Some(error);
            }
        }
    }

    /// Hands over the rest; a fault of stdout other than a closed pipe is returned once.
    pub(crate) fn finish(&mut self) -> Option<io::Error> {
        self.flush();
        self.fault.take()
    }
}

/// Whether the terminal's character set has braille and blocks; a pipe is taken for UTF-8.
pub(crate) fn speaks_unicode() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| service::variable(name));
    !io::stdout().is_terminal() || locale.is_some_and(|locale| locale.to_uppercase().contains("UTF"))
}
