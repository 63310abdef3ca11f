//! Asking the user before something that can't be taken back.

use std::io::{self, BufRead, IsTerminal};

use crate::output::Console;

/// What came of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Consent {
    /// The user said yes.
    Given,
    /// The user said no, or nothing.
    Refused,
    /// Nobody is there to be asked: no terminal.
    Nobody,
}

/// Asks a question whose usual answer is no, on stderr; the answer is read from the terminal.
pub(crate) fn consent(question: &str, console: &mut Console) -> Consent {
    if console.json || !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Consent::Nobody;
    }
    console.ask(&format!("{question} [y/N] "));
    let mut answer = String::new();
    match io::stdin().lock().read_line(&mut answer) {
        Ok(_) if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") => Consent::Given,
        _ => Consent::Refused,
    }
}
