//! The documents of `dsl auth`. A key is in none of them.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// Where a key is kept.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct StoreDocument {
    /// `environment`, `keyring` or `file`.
    pub(crate) kind: &'static str,
    /// The file, where it is one.
    pub(crate) path: Option<String>,
    /// The file's permissions, `0600`, where the system has such a thing.
    pub(crate) mode: Option<String>,
}

/// `dsl auth register --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RegisterDocument {
    /// Always 1.
    #[schemars(range(min = 1, max = 1))]
    pub(crate) schema: u32,
    /// Scheme, host and port of the service.
    pub(crate) origin: String,
    /// Name of the agent.
    pub(crate) display_name: Option<String>,
    /// What the service calls the key; not secret.
    pub(crate) key_id: Option<String>,
    /// What the key may do.
    pub(crate) scopes: Vec<String>,
    /// What the key may use up, as the service said it.
    pub(crate) quota: Value,
    /// When it was registered.
    pub(crate) registered_at: Option<String>,
    /// When it ends unless it is claimed.
    pub(crate) expires_at: Option<String>,
    /// Where the key is kept.
    pub(crate) store: StoreDocument,
    /// Whether it took the place of another one.
    pub(crate) replaced: bool,
}

/// `dsl auth login --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LoginDocument {
    /// Always 1.
    #[schemars(range(min = 1, max = 1))]
    pub(crate) schema: u32,
    /// Scheme, host and port of the service.
    pub(crate) origin: String,
    /// Whether the service took the key.
    pub(crate) verified: bool,
    /// Name of the agent, where the service told it.
    pub(crate) display_name: Option<String>,
    /// What the service calls the key, where it told.
    pub(crate) key_id: Option<String>,
    /// What the key may do, where the service told.
    pub(crate) scopes: Vec<String>,
    /// When it ends, where the service told.
    pub(crate) expires_at: Option<String>,
    /// Where the key is kept.
    pub(crate) store: StoreDocument,
    /// Whether it took the place of another one.
    pub(crate) replaced: bool,
}

/// How far a claim is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ClaimState {
    /// The agent is yours.
    Claimed,
    /// The code can be entered.
    Waiting,
}

/// `dsl auth claim --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ClaimDocument {
    /// Always 1.
    #[schemars(range(min = 1, max = 1))]
    pub(crate) schema: u32,
    /// Scheme, host and port of the service.
    pub(crate) origin: String,
    /// How far it is.
    pub(crate) status: ClaimState,
    /// The code to enter; null where the agent was claimed before.
    pub(crate) claim_code: Option<String>,
    /// Where to enter it.
    pub(crate) claim_url: String,
    /// Until when it is taken.
    pub(crate) expires_at: Option<String>,
    /// The agent, once claimed.
    pub(crate) agent_id: Option<String>,
    /// Its name.
    pub(crate) display_name: Option<String>,
    /// What its key may do, once claimed.
    pub(crate) scopes: Vec<String>,
}

/// `dsl auth status --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct StatusDocument {
    /// Always 1.
    #[schemars(range(min = 1, max = 1))]
    pub(crate) schema: u32,
    /// The origin that commands talk to.
    pub(crate) origin: String,
    /// The file in which keys, or what is known of them, are kept.
    pub(crate) file: String,
    /// Every key, the one that commands use first.
    pub(crate) keys: Vec<KeyDocument>,
}

/// One key.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct KeyDocument {
    /// What the key belongs to.
    pub(crate) origin: String,
    /// Whether commands use it.
    pub(crate) current: bool,
    /// Where it is kept.
    pub(crate) store: StoreDocument,
    /// A stored key that is not used, since the environment's goes before it.
    pub(crate) outranked: Option<StoreDocument>,
    /// Name of the agent.
    pub(crate) display_name: Option<String>,
    /// The agent, once claimed.
    pub(crate) agent_id: Option<String>,
    /// What the service calls the key; not secret.
    pub(crate) key_id: Option<String>,
    /// Whether a user has claimed it, as far as is known.
    pub(crate) claimed: Option<bool>,
    /// What it may do.
    pub(crate) scopes: Vec<String>,
    /// What it may use up, as the service said last.
    pub(crate) quota: Value,
    /// Backtests that it has used up, counted on this machine; null for keys that commands don't use.
    pub(crate) spent: Option<SpentDocument>,
    /// When it was registered with `dsl auth register`.
    pub(crate) registered_at: Option<String>,
    /// When it ends, as far as is known.
    pub(crate) expires_at: Option<String>,
    /// Seconds until then; negative when it has ended.
    pub(crate) seconds_left: Option<i64>,
    /// A code that may still be entered.
    pub(crate) claim: Option<ClaimWait>,
    /// What the server says of the key.
    pub(crate) server: Server,
    /// Why, where the server does not take it or can't be asked.
    pub(crate) message: Option<String>,
}

/// Backtests that a key has used up.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SpentDocument {
    /// In the last 60 minutes.
    pub(crate) hour: WindowDocument,
    /// In the last 24 hours.
    pub(crate) day: WindowDocument,
    /// In words.
    pub(crate) text: String,
}

/// A span of time.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct WindowDocument {
    /// Backtests that were submitted in it from this machine.
    pub(crate) used: u64,
    /// How many it may hold; null where that is not known.
    pub(crate) limit: Option<u64>,
}

/// A code that may still be entered.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ClaimWait {
    /// The code.
    pub(crate) claim_code: String,
    /// Where to enter it.
    pub(crate) claim_url: String,
    /// For how long it is taken.
    pub(crate) seconds_left: i64,
}

/// What a server says of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Server {
    /// It takes it.
    Taken,
    /// It refuses it.
    Refused,
    /// It is there, and has no word on keys.
    Silent,
    /// It can't be asked.
    Unreachable,
    /// Nobody asked it.
    NotAsked,
    /// The key can't be read from its store.
    Unreadable,
}

/// `dsl auth logout --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LogoutDocument {
    /// Always 1.
    #[schemars(range(min = 1, max = 1))]
    pub(crate) schema: u32,
    /// Scheme, host and port of the service.
    pub(crate) origin: String,
    /// The stores that had a key.
    pub(crate) removed: Vec<StoreDocument>,
    /// Whether `HEYTRADERS_API_KEY` is still set.
    pub(crate) environment: bool,
}
