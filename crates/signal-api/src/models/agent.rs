//! `GET /meta/agents/me`.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::Extra;
use crate::lenient;

/// Who the key belongs to. The answer's shape is not documented, so much is read under several names; what the server
/// sent stands in [`Answer::raw`](crate::Answer::raw).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Agent {
    /// The agent's id; an agent has one once it is claimed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<String>,
    /// What the service calls the key; not secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
    /// The name that it was registered under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// What the key may do: `research`, `read`, `trade`.
    pub scopes: Vec<String>,
    /// When the key ends, RFC 3339; `None` where the server says nothing of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// Whether a user has claimed the agent; `None` where nothing tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed: Option<bool>,
    /// What the key may use up, and has; its shape is not documented.
    pub quota: Value,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Extra,
}

impl<'de> Deserialize<'de> for Agent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let outer = Extra::deserialize(deserializer)?;
        // Some services wrap the profile once more.
        let object = match outer.get("agent").or_else(|| outer.get("profile")) {
            Some(Value::Object(inner)) => outer.iter().chain(inner).map(|(k, v)| (k.clone(), v.clone())).collect(),
            _ => outer,
        };
        Ok(read(&object))
    }
}

fn read(object: &Extra) -> Agent {
    const NAMED: &[&str] = &["agent_id", "key_id", "display_name", "scopes", "expires_at", "claimed", "quota"];
    let scopes = ["scopes", "permissions", "scope"].iter().find_map(|name| object.get(*name));
    let scopes = match scopes {
        Some(Value::Array(items)) => items.iter().filter_map(lenient::as_text).collect(),
        // OAuth's way: one text, separated by blanks or commas.
        Some(Value::String(text)) => {
            text.split([' ', ',']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    };
    let agent_id = lenient::first_text(object, &["agent_id"]);
    Agent {
        claimed: claimed(object, agent_id.is_some(), &scopes),
        agent_id,
        key_id: lenient::first_text(object, &["key_id"]),
        display_name: lenient::first_text(object, &["display_name", "name"]),
        scopes,
        expires_at: ["expires_at", "key_expires_at"].iter().find_map(|name| lenient::as_moment(object.get(*name)?)),
        quota: object.get("quota").cloned().unwrap_or_default(),
        extra: lenient::without(object, NAMED),
    }
}

/// Whether the agent is claimed, by whatever tells most plainly: a flag, a word for its state, a right that only claimed
/// agents have, and an id, which only claimed agents have.
fn claimed(object: &Extra, has_id: bool, scopes: &[String]) -> Option<bool> {
    let flag = |names: &[&str]| names.iter().find_map(|name| object.get(*name)?.as_bool());
    if let Some(claimed) =
        flag(&["claimed", "is_claimed"]).or_else(|| flag(&["provisional", "is_provisional"]).map(|is| !is))
    {
        return Some(claimed);
    }
    if object.get("claimed_at").is_some_and(|moment| lenient::as_moment(moment).is_some()) {
        return Some(true);
    }
    for name in ["status", "state", "type", "tier"] {
        match object.get(name).and_then(Value::as_str).map(str::to_ascii_lowercase).as_deref() {
            Some("claimed") => return Some(true),
            Some("provisional" | "unclaimed" | "pending" | "pending_claim" | "claim_pending") => return Some(false),
            _ => {}
        }
    }
    if scopes.iter().any(|scope| matches!(scope.as_str(), "read" | "trade")) || has_id {
        return Some(true);
    }
    // The one right of keys that are not claimed; none at all says nothing.
    (!scopes.is_empty()).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_claim_is_told_by_any_of_its_signs() {
        for (answer, claimed) in [
            (json!({"claimed": true}), Some(true)),
            (json!({"claimed": false, "agent_id": "a"}), Some(false)),
            (json!({"provisional": true, "agent_id": "a"}), Some(false)),
            (json!({"status": "Claimed"}), Some(true)),
            (json!({"status": "provisional", "scopes": ["research"]}), Some(false)),
            (json!({"status": "active", "scopes": ["research"]}), Some(false)),
            (json!({"status": "active", "scopes": "research read"}), Some(true)),
            (json!({"agent": {"agent_id": 17}}), Some(true)),
            (json!({"claimed_at": null, "permissions": ["research"]}), Some(false)),
            (json!({"claimed_at": "2026-01-01T00:00:00Z"}), Some(true)),
            (json!({"status": "active"}), None),
            (json!({}), None),
        ] {
            let agent: Agent = serde_json::from_value(answer.clone()).unwrap();
            assert_eq!(agent.claimed, claimed, "{answer}");
        }
    }

    #[test]
    fn fields_are_read_under_their_usual_names_and_the_rest_is_kept() {
        let answer =
            json!({"name": "Bot", "agent_id": 7, "scope": "research,read", "expires_at": 1_767_225_600, "x": [1]});
        let agent: Agent = serde_json::from_value(answer).unwrap();
        assert_eq!((agent.display_name.as_deref(), agent.agent_id.as_deref()), (Some("Bot"), Some("7")));
        assert_eq!(agent.scopes, ["research", "read"]);
        assert_eq!(agent.expires_at.as_deref(), Some("2026-01-01T00:00:00Z"));
        assert_eq!(agent.extra["x"], json!([1]));
    }
}
