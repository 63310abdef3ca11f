//! What changes around the open texts, and who has to be told.

use std::sync::{Arc, Weak};
use std::time::Duration;

use serde_json::Value;
use tokio::runtime::Handle;
use tower_lsp::ls_types::notification::Notification;
use tower_lsp::ls_types::{ConfigurationItem, MessageType};

use super::{Shared, diagnostics};
use crate::documents::{Language, Text};
use crate::host::Change;
use crate::options::Options;

/// How often it is looked whether a new day has begun.
const MINUTE: Duration = Duration::from_secs(60);

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
    tokio::spawn(days(Arc::downgrade(shared), MINUTE));
    let (host, folders) = (Arc::clone(&shared.host), shared.folders());
    // A large folder takes its time.
    tokio::task::spawn_blocking(move || host.watch(&folders, Box::new(changed)));
}

/// Looks at everything anew when a day begins: a range may end today.
async fn days(watched: Weak<Shared>, pause: Duration) {
    let mut known = None;
    while let Some(shared) = watched.upgrade() {
        let today = shared.host.today();
        if known.replace(today).is_some_and(|known| known != today) {
            changed(&shared).await;
        }
        drop(shared);
        tokio::time::sleep(pause).await;
    }
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
pub(super) fn configure(shared: &Arc<Shared>, sent: &Value) {
    let workspace = shared.session().client.workspace.as_ref();
    if workspace.is_none_or(|client| client.configuration != Some(true)) {
        // At once: a question behind it is meant under the new ones.
        return set(shared, sent);
    }
    let shared = Arc::clone(shared);
    // The client answers when it likes.
    tokio::spawn(async move {
        let item = ConfigurationItem { scope_uri: None, section: Some("signal".to_owned()) };
        if let Some(settings) =
            shared.client.configuration(vec![item]).await.ok().and_then(|answer| answer.into_iter().next())
        {
            set(&shared, &settings);
        }
    });
}

fn set(shared: &Shared, settings: &Value) {
    if !settings.is_null() && shared.set_options(Options::read(settings)) {
        refresh(shared);
    }
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

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::sync::atomic::{AtomicI8, Ordering};

    use signal_market::Date;
    use signal_text::{Diagnostic, Source};
    use tower_lsp::LspService;
    use tower_lsp::ls_types::TextDocumentItem;

    use super::*;
    use crate::convert::link;
    use crate::host::{Host, LastRun, Project, Status};
    use crate::server::Server;
    use crate::testing::Nowhere;

    /// A day of June 2026.
    struct Day(AtomicI8);

    impl Host for Day {
        fn today(&self) -> Option<Date> {
            Date::new(2026, 6, self.0.load(Ordering::Relaxed)).ok()
        }

        fn project(&self, script: Option<&Path>) -> Arc<Project> {
            Nowhere.project(script)
        }

        fn check_settings(&self, settings: &Source) -> Vec<Diagnostic> {
            Nowhere.check_settings(settings)
        }

        fn last_run(&self, script: &Path) -> Option<LastRun> {
            Nowhere.last_run(script)
        }

        fn status(&self, script: Option<&Path>) -> Status {
            Nowhere.status(script)
        }

        fn rule_page(&self, rule: &str) -> Option<PathBuf> {
            Nowhere.rule_page(rule)
        }

        fn scripts(&self, folder: &Path) -> Vec<PathBuf> {
            Nowhere.scripts(folder)
        }

        fn read(&self, file: &Path) -> Option<Source> {
            Nowhere.read(file)
        }

        fn forget(&self) {}

        fn watch(&self, _: &[PathBuf], _: Box<dyn Fn(Change) + Send + Sync>) {}
    }

    #[test]
    fn a_new_day_changes_what_is_known_of_open_texts() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let host = Arc::new(Day(AtomicI8::new(1)));
            let (service, _socket) = LspService::new(|client| Server::new(client, host.clone(), Arc::default()));
            let (shared, uri) = (service.inner().shared(), link("untitled:a").unwrap());
            shared.documents.open(TextDocumentItem::new(uri.clone(), "signal".to_owned(), 1, "a = 1".to_owned()));
            let text = shared.documents.text(&uri).unwrap();
            tokio::spawn(days(Arc::downgrade(&shared), Duration::from_millis(1)));
            tokio::time::sleep(Duration::from_millis(20)).await;
            assert!(shared.documents.is_current(&text), "the day is the same");
            host.0.store(2, Ordering::Relaxed);
            let renewed = async {
                while shared.documents.is_current(&text) {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            };
            tokio::time::timeout(Duration::from_secs(60), renewed).await.unwrap();
            let text = shared.documents.text(&uri).unwrap();
            assert_eq!(text.snapshot(&*host).today(), Date::new(2026, 6, 2).ok());
        });
    }
}
