//! Every endpoint of the API as data: method, path, who may call it, what it takes and what it changes.
//!
//! From the service's published text; what that text does not tell is left out, and never guessed: an endpoint without
//! parameters here may take some.

mod table;

use std::fmt;
use std::str::FromStr;

pub use table::ENDPOINTS;

/// An endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The method.
    pub verb: Verb,
    /// The path below the base URL, with placeholders: `/backtest/status/{id}`.
    pub path: &'static str,
    /// Where the documentation lists it.
    pub group: Group,
    /// What it does, in a few words.
    pub purpose: &'static str,
    /// Whether it needs an API key.
    pub needs_key: bool,
    /// The right that the key needs; `None` where the documentation does not tell, or no key is needed.
    pub scope: Option<Scope>,
    /// What the documentation says it takes.
    pub parameters: &'static [Parameter],
    /// What a call changes.
    pub effect: Effect,
    /// Whether its list comes in pages.
    pub paginated: bool,
    /// Whether it has a row of its own in the documentation's tables; else a sentence there names it.
    pub tabled: bool,
}

/// An HTTP method of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verb {
    /// Reads.
    Get,
    /// Starts, asks with a body, or makes.
    Post,
    /// Replaces.
    Put,
    /// Changes a part.
    Patch,
    /// Removes.
    Delete,
}

/// A group of the documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// Keys and agents.
    Auth,
    /// About the service.
    Meta,
    /// Prices and expressions.
    Market,
    /// Linked exchange accounts.
    Accounts,
    /// Live orders.
    Orders,
    /// Backtests.
    Backtest,
    /// Strategies that trade or signal live.
    LiveStrategies,
    /// Leaderboard, posts and profiles.
    Arena,
    /// Documentation.
    Docs,
}

/// A right that a key may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Market data, backtests, the arena: what every key starts with.
    Research,
    /// Balances and positions of linked accounts: keys of claimed agents.
    Read,
    /// Live orders: only where the user has agreed to it.
    Trade,
}

/// What a call changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Nothing: it reads or computes.
    Reads,
    /// Something of one's own that can be changed back.
    Changes,
    /// Makes a key, which the answer shows once.
    IssuesKey,
    /// Takes a backtest from the quota.
    SpendsQuota,
    /// Places a live order.
    PlacesOrder,
    /// Cancels a live order.
    CancelsOrder,
    /// Starts, stops or pauses a live subscription, which may trade.
    TradesLive,
    /// Shows something to everybody.
    Publishes,
    /// Removes something.
    Deletes,
}

/// Where a parameter is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// In the address, behind `?`.
    Query,
    /// In the JSON body.
    Body,
}

/// What a parameter's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Text.
    Text,
    /// A number written as text, so that no digit of it is lost: `"0.01"`.
    Decimal,
    /// A number.
    Number,
    /// A list of texts.
    List,
}

/// A parameter of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Where it is sent.
    pub place: Place,
    /// Whether a call without it is refused; what is required in some cases only is not.
    pub required: bool,
    /// What its value is.
    pub kind: Kind,
    /// What it is, with its default and bounds.
    pub purpose: &'static str,
    /// The only values that it takes; empty where there is no such list.
    pub values: &'static [&'static str],
}

impl Endpoint {
    /// The endpoint that a call goes to. A literal segment of a template counts more than a placeholder.
    #[must_use]
    pub fn find(verb: Verb, path: &str) -> Option<&'static Self> {
        Self::at(path).find(|endpoint| endpoint.verb == verb)
    }

    /// Every endpoint at a path, in the table's order.
    pub fn at(path: &str) -> impl Iterator<Item = &'static Self> {
        let placeholders = |endpoint: &&Self| endpoint.path.matches('{').count();
        let fewest = ENDPOINTS.iter().filter(|endpoint| endpoint.matches(path)).map(|e| placeholders(&e)).min();
        ENDPOINTS.iter().filter(move |endpoint| Some(placeholders(endpoint)) == fewest && endpoint.matches(path))
    }

    /// Whether a path, concrete or with the template's own placeholders, is one of this endpoint's.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        let mut given = path.trim_matches('/').split('/');
        let fits = self.path.trim_matches('/').split('/').all(|expected| {
            given.next().is_some_and(|given| given == expected || (expected.starts_with('{') && !given.is_empty()))
        });
        fits && given.next().is_none()
    }

    /// The names of the path's placeholders, in order: `id`, `sub_id`.
    pub fn placeholders(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
    }
}

impl Verb {
    /// Every method of the API.
    pub const ALL: [Self; 5] = [Self::Get, Self::Post, Self::Put, Self::Patch, Self::Delete];

    /// The method as HTTP writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Verb {
    type Err = ();

    /// Reads a method in capitals or small letters.
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|verb| verb.as_str().eq_ignore_ascii_case(text)).ok_or(())
    }
}

impl Group {
    /// Every group, in the documentation's order.
    pub const ALL: [Self; 9] = [
        Self::Auth,
        Self::Meta,
        Self::Market,
        Self::Accounts,
        Self::Orders,
        Self::Backtest,
        Self::LiveStrategies,
        Self::Arena,
        Self::Docs,
    ];

    /// A word for it, the first segment of most of its paths.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Meta => "meta",
            Self::Market => "market",
            Self::Accounts => "accounts",
            Self::Orders => "orders",
            Self::Backtest => "backtest",
            Self::LiveStrategies => "live-strategies",
            Self::Arena => "arena",
            Self::Docs => "docs",
        }
    }
}

impl Scope {
    /// The API's word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Research => "research",
            Self::Read => "read",
            Self::Trade => "trade",
        }
    }
}

impl Effect {
    /// A word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Changes => "changes",
            Self::IssuesKey => "issues-key",
            Self::SpendsQuota => "spends-quota",
            Self::PlacesOrder => "places-order",
            Self::CancelsOrder => "cancels-order",
            Self::TradesLive => "trades-live",
            Self::Publishes => "publishes",
            Self::Deletes => "deletes",
        }
    }
}

impl Place {
    /// A word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Body => "body",
        }
    }
}

impl Kind {
    /// A word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Decimal => "decimal text",
            Self::Number => "number",
            Self::List => "list of texts",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_table_holds_every_endpoint_once() {
        let counts = Group::ALL.map(|group| ENDPOINTS.iter().filter(|endpoint| endpoint.group == group).count());
        // /meta/agents/me has no row in the documentation's tables: the text names it.
        assert_eq!(counts, [3, 3, 8, 4, 4, 9, 12, 16, 5]);
        assert_eq!(ENDPOINTS.len(), 64);
        let untabled: Vec<_> = ENDPOINTS.iter().filter(|endpoint| !endpoint.tabled).map(|e| e.path).collect();
        assert_eq!(untabled, ["/meta/agents/me"]);
        let unique: HashSet<_> = ENDPOINTS.iter().map(|endpoint| (endpoint.verb, endpoint.path)).collect();
        assert_eq!(unique.len(), ENDPOINTS.len());
        assert!(ENDPOINTS.is_sorted_by_key(|endpoint| endpoint.group), "groups stand together");
    }

    #[test]
    fn every_row_agrees_with_itself() {
        for endpoint in ENDPOINTS {
            let Endpoint { verb, path, purpose, .. } = endpoint;
            assert!(path.starts_with('/') && !path.ends_with('/') && !purpose.is_empty(), "{endpoint:?}");
            assert!(*verb != Verb::Get || endpoint.effect == Effect::Reads, "a GET changes nothing: {path}");
            assert!(*verb != Verb::Delete || endpoint.effect != Effect::Reads, "{path}");
            assert!(endpoint.scope.is_none() || endpoint.needs_key, "a right is a key's: {path}");
            assert!(!endpoint.paginated || *verb == Verb::Get, "{path}");
            let names: HashSet<_> = endpoint.parameters.iter().map(|parameter| parameter.name).collect();
            assert_eq!(names.len(), endpoint.parameters.len(), "{path}");
            let in_body = endpoint.parameters.iter().any(|parameter| parameter.place == Place::Body);
            assert!(!in_body || *verb != Verb::Get, "{path}");
            assert_eq!(Endpoint::find(*verb, path), Some(endpoint), "a template is its own path");
        }
    }

    #[test]
    fn a_concrete_path_finds_its_endpoint() {
        for (verb, path, expected) in [
            (Verb::Get, "/backtest/results/res_1/trades", Some("/backtest/results/{id}/trades")),
            (Verb::Get, "/live-strategies/subscriptions", Some("/live-strategies/subscriptions")),
            (Verb::Get, "live-strategies/subscriptions/7/", Some("/live-strategies/subscriptions/{id}")),
            (Verb::Post, "/live-strategies/7/pause/9", Some("/live-strategies/{id}/pause/{sub_id}")),
            (Verb::Delete, "/orders", None),
            (Verb::Get, "/orders//", Some("/orders")),
            (Verb::Get, "/backtest/results/res_1/trades/more", None),
            (Verb::Get, "/backtest/status/", None),
        ] {
            assert_eq!(Endpoint::find(verb, path).map(|endpoint| endpoint.path), expected, "{verb} {path}");
        }
        let pause = Endpoint::find(Verb::Post, "/live-strategies/7/pause/9").unwrap();
        assert_eq!(pause.placeholders().collect::<Vec<_>>(), ["id", "sub_id"]);
        assert_eq!("delete".parse(), Ok(Verb::Delete));
        assert_eq!("HEAD".parse::<Verb>(), Err(()));
    }
}
