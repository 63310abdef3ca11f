//! The language server: a method a request, four lines each. What a request is about comes from `documents.rs`, its answer
//! from `features/`, its words from `convert/`.

mod asked;
mod capabilities;
mod code_actions;
mod colors;
mod diagnostics;
mod news;
mod search;
mod shared;
mod status;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::Value;
use tower_lsp::LanguageServer;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::*;

use crate::convert;
use crate::convert::completion::Data;
use crate::documents::Language;
use crate::features;
use crate::host::SETTINGS;
use crate::options::Options;

pub(crate) use asked::Asked;
pub(crate) use capabilities::Session;
pub(crate) use shared::{Server, Shared};

/// A method a request; those of features in alphabetical order.
impl LanguageServer for Server {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        if let Some(options) = &params.initialization_options {
            self.shared.set_options(Options::read(options));
        }
        let session = self.shared.session.get_or_init(|| Session::new(params));
        self.shared.change_folders(session.folders.iter().cloned(), &[]);
        let server_info = ServerInfo { name: "dsl".to_owned(), version: Some(env!("CARGO_PKG_VERSION").to_owned()) };
        let capabilities = capabilities::capabilities(session);
        Ok(InitializeResult { capabilities, server_info: Some(server_info), offset_encoding: None })
    }

    async fn initialized(&self, _: InitializedParams) {
        news::configure(&self.shared, &Value::Null);
        news::watch(&self.shared);
    }

    async fn shutdown(&self) -> Result<()> {
        self.shared.is_shut_down.store(true, Ordering::Relaxed);
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        let uri = params.text_document.uri.clone();
        if self.shared.documents.open(params.text_document) {
            diagnostics::send(&self.shared, &uri);
        }
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        let VersionedTextDocumentIdentifier { uri, version } = params.text_document;
        let encoding = self.shared.session().encoding;
        if self.shared.documents.change(&uri, version, params.content_changes, encoding) {
            diagnostics::send(&self.shared, &uri);
        }
    }

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        if params.text_document.uri.path().as_str().ends_with(SETTINGS) {
            news::changed(&self.shared).await;
        }
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        let uri = params.text_document.uri;
        self.shared.colors.forget(&uri);
        if self.shared.documents.close(&uri) {
            diagnostics::clear(&self.shared, uri).await;
        }
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        news::configure(&self.shared, &params.settings);
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        let paths = |folders: &[WorkspaceFolder]| {
            folders.iter().filter_map(|folder| convert::path(&folder.uri)).collect::<Vec<_>>()
        };
        self.shared.change_folders(paths(&params.event.added), &paths(&params.event.removed));
    }

    async fn did_change_watched_files(&self, _: DidChangeWatchedFilesParams) {
        news::changed(&self.shared).await;
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        let CodeActionParams { text_document, range, context, .. } = params;
        let question = move |asked: &Asked<'_>| Some(code_actions::at_range(asked, range, context));
        asked::ask(&self.shared, &text_document.uri, question).await
    }

    async fn code_action_resolve(&self, action: CodeAction) -> Result<CodeAction> {
        let Some(data) = code_actions::data(&action) else { return Ok(action) };
        let uri = data.uri.clone();
        let question = move |asked: &Asked<'_>| Some(code_actions::resolved(asked, action, &data));
        asked::ask(&self.shared, &uri, question).await?.unwrap_or_else(code_actions::outdated)
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        let question = |asked: &Asked<'_>| {
            let snapshot = asked.options.code_lens.then(|| asked.snapshot())?;
            let last = snapshot.path().and_then(|script| asked.host.last_run(script));
            let lenses = features::code_lens::code_lenses(snapshot, last.as_ref()).into_iter();
            Some(lenses.filter_map(|lens| convert::code_lens::answer(asked, lens)).collect())
        };
        self.ask_much(&params.text_document.uri, question).await
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position;
        let question = move |asked: &Asked<'_>| {
            let (offset, manner) =
                (asked.offset(position), convert::completion::manner(asked, params.context.as_ref()));
            let answer = match asked.text.language {
                Language::Script => features::completion::completion(asked.snapshot(), offset, manner),
                Language::Settings => {
                    features::settings::completion(asked.source().text(), offset, manner, asked.host.today())
                }
            };
            Some(convert::completion::answer(asked, offset, answer))
        };
        self.ask_any(&text_document.uri, question).await
    }

    async fn completion_resolve(&self, mut item: CompletionItem) -> Result<CompletionItem> {
        let Some(Data { uri, about }) = convert::completion::data(&item) else { return Ok(item) };
        let question = move |asked: &Asked<'_>| {
            let text = features::completion::documentation(asked.snapshot(), &about)?;
            Some(convert::completion::resolved(asked, text))
        };
        item.documentation = self.ask_any(&uri, question).await?;
        Ok(item)
    }

    async fn diagnostic(&self, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
        diagnostics::answer(&self.shared, &params.text_document.uri, params.previous_result_id).await
    }

    async fn document_highlight(&self, params: DocumentHighlightParams) -> Result<Option<Vec<DocumentHighlight>>> {
        let question = move |asked: &Asked<'_>, offset| {
            let found = features::highlight::highlights(asked.snapshot(), offset);
            Some(found.into_iter().map(|found| convert::highlight::highlight(asked, found)).collect())
        };
        self.ask_at(params.text_document_position_params, question).await
    }

    async fn document_link(&self, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
        let question = |asked: &Asked<'_>| {
            let last_run = asked.text.path().and_then(|script| asked.host.last_run(script));
            let found = features::links::links(asked.snapshot(), last_run.as_ref()).into_iter();
            Some(found.filter_map(|link| convert::links::document_link(asked, link)).collect())
        };
        self.ask_much(&params.text_document.uri, question).await
    }

    async fn document_symbol(&self, params: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>> {
        let question =
            |asked: &Asked<'_>| Some(convert::symbols::outline(asked, features::outline::outline(asked.snapshot())));
        self.ask_much(&params.text_document.uri, question).await
    }

    async fn folding_range(&self, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
        let question = |asked: &Asked<'_>| {
            let found = features::folding::folds(asked.snapshot());
            Some(found.iter().map(convert::folding::folding_range).collect())
        };
        self.ask_much(&params.text_document.uri, question).await
    }

    async fn formatting(&self, params: DocumentFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        let uri = params.text_document.uri;
        self.ask_much(&uri, |asked| Some(asked.edits(&features::formatting::whole(asked.snapshot())))).await
    }

    async fn goto_declaration(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        let question = move |asked: &Asked<'_>, offset| {
            let found = features::definition::declaration(asked.snapshot(), offset)?;
            convert::definition::declaration(asked, found)
        };
        self.ask_at(params.text_document_position_params, question).await
    }

    async fn goto_definition(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        let question = move |asked: &Asked<'_>, offset| {
            let found = features::definition::definition(asked.snapshot(), offset)?;
            convert::definition::definition(asked, found)
        };
        self.ask_at(params.text_document_position_params, question).await
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        let question = move |asked: &Asked<'_>| {
            let offset = asked.offset(position);
            let hover = match asked.text.language {
                Language::Script => features::hover::hover(asked.snapshot(), offset),
                Language::Settings => features::settings::hover(asked.source().text(), offset),
            };
            hover.map(|hover| convert::hover::answer(asked, hover))
        };
        self.ask_any(&text_document.uri, question).await
    }

    async fn incoming_calls(
        &self,
        params: CallHierarchyIncomingCallsParams,
    ) -> Result<Option<Vec<CallHierarchyIncomingCall>>> {
        let CallHierarchyItem { uri, name, selection_range, .. } = params.item;
        let question = move |asked: &Asked<'_>| {
            let (snapshot, was) = (asked.snapshot(), asked.offset(selection_range.start));
            let found = features::call_hierarchy::incoming(
                snapshot,
                features::call_hierarchy::found_again(snapshot, was, &name)?,
            );
            Some(found.into_iter().map(|found| convert::symbols::incoming(asked, found)).collect())
        };
        self.ask(&uri, question).await
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        let question = move |asked: &Asked<'_>| {
            let (span, options) = (asked.span(params.range), asked.options.inlay_hints);
            let hints = features::inlay_hints::inlay_hints(asked.snapshot(), span, options).into_iter();
            Some(hints.map(|hint| convert::inlay_hint::answer(asked, hint)).collect())
        };
        self.ask_much(&params.text_document.uri, question).await
    }

    async fn inlay_hint_resolve(&self, mut hint: InlayHint) -> Result<InlayHint> {
        let Some(data) = convert::inlay_hint::data(&hint) else { return Ok(hint) };
        let uri = data.uri.clone();
        hint.tooltip = self.ask(&uri, move |asked| convert::inlay_hint::tooltip(asked, &data)).await?;
        Ok(hint)
    }

    async fn linked_editing_range(&self, params: LinkedEditingRangeParams) -> Result<Option<LinkedEditingRanges>> {
        let question = move |asked: &Asked<'_>, offset| {
            let found = features::linked_editing::linked_places(asked.snapshot(), offset);
            let ranges: Vec<Range> = found.into_iter().map(|span| asked.range(span)).collect();
            (!ranges.is_empty()).then_some(LinkedEditingRanges { ranges, word_pattern: None })
        };
        self.ask_at(params.text_document_position_params, question).await
    }

    async fn on_type_formatting(&self, params: DocumentOnTypeFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position;
        let question = move |asked: &Asked<'_>| {
            Some(asked.edits(&features::formatting::line_above(asked.snapshot(), asked.offset(position))))
        };
        self.ask(&text_document.uri, question).await
    }

    async fn outgoing_calls(
        &self,
        params: CallHierarchyOutgoingCallsParams,
    ) -> Result<Option<Vec<CallHierarchyOutgoingCall>>> {
        let CallHierarchyItem { uri, name, selection_range, .. } = params.item;
        let question = move |asked: &Asked<'_>| {
            let (snapshot, was) = (asked.snapshot(), asked.offset(selection_range.start));
            let found = features::call_hierarchy::outgoing(
                snapshot,
                features::call_hierarchy::found_again(snapshot, was, &name)?,
            );
            Some(found.into_iter().map(|found| convert::symbols::outgoing(asked, found)).collect())
        };
        self.ask(&uri, question).await
    }

    async fn prepare_call_hierarchy(
        &self,
        params: CallHierarchyPrepareParams,
    ) -> Result<Option<Vec<CallHierarchyItem>>> {
        let question = move |asked: &Asked<'_>, offset| {
            let found = features::call_hierarchy::item_at(asked.snapshot(), offset)?;
            Some(vec![convert::symbols::hierarchy_item(asked, found)])
        };
        self.ask_at(params.text_document_position_params, question).await
    }

    async fn prepare_rename(&self, params: TextDocumentPositionParams) -> Result<Option<PrepareRenameResponse>> {
        let question = move |asked: &Asked<'_>, offset| {
            let found = features::rename::renamable(asked.snapshot(), offset);
            Some(found.map(|name| PrepareRenameResponse::Range(asked.range(name))))
        };
        self.ask_at(params, question).await?.transpose().map_err(convert::rename::refusal)
    }

    async fn range_formatting(&self, params: DocumentRangeFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        let (uri, range) = (params.text_document.uri, params.range);
        self.ask_much(&uri, move |asked| {
            Some(asked.edits(&features::formatting::part(asked.snapshot(), asked.span(range))))
        })
        .await
    }

    async fn references(&self, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
        let with_definitions = params.context.include_declaration;
        let question = move |asked: &Asked<'_>, offset| {
            let found = features::references::references(asked.snapshot(), offset, with_definitions);
            Some(found.into_iter().map(|span| Location::new(asked.uri().clone(), asked.range(span))).collect())
        };
        self.ask_at(params.text_document_position, question).await
    }

    async fn rename(&self, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
        let question = move |asked: &Asked<'_>, offset| {
            let edits = features::rename::rename(asked.snapshot(), offset, &params.new_name);
            Some(edits.map(|edits| convert::workspace_edit::workspace_edit(asked, &edits)))
        };
        self.ask_at(params.text_document_position, question).await?.transpose().map_err(convert::rename::refusal)
    }

    async fn selection_range(&self, params: SelectionRangeParams) -> Result<Option<Vec<SelectionRange>>> {
        let SelectionRangeParams { text_document, positions, .. } = params;
        let question = move |asked: &Asked<'_>| {
            let offsets: Vec<u32> = positions.iter().map(|position| asked.offset(*position)).collect();
            let found = features::selection::selections(asked.snapshot(), &offsets);
            found.iter().map(|steps| convert::selection::selection_range(asked, steps)).collect()
        };
        self.ask(&text_document.uri, question).await
    }

    async fn semantic_tokens_full(&self, params: SemanticTokensParams) -> Result<Option<SemanticTokensResult>> {
        let shared = Arc::clone(&self.shared);
        self.ask_much(&params.text_document.uri, move |asked| Some(shared.colors.full(asked).into())).await
    }

    async fn semantic_tokens_full_delta(
        &self,
        params: SemanticTokensDeltaParams,
    ) -> Result<Option<SemanticTokensFullDeltaResult>> {
        let (shared, previous) = (Arc::clone(&self.shared), params.previous_result_id);
        self.ask_much(&params.text_document.uri, move |asked| Some(shared.colors.since(asked, &previous))).await
    }

    async fn semantic_tokens_range(
        &self,
        params: SemanticTokensRangeParams,
    ) -> Result<Option<SemanticTokensRangeResult>> {
        let range = params.range;
        self.ask_much(&params.text_document.uri, move |asked| Some(colors::in_range(asked, range).into())).await
    }

    async fn signature_help(&self, params: SignatureHelpParams) -> Result<Option<SignatureHelp>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        let question = move |asked: &Asked<'_>| {
            let help = features::signature_help::signature_help(asked.snapshot(), asked.offset(position))?;
            Some(convert::signature_help::answer(asked, help))
        };
        self.ask(&text_document.uri, question).await
    }

    async fn symbol(&self, params: WorkspaceSymbolParams) -> Result<Option<WorkspaceSymbolResponse>> {
        let shared = Arc::clone(&self.shared);
        let found = asked::aside(move || search::search(&shared, &params.query)).await?;
        Ok(found.map(WorkspaceSymbolResponse::Nested))
    }
}
