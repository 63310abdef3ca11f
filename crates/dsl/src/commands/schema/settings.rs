//! The JSON Schema of `signal.toml`, for editors that check and complete TOML by one: from the tables that its reader has.

use schemars::Schema;
use serde_json::{Map, Value, json};
use signal_analysis::RULES;
use signal_project::{Bounds, FileKey, LEVELS, SETTINGS, SettingInfo, TABLES, ValueKind};

/// The schema. What it lets through may still be found fault with: tickers and dates are for the check.
pub(super) fn schema() -> Schema {
    let tables = TABLES.iter().map(|table| {
        let mut keys: Map<String, Value> =
            table.keys.iter().map(|key| (key.name.to_owned(), file_key(table.name, key))).collect();
        match table.name {
            "run" => keys.extend(SETTINGS.iter().map(|info| (info.name.to_owned(), setting(info)))),
            "rules" => keys.extend(rules()),
            _ => {}
        }
        let mut one = json!({"type": "object", "properties": keys, "additionalProperties": false});
        if table.repeats {
            one["required"] = table.keys.iter().map(|key| key.name).collect();
            one = json!({"type": "array", "items": one});
        }
        one["description"] = format!("{}.", capital(table.summary)).into();
        (table.name.to_owned(), one)
    });
    let document = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "signal.toml",
        "description": "Settings of a project of Signal DSL scripts.",
        "type": "object",
        "properties": tables.collect::<Map<String, Value>>(),
        "additionalProperties": false,
    });
    Schema::try_from(document).unwrap_or_default()
}

fn setting(info: &SettingInfo) -> Value {
    let text = json!({"type": "string"});
    let mut schema = match info.kind {
        // TOML has dates of its own, which some tools hand on as texts.
        ValueKind::Date => json!({"type": "string", "format": "date"}),
        ValueKind::Number => number(info.bounds),
        ValueKind::Switch => json!({"type": "boolean"}),
        ValueKind::Tickers => json!({"anyOf": [{"type": "array", "items": text, "minItems": 1}, text]}),
        ValueKind::Mode | ValueKind::Timeframe => json!({"enum": info.choices()}),
        // The service may know more of them.
        ValueKind::Exchange => json!({"type": "string", "examples": info.choices()}),
        ValueKind::Text => text,
    };
    schema["description"] = format!("{}.", info.summary).into();
    if let Some(default) = info.default {
        schema["default"] = match info.kind {
            ValueKind::Number | ValueKind::Switch => serde_json::from_str(default).unwrap_or_default(),
            _ => default.into(),
        };
    }
    schema
}

/// Numbers outside of bounds that are only doubtful are numbers all the same.
fn number(bounds: Option<Bounds>) -> Value {
    let mut schema = json!({"type": "number"});
    let Some(bounds) = bounds.filter(|bounds| bounds.severity == signal_text::Severity::Error) else { return schema };
    let name = |included, plain: &'static str, exclusive: &'static str| if included { plain } else { exclusive };
    schema[name(bounds.least_included, "minimum", "exclusiveMinimum")] = bounds.least.into();
    if bounds.most < f64::MAX {
        schema[name(bounds.most_included, "maximum", "exclusiveMaximum")] = bounds.most.into();
    }
    schema
}

fn rules() -> impl Iterator<Item = (String, Value)> {
    RULES.iter().map(|rule| {
        let description = format!("{}. {} by default.", rule.summary(), capital(rule.severity.as_str()));
        (rule.name.to_owned(), json!({"enum": LEVELS, "description": description}))
    })
}

fn file_key(table: &str, key: &FileKey) -> Value {
    let texts = json!({"type": "array", "items": {"type": "string"}});
    let mut schema = match (table, key.name) {
        ("override", "rules") => {
            json!({"type": "object", "properties": rules().collect::<Map<String, Value>>(), "additionalProperties": false})
        }
        ("run" | "override", _) => json!({"anyOf": [texts, {"type": "string"}]}),
        ("format", _) => {
            json!({"type": "integer", "minimum": 40, "maximum": 320, "default": signal_format::LINE_WIDTH})
        }
        _ if !key.words.is_empty() => json!({"enum": key.words}),
        _ => texts,
    };
    schema["description"] = format!("{}.", key.summary).into();
    schema
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use signal_project::Config;
    use signal_text::Source;

    use super::*;

    /// Whether the schema and the reader take a file.
    #[track_caller]
    fn check(text: &str, expected: bool) {
        let table: toml::Table = text.parse().unwrap();
        let validator = jsonschema::validator_for(schema().as_value()).unwrap();
        let document = serde_json::to_value(&table).unwrap();
        let faults: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert_eq!(faults.is_empty(), expected, "{text}\n{faults:#?}");
        let (_, found) = Config::parse(&Source::new("signal.toml", text));
        assert_eq!(found.is_empty(), expected, "{text}\n{found:#?}");
    }

    #[test]
    fn the_schema_takes_what_the_reader_takes() {
        check("", true);
        for table in TABLES {
            let head = if table.repeats { format!("[[{}]]\n", table.name) } else { format!("[{}]\n", table.name) };
            let lines = table.keys.iter().map(|key| format!("{} = {}\n", key.name, key.example)).collect::<String>();
            check(&format!("{head}{lines}"), true);
        }
        for info in &SETTINGS {
            let value = match info.kind {
                ValueKind::Number | ValueKind::Switch => info.example.to_owned(),
                _ => format!("\"{}\"", info.example),
            };
            check(&format!("[run]\n{} = {value}\n", info.name), true);
        }
        check(
            "[rules]\nunused-name = \"off\"\n[[override]]\npaths = [\"a\"]\nrules = { unused-name = \"hint\" }\n",
            true,
        );
    }

    #[test]
    fn and_refuses_what_it_refuses() {
        for text in [
            "[runs]\n",
            "[run]\ntime_frame = \"1h\"\n",
            "[run]\ntimeframe = \"1x\"\n",
            "[run]\nleverage = 0.5\n",
            "[run]\ninitial_cash = 0\n",
            "[run]\ninitial_cash = \"much\"\n",
            "[run]\nstrip_comments = \"perhaps\"\n",
            "[check]\nfail_on = \"never\"\n",
            "[format]\nline_width = 20\n",
            "[rules]\nunused-name = 3\n",
            "[catalog]\ndeclare = \"x\"\n",
            "[[override]]\npaths = [\"a\"]\n",
        ] {
            check(text, false);
        }
    }
}
