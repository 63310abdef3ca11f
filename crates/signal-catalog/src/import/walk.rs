//! Finds the names in an answer, whichever of the usual shapes it has.
//!
//! An answer is a nest of lists and objects. A list holds names or records; an object is the record of one name, a map
//! from names to records, or a map from categories or sections to more of the same. Which one it is shows in its fields
//! and in whether its keys are names that we know.

use std::borrow::Cow;

use super::json::Json;
use super::name;
use super::skips::Skips;
use super::words::{self, KeyClass, Section};
use crate::Catalog;

/// What an answer says of a name.
#[derive(Clone, Copy, Debug)]
pub(super) enum Record<'j, 't> {
    /// Nothing but that it exists.
    Bare,
    /// One line on what it is.
    Described(&'j str),
    /// A call written out: `rsi(source, period=14)`.
    Call(&'j str),
    /// Its parameters alone.
    Params(&'j Json<'t>),
    /// An object with fields.
    Fields(&'j Json<'t>),
}

/// A name that was found.
#[derive(Clone, Debug)]
pub(super) struct Found<'j, 't> {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) section: Section,
    pub(super) group: Option<&'j str>,
    pub(super) record: Record<'j, 't>,
    /// The value itself, as it came.
    pub(super) raw: &'j Json<'t>,
}

#[derive(Clone, Copy)]
struct Context<'j> {
    section: Section,
    group: Option<&'j str>,
}

/// A walk through an answer.
pub(super) struct Walk<'j, 't, 'k> {
    known: &'k Catalog,
    most: usize,
    path: String,
    pub(super) found: Vec<Found<'j, 't>>,
    pub(super) skips: Skips,
    /// Names beyond `most`.
    pub(super) surplus: usize,
    /// Whether names may have been missed: something that names something could not be read, or the answer has more pages.
    pub(super) incomplete: bool,
    /// How many the answer says that it has.
    total: f64,
}

/// Everything that names something in `answer`, which stands at `path`; `most` names at most.
pub(super) fn walk<'j, 't, 'k>(answer: &'j Json<'t>, path: &str, known: &'k Catalog, most: usize) -> Walk<'j, 't, 'k> {
    let mut walk = Walk {
        known,
        most,
        path: path.to_owned(),
        found: Vec::new(),
        skips: Skips::default(),
        surplus: 0,
        incomplete: false,
        total: 0.0,
    };
    walk.value(answer, Context { section: Section::Any, group: None });
    let read = walk.found.len() + walk.skips.listed.len() + walk.skips.beyond;
    walk.incomplete |= walk.surplus > 0 || walk.total > read as f64;
    walk
}

impl<'j, 't> Walk<'j, 't, '_> {
    fn value(&mut self, value: &'j Json<'t>, context: Context<'j>) {
        match value {
            Json::List(items) => self.list(items, context),
            Json::Object(fields) => self.object(fields, context),
            other => self.skip(format!("{} where names are looked for", other.what())),
        }
    }

    fn list(&mut self, items: &'j [Json<'t>], context: Context<'j>) {
        for (at, item) in items.iter().enumerate() {
            if self.found.len() >= self.most && items.len() > self.most {
                self.surplus += items.len() - at;
                return;
            }
            let length = self.path.len();
            self.path.push_str(&format!("[{at}]"));
            match item {
                Json::Text(text) => self.text(text, item, context),
                Json::Object(fields) => self.record(item, fields, context),
                Json::List(pair) => match pair.as_slice() {
                    [Json::Text(name), record @ Json::Object(_)] => {
                        self.add(name, Record::Fields(record), item, context);
                    }
                    _ => self.miss("a list inside of a list"),
                },
                other => self.skip(format!("{} is no name", other.what())),
            }
            self.path.truncate(length);
        }
    }

    /// A text in a list: a name, or a call written out.
    fn text(&mut self, text: &'j str, raw: &'j Json<'t>, context: Context<'j>) {
        match text.split_once('(') {
            Some((name, _)) => self.add(name, Record::Call(text), raw, context),
            None => self.add(text, Record::Bare, raw, context),
        }
    }

    /// An object in a list.
    fn record(&mut self, object: &'j Json<'t>, fields: &'j [(Cow<'t, str>, Json<'t>)], context: Context<'j>) {
        if holds_records(fields) {
            let group = object.field(&["category", "group", "family", "name", "title", "label"]).and_then(Json::text);
            let context = Context { group: group.or(context.group), ..context };
            // Its texts and numbers say something of the category.
            self.fields(fields, |value| value.is_container(), context);
            return;
        }
        if let Some(Json::Object(node)) = object.field(&["node"]) {
            self.record(object.field(&["node"]).unwrap_or(object), node, context);
            return;
        }
        if let Some(id) = name::id_of_record(object, self.known) {
            self.add(id, Record::Fields(object), object, context);
        }
        match name::of_record(object, self.known) {
            Some(name) => match name.split_once('(') {
                Some((bare, _)) if name::is_identifier(bare.trim()) => {
                    self.add(bare, Record::Fields(object), object, context);
                }
                _ => self.add(name, Record::Fields(object), object, context),
            },
            // `[{"rsi": {...}}, ...]`
            None if matches!(fields, [(key, Json::Object(_))] if words::key_class(key) != KeyClass::NotNames) => {
                self.object(fields, context);
            }
            None => self.miss("no name in it: looked for name, id, key, value, function, n, uiid and type"),
        }
    }

    /// An object that is no record: a map from names, categories or sections.
    fn object(&mut self, fields: &'j [(Cow<'t, str>, Json<'t>)], context: Context<'j>) {
        self.fields(fields, |_| true, context);
    }

    /// As [`Walk::object`], of the fields that count.
    fn fields(
        &mut self,
        fields: &'j [(Cow<'t, str>, Json<'t>)],
        counts: impl Fn(&Json<'t>) -> bool,
        context: Context<'j>,
    ) {
        let sectioned = fields.iter().any(|(key, value)| {
            value.is_container() && matches!(words::key_class(key), KeyClass::Section(_) | KeyClass::Wrapping)
        });
        let records = fields.iter().filter(|(_, value)| self.is_record(value)).count();
        // `{"time": {"hour": "0 to 23", "timestamp": "..."}}`: whatever the words, a family of variables.
        let family = context.section == Section::Variables
            && context.group.is_some()
            && fields.iter().all(|(_, value)| matches!(value, Json::Text(_)) || self.is_record(value));
        for (key, value) in fields.iter().filter(|(_, value)| counts(value)) {
            let length = self.path.len();
            push_key(&mut self.path, key);
            // `{"count": {"params": ...}, "rsi": {"params": ...}}`: words of ours, but names here.
            let is_name = !sectioned && records > 1 && tells_a_call(value);
            match words::key_class(key) {
                _ if family => self.entry(key, value, sectioned, context),
                _ if is_name && !matches!(value, Json::Object(inner) if holds_records(inner)) => {
                    self.add(key, Record::Fields(value), value, context);
                }
                KeyClass::Section(section) if value.is_container() => {
                    self.value(value, Context { section, group: None });
                }
                KeyClass::Wrapping if value.is_container() => self.value(value, context),
                KeyClass::Sources if self.holds_known(value) => {
                    self.value(value, Context { section: Section::Variables, group: None });
                }
                KeyClass::NotNames if self.is_category_map(key, value) => self.value(value, context),
                KeyClass::Plain => self.entry(key, value, sectioned, context),
                _ if words::says_more(key, value) => {
                    self.miss("the answer is one page of several; the names of the others are not known");
                }
                _ => {
                    if let Some(total) = words::total(key, value) {
                        self.total = self.total.max(total);
                    }
                    self.skip("not a section of names");
                }
            }
            self.path.truncate(length);
        }
    }

    /// A field whose key is no word of ours: a name with what is said of it, or a category with names.
    fn entry(&mut self, key: &'j str, value: &'j Json<'t>, sectioned: bool, context: Context<'j>) {
        let known = self.knows(key);
        // Beside sections, a further key is one only if it shows: `order_types: ["limit"]` holds no names.
        let doubtful = sectioned && context.section == Section::Any && !known && !self.holds_known(value);
        match value {
            Json::List(items) => {
                let texts_only = items.iter().all(|item| matches!(item, Json::Text(_)));
                let has_records = items.iter().any(|item| self.is_record(item));
                if known && !self.holds_known(value) && (texts_only || has_records) && !items.is_empty() {
                    self.add(key, Record::Params(value), value, context);
                } else if doubtful && !has_records {
                    self.skip("not a section of names");
                } else if items.is_empty() {
                    self.skip("an empty list");
                } else {
                    self.list(items, Context { group: Some(key), ..context });
                }
            }
            Json::Object(fields) if holds_records(fields) => {
                self.object(fields, Context { group: Some(key), ..context });
            }
            Json::Object(fields) if fields.is_empty() => {
                if doubtful {
                    self.skip("not a section of names")
                } else {
                    self.add(key, Record::Bare, value, context)
                }
            }
            Json::Object(_) if self.is_record(value) => self.add(key, Record::Fields(value), value, context),
            Json::Object(_) if doubtful => self.skip("not a section of names"),
            Json::Object(fields) => {
                let scalars = fields.iter().all(|(_, value)| !value.is_container());
                let inner_known = fields.iter().any(|(key, _)| self.knows(key));
                // Variables have no parameters; and `{"momentum": {"oscillators": ["rsi"]}}` are categories.
                let holds_names = context.section == Section::Variables || self.holds_categories(fields);
                if (known || scalars) && !inner_known && !holds_names {
                    self.add(key, Record::Params(value), value, context);
                } else {
                    self.object(fields, Context { group: Some(key), ..context });
                }
            }
            Json::Text(text) if is_call_of(text, key) => self.add(key, Record::Call(text), value, context),
            Json::Text(text) if known || context.group.is_some() || context.section != Section::Any => {
                self.add(key, Record::Described(text), value, context);
            }
            _ if known && (context.group.is_some() || context.section != Section::Any) => {
                self.add(key, Record::Bare, value, context);
            }
            other if known => self.miss(format!("{} that says nothing of a name", other.what())),
            other => self.skip(format!("{} that says nothing of a name", other.what())),
        }
    }

    fn add(&mut self, name: &str, record: Record<'j, 't>, raw: &'j Json<'t>, context: Context<'j>) {
        if self.found.len() >= self.most {
            self.surplus += 1;
            return;
        }
        // A record under a key that is no name, `{"0": {"name": "rsi"}}`, may name itself.
        let own = || match record {
            Record::Fields(fields) => name::of_record(fields, self.known),
            _ => None,
        };
        let named = name::normalize(name, self.known).or_else(|reason| {
            own().map_or(Err(reason.clone()), |own| name::normalize(own, self.known).or(Err(reason)))
        });
        match named {
            Ok(name) => {
                let Context { section, group } = context;
                self.found.push(Found { name, path: self.path.clone(), section, group, record, raw });
            }
            // A label may hide a name; `+` and `and` hide none.
            Err(reason)
                if name.chars().any(char::is_alphabetic) && !words::is_reserved(&name.trim().to_lowercase()) =>
            {
                self.miss(reason);
            }
            Err(reason) => self.skip(reason),
        }
    }

    /// Skips what may have held a name.
    fn miss(&mut self, reason: impl Into<String>) {
        self.incomplete = true;
        self.skip(reason);
    }

    fn skip(&mut self, reason: impl Into<String>) {
        self.skips.add(&self.path, reason);
    }

    /// Whether the bundled catalog has the name, in whatever case.
    fn knows(&self, name: &str) -> bool {
        self.known.get(name).is_some()
            || (name.bytes().any(|byte| byte.is_ascii_uppercase()) && self.known.get(&name.to_lowercase()).is_some())
    }

    /// Whether a value holds a name that we know, directly: as a text, a key, or the name of a record.
    fn holds_known(&self, value: &Json<'_>) -> bool {
        match value {
            Json::List(items) => items.iter().take(100).any(|item| match item {
                Json::Text(text) => self.knows(text.split_once('(').map_or(&**text, |(name, _)| name).trim()),
                Json::Object(_) => name::of_record(item, self.known).is_some_and(|name| self.knows(name.trim())),
                _ => false,
            }),
            Json::Object(fields) => fields.iter().take(100).any(|(key, _)| self.knows(key)),
            _ => false,
        }
    }

    /// Whether an object is a map from categories to names, some of which we know.
    fn holds_categories(&self, fields: &[(Cow<'_, str>, Json<'_>)]) -> bool {
        let is_part =
            |key: &str| words::is_series_name(key) || crate::declare::is_param_name(key) || key.contains("type");
        fields.iter().all(|(key, value)| value.is_container() && !is_part(key))
            && fields.iter().any(|(_, value)| self.holds_known(value))
    }

    /// Whether an object looks like the record of one name.
    fn is_record(&self, value: &Json<'_>) -> bool {
        let Json::Object(fields) = value else { return false };
        // `{"type": "integer", "default": 14}` is the record of a parameter, and has no place here.
        fields.iter().any(|(key, value)| {
            words::is_record_field(key) && *value != Json::Null && !(self.knows(key) && value.is_container())
        })
    }

    /// `categories: {"momentum": ["rsi"]}` and its like, of the words that mostly hold no names.
    fn is_category_map(&self, key: &str, value: &Json<'_>) -> bool {
        if !matches!(&*super::json::plain(key), "categories" | "groups" | "types") {
            return false;
        }
        match value {
            Json::Object(fields) => fields.iter().any(|(_, value)| self.holds_known(value)),
            Json::List(items) => items.iter().any(|item| matches!(item, Json::Object(fields) if holds_records(fields))),
            _ => false,
        }
    }
}

/// Whether an object holds further records: `{"category": "momentum", "indicators": [...]}`.
fn holds_records(fields: &[(Cow<'_, str>, Json<'_>)]) -> bool {
    fields.iter().any(|(key, value)| {
        let holder = words::HOLDERS.contains(&&*super::json::plain(key));
        holder
            && match value {
                Json::List(items) => !items.is_empty(),
                Json::Object(inner) => inner.iter().any(|(_, value)| value.is_container()),
                _ => false,
            }
    })
}

/// Whether an object tells how something is called or what it returns, as only the record of a name does.
fn tells_a_call(value: &Json<'_>) -> bool {
    let tells = |names: &[&str]| value.field(names).is_some();
    tells(&words::PARAMS) || tells(&words::INPUTS) || tells(&words::OUTPUTS) || tells(&words::SIGNATURES)
}

fn is_call_of(text: &str, name: &str) -> bool {
    text.split_once('(').is_some_and(|(before, _)| before.trim().eq_ignore_ascii_case(name))
}

fn push_key(path: &mut String, key: &str) {
    if name::is_identifier(key) {
        path.push('.');
        path.push_str(key);
    } else {
        path.push_str(&format!("[\"{}\"]", name::clipped(key)));
    }
}
