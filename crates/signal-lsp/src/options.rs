//! What people set in their editor, section `signal`.

use serde_json::Value;

/// What people set in their editor. What is missing, or not understood, keeps its default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// `inlayHints`.
    pub(crate) inlay_hints: InlayHints,
    /// `codeLens.enable`: whether there are lenses above scripts.
    pub(crate) code_lens: bool,
}

/// Which hints stand between the words of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InlayHints {
    /// `warmup`: how many bars calls and names need.
    pub(crate) warmup: bool,
    /// `parameterNames`: before which arguments the parameter's name stands.
    pub(crate) parameter_names: ParameterNames,
    /// `firstUsableDate`: from when on signals have a value.
    pub(crate) first_usable_date: bool,
}

/// Before which arguments the parameter's name stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParameterNames {
    /// `"literals"`: numbers and texts.
    Literals,
    /// `"all"`
    All,
    /// `"none"`
    None,
}

impl Default for Options {
    fn default() -> Self {
        let inlay_hints =
            InlayHints { warmup: true, parameter_names: ParameterNames::Literals, first_usable_date: true };
        Self { inlay_hints, code_lens: true }
    }
}

impl Options {
    /// Reads what a client sends, be it the section or all of its settings with the section in it.
    pub(crate) fn read(settings: &Value) -> Self {
        let settings = settings.get("signal").filter(|section| section.is_object()).unwrap_or(settings);
        let default = Self::default();
        let flag = |path: &str, default| settings.pointer(path).and_then(Value::as_bool).unwrap_or(default);
        let parameter_names = match settings.pointer("/inlayHints/parameterNames").and_then(Value::as_str) {
            Some("all") => ParameterNames::All,
            Some("none") => ParameterNames::None,
            Some("literals") => ParameterNames::Literals,
            _ => default.inlay_hints.parameter_names,
        };
        Self {
            inlay_hints: InlayHints {
                warmup: flag("/inlayHints/warmup", default.inlay_hints.warmup),
                parameter_names,
                first_usable_date: flag("/inlayHints/firstUsableDate", default.inlay_hints.first_usable_date),
            },
            code_lens: flag("/codeLens/enable", default.code_lens),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(settings: &Value, warmup: bool, parameter_names: ParameterNames, code_lens: bool) {
        let options = Options::read(settings);
        let expected = InlayHints { warmup, parameter_names, first_usable_date: true };
        assert_eq!(options, Options { inlay_hints: expected, code_lens }, "{settings}");
    }

    #[test]
    fn what_is_missing_or_not_understood_keeps_its_default() {
        check(&Value::Null, true, ParameterNames::Literals, true);
        check(&json!({"inlayHints": {"warmup": false}}), false, ParameterNames::Literals, true);
        check(
            &json!({"inlayHints": {"parameterNames": "all"}, "codeLens": {"enable": false}}),
            true,
            ParameterNames::All,
            false,
        );
        check(&json!({"inlayHints": {"parameterNames": 3, "warmup": "no"}}), true, ParameterNames::Literals, true);
        check(
            &json!({"signal": {"inlayHints": {"parameterNames": "none"}}, "editor": {}}),
            true,
            ParameterNames::None,
            true,
        );
    }
}
