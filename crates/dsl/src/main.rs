//! The command `dsl`: reads its arguments, runs one command, ends with the exit code that says how it went.

mod args;
mod ask;
mod browser;
mod commands;
mod destination;
mod exit;
mod failure;
mod files;
mod folders;
mod gate;
mod input;
mod journal;
mod keys;
mod market;
mod output;
mod progress;
mod project;
mod quota;
mod render;
mod replace;
mod report;
mod run;
mod secrets;
mod service;
mod timeout;
mod today;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::error::ErrorKind;

use crate::args::Command;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{ColorChoice, Console};
use crate::render::findings::Form;

fn main() -> ExitCode {
    secrets::guard_panics();
    let words: Vec<OsString> = std::env::args_os().collect();
    if words.len() == 2 && words[1] == run::child::COMMAND {
        return run::child::run();
    }
    // A shell asks what may come next.
    if std::env::var_os(commands::completions::VARIABLE).is_some_and(|shell| !shell.is_empty()) {
        return ExitCode::from(commands::completions::answer(words).code());
    }
    let form = args::document(&words);
    let arguments = match args::parse(&words) {
        Ok(arguments) => arguments,
        Err(error) => return ExitCode::from(misused(&error, form).code()),
    };
    let global = &arguments.global;
    let mut console = Console::new(global.color, if global.quiet { -1 } else { global.verbose.min(9) as i8 });
    console.json = form.is_some();
    let done = match arguments.command {
        Command::Check(own) => commands::check::run(&own, global, &mut console),
        Command::Fmt(own) => commands::fmt::run(&own, global, &mut console),
        Command::Explain(own) => commands::explain::run(&own, &mut console),
        Command::Warmup(own) => commands::warmup::run(&own, global, &mut console),
        Command::Run(own) => commands::run::run(&own, global, &mut console),
        Command::Runs(own) => commands::runs::run(&own, &mut console),
        Command::Eval(own) => commands::eval::run(&own, global, &mut console),
        Command::Scan(own) => commands::scan::run(&own, global, &mut console),
        Command::Rank(own) => commands::rank::run(&own, global, &mut console),
        Command::Docs(own) => commands::docs::run(&own, &mut console),
        Command::Sandbox(own) => commands::sandbox::run(&own, &mut console),
        Command::Catalog(own) => commands::catalog::run(&own, global, &mut console),
        Command::Api(own) => commands::api::run(&own, &mut console),
        Command::Auth(own) => commands::auth::run(&own, &mut console),
        Command::Completions(own) => commands::completions::run(&own, &mut console),
        Command::Man(own) => commands::man::run(&own, &mut console),
        Command::Init(own) => commands::init::run(&own, &mut console),
        Command::Doctor(own) => commands::doctor::run(&own, global, &mut console),
        Command::Lsp(own) => commands::lsp::run(&own, global),
        Command::Schema(own) => commands::schema::run(&own, &mut console),
    };
    let exit = done.unwrap_or_else(|failure| tell(&failure, form, &mut console));
    if let Some(fault) = console.finish() {
        console.say(&format!("error: the result could not be written: {fault}"));
        return ExitCode::from(Exit::Usage.code());
    }
    ExitCode::from(exit.code())
}

/// Says why a command could not do its work: on stderr, or as the one document on stdout, or both.
fn tell(failure: &Failure, form: Option<Form>, console: &mut Console) -> Exit {
    if let Some(document) = form.and_then(|form| form.failure) {
        console.result(&document(failure));
    }
    if form.is_none_or(|form| form.talks) {
        console.say(&render::failure(failure, console.color_talk));
    }
    failure.exit
}

/// A command line that clap did not take, or a wish for help.
fn misused(error: &clap::Error, form: Option<Form>) -> Exit {
    if form.is_some() && error.use_stderr() {
        let text = secrets::without_lookalikes(&error.render().to_string());
        let mut parts = text.trim().splitn(2, "\n\n");
        let message = parts.next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        let mut failure = Failure::usage(message);
        failure.suggestion = parts.next().map(str::to_owned);
        let mut console = Console::new(ColorChoice::Never, 0);
        console.json = true;
        tell(&failure, form, &mut console);
        let _ = console.finish();
        return Exit::Usage;
    }
    let text = error.render().to_string();
    let masked = secrets::without_lookalikes(&text);
    // Whoever closed the pipe does not want to read it.
    let _ = if masked == text {
        error.print()
    } else {
        // A key that was given as an argument stands in the shell's history, and need not stand in a log as well.
        writeln!(std::io::stderr(), "{}\n\nno argument takes a key: dsl auth login asks for it", masked.trim_end())
    };
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Done,
        _ => Exit::Usage,
    }
}
