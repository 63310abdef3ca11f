//! Completions in the protocol's words.

use serde::{Deserialize, Serialize};
use tower_lsp::ls_types::*;

use crate::features::completion::{About, Completion, Insert, Item, ItemKind, Manner};
use crate::server::Asked;

/// What an item carries to be asked about again.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Data {
    /// The text that it was offered in.
    pub(crate) uri: Uri,
    /// What is to be told of it.
    pub(crate) about: About,
}

/// What of the protocol's items this client knows.
struct Knows {
    snippets: bool,
    markup: MarkupKind,
    label_details: bool,
    insert_and_replace: bool,
}

impl Knows {
    fn of(client: &ClientCapabilities) -> Self {
        let completion = client.text_document.as_ref().and_then(|text| text.completion.as_ref());
        let item = completion.and_then(|completion| completion.completion_item.as_ref());
        let says = |ability: fn(&CompletionItemCapability) -> Option<bool>| item.and_then(ability).unwrap_or(false);
        Self {
            markup: markup_of(item.and_then(|item| item.documentation_format.as_deref())),
            snippets: says(|item| item.snippet_support),
            label_details: says(|item| item.label_details_support),
            insert_and_replace: says(|item| item.insert_replace_support),
        }
    }
}

/// How the client asks.
pub(crate) fn manner(asked: &Asked<'_>, context: Option<&CompletionContext>) -> Manner {
    let triggered = context.filter(|context| context.trigger_kind == CompletionTriggerKind::TRIGGER_CHARACTER);
    let trigger = triggered.and_then(|context| context.trigger_character.as_ref()?.chars().next());
    Manner { snippets: Knows::of(&asked.session.client).snippets, trigger }
}

/// A list for the client.
pub(crate) fn answer(asked: &Asked<'_>, offset: u32, completion: Completion) -> CompletionResponse {
    let knows = Knows::of(&asked.session.client);
    let replace = asked.range(completion.replaced);
    let insert = Range::new(replace.start, asked.position(offset));
    let edit = |text: String| {
        // Only a word with more of it behind the cursor can be meant either way.
        if knows.insert_and_replace && insert != replace {
            return CompletionTextEdit::InsertAndReplace(InsertReplaceEdit { new_text: text, insert, replace });
        }
        CompletionTextEdit::Edit(TextEdit::new(replace, text))
    };
    let items = completion.items.into_iter().map(|item| {
        let text_edit = edit(if item.insert.has_stops() { item.insert.snippet() } else { item.insert.text() });
        one(asked, &knows, item, text_edit)
    });
    CompletionResponse::List(CompletionList { is_incomplete: completion.incomplete, items: items.collect() })
}

fn one(asked: &Asked<'_>, knows: &Knows, item: Item, text_edit: CompletionTextEdit) -> CompletionItem {
    let Item { label, kind, signature, description, filter, insert, rank, preselect, about } = item;
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let (label_details, detail) = match knows.label_details {
        true => {
            let details = CompletionItemLabelDetails { detail: given(&signature), description: given(&description) };
            let is_empty = details.detail.is_none() && details.description.is_none();
            ((!is_empty).then_some(details), None)
        }
        false => (None, given(&description)),
    };
    let (documented, data) = match about {
        About::Nothing => (None, None),
        About::Text(text) => (Some(documentation(text, knows.markup.clone())), None),
        about => {
            let data = Data { uri: asked.uri().clone(), about };
            (None, serde_json::to_value(data).ok())
        }
    };
    CompletionItem {
        sort_text: Some(format!("{rank:05}{label}")),
        insert_text_format: insert.has_stops().then_some(InsertTextFormat::SNIPPET),
        command: command(asked, kind, &insert),
        label,
        label_details,
        kind: Some(kind_of(kind)),
        detail,
        documentation: documented,
        preselect: preselect.then_some(true),
        filter_text: filter,
        text_edit: Some(text_edit),
        data,
        ..CompletionItem::default()
    }
}

/// What the editor does next, where it says that it can: behind a call the parameters are shown, behind half a ticker the rest.
fn command(asked: &Asked<'_>, kind: ItemKind, insert: &Insert) -> Option<Command> {
    let (name, title) = match kind {
        ItemKind::Function | ItemKind::Constructor if insert.has_stops() => {
            ("editor.action.triggerParameterHints", "Show parameters")
        }
        ItemKind::Ticker if insert.text().ends_with(':') => ("editor.action.triggerSuggest", "Complete"),
        ItemKind::Property if insert.text().ends_with('=') => ("editor.action.triggerSuggest", "Complete"),
        _ => return None,
    };
    asked.offers(name).then(|| Command { title: title.to_owned(), command: name.to_owned(), arguments: None })
}

const fn kind_of(kind: ItemKind) -> CompletionItemKind {
    match kind {
        ItemKind::Function => CompletionItemKind::FUNCTION,
        ItemKind::Constructor => CompletionItemKind::CONSTRUCTOR,
        ItemKind::Data => CompletionItemKind::FIELD,
        ItemKind::Name => CompletionItemKind::VARIABLE,
        ItemKind::Property => CompletionItemKind::PROPERTY,
        ItemKind::Keyword => CompletionItemKind::KEYWORD,
        ItemKind::Value => CompletionItemKind::ENUM_MEMBER,
        ItemKind::Ticker => CompletionItemKind::VALUE,
        ItemKind::Rule => CompletionItemKind::CONSTANT,
        ItemKind::Snippet => CompletionItemKind::SNIPPET,
    }
}

/// What is to be told of an item that was offered.
pub(crate) fn data(item: &CompletionItem) -> Option<Data> {
    serde_json::from_value(item.data.clone()?).ok()
}

/// The documentation of an item that is looked at.
pub(crate) fn resolved(asked: &Asked<'_>, markdown: String) -> Documentation {
    documentation(markdown, Knows::of(&asked.session.client).markup)
}

/// Markdown for a client that shows it, or that is older than the question.
pub(super) fn markup_of(formats: Option<&[MarkupKind]>) -> MarkupKind {
    let shows = formats.is_none_or(|formats| formats.contains(&MarkupKind::Markdown));
    if shows { MarkupKind::Markdown } else { MarkupKind::PlainText }
}

/// A text with Markdown in it, as the client shows it.
pub(super) const fn documentation(value: String, kind: MarkupKind) -> Documentation {
    Documentation::MarkupContent(MarkupContent { kind, value })
}
