//! `[rules]`: levels by the names of rules, read generously.

use signal_text::{Diagnostic, Fix, Severity, closest};
use toml::Spanned;
use toml::de::DeValue;

use super::tables::LEVELS;
use super::{Name, Reader, RuleSetting, a_type};
use crate::value::{BAD_SETTING, excerpt, listed};

impl Reader<'_> {
    pub(super) fn rule(&mut self, name: &Name<'_>, value: &Spanned<DeValue<'_>>) {
        let setting = self.rule_setting(name, value);
        self.config.rules.extend(setting);
    }

    pub(super) fn rule_setting(&mut self, name: &Name<'_>, value: &Spanned<DeValue<'_>>) -> Option<RuleSetting> {
        Some(RuleSetting {
            name: name.get_ref().to_string(),
            name_span: self.span(name.span()),
            level: self.level(value, &LEVELS)?,
            level_span: self.span(value.span()),
        })
    }

    /// A severity by name, `Some(None)` for `off`; what is no level is reported, and read as what it evidently means.
    pub(super) fn level(&mut self, value: &Spanned<DeValue<'_>>, levels: &[&'static str]) -> Option<Option<Severity>> {
        let span = self.span(value.span());
        let DeValue::String(text) = value.get_ref() else {
            let message = format!("a level is a word in quotes, not {}", a_type(value.get_ref()));
            self.error(span, message, format!("levels are {}", listed(levels)));
            return None;
        };
        let name = match text.to_ascii_lowercase().as_str() {
            "warn" | "warnings" => "warning",
            "none" | "ignore" | "allow" | "disable" | "disabled" => "off",
            "deny" | "forbid" | "err" => "error",
            "information" | "note" => "info",
            _ => text.as_ref(),
        };
        let known =
            levels.iter().copied().find(|level| *level == name).or_else(|| closest(name, levels.iter().copied()));
        if known != Some(text.as_ref()) {
            let mut found =
                Diagnostic::new(BAD_SETTING, Severity::Error, span, format!("`{}` is no level", excerpt(text)))
                    .help(format!("levels are {}", listed(levels)));
            if let Some(known) = known {
                found = found.fix(Fix::replace(format!("replace by `{known}`"), true, span, format!("\"{known}\"")));
            }
            self.diagnostics.push(found);
        }
        match known? {
            "off" => Some(None),
            "hint" => Some(Some(Severity::Hint)),
            "info" => Some(Some(Severity::Info)),
            "warning" => Some(Some(Severity::Warning)),
            _ => Some(Some(Severity::Error)),
        }
    }
}
