//! `dsl sandbox`: the API on this machine, until Ctrl-C.

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr};
use std::task::Poll;

use schemars::JsonSchema;
use serde::Serialize;
use signal_sandbox::{DataSource, FAULT_WORDS, Options, Sandbox, StartError};

use crate::args::SandboxArguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Console;
use crate::render::table::pairs;
use crate::render::{json, run::SYNTHETIC, style};
use crate::run;

/// `dsl sandbox --json`: one line as soon as it serves.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SandboxDocument {
    /// Always 1.
    #[schemars(range(min = 1, max = 1))]
    pub(crate) schema: u32,
    /// Base URL of the API.
    pub(crate) url: String,
    /// A key that it takes.
    pub(crate) api_key: String,
    /// What the bars are: `synthetic` or `csv`.
    pub(crate) data: String,
}

/// Runs the command.
pub(crate) fn run(arguments: &SandboxArguments, console: &mut Console) -> Result<Exit, Failure> {
    let data =
        arguments.data.as_ref().map_or(DataSource::Synthetic { seed: 0 }, |folder| DataSource::Csv(folder.clone()));
    let synthetic = matches!(data, DataSource::Synthetic { .. });
    let options = Options {
        address: address(&arguments.host)?,
        port: arguments.port,
        data,
        limits: arguments.limits.clone().unwrap_or_default(),
        faults: arguments.faults.clone(),
        ..Options::default()
    };
    let served = run::block_on(async {
        let running = Sandbox::start(options).await.map_err(|error| not_started(&error))?;
        // Heard before anybody knows the address: whoever reads it may already want the end.
        let mut end = Box::pin(run::interrupted());
        let mut ended = false;
        std::future::poll_fn(|context| {
            ended = end.as_mut().poll(context).is_ready();
            Poll::Ready(())
        })
        .await;
        let document = SandboxDocument {
            schema: json::SCHEMA,
            url: running.url.clone(),
            api_key: running.api_key.clone(),
            data: if synthetic { "synthetic" } else { "csv" }.to_owned(),
        };
        console.result(&if arguments.json { json::document(&document) } else { greeting(&document, console.color) });
        console.flush();
        if !ended {
            end.await;
        }
        console.talk("the sandbox has ended");
        running.shutdown().await;
        Ok(Exit::Done)
    });
    served.map_err(|error| Failure::new(Exit::Usage, "sandbox", format!("the sandbox can't start: {error}")))?
}

/// The address to listen on.
fn address(host: &str) -> Result<IpAddr, Failure> {
    if host == "localhost" {
        return Ok(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    host.trim_matches(['[', ']']).parse().map_err(|_| {
        Failure::usage(format!("`{host}` is no address"))
            .suggest("leave --host out, or write 127.0.0.1, ::1 or localhost")
    })
}

fn not_started(error: &StartError) -> Failure {
    match error {
        StartError::NoFolder(_) | StartError::FaultBody { .. } => {
            Failure::new(Exit::NotFound, "file-not-found", error.to_string())
        }
        _ => Failure::new(Exit::Usage, "sandbox", error.to_string()),
    }
}

/// The language of faults, for the long help.
pub(crate) fn fault_help() -> String {
    let mut text = String::from(
        "A FAULT is made of these words, with semicolons between them. Of several faults that a request would meet it meets \
         the first. GET /meta/health counts each fault's hits and the submissions that came.\n",
    );
    for word in FAULT_WORDS {
        let name = if word.value.is_empty() { word.name.to_owned() } else { format!("{}={}", word.name, word.value) };
        text.push_str(&format!("\n  {name:<18} {}", word.meaning));
    }
    text.push_str(
        "\n\n  dsl sandbox --fault 'drop=after;path=/backtest/execute;times=1'\n  \
         dsl sandbox --fault 'status=429;retry-after=5;every=3' --fault 'job=slow=20s'\n",
    );
    text
}

/// What people read when it serves.
fn greeting(document: &SandboxDocument, color: bool) -> String {
    let rows = [("URL", document.url.clone()), ("key", document.api_key.clone())];
    let rows = rows.map(|(name, value)| (name.to_owned(), style::paint(color, style::PLACE, &value)));
    let mut text =
        format!("{}\n", style::paint(color, style::STRONG, "The sandbox serves the HeyTraders API on this machine."));
    if document.data == "synthetic" {
        text.push_str(&format!("{}\n", style::paint(color, style::CAUTION, SYNTHETIC)));
    }
    text.push('\n');
    text.push_str(&pairs(&rows, color));
    text.push_str(&format!(
        "\nTo use it from another terminal:\n    export HEYTRADERS_BASE_URL={}\n    export HEYTRADERS_API_KEY={}\n    dsl run strategy.signal\n\nCtrl-C ends it.\n",
        document.url, document.api_key
    ));
    text
}
