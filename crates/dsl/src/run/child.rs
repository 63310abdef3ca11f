//! The process that sends a run's request, so that the answer is heard and written down whoever else ends meanwhile.
//!
//! `dsl run` starts the same binary again, in a process group of its own so that no Ctrl-C and no closed terminal reaches
//! it, and hands it a line on its stdin: the run, where to, and the key, which so stands in no list of processes. The
//! child takes the right to write the record, writes `submitting`, sends, writes what became of it, and tells the
//! record to its parent, should there still be one. A line that does not come whole sends nothing.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Command, ExitCode, Stdio};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::submit::step_of;
use super::{block_on, signals};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::journal::{Journal, Record, Step};
use crate::{keys, quota, service};

/// The command that starts a child. No user types it, so no help tells it.
pub(crate) const COMMAND: &str = "submit-planned";

/// Longest order that is read; the script is not in it.
const LONGEST: u64 = 64 << 10;

/// What a child is told.
#[derive(Debug, Deserialize)]
pub(super) struct Order {
    /// The run's id.
    pub(super) run: String,
    /// Where to.
    pub(super) base_url: String,
    /// Under which key.
    pub(super) key: SecretString,
}

/// What a child answers.
#[derive(Debug, Serialize, Deserialize)]
enum Reply {
    /// The record as it is now, be it written or not.
    Record(Box<Record>),
    /// Nothing was sent.
    Failure { code: String, message: String, suggestion: Option<String> },
}

/// Has a child send a run: the record as the child left it; `None`: it ended without a word, the journal may say more.
///
/// # Errors
/// When nothing was sent.
pub(super) fn send(order: &Order) -> Result<Option<Record>, Failure> {
    let started = std::env::current_exe().and_then(|program| {
        let mut command = Command::new(program);
        command.arg(COMMAND).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        // It comes with the order, and need not lie open in the child's environment.
        command.env_remove(keys::VARIABLE);
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        #[cfg(windows)]
        std::os::windows::process::CommandExt::creation_flags(&mut command, DETACHED_PROCESS | NEW_GROUP);
        command.spawn()
    });
    let mut child = started.map_err(|error| failed(&error.to_string()))?;
    if let Some(mut stdin) = child.stdin.take() {
        // Where it can't be handed over whole, the child sends nothing.
        let _ = stdin.write_all(order.line().expose_secret().as_bytes());
    }
    let mut text = String::new();
    let read = child.stdout.take().map(|mut stdout| stdout.read_to_string(&mut text));
    let _ = child.wait();
    let Some(Ok(_)) = read else { return Ok(None) };
    match serde_json::from_str(&text) {
        Ok(Reply::Record(record)) => Ok(Some(*record)),
        Ok(Reply::Failure { code, message, suggestion }) => {
            Err(Failure { suggestion, ..Failure::new(Exit::Usage, code, message) })
        }
        Err(_) => Ok(None),
    }
}

#[cfg(windows)]
const DETACHED_PROCESS: u32 = 0x8;
#[cfg(windows)]
const NEW_GROUP: u32 = 0x200;

/// The failure when there is no child.
pub(super) fn failed(reason: &str) -> Failure {
    Failure::new(Exit::Usage, "not-sent", format!("the process that submits runs can't be started: {reason}"))
        .suggest("nothing was sent; `dsl runs attach latest` tries it again")
}

impl Order {
    /// The order as one line. The line's end shows that it is whole.
    fn line(&self) -> SecretString {
        let order = json!({"run": self.run, "base_url": self.base_url, "key": self.key.expose_secret()});
        SecretString::from(format!("{order}\n"))
    }
}

/// The child's whole life.
pub(crate) fn run() -> ExitCode {
    let Some(order) = order() else { return ExitCode::from(Exit::Usage.code()) };
    let sent = block_on(async {
        signals::ignore();
        carry_out(order).await
    });
    let reply = match sent.map_err(|error| failed(&error.to_string())).flatten() {
        Ok(record) => Reply::Record(Box::new(record)),
        Err(failure) => {
            Reply::Failure { code: failure.code.into_owned(), message: failure.message, suggestion: failure.suggestion }
        }
    };
    // A parent that has gone finds it in the journal.
    let _ = io::stdout().write_all(serde_json::to_string(&reply).unwrap_or_default().as_bytes());
    ExitCode::SUCCESS
}

/// The order on stdin; `None` where it did not come whole.
fn order() -> Option<Order> {
    let mut line = String::new();
    BufReader::new(io::stdin().lock().take(LONGEST)).read_line(&mut line).ok()?;
    let line = SecretString::from(line);
    serde_json::from_str(line.expose_secret().strip_suffix('\n')?).ok()
}

/// Sends a run, unless another process was first. The right to write is held from before the first byte until what became
/// of it is on disk: by that whoever looks knows that somebody is still sending.
///
/// # Errors
/// When nothing was sent.
async fn carry_out(order: Order) -> Result<Record, Failure> {
    let mut record = Journal::open()?.find(&order.run)?;
    let client = service::client_with(&order.base_url, Some(order.key))?;
    let writing = record.lock_for_writing()?;
    let request = record.request().ok_or_else(|| {
        Failure::new(Exit::Usage, "journal", format!("the request of the run {} can't be read any more", record.run))
            .suggest("run the script again: dsl run FILE")
    })?;
    if !record.change_under(&writing, |record| record.advance(Step::Submit))? {
        return Ok(record);
    }
    let answer = client.execute(&request).await;
    let limits = answer.as_ref().ok().and_then(|answer| answer.data.extra.get("quota").cloned());
    let step = step_of(answer);
    let written = record.change_under(&writing, |record| {
        record.requests += client.requests();
        record.advance(step.clone())
    });
    if written.is_err() {
        // The parent is told, and may have more luck with its disk.
        record.advance(step);
    }
    // What became of the run is on disk: now there is time for the rest.
    if let (Some(account), Some(limits)) = (&record.account, limits) {
        quota::note_limits(account, client.base_url(), &limits);
    }
    Ok(record)
}
