//! Where on the web the tool and its rules are described.

use crate::input::BEFORE_RULES;
use crate::render::visible;

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

/// Whether an address from a server is fit to be a link: of the web, and without a character that no address has, so that
/// it reads as what it is and can't break out of where it stands.
pub(crate) fn is_clean(address: &str) -> bool {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    let odd =
        |c: char| c.is_whitespace() || c.is_control() || visible::is_unprintable(c) || "\"'<>\\^`{|}@".contains(c);
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '['))
        && address.is_ascii()
        && address.len() <= 2_000
        && !address.contains(odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_clean_addresses_become_links() {
        for address in [
            "https://hey-traders.com/dashboard/backtest/detail/1?a=b&c=%20#x",
            "http://127.0.0.1:80/d",
            "http://[::1]:1/",
        ] {
            assert!(is_clean(address), "{address}");
        }
        let long = format!("https://a/{}", "x".repeat(3_000));
        for address in [
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https://",
            "https:///x",
            "https://a b",
            "https://a\u{1b}]8;;evil",
            "https://a\u{202e}b",
            "https://user@evil.example/",
            "https://a\"onclick=",
            "https://höst/",
            long.as_str(),
        ] {
            assert!(!is_clean(address), "{address:?}");
        }
    }
}
