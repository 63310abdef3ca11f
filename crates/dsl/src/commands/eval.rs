//! `dsl eval`: the value of an expression on the last bar of a symbol.

use signal_api::models::EvaluateRequest;

use crate::args::{EvalArguments, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::market::{self, EvalDocument, Figure, Inquiry, Wanted};
use crate::output::Console;
use crate::render::{json, market as render};

/// Runs the command.
pub(crate) fn run(arguments: &EvalArguments, global: &Global, console: &mut Console) -> Result<Exit, Failure> {
    let inquiry = Inquiry {
        text: &arguments.expression,
        called: "expression",
        wanted: Wanted::Value,
        arguments: &arguments.market,
    };
    market::run(
        &inquiry,
        global,
        console,
        |project| market::one_symbol(arguments.symbol.as_deref(), &arguments.market, project),
        async |client, text, target| {
            let request = EvaluateRequest {
                expression: text.to_owned(),
                symbol: target.symbols().unwrap_or_default().into_iter().next().unwrap_or_default(),
                exchange: Some(target.exchange.clone()),
                timeframe: Some(target.timeframe.as_str().to_owned()),
                series: arguments.series.then_some(true),
            };
            client.evaluate(&request).await
        },
        |answered, findings, console| {
            let (answer, target) = (&answered.answer, answered.target);
            let symbol = target.tickers.iter().flatten().map(ToString::to_string).next().unwrap_or_default();
            let series = answer.data.series.as_ref().filter(|_| arguments.series);
            if arguments.series && series.is_none() {
                console.talk("note: the server tells only the last value; the sandbox tells them all (--sandbox)");
            }
            if !console.json {
                console.result(&render::evaluated(answered, &symbol, series.map(Vec::as_slice), console.color));
                return;
            }
            console.result(&json::document(&EvalDocument {
                schema: json::SCHEMA,
                expression: answered.expression,
                symbol,
                exchange: &target.exchange,
                timeframe: target.timeframe.as_str(),
                value: Figure::of(answer.data.value),
                bars: answer.data.bars.or(series.map(|series| series.len() as u64)),
                time: answer.data.timestamp.clone(),
                series: series.map(|series| series.iter().map(|scalar| Figure::of(*scalar)).collect()),
                about: answered.about(&answer.raw, findings),
            }));
        },
    )
}
