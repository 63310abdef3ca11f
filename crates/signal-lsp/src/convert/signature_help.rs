//! Signature help in the protocol's words.

use tower_lsp::ls_types::{
    ClientCapabilities, MarkupKind, ParameterInformation, ParameterLabel, SignatureHelp, SignatureInformation,
};

use super::completion::{documentation, markup_of};
use crate::features::signature_help::{Help, Parameter, Shown};
use crate::server::Asked;

/// What of the protocol's signatures this client knows.
struct Knows {
    markup: MarkupKind,
    label_offsets: bool,
}

impl Knows {
    fn of(client: &ClientCapabilities) -> Self {
        let help = client.text_document.as_ref().and_then(|text| text.signature_help.as_ref());
        let signature = help.and_then(|help| help.signature_information.as_ref());
        let parameter = signature.and_then(|signature| signature.parameter_information.as_ref());
        Self {
            markup: markup_of(signature.and_then(|signature| signature.documentation_format.as_deref())),
            label_offsets: parameter.and_then(|parameter| parameter.label_offset_support).unwrap_or(false),
        }
    }
}

/// Signatures for the client.
pub(crate) fn answer(asked: &Asked<'_>, help: Help) -> SignatureHelp {
    let knows = Knows::of(&asked.session.client);
    let active = help.signatures.get(help.active).map(active);
    SignatureHelp {
        signatures: help.signatures.into_iter().map(|shown| signature(&knows, shown)).collect(),
        active_signature: Some(help.active as u32),
        active_parameter: active,
    }
}

fn signature(knows: &Knows, shown: Shown) -> SignatureInformation {
    let active_parameter = Some(active(&shown));
    let Shown { label, documentation: about, parameters, .. } = shown;
    let parameters = parameters.into_iter().map(|one| parameter(knows, &label, one)).collect();
    SignatureInformation {
        documentation: (!about.is_empty()).then(|| documentation(about, knows.markup.clone())),
        parameters: Some(parameters),
        active_parameter,
        label,
    }
}

/// The number of the parameter that is being written; one that is not there where there is none, so that nothing is marked.
fn active(shown: &Shown) -> u32 {
    shown.active.unwrap_or(shown.parameters.len()) as u32
}

fn parameter(knows: &Knows, label: &str, parameter: Parameter) -> ParameterInformation {
    let place = parameter.label;
    // Counted in UTF-16, whatever is agreed for texts.
    let units = |end: u32| label.get(..end as usize).map_or(0, |before| before.encode_utf16().count() as u32);
    ParameterInformation {
        label: match knows.label_offsets {
            true => ParameterLabel::LabelOffsets([units(place.start), units(place.end)]),
            false => ParameterLabel::Simple(label.get(place.range()).unwrap_or_default().to_owned()),
        },
        documentation: Some(documentation(parameter.documentation, knows.markup.clone())),
    }
}
