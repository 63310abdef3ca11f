//! The vocabulary as a whole: where it comes from, and its entries by name.

use std::borrow::Cow;

use crate::{Entry, Text, bundled, declare, index};

/// All names of the language, with where the knowledge comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Catalog {
    pub(crate) entries: Cow<'static, [Entry]>,
    pub(crate) index: Cow<'static, [u16]>,
    pub(crate) origin: Origin,
    pub(crate) date: Text,
    pub(crate) hash: Text,
    pub(crate) covers: Covers,
}

/// Sorts of names of which a catalog says all that there are, so that one it lacks does not exist. The bundled one claims
/// none; the service's list covers what it has a list of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Covers {
    /// Names that are called.
    pub functions: bool,
    /// Names that hold data.
    pub variables: bool,
}

impl Covers {
    /// No sort.
    pub const NONE: Self = Self { functions: false, variables: false };
    /// Every sort.
    pub const ALL: Self = Self { functions: true, variables: true };
}

/// Where a catalog comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The snapshot that is part of the program.
    Bundled,
    /// The service's answer, kept in the user's cache.
    Cache,
    /// The service's answer, pinned in the project.
    Project,
}

impl Origin {
    /// `bundled`, `cache` or `project`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bundled => "bundled",
            Self::Cache => "cache",
            Self::Project => "project",
        }
    }
}

impl Catalog {
    /// The snapshot that is part of the program: static tables, nothing is read or parsed.
    #[must_use]
    pub fn bundled() -> &'static Self {
        &bundled::CATALOG
    }

    /// A catalog of these entries; one that is not bundled covers every sort of name. Of two with one name the later counts; those beyond the 65,535th name can't be found.
    #[must_use]
    pub fn from_entries(origin: Origin, date: impl Into<Text>, hash: impl Into<Text>, mut entries: Vec<Entry>) -> Self {
        // Later ones first, so that `dedup`, which keeps the first, keeps them; the sort is stable.
        entries.reverse();
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        entries.dedup_by(|later, earlier| later.name == earlier.name);
        entries.truncate(usize::from(index::EMPTY));
        let index = index::table(entries.iter().map(|entry| &*entry.name));
        let covers = if origin == Origin::Bundled { Covers::NONE } else { Covers::ALL };
        Self {
            entries: Cow::Owned(entries),
            index: Cow::Owned(index),
            origin,
            date: date.into(),
            hash: hash.into(),
            covers,
        }
    }

    /// This catalog, covering these sorts of names and no other.
    #[must_use]
    pub const fn covering(mut self, covers: Covers) -> Self {
        self.covers = covers;
        self
    }

    /// This catalog with entries that the author declared laid over it. A declaration adds to what is known: where it
    /// is silent on how to call a name, or on a call's lookback, what the catalog knows stays.
    #[must_use]
    pub fn with(&self, declared: impl IntoIterator<Item = Entry>) -> Self {
        let mut entries = self.entries.to_vec();
        for entry in declared {
            let merged = match self.get(&entry.name) {
                Some(known) => declare::merge(known, entry),
                None => entry,
            };
            entries.push(merged);
        }
        Self::from_entries(self.origin, self.date.clone(), self.hash.clone(), entries).covering(self.covers)
    }

    /// The entry of this name, in exactly this spelling.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Entry> {
        let is_it = |position: usize| self.entries.get(position).is_some_and(|entry| entry.name == name);
        self.entries.get(index::find(&self.index, name, is_it)?)
    }

    /// All entries, sorted by name.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// All names, sorted.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.entries.iter().map(|entry| &*entry.name)
    }

    /// Where it comes from.
    #[must_use]
    pub const fn origin(&self) -> Origin {
        self.origin
    }

    /// The day of the snapshot, or on which it was fetched: `2026-01-31`.
    #[must_use]
    pub fn date(&self) -> &str {
        &self.date
    }

    /// A hash of the content it was made of, in hexadecimal digits.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Sorts of names of which it lists all, so that one that is missing here does not exist.
    #[must_use]
    pub const fn covers(&self) -> Covers {
        self.covers
    }

    /// Whether it is the service's own list; [`Catalog::covers`] says of which names.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        !matches!(self.origin, Origin::Bundled)
    }
}
