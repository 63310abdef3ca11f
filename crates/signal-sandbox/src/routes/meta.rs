//! `/meta`: registration, health, markets, indicators.

use std::sync::Arc;

use axum::extract::State;
use serde_json::{Value, json};
use signal_api::models::{Agent, ClaimCode, Extra, Health, Market, Markets, Registered};
use signal_catalog::{Catalog, Entry, Formula, Kind, Output, OutputKind, Param, ParamKind, Signature, ValueType};
use signal_market::{EXCHANGES, ExchangeEvidence};

use super::Body;
use crate::keys::Caller;
use crate::reply::{Refusal, Reply, answer};
use crate::report::marks;
use crate::server::App;
use crate::validate;

/// `POST /meta/register`
pub(crate) async fn register(State(app): State<Arc<App>>, Body(body): Body) -> Reply {
    let name = name(&body)?;
    let (key, id) = (app.ids.draw("ht_prov_"), app.ids.draw("key_"));
    app.keys.register(&key, id.clone(), &name, &app.limits)?;
    answer(Registered {
        api_key: key.into(),
        key_id: Some(id),
        quota: quota(&app),
        scopes: vec!["research".to_owned()],
        extra: marks(app.market.label(), json!({ "expires_in": app.limits.key_lifetime.as_secs() })),
    })
}

/// `POST /meta/request-claim`
pub(crate) async fn request_claim(State(app): State<Arc<App>>, caller: Caller, Body(body): Body) -> Reply {
    let name = name(&body)?;
    answer(ClaimCode {
        claim_code: app.keys.request_claim(&caller, &name, &app.ids.draw(""), &app.limits),
        expires_in: Some(app.limits.claim_lifetime.as_secs()),
        extra: marks(app.market.label(), json!({ "claim_url": format!("http://{}/dashboard/claim", app.address) })),
    })
}

/// `GET /meta/agents/me`
pub(crate) async fn me(State(app): State<Arc<App>>, caller: Caller) -> Reply {
    let profile = app.keys.profile(&caller, &app.limits)?;
    let claimed = profile.agent.is_some();
    let research = || vec!["research".to_owned()];
    let (agent_id, scopes) = profile.agent.map_or_else(|| (None, research()), |agent| (Some(agent.id), agent.scopes));
    answer(Agent {
        agent_id,
        key_id: Some(caller.key_id),
        display_name: profile.name,
        scopes,
        expires_at: profile.expires_at.map(|end| end.to_string()),
        claimed: Some(claimed),
        // The limits are those of keys that end.
        quota: if profile.expires_at.is_some() { quota(&app) } else { Value::Null },
        extra: marks(app.market.label(), json!({ "status": if claimed { "claimed" } else { "provisional" } })),
    })
}

/// What a registered key may use up.
pub(super) fn quota(app: &App) -> Value {
    json!({
        "backtests_per_hour": app.limits.backtests_per_hour,
        "backtests_per_day": app.limits.backtests_per_day,
        "requests_per_minute": app.limits.requests_per_minute,
    })
}

/// The checked name of a registration or a claim; the description is checked with it.
fn name(body: &serde_json::Map<String, Value>) -> Result<String, Refusal> {
    let name = validate::text(body, "display_name").map_err(one)?.unwrap_or_default();
    if !(1..=50).contains(&name.trim().chars().count()) {
        let message = "display_name: it is required and has 1 to 50 characters";
        return Err(Refusal::parameter("display_name", message, ""));
    }
    let description = validate::text(body, "description").map_err(one)?;
    if description.is_some_and(|text| text.chars().count() > 500) {
        let message = "description: it has at most 500 characters";
        return Err(Refusal::parameter("description", message, ""));
    }
    Ok(name.trim().to_owned())
}

fn one(detail: crate::reply::Detail) -> Refusal {
    Refusal::parameters(vec![detail], "")
}

/// `GET /meta/health`
pub(crate) async fn health(State(app): State<Arc<App>>) -> Reply {
    let [queued, running, finished] = app.jobs.counts();
    answer(Health {
        status: Some("ok".to_owned()),
        version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        extra: marks(
            app.market.label(),
            json!({
                "today": app.today().to_string(),
                "backtests": { "queued": queued, "running": running, "finished": finished },
                "submissions": { "received": app.faults.received(), "taken": app.jobs.taken() },
                "faults": app.faults.counters(),
            }),
        ),
    })
}

/// `GET /meta/markets`
pub(crate) async fn markets(State(app): State<Arc<App>>) -> Reply {
    let exchanges = EXCHANGES.iter().map(|exchange| Market {
        id: exchange.id.to_owned(),
        name: Some(exchange.name.to_owned()),
        market_type: Some(exchange.market.as_str().to_owned()),
        extra: match exchange.evidence {
            ExchangeEvidence::Documented => Extra::new(),
            ExchangeEvidence::OlderEdition => [("status".to_owned(), json!("legacy"))].into_iter().collect(),
        },
    });
    answer(Markets { exchanges: exchanges.collect(), extra: marks(app.market.label(), json!({})) })
}

/// `GET /meta/indicators`
pub(crate) async fn indicators(State(app): State<Arc<App>>, _caller: Caller) -> Reply {
    answer(marks(app.market.label(), catalog(Catalog::bundled())))
}

/// The catalog in three sections: calls on series, everything else that is called, and names that hold data.
fn catalog(catalog: &Catalog) -> Value {
    let section = |holds: fn(Kind) -> bool| -> Vec<Value> {
        let entries = catalog.entries().iter();
        entries.filter(|entry| holds(entry.kind)).map(describe).collect()
    };
    json!({
        "indicators": section(|kind| kind == Kind::Indicator),
        "operators": section(|kind| !matches!(kind, Kind::Indicator | Kind::Variable)),
        "variables": section(|kind| kind == Kind::Variable),
        "count": catalog.entries().len(),
        "catalog": { "origin": catalog.origin().as_str(), "date": catalog.date(), "hash": catalog.hash() },
    })
}

fn describe(entry: &Entry) -> Value {
    let mut document = json!({
        "name": entry.name,
        "kind": entry.kind.as_str(),
        "category": entry.group,
        "description": entry.summary,
        "type": value_type(entry.value),
    });
    match entry.signatures.as_ref() {
        [] => {}
        [only] => merge(&mut document, signature(entry, only)),
        several => {
            // The first is what an importer that knows one signature a name should see.
            merge(&mut document, signature(entry, &several[0]));
            document["signatures"] = several.iter().map(|one| signature(entry, one)).collect::<Value>();
        }
    }
    document
}

fn merge(document: &mut Value, fields: Value) {
    if let (Value::Object(document), Value::Object(fields)) = (document, fields) {
        document.extend(fields);
    }
}

fn signature(entry: &Entry, signature: &Signature) -> Value {
    let inputs = signature.inputs.iter().map(|input| {
        json!({
            "name": input.name,
            "type": value_type(input.value),
            "default": input.column.map(|column| column.as_str()),
            "required": !input.optional && input.column.is_none(),
        })
    });
    let outputs = signature.outputs.iter();
    json!({
        "signature": signature.text(&entry.name),
        "inputs": inputs.collect::<Value>(),
        "params": signature.params.iter().map(param).collect::<Value>(),
        "outputs": outputs.map(output).collect::<Value>(),
        "lookback": signature.lookback.as_ref().map(Formula::text),
    })
}

fn param(param: &Param) -> Value {
    json!({
        "name": param.name,
        "aliases": param.aliases,
        "type": match param.kind {
            ParamKind::Integer => "int",
            ParamKind::Real => "float",
            ParamKind::MovingAverage => "ma_type",
            ParamKind::Other => "string",
        },
        "default": param.default,
        "min": param.min,
        "max": param.max,
        "required": param.default.is_none(),
    })
}

fn output(output: &Output) -> Value {
    json!({
        "name": output.name,
        "type": match output.kind {
            OutputKind::Real => "number",
            OutputKind::Integer => "integer",
            OutputKind::Boolean => "boolean",
        },
    })
}

fn value_type(value: ValueType) -> &'static str {
    match value {
        ValueType::Number => "number",
        ValueType::Boolean => "boolean",
        ValueType::Text => "text",
        ValueType::Action => "action",
        ValueType::Sizing => "sizing",
        ValueType::Nothing => "nothing",
        ValueType::Unknown => "unknown",
    }
}
