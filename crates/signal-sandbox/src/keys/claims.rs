//! Claims: a code that is asked for with a key and entered by a user, after which the key no longer ends.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use signal_api::ErrorCode;

use super::{Caller, Keys, invalid};
use crate::Limits;
use crate::reply::Refusal;

/// Agents a user may have.
const AGENTS: usize = 10;

/// Claims that wait to be entered; the oldest are forgotten.
const CLAIMS_KEPT: usize = 1_000;

/// Letters and digits of a code, without those that are mistaken for one another.
const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// The rights that a key can have.
pub(crate) const RIGHTS: [&str; 3] = ["research", "read", "trade"];

/// A code that may still be entered.
pub(super) struct Claim {
    code: String,
    key: String,
    name: String,
    until: Instant,
}

/// A claimed agent.
#[derive(Clone)]
pub(crate) struct Agent {
    /// Its id.
    pub id: String,
    /// What its key may do.
    pub scopes: Vec<String>,
}

/// What is known of a key.
pub(crate) struct Profile {
    /// The name that it was registered or claimed under.
    pub name: Option<String>,
    /// The agent, once it is claimed.
    pub agent: Option<Agent>,
    /// When the key ends; `None` for one that does not.
    pub expires_at: Option<Timestamp>,
}

impl Keys {
    /// A code for the caller's key, in place of one that it may have.
    pub(crate) fn request_claim(&self, caller: &Caller, name: &str, dice: &str, limits: &Limits) -> String {
        let code: String = dice
            .bytes()
            .zip(dice.bytes().skip(6))
            .take(6)
            .map(|(a, b)| LETTERS[usize::from(a ^ b.rotate_left(3)) % 32] as char)
            .collect();
        let now = Instant::now();
        let mut ring = self.ring();
        ring.claims.retain(|claim| claim.until > now && claim.key != caller.key && claim.code != code);
        if ring.claims.len() >= CLAIMS_KEPT {
            ring.claims.remove(0);
        }
        let until = now + limits.claim_lifetime;
        ring.claims.push(Claim { code: code.clone(), key: caller.key.clone(), name: name.to_owned(), until });
        code
    }

    /// Enters a code: from now on its key is an agent's, with these rights.
    pub(crate) fn claim(&self, code: &str, scopes: Vec<String>, agent_id: String) -> Result<Agent, Refusal> {
        let (code, now) = (code.trim().to_ascii_uppercase(), Instant::now());
        let mut ring = self.ring();
        ring.claims.retain(|claim| claim.until > now);
        let Some(at) = ring.claims.iter().position(|claim| claim.code == code) else {
            return Err(Refusal::new(
                ErrorCode::InvalidClaimCode,
                "the claim code has expired or was never given",
                "POST /meta/request-claim gives a new one, valid for 30 minutes",
            ));
        };
        if ring.keys.values().filter(|key| key.agent.is_some()).count() >= AGENTS {
            return Err(Refusal::new(
                ErrorCode::AgentLimitReached,
                format!("a user has at most {AGENTS} agents"),
                "start a new sandbox",
            ));
        }
        let claim = ring.claims.remove(at);
        // Registered keys beyond a thousand are forgotten, with their claims.
        let key = ring.keys.get_mut(&claim.key).ok_or_else(invalid)?;
        let id = key.agent.as_ref().map_or(agent_id, |agent| agent.id.clone());
        let agent = Agent { id, scopes };
        key.name = Some(claim.name);
        key.agent = Some(agent.clone());
        key.registered_at = None;
        // It is no longer one of those that are forgotten when many are registered.
        ring.registered.retain(|registered| *registered != claim.key);
        Ok(agent)
    }

    /// What is known of the caller's key.
    pub(crate) fn profile(&self, caller: &Caller, limits: &Limits) -> Result<Profile, Refusal> {
        let ring = self.ring();
        let key = ring.keys.get(&caller.key).ok_or_else(invalid)?;
        let left = key.registered_at.map(|since| limits.key_lifetime.saturating_sub(since.elapsed()));
        Ok(Profile { name: key.name.clone(), agent: key.agent.clone(), expires_at: left.map(in_a_while) })
    }
}

/// The moment so far from now, in whole seconds.
fn in_a_while(left: Duration) -> Timestamp {
    let now = Timestamp::now();
    let left = SignedDuration::try_from(left).unwrap_or(SignedDuration::MAX);
    let then = now.checked_add(left).unwrap_or(Timestamp::MAX);
    Timestamp::from_second(then.as_second()).unwrap_or(then)
}
