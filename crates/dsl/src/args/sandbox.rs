//! `dsl sandbox` and its flags.

use std::path::PathBuf;

use clap::Args;
use signal_sandbox::{Fault, Limits};

/// `dsl sandbox`
#[derive(Debug, Args)]
#[command(after_long_help = crate::commands::sandbox::fault_help())]
pub(crate) struct SandboxArguments {
    /// Port on 127.0.0.1; 0 picks a free one
    #[arg(long, default_value_t = 8723, value_name = "N")]
    pub(crate) port: u16,
    /// Folder with your own bars, as EXCHANGE_BASE_QUOTE_TIMEFRAME.csv; synthetic bars without it
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Address to listen on; only loopback is allowed
    #[arg(long, default_value = "127.0.0.1", value_name = "ADDRESS")]
    pub(crate) host: String,
    /// Make requests go wrong, for trying clients: 'status=500;path=/backtest/execute;times=1'; may stand several times
    #[arg(long = "fault", value_name = "FAULT")]
    pub(crate) faults: Vec<Fault>,
    /// What callers may use up: `service` for the service's own limits, or 'backtests_per_hour=2;requests_per_minute=60'
    #[arg(long, value_name = "LIMITS")]
    pub(crate) limits: Option<Limits>,
    /// Print URL and key as one line of JSON
    #[arg(long)]
    pub(crate) json: bool,
}
