//! Actions in the protocol's words, as far as the client understands them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tower_lsp::ls_types::{
    ClientCapabilities, CodeAction, CodeActionKind, CodeActionOptions, CodeActionOrCommand,
    CodeActionProviderCapability, Command, Uri,
};

use crate::features::code_actions::{self, Does, Kind, Task};

/// What the client understands of actions.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Takes {
    /// Actions at all; else commands alone.
    pub(crate) actions: bool,
    /// Actions whose edits are worked out once they are picked.
    pub(crate) later: bool,
}

impl Takes {
    /// What the client says of itself.
    pub(crate) fn of(client: &ClientCapabilities) -> Self {
        let text = client.text_document.as_ref().and_then(|text| text.code_action.as_ref());
        let resolves = text.and_then(|client| client.resolve_support.as_ref());
        Self {
            actions: text.is_some_and(|client| client.code_action_literal_support.is_some()),
            later: resolves.is_some_and(|resolves| resolves.properties.iter().any(|property| property == "edit"))
                && text.is_some_and(|client| client.data_support == Some(true)),
        }
    }

    /// What the server says it has for this client.
    pub(crate) fn provider(self) -> CodeActionProviderCapability {
        if !self.actions {
            return true.into();
        }
        let kinds = Kind::ALL.map(|kind| CodeActionKind::new(kind.as_str())).to_vec();
        CodeActionOptions { code_action_kinds: Some(kinds), resolve_provider: Some(true), ..Default::default() }.into()
    }
}

/// What goes with an action to the client and comes back when it is picked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Data {
    /// The text that it is about.
    pub(crate) uri: Uri,
    /// Its version.
    pub(crate) version: i32,
    /// What is to be done.
    pub(crate) task: Task,
}

/// An action without its edits and the findings that it settles; `None` where the client does not understand it.
pub(crate) fn code_action(
    action: code_actions::Action,
    takes: Takes,
    (uri, version): (&Uri, i32),
) -> Option<CodeActionOrCommand> {
    let code_actions::Action { title, kind, preferred, does, .. } = action;
    let command = match &does {
        Does::Command(command) => Some(Command {
            title: title.clone(),
            command: command.name().to_owned(),
            arguments: Some(vec![argument(command, uri)]),
        }),
        _ => None,
    };
    if !takes.actions {
        return command.map(CodeActionOrCommand::Command);
    }
    let data = match does {
        Does::Later(task) if takes.later => serde_json::to_value(Data { uri: uri.clone(), version, task }).ok(),
        _ => None,
    };
    let is_preferred = preferred.then_some(true);
    let kind = Some(CodeActionKind::new(kind.as_str()));
    Some(CodeAction { title, kind, is_preferred, command, data, ..CodeAction::default() }.into())
}

fn argument(command: &code_actions::Command, uri: &Uri) -> Value {
    match command {
        code_actions::Command::Explain { rule } => json!({ "rule": rule }),
        code_actions::Command::PullCatalog { lock } => json!({ "uri": uri, "lock": lock }),
    }
}
