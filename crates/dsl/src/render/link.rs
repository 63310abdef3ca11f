//! Where on the web the tool and its rules are described.

use crate::input::BEFORE_RULES;

/// The project's repository, as `Cargo.toml` names it; empty where it names none.
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// Where to read about the tool; failing a repository, about the language.
pub(crate) fn home() -> String {
    match REPOSITORY {
        "" => format!("{}/docs/signal-dsl", signal_api::DEFAULT_BASE_URL),
        address => address.to_owned(),
    }
}

/// The page of a rule, where there is a repository that holds it.
pub(crate) fn rule(name: &str) -> Option<String> {
    let has_page = signal_analysis::rule(name).is_some() || BEFORE_RULES.iter().any(|(bare, ..)| *bare == name);
    (has_page && !REPOSITORY.is_empty()).then(|| format!("{REPOSITORY}/blob/main/docs/rules/{name}.md"))
}
