//! Where requests may go: https, or this machine; and how addresses are put together from it.

use std::net::IpAddr;

use reqwest::Url;

use crate::error::ApiError;
use crate::text::sanitize;

const NO_SCHEME: &str = "it starts with neither https:// nor http://";

/// A base URL as it is used and may be shown: without a slash at its end, what is unusual in it escaped.
///
/// # Errors
/// As [`Client::new`](crate::Client::new) for a base URL to which key and script may not be sent.
pub fn base_url(text: &str) -> Result<String, ApiError> {
    Ok(Destination::new(text)?.as_str().to_owned())
}

/// Scheme, host and port of a base URL: `https://hey-traders.com`. A key that is meant for one origin goes to no other.
///
/// # Errors
/// As [`base_url`].
pub fn origin(text: &str) -> Result<String, ApiError> {
    Ok(Destination::new(text)?.base.origin().ascii_serialization())
}

/// A base URL that key and script may be sent to.
#[derive(Clone, Debug)]
pub(crate) struct Destination {
    base: Url,
    /// Whether it is this machine: no proxy then, and no certificates.
    pub(crate) loopback: bool,
}

impl Destination {
    /// Checks a base URL.
    ///
    /// # Errors
    /// [`ApiError::BadUrl`] when it is no plain http(s) address, [`ApiError::KeyNotAllowed`] when it is http to another machine.
    pub(crate) fn new(text: &str) -> Result<Self, ApiError> {
        let bad = |url: &str, reason: &str| ApiError::BadUrl { url: sanitize(url), reason: reason.to_owned() };
        let mut base = Url::parse(text.trim()).map_err(|error| {
            // What is no address may be a key that stands in the wrong place, or hold a password: it is not repeated.
            match (text.contains("://"), text.contains(['@', '?', '#'])) {
                (false, _) => bad("...", NO_SCHEME),
                (true, true) => bad("...", &error.to_string()),
                (true, false) => bad(text, &error.to_string()),
            }
        })?;
        let has_user = !base.username().is_empty() || base.password().is_some();
        let has_more = base.query().is_some() || base.fragment().is_some();
        // Neither can fail for a URL that has a user.
        let _ = base.set_username("");
        let _ = base.set_password(None);
        base.set_query(None);
        base.set_fragment(None);
        if has_user {
            return Err(bad(base.as_str(), "it holds a user name; the key goes into its own setting"));
        }
        if !matches!(base.scheme(), "http" | "https") {
            return Err(bad(base.as_str(), NO_SCHEME));
        }
        if has_more {
            return Err(bad(base.as_str(), "it has a `?` or `#` part"));
        }
        let loopback = is_loopback(&base);
        if base.scheme() == "http" && !loopback {
            return Err(ApiError::KeyNotAllowed { url: base.to_string() });
        }
        Ok(Self { base, loopback })
    }

    /// The base URL, without a slash at its end.
    pub(crate) fn as_str(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// Whether it is plain http, which only this machine may be.
    pub(crate) fn is_plain(&self) -> bool {
        self.base.scheme() == "http"
    }

    /// Host and port, for messages.
    pub(crate) fn host(&self) -> String {
        let host = self.base.host_str().unwrap_or_default();
        self.base.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// The address of `segments` under the base. Each is one segment, whatever characters it holds.
    ///
    /// # Errors
    /// [`ApiError::BadId`] for a segment that would vanish or climb (empty, `.`, `..`).
    pub(crate) fn address(&self, segments: &[&str]) -> Result<Url, ApiError> {
        let mut url = self.base.clone();
        if let Some(bad) = segments.iter().find(|segment| matches!(**segment, "" | "." | "..") || segment.len() > 512) {
            return Err(ApiError::BadId(sanitize(&bad.chars().take(80).collect::<String>())));
        }
        url.path_segments_mut()
            .map_err(|()| ApiError::BadUrl { url: self.base.to_string(), reason: "it can't carry a path".to_owned() })?
            .pop_if_empty()
            .extend(segments);
        Ok(url)
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || literal.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_goes_to_https_and_to_this_machine_only() {
        for url in [
            "https://hey-traders.com/api/v1",
            "http://127.0.0.1:8080/api/v1",
            "http://localhost:1/",
            "http://[::1]:9/x",
            "http://127.9.9.9",
        ] {
            assert!(Destination::new(url).is_ok(), "{url}");
        }
        for url in [
            "http://hey-traders.com/api/v1",
            "http://10.0.0.1",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "http://0.0.0.0:80",
            "http://[::ffff:8.8.8.8]",
        ] {
            assert!(matches!(Destination::new(url), Err(ApiError::KeyNotAllowed { .. })), "{url}");
        }
        for url in
            ["", "hey-traders.com", "ftp://a/b", "file:///etc/passwd", "https://a/b?c=d", "https://a/#b", "https://"]
        {
            assert!(matches!(Destination::new(url), Err(ApiError::BadUrl { .. })), "{url}");
        }
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        for (url, expected) in [
            ("https://hey-traders.com/api/v1", "https://hey-traders.com"),
            ("https://HEY-traders.com:443/", "https://hey-traders.com"),
            ("https://hey-traders.com:8443/api/v1/", "https://hey-traders.com:8443"),
            ("http://127.0.0.1:8723/api/v1", "http://127.0.0.1:8723"),
            ("http://[::1]:9/x", "http://[::1]:9"),
        ] {
            assert_eq!(origin(url).unwrap(), expected);
        }
        assert!(origin("http://hey-traders.com").is_err());
    }

    #[test]
    fn a_secret_in_the_address_is_refused_and_not_repeated() {
        for url in [
            "https://user:hunter2@host/x",
            "https://hunter2@host",
            "ht!tp://u:hunter2@host",
            "https://host/?key=hunter2",
            "https://host/#hunter2",
            "http://u@host/?hunter2",
            "https://[?hunter2",
            "hunter2",
        ] {
            let error = Destination::new(url).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn an_id_stays_one_segment_and_cannot_climb() {
        let destination = Destination::new("https://h/api/v1/").unwrap();
        assert_eq!(
            destination.address(&["backtest", "status", "a/../b?c"]).unwrap().as_str(),
            "https://h/api/v1/backtest/status/a%2F..%2Fb%3Fc"
        );
        for id in ["", ".", ".."] {
            assert_eq!(destination.address(&["backtest", id]), Err(ApiError::BadId(id.to_owned())));
        }
    }
}
