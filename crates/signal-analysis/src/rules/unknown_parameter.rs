//! A keyword that names no parameter.

use signal_catalog::{BindError, Evidence, Kind};
use signal_text::{Fix, Severity, closest, is_slip};

use crate::wording::short;
use crate::{Facts, Report, rule::rule};

rule! {
    /// Finds keyword arguments that name no parameter of the function.
    ///
    /// # Why
    /// The server can't know what the value is for. Parameter names are TA-Lib's until the server's own catalog says
    /// otherwise, so against the bundled snapshot this is a warning.
    ///
    /// # Reported
    /// ```signal
    /// average = sma(close, peroid=20)
    /// ```
    /// # Not reported
    /// ```signal
    /// average = sma(close, timeperiod=20)
    /// ```
    unknown_parameter, Group::Names, Severity::Error, needs_catalog
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    for call in &facts.calls {
        let (Some(entry), Some(Err(BindError::UnknownKeyword { argument }))) = (call.entry, &call.binding) else {
            continue;
        };
        let Some(span) = call.arguments.get(*argument).and_then(|argument| argument.name) else { continue };
        let keyword = facts.source.slice(span);
        let names = || {
            entry.signatures.iter().flat_map(|signature| {
                let params =
                    signature.params.iter().flat_map(|param| std::iter::once(&param.name).chain(param.aliases.iter()));
                signature.inputs.iter().map(|input| &input.name).chain(params).map(AsRef::as_ref)
            })
        };
        // `emit_signal(strength = 30, ...)` was to compare: a condition stands first.
        let help = match call.arguments.first() {
            Some(own) if *argument == 0 && entry.kind == Kind::Signal => format!(
                "to compare, write `{keyword} == {}`; in a call, one `=` sets a parameter of that name",
                short(facts.text(own.value))
            ),
            _ => format!("it is called as `{}`", entry.signature_text()),
        };
        let mut finding = report.at(span, format!("`{}` has no parameter `{keyword}`", call.name)).help(help);
        if let Some(name) = closest(keyword, names()) {
            finding = finding.fix(Fix::replace(format!("replace by `{name}`"), is_slip(keyword, name), span, name));
        }
        if entry.form() < Evidence::Live {
            finding.severity = Severity::Warning;
        }
        report.push(finding);
    }
}
