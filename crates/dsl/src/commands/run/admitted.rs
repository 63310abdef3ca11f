//! What a run costs: how the quota stands when it is planned, the server's word that it takes nothing yet, and the question
//! before the last unit goes.

use jiff::Timestamp;

use crate::ask::{Consent, consent};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::journal::Record;
use crate::output::Console;
use crate::quota::{self, Account, Quota, Said};

/// What the user said beforehand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    /// How many runs are about to be submitted.
    pub(crate) runs: u64,
    /// `--yes`: no questions.
    pub(crate) yes: bool,
    /// `--wait-for-quota`: what the server does not take yet is waited for.
    pub(crate) for_quota: bool,
}

/// How the quota stands, for a plan. What can't be known, for want of a key or a folder, is left out: whoever needs it says why.
pub(crate) fn standing(base_url: &str) -> Option<Quota> {
    quota::standing(base_url, Timestamp::now()).ok().flatten()
}

/// Does `begin`, which asks whether the journal's records leave room; the user is asked outside of it, since others wait
/// while it goes on.
///
/// # Errors
/// Those of `begin`; the server's word that nothing is taken yet; a user who keeps the last unit.
pub(crate) fn admitted<T>(
    account: Option<&Account>,
    terms: Terms,
    console: &mut Console,
    mut begin: impl FnMut(&mut dyn FnMut(&[Record]) -> Result<(), Failure>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut confirmed = terms.yes;
    loop {
        let mut question = None;
        let begun = begin(&mut |records| {
            let Some(account) = account else { return Ok(()) };
            let now = Timestamp::now();
            let quota = Quota::count(records, account, &Said::of(account), now);
            if let Some(closed) = quota.closed.as_ref().filter(|closed| !terms.for_quota && !closed.is_short(now)) {
                return Err(quota::closed(closed, now));
            }
            question = quota::last_unit(&quota, terms.runs).filter(|_| !confirmed);
            if question.is_some() { Err(declined()) } else { Ok(()) }
        });
        let Some(question) = question else { return begun };
        if consent(&question, console) == Consent::Refused {
            return begun;
        }
        confirmed = true;
    }
}

/// The failure of a user who said no.
fn declined() -> Failure {
    Failure::new(Exit::Quota, "declined", "nothing was sent: you said no to the quota's last unit")
        .suggest("try the script without a quota first: --sandbox")
}
