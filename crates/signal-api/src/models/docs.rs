//! `GET /docs` and its pages.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::Extra;
use crate::lenient;

/// The pages that the service has. Written as `{"documents": [...]}`; a bare list, names alone, and a map from name to
/// description are read too.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct DocsList {
    /// In the order they came.
    pub documents: Vec<DocsEntry>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Extra,
}

/// One page in the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocsEntry {
    /// What stands behind `/docs/`.
    pub id: String,
    /// What it is about; may be empty.
    #[serde(default)]
    pub description: String,
}

const LISTS: &[&str] = &["documents", "docs", "topics", "pages", "items"];

impl<'de> Deserialize<'de> for DocsList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        if let Some(items) = lenient::find_list(&value, LISTS) {
            let extra = value.as_object().map(|object| lenient::without(object, LISTS)).unwrap_or_default();
            return Ok(Self { documents: items.iter().filter_map(|item| entry(None, item)).collect(), extra });
        }
        let Value::Object(object) = value else { return Ok(Self::default()) };
        let inner = LISTS.iter().find_map(|key| object.get(*key)?.as_object()).unwrap_or(&object);
        let documents = inner.iter().filter_map(|(id, item)| entry(Some(id), item)).collect();
        Ok(Self { documents, extra: Extra::new() })
    }
}

fn entry(id: Option<&str>, value: &Value) -> Option<DocsEntry> {
    // Pages may be named by their paths.
    let last = |text: &str| text.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    let entry = match (id, value) {
        (Some(id), Value::String(text)) => DocsEntry { id: last(id), description: text.clone() },
        (None, Value::String(text)) => DocsEntry { id: last(text), description: String::new() },
        (_, Value::Object(object)) => DocsEntry {
            id: id
                .map(str::to_owned)
                .or_else(|| lenient::first_text(object, &["id", "slug", "topic", "path", "url", "endpoint", "name"]))
                .map(|id| last(&id))?,
            description: lenient::first_text(object, &["description", "content", "summary", "title"])
                .unwrap_or_default(),
        },
        _ => return None,
    };
    (!entry.id.is_empty()).then_some(entry)
}

/// A page, or the word that it has not changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocsPage {
    /// The page as Markdown. Not sanitized.
    Page {
        /// The text.
        markdown: String,
        /// What the server knows this version by.
        etag: Option<String>,
    },
    /// It is still the one with the given `ETag`.
    NotModified,
}

/// The Markdown in an answer that came as JSON all the same.
pub(crate) fn markdown_of(data: &Value) -> Option<String> {
    match data {
        Value::String(text) => Some(text.clone()),
        Value::Object(object) => {
            let nested = ["document", "doc", "page"].iter().filter_map(|key| object.get(*key)).find_map(markdown_of);
            nested.or_else(|| lenient::first_text(object, &["markdown", "content", "body", "text"]))
        }
        _ => None,
    }
}
