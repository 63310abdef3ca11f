//! `[[override]]`: levels of rules for some paths only.

use signal_text::{Span, closest};
use toml::Spanned;
use toml::de::DeValue;

use super::{Name, Reader, RuleSetting, a_type};

/// One `[[override]]` of a settings file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Override {
    /// Patterns of paths, as in a `.gitignore` that lies beside the settings file. Whether they can be used is for those
    /// to say who match them.
    pub paths: Vec<PathPattern>,
    /// Levels, in the order of the file.
    pub rules: Vec<RuleSetting>,
}

/// A pattern of paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPattern {
    /// The pattern.
    pub text: String,
    /// Where it stands: without the quotes where it is written plainly.
    pub span: Span,
}

const FORM: &str = "for instance `paths = [\"research/**\"]` and `rules = { unused-name = \"off\" }`";
const KEYS: [&str; 2] = ["paths", "rules"];

impl Reader<'_> {
    /// Reads all of them; a single one may be written `[override]`.
    pub(super) fn overrides(&mut self, value: &Spanned<DeValue<'_>>) {
        match value.get_ref() {
            DeValue::Array(items) => items.iter().for_each(|item| self.one_override(item)),
            DeValue::Table(_) => self.one_override(value),
            other => {
                let message = format!("`override` is a list of tables, not {}", a_type(other));
                self.error(
                    self.span(value.span()),
                    message,
                    "write a line `[[override]]` and its keys below it".to_owned(),
                );
            }
        }
    }

    fn one_override(&mut self, value: &Spanned<DeValue<'_>>) {
        let span = self.span(value.span());
        let DeValue::Table(table) = value.get_ref() else {
            let message = format!("an override is a table, not {}", a_type(value.get_ref()));
            self.error(span, message, FORM.to_owned());
            return;
        };
        let mut found = Override::default();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "paths" => found.paths = self.patterns(value),
                "rules" => found.rules = self.override_rules(value),
                other => self.unknown_key("[override]", key, closest(other, KEYS), &KEYS),
            }
        }
        for needed in KEYS {
            let is_meant = |key: &Name<'_>| closest(key.get_ref(), KEYS) == Some(needed);
            if !table.keys().any(is_meant) {
                self.error(span, format!("this override has no `{needed}`, so it sets nothing"), FORM.to_owned());
            }
        }
        found.rules.sort_by_key(|rule| rule.name_span);
        self.config.overrides.push(found);
    }

    fn patterns(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<PathPattern> {
        let items = match value.get_ref() {
            DeValue::Array(items) => items.iter().collect(),
            DeValue::String(_) => vec![value],
            other => {
                let message = format!("`paths` is a list of patterns in quotes, not {}", a_type(other));
                self.error(self.span(value.span()), message, FORM.to_owned());
                return Vec::new();
            }
        };
        let mut patterns = Vec::new();
        for item in items {
            let span = self.span(item.span());
            match item.get_ref() {
                DeValue::String(text) => {
                    let span = self.content(text, span).unwrap_or(span);
                    patterns.push(PathPattern { text: text.to_string(), span });
                }
                other => {
                    let message = format!("a pattern is a text in quotes, not {}", a_type(other));
                    self.error(span, message, FORM.to_owned());
                }
            }
        }
        patterns
    }

    fn override_rules(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<RuleSetting> {
        let DeValue::Table(table) = value.get_ref() else {
            let message = format!("`rules` is a table of levels, not {}", a_type(value.get_ref()));
            self.error(self.span(value.span()), message, FORM.to_owned());
            return Vec::new();
        };
        let read = |(name, value): (&Name<'_>, &Spanned<DeValue<'_>>)| self.rule_setting(name, value);
        table.iter().filter_map(read).collect()
    }
}
