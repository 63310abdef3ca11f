//! The command line: every command and flag with the help that a strategy author reads.

mod api;
mod auth;
mod catalog;
mod check;
mod docs;
mod fmt;
mod lsp;
mod market;
mod run;
mod runs;
mod sandbox;
mod setup;
mod shell;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, FromArgMatches as _, Parser, Subcommand, ValueEnum};
use signal_text::Severity;

use crate::exit;
use crate::output::ColorChoice;
use crate::render::findings::{Form, form};

pub(crate) use api::ApiArguments;
pub(crate) use auth::{
    AuthArguments, AuthClaimArguments, AuthCommand, AuthLoginArguments, AuthLogoutArguments, AuthRegisterArguments,
    AuthStatusArguments,
};
pub(crate) use catalog::{
    CatalogArguments, CatalogCommand, CatalogDiffArguments, CatalogPullArguments, CatalogSearchArguments,
    CatalogShowArguments,
};
pub(crate) use check::{CheckArguments, WatchMethod};
pub(crate) use docs::DocsArguments;
pub(crate) use fmt::FmtArguments;
pub(crate) use lsp::LspArguments;
pub(crate) use market::{EvalArguments, MarketArguments, RankArguments, ScanArguments};
pub(crate) use run::RunArguments;
pub(crate) use runs::{
    ExportFormat, ExportPart, RunsArguments, RunsAttachArguments, RunsCancelArguments, RunsCommand, RunsDiffArguments,
    RunsExportArguments, RunsListArguments, RunsPublishArguments, RunsReportArguments, RunsShowArguments,
};
pub(crate) use sandbox::SandboxArguments;
pub(crate) use setup::{DoctorArguments, InitArguments};
pub(crate) use shell::{CompletionsArguments, ManArguments, Shell};

/// Check, explain and run Signal DSL trading scripts.
#[derive(Debug, Parser)]
#[command(name = "dsl", version, max_term_width = 100, after_long_help = exit::help(), disable_help_subcommand = true)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Flags that every command takes.
    #[command(flatten)]
    pub(crate) global: Global,
}

/// Flags that every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Global {
    /// Settings file to use instead of the nearest signal.toml above the script
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// When to use colours: auto, always or never
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN", hide_possible_values = true)]
    pub(crate) color: ColorChoice,
    /// Say more about what is going on
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Say nothing but the result
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Begin a project: settings and a first script
    Init(InitArguments),
    /// Look for mistakes in scripts
    Check(CheckArguments),
    /// Lay scripts out in the one style
    Fmt(FmtArguments),
    /// Explain what a rule finds, why it matters and how to cure it
    Explain(ExplainArguments),
    /// Show how many bars a script needs before its first signal
    Warmup(WarmupArguments),
    /// Backtest a script: check, plan, submit, watch, show the results
    Run(RunArguments),
    /// List, show, attach, cancel, compare, export and publish runs
    Runs(RunsArguments),
    /// Compute a number or a condition on the last bar of a symbol
    Eval(EvalArguments),
    /// Find the symbols on which a condition holds
    Scan(ScanArguments),
    /// Order symbols by a number
    Rank(RankArguments),
    /// Fetch, claim, hand in, show and forget API keys
    Auth(AuthArguments),
    /// Look whether all is in order: settings, key, server, journal
    Doctor(DoctorArguments),
    /// Show, search, fetch and compare the names that scripts can use
    Catalog(CatalogArguments),
    /// Read the service's documentation in the terminal
    Docs(DocsArguments),
    /// Call any endpoint of the API, with your key
    Api(ApiArguments),
    /// Serve the API on this machine, over synthetic or your own bars
    Sandbox(SandboxArguments),
    /// Serve editors: findings, completion, hover and more as you type
    Lsp(LspArguments),
    /// Print the JSON Schema of a JSON output, or of signal.toml
    Schema(SchemaArguments),
    /// Print what makes a shell complete commands, run ids, endpoints
    Completions(CompletionsArguments),
    /// Print a manual page, or write all of them
    Man(ManArguments),
}

/// Settings of a run given as flags; they win over directives and signal.toml.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Settings of the backtest (win over `#!` directives and signal.toml)")]
pub(crate) struct SettingsArguments {
    /// First day of the range
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) start_date: Option<String>,
    /// Last day of the range
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) end_date: Option<String>,
    /// Length of a bar: 1m, 5m, 15m, 30m, 1h, 4h, 1d, 1w or 1M
    #[arg(long, value_name = "LENGTH")]
    pub(crate) timeframe: Option<String>,
    /// Tickers, separated by commas: BINANCE:BTC/USDT,BINANCE:ETH/USDT
    #[arg(long, value_name = "TICKERS", value_delimiter = ',')]
    pub(crate) universe: Vec<String>,
    /// Exchange id
    #[arg(long, value_name = "ID")]
    pub(crate) exchange: Option<String>,
    /// isolated (each ticker by itself) or cross (several at once, for pair trading)
    #[arg(long, value_name = "MODE")]
    pub(crate) mode: Option<String>,
    /// Starting capital
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    pub(crate) initial_cash: Option<String>,
    /// Fee a fill, as a fraction: 0.0005 is 0.05 %
    #[arg(long, value_name = "FRACTION", allow_negative_numbers = true)]
    pub(crate) trading_fee: Option<String>,
    /// Price given away a fill, as a fraction
    #[arg(long, value_name = "FRACTION", allow_negative_numbers = true)]
    pub(crate) slippage: Option<String>,
    /// Leverage, 1 to 100, perpetual markets only
    #[arg(long, value_name = "TIMES", allow_negative_numbers = true)]
    pub(crate) leverage: Option<String>,
    /// A note that goes with the run
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,
}

/// How findings are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum FindingFormat {
    /// With the lines of the script, for people.
    #[default]
    Full,
    /// One line a finding: `file:line:column: severity[rule]: message`.
    Concise,
    /// One JSON document.
    Json,
    /// One JSON object a line, as they are found.
    JsonLines,
    /// SARIF 2.1.0, for GitHub code scanning and editors.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// GitLab's Code Quality report.
    Gitlab,
    /// JUnit XML: a suite a file, a case a finding.
    Junit,
    /// Reviewdog's format, for comments on pull requests.
    Rdjson,
}

/// How a table is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableFormat {
    /// A table, for people.
    #[default]
    Full,
    /// One JSON document.
    Json,
}

/// A severity as a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SeverityArgument {
    /// The server would refuse it.
    Error,
    /// Probably not what was meant.
    Warning,
    /// Worth knowing.
    Info,
    /// Could be nicer.
    Hint,
}

impl From<SeverityArgument> for Severity {
    fn from(severity: SeverityArgument) -> Self {
        match severity {
            SeverityArgument::Error => Self::Error,
            SeverityArgument::Warning => Self::Warning,
            SeverityArgument::Info => Self::Info,
            SeverityArgument::Hint => Self::Hint,
        }
    }
}

/// `dsl explain`
#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// Name of the rule, as findings show it in brackets
    pub(crate) rule: Option<String>,
    /// List every rule
    #[arg(long)]
    pub(crate) list: bool,
    /// Write a page of Markdown for every rule into a folder, as docs/rules of this project has them
    #[arg(long, value_name = "DIR", hide_short_help = true, conflicts_with_all = ["rule", "list"])]
    pub(crate) pages: Option<PathBuf>,
}

/// `dsl warmup`
#[derive(Debug, Args)]
pub(crate) struct WarmupArguments {
    /// The script; `-` is standard input
    pub(crate) file: PathBuf,
    /// How to write the table
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output_format: TableFormat,
    /// Tell the start_date that makes all of a year, a month or a range usable: 2024, 2024-03 or 2024-01-01..2024-06-30
    #[arg(long, value_name = "WHEN")]
    pub(crate) usable: Option<String>,
    /// With --usable: recursive indicators (EMA, RSI, ...) are to have settled as well
    #[arg(long, requires = "usable")]
    pub(crate) settled: bool,
    /// Tell the largest value of each period with which so many bars [default: 1] stay usable
    #[arg(long, value_name = "BARS", num_args = 0..=1, require_equals = true, default_missing_value = "1",
        value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) largest_period: Option<u64>,
    /// Name to show for standard input, and whose folder's signal.toml counts
    #[arg(long, value_name = "FILE")]
    pub(crate) stdin_filename: Option<PathBuf>,
    /// Settings of a run.
    #[command(flatten)]
    pub(crate) settings: SettingsArguments,
}

/// `dsl schema`
#[derive(Debug, Args)]
pub(crate) struct SchemaArguments {
    /// Name of the output: see --list
    #[arg(required_unless_present = "list")]
    pub(crate) name: Option<String>,
    /// List the names
    #[arg(long)]
    pub(crate) list: bool,
}

/// Reads a command line.
///
/// # Errors
/// What clap says to one that can't be understood, and to a wish for help or version.
pub(crate) fn parse(words: &[OsString]) -> Result<Arguments, clap::Error> {
    // What is wrong is told by the whole parser, which knows every command.
    alone(words).map_or_else(|| Arguments::try_parse_from(words), Ok)
}

/// A faultless `dsl check ...` or `dsl fmt ...`, read by a parser that was built for this command alone: hooks and editors
/// start it for every file, and building all the other commands would take as long as the work itself.
fn alone(words: &[OsString]) -> Option<Arguments> {
    let own = match words.get(1)?.to_str()? {
        "check" => CheckArguments::augment_args(clap::Command::new("check")),
        "fmt" => FmtArguments::augment_args(clap::Command::new("fmt")),
        _ => return None,
    };
    let command = Global::augment_args(clap::Command::new("dsl")).subcommand_required(true).subcommand(own);
    let matches = command.try_get_matches_from(words).ok()?;
    Arguments::from_arg_matches(&matches).ok()
}

/// The form in which a command line wants its failures: read from the raw words too, so that a wrong flag beside it is
/// still told as the document that a program waits for. `None`: people wait.
pub(crate) fn document(words: &[OsString]) -> Option<Form> {
    let mut words = words.iter().skip(1).filter_map(|word| word.to_str()).take_while(|&word| word != "--").peekable();
    while let Some(word) = words.next() {
        let name = match word {
            "--json" => "json",
            "--output-format" | "--format" => words.peek()?,
            _ => ["--output-format=", "--format="].iter().find_map(|flag| word.strip_prefix(flag)).unwrap_or_default(),
        };
        let form = FindingFormat::from_str(name, false).map(form);
        if let Ok(form) = form
            && form.failure.is_some()
        {
            return Some(form);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_command_is_told_in_one_line_of_a_terminal() {
        let command = Arguments::command();
        let name = command.get_subcommands().map(|command| command.get_name().len()).max().unwrap_or(0);
        for command in command.get_subcommands() {
            let about = command.get_about().expect("every command says what it does").to_string();
            assert!("  ".len() + name + "  ".len() + about.len() <= 80, "{}: {about}", command.get_name());
        }
    }

    #[test]
    fn the_short_way_reads_what_the_whole_parser_reads() {
        for line in [
            "check",
            "check a b --output-format json -q",
            "check --fail-on hint --universe A:B/C,D:E/F --config x.toml",
            "check - --stdin-filename x.signal -vv --color never --leverage -3",
            "fmt",
            "fmt a b --check -q --config x.toml",
            "fmt --diff - --stdin-filename x.signal",
        ] {
            let words: Vec<OsString> = std::iter::once("dsl").chain(line.split(' ')).map(OsString::from).collect();
            let (quick, whole) = (alone(&words).unwrap(), Arguments::try_parse_from(&words).unwrap());
            assert_eq!(format!("{quick:?}"), format!("{whole:?}"));
        }
        for line in ["check --help", "check --nonsense", "fmt --fix", "run a.signal", "-q check"] {
            let words: Vec<OsString> = std::iter::once("dsl").chain(line.split(' ')).map(OsString::from).collect();
            assert!(alone(&words).is_none(), "{line}");
        }
    }

    #[test]
    fn a_wish_for_json_is_seen_in_a_broken_command_line() {
        let asks = |line: &str| document(&line.split(' ').map(OsString::from).collect::<Vec<_>>()).is_some();
        assert!(asks("dsl check --nonsense --output-format json"));
        assert!(asks("dsl run a.signal --json --nonsense"));
        assert!(asks("dsl warmup --output-format=json"));
        assert!(asks("dsl runs export --format json"));
        assert!(asks("dsl runs export nowhere --format=json"));
        assert!(!asks("dsl runs export nowhere --format csv"));
        assert!(!asks("dsl check --output-format full"));
        assert!(!asks("dsl check -- --json"));
    }
}
