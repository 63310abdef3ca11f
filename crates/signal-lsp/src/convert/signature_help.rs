//! Signature help in the protocol's words.

use signal_text::Span;
use tower_lsp::ls_types::{ParameterInformation, ParameterLabel, SignatureHelp, SignatureInformation};

use super::completion::markdown;
use crate::features::signature_help::{Help, Parameter, Shown};

/// Signatures for the client; places in labels are counted in UTF-16, whatever is agreed for texts.
pub(crate) fn answer(help: Help) -> SignatureHelp {
    let active = help.signatures.get(help.active).map(active);
    SignatureHelp {
        signatures: help.signatures.into_iter().map(signature).collect(),
        active_signature: Some(help.active as u32),
        active_parameter: active,
    }
}

fn signature(shown: Shown) -> SignatureInformation {
    let active_parameter = Some(active(&shown));
    let Shown { label, documentation, parameters, .. } = shown;
    let parameters = parameters.into_iter().map(|one| parameter(&label, one)).collect();
    SignatureInformation {
        documentation: (!documentation.is_empty()).then(|| markdown(documentation)),
        parameters: Some(parameters),
        active_parameter,
        label,
    }
}

/// The number of the parameter that is being written; one that is not there where there is none, so that nothing is marked.
fn active(shown: &Shown) -> u32 {
    shown.active.unwrap_or(shown.parameters.len()) as u32
}

fn parameter(label: &str, parameter: Parameter) -> ParameterInformation {
    let Span { start, end } = parameter.label;
    let units = |end: u32| label.get(..end as usize).map_or(0, |before| before.encode_utf16().count() as u32);
    ParameterInformation {
        label: ParameterLabel::LabelOffsets([units(start), units(end)]),
        documentation: Some(markdown(parameter.documentation)),
    }
}
