//! `[run] fail_if`: conditions on a result, as texts with their places.

use signal_text::Span;
use toml::Spanned;
use toml::de::DeValue;

use super::{Reader, a_type};

/// An item of `[run] fail_if`: a condition such as `sharpe_ratio < 1`. Whether it makes sense is for those to say who know
/// the figures of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The condition.
    pub text: String,
    /// Where it stands: without the quotes where it is written plainly, so that an offset in `text` is one in the span.
    pub span: Span,
}

/// The key of conditions.
pub(super) const FAIL_IF: &str = "fail_if";

impl Reader<'_> {
    /// One condition, or a list of them.
    pub(super) fn fail_if(&mut self, value: &Spanned<DeValue<'_>>) {
        let items = match value.get_ref() {
            DeValue::Array(items) => items.iter().collect(),
            _ => vec![value],
        };
        for item in items {
            let span = self.span(item.span());
            match item.get_ref() {
                DeValue::String(text) => {
                    let span = self.content(text, span).unwrap_or(span);
                    self.config.fail_if.push(Condition { text: text.to_string(), span });
                }
                other => {
                    let message = format!("a condition is a text in quotes, not {}", a_type(other));
                    self.error(span, message, "for instance `fail_if = [\"sharpe_ratio < 1\"]`".to_owned());
                }
            }
        }
    }
}
