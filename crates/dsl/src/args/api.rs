//! `dsl api` and its flags.

use clap::Args;

/// `dsl api`
#[derive(Debug, Args)]
#[command(
    override_usage = "dsl api [METHOD] PATH [OPTIONS]\n       dsl api --list [GROUP]",
    after_help = "Examples:\n  \
        dsl api /meta/health\n  \
        dsl api GET /market/symbols -f exchange=binance -f limit=5\n  \
        dsl api POST /market/ticker -f 'symbols[]=BTC/USDT' -f 'symbols[]=ETH/USDT' -f exchange=binance\n  \
        dsl api --paginate '/backtest/results/{id}/trades' -f id=latest\n  \
        dsl api -H 'Accept: text/markdown' --raw /docs/signal-dsl"
)]
pub(crate) struct ApiArguments {
    /// GET, POST, PUT, PATCH or DELETE; left out, what the path takes, and GET in doubt
    #[arg(value_name = "METHOD", required_unless_present = "list")]
    pub(crate) method: Option<String>,
    /// Path below the base URL, with or without /api/v1; `{id}` is filled in from a field of that name
    #[arg(value_name = "PATH")]
    pub(crate) path: Option<String>,
    /// A text: for the query where the endpoint reads, for the JSON body else; `a[b]=` and `a[]=` nest
    #[arg(short = 'f', long = "field", value_name = "KEY=TEXT")]
    pub(crate) fields: Vec<String>,
    /// A JSON value, such as -F leverage=2; or a file's text, such as -F script=@dip.signal
    #[arg(short = 'F', long = "json-field", value_name = "KEY=JSON")]
    pub(crate) json_fields: Vec<String>,
    /// A parameter of the query, whatever the method is
    #[arg(long, value_name = "KEY=TEXT")]
    pub(crate) query: Vec<String>,
    /// A file with the JSON body, sent as it is; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) input: Option<String>,
    /// A header, such as 'Accept: text/markdown'
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    pub(crate) headers: Vec<String>,
    /// Fetch every page of a list and join them
    #[arg(long)]
    pub(crate) paginate: bool,
    /// Print status and headers, too
    #[arg(short, long, conflicts_with = "json")]
    pub(crate) include: bool,
    /// Print the body byte by byte as it came, into a file or pipe
    #[arg(long, conflicts_with_all = ["json", "include", "paginate"])]
    pub(crate) raw: bool,
    /// Ask the sandbox of this command instead of the service: no key, nothing is real
    #[arg(long)]
    pub(crate) sandbox: bool,
    /// Don't ask before an order, a publication, a deletion or a backtest
    #[arg(short, long)]
    pub(crate) yes: bool,
    /// List the endpoints, or those of a group
    #[arg(long, conflicts_with_all = ["path", "fields", "json_fields", "query", "input", "headers", "paginate", "raw"])]
    pub(crate) list: bool,
    /// Write one JSON document to stdout, with status, headers and body
    #[arg(long)]
    pub(crate) json: bool,
}
