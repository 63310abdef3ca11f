//! What is asked beside backtests: expressions over the market, and pages of documentation. None of it changes anything.

use reqwest::Method;
use reqwest::header::{ACCEPT, HeaderMap, HeaderValue, IF_NONE_MATCH};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::client::{Client, read};
use crate::envelope::{self, Answer};
use crate::error::ApiError;
use crate::models::{
    DocsList, DocsPage, EvaluateRequest, Evaluated, RankRequest, Ranking, ScanRequest, Scanned, markdown_of,
};
use crate::transport::Request;

/// Bytes of a page of documentation; a book has less.
const LONGEST_PAGE: usize = 4 << 20;

/// HTTP's word for a page that is still the one that the asker has.
const NOT_MODIFIED: u16 = 304;

impl Client {
    /// `POST /market/evaluate`: changes nothing, so an error never leaves in doubt what happened.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn evaluate(&self, request: &EvaluateRequest) -> Result<Answer<Evaluated>, ApiError> {
        self.inquire(&["market", "evaluate"], request).await
    }

    /// `POST /market/scan`: changes nothing.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn scan(&self, request: &ScanRequest) -> Result<Answer<Scanned>, ApiError> {
        self.inquire(&["market", "scan"], request).await
    }

    /// `POST /market/rank`: changes nothing.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn rank(&self, request: &RankRequest) -> Result<Answer<Ranking>, ApiError> {
        self.inquire(&["market", "rank"], request).await
    }

    /// `GET /docs`; needs no key.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn docs(&self) -> Result<Answer<DocsList>, ApiError> {
        self.get(&["docs"], &()).await
    }

    /// `GET /docs/{topic}` as Markdown; needs no key. `etag` is that of the version one has.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn docs_page(&self, topic: &str, etag: Option<&str>) -> Result<DocsPage, ApiError> {
        let mut headers = HeaderMap::new();
        let accept = "text/markdown, text/plain;q=0.9, application/json;q=0.5";
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        // An ETag that came from a server and can't be sent back is none.
        if let Some(etag) = etag.and_then(|etag| HeaderValue::from_str(etag).ok()) {
            headers.insert(IF_NONE_MATCH, etag);
        }
        let asked = headers.contains_key(IF_NONE_MATCH);
        let url = self.address(&["docs", topic], &())?;
        let received = self.transport.call(Request { method: Method::GET, url, headers, body: None }).await?;
        if received.status == NOT_MODIFIED && asked {
            return Ok(DocsPage::NotModified);
        }
        let etag = received.header("etag").map(str::to_owned);
        if !(200..300).contains(&received.status) {
            let nothing = || ApiError::Protocol(format!("HTTP {} with no word of what is wrong", received.status));
            return Err(received.fault.clone().unwrap_or_else(nothing));
        }
        if received.body.len() > LONGEST_PAGE {
            return Err(ApiError::Protocol(format!("the page is longer than {} MB", LONGEST_PAGE >> 20)));
        }
        Ok(DocsPage::Page { markdown: markdown(received.status, received.body)?, etag })
    }

    /// A `POST` that changes nothing.
    async fn inquire<T: DeserializeOwned>(
        &self,
        segments: &[&str],
        body: &(impl Serialize + Sync),
    ) -> Result<Answer<T>, ApiError> {
        let url = self.address(segments, &())?;
        let body = serde_json::to_vec(body)
            .map_err(|error| ApiError::Setup(format!("the request can't be written as JSON: {error}")))?;
        let answer = self.transport.inquire(url, body).await?;
        let data = read(&answer.raw)?;
        Ok(answer.map(|()| data))
    }
}

/// A page's text: what came, or what an envelope around it holds.
fn markdown(status: u16, bytes: Vec<u8>) -> Result<String, ApiError> {
    let start = bytes.trim_ascii_start();
    if start.starts_with(b"{") {
        // Markdown does not begin with a brace; a server that pays no heed to `Accept` sends its envelope.
        let answer = envelope::open(status, &bytes, None)?;
        return markdown_of(&answer.raw).ok_or_else(|| ApiError::Protocol("it holds no text of a page".to_owned()));
    }
    let begins = |word: &[u8]| start.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    if begins(b"<!doctype html") || begins(b"<html") {
        let page = "it is a web page and no Markdown; perhaps a login, or a proxy's error";
        return Err(ApiError::Protocol(page.to_owned()));
    }
    String::from_utf8(bytes).map_err(|_| ApiError::Protocol("it is no UTF-8 text".to_owned()))
}
