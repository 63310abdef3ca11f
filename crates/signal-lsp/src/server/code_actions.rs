//! Actions on their way to the client: those at a place, and the edits of the one that was picked.

use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types::{
    CodeAction, CodeActionContext, CodeActionOrCommand, CodeActionResponse, CodeActionTriggerKind, Range, WorkspaceEdit,
};

use super::Asked;
use crate::convert::code_action::{Data, Takes, code_action};
use crate::convert::diagnostic::{About, diagnostic};
use crate::convert::workspace_edit::workspace_edit;
use crate::documents::Language;
use crate::features::code_actions::{self, Action, Does, Kind, Task, Wanted};

/// What can be done at a range.
pub(super) fn at_range(asked: &Asked<'_>, range: Range, context: CodeActionContext) -> CodeActionResponse {
    let (span, takes) = (asked.span(range), Takes::of(&asked.session.client));
    let mut only: Option<Vec<String>> =
        context.only.map(|only| only.iter().map(|kind| kind.as_str().to_owned()).collect());
    // Where nobody has asked, an editor shows a lamp: for cures, and for what a selection is likely to be made for.
    if only.is_none() && context.trigger_kind == Some(CodeActionTriggerKind::AUTOMATIC) {
        let kinds = [Some(Kind::QuickFix), (!span.is_empty()).then_some(Kind::Extract)];
        only = Some(kinds.into_iter().flatten().map(|kind| kind.as_str().to_owned()).collect());
    }
    let commands: Vec<String> = asked.session.commands.iter().cloned().collect();
    let mut named: Vec<_> = context.diagnostics.iter().map(|finding| asked.span(finding.range)).collect();
    named.sort_unstable();
    let wanted = Wanted { span, findings: &named, only: only.as_deref(), commands: &commands };
    let checked;
    let (findings, actions) = match asked.text.language {
        Language::Script => {
            let snapshot = asked.snapshot();
            (&snapshot.findings().diagnostics, code_actions::code_actions(snapshot, &wanted))
        }
        Language::Settings => {
            checked = asked.host.check_settings(asked.source());
            let actions = code_actions::settings_actions(asked.source(), &checked, &wanted);
            (&checked, actions)
        }
    };
    let text = asked.text;
    let (encoding, shows) = (asked.session.encoding, asked.session.shows);
    let host = asked.host;
    let about = About { source: &text.source, uri: &text.uri, version: text.version, encoding, shows, host };
    let one = |action: Action| {
        let here = |at: &&usize| findings.get(**at).is_some_and(|finding| wanted.concerns(finding.span));
        let settled = action.settles.iter().filter(here).map(|at| diagnostic(&about, &findings[*at]));
        let settled: Vec<_> = if action.kind == Kind::QuickFix { settled.collect() } else { Vec::new() };
        let edit = match &action.does {
            Does::Edits(edits) => Some(workspace_edit(asked, edits)),
            Does::Later(task) if !takes.later && is_quick(asked, task) => Some(edit(asked, task)?),
            Does::Later(_) if !takes.later => return None,
            Does::Later(_) | Does::Command(_) => None,
        };
        let mut answer = code_action(action, takes, (&text.uri, text.version))?;
        if let CodeActionOrCommand::CodeAction(action) = &mut answer {
            action.edit = edit;
            action.diagnostics = (!settled.is_empty()).then_some(settled);
        }
        Some(answer)
    };
    actions.into_iter().filter_map(one).collect()
}

/// Whether the edits of a task are worked out at once for a client that can't ask for them later. All fixes of a long script
/// take longer than a cursor may wait.
fn is_quick(asked: &Asked<'_>, task: &Task) -> bool {
    const LONG: usize = 200_000;
    asked.source().text().len() < LONG || !matches!(task, Task::FixAll | Task::FixRule(_))
}

/// What an action that comes back from the client is about; `None` where all of it went there.
pub(super) fn data(action: &CodeAction) -> Option<Data> {
    action.data.as_ref().and_then(|data| serde_json::from_value(data.clone()).ok())
}

/// The answer where the text has changed since an action was offered.
pub(super) fn outdated() -> Result<CodeAction> {
    let message = "the text has changed since this was offered; ask again".into();
    Err(Error { code: ErrorCode::ContentModified, message, data: None })
}

/// An action with its edits.
///
/// # Errors
/// When the text has changed since it was offered.
pub(super) fn resolved(asked: &Asked<'_>, action: CodeAction, data: &Data) -> Result<CodeAction> {
    if data.version != asked.text.version {
        return outdated();
    }
    let edit = edit(asked, &data.task);
    Ok(CodeAction { edit, ..action })
}

/// The edits of a task; `None` where there is nothing to do.
fn edit(asked: &Asked<'_>, task: &Task) -> Option<WorkspaceEdit> {
    let edits = match (asked.text.language, task) {
        (Language::Script, task) => code_actions::carry_out(asked.snapshot(), task),
        (Language::Settings, Task::FixAll) => {
            code_actions::fix_all_settings(asked.source(), |settings| asked.host.check_settings(settings))
        }
        (Language::Settings, _) => None,
    }?;
    Some(workspace_edit(asked, &edits))
}
