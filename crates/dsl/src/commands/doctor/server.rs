//! The server: whether it answers, how fast, whether its clock is ours, and whether it takes the key.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use signal_api::endpoints::Verb;
use signal_api::{Call, Client, Received};

use super::{Check, failed, note, ok, problem};
use crate::failure::Failure;
use crate::render::{number, visible};
use crate::{run, service};

/// Whoever asks how things are has no time to lose.
const PATIENCE: Duration = Duration::from_secs(8);

/// Clocks that differ by more make quotas and keys end at moments that nobody expects.
const SKEW: i64 = 60;

/// The lines about the server at `address`.
pub(super) fn checks(address: &str, offline: bool) -> Vec<Check> {
    if offline {
        return vec![ok("server", format!("{address}, not asked (--offline)"))];
    }
    match asked(address) {
        Ok(checks) => checks,
        Err(failure) => vec![failed("server", failure)],
    }
}

fn asked(address: &str) -> Result<Vec<Check>, Failure> {
    // A key that can't be read is told in its own line.
    let key = service::key(address).ok().flatten().map(|(key, _)| key);
    let has_key = key.is_some();
    let client = service::client_with(address, key)?;
    let ran = run::block_on(async {
        let began = Instant::now();
        let health = get(&client, &["meta", "health"]).await;
        let took = began.elapsed();
        let agent = if has_key && health.is_ok() { Some(get(&client, &["meta", "agents", "me"]).await) } else { None };
        (health, took, agent)
    });
    let (health, took, agent) = ran.map_err(|error| run::no_runtime(&error))?;
    let received = match health {
        Ok(received) => received,
        Err(reason) => {
            let cure = "check the network and HEYTRADERS_BASE_URL; dsl run --sandbox needs neither";
            return Ok(vec![problem("server", format!("{address}: {reason}"), Some(cure.to_owned()))]);
        }
    };
    let mut checks = vec![ok("server", format!("{address} answers in {} ms", took.as_millis()))];
    if let Some(skew) = skew(&received, Timestamp::now()).filter(|skew| skew.abs() > SKEW) {
        let side = if skew > 0 { "behind" } else { "ahead of" };
        let message = format!("this machine is {} {side} the server", number::span(skew.abs()));
        checks.push(note("clock", message, "set this machine's clock; quotas are counted by it"));
    }
    match agent {
        // A server that has no such endpoint says nothing of the key.
        Some(Ok(Received { fault: Some(error), .. })) => {
            let failure = run::failure_of(&error);
            if failure.exit == crate::exit::Exit::Key {
                checks.push(failed("access", failure));
            }
        }
        Some(Ok(Received { status, .. })) if status < 300 => checks.push(ok("access", "the server takes the key")),
        _ => {}
    }
    Ok(checks)
}

/// What an endpoint answers, or why it does not.
async fn get(client: &Client, segments: &[&str]) -> Result<Received, String> {
    let call = Call {
        verb: Verb::Get,
        segments: segments.iter().map(|segment| (*segment).to_owned()).collect(),
        query: Vec::new(),
        headers: Vec::new(),
        body: None,
    };
    match tokio::time::timeout(PATIENCE, client.call(&call)).await {
        Ok(Ok(received)) if received.status >= 500 => Err(format!("it answers HTTP {}", received.status)),
        Ok(Ok(received)) => Ok(received),
        Ok(Err(error)) => Err(visible::line(&error.to_string()).into_owned()),
        Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
    }
}

/// Seconds that the server's clock is ahead of ours.
fn skew(received: &Received, now: Timestamp) -> Option<i64> {
    let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(received.header("date")?).ok()?;
    Some(date.as_second() - now.as_second())
}
