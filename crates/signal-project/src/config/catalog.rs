//! `[catalog]`: names that a project declares beside those of the catalog.

use signal_text::{Span, closest};
use toml::Spanned;
use toml::de::DeValue;

use super::{Name, Reader, a_type};

/// An item of `[catalog] declare`: a signature such as `slope(series, period)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// The signature.
    pub text: String,
    /// Where it stands: without the quotes where it is written plainly, so that an offset in `text` is one in the span.
    pub span: Span,
}

impl Reader<'_> {
    pub(super) fn catalog(&mut self, name: &Name<'_>, value: &Spanned<DeValue<'_>>) {
        if name.get_ref() != "declare" {
            let near = closest(name.get_ref(), ["declare"]);
            self.unknown_key("catalog", name, near, &["declare"]);
            return;
        }
        const FORM: &str = "for instance `declare = [\"slope(series, period)\"]`";
        let span = self.span(value.span());
        let DeValue::Array(items) = value.get_ref() else {
            let message = format!("`declare` is a list of signatures, not {}", a_type(value.get_ref()));
            self.error(span, message, FORM.to_owned());
            return;
        };
        for item in items {
            let span = self.span(item.span());
            match item.get_ref() {
                DeValue::String(text) => {
                    let span = self.content(text, span).unwrap_or(span);
                    self.config.declare.push(Declaration { text: text.to_string(), span });
                }
                other => {
                    let message = format!("a declared name is a signature in quotes, not {}", a_type(other));
                    self.error(span, message, FORM.to_owned());
                }
            }
        }
    }
}
