//! What the server says that it can do, and what it takes from what the client says of itself.

use std::collections::BTreeSet;
use std::path::PathBuf;

use tower_lsp::ls_types::*;

use crate::convert::code_action::Takes;
use crate::convert::diagnostic::{SOURCE, Shows};
use crate::convert::{self, Encoding};
use crate::features::completion::TRIGGERS;

/// What is agreed with the client when it starts the server.
#[derive(Debug, Default)]
pub(crate) struct Session {
    /// All that the client says of itself.
    pub(crate) client: ClientCapabilities,
    /// How columns are counted.
    pub(crate) encoding: Encoding,
    /// What the client can show of a finding.
    pub(crate) shows: Shows,
    /// Whether the client asks for findings; else they are sent.
    pub(crate) pulls: bool,
    /// Commands that the client carries out, such as `signal.run`.
    pub(crate) commands: BTreeSet<String>,
    /// The folders that were open then.
    pub(super) folders: Vec<PathBuf>,
    /// The process that started the server.
    pub(crate) parent: Option<u32>,
}

impl Session {
    /// What follows from the client's first words.
    pub(super) fn new(params: InitializeParams) -> Self {
        let client = params.capabilities;
        let offered = client.general.as_ref().and_then(|general| general.position_encodings.as_deref());
        let encoding = Encoding::negotiated(offered);
        let commands = client.experimental.as_ref().and_then(|own| own.pointer("/commands/commands")?.as_array());
        let commands = commands.into_iter().flatten().filter_map(|name| Some(name.as_str()?.to_owned())).collect();
        #[expect(deprecated, reason = "older clients name a folder only so")]
        let root = params.root_uri;
        let folders = match params.workspace_folders {
            Some(folders) => folders.iter().filter_map(|folder| convert::path(&folder.uri)).collect(),
            None => root.iter().filter_map(convert::path).collect(),
        };
        Self {
            encoding,
            shows: Shows::of(&client),
            pulls: client.text_document.as_ref().is_some_and(|text| text.diagnostic.is_some()),
            commands,
            folders,
            parent: params.process_id,
            client,
        }
    }
}

/// What the server can do for this client: a line a request, in alphabetical order.
pub(super) fn capabilities(session: &Session) -> ServerCapabilities {
    ServerCapabilities {
        call_hierarchy_provider: Some(CallHierarchyServerCapability::Simple(true)),
        code_action_provider: Some(Takes::of(&session.client).provider()),
        code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(false) }),
        completion_provider: Some(completion()),
        declaration_provider: Some(DeclarationCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        diagnostic_provider: session.pulls.then(diagnostics),
        document_formatting_provider: Some(OneOf::Left(true)),
        document_highlight_provider: Some(OneOf::Left(true)),
        document_link_provider: Some(document_links()),
        document_on_type_formatting_provider: Some(on_type_formatting()),
        document_range_formatting_provider: Some(OneOf::Left(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        folding_range_provider: Some(FoldingRangeProviderCapability::Simple(true)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        inlay_hint_provider: Some(OneOf::Right(inlay_hints())),
        linked_editing_range_provider: Some(LinkedEditingRangeServerCapabilities::Simple(true)),
        position_encoding: Some(session.encoding.kind()),
        references_provider: Some(OneOf::Left(true)),
        rename_provider: Some(rename(session)),
        selection_range_provider: Some(SelectionRangeProviderCapability::Simple(true)),
        semantic_tokens_provider: Some(super::colors::provider()),
        signature_help_provider: Some(signature_help()),
        text_document_sync: Some(synchronization()),
        workspace: Some(workspace()),
        workspace_symbol_provider: Some(OneOf::Left(true)),
        ..ServerCapabilities::default()
    }
}

fn completion() -> CompletionOptions {
    CompletionOptions {
        resolve_provider: Some(true),
        trigger_characters: Some(TRIGGERS.map(String::from).to_vec()),
        completion_item: Some(CompletionOptionsCompletionItem { label_details_support: Some(true) }),
        ..CompletionOptions::default()
    }
}

fn diagnostics() -> DiagnosticServerCapabilities {
    DiagnosticServerCapabilities::Options(DiagnosticOptions {
        identifier: Some(SOURCE.to_owned()),
        // Settings and catalog count for scripts; that they changed is told by a refresh.
        inter_file_dependencies: true,
        workspace_diagnostics: false,
        ..DiagnosticOptions::default()
    })
}

fn on_type_formatting() -> DocumentOnTypeFormattingOptions {
    DocumentOnTypeFormattingOptions { first_trigger_character: "\n".to_owned(), more_trigger_character: None }
}

fn inlay_hints() -> InlayHintServerCapabilities {
    InlayHintServerCapabilities::Options(InlayHintOptions {
        resolve_provider: Some(true),
        ..InlayHintOptions::default()
    })
}

fn document_links() -> DocumentLinkOptions {
    DocumentLinkOptions {
        resolve_provider: Some(false),
        work_done_progress_options: WorkDoneProgressOptions::default(),
    }
}

/// Asked whether a name can be renamed before a new one is typed, where the client does that.
fn rename(session: &Session) -> OneOf<bool, RenameOptions> {
    let client = session.client.text_document.as_ref().and_then(|text| text.rename.as_ref());
    if client.and_then(|client| client.prepare_support) != Some(true) {
        return OneOf::Left(true);
    }
    let work_done_progress_options = WorkDoneProgressOptions::default();
    OneOf::Right(RenameOptions { prepare_provider: Some(true), work_done_progress_options })
}

fn signature_help() -> SignatureHelpOptions {
    SignatureHelpOptions {
        trigger_characters: Some(["(", ",", "="].map(str::to_owned).to_vec()),
        // Behind these, what is shown is looked at again.
        retrigger_characters: Some([")", "[", "]"].map(str::to_owned).to_vec()),
        ..SignatureHelpOptions::default()
    }
}

fn synchronization() -> TextDocumentSyncCapability {
    TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::INCREMENTAL),
        save: Some(TextDocumentSyncSaveOptions::Supported(true)),
        ..TextDocumentSyncOptions::default()
    })
}

fn workspace() -> WorkspaceServerCapabilities {
    WorkspaceServerCapabilities {
        workspace_folders: Some(WorkspaceFoldersServerCapabilities {
            supported: Some(true),
            change_notifications: Some(OneOf::Left(true)),
        }),
        file_operations: None,
    }
}
