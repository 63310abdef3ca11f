//! `dsl rank`: symbols of an exchange in the order of an expression's value on their last bar.

use signal_api::models::RankRequest;

use crate::args::{Global, RankArguments};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::market::{self, Inquiry, RankDocument, RankRow, Wanted};
use crate::output::Console;
use crate::render::{json, market as render};

/// Runs the command.
pub(crate) fn run(arguments: &RankArguments, global: &Global, console: &mut Console) -> Result<Exit, Failure> {
    let inquiry = Inquiry {
        text: &arguments.expression,
        called: "expression",
        wanted: Wanted::Number,
        arguments: &arguments.market,
    };
    market::run(
        &inquiry,
        global,
        console,
        |project| market::symbols(&arguments.universe, &arguments.market, project),
        async |client, text, target| {
            let request = RankRequest {
                expression: text.to_owned(),
                universe: target.symbols(),
                exchange: Some(target.exchange.clone()),
                timeframe: Some(target.timeframe.as_str().to_owned()),
                order: Some(arguments.order.as_str().to_owned()),
                limit: arguments.limit,
            };
            client.rank(&request).await
        },
        |answered, findings, console| {
            let (answer, target) = (&answered.answer, answered.target);
            if !console.json {
                console.result(&render::ranked(answered, console.color));
                return;
            }
            let ranked = answer.data.ranked.iter().map(|one| RankRow {
                rank: one.rank,
                symbol: one.symbol.clone(),
                score: one.score,
                price: one.price,
                time: one.timestamp.clone(),
            });
            console.result(&json::document(&RankDocument {
                schema: json::SCHEMA,
                expression: answered.expression,
                universe: target.symbols(),
                exchange: &target.exchange,
                timeframe: target.timeframe.as_str(),
                order: arguments.order.as_str(),
                ranked: ranked.collect(),
                scanned: answer.data.scanned_count,
                about: answered.about(&answer.raw, findings),
            }));
        },
    )
}
