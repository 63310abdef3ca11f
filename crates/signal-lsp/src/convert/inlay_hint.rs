//! Inlay hints in the protocol's words. What a hint says when it is pointed at is only worked out then.

use serde::{Deserialize, Serialize};
use tower_lsp::ls_types::{InlayHint, InlayHintKind, InlayHintLabel, InlayHintTooltip, MarkupContent, MarkupKind, Uri};

use crate::features::inlay_hints::{self, HintKind};
use crate::server::Asked;

/// What goes with a hint to the client and comes back when it is pointed at.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Data {
    /// The text.
    pub(crate) uri: Uri,
    /// Its version: of another one, `about` means nothing.
    version: i32,
    about: u32,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Kind {
    Warmup,
    Parameter,
    FirstDate,
}

/// A hint for the client.
pub(crate) fn answer(asked: &Asked<'_>, hint: inlay_hints::InlayHint) -> InlayHint {
    let (kind, shown) = match hint.kind {
        HintKind::Warmup => (Kind::Warmup, None),
        HintKind::Parameter => (Kind::Parameter, Some(InlayHintKind::PARAMETER)),
        HintKind::FirstDate => (Kind::FirstDate, None),
    };
    let data = Data { uri: asked.uri().clone(), version: asked.text.version, about: hint.about, kind };
    let stands_before = hint.kind == HintKind::Parameter;
    InlayHint {
        position: asked.position(hint.offset),
        label: InlayHintLabel::String(hint.text),
        kind: shown,
        text_edits: None,
        tooltip: None,
        padding_left: Some(!stands_before),
        padding_right: Some(stands_before),
        data: serde_json::to_value(data).ok(),
    }
}

/// What goes with a hint that comes back; `None`: it is none of ours.
pub(crate) fn data(hint: &InlayHint) -> Option<Data> {
    Data::deserialize(hint.data.as_ref()?).ok()
}

/// What a hint says when it is pointed at; `None`: the text has changed since.
pub(crate) fn tooltip(asked: &Asked<'_>, data: &Data) -> Option<InlayHintTooltip> {
    if asked.text.version != data.version {
        return None;
    }
    let kind = match data.kind {
        Kind::Warmup => HintKind::Warmup,
        Kind::Parameter => HintKind::Parameter,
        Kind::FirstDate => HintKind::FirstDate,
    };
    let value = inlay_hints::tooltip(asked.snapshot(), kind, data.about)?;
    Some(InlayHintTooltip::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value }))
}
