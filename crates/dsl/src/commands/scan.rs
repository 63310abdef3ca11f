//! `dsl scan`: the symbols of an exchange on whose last bar a condition holds.

use signal_api::models::ScanRequest;

use crate::args::{Global, ScanArguments};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::market::{self, Inquiry, MatchRow, ScanDocument, Wanted};
use crate::output::Console;
use crate::render::{json, market as render};

/// Runs the command.
pub(crate) fn run(arguments: &ScanArguments, global: &Global, console: &mut Console) -> Result<Exit, Failure> {
    let inquiry = Inquiry {
        text: &arguments.condition,
        called: "condition",
        wanted: Wanted::Condition,
        arguments: &arguments.market,
    };
    market::run(
        &inquiry,
        global,
        console,
        |project| market::symbols(&arguments.universe, &arguments.market, project),
        async |client, text, target| {
            let request = ScanRequest {
                condition: text.to_owned(),
                universe: target.symbols(),
                exchange: Some(target.exchange.clone()),
                timeframe: Some(target.timeframe.as_str().to_owned()),
            };
            client.scan(&request).await
        },
        |answered, findings, console| {
            let (answer, target) = (&answered.answer, answered.target);
            if !console.json {
                console.result(&render::scanned(answered, console.color));
                return;
            }
            let matched = answer.data.matched.iter().map(|one| MatchRow {
                symbol: one.symbol.clone(),
                price: one.price,
                time: one.timestamp.clone(),
                values: one.values.clone(),
            });
            console.result(&json::document(&ScanDocument {
                schema: json::SCHEMA,
                condition: answered.expression,
                universe: target.symbols(),
                exchange: &target.exchange,
                timeframe: target.timeframe.as_str(),
                matched: matched.collect(),
                scanned: answer.data.scanned_count,
                about: answered.about(&answer.raw, findings),
            }));
        },
    )
}
