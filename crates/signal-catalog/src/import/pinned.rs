//! The file that keeps an answer: `signal.catalog.json` in a project, and the one in the user's cache.
//!
//! It holds the service's records as they came, not what was understood of them, so that a later version of the program
//! can understand more of the same file. It is written the same way every time, one value a line, so that a change shows
//! in a review as what it is.

use std::borrow::Cow;
use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

use super::json::{self, Json};
use super::{ImportError, Imported, of_answer, unwrap, walk};
use crate::Catalog;

/// The version of the file's format.
pub const PINNED_SCHEMA: u64 = 1;

/// Longest file that is read: the longest answer, written one value a line.
const LONGEST: usize = json::LONGEST * 6;

/// What the file says of itself to whoever opens it.
const ABOUT: &str = "the service's list of indicators, as `dsl catalog pull` fetched it; names that it lacks go into \
    signal.toml, `[catalog] declare`";

/// An answer that is kept, with where and when it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Pinned<'t> {
    /// Base URL of the service that gave it, without user, password or key.
    pub url: Cow<'t, str>,
    /// The day on which it was fetched: `2026-01-31`.
    pub date: Cow<'t, str>,
    /// Hash of the answer, 16 hexadecimal digits: FNV-1a over its values.
    pub hash: String,
    /// Where the answer stood in what the service sent: `$.data`.
    within: Cow<'t, str>,
    answer: Json<'t>,
}

/// Why a file is no kept answer that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinnedError {
    /// Not within the bounds of JSON.
    #[error("it can't be read: {0}")]
    Unreadable(ImportError),
    /// JSON of another sort.
    #[error("it is no catalog that `dsl catalog pull` wrote: `{lacks}` is missing")]
    Foreign {
        /// What it lacks first.
        lacks: &'static str,
    },
    /// Written by a later version.
    #[error("it has version {schema} of the format, and this program knows version {PINNED_SCHEMA}")]
    Newer {
        /// Its version.
        schema: u64,
    },
    /// Its records are not those that were fetched.
    #[error("its records have been changed since they were fetched: their hash is {found}, not {stated}")]
    Changed {
        /// What the file says.
        stated: String,
        /// What it is.
        found: String,
    },
}

#[derive(Serialize)]
struct File<'f, 't> {
    schema: u64,
    about: &'f str,
    url: &'f str,
    date: &'f str,
    hash: &'f str,
    within: &'f str,
    answer: &'f Json<'t>,
}

impl<'t> Pinned<'t> {
    /// An answer as it came from the service at `url` on the day `date`. Only the records are kept, not the envelope
    /// around them, whose time of day differs with every answer.
    ///
    /// # Errors
    /// An answer that is no JSON within bounds, or that tells of a failure.
    pub fn of_answer(
        text: &'t str,
        url: impl Into<Cow<'t, str>>,
        date: impl Into<Cow<'t, str>>,
    ) -> Result<Self, ImportError> {
        let root = json::parse(text)?;
        let (answer, within) = unwrap(&root)?;
        let answer = answer.clone();
        Ok(Self { url: url.into(), date: date.into(), hash: digits(&answer), within: Cow::Owned(within), answer })
    }

    /// Reads a file that [`Pinned::text`] wrote.
    ///
    /// # Errors
    /// A [`PinnedError`] that says what the file is instead.
    pub fn read(text: &'t str) -> Result<Self, PinnedError> {
        let Json::Object(fields) = json::parse_within(text, LONGEST).map_err(PinnedError::Unreadable)? else {
            return Err(PinnedError::Foreign { lacks: "schema" });
        };
        let mut fields: Vec<(Cow<'t, str>, Option<Json<'t>>)> =
            fields.into_iter().map(|(key, value)| (key, Some(value))).collect();
        let mut take = |name: &'static str| {
            let field = fields.iter_mut().find(|(key, _)| key == name).and_then(|(_, value)| value.take());
            field.ok_or(PinnedError::Foreign { lacks: name })
        };
        let schema = match take("schema")? {
            Json::Number(number) => number.as_u64().ok_or(PinnedError::Foreign { lacks: "schema" })?,
            _ => return Err(PinnedError::Foreign { lacks: "schema" }),
        };
        if schema > PINNED_SCHEMA {
            return Err(PinnedError::Newer { schema });
        }
        let mut text = |name| match take(name)? {
            Json::Text(text) => Ok(text),
            _ => Err(PinnedError::Foreign { lacks: name }),
        };
        let (url, date, stated, within) = (text("url")?, text("date")?, text("hash")?, text("within")?);
        let answer = take("answer")?;
        let found = digits(&answer);
        if stated != found {
            return Err(PinnedError::Changed { stated: super::name::clipped(&stated), found });
        }
        Ok(Self { url, date, hash: found, within, answer })
    }

    /// The file's text.
    #[must_use]
    pub fn text(&self) -> String {
        let file = File {
            schema: PINNED_SCHEMA,
            about: ABOUT,
            url: &self.url,
            date: &self.date,
            hash: &self.hash,
            within: &self.within,
            answer: &self.answer,
        };
        pretty(&file)
    }

    /// What the answer came to, with what `known` fills in.
    ///
    /// # Errors
    /// An answer without a single name.
    pub fn import(&self, known: &Catalog) -> Result<Imported, ImportError> {
        of_answer(&self.answer, &self.within, known)
    }

    /// The records of a name as they came, pretty-printed, each with its path.
    #[must_use]
    pub fn records(&self, name: &str, known: &Catalog) -> Vec<(String, String)> {
        let walk = walk::walk(&self.answer, &self.within, known, super::MOST_NAMES);
        let of_name = walk.found.iter().filter(|found| found.name == name);
        of_name.map(|found| (found.path.clone(), pretty(found.raw).trim_end().to_owned())).collect()
    }
}

fn digits(answer: &Json<'_>) -> String {
    format!("{:016x}", answer.hash())
}

fn pretty<T: Serialize>(value: &T) -> String {
    let mut bytes = Vec::new();
    let formatter = Printable(PrettyFormatter::new());
    // Values in memory, to memory: nothing that could fail.
    let _ = value.serialize(&mut Serializer::with_formatter(&mut bytes, formatter));
    bytes.push(b'\n');
    String::from_utf8(bytes).unwrap_or_default()
}

/// Pretty JSON in which characters that nobody can see are escaped: a review must show what it shows.
struct Printable(PrettyFormatter<'static>);

/// Controls, marks that reorder text, and what has no width.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

impl Formatter for Printable {
    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }

    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut done = 0;
        for (at, unseen) in fragment.char_indices().filter(|(_, c)| is_unseen(*c)) {
            writer.write_all(&fragment.as_bytes()[done..at])?;
            for unit in unseen.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            done = at + unseen.len_utf8();
        }
        writer.write_all(&fragment.as_bytes()[done..])
    }
}
