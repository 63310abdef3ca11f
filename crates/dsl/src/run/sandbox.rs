//! The sandbox in this very process, for `dsl run --sandbox`.

use std::path::Path;

use signal_api::{Client, ClientOptions};
use signal_market::Date;
use signal_sandbox::{DataSource, Options, Running, Sandbox};

use super::failure_of;
use crate::exit::Exit;
use crate::failure::Failure;

/// A sandbox on a free port, and a client that talks to it over HTTP as to any server.
pub(crate) struct LocalSandbox {
    running: Running,
    /// The client, with the sandbox's own key.
    pub(crate) client: Client,
}

impl LocalSandbox {
    /// Starts one, over the CSV files of `data` or a synthetic market. Needs a runtime.
    ///
    /// # Errors
    /// When no port can be had, or the folder can't be used.
    pub(crate) async fn start(data: Option<&Path>, today: Date) -> Result<Self, Failure> {
        let mut options = Options { today: Some(today), ..Options::default() };
        if let Some(folder) = data {
            options.data = DataSource::Csv(folder.to_owned());
        }
        let started = Sandbox::start(options).await;
        let running = started
            .map_err(|error| Failure::new(Exit::Usage, "sandbox", format!("the sandbox can't start: {error}")))?;
        let options = ClientOptions {
            base_url: running.url.clone(),
            key: Some(running.api_key.clone().into()),
            ..ClientOptions::default()
        };
        let client = Client::new(options).map_err(|error| failure_of(&error))?;
        Ok(Self { running, client })
    }

    /// Ends it.
    pub(crate) async fn shutdown(self) {
        self.running.shutdown().await;
    }
}
