//! A list page after page, joined into the document that its first page came in. Items are copied as text, so that
//! numbers keep their digits.

use std::collections::HashMap;
use std::ops::Range;
use std::time::Duration;

use serde_json::Value;
use serde_json::value::RawValue;
use signal_api::{ApiError, Call, Client, Received};

/// No list is read beyond so many pages or bytes.
const MOST_PAGES: usize = 1_000;
const MOST_BYTES: usize = 64 << 20;

/// Between two pages: 300 requests a minute are the service's limit for everything together.
const PAUSE: Duration = Duration::from_millis(300);

/// Names under which lists come, the likelier first; a list that is alone may have any.
const LISTS: [&str; 8] = ["items", "results", "trades", "orders", "posts", "comments", "signals", "strategies"];

/// What was fetched.
#[derive(Debug)]
pub(super) struct Fetched {
    /// The answer; of several pages the first one, with the items of all.
    pub(super) received: Received,
    /// How many requests were answered.
    pub(super) pages: usize,
    /// Items of the list, where pages were joined.
    pub(super) items: Option<usize>,
    /// Why the list may not be whole.
    pub(super) lacking: Option<String>,
}

/// A single answer.
///
/// # Errors
/// None came.
pub(super) async fn one(client: &Client, call: &Call) -> Result<Fetched, ApiError> {
    Ok(Fetched { received: client.call(call).await?, pages: 1, items: None, lacking: None })
}

/// Every page of a list.
///
/// # Errors
/// The first page did not come. When a later one does not, what came before is the answer, with the fault.
pub(super) async fn all(client: &Client, call: &Call) -> Result<Fetched, ApiError> {
    let mut fetched = one(client, call).await?;
    let first = String::from_utf8(fetched.received.body.clone()).unwrap_or_default();
    let Some(page) = Page::read(&first).filter(|_| fetched.received.fault.is_none()) else {
        if fetched.received.fault.is_none() {
            fetched.lacking = Some("the answer holds no list, so there are no pages to join".to_owned());
        }
        return Ok(fetched);
    };
    let place = page.list.clone();
    let mut items = vec![inner(&first, &page.list).to_owned()];
    let mut count = page.count;
    let mut bytes = first.len();
    let mut call = call.clone();
    let skipped = parameter(&call, "offset").unwrap_or(0);
    let asked = parameter(&call, "limit");
    let mut last = page;
    while last.has_more(skipped + count as u64, asked) {
        if fetched.pages >= MOST_PAGES || bytes >= MOST_BYTES {
            fetched.lacking = Some(format!("the list goes on after {} pages", fetched.pages));
            break;
        }
        match &last.cursor {
            Some(cursor) => set(&mut call, "cursor", cursor.clone()),
            None => set(&mut call, "offset", (skipped + count as u64).to_string()),
        }
        if !client.is_local() {
            tokio::time::sleep(PAUSE).await;
        }
        let received = match client.call(&call).await {
            Ok(Received { fault: None, body, .. }) => body,
            Ok(Received { fault: Some(error), .. }) | Err(error) => {
                fetched.lacking = Some(format!("page {} did not come", fetched.pages + 1));
                fetched.received.fault = Some(error);
                break;
            }
        };
        let text = String::from_utf8(received).unwrap_or_default();
        let Some(page) = Page::read(&text) else {
            fetched.lacking = Some(format!("page {} holds no list", fetched.pages + 1));
            break;
        };
        // A server that pays no heed to offset or cursor sends the same page again and again.
        let list = inner(&text, &page.list);
        if page.count > 0 && items.last().is_some_and(|before| before == list) {
            if last.total.is_some_and(|total| total > skipped + count as u64) {
                fetched.lacking = Some("the server sends the same page again; it seems to have no pages".to_owned());
            }
            break;
        }
        fetched.pages += 1;
        if page.count == 0 {
            break;
        }
        bytes += text.len();
        count += page.count;
        items.push(list.to_owned());
        last = page;
    }
    let whole = items.iter().filter(|items| !items.is_empty()).map(String::as_str).collect::<Vec<_>>().join(",");
    if fetched.pages > 1 {
        fetched.received.body = format!("{}[{whole}]{}", &first[..place.start], &first[place.end..]).into_bytes();
    }
    fetched.items = Some(count);
    Ok(fetched)
}

/// A page of a list.
#[derive(Debug)]
struct Page {
    /// Where the list stands in the text, brackets included.
    list: Range<usize>,
    count: usize,
    total: Option<u64>,
    limit: Option<u64>,
    more: Option<bool>,
    cursor: Option<String>,
}

impl Page {
    /// Finds the list and what is said of paging; `None` where there is no list, or no telling which.
    fn read(text: &str) -> Option<Self> {
        let whole: &RawValue = serde_json::from_str(text).ok()?;
        let list = list_in(whole).or_else(|| {
            let fields = fields(whole)?;
            let data = fields.get("data").copied().unwrap_or(whole);
            list_in(data).or_else(|| {
                let fields = self::fields(data)?;
                let mut lists = fields.values().filter_map(|value| list_in(value));
                match (lists.next(), lists.next()) {
                    (Some(only), None) => Some(only),
                    _ => LISTS.iter().find_map(|name| list_in(fields.get(*name)?)),
                }
            })
        })?;
        let (list, items) = list;
        // A borrowed value is a part of the very text that it was read from.
        let start = (list.get().as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
        let value: Value = serde_json::from_str(text).unwrap_or_default();
        let places = ["/data/pagination", "/meta/pagination", "/pagination", "/data", "/meta", ""];
        let said = |names: &[&str]| -> Option<Value> {
            let objects = places.iter().filter_map(|place| value.pointer(place)?.as_object());
            objects.flat_map(|object| names.iter().filter_map(|name| object.get(*name))).find(|v| !v.is_null()).cloned()
        };
        let number = |names: &[&str]| {
            said(names).and_then(|value| value.as_u64().or_else(|| value.as_str().and_then(|text| text.parse().ok())))
        };
        let cursor = said(&["next_cursor", "cursor", "next"]).and_then(|value| match value {
            // The address of the next page is not a cursor.
            Value::String(text) if text.is_empty() || text.contains('/') => None,
            Value::String(text) => Some(text),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        });
        Some(Self {
            list: start..start + list.get().len(),
            count: items.len(),
            total: number(&["total", "total_count"]),
            limit: number(&["limit", "page_size"]),
            more: said(&["has_more"]).and_then(|value| value.as_bool()),
            cursor,
        })
    }

    /// Whether there is another page, `read` items in, when `asked` items a page were asked for.
    fn has_more(&self, read: u64, asked: Option<u64>) -> bool {
        if self.count == 0 {
            return false;
        }
        match (self.more, self.total) {
            (Some(more), _) => more,
            (None, Some(total)) => read < total,
            // Where nothing is said, the next page is asked for: an empty one or the same again is the end.
            (None, None) => {
                self.cursor.is_some() || self.limit.or(asked).is_none_or(|limit| self.count as u64 >= limit)
            }
        }
    }
}

type List<'t> = (&'t RawValue, Vec<&'t RawValue>);

fn list_in(value: &RawValue) -> Option<List<'_>> {
    if !value.get().starts_with('[') {
        return None;
    }
    Some((value, serde_json::from_str(value.get()).ok()?))
}

fn fields(value: &RawValue) -> Option<HashMap<String, &RawValue>> {
    serde_json::from_str(value.get()).ok()
}

/// The items of a list as text, without its brackets.
fn inner<'t>(text: &'t str, list: &Range<usize>) -> &'t str {
    text[list.start + 1..list.end - 1].trim()
}

fn parameter(call: &Call, name: &str) -> Option<u64> {
    call.query.iter().find(|(other, _)| other == name)?.1.parse().ok()
}

fn set(call: &mut Call, name: &str, value: String) {
    // Counting and cursors exclude each other.
    call.query.retain(|(other, _)| other != name && !(name == "cursor" && other == "offset"));
    call.query.push((name.to_owned(), value));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, list: Option<&str>, more: bool) {
        let page = Page::read(text);
        assert_eq!(page.as_ref().map(|page| &text[page.list.clone()]), list, "{text}");
        assert_eq!(page.is_some_and(|page| page.has_more(page.count as u64, None)), more, "{text}");
    }

    #[test]
    fn a_list_is_found_wherever_it_stands() {
        check(r#"{"data": [1.50, 2], "meta": {"has_more": true}}"#, Some("[1.50, 2]"), true);
        check(r#"{"data": {"rows": [{}], "total": 1}}"#, Some("[{}]"), false);
        check(r#"{"data": {"rows": [{}], "total": "3"}}"#, Some("[{}]"), true);
        check(r#"{"data": {"tags": ["a"], "trades": [1], "pagination": {"limit": 5}}}"#, Some("[1]"), false);
        check(r#"{"data": {"tags": ["a"], "lists": [1]}}"#, None, false);
        check(r#"{"items": [1], "next_cursor": "x"}"#, Some("[1]"), true);
        check(r#"{"items": [1], "next": "https://elsewhere/2", "limit": 1}"#, Some("[1]"), true);
        check(r#"[]"#, Some("[]"), false);
        check(r#"[1]"#, Some("[1]"), true);
        check(r#"{"data": {"a": 1}}"#, None, false);
        check("# text", None, false);
    }
}
