//! Runs the server on standard input and output until the client ends it.
//!
//! The way between is our own: tower-lsp's ends at the first message that is none, and forgets the answer to `shutdown` when
//! `exit` follows at once. Each message is handled up to its first wait before the next one is looked at, so an edit is in
//! the text before any question that comes behind it.

mod input;
mod output;
mod parent;
mod written;

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::task::JoinSet;
use tower_lsp::jsonrpc::{Error, Id, Request, Response};
use tower_lsp::{ClientSocket, LspService};
use tower_service::Service as _;

use crate::host::Host;
use crate::server::Server;
use input::Incoming;
use output::{Outgoing, Output};

pub(crate) use written::{Written, hand_over, written};

/// How many questions are answered at the same time; more would only take turns, each with a stack of its own.
const THREADS: usize = 8;
/// How long what is under way may take when the client ends the server.
const GRACE: Duration = Duration::from_secs(2);

/// Serves a client on standard input and output until it ends the server; true when it had said so before, as it should.
///
/// Whoever calls this ends the process afterwards: a thread may still be reading standard input, which the client need not
/// close.
///
/// # Errors
/// When the system gives no event loop.
pub fn serve(host: Arc<dyn Host>) -> std::io::Result<bool> {
    // First of all: the client's first word is read while the rest is made ready.
    let incoming = input::stdin();
    let is_shut_down = Arc::new(AtomicBool::new(false));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().max_blocking_threads(THREADS).build()?;
    runtime.block_on(async {
        let build = |client| Server::new(client, host, Arc::clone(&is_shut_down));
        let (service, socket) = LspService::build(build).custom_method("signal/status", Server::status).finish();
        let (output, mut written) = output::stdout();
        let shared = service.inner().shared();
        tokio::select! {
            () = talk(service, socket, incoming, output) => {}
            () = parent::gone(|| shared.session().parent) => {}
            // Nobody reads what is said any more.
            _ = &mut written => return,
        }
        let _ = tokio::time::timeout(GRACE, written).await;
    });
    // Threads that are still at work are not waited for.
    runtime.shutdown_background();
    Ok(is_shut_down.load(Ordering::Relaxed))
}

/// Takes messages to the server and its own to the client, until the client says `exit` or hangs up.
async fn talk(
    mut service: LspService<Server>,
    socket: ClientSocket,
    mut incoming: tokio::sync::mpsc::Receiver<Incoming>,
    output: Output,
) {
    let (mut questions, mut answers) = socket.split();
    let mut under_way = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            message = incoming.recv() => match message {
                Some(Incoming::Request(request)) if request.method() == "exit" => return,
                Some(Incoming::Request(request)) => take(&mut service, request, &output, &mut under_way),
                Some(Incoming::Response(response)) => drop(answers.send(response).await),
                Some(Incoming::Broken(answer)) => drop(output.send(Outgoing::Response(answer))),
                None => break,
            },
            Some(question) = questions.next() => drop(output.send(Outgoing::Request(question))),
            Some(_) = under_way.join_next() => {}
        }
    }
    // Nobody asks any more, but who has asked is answered.
    let rest = async { while under_way.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(GRACE, rest).await;
}

/// Handles a message as far as that goes without waiting; the rest goes on beside the next ones.
fn take(service: &mut LspService<Server>, request: Request, output: &Output, under_way: &mut JoinSet<()>) {
    let id = request.id().cloned();
    let mut handling = service.call(request);
    let mut context = Context::from_waker(std::task::Waker::noop());
    let polled = catch_unwind(AssertUnwindSafe(|| handling.as_mut().poll(&mut context)));
    let written = written::take();
    match polled {
        // Of `$/...` tower-lsp lets go in silence, questions included.
        Ok(Poll::Ready(Ok(answer))) => {
            send(output, answer.or_else(|| Some(Response::from_error(id?, Error::method_not_found()))), written);
        }
        Ok(Poll::Ready(Err(_))) => {}
        Ok(Poll::Pending) => {
            let output = output.clone();
            under_way.spawn(async move {
                let (answer, written) = Caught(handling).await;
                send(&output, answer.unwrap_or_else(|| failed(id)), written);
            });
        }
        Err(_) => send(output, failed(id), None),
    }
}

/// Sends an answer; one that was handed over in the place of what stands in it.
fn send(output: &Output, answer: Option<Response>, written: Option<Written>) {
    let Some(answer) = answer else { return };
    let _ = output.send(match written {
        Some(result) if answer.is_ok() => Outgoing::written(answer.id().clone(), result),
        _ => Outgoing::Response(answer),
    });
}

/// The answer to a question whose handling failed by our fault.
fn failed(id: Option<Id>) -> Option<Response> {
    id.map(|id| Response::from_error(id, fault()))
}

/// What is said of a fault of ours. What it was about is the author's; stderr says where it happened.
pub(crate) fn fault() -> Error {
    let mut error = Error::internal_error();
    error.message = "this is a fault of dsl, not of the script; its log says where it happened".into();
    error
}

/// A handling that comes to `None` when it panics, with what it has handed over.
struct Caught<F>(F);

impl<T, E, F: Future<Output = Result<Option<T>, E>> + Unpin> Future for Caught<F> {
    type Output = (Option<Option<T>>, Option<Written>);

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let polled = catch_unwind(AssertUnwindSafe(|| Pin::new(&mut self.0).poll(context)));
        let written = written::take();
        match polled {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(answer)) => Poll::Ready((Some(answer.unwrap_or_default()), written)),
            Err(_) => Poll::Ready((None, None)),
        }
    }
}
