//! Why a name can't be renamed, in the protocol's words.

use tower_lsp::jsonrpc::{Error, ErrorCode};

/// A refusal that editors show as it stands.
pub(crate) fn refusal(message: String) -> Error {
    /// `RequestFailed` of the protocol: asked for rightly, and can't be done.
    const REQUEST_FAILED: i64 = -32803;
    Error { code: ErrorCode::ServerError(REQUEST_FAILED), message: message.into(), data: None }
}
