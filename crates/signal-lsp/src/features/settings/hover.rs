//! What a word of `signal.toml` is: a table, a setting, a rule, a level.

use signal_project::{FileKey, Key, TABLES};

use super::place::{At, Place, place};
use crate::features::hover::Hover;
use crate::features::vocabulary;

/// What the word at a byte offset is, in Markdown, and where it stands.
pub(crate) fn hover(text: &str, offset: u32) -> Option<Hover> {
    let place = place(text, offset);
    let word = text.get(place.word.range()).filter(|word| !word.is_empty())?;
    let told = match place.at {
        At::Nothing => None,
        At::Header => table(word),
        At::Key => key(&place, word),
        At::Value => value(&place),
    };
    Some(Hover { markdown: told?, span: place.word })
}

fn table(name: &str) -> Option<String> {
    let table = TABLES.iter().find(|table| table.name == name)?;
    let header = if table.repeats { format!("[[{name}]]") } else { format!("[{name}]") };
    Some(format!("`{header}`: {}.", table.summary))
}

fn key(place: &Place, name: &str) -> Option<String> {
    match (place.table.as_str(), place.keys.as_slice()) {
        ("rules", []) => signal_analysis::rule(name).map(vocabulary::rule),
        ("override", [key]) if key == "rules" => signal_analysis::rule(name).map(vocabulary::rule),
        ("run", []) if Key::find(name).is_some() => {
            Key::find(name).map(|key| format!("**`{}`**\n\n{}", key.name(), vocabulary::setting(key.info())))
        }
        (table, []) => {
            let keys = TABLES.iter().filter(|known| known.name == table).flat_map(|table| table.keys);
            keys.into_iter().find(|key| key.name == name).map(|key| format!("**`{}`**\n\n{}", key.name, file_key(key)))
        }
        _ => None,
    }
}

/// A value is told by its key.
fn value(place: &Place) -> Option<String> {
    let (name, around) = place.keys.split_last()?;
    let above = Place { keys: around.to_vec(), ..place.clone() };
    key(&above, name)
}

/// What a key does and how it is written.
pub(super) fn file_key(key: &FileKey) -> String {
    format!("{}.\n\n- **Written**: `{} = {}`", key.summary, key.name, key.example)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(marked: &str, expected: Option<(&str, &str)>) {
        let offset = marked.find('┃').unwrap();
        let text = marked.replacen('┃', "", 1);
        let found = hover(&text, offset as u32);
        let found = found.as_ref().map(|found| (found.markdown.as_str(), &text[found.span.range()]));
        assert_eq!(found, expected, "{marked}");
    }

    #[test]
    fn tables_keys_and_values_are_told() {
        check("[r┃un]", Some(("`[run]`: the settings of a run.", "run")));
        check("[[overr┃ide]]", Some(("`[[override]]`: levels of rules for some paths.", "override")));
        let width = "**`line_width`**\n\nThe widest that a formatted line may be, in characters: 40 to 320.\n\n- **Written**: `line_width = 88`";
        check("[format]\nline_┃width = 88", Some((width, "line_width")));
        check("[format]\nline_width = 8┃8", Some((width, "88")));
        check("[nonsense]\nline_┃width = 88", None);
        check("[format]\nline_width ┃= 88", None);
        check("# li┃ne_width", None);
    }

    #[test]
    fn settings_and_rules_are_told_as_everywhere() {
        for (marked, part) in [
            ("[run]\ntime┃frame = \"1h\"", "Length of a bar"),
            ("[run]\ntimeframe = \"1┃h\"", "Length of a bar"),
            ("[rules]\nunused┃-name = \"off\"", "**unused-name**"),
            ("[[override]]\nrules = { unused-name = \"o┃ff\" }", "**unused-name**"),
        ] {
            let offset = marked.find('┃').unwrap();
            let text = marked.replacen('┃', "", 1);
            let told = hover(&text, offset as u32).unwrap().markdown;
            assert!(told.contains(part), "{marked}: {told}");
        }
    }
}
