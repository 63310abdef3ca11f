//! Asks before a call that can't be taken back, in the words of what it does.

use serde_json::{Map, Value};
use signal_api::endpoints::{Effect, Verb};

use super::request::Asked;
use crate::ask::{Consent, consent};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Console;
use crate::render::visible;

/// Lets a call pass, after a question where it needs one. `base` is where it goes.
///
/// # Errors
/// No consent; nothing was sent.
pub(super) fn obtain(asked: &Asked, base: &str, yes: bool, console: &mut Console) -> Result<(), Failure> {
    let Some(deed) = deed(asked) else { return Ok(()) };
    let host = base.split_once("://").map_or(base, |(_, rest)| rest);
    let host = host.split('/').next().unwrap_or(host);
    let sentence = format!("This {deed} at {host}.");
    if yes {
        console.detail(&sentence);
        return Ok(());
    }
    match consent(&format!("{sentence} Go on?"), console) {
        Consent::Given => Ok(()),
        Consent::Refused => Err(Failure::new(Exit::Usage, "not-confirmed", "nothing was sent")),
        Consent::Nobody => Err(Failure::new(
            Exit::Usage,
            "needs-yes",
            format!("this {deed} at {host}, and there is nobody to ask: nothing was sent"),
        )
        .suggest("add --yes if that is what you want")),
    }
}

/// What a call does, continuing "This"; `None` where no question is needed. Harmless for a terminal.
fn deed(asked: &Asked) -> Option<String> {
    let path = asked.path();
    let path = visible::line(&path);
    let purpose = asked.endpoint.map_or("", |endpoint| endpoint.purpose);
    Some(match asked.effect() {
        Some(Effect::Reads | Effect::Changes | Effect::IssuesKey) => return None,
        Some(Effect::PlacesOrder) => format!("places a live order: {},", order(&asked.body)),
        Some(Effect::CancelsOrder) => {
            let id = asked.call.segments.last().map(String::as_str).unwrap_or_default();
            format!("cancels the live order {}", visible::line(id))
        }
        Some(Effect::SpendsQuota) => {
            "starts a backtest, which takes one of the quota, without the check and the journal of `dsl run`,"
                .to_owned()
        }
        Some(Effect::TradesLive) => match asked.body.get("mode").and_then(Value::as_str) {
            Some(mode) => {
                format!("changes what trades live ({purpose}, mode {}: {path})", visible::line(mode))
            }
            None => format!("changes what trades live ({purpose}: {path})"),
        },
        Some(Effect::Publishes) => format!("is for everybody to see ({purpose}: {path})"),
        Some(Effect::Deletes) => format!("removes something ({purpose}: {path})"),
        None => {
            let verb = if asked.call.verb == Verb::Delete { "may remove" } else { "may change" };
            format!("{verb} what the documentation does not tell ({} {path})", asked.call.verb)
        }
    })
}

/// An order in words: `buy 0.01 BTC/USDT on binance, limit at 60000`.
fn order(body: &Map<String, Value>) -> String {
    let field = |name: &str| {
        body.get(name).map(|value| match value {
            Value::String(text) => visible::line(text).into_owned(),
            other => visible::line(&other.to_string()).into_owned(),
        })
    };
    let or = |name: &str| field(name).unwrap_or_else(|| format!("({name}?)"));
    let mut text = format!("{} {} {} on {}", or("side"), or("amount"), or("symbol"), or("exchange"));
    text.push_str(&format!(", {}", field("order_type").unwrap_or_else(|| "market".to_owned())));
    for (name, words) in
        [("price", "at"), ("stop_price", "triggered at"), ("leverage", "leverage"), ("account_id", "account")]
    {
        if let Some(value) = field(name) {
            text.push_str(&format!(", {words} {value}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_order_is_told_in_full_and_what_it_lacks_is_seen() {
        let order = |json: &str| super::order(&serde_json::from_str(json).unwrap());
        assert_eq!(
            order(
                r#"{"side":"buy","amount":"0.010","symbol":"BTC/USDT","exchange":"binance","order_type":"limit","price":"60000","account_id":"acc_1"}"#
            ),
            "buy 0.010 BTC/USDT on binance, limit, at 60000, account acc_1"
        );
        assert_eq!(order(r#"{"side":"sell\u001b[2J"}"#), "sell\\u{1b}[2J (amount?) (symbol?) on (exchange?), market");
    }
}
