//! The last line of defence: a secret that this process holds is masked in whatever it writes.
//!
//! Nothing should need it: keys are kept in types that don't print, and the client masks what a server repeats. It costs
//! a search of the text, and only in commands that have a key at all.

use std::borrow::Cow;
use std::sync::{Mutex, MutexGuard, PoisonError};

use secrecy::{ExposeSecret, SecretString};

/// What stands for a secret.
const MASK: &str = "[key]";

/// Keys are longer; masking less would spoil ordinary words.
const SHORTEST: usize = 8;

static KNOWN: Mutex<Vec<SecretString>> = Mutex::new(Vec::new());

/// From now on `secret` is masked.
pub(crate) fn remember(secret: &SecretString) {
    let text = secret.expose_secret();
    let mut known = known();
    if text.len() >= SHORTEST && !known.iter().any(|other| other.expose_secret() == text) {
        known.push(secret.clone());
    }
}

/// `text` without any secret that is known.
pub(crate) fn masked(text: &str) -> Cow<'_, str> {
    let mut masked = Cow::Borrowed(text);
    for secret in known().iter() {
        if masked.contains(secret.expose_secret()) {
            masked = Cow::Owned(masked.replace(secret.expose_secret(), MASK));
        }
    }
    masked
}

/// `text` without what looks like one of the service's keys: for answers that may hold one which nobody has read yet.
pub(crate) fn without_lookalikes(text: &str) -> String {
    const START: &str = "ht_";
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(START) {
        let tail = &rest[at..];
        let end =
            tail.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-' | '.')).unwrap_or(tail.len());
        // `weight_of_trends.signal` is a word and no key.
        let begins = !rest[..at].ends_with(|c: char| c.is_alphanumeric());
        result.push_str(&rest[..at]);
        result.push_str(if begins && end > START.len() + SHORTEST { MASK } else { &tail[..end] });
        rest = &tail[end..];
    }
    result + rest
}

/// A panic in another thread must not take the defence down.
fn known() -> MutexGuard<'static, Vec<SecretString>> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes a panic say what happened in a few plain words, without secrets; the default would print whatever text a value
/// happened to hold.
pub(crate) fn guard_panics() {
    std::panic::set_hook(Box::new(|panic| {
        use std::io::Write;
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let text = told(panic.payload_as_str().unwrap_or_default(), &place);
        let trace = std::backtrace::Backtrace::capture();
        let mut stderr = std::io::stderr().lock();
        let _ = writeln!(stderr, "{text}");
        if trace.status() == std::backtrace::BacktraceStatus::Captured {
            let _ = writeln!(stderr, "{}", masked(&trace.to_string()));
        }
    }));
}

/// The words for a panic. What it was about may hold text of a script or of a server.
fn told(what: &str, place: &str) -> String {
    let what = masked(what);
    let what: String = crate::render::visible::line(&what).chars().take(400).collect();
    format!(
        "error: dsl panicked at {place}: {what}\n help: this is a fault of dsl, not of your script; please report it with the line above \
         (RUST_BACKTRACE=1 adds where it came from)"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_secret_is_masked_wherever_it_stands() {
        remember(&SecretString::from("ht_prov_masked_1"));
        remember(&SecretString::from("short"));
        assert_eq!(masked("a ht_prov_masked_1,ht_prov_masked_1 b"), "a [key],[key] b");
        assert!(matches!(masked("a short text"), Cow::Borrowed(_)), "what could be a word stays");
    }

    #[test]
    fn what_looks_like_a_key_is_masked_where_none_is_known() {
        assert_eq!(without_lookalikes("no ht_prov_0123456789, ht_ is short"), "no [key], ht_ is short");
        assert_eq!(without_lookalikes("ht_live_a-b.c1234567"), "[key]");
        for text in ["nothing here", "weight_of_trends.signal", "right_ht_shoulder.signal"] {
            assert_eq!(without_lookalikes(text), text);
        }
    }

    #[test]
    fn a_panic_shows_neither_secret_nor_control_characters() {
        remember(&SecretString::from("ht_prov_masked_2"));
        let text = told("no header Bearer ht_prov_masked_2\u{1b}[2J", "client.rs:1:2");
        assert!(text.contains("Bearer [key]\\u{1b}") && text.contains("client.rs:1:2"), "{text}");
    }
}
