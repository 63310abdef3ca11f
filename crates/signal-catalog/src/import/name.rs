//! Names out of records: which of its texts is the name, and how scripts write it.

use super::json::Json;
use super::words;
use crate::Catalog;

/// Longest name that is taken, in characters.
const LONGEST: usize = 64;

/// A name as scripts write it: `RSI` is `rsi` to them, `Weight` stays `Weight`.
///
/// # Errors
/// Why no script can write it.
pub(super) fn normalize(text: &str, known: &Catalog) -> Result<String, String> {
    let name = text.trim();
    if name.is_empty() {
        return Err("an empty name".to_owned());
    }
    if name.chars().nth(LONGEST).is_some() {
        return Err(format!("`{}` is longer than the {LONGEST} characters that a name may have", clipped(name)));
    }
    if !is_identifier(name) {
        return Err(format!("`{}` is no name that a script can write", clipped(name)));
    }
    if words::is_reserved(name) {
        return Err(format!("`{name}` is a word of the language itself"));
    }
    if known.get(name).is_some() {
        return Ok(name.to_owned());
    }
    let lower = name.to_lowercase();
    let shouted = !name.chars().any(char::is_lowercase);
    if words::is_reserved(&lower) {
        return Err(format!("`{name}` is a word of the language itself"));
    }
    Ok(if shouted || known.get(&lower).is_some() { lower } else { name.to_owned() })
}

pub(super) fn is_identifier(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && characters.all(|c| c.is_alphabetic() || c.is_ascii_digit() || c == '_')
}

fn is_mixed(text: &str) -> bool {
    text.chars().any(char::is_lowercase) && text.chars().any(char::is_uppercase)
}

/// The start of a text, safe to show.
pub(super) fn clipped(text: &str) -> String {
    let mut shown: String = text.chars().take(40).flat_map(char::escape_debug).collect();
    if text.chars().nth(40).is_some() {
        shown.push('…');
    }
    shown
}

/// The text that names a record, best first: a name that is known, one in the style of scripts, one in capitals, one in
/// mixed case; the `type` of a record comes last, since it mostly is one.
pub(super) fn of_record<'j>(record: &'j Json<'_>, known: &Catalog) -> Option<&'j str> {
    const FIRST: [&str; 16] = [
        "name",
        "id",
        "key",
        "value",
        "function",
        "n",
        "uiid",
        "slug",
        "code",
        "fn",
        "func",
        "identifier",
        "functionname",
        "indicatorname",
        "variablename",
        "indicatorid",
    ];
    const LAST: [&str; 5] = ["type", "symbol", "indicator", "operator", "variable"];
    let texts = |names: &'static [&'static str]| {
        names.iter().filter_map(|name| record.field(&[*name])?.text()).filter(|text| is_identifier(text.trim()))
    };
    let is_exact = |text: &&str| known.get(text.trim()).is_some();
    let is_known = |text: &&str| is_exact(text) || known.get(&text.trim().to_lowercase()).is_some();
    // Beside a category, a `type` is the id and a name such as `Momentum` is its label.
    let label = |text: &&str| is_mixed(text) && record.field(&["category", "group"]).is_some();
    let is_lower = |text: &&str| !text.chars().any(char::is_uppercase);
    let is_upper = |text: &&str| !text.chars().any(char::is_lowercase);
    texts(&FIRST)
        .find(is_exact)
        .or_else(|| texts(&FIRST).all(|text| label(&text)).then(|| texts(&LAST).find(is_exact))?)
        .or_else(|| texts(&FIRST).find(|text| is_known(text) && !is_mixed(text)))
        .or_else(|| texts(&FIRST).find(is_known))
        .or_else(|| texts(&FIRST).find(is_lower))
        .or_else(|| texts(&FIRST).find(is_upper))
        .or_else(|| texts(&FIRST).next())
        .or_else(|| texts(&LAST).find(is_known))
        .or_else(|| texts(&LAST).find(|text| words::kind(text).is_none() && words::value_type(text).is_none()))
        // A name that no script can write is still the one to complain of.
        .or_else(|| FIRST.iter().find_map(|name| record.field(&[*name])?.text()))
}

/// The id of a record whose name is a label that we know by chance, `{"id": "rsi_v2", "name": "RSI"}`: which of the two
/// scripts write is not said, so both count.
pub(super) fn id_of_record<'j>(record: &'j Json<'_>, known: &Catalog) -> Option<&'j str> {
    let label = of_record(record, known)?.trim();
    let is_id =
        |text: &&str| is_identifier(text) && !text.chars().any(char::is_uppercase) && *text != label.to_lowercase();
    let id = record.field(&["id", "key", "slug", "code"])?.text()?;
    (label.chars().any(char::is_uppercase)).then_some(id).filter(is_id)
}
