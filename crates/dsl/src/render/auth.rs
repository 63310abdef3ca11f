//! What `dsl auth` says to people. A key is never in it.

mod documents;

use jiff::Timestamp;
use serde_json::Value;
use signal_api::models::Agent;

use super::table::pairs;
use super::{number, style, visible};
use crate::keys::{Entry, Kept};

pub(crate) use documents::{
    ClaimDocument, ClaimState, ClaimWait, KeyDocument, LoginDocument, LogoutDocument, RegisterDocument, Server,
    SpentDocument, StatusDocument, StoreDocument, WindowDocument,
};

/// The page of an origin on which a code is entered.
pub(crate) fn claim_url(origin: &str) -> String {
    format!("{origin}/dashboard/claim")
}

/// A code on one line, harmless, whatever the server called one.
pub(crate) fn code(code: &str) -> String {
    visible::line(code).chars().take(40).collect()
}

/// A new key; `outranked`: another one is used before it.
pub(crate) fn registered(
    origin: &str,
    entry: &Entry,
    kept: &Kept,
    outranked: bool,
    now: Timestamp,
    color: bool,
) -> String {
    let mut text = headline(&format!("Registered {} at {origin}.", quoted(entry.display_name.as_deref())), color);
    let mut rows = known(&of_entry(entry, now));
    rows.push(("kept in", keeper(kept)));
    text.push_str(&lines(rows, color));
    let shown = if outranked { "The key is not shown." } else { "The key is not shown; dsl uses it from now on." };
    text.push_str(&format!("\n{shown} `dsl auth claim` makes it last.\n"));
    text
}

/// A key that was handed in.
pub(crate) fn logged_in(
    origin: &str,
    verified: bool,
    entry: &Entry,
    kept: &Kept,
    now: Timestamp,
    color: bool,
) -> String {
    let words = if verified { "The service takes the key" } else { "The key is stored, unseen by the service" };
    let mut text = headline(&format!("{words}: {origin}"), color);
    let mut rows = known(&of_entry(entry, now));
    rows.push(("kept in", keeper(kept)));
    text.push_str(&lines(rows, color));
    text
}

/// A code and where to enter it.
pub(crate) fn claim_code(origin: &str, claim_code: &str, left: i64, color: bool) -> String {
    format!(
        "Your code is  {}\n\nEnter it within {} at {}\n",
        style::paint(color, style::STRONG, &code(claim_code)),
        number::span(left),
        style::paint(color, style::PLACE, &claim_url(origin))
    )
}

/// An agent that is claimed.
pub(crate) fn claimed(agent: &Agent, before: bool, color: bool) -> String {
    let words = if before { "is yours already." } else { "is yours." };
    let mut text = headline(&format!("The agent {} {words}", quoted(agent.display_name.as_deref())), color);
    let mut rows = Vec::new();
    if let Some(id) = &agent.agent_id {
        rows.push(("agent id", visible::line(id).into_owned()));
    }
    if !agent.scopes.is_empty() {
        rows.push(("scopes", scopes(&agent.scopes)));
    }
    text.push_str(&lines(rows, color));
    text
}

/// All keys.
pub(crate) fn status(origin: &str, keys: &[KeyDocument], file: &str, now: Timestamp, color: bool) -> String {
    let mut text = String::new();
    if !keys.iter().any(|key| key.current) {
        text.push_str(&headline(&format!("There is no key for {origin}."), color));
        text.push_str(&lines(vec![("looked in", format!("HEYTRADERS_API_KEY and {}", visible::line(file)))], color));
    }
    for key in keys {
        if !text.is_empty() {
            text.push('\n');
        }
        let note = if key.current { "" } else { "  (not in use: HEYTRADERS_BASE_URL names another server)" };
        text.push_str(&headline(&key.origin, color));
        if !note.is_empty() {
            text.truncate(text.len() - 1);
            text.push_str(&format!("{}\n", style::paint(color, style::DIM, note)));
        }
        let mut rows = known(&Known {
            display_name: key.display_name.as_deref(),
            agent_id: key.agent_id.as_deref(),
            key_id: key.key_id.as_deref(),
            claimed: key.claimed,
            scopes: &key.scopes,
            quota: &key.quota,
            expires_at: key.expires_at.as_deref(),
            now,
        });
        if let Some(spent) = &key.spent {
            rows.push(("backtests", format!("{} (counted on this machine)", spent.text)));
        }
        rows.push(("kept in", kept_words(&key.store)));
        if let Some(outranked) = &key.outranked {
            rows.push((
                "not used",
                format!("the stored key in {}: HEYTRADERS_API_KEY goes before it", kept_words(outranked)),
            ));
        }
        if let Some(claim) = &key.claim {
            rows.push((
                "claim",
                format!(
                    "the code {} can be entered for {} at {}",
                    code(&claim.claim_code),
                    number::span(claim.seconds_left),
                    claim.claim_url
                ),
            ));
        }
        rows.push(("server", server(key, color)));
        text.push_str(&lines(rows, color));
    }
    text
}

fn server(key: &KeyDocument, color: bool) -> String {
    let why = key.message.as_deref().map(visible::line).unwrap_or_default();
    match key.server {
        Server::Taken => style::paint(color, style::GOOD, "takes the key"),
        Server::Refused => format!("{}: {why}", style::paint(color, style::BAD, "refuses the key")),
        Server::Silent => "is there, but does not tell of keys".to_owned(),
        Server::Unreachable => {
            format!("{}: {why}; what stands here was stored", style::paint(color, style::CAUTION, "can't be asked"))
        }
        Server::NotAsked => "not asked; what stands here was stored".to_owned(),
        Server::Unreadable => {
            format!("{}: {why}", style::paint(color, style::BAD, "not asked, since the key can't be used"))
        }
    }
}

/// What is known of a key.
struct Known<'a> {
    display_name: Option<&'a str>,
    agent_id: Option<&'a str>,
    key_id: Option<&'a str>,
    claimed: Option<bool>,
    scopes: &'a [String],
    quota: &'a Value,
    expires_at: Option<&'a str>,
    now: Timestamp,
}

fn of_entry(entry: &Entry, now: Timestamp) -> Known<'_> {
    Known {
        display_name: None,
        agent_id: entry.agent_id.as_deref(),
        key_id: entry.key_id.as_deref(),
        claimed: entry.claimed,
        scopes: &entry.scopes,
        quota: &entry.quota,
        expires_at: entry.expires_at.as_deref(),
        now,
    }
}

fn known(of: &Known<'_>) -> Vec<(&'static str, String)> {
    let mut rows = Vec::new();
    let mut row =
        |name, value: Option<String>| rows.extend(value.filter(|value| !value.is_empty()).map(|value| (name, value)));
    row("agent", of.display_name.map(|name| visible::line(name).into_owned()));
    row("agent id", of.agent_id.map(|id| visible::line(id).into_owned()));
    row("key id", of.key_id.map(|id| visible::line(id).into_owned()));
    row("scopes", Some(scopes(of.scopes)));
    row("quota", Some(quota(of.quota)));
    let kind = match of.claimed {
        Some(true) => "claimed",
        Some(false) => "provisional",
        None => "",
    };
    let end = of.expires_at.map(|end| ends(end, of.now));
    row(
        "key",
        match (kind, end) {
            ("", None) => None,
            ("claimed", None) => Some("claimed, does not end by itself".to_owned()),
            (kind, None) => Some(kind.to_owned()),
            ("", Some(end)) => Some(end),
            (kind, Some(end)) => Some(format!("{kind}, {end}")),
        },
    );
    rows
}

/// `ends in 23 h 59 min (2026-01-02 12:00 UTC)`.
fn ends(moment: &str, now: Timestamp) -> String {
    let Ok(end) = moment.parse::<Timestamp>() else { return format!("ends {}", visible::line(moment)) };
    let at = end.strftime("%Y-%m-%d %H:%M UTC");
    match end.as_second() - now.as_second() {
        left @ 1.. => format!("ends in {} ({at})", number::span(left)),
        ago => format!("ended {} ago ({at})", number::span(-ago)),
    }
}

fn scopes(scopes: &[String]) -> String {
    visible::line(&scopes.join(", ")).into_owned()
}

/// What a quota says, whatever its shape: `backtests per hour 10 · backtests per day 30`, `backtests 1 of 10`.
fn quota(quota: &Value) -> String {
    let mut parts = Vec::new();
    collect(quota, "", &mut parts);
    parts.truncate(8);
    visible::line(&parts.join(" · ")).chars().take(300).collect()
}

fn collect(value: &Value, name: &str, parts: &mut Vec<String>) {
    let word = name.replace('_', " ");
    match value {
        Value::Object(fields) => match (fields.get("used"), fields.get("limit")) {
            (Some(used @ Value::Number(_)), Some(limit @ Value::Number(_))) => {
                parts.push(format!("{word} {used} of {limit}").trim_start().to_owned());
            }
            _ => {
                for (field, value) in fields {
                    let name = if name.is_empty() { field.clone() } else { format!("{name} {field}") };
                    // Deeper than that nobody nests what people read.
                    if name.len() < 80 {
                        collect(value, &name, parts);
                    }
                }
            }
        },
        Value::Number(number) => parts.push(format!("{word} {number}").trim_start().to_owned()),
        Value::String(text) => parts.push(format!("{word} {text}").trim_start().to_owned()),
        Value::Null | Value::Bool(_) | Value::Array(_) => {}
    }
}

fn keeper(kept: &Kept) -> String {
    visible::line(&kept.words()).into_owned()
}

fn kept_words(store: &StoreDocument) -> String {
    match (store.kind, &store.path, &store.mode) {
        ("file", Some(path), Some(mode)) => format!("{} (mode {mode})", visible::line(path)),
        ("file", Some(path), None) => visible::line(path).into_owned(),
        ("keyring", ..) => "the system's keyring".to_owned(),
        _ => "HEYTRADERS_API_KEY, an environment variable".to_owned(),
    }
}

fn quoted(name: Option<&str>) -> String {
    name.map(|name| format!("\"{}\"", visible::line(name))).unwrap_or_default()
}

fn headline(text: &str, color: bool) -> String {
    format!("{}\n", style::paint(color, style::STRONG, text.trim_end()))
}

fn lines(rows: Vec<(&'static str, String)>, color: bool) -> String {
    let rows: Vec<(String, String)> = rows.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    pairs(&rows, color)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_quota_of_any_shape_reads_as_a_line() {
        for (said, line) in [
            (
                json!({"backtests_per_hour": 10, "backtests_per_day": 30}),
                "backtests per hour 10 · backtests per day 30",
            ),
            (
                json!({"backtests": {"used": 1, "limit": 10}, "posts": {"used": 0, "limit": 5}}),
                "backtests 1 of 10 · posts 0 of 5",
            ),
            (
                json!({"backtests": {"hour": {"used": 1, "limit": 10}, "day": 30}}),
                "backtests hour 1 of 10 · backtests day 30",
            ),
            (json!({"used": 3, "limit": 4}), "3 of 4"),
            (json!("ten\u{1b}[2J"), "ten\\u{1b}[2J"),
            (json!(null), ""),
            (json!([1, 2]), ""),
        ] {
            assert_eq!(quota(&said), line, "{said}");
        }
    }

    #[test]
    fn an_end_is_told_by_what_is_left_and_by_its_moment() {
        let now: Timestamp = "2026-01-01T12:00:00Z".parse().unwrap();
        for (end, words) in [
            ("2026-01-02T11:59:00Z", "ends in 23 h 59 min (2026-01-02 11:59 UTC)"),
            ("2026-01-01T12:00:00Z", "ended 0 s ago (2026-01-01 12:00 UTC)"),
            ("2026-01-01T09:00:00Z", "ended 3 h ago (2026-01-01 09:00 UTC)"),
            ("soon\u{7}", "ends soon\\u{7}"),
        ] {
            assert_eq!(ends(end, now), words);
        }
    }
}
