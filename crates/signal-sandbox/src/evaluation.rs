//! An expression over the last closed bars of symbols: what `/market/evaluate`, `/scan` and `/rank` compute.

use std::sync::Arc;

use jiff::civil::Date;
use serde_json::{Map, Value, json};
use signal_api::{ErrorBody, ErrorCode};
use signal_engine::{Bars, Series, Values, evaluate};
use signal_market::{Ticker, Timeframe};
use signal_syntax::{Expr, ExprId, StatementKind};

use crate::data::calendar::rfc3339;
use crate::data::{DataError, Market};
use crate::reply::{Refusal, failure};
use crate::script::Script;

/// Bars of the made-up market that an expression is computed over unless the request says otherwise.
pub(crate) const USUAL_BARS: usize = 1_000;

/// Values behind a condition that an answer tells.
const TOLD: usize = 6;

/// An expression with the bars that it is to be computed over.
#[derive(Clone, Debug)]
pub(crate) struct Evaluation {
    script: Arc<Script>,
    pub timeframe: Timeframe,
    /// Last closed bars.
    pub bars: usize,
    pub today: Date,
}

/// What an expression came to on one ticker.
#[derive(Debug)]
pub(crate) struct Evaluated {
    pub bars: Bars,
    pub series: Series,
}

impl Evaluation {
    /// Parses and compiles an expression: the last statement of the text, which must have a value.
    pub(crate) fn prepare(
        parameter: &'static str,
        text: String,
        timeframe: Timeframe,
        bars: usize,
        today: Date,
    ) -> Result<Self, Refusal> {
        let script = Script::compile(parameter, text)?;
        let refuse = |message: &str| {
            let cure = "send one expression, such as rsi(close, 14)[-1]";
            Err(Refusal::parameter(parameter, format!("{parameter}: {message}"), cure))
        };
        match script.tree.statements().last().map(|last| last.kind) {
            None => return refuse("it holds no expression"),
            Some(StatementKind::Expr(_)) => {}
            Some(_) => return refuse("its last line gives a name to a value; the value itself is wanted"),
        }
        if !script.program.signals().is_empty() {
            return refuse("a signal has no value; signals are for backtests");
        }
        Ok(Self { script: Arc::new(script), timeframe, bars, today })
    }

    /// The value of the expression on every one of the last closed bars.
    pub(crate) fn over(&self, market: &Market, ticker: &Ticker) -> Result<Evaluated, ErrorBody> {
        let bars = market.last_bars(ticker, self.timeframe, self.bars, self.today).map_err(unavailable)?;
        match evaluate(&self.script.program, None, &bars) {
            Ok(series) => Ok(Evaluated { bars, series }),
            Err(error) => Err(self.script.explain(&error, self.timeframe, "take shorter periods")),
        }
    }

    /// The values that the comparisons of a condition compare, on the last bar, by their texts.
    pub(crate) fn behind(&self, bars: &Bars) -> Map<String, Value> {
        let tree = &self.script.tree;
        let mut told = Map::new();
        let operands = tree.ids().filter_map(|id| match tree.expr(id) {
            Expr::Compare { first, rest } => {
                Some(std::iter::once(first).chain(tree.comparisons(rest).iter().map(|(_, _, operand)| *operand)))
            }
            _ => None,
        });
        for operand in operands.flatten() {
            if told.len() == TOLD || self.is_literal(operand) {
                continue;
            }
            let name = self.script.excerpt(tree.span(operand));
            if !told.contains_key(&name) {
                told.insert(name, self.last(operand, bars));
            }
        }
        told
    }

    /// Whether it is a number as it stands, which tells nothing that the condition does not.
    fn is_literal(&self, operand: ExprId) -> bool {
        let tree = &self.script.tree;
        match tree.expr(tree.unparenthesized(operand)) {
            Expr::Number(_) | Expr::Bool(_) => true,
            Expr::Unary { operand, .. } => matches!(tree.expr(tree.unparenthesized(operand)), Expr::Number(_)),
            _ => false,
        }
    }

    fn last(&self, operand: ExprId, bars: &Bars) -> Value {
        let series = evaluate(&self.script.program, Some(operand), bars);
        series.map_or(Value::Null, |series| value_at(&series, bars.len().saturating_sub(1)))
    }
}

impl Evaluated {
    /// On the last bar.
    pub(crate) fn value(&self) -> Value {
        value_at(&self.series, self.bars.len().saturating_sub(1))
    }

    /// On every bar, null where there is none.
    pub(crate) fn values(&self) -> Vec<Value> {
        (0..self.bars.len()).map(|bar| value_at(&self.series, bar)).collect()
    }

    /// `number` or `boolean`.
    pub(crate) fn kind(&self) -> &'static str {
        match self.series.values {
            Values::Numbers(_) => "number",
            Values::Booleans(_) => "boolean",
        }
    }

    /// Price and opening of the last bar.
    pub(crate) fn last_bar(&self) -> Value {
        json!({
            "price": self.bars.close.last(),
            "timestamp": self.bars.open_time.last().map(|time| rfc3339(*time)),
        })
    }
}

/// Null in the warm-up, and where a number is not one that JSON knows.
fn value_at(series: &Series, bar: usize) -> Value {
    match &series.values {
        Values::Numbers(_) => json!(series.number(bar).filter(|number| number.is_finite())),
        Values::Booleans(_) => json!(series.holds(bar)),
    }
}

pub(crate) fn unavailable(error: DataError) -> ErrorBody {
    let DataError::Unavailable { message, suggestion } = error;
    failure(ErrorCode::DataUnavailable, message, suggestion)
}
