//! Keys: who calls, until when, and how much of the limits is used up.

mod claims;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use signal_api::ErrorCode;

use crate::Limits;
use crate::reply::Refusal;
use crate::server::App;

use claims::Claim;
pub(crate) use claims::{Agent, RIGHTS};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Registered keys that are remembered; the oldest are forgotten.
const KEYS_KEPT: usize = 1_000;

/// All keys of a sandbox.
#[derive(Default)]
pub(crate) struct Keys(Mutex<Ring>);

#[derive(Default)]
struct Ring {
    keys: HashMap<String, Key>,
    registered: VecDeque<String>,
    registrations: VecDeque<Instant>,
    claims: Vec<Claim>,
}

struct Key {
    id: String,
    /// The name that it was registered or claimed under.
    name: Option<String>,
    /// The agent that it belongs to, once a user has claimed it.
    agent: Option<Agent>,
    /// `None` for claimed keys and the one that the sandbox was started with: they neither expire nor have a quota.
    registered_at: Option<Instant>,
    requests: VecDeque<Instant>,
    backtests: VecDeque<Instant>,
}

/// Who calls, once the key was found good.
pub(crate) struct Caller {
    /// Id of the key.
    pub key_id: String,
    key: String,
}

impl Keys {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds the key that is valid as long as the sandbox.
    pub(crate) fn add_permanent(&self, key: &str, id: String) {
        self.ring().keys.insert(key.to_owned(), Key::new(id, None, None));
    }

    /// Adds a key that expires, unless too many were registered in the last hour.
    pub(crate) fn register(&self, key: &str, id: String, name: &str, limits: &Limits) -> Result<(), Refusal> {
        let now = Instant::now();
        let mut ring = self.ring();
        take(&mut ring.registrations, now, HOUR, limits.registrations_per_hour).map_err(|wait| {
            Refusal::new(
                ErrorCode::RegistrationLimit,
                "too many registrations in the last hour",
                "use a key that you have, or wait",
            )
            .retry_after(wait)
        })?;
        ring.keys.insert(key.to_owned(), Key::new(id, Some(name.to_owned()), Some(now)));
        ring.registered.push_back(key.to_owned());
        if ring.registered.len() > KEYS_KEPT
            && let Some(oldest) = ring.registered.pop_front()
        {
            ring.keys.remove(&oldest);
        }
        Ok(())
    }

    /// Counts a backtest of the caller's quota.
    pub(crate) fn take_backtest(&self, caller: &Caller, limits: &Limits) -> Result<(), Refusal> {
        let now = Instant::now();
        let mut ring = self.ring();
        let Some(key) = ring.keys.get_mut(&caller.key) else {
            return Err(invalid());
        };
        if key.registered_at.is_none() && !limits.for_every_key {
            return Ok(());
        }
        for (span, limit, name) in
            [(DAY, limits.backtests_per_day, "a day"), (HOUR, limits.backtests_per_hour, "an hour")]
        {
            check(&key.backtests, now, span, limit).map_err(|wait| {
                Refusal::new(
                    ErrorCode::FreeQuotaExceeded,
                    format!("{} backtests {name} are used up", limit.unwrap_or_default()),
                    "wait as long as Retry-After says, or start the sandbox without limits",
                )
                .retry_after(wait)
            })?;
        }
        forget(&mut key.backtests, now, DAY);
        key.backtests.push_back(now);
        Ok(())
    }

    fn caller(&self, headers: &HeaderMap, limits: &Limits) -> Result<Caller, Refusal> {
        let text = key_in(headers).ok_or_else(|| {
            Refusal::new(
                ErrorCode::InvalidApiKey,
                "there is no API key in the request",
                "send the header Authorization: Bearer KEY; POST /meta/register gives a key",
            )
        })?;
        let now = Instant::now();
        let mut ring = self.ring();
        let key = ring.keys.get_mut(text).ok_or_else(invalid)?;
        if key.registered_at.is_some_and(|since| now.duration_since(since) >= limits.key_lifetime) {
            return Err(Refusal::new(
                ErrorCode::ExpiredApiKey,
                "the API key has expired",
                "POST /meta/register gives a new one",
            ));
        }
        take(&mut key.requests, now, MINUTE, limits.requests_per_minute).map_err(|wait| {
            Refusal::new(
                ErrorCode::RateLimited,
                "too many requests in the last minute",
                "wait as long as Retry-After says",
            )
            .retry_after(wait)
        })?;
        Ok(Caller { key_id: key.id.clone(), key: text.to_owned() })
    }

    fn ring(&self) -> std::sync::MutexGuard<'_, Ring> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Key {
    fn new(id: String, name: Option<String>, registered_at: Option<Instant>) -> Self {
        Self { id, name, agent: None, registered_at, requests: VecDeque::new(), backtests: VecDeque::new() }
    }
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        app.keys.caller(&parts.headers, &app.limits)
    }
}

fn invalid() -> Refusal {
    Refusal::new(
        ErrorCode::InvalidApiKey,
        "the sandbox does not know this API key",
        "keys of the service or of another sandbox are not known here; POST /meta/register gives one",
    )
}

/// `Authorization: Bearer KEY`, or the older `X-API-Key: KEY`.
fn key_in(headers: &HeaderMap) -> Option<&str> {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, key)| key.trim());
    bearer.or_else(|| headers.get("x-api-key")?.to_str().ok()).filter(|key| !key.is_empty())
}

/// Counts one use, or says in how many seconds the next one is free.
fn take(uses: &mut VecDeque<Instant>, now: Instant, span: Duration, limit: Option<u32>) -> Result<(), u64> {
    check(uses, now, span, limit)?;
    forget(uses, now, span);
    if limit.is_some() {
        uses.push_back(now);
    }
    Ok(())
}

fn check(uses: &VecDeque<Instant>, now: Instant, span: Duration, limit: Option<u32>) -> Result<(), u64> {
    let Some(limit) = limit else { return Ok(()) };
    let recent: Vec<Instant> = uses.iter().copied().filter(|used| now.duration_since(*used) < span).collect();
    let limit = limit as usize;
    if recent.len() < limit {
        return Ok(());
    }
    // One becomes free when the oldest of the last `limit` uses is old enough.
    let wait = match recent.get(recent.len() - limit) {
        Some(oldest) => span.saturating_sub(now.duration_since(*oldest)),
        None => span,
    };
    Err(wait.as_secs() + 1)
}

fn forget(uses: &mut VecDeque<Instant>, now: Instant, span: Duration) {
    while uses.front().is_some_and(|used| now.duration_since(*used) >= span) {
        uses.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_met_exactly_and_frees_itself() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut uses = VecDeque::new();
        for second in 0..3 {
            assert_eq!(take(&mut uses, at(second), MINUTE, Some(3)), Ok(()));
        }
        assert_eq!(take(&mut uses, at(10), MINUTE, Some(3)), Err(51));
        assert_eq!(take(&mut uses, at(60), MINUTE, Some(3)), Ok(()));
        assert_eq!(take(&mut uses, at(60), MINUTE, Some(3)), Err(2));
        assert_eq!(take(&mut uses, at(60), MINUTE, None), Ok(()));
        assert_eq!(take(&mut uses, at(60), MINUTE, Some(0)), Err(61));
    }

    #[test]
    fn both_headers_carry_a_key() {
        let headers = |name: &'static str, value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            headers
        };
        for (name, value, expected) in [
            ("authorization", "Bearer ht_1", Some("ht_1")),
            ("authorization", "bearer  ht_1 ", Some("ht_1")),
            ("authorization", "Basic ht_1", None),
            ("authorization", "Bearer ", None),
            ("x-api-key", "ht_1", Some("ht_1")),
        ] {
            assert_eq!(key_in(&headers(name, value)), expected, "{name}: {value}");
        }
    }
}
