//! What the documentation says about a call's parameters. Remarks, since the server may know more; only money as a
//! number is refused.

use serde_json::{Map, Value};
use signal_api::endpoints::{Effect, Endpoint, Kind, Parameter, Place};
use signal_text::closest;

use crate::failure::Failure;
use crate::render::visible;

/// What looks wrong about a call, in words.
pub(super) fn of(endpoint: &Endpoint, body: &Map<String, Value>, query: &[(String, String)]) -> Vec<String> {
    // Nothing is listed of some endpoints, and of a few only a part.
    if endpoint.parameters.is_empty() {
        return Vec::new();
    }
    let mut remarks = Vec::new();
    let given: Vec<(&str, Place, Value)> = body
        .iter()
        .map(|(name, value)| (name.as_str(), Place::Body, value.clone()))
        .chain(query.iter().map(|(name, value)| (name.as_str(), Place::Query, Value::from(value.as_str()))))
        .collect();
    for parameter in endpoint.parameters.iter().filter(|parameter| parameter.required) {
        if !given.iter().any(|(name, ..)| *name == parameter.name) {
            remarks.push(format!("the documentation requires `{}`", parameter.name));
        }
    }
    for (name, place, value) in &given {
        let shown = visible::line(name);
        let Some(parameter) = endpoint.parameters.iter().find(|parameter| parameter.name == *name) else {
            let names = endpoint.parameters.iter().map(|parameter| parameter.name);
            // Without a near name it is most likely one that the documentation keeps to itself.
            if let Some(near) = closest(name, names) {
                remarks.push(format!("the documentation has no `{shown}`; did you mean `{near}`?"));
            }
            continue;
        };
        if let Some(remark) = unfit(parameter, *place, value) {
            remarks.push(remark);
        }
    }
    remarks
}

fn unfit(parameter: &Parameter, place: Place, value: &Value) -> Option<String> {
    let name = parameter.name;
    if place != parameter.place {
        return Some(format!("the documentation has `{name}` in the {}", parameter.place.as_str()));
    }
    match (parameter.kind, value) {
        // Everything in a query is text.
        (Kind::Number, Value::String(text)) if place == Place::Body => {
            return Some(format!("`{name}` is a number: -F {name}={}", visible::line(text)));
        }
        (Kind::List, Value::String(text)) => {
            return Some(format!("`{name}` is a list: -f '{name}[]={}'", visible::line(text)));
        }
        (Kind::Text, Value::Number(_) | Value::Bool(_)) => return Some(format!("`{name}` is a text: use -f")),
        _ => {}
    }
    let text = value.as_str().filter(|text| !parameter.values.is_empty() && !parameter.values.contains(text))?;
    let near = closest(text, parameter.values.iter().copied());
    let cure = near.map_or_else(|| format!("one of {}", parameter.values.join(", ")), |near| format!("`{near}`?"));
    Some(format!("the documentation has no {name} `{}`: {cure}", visible::line(text)))
}

/// Refuses an amount or price that is no text: as a number it would lose digits on the way.
///
/// # Errors
/// The first one.
pub(super) fn decimals(endpoint: &Endpoint, body: &Map<String, Value>) -> Result<(), Failure> {
    let decimals = endpoint.parameters.iter().filter(|parameter| parameter.kind == Kind::Decimal);
    for parameter in decimals {
        let name = parameter.name;
        match body.get(name) {
            Some(number @ Value::Number(_)) => {
                return Err(Failure::usage(format!("`{name}` is money: it is sent as text, so that no digit is lost"))
                    .suggest(format!("write -f {name}={number}, or \"{number}\" in the JSON")));
            }
            Some(Value::String(text)) if endpoint.effect == Effect::PlacesOrder && !is_decimal(text) => {
                return Err(Failure::usage(format!("{name} `{}` is no decimal number", visible::line(text)))
                    .suggest("digits and one point, such as 0.01"));
            }
            _ => {}
        }
    }
    Ok(())
}

fn is_decimal(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(fraction)
}
