//! Runs the server on standard input and output until the client ends it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tower_lsp::LspService;

use crate::host::Host;
use crate::server::Server;
use crate::stdio::{Input, Output};

/// How many messages may be under way at once: enough that none waits behind slow ones, a cancellation least of all.
const AT_ONCE: usize = 4096;
/// How many questions are answered at the same time; more would only take turns, each with a stack of its own.
const THREADS: usize = 8;
/// How long answers that are on their way may take when the client ends the server.
const GRACE: Duration = Duration::from_secs(1);

/// Serves a client on standard input and output until it ends the server; true when it had said so before, as it should.
///
/// Whoever calls this ends the process afterwards: a thread may still be reading standard input, which the client need not
/// close.
///
/// # Errors
/// When the system gives no thread or no event loop.
pub fn serve(host: Arc<dyn Host>) -> std::io::Result<bool> {
    let is_shut_down = Arc::new(AtomicBool::new(false));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().max_blocking_threads(THREADS).build()?;
    runtime.block_on(async {
        let build = |client| Server::new(client, host, Arc::clone(&is_shut_down));
        let service = LspService::build(build).custom_method("signal/status", Server::status);
        let (service, socket) = service.finish();
        let (output, written) = Output::stdout();
        let server = tower_lsp::Server::new(Input::stdin(), output, socket).concurrency_level(AT_ONCE);
        server.serve(service).await;
        let _ = tokio::time::timeout(GRACE, written).await;
    });
    // Threads that are still at work are not waited for.
    runtime.shutdown_background();
    Ok(is_shut_down.load(Ordering::Relaxed))
}
