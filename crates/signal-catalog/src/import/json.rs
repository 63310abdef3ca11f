//! JSON as it was written: the order of fields is kept (it is the order of parameters), a field that comes twice stays
//! twice, and depth and number of values are bounded.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::Number;

use super::ImportError;

/// Longest text that is read, in bytes.
pub(super) const LONGEST: usize = 20 << 20;
/// Deepest nesting; what lists indicators needs five or six.
const DEEPEST: usize = 64;
/// Most values; a short text can blow up to many times its size in memory.
const MOST_VALUES: usize = 2_500_000;

/// A value, with texts that point into what was parsed where they can.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Json<'t> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'t, str>),
    List(Vec<Self>),
    Object(Vec<(Cow<'t, str>, Self)>),
}

/// Reads a text.
///
/// # Errors
/// What it is instead of JSON within bounds.
pub(super) fn parse(text: &str) -> Result<Json<'_>, ImportError> {
    parse_within(text, LONGEST)
}

/// As [`parse`], of a text of up to `longest` bytes.
pub(super) fn parse_within(text: &str, longest: usize) -> Result<Json<'_>, ImportError> {
    if text.len() > longest {
        return Err(ImportError::TooLarge { bytes: text.len() });
    }
    let text = text.trim_start_matches('\u{feff}');
    match text.trim_start().chars().next() {
        None => return Err(ImportError::Empty),
        Some('<') => return Err(ImportError::WebPage),
        Some(_) => {}
    }
    let state = State { values: Cell::new(0), fault: Cell::new(None) };
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = Seed { depth: 0, state: &state }.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    read.map_err(|error| match state.fault.get() {
        Some(Fault::TooDeep) => ImportError::TooDeep { levels: DEEPEST },
        Some(Fault::TooMany) => ImportError::TooManyValues { most: MOST_VALUES },
        None => ImportError::NotJson { line: error.line(), column: error.column(), reason: reason(&error) },
    })
}

/// What serde_json says, without the place, which it puts at the end.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(reason, _)| reason.to_owned())
}

impl<'t> Json<'t> {
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// A number; one that is written as a text (`"14"`) counts.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => number.as_f64(),
            Self::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
        .filter(|number| number.is_finite())
    }

    pub(super) fn object(&self) -> Option<&[(Cow<'t, str>, Self)]> {
        match self {
            Self::Object(fields) => Some(fields),
            _ => None,
        }
    }

    pub(super) fn list(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    pub(super) fn is_container(&self) -> bool {
        matches!(self, Self::List(_) | Self::Object(_))
    }

    /// The first field of an object that bears one of these names (lower case, without separators), in the order of the
    /// names; null counts as absent.
    pub(super) fn field(&self, names: &[&str]) -> Option<&Self> {
        let fields = self.object()?;
        let named = |name: &&str| fields.iter().find(|(key, value)| plain(key) == **name && *value != Self::Null);
        names.iter().find_map(named).map(|(_, value)| value)
    }

    /// What it is, for people.
    pub(super) const fn what(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a yes or no",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }

    /// FNV-1a over all of it, 64 bits: tells two answers apart, and promises no more.
    pub(super) fn hash(&self) -> u64 {
        let mut hash = Hash(0xcbf2_9ce4_8422_2325);
        self.feed(&mut hash);
        hash.0
    }

    fn feed(&self, hash: &mut Hash) {
        match self {
            Self::Null => hash.add(b"n"),
            Self::Bool(value) => hash.add(if *value { b"t" } else { b"f" }),
            Self::Number(number) => {
                hash.add(b"#");
                hash.add(number.to_string().as_bytes());
            }
            Self::Text(text) => hash.text(text),
            Self::List(items) => {
                hash.add(b"[");
                items.iter().for_each(|item| item.feed(hash));
                hash.add(b"]");
            }
            Self::Object(fields) => {
                hash.add(b"{");
                for (key, value) in fields {
                    hash.text(key);
                    value.feed(hash);
                }
                hash.add(b"}");
            }
        }
    }
}

struct Hash(u64);

impl Hash {
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn text(&mut self, text: &str) {
        self.add(b"\"");
        self.add(text.as_bytes());
        // No UTF-8 text holds this byte, so that "ab","c" is not "a","bc".
        self.add(&[0xff]);
    }
}

/// A field's name in lower case and without separators: `paramName`, `param_name` and `Param Name` are one.
pub(super) fn plain(key: &str) -> Cow<'_, str> {
    if key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
        return Cow::Borrowed(key);
    }
    let kept = key.chars().filter(|c| !matches!(c, '_' | '-' | ' ' | '.'));
    Cow::Owned(kept.flat_map(char::to_lowercase).collect())
}

#[derive(Clone, Copy)]
enum Fault {
    TooDeep,
    TooMany,
}

struct State {
    values: Cell<usize>,
    fault: Cell<Option<Fault>>,
}

#[derive(Clone, Copy)]
struct Seed<'s> {
    depth: usize,
    state: &'s State,
}

impl Seed<'_> {
    /// The seed of what lies within.
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth >= DEEPEST {
            self.state.fault.set(Some(Fault::TooDeep));
            return Err(E::custom("nested too deeply"));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }

    fn count<E: serde::de::Error>(self) -> Result<(), E> {
        let values = self.state.values.get() + 1;
        self.state.values.set(values);
        if values > MOST_VALUES {
            self.state.fault.set(Some(Fault::TooMany));
            return Err(E::custom("too many values"));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Json<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json<'de>, D::Error> {
        self.count()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Json<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json<'de>, E> {
        Ok(Number::from_f64(value).map_or(Json::Null, Json::Number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json<'de>, A::Error> {
        let inner = self.deeper()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json<'de>, A::Error> {
        let inner = self.deeper()?;
        let mut fields = Vec::new();
        while let Some(key) = entries.next_key_seed(inner)? {
            let Json::Text(key) = key else { return Err(A::Error::custom("a key is no text")) };
            fields.push((key, entries.next_value_seed(inner)?));
        }
        Ok(Json::Object(fields))
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(number) => number.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Self::Object(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (key, value) in fields {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}
