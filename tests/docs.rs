//! `dsl docs`: pages fetched, kept, shown and told old; without the key, and harmless for a terminal.

use crate::capture::{Answer, Capture, Request, said};
use crate::scratch::Scratch;

const LIST: &str =
    r#"{"documents":[{"id":"signal-dsl","description":"The guide"},{"id":"futures","description":"New"}]}"#;

/// A service with a list and two pages, whose version is `v1`.
fn library(request: &Request, _before: usize) -> Answer {
    match request.line() {
        "GET /api/v1/docs" => said(LIST),
        "GET /api/v1/docs/signal-dsl" if request.head.to_lowercase().contains("if-none-match: \"v1\"") => {
            (304, "ETag: \"v1\"\r\n".to_owned(), String::new())
        }
        "GET /api/v1/docs/signal-dsl" => {
            let (status, _, body) =
                said(r##"{"content":"# The guide\n\nHello `close`.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"}"##);
            (status, "ETag: \"v1\"\r\n".to_owned(), body)
        }
        "GET /api/v1/docs/futures" => said(r##""# Futures\n\n\u001b[2J[x](https://a.b/\u202e)""##),
        _ => (
            404,
            String::new(),
            r#"{"success":false,"error":{"code":"NOT_FOUND","message":"no such page"}}"#.to_owned(),
        ),
    }
}

fn lines(service: &Capture) -> Vec<String> {
    service.requests().iter().map(|request| request.line().to_owned()).collect()
}

/// Makes what is kept look as if it had been fetched long ago.
fn age(scratch: &Scratch) {
    let folder = std::fs::read_dir(scratch.path(".cache/dsl/docs")).unwrap().next().unwrap().unwrap().path();
    for file in std::fs::read_dir(folder).unwrap() {
        let file = file.unwrap().path();
        let mut kept: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        kept["fetched_at"] = "2026-01-01T00:00:00Z".into();
        std::fs::write(file, kept.to_string()).unwrap();
    }
}

#[test]
fn a_page_is_fetched_once_and_asked_for_again_when_it_is_old() {
    let service = Capture::start(library);
    let scratch = service.client();
    let first = scratch.dsl("docs signal-dsl");
    first.check(0, &["The guide\n═════════", "Hello `close`.", " a   b"], &[]);
    assert_eq!(scratch.dsl("docs signal-dsl").out, first.out);
    assert_eq!(lines(&service).len(), 1, "kept");
    scratch.dsl("docs signal-dsl -v").check(0, &[], &["--refresh asks anew"]);
    scratch.dsl("docs signal-dsl --refresh").check(0, &["The guide"], &[]);
    assert_eq!(lines(&service).len(), 2);
    age(&scratch);
    scratch.dsl("docs signal-dsl").check(0, &["The guide"], &[]);
    scratch.dsl("docs signal-dsl").check(0, &["The guide"], &[]);
    assert_eq!(lines(&service).len(), 3, "asked whether it has changed, once");
    for request in service.requests() {
        let head = request.head.to_lowercase();
        assert!(head.contains("accept: text/markdown"), "{head}");
        assert!(!head.contains("authorization") && !head.contains("ht_prov"), "pages are public: {head}");
    }
    assert!(service.requests()[2].head.to_lowercase().contains("if-none-match: \"v1\""));
}

#[test]
fn without_a_network_the_kept_page_is_shown_with_its_age() {
    let service = Capture::start(library);
    let scratch = service.client();
    scratch.dsl("docs signal-dsl").check(0, &[], &[]);
    age(&scratch);
    let silent = Capture::start(|_, _| (500, String::new(), String::new()));
    // The same pages under the name of a service that does not answer any more.
    let cache = scratch.path(".cache/dsl/docs");
    let folder =
        |url: &str| cache.join(url.replace(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '-'), "_"));
    std::fs::rename(folder(&service.url), folder(&silent.url)).unwrap();
    let file = folder(&silent.url).join("signal-dsl.json");
    let text = std::fs::read_to_string(&file).unwrap().replace(&service.url, &silent.url);
    std::fs::write(&file, text).unwrap();
    let scratch = scratch.set("HEYTRADERS_BASE_URL", &silent.url);
    scratch.dsl("docs signal-dsl").check(0, &["The guide"], &["this page was fetched", "ago"]);
    scratch.dsl("docs signal-dsl --refresh").check(6, &[], &["without --refresh"]);
    scratch.dsl("docs operators").check(6, &[], &["dsl docs --sandbox"]);
}

#[test]
fn pages_of_one_server_are_not_those_of_another() {
    let (one, other) = (Capture::start(library), Capture::start(library));
    let scratch = one.client();
    scratch.dsl("docs signal-dsl").check(0, &[], &[]);
    let scratch = scratch.set("HEYTRADERS_BASE_URL", &other.url);
    scratch.dsl("docs signal-dsl").check(0, &[], &[]);
    assert_eq!((lines(&one).len(), lines(&other).len()), (1, 1));
}

#[test]
fn the_list_is_the_servers_or_else_the_one_that_is_published() {
    let service = Capture::start(library);
    service.client().dsl("docs").check(0, &["signal-dsl", "The guide", "futures"], &[]);
    assert_eq!(service.client().dsl("docs --raw").check(0, &[], &[]).out, "signal-dsl\nfutures\n");
    let silent = Capture::start(|_, _| (404, String::new(), String::new()));
    silent.client().dsl("docs").check(0, &["signal-dsl", "operators", "data", "api-reference"], &["published text"]);
}

#[test]
fn a_page_that_only_the_server_knows_is_shown_and_an_unknown_one_has_a_neighbour() {
    let service = Capture::start(library);
    let scratch = service.client();
    let ran = scratch.dsl("docs futures");
    ran.check(0, &["Futures", "\\u{1b}[2J"], &[]);
    assert!(!ran.out.contains(['\u{1b}', '\u{202e}']), "{:?}", ran.out);
    scratch.dsl("docs Futures --raw").check(0, &["# Futures\n\n\\u001b[2J"], &[]);
    scratch.dsl("docs future").check(3, &[], &["there is no page `future`", "did you mean `dsl docs futures`?"]);
    for topic in ["../../etc", "a/b", ".list", "%2e%2e"] {
        scratch.dsl(&format!("docs {topic}")).check(3, &[], &["there is no page"]);
    }
    let asked = lines(&service);
    assert!(asked.iter().all(|line| ["docs", "futures"].contains(&line.rsplit('/').next().unwrap())), "{asked:#?}");
}

#[test]
fn raw_is_what_the_server_wrote() {
    let service = Capture::start(library);
    let text = service.client().dsl("docs signal-dsl --raw").check(0, &[], &[]).out.clone();
    assert_eq!(text, "# The guide\n\nHello `close`.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n");
}

#[test]
fn the_sandbox_has_pages_of_its_own_and_keeps_none() {
    let scratch = Scratch::new();
    for (topic, words) in [
        ("signal-dsl", "The Signal DSL"),
        ("operators", "`rsi(real"),
        ("data", "close"),
        ("api-reference", "/market/evaluate"),
    ] {
        let ran = scratch.dsl(&format!("docs {topic} --sandbox"));
        ran.check(0, &[words, "This page is the sandbox's own"], &[]);
        let words = ran.out.lines().filter(|line| !line.starts_with("    "));
        assert!(words.map(|line| line.chars().count()).all(|columns| columns <= 100), "{topic} is wrapped");
        assert!(!ran.out.contains('\u{1b}'), "no colours in a pipe");
    }
    assert!(!scratch.path(".cache").exists());
}
