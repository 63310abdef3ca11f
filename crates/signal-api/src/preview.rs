//! A request as it would leave this machine, without sending it: what a user looks at before a run.

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, USER_AGENT};

use crate::client::ClientOptions;
use crate::destination::Destination;
use crate::error::ApiError;
use crate::models::ExecuteRequest;

/// What stands where the key would.
const NO_KEY_SHOWN: &str = "Bearer [key]";

/// A request, byte for byte but for the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// `POST`.
    pub method: &'static str,
    /// The whole address.
    pub url: String,
    /// What stands in the request line: the address without scheme and host.
    pub target: String,
    /// Names in lower case and values, in the order in which they are sent; in place of the key stands `[key]`.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Preview {
    /// What [`Client::execute`](crate::Client::execute) sends to `base_url`.
    ///
    /// # Errors
    /// [`ApiError::BadUrl`] and [`ApiError::KeyNotAllowed`] as for a client, [`ApiError::Setup`] where the request can't be
    /// written.
    pub fn execute(base_url: &str, request: &ExecuteRequest) -> Result<Self, ApiError> {
        let destination = Destination::new(base_url)?;
        let url = destination.address(&["backtest", "execute"])?;
        let body = serde_json::to_vec(request)
            .map_err(|error| ApiError::Setup(format!("the request can't be written as JSON: {error}")))?;
        let headers = [
            (ACCEPT, "application/json".to_owned()),
            (AUTHORIZATION, NO_KEY_SHOWN.to_owned()),
            (CONTENT_TYPE, "application/json".to_owned()),
            (USER_AGENT, ClientOptions::default().user_agent),
            (HOST, destination.host()),
            (CONTENT_LENGTH, body.len().to_string()),
        ];
        Ok(Self {
            method: "POST",
            target: url.path().to_owned(),
            url: url.to_string(),
            headers: headers.into_iter().map(|(name, value)| (name.as_str().to_owned(), value)).collect(),
            body,
        })
    }

    /// Request line, headers and the empty line behind them, as they stand on the wire.
    #[must_use]
    pub fn head(&self) -> String {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        head
    }
}
