//! What changes around the open texts, and who has to be told.

use std::sync::Arc;

use serde_json::Value;
use tokio::runtime::Handle;
use tower_lsp::ls_types::notification::Notification;
use tower_lsp::ls_types::{ConfigurationItem, MessageType};

use super::{Shared, diagnostics};
use crate::documents::{Language, Text};
use crate::host::Change;
use crate::options::Options;

/// `signal/statusChanged`: the answer to `signal/status` may be another one now.
enum StatusChanged {}

impl Notification for StatusChanged {
    type Params = ();
    const METHOD: &'static str = "signal/statusChanged";
}

/// From now on notices changes of settings, catalogs and the journal, and the end of the process that started the server.
pub(super) fn watch(shared: &Arc<Shared>) {
    let (runtime, watched) = (Handle::current(), Arc::downgrade(shared));
    let changed = move |change| {
        if let Some(shared) = watched.upgrade() {
            runtime.spawn(async move {
                match change {
                    Change::Project => changed(&shared).await,
                    Change::Runs => ran(&shared).await,
                }
            });
        }
    };
    let (host, folders) = (Arc::clone(&shared.host), shared.folders());
    // A large folder takes its time.
    tokio::task::spawn_blocking(move || host.watch(&folders, Box::new(changed)));
}

/// Looks at everything anew: settings, a catalog or the journal have changed.
pub(super) async fn changed(shared: &Arc<Shared>) {
    shared.host.forget();
    shared.documents.renew();
    for text in shared.documents.all() {
        diagnostics::send(shared, &text.uri);
    }
    shared.client.send_notification::<StatusChanged>(()).await;
    refresh(shared);
}

/// Tells that runs have come or gone on: that changes no finding, but a lens.
async fn ran(shared: &Arc<Shared>) {
    shared.client.send_notification::<StatusChanged>(()).await;
    refresh_lenses(shared);
}

/// Asks the client for something, if it can do that, and does not wait: whether it does is none of our business.
macro_rules! refresh {
    ($shared:expr, $area:ident, $request:ident) => {
        let area = $shared.session().client.workspace.as_ref().and_then(|workspace| workspace.$area.as_ref());
        if area.is_some_and(|client| client.refresh_support == Some(true)) {
            let client = $shared.client.clone();
            tokio::spawn(async move { drop(client.$request().await) });
        }
    };
}

/// Has the client ask again for everything that it shows.
fn refresh(shared: &Shared) {
    refresh!(shared, diagnostics, workspace_diagnostic_refresh);
    refresh!(shared, inlay_hint, inlay_hint_refresh);
    refresh!(shared, semantic_tokens, semantic_tokens_refresh);
    refresh_lenses(shared);
}

/// Has the client ask again for its lenses.
fn refresh_lenses(shared: &Shared) {
    refresh!(shared, code_lens, code_lens_refresh);
}

/// Takes what people set in their editor: from the client, where it can be asked, else from what it sent.
pub(super) fn configure(shared: &Arc<Shared>, sent: Value) {
    let shared = Arc::clone(shared);
    // The client answers when it likes.
    tokio::spawn(async move {
        let workspace = shared.session().client.workspace.as_ref();
        let settings = if workspace.is_some_and(|client| client.configuration == Some(true)) {
            let item = ConfigurationItem { scope_uri: None, section: Some("signal".to_owned()) };
            let answer = shared.client.configuration(vec![item]).await;
            answer.ok().and_then(|answer| answer.into_iter().next()).filter(|settings| !settings.is_null())
        } else {
            Some(sent).filter(|settings| !settings.is_null())
        };
        if let Some(settings) = settings
            && shared.set_options(Options::read(&settings))
        {
            refresh(&shared);
        }
    });
}

/// Says once why a settings file or a catalog can't be used.
pub(super) async fn tell_trouble(shared: &Shared, text: &Text) {
    if text.language != Language::Script {
        return;
    }
    // Its findings have just been worked out.
    let Some(trouble) = &text.snapshot(&*shared.host).project().trouble else { return };
    if shared.is_news(trouble) {
        shared.client.show_message(MessageType::WARNING, trouble).await;
    }
}
