//! `--show-upload`: the request of a run, byte for byte but for the key, and nothing sent.

use schemars::JsonSchema;
use serde::Serialize;
use signal_api::Preview;
use signal_api::models::ExecuteRequest;

use super::failure_of;
use crate::failure::Failure;
use crate::render::visible;

/// Stands for the sandbox of this process, whose port is picked when it starts.
const OF_THE_SANDBOX: &str = "http://127.0.0.1/api/v1";

/// The request that would be sent.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Upload {
    /// `POST`.
    pub(crate) method: String,
    /// The address.
    pub(crate) url: String,
    /// Name and value of each header, in the order in which they are sent; the key is not among them.
    pub(crate) headers: Vec<(String, String)>,
    /// The body, as the text that is sent.
    pub(crate) body: String,
    #[serde(skip)]
    head: String,
}

impl Upload {
    /// What a run would send to `base_url`; `None`: to the sandbox of this process.
    ///
    /// # Errors
    /// A base URL that can't be used.
    pub(crate) fn new(base_url: Option<&str>, request: &ExecuteRequest) -> Result<Self, Failure> {
        let preview =
            Preview::execute(base_url.unwrap_or(OF_THE_SANDBOX), request).map_err(|error| failure_of(&error))?;
        Ok(Self {
            method: preview.method.to_owned(),
            head: preview.head(),
            url: preview.url,
            headers: preview.headers,
            // JSON is UTF-8, whoever writes it.
            body: String::from_utf8(preview.body).unwrap_or_default(),
        })
    }

    /// Head and body as they would stand on the wire; for a terminal with what it would obey made visible, and a line end.
    pub(crate) fn text(&self, for_terminal: bool) -> String {
        if for_terminal {
            return format!("{}{}\n", self.head.replace('\r', ""), visible::line(&self.body));
        }
        format!("{}{}", self.head, self.body)
    }
}
