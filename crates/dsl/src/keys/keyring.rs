//! The system's keyring: the secret service on Linux, the keychain on macOS, the credential manager on Windows.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use crate::{output, secrets, service};

/// What a keyring calls us.
const SERVICE: &str = "dsl (HeyTraders)";

/// How long a keyring may take. One that is locked asks its user, and one without a screen to ask on never answers.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long a key that lies in a locked keyring is waited for while somebody sits before the terminal.
const PATIENCE_WITH_USERS: Duration = Duration::from_secs(60);

/// Where secrets are kept by name. The tests have others than the system's.
pub(crate) trait Vault {
    /// Keeps a secret, in place of the one that was there.
    fn set(&self, name: &str, secret: &SecretString) -> Result<(), Fault>;
    /// The secret of that name.
    fn get(&self, name: &str) -> Result<Option<SecretString>, Fault>;
    /// Forgets it; says whether there was one.
    fn delete(&self, name: &str) -> Result<bool, Fault>;
}

/// Why a vault can't be used, in words that continue "the system's keyring can't be used: ".
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault(pub(crate) String);

/// The system's keyring, or none where `SIGNAL_KEYRING=off` says so.
pub(crate) fn system() -> Box<dyn Vault + Send + Sync> {
    match service::variable("SIGNAL_KEYRING").as_deref() {
        Some("off" | "0" | "false" | "no") => Box::new(Off),
        _ => Box::new(System),
    }
}

/// No keyring, by the user's wish.
struct Off;

impl Vault for Off {
    fn set(&self, _: &str, _: &SecretString) -> Result<(), Fault> {
        Err(off())
    }

    fn get(&self, _: &str) -> Result<Option<SecretString>, Fault> {
        Err(off())
    }

    fn delete(&self, _: &str) -> Result<bool, Fault> {
        Err(off())
    }
}

fn off() -> Fault {
    Fault("SIGNAL_KEYRING=off".to_owned())
}

/// What the system has.
struct System;

impl Vault for System {
    fn set(&self, name: &str, secret: &SecretString) -> Result<(), Fault> {
        let (name, secret) = (name.to_owned(), secret.clone());
        within(None, move || {
            let entry = entry(&name)?;
            entry.set_password(secret.expose_secret()).map_err(fault)?;
            // Some keyrings take a secret and forget it.
            match entry.get_password().map(SecretString::from) {
                Ok(kept) if kept.expose_secret() == secret.expose_secret() => Ok(()),
                Ok(_) => Err(Fault("it gives back another text than it was given".to_owned())),
                Err(error) => Err(fault(error)),
            }
        })
    }

    fn get(&self, name: &str) -> Result<Option<SecretString>, Fault> {
        let name = name.to_owned();
        let somebody = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        within(somebody.then_some(PATIENCE_WITH_USERS), move || match entry(&name)?.get_password() {
            Ok(key) => Ok(Some(SecretString::from(key))),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(fault(error)),
        })
    }

    fn delete(&self, name: &str) -> Result<bool, Fault> {
        let name = name.to_owned();
        within(None, move || match entry(&name)?.delete_credential() {
            Ok(()) => Ok(true),
            Err(keyring::Error::NoEntry) => Ok(false),
            Err(error) => Err(fault(error)),
        })
    }
}

fn entry(name: &str) -> Result<keyring::Entry, Fault> {
    if let Err(error) = keyring::Entry::store_status() {
        return Err(Fault(words(error)));
    }
    keyring::Entry::new(SERVICE, name).map_err(fault)
}

fn fault(error: keyring::Error) -> Fault {
    Fault(words(&error))
}

/// An error in a line; some of them would print the secret itself.
fn words(error: &keyring::Error) -> String {
    use keyring::Error;
    let text = match error {
        Error::BadEncoding(_) => "it holds something that is no text".to_owned(),
        Error::NoStorageAccess(cause) => format!("it can't be opened ({cause})"),
        Error::PlatformFailure(cause) => cause.to_string(),
        Error::Ambiguous(_) => "it holds several keys of that name".to_owned(),
        other => other.to_string(),
    };
    secrets::masked(text.lines().next().unwrap_or_default()).into_owned()
}

/// Whether it has been waited for in vain: a command that needs it several times waits once.
static SILENT: AtomicBool = AtomicBool::new(false);

/// Does something that may hang in a thread of its own. A thread that hangs ends with the command.
fn within<T: Send + 'static>(
    longer: Option<Duration>,
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    let silent = || Fault("it is locked or does not answer".to_owned());
    if SILENT.load(Ordering::Relaxed) {
        return Err(silent());
    }
    let (sender, receiver) = mpsc::channel();
    let started = std::thread::Builder::new().name("keyring".to_owned()).spawn(move || {
        // Nobody waits any more.
        let _ = sender.send(work());
    });
    started.map_err(|error| Fault(format!("the system grants no thread ({error})")))?;
    let mut answer = receiver.recv_timeout(PATIENCE);
    if let (Err(RecvTimeoutError::Timeout), Some(longer)) = (&answer, longer) {
        output::aside("the system's keyring is locked: unlock it to go on (Ctrl-C leaves)");
        answer = receiver.recv_timeout(longer);
    }
    match answer {
        Ok(answer) => answer,
        Err(RecvTimeoutError::Timeout) => {
            SILENT.store(true, Ordering::Relaxed);
            Err(silent())
        }
        Err(RecvTimeoutError::Disconnected) => Err(Fault("it failed".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use super::*;

    #[test]
    fn a_keyring_that_does_not_answer_is_waited_for_once() {
        static ASKED: AtomicU32 = AtomicU32::new(0);
        let (_open, shut) = mpsc::channel::<()>();
        let shut = std::sync::Arc::new(std::sync::Mutex::new(shut));
        for _ in 0..3 {
            let shut = std::sync::Arc::clone(&shut);
            let hanging = move || {
                ASKED.fetch_add(1, Ordering::Relaxed);
                shut.lock().unwrap().recv().map_err(|_| Fault("never".to_owned()))
            };
            assert_eq!(within(None, hanging), Err(Fault("it is locked or does not answer".to_owned())));
        }
        assert_eq!(ASKED.load(Ordering::Relaxed), 1);
    }
}
