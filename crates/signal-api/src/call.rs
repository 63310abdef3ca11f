//! Calls to any endpoint, known or not, answered with what came.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};

use crate::client::Client;
use crate::endpoints::Verb;
use crate::error::ApiError;
use crate::transport::Request;

/// A call to an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The method. A `GET` is tried again after a failure that may pass, anything else is sent once.
    pub verb: Verb,
    /// The path below the base URL, segment by segment, nothing in it escaped.
    pub segments: Vec<String>,
    /// What stands behind the `?`, in order; a name may come several times.
    pub query: Vec<(String, String)>,
    /// Headers beside those that every request has. The key's has no place here.
    pub headers: Vec<(String, String)>,
    /// The body, JSON.
    pub body: Option<Vec<u8>>,
}

/// What came back, whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// HTTP status.
    pub status: u16,
    /// What HTTP calls the status; empty where it has no name.
    pub reason: &'static str,
    /// The headers in their order, the key overwritten should the server repeat it. Not sanitized.
    pub headers: Vec<(String, String)>,
    /// The body as it came, but for the key.
    pub body: Vec<u8>,
    /// What is wrong with it: a refusal, or something that is no answer.
    pub fault: Option<ApiError>,
}

impl Received {
    /// The first header of a name (in small letters), as text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

impl Client {
    /// Any call. A refusal is an answer, told by [`Received::fault`].
    ///
    /// # Errors
    /// See [`ApiError`]: no whole answer came, or nothing could be sent.
    pub async fn call(&self, call: &Call) -> Result<Received, ApiError> {
        let request = Request {
            method: method(call.verb),
            url: self.url_of(call)?,
            headers: headers(&call.headers)?,
            body: call.body.clone(),
        };
        self.transport.call(request).await
    }

    /// The address that a call goes to.
    ///
    /// # Errors
    /// [`ApiError::BadId`] for a segment that is none.
    pub fn address_of(&self, call: &Call) -> Result<String, ApiError> {
        Ok(self.url_of(call)?.to_string())
    }

    fn url_of(&self, call: &Call) -> Result<Url, ApiError> {
        let segments: Vec<&str> = call.segments.iter().map(String::as_str).collect();
        let mut url = self.transport.destination.address(&segments)?;
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&call.query);
        }
        Ok(url)
    }
}

fn method(verb: Verb) -> Method {
    match verb {
        Verb::Get => Method::GET,
        Verb::Post => Method::POST,
        Verb::Put => Method::PUT,
        Verb::Patch => Method::PATCH,
        Verb::Delete => Method::DELETE,
    }
}

fn headers(pairs: &[(String, String)]) -> Result<HeaderMap, ApiError> {
    let unfit = |name: &str| ApiError::Setup(format!("the header `{}` can't be sent", crate::sanitize(name)));
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        let (Ok(header), Ok(value)) = (HeaderName::try_from(name.as_str()), HeaderValue::try_from(value.as_str()))
        else {
            return Err(unfit(name));
        };
        headers.append(header, value);
    }
    Ok(headers)
}
