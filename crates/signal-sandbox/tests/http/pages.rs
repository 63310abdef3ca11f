//! The sandbox's documentation, in the envelope and as Markdown, and that its list of endpoints is true.

use signal_api::endpoints::{ENDPOINTS, Verb};
use signal_api::models::DocsPage;
use signal_catalog::Catalog;
use signal_sandbox::Options;

use crate::support::{block_on, key_of, raw, start};

#[test]
fn pages_come_in_the_envelope_or_as_markdown() {
    block_on(async {
        let (running, client) = start(Options::default()).await;
        let list = client.docs().await.unwrap().data;
        let ids: Vec<_> = list.documents.iter().map(|page| page.id.as_str()).collect();
        assert_eq!(ids, ["signal-dsl", "operators", "data", "api-reference"]);
        assert!(list.documents.iter().all(|page| !page.description.is_empty()));
        for id in ids {
            let path = format!("GET /api/v1/docs/{id}");
            let wrapped = raw(running.local_addr(), &path, "", "").await.json();
            let page = raw(running.local_addr(), &path, "Accept: text/markdown\r\n", "").await;
            assert!(page.head.contains("content-type: text/markdown"), "{}", page.head);
            assert_eq!(wrapped["data"]["content"].as_str(), Some(page.body.as_str()), "{id}");
            let DocsPage::Page { markdown, etag } = client.docs_page(id, None).await.unwrap() else {
                panic!("{id} is there")
            };
            assert_eq!(markdown, page.body);
            assert_eq!(client.docs_page(id, etag.as_deref()).await.unwrap(), DocsPage::NotModified, "{id}");
            assert!(matches!(client.docs_page(id, Some("\"old\"")).await.unwrap(), DocsPage::Page { .. }), "{id}");
        }
        let list = raw(running.local_addr(), "GET /api/v1/docs", "Accept: text/markdown\r\n", "").await;
        assert!(list.body.starts_with("# Documentation") && list.body.contains("/docs/operators"));
        let unknown = raw(running.local_addr(), "GET /api/v1/docs/operator", "", "").await;
        assert_eq!((unknown.status, unknown.code().as_str()), (404, "NOT_FOUND"));
        assert!(unknown.body.contains("did you mean /docs/operators?"), "{}", unknown.body);
    });
}

#[test]
fn every_name_of_the_catalog_is_on_a_page() {
    block_on(async {
        let (_running, client) = start(Options::default()).await;
        let mut text = String::new();
        for id in ["operators", "data"] {
            let DocsPage::Page { markdown, .. } = client.docs_page(id, None).await.unwrap() else { panic!("{id}") };
            text.push_str(&markdown);
        }
        for entry in Catalog::bundled().entries() {
            let called = [format!("`{}`", entry.name), format!("`{}(", entry.name)];
            assert!(called.iter().any(|name| text.contains(name)), "{}", entry.name);
        }
    });
}

/// What the page tells, held against what the server answers.
#[test]
fn the_reference_tells_which_endpoints_there_are() {
    block_on(async {
        let (running, client) = start(Options::default()).await;
        let DocsPage::Page { markdown, .. } = client.docs_page("api-reference", None).await.unwrap() else { panic!() };
        for endpoint in ENDPOINTS {
            let path = endpoint.path.replace("{id}", "x").replace("{sub_id}", "y");
            let line = format!("{} /api/v1{path}", endpoint.verb);
            // With a body that no endpoint takes.
            let body = if endpoint.verb == Verb::Get { "" } else { "[]" };
            let answer = raw(running.local_addr(), &line, &key_of(&running), body).await;
            let code = if answer.body.contains("\"success\":false") { answer.code() } else { String::new() };
            let served = !matches!(code.as_str(), "NOT_FOUND" | "METHOD_NOT_ALLOWED");
            let told = markdown.contains(&format!("| {} | `{}` |", endpoint.verb, endpoint.path));
            let missing = markdown.contains(&format!("`{} {}`", endpoint.verb, endpoint.path));
            assert_eq!((told, missing), (served, !served), "{} {}", endpoint.verb, endpoint.path);
        }
    });
}
