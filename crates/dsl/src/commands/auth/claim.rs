//! `dsl auth claim`: gets a code, shows where to enter it, and watches until it was entered.

use std::future::Future;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use jiff::{SignedDuration, Timestamp};
use signal_api::models::{Agent, ClaimRequest};
use signal_api::{ApiError, Class, Client};

use super::Here;
use crate::args::AuthClaimArguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keys::{Entry, Kept, Keys, PendingClaim, seconds_until};
use crate::output::Console;
use crate::render::auth::{self, ClaimDocument, ClaimState};
use crate::render::{json, number};
use crate::{run as runs, service};

/// How long a code is taken, by the documentation.
const LIFETIME: Duration = Duration::from_secs(30 * 60);

/// A code with less left is not worth showing again.
const SPARE: i64 = 60;

/// How the watching ended.
enum Watched {
    Claimed(Box<Agent>),
    Expired,
    Left,
    Refused(ApiError),
}

pub(super) fn run(arguments: &AuthClaimArguments, console: &mut Console) -> Result<Exit, Failure> {
    let here = Here::new()?;
    let description = super::description(arguments.description.as_deref())?;
    let (key, kept) = service::needed_key(&here.base)?;
    // What is stored is about the stored key.
    let keys = if kept == Kept::Environment { None } else { Some(Keys::open()?) };
    let entry = match &keys {
        Some(keys) => keys.entries()?.remove(&here.origin).unwrap_or_default(),
        None => Entry::default(),
    };
    let client = service::client_with(&here.base, Some(key))?;
    let before = super::talk(client.me())?;
    if let Err(error) = &before
        && !is_silent(error)
    {
        return Err(runs::failure_of(error));
    }
    let claim = Claim { here: &here, keys: keys.as_ref(), known: entry.clone(), json: arguments.json };
    if let Ok(agent) = &before
        && agent.claimed == Some(true)
    {
        return Ok(claim.end(ClaimState::Claimed, None, Some(&agent.data), console));
    }
    let pending = entry.claim.clone().filter(|claim| {
        !arguments.new && seconds_until(&claim.expires_at, super::now()).is_some_and(|left| left > SPARE)
    });
    let pending = match pending {
        Some(pending) => pending,
        None => {
            let named = arguments.name.clone().or(entry.display_name).ok_or_else(|| {
                Failure::usage("your agent has no name yet").suggest("name it: dsl auth claim --name MyBot")
            })?;
            let request = ClaimRequest { display_name: super::name(&named)?, description };
            let answer = super::talk(client.request_claim(&request))?.map_err(|error| runs::failure_of(&error))?;
            let lifetime = answer.expires_in.map_or(LIFETIME, Duration::from_secs);
            let pending = PendingClaim { code: answer.claim_code.clone(), expires_at: in_so_long(lifetime) };
            claim.remember(Some(&pending), console);
            pending
        }
    };
    if arguments.no_wait {
        claim.show(&pending, console);
        return Ok(claim.end(ClaimState::Waiting, Some(&pending), None, console));
    }
    let had_profile = before.is_ok();
    let watched = super::talk(async {
        let stop = super::listening().await;
        claim.show(&pending, console);
        let bar = console.is_watched().then(bar);
        let watched = watch(&client, &pending, had_profile, bar.as_ref(), stop).await;
        if let Some(bar) = bar {
            bar.finish_and_clear();
        }
        watched
    })?;
    match watched {
        Watched::Claimed(agent) => Ok(claim.end(ClaimState::Claimed, Some(&pending), Some(&agent), console)),
        Watched::Left => Ok(claim.end(ClaimState::Waiting, Some(&pending), None, console)).map(|_| Exit::Detached),
        Watched::Expired => {
            claim.remember(None, console);
            Err(Failure::new(
                Exit::Network,
                "INVALID_CLAIM_CODE",
                format!("nobody entered the code {} in time", auth::code(&pending.code)),
            )
            .suggest("`dsl auth claim` gets another one; if it was entered after all, `dsl auth status` tells"))
        }
        Watched::Refused(error) => Err(runs::failure_of(&error)),
    }
}

/// What all steps of a claim need.
struct Claim<'a> {
    here: &'a Here,
    keys: Option<&'a Keys>,
    /// What was stored of the key when it began.
    known: Entry,
    json: bool,
}

impl Claim<'_> {
    /// The code and where to enter it: on stdout for people, beside the document for programs.
    fn show(&self, pending: &PendingClaim, console: &mut Console) {
        let left = seconds_until(&pending.expires_at, super::now()).unwrap_or_default();
        if self.json {
            console.say(auth::claim_code(&self.here.origin, &pending.code, left, false).trim_end());
        } else {
            console.result(&auth::claim_code(&self.here.origin, &pending.code, left, console.color));
            console.flush();
        }
    }

    /// Keeps the code, so that it can be watched later; without one, forgets it.
    fn remember(&self, pending: Option<&PendingClaim>, console: &mut Console) {
        let Some(keys) = self.keys else { return };
        if let Err(failure) = keys.amend(&self.here.origin, &self.known, |entry| entry.claim = pending.cloned()) {
            console.talk(&format!("the code is not kept for later: {}", failure.message));
        }
    }

    /// Tells how it ended, and stores what was learnt.
    fn end(
        &self,
        state: ClaimState,
        pending: Option<&PendingClaim>,
        agent: Option<&Agent>,
        console: &mut Console,
    ) -> Exit {
        if let (Some(keys), Some(agent)) = (self.keys, agent) {
            let learnt = keys.amend(&self.here.origin, &self.known, |entry| super::learn(entry, agent));
            if let Err(failure) = learnt {
                console.talk(&format!("the claim went through, but is not noted: {}", failure.message));
            }
        }
        if self.json {
            console.result(&json::document(&ClaimDocument {
                schema: json::SCHEMA,
                origin: self.here.origin.clone(),
                status: state,
                claim_code: pending.map(|pending| pending.code.clone()),
                claim_url: auth::claim_url(&self.here.origin),
                expires_at: pending.map(|pending| pending.expires_at.clone()),
                agent_id: agent.and_then(|agent| agent.agent_id.clone()),
                display_name: agent.and_then(|agent| agent.display_name.clone()),
                scopes: agent.map(|agent| agent.scopes.clone()).unwrap_or_default(),
            }));
            return Exit::Done;
        }
        match (state, agent, pending) {
            (ClaimState::Claimed, Some(agent), _) => {
                console.result(&auth::claimed(agent, pending.is_none(), console.color));
            }
            (_, _, Some(pending)) => {
                let left = seconds_until(&pending.expires_at, super::now()).unwrap_or_default();
                console.talk(&format!(
                    "the code stays valid for {}; `dsl auth claim` watches again, `dsl auth status` tells whether it was entered",
                    number::span(left)
                ));
            }
            _ => {}
        }
        Exit::Done
    }
}

/// Asks now and then whether the code was entered.
async fn watch(
    client: &Client,
    pending: &PendingClaim,
    had_profile: bool,
    bar: Option<&ProgressBar>,
    stop: impl Future<Output = ()>,
) -> Watched {
    let mut stop = Box::pin(stop);
    let (mut pause, longest) = if client.is_local() {
        (Duration::from_millis(100), Duration::from_secs(1))
    } else {
        (Duration::from_secs(2), Duration::from_secs(10))
    };
    loop {
        // Looked at before the question, so that a code entered in the last moment is seen.
        let left = seconds_until(&pending.expires_at, super::now()).unwrap_or_default();
        let asked = tokio::select! {
            biased;
            () = &mut stop => return Watched::Left,
            asked = client.me() => asked,
        };
        let mut wait = pause;
        match asked {
            Ok(agent) if agent.claimed == Some(true) || (!had_profile && agent.claimed != Some(false)) => {
                return Watched::Claimed(Box::new(agent.data));
            }
            Ok(_) => {}
            Err(ApiError::Refused { retry_after: Some(asked), .. }) => wait = wait.max(asked),
            Err(error) if is_silent(&error) || error.class() == Class::Server => {}
            Err(error) => return Watched::Refused(error),
        }
        if left <= 0 {
            return Watched::Expired;
        }
        let ends = Duration::from_secs(left.unsigned_abs()) + Duration::from_millis(500);
        tokio::select! {
            biased;
            () = &mut stop => return Watched::Left,
            () = sleep(wait.min(ends), &pending.expires_at, bar) => {}
        }
        pause = pause.mul_f64(1.5).min(longest);
    }
}

/// Sleeps, and counts down meanwhile.
async fn sleep(time: Duration, until: &str, bar: Option<&ProgressBar>) {
    let end = Instant::now() + time;
    loop {
        if let Some(bar) = bar {
            let left = seconds_until(until, super::now()).unwrap_or_default().max(0);
            bar.set_message(format!(
                "waiting for the code to be entered, {}:{:02} left (Ctrl-C leaves)",
                left / 60,
                left % 60
            ));
        }
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        tokio::time::sleep(left.min(Duration::from_secs(1))).await;
    }
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner:.cyan} {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

/// Whether the server only has nothing to say of an agent that nobody has claimed.
fn is_silent(error: &ApiError) -> bool {
    use signal_api::ErrorCode;
    match error {
        ApiError::Refused {
            code: ErrorCode::AgentRequired | ErrorCode::AccountRequired | ErrorCode::InsufficientPermissions,
            ..
        } => true,
        ApiError::Refused { status, .. } => error.class() != Class::Key && matches!(status, 403 | 404 | 405 | 409),
        ApiError::Protocol(_) => true,
        _ => false,
    }
}

/// The moment so far from now, RFC 3339.
fn in_so_long(time: Duration) -> String {
    let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
    let then = super::now().checked_add(time).unwrap_or(Timestamp::MAX);
    then.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
