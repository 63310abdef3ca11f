//! What fits at a cursor in `signal.toml`: tables, keys that are not set yet, values.

use signal_analysis::RULES;
use signal_market::Date;
use signal_project::{FileKey, Key, LEVELS, SETTINGS, SettingInfo, TABLES, ValueKind};
use signal_text::Span;

use super::place::{At, Place, keys_of, place, tables};
use crate::features::completion::{About, Completion, Insert, Item, ItemKind, Manner};

/// What fits at a byte offset. `today` is what dates are counted from.
pub(crate) fn completion(text: &str, offset: u32, manner: Manner, today: Option<Date>) -> Completion {
    let place = place(text, offset);
    let items = match place.at {
        // A character of a key or of free space asks for nothing.
        At::Key if manner.trigger.is_some() => Vec::new(),
        At::Nothing => Vec::new(),
        At::Header => headers(text, Insert::plain),
        At::Key => keys(text, &place),
        At::Value => values(&place, today),
    };
    let replaced = if items.is_empty() { Span::empty(offset) } else { place.word };
    Completion { items, replaced, incomplete: false }
}

fn item(label: &str, kind: ItemKind, description: &str, insert: Insert, about: About) -> Item {
    Item {
        label: label.to_owned(),
        kind,
        signature: String::new(),
        description: description.to_owned(),
        filter: None,
        insert,
        rank: 0,
        preselect: false,
        about,
    }
}

/// Tables without a header yet.
fn headers(text: &str, insert: impl Fn(&'static str) -> Insert) -> Vec<Item> {
    let free = TABLES.iter().filter(|table| table.repeats || tables(text).all(|name| name != table.name));
    free.map(|table| item(table.name, ItemKind::Keyword, table.summary, insert(table.name), About::Nothing)).collect()
}

fn keys(text: &str, place: &Place) -> Vec<Item> {
    let with = |name: &str, value: &str| {
        if place.is_set { Insert::plain(name) } else { Insert::plain(format!("{name} = ")).append(value_stop(value)) }
    };
    let is_rules = match place.keys.as_slice() {
        [] => place.table == "rules",
        [key] => place.table == "override" && key == "rules",
        _ => return Vec::new(),
    };
    if is_rules {
        let rules = RULES.iter().map(|rule| {
            let description = rule.severity.as_str();
            item(rule.name, ItemKind::Rule, description, with(rule.name, "\"off\""), About::Rule(rule.name.to_owned()))
        });
        return without(rules.collect(), &keys_of(text, &place.table), text, place);
    }
    if !place.keys.is_empty() {
        return Vec::new();
    }
    let Some(table) = TABLES.iter().find(|table| table.name == place.table) else {
        // At the top nothing is set outside of a table.
        return headers(text, header);
    };
    let mut items = Vec::new();
    if table.name == "run" {
        items.extend(SETTINGS.iter().map(|info| {
            let about = About::Setting(info.name.to_owned());
            item(info.name, ItemKind::Property, info.summary, with(info.name, &written(info)), about)
        }));
    }
    let about = |key: &FileKey| About::Text(super::hover::file_key(key));
    let own = table.keys.iter();
    items.extend(
        own.map(|key| item(key.name, ItemKind::Property, key.summary, with(key.name, key.example), about(key))),
    );
    // Of a table that repeats, each one has its own keys.
    let set = if table.repeats { Vec::new() } else { keys_of(text, table.name) };
    without(items, &set, text, place)
}

/// Items but for those that are set elsewhere.
fn without(mut items: Vec<Item>, set: &[String], text: &str, place: &Place) -> Vec<Item> {
    let own = text.get(place.word.range()).unwrap_or_default();
    items.retain(|item| item.label == own || !set.contains(&item.label));
    for (rank, item) in items.iter_mut().enumerate() {
        item.rank = rank as u32;
    }
    items
}

/// A header with its brackets.
fn header(name: &'static str) -> Insert {
    let repeats = TABLES.iter().any(|table| table.name == name && table.repeats);
    Insert::plain(if repeats { format!("[[{name}]]\n") } else { format!("[{name}]\n") })
}

/// A value to be filled in; of one in quotes what is between them.
fn value_stop(value: &str) -> Insert {
    match value.strip_prefix('"').and_then(|value| value.strip_suffix('"')) {
        Some(content) => Insert::plain("\"").stop(content).then("\""),
        None => Insert::plain("").stop(value),
    }
}

/// The value that a setting is first written with.
fn written(info: &SettingInfo) -> String {
    let value = info.default.unwrap_or(info.example);
    match info.kind {
        ValueKind::Tickers => format!("[\"{}\"]", info.example.split(',').next().unwrap_or_default().trim()),
        ValueKind::Number | ValueKind::Switch => value.to_owned(),
        _ => format!("\"{value}\""),
    }
}

fn values(place: &Place, today: Option<Date>) -> Vec<Item> {
    let keys: Vec<&str> = place.keys.iter().map(String::as_str).collect();
    let quoted = |words: Vec<(String, String)>, about: About| values_of(place, words, true, &about);
    match (place.table.as_str(), keys.as_slice()) {
        ("run", [name]) => {
            let Some(info) = Key::find(name).map(Key::info) else { return Vec::new() };
            let about = About::Setting(info.name.to_owned());
            let in_quotes = !matches!(info.kind, ValueKind::Number | ValueKind::Switch);
            values_of(place, choices(info, today), in_quotes, &about)
        }
        ("rules", [rule]) | ("override", ["rules", rule]) => {
            let words = LEVELS.iter().map(|level| ((*level).to_owned(), String::new())).collect();
            quoted(words, About::Rule((*rule).to_owned()))
        }
        (table, [name]) => {
            let key = TABLES.iter().filter(|known| known.name == table).flat_map(|table| table.keys);
            let Some(key) = key.into_iter().find(|key| key.name == *name) else { return Vec::new() };
            let words = key.words.iter().map(|word| ((*word).to_owned(), String::new())).collect();
            quoted(words, About::Text(super::hover::file_key(key)))
        }
        _ => Vec::new(),
    }
}

/// Values with what is said of each.
fn choices(info: &SettingInfo, today: Option<Date>) -> Vec<(String, String)> {
    let plain = |values: &[&str]| values.iter().map(|value| ((*value).to_owned(), String::new())).collect();
    match info.kind {
        ValueKind::Date => {
            let Some(today) = today else { return plain(&[info.example]) };
            let first = |years: i16| Date::new(today.year() - years, 1, 1).ok();
            let days = if info.key == Key::StartDate {
                [first(0), first(1), first(2)]
            } else {
                [Some(today), first(0), first(1)]
            };
            days.into_iter().flatten().map(|day| (day.to_string(), String::new())).collect()
        }
        ValueKind::Switch => plain(&["true", "false"]),
        ValueKind::Text => Vec::new(),
        ValueKind::Number => plain(&[info.default.unwrap_or(info.example)]),
        ValueKind::Tickers => info.example.split(',').map(|ticker| (ticker.trim().to_owned(), String::new())).collect(),
        _ => info.choices().into_iter().map(|choice| (choice.to_owned(), said(info, choice))).collect(),
    }
}

fn said(info: &SettingInfo, choice: &str) -> String {
    if info.default == Some(choice) {
        return "default".to_owned();
    }
    signal_market::exchange(choice).map(|exchange| exchange.name.to_owned()).unwrap_or_default()
}

fn values_of(place: &Place, values: Vec<(String, String)>, in_quotes: bool, about: &About) -> Vec<Item> {
    let one = |(rank, (value, description)): (usize, (String, String))| {
        let bare = !in_quotes || place.quoted;
        let insert = Insert::plain(if bare { value.clone() } else { format!("\"{value}\"") });
        let mut item = item(&value, ItemKind::Value, &description, insert, about.clone());
        item.rank = rank as u32;
        item.preselect = description == "default";
        item
    };
    // What takes no quotes is no word within them.
    if place.quoted && !in_quotes { Vec::new() } else { values.into_iter().enumerate().map(one).collect() }
}

#[cfg(test)]
mod tests {
    use signal_project::Config;
    use signal_text::Source;

    use super::*;

    fn completed(marked: &str) -> (String, Completion) {
        let offset = marked.find('┃').unwrap();
        let text = marked.replacen('┃', "", 1);
        let completion = completion(&text, offset as u32, Manner::default(), Date::new(2026, 6, 1).ok());
        (text, completion)
    }

    /// The first items, as they would be inserted.
    #[track_caller]
    fn check(marked: &str, expected: &[&str]) {
        let (_, completion) = completed(marked);
        let inserts: Vec<String> = completion.items.iter().map(|item| item.insert.text()).collect();
        let first: Vec<&str> = inserts.iter().map(String::as_str).take(expected.len().max(1)).collect();
        assert_eq!(first, expected, "{marked}");
    }

    #[test]
    fn tables_that_are_missing_are_offered() {
        check("┃", &["[run]\n", "[check]\n", "[format]\n", "[rules]\n", "[[override]]\n", "[catalog]\n"]);
        check("[run]\n[┃]", &["check", "format", "rules", "override"]);
        check("[[override]]\n[run]\n[[┃]]", &["check", "format", "rules", "override"]);
    }

    #[test]
    fn keys_that_are_not_set_are_offered_with_a_value() {
        check("[run]\n┃", &["start_date = \"2024-01-01\"", "end_date = \"2024-12-31\"", "exchange = \"binance\""]);
        check("[run]\nstart_date = \"2024-01-01\"\n┃", &["end_date = \"2024-12-31\""]);
        check("[run]\nti┃ = \"1h\"", &["start_date", "end_date"]);
        check("[format]\n┃", &["line_width = 88"]);
        check(
            "[[override]]\npaths = []\n[[override]]\npa┃",
            &["paths = [\"research/**\"]", "rules = { unused-name = \"off\" }"],
        );
        check("[rules]\n┃", &["bad-setting = \"off\""]);
        check("[[override]]\nrules = { ┃ }", &["bad-setting = \"off\""]);
    }

    #[test]
    fn values_are_offered_with_the_quotes_that_are_missing() {
        check("[run]\ntimeframe = ┃", &["\"1m\"", "\"5m\""]);
        check("[run]\ntimeframe = \"┃\"", &["1m", "5m"]);
        check("[run]\nstart_date = \"┃", &["2026-01-01", "2025-01-01"]);
        check("[run]\nstrip_comments = ┃", &["true", "false"]);
        check("[run]\nstrip_comments = \"┃\"", &[]);
        check("[check]\nfail_on = ┃", &["\"error\"", "\"warning\"", "\"info\"", "\"hint\""]);
        check("[rules]\nunused-name = \"┃\"", &["off", "hint", "info", "warning", "error"]);
        check("[[override]]\nrules = { unused-name = ┃ }", &["\"off\"", "\"hint\""]);
        check("[run]\ndescription = \"┃\"", &[]);
        check("[nonsense]\na = ┃", &[]);
        check("# ┃", &[]);
    }

    #[test]
    fn whatever_is_taken_is_a_setting_that_can_be_read() {
        for marked in [
            "┃",
            "[run]\n┃",
            "[check]\n┃",
            "[format]\n┃",
            "[rules]\n┃",
            "[[override]]\n┃\n",
            "[catalog]\n┃",
            "[run]\ntimeframe = ┃",
            "[run]\nexchange = \"┃\"",
            "[run]\nstart_date = ┃",
            "[run]\nmode = \"┃",
            "[rules]\nunused-name = ┃",
        ] {
            let (text, completion) = completed(marked);
            assert!(!completion.items.is_empty(), "{marked}");
            for item in completion.items {
                let mut after = text.clone();
                after.replace_range(completion.replaced.range(), &item.insert.text());
                // What is begun in quotes is closed by who types.
                let after = if marked.ends_with("\"┃") { format!("{after}\"") } else { after };
                let found = Config::parse(&Source::new("signal.toml", &*after)).1;
                let is_half = |message: &str| message.contains("sets nothing");
                assert!(found.iter().all(|finding| is_half(&finding.message)), "{after}: {found:#?}");
            }
        }
    }
}
