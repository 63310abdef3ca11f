//! The server and what its messages share: the open texts, what is agreed with the client, what people set.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde::Serialize;
use tower_lsp::Client;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{TextDocumentPositionParams, Uri};

use super::asked::{self, Asked};
use super::capabilities::Session;
use super::colors::Colors;
use super::status::{self, StatusParams, StatusResult};
use crate::documents::{Documents, Language};
use crate::host::Host;
use crate::options::Options;
use crate::serve::{hand_over, written};

/// The server: what a client's messages reach.
pub(crate) struct Server {
    pub(super) shared: Arc<Shared>,
}

/// What all messages share.
pub(crate) struct Shared {
    pub(super) client: Client,
    pub(super) host: Arc<dyn Host>,
    pub(super) documents: Documents,
    pub(super) session: OnceLock<Session>,
    /// A client that has not said a word.
    stranger: Session,
    pub(super) options: Mutex<Options>,
    /// The folders that are open.
    pub(super) folders: Mutex<Vec<PathBuf>>,
    /// Troubles that people were told of.
    pub(super) told: Mutex<BTreeSet<String>>,
    /// What was sent of colours.
    pub(super) colors: Colors,
    /// Held while findings are sent.
    pub(super) sending: tokio::sync::Mutex<()>,
    pub(super) is_shut_down: Arc<AtomicBool>,
}

impl Server {
    /// A server of a client, with the world around the open texts. `is_shut_down` tells afterwards whether it was asked to end.
    pub(crate) fn new(client: Client, host: Arc<dyn Host>, is_shut_down: Arc<AtomicBool>) -> Self {
        let shared = Shared {
            client,
            host,
            documents: Documents::default(),
            session: OnceLock::new(),
            stranger: Session::default(),
            options: Mutex::default(),
            folders: Mutex::default(),
            told: Mutex::default(),
            colors: Colors::default(),
            sending: tokio::sync::Mutex::default(),
            is_shut_down,
        };
        Self { shared: Arc::new(shared) }
    }

    /// What all messages share.
    pub(crate) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }

    /// Asks about a script as it is now. `None`: it is not open here, or is no script.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        uri: &Uri,
        question: impl FnOnce(&Asked<'_>) -> Option<T> + Send + 'static,
    ) -> Result<Option<T>> {
        let of_script =
            move |asked: &Asked<'_>| if asked.text.language == Language::Script { question(asked) } else { None };
        self.ask_any(uri, of_script).await
    }

    /// As [`Self::ask`], about a settings file, too.
    pub(super) async fn ask_any<T: Send + 'static>(
        &self,
        uri: &Uri,
        question: impl FnOnce(&Asked<'_>) -> Option<T> + Send + 'static,
    ) -> Result<Option<T>> {
        asked::ask(&self.shared, uri, question).await
    }

    /// As [`Self::ask`], about a place in the script: the question is given its byte offset.
    pub(super) async fn ask_at<T: Send + 'static>(
        &self,
        at: TextDocumentPositionParams,
        question: impl FnOnce(&Asked<'_>, u32) -> Option<T> + Send + 'static,
    ) -> Result<Option<T>> {
        let position = at.position;
        self.ask(&at.text_document.uri, move |asked| question(asked, asked.offset(position))).await
    }

    /// As [`Self::ask`], where an answer may have many parts: it is written on the thread that finds it. The caller must
    /// resolve to what this does, without waiting for anything more.
    pub(super) async fn ask_much<T: Serialize>(
        &self,
        uri: &Uri,
        question: impl FnOnce(&Asked<'_>) -> Option<T> + Send + 'static,
    ) -> Result<Option<T>> {
        let answer = self.ask(uri, move |asked| question(asked).as_ref().and_then(written)).await?;
        hand_over(answer);
        Ok(None)
    }

    /// `signal/status`
    pub(crate) async fn status(&self, params: StatusParams) -> Result<StatusResult> {
        let host = Arc::clone(&self.shared.host);
        asked::aside(move || status::status(&*host, &params)).await?.ok_or_else(Error::request_cancelled)
    }
}

impl Shared {
    /// What is agreed with the client.
    pub(crate) fn session(&self) -> &Session {
        // Nothing is asked before that, but for whom the server works for.
        self.session.get().unwrap_or(&self.stranger)
    }

    /// What people set in their editor.
    pub(crate) fn options(&self) -> Options {
        *self.options.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes new settings of the editor; false when they are the old ones.
    pub(super) fn set_options(&self, options: Options) -> bool {
        let mut known = self.options.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *known, options) != options
    }

    /// The folders that are open.
    pub(crate) fn folders(&self) -> Vec<PathBuf> {
        self.folders.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes in which folders were opened and closed.
    pub(super) fn change_folders(&self, opened: impl IntoIterator<Item = PathBuf>, closed: &[PathBuf]) {
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        folders.retain(|folder| !closed.contains(folder));
        folders.extend(opened);
    }

    /// Whether people have not been told of a trouble yet.
    pub(super) fn is_news(&self, trouble: &str) -> bool {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).insert(trouble.to_owned())
    }
}
