//! The sandbox's own documentation, as the service has some: written from the grammar's reference, the catalog and the table
//! of endpoints, and marked as what it is.

mod endpoints;
mod names;

/// A page.
pub(crate) struct Page {
    /// What stands behind `/docs/`.
    pub id: &'static str,
    pub title: &'static str,
    /// What it is about, in a line.
    pub description: &'static str,
    /// As Markdown.
    pub text: fn() -> String,
}

/// Every page; ids are the service's.
pub(crate) const PAGES: [Page; 4] = [
    Page {
        id: "signal-dsl",
        title: "Signal DSL",
        description: "Script guide: lines, expressions, calls, directives",
        text: || page(&format!("{GUIDE}\n{EXPRESSIONS}")),
    },
    Page {
        id: "operators",
        title: "Operators and indicators",
        description: "Every name that can be called, with its parameters and warm-up",
        text: || page(&names::operators()),
    },
    Page {
        id: "data",
        title: "Data variables",
        description: "Prices and other names that hold data, and what the sandbox's bars are",
        text: || page(&names::data()),
    },
    Page {
        id: "api-reference",
        title: "API reference",
        description: "Endpoints that the sandbox serves, and those of the service that it does not",
        text: || page(&endpoints::reference()),
    },
];

/// Said at the head of every page: nobody should take it for the service's word.
const NOTE: &str = "> This page is the sandbox's own. HeyTraders' documentation is at `https://hey-traders.com/api/v1/docs` and may say \
                    otherwise.\n\n";

/// The language's reference of this project; its links lead into the repository, which a reader of the API does not have.
const GUIDE: &str = include_str!("../../../grammar/README.md");

const EXPRESSIONS: &str = "\
## Expressions by themselves

`POST /market/evaluate`, `/market/scan` and `/market/rank` take one expression instead of a script:

```signal
rsi(close, 14)[-1]
```

It is computed over the last closed bars; its value is the one on the last bar. A scan takes a condition, a ranking a number.
";

/// The list of pages as Markdown.
pub(crate) fn list() -> String {
    let mut text = String::from("# Documentation\n\n");
    for page in &PAGES {
        text.push_str(&format!("- `/docs/{}`: **{}**. {}\n", page.id, page.title, page.description));
    }
    self::page(&text)
}

/// A text with the note below its first heading, and without links that lead nowhere.
fn page(text: &str) -> String {
    let (title, rest) = text.split_once("\n\n").unwrap_or((text, ""));
    format!("{title}\n\n{NOTE}{}", without_relative_links(rest))
}

/// `[text](../file)` as `text`; links to other hosts and to headings stay.
fn without_relative_links(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(middle) = rest.find("](") {
        let target = &rest[middle + 2..];
        let end = target.find(')');
        let start = rest[..middle].rfind('[');
        match (start, end) {
            (Some(start), Some(end)) if !target[..end].contains("://") && !target.starts_with('#') => {
                result.push_str(&rest[..start]);
                result.push_str(&rest[start + 1..middle]);
                rest = &target[end + 1..];
            }
            _ => {
                result.push_str(&rest[..middle + 2]);
                rest = target;
            }
        }
    }
    result.push_str(rest);
    result
}

/// FNV-1a of a text: tells versions of a page apart, and nothing else.
pub(crate) fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_into_the_repository_become_their_texts() {
        for (text, expected) in [
            ("see [`a.ebnf`](a.ebnf), which", "see `a.ebnf`, which"),
            ("[x](https://a.b/c) and [y](../y)", "[x](https://a.b/c) and y"),
            ("`x[-1]` then [there](#there)", "`x[-1]` then [there](#there)"),
            ("bars](", "bars]("),
        ] {
            assert_eq!(without_relative_links(text), expected);
        }
    }

    #[test]
    fn every_page_has_a_title_and_says_whose_it_is() {
        for page in &PAGES {
            let text = (page.text)();
            assert!(text.starts_with("# ") && text.contains("the sandbox's own"), "{}", page.id);
            assert!(text.len() > 1_000 && text.ends_with('\n'), "{}", page.id);
        }
    }
}
