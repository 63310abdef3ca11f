//! The path of a call: from what people paste (with or without the base URL, /api/v1, a query) to its segments.

use crate::failure::Failure;

/// Where a call goes, below the base URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Address {
    /// Not escaped; placeholders as `{id}`.
    pub(super) segments: Vec<String>,
    /// What stood behind a `?`, not escaped.
    pub(super) query: Vec<(String, String)>,
}

impl Address {
    /// `/backtest/status/bt_1`
    pub(super) fn path(&self) -> String {
        format!("/{}", self.segments.join("/"))
    }
}

/// Reads a path. `base` is the base URL that calls go to; `None`: the sandbox of this command.
///
/// # Errors
/// An address elsewhere: the key goes to one place only.
pub(super) fn read(text: &str, base: Option<&str>) -> Result<Address, Failure> {
    let text = text.trim();
    let path = if text.contains("://") { below(text, base)? } else { text };
    let path = path.split('#').next().unwrap_or_default();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let own = base.and_then(|base| base.split_once("://")?.1.split_once('/')).map_or("api/v1", |(_, path)| path);
    let path = path.trim_matches('/');
    let path = [own, "api/v1"]
        .iter()
        .find_map(|prefix| path.strip_prefix(prefix).filter(|rest| rest.is_empty() || rest.starts_with('/')))
        .unwrap_or(path)
        .trim_matches('/');
    if path.is_empty() {
        return Err(Failure::usage(format!("`{text}` names no endpoint")).suggest("dsl api --list shows all of them"));
    }
    let pair = |part: &str| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (unescaped(&name.replace('+', " ")), unescaped(&value.replace('+', " ")))
    };
    Ok(Address {
        segments: path.split('/').map(unescaped).collect(),
        query: query.split('&').filter(|part| !part.is_empty()).map(pair).collect(),
    })
}

/// What of a whole address lies below the base URL.
fn below<'t>(text: &'t str, base: Option<&str>) -> Result<&'t str, Failure> {
    let elsewhere = || {
        let there = base.unwrap_or("the sandbox of this command");
        Failure::usage(format!("`{text}` is not below {there}, where calls go with the key; nothing was sent"))
            .suggest("write the path alone, such as /meta/health; HEYTRADERS_BASE_URL sets another server")
    };
    let base = base.ok_or_else(elsewhere)?;
    let start = text.get(..base.len()).filter(|start| start.eq_ignore_ascii_case(base)).ok_or_else(elsewhere)?;
    let rest = &text[start.len()..];
    if rest.is_empty() || rest.starts_with(['/', '?', '#']) { Ok(rest) } else { Err(elsewhere()) }
}

/// `text` with `%2F` and its like read. What is no such sequence, or no text then, stays as it is.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = |byte: &u8| (*byte as char).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        match (first, after) {
            (b'%', [high, low, after @ ..]) if hex(high).is_some() && hex(low).is_some() => {
                bytes.push(hex(high).unwrap_or_default() * 16 + hex(low).unwrap_or_default());
                rest = after;
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "https://hey-traders.com/api/v1";

    #[test]
    fn a_path_is_read_however_it_is_pasted() {
        for text in [
            "/meta/health",
            "meta/health",
            "meta/health/",
            "/api/v1/meta/health",
            "https://hey-traders.com/api/v1/meta/health",
            "HTTPS://Hey-Traders.com/api/v1/meta/health#top",
        ] {
            assert_eq!(read(text, Some(BASE)).unwrap().path(), "/meta/health", "{text}");
        }
        let odd = read("/x/meta/health", Some("http://127.0.0.1:9/x")).unwrap();
        assert_eq!(odd.path(), "/meta/health");
        assert_eq!(read("/api/v1x/health", Some(BASE)).unwrap().path(), "/api/v1x/health");
        let asked = read("/a%20b/{id}/%zz?limit=5&since=a%2Bb+c&x", Some(BASE)).unwrap();
        assert_eq!(asked.segments, ["a b", "{id}", "%zz"]);
        let pairs = [("limit", "5"), ("since", "a+b c"), ("x", "")];
        assert_eq!(asked.query, pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn an_address_elsewhere_is_refused() {
        for text in [
            "https://example.com/api/v1/meta/health",
            "http://hey-traders.com/api/v1/meta/health",
            "https://hey-traders.com.example.com/api/v1/x",
            "https://hey-traders.com/api/v1x",
            "https://hey-traders.com/dashboard",
            "https://user@hey-traders.com/api/v1/x",
        ] {
            assert!(read(text, Some(BASE)).is_err(), "{text}");
        }
        assert!(read("http://127.0.0.1:1/api/v1/meta/health", None).is_err());
        assert!(read("/api/v1/", Some(BASE)).is_err());
    }
}
