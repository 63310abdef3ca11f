//! A script or an expression on its way into the engine: parsed and compiled, and its errors in the API's words.

use signal_api::{ErrorBody, ErrorCode};
use signal_catalog::Catalog;
use signal_engine::{EngineError, Program};
use signal_market::Timeframe;
use signal_syntax::Tree;
use signal_text::{Severity, Source, Span};

use crate::reply::{Refusal, failure};

/// A text that compiles.
#[derive(Debug)]
pub(crate) struct Script {
    /// The parameter that it came as: `script`, `expression` or `condition`. Messages begin with it.
    pub parameter: &'static str,
    pub source: Source,
    pub tree: Tree,
    pub program: Program,
}

impl Script {
    /// Parses and compiles; what is wrong with the text is told with its line and column.
    pub(crate) fn compile(parameter: &'static str, text: String) -> Result<Self, Refusal> {
        let source = Source::new(parameter, text);
        let parsed = signal_syntax::parse(&source);
        let error = parsed.diagnostics.iter().find(|diagnostic| diagnostic.severity == Severity::Error);
        if let Some(error) = error {
            return Err(Refusal::parameter(
                parameter,
                format!("{parameter}, {}: {}", place(&source, error.span), error.message),
                error.help.clone().unwrap_or_default(),
            ));
        }
        let program = Program::compile(&source, &parsed.tree, Catalog::bundled()).map_err(|error| {
            let message = format!("{parameter}, {}: {}", place(&source, error.span), error.message);
            Refusal::parameter(parameter, message, format!("correct the {parameter} and send it again"))
        })?;
        Ok(Self { parameter, source, tree: parsed.tree, program })
    }

    /// An engine's error in the API's words; `earlier` tells where further bars may come from.
    pub(crate) fn explain(&self, error: &EngineError, timeframe: Timeframe, earlier: &str) -> ErrorBody {
        let at = |text: String| match error.span() {
            Some(span) => format!("{}, {}: {text}", self.parameter, place(&self.source, span)),
            None => text,
        };
        let code = ErrorCode::from(error.code());
        match error {
            EngineError::OutOfRange { span, needed, .. } => {
                let call = self.excerpt(*span);
                let cure = match needed {
                    Some(1) => format!("set other dates: `{call}` needs at least 1 bar of {timeframe} in the range"),
                    Some(needed) => {
                        format!("{earlier}: `{call}` needs at least {needed} bars of {timeframe} in the range")
                    }
                    None => format!("{earlier}: `{call}` needs more bars of {timeframe}"),
                };
                failure(code, at(format!("insufficient data for `{call}`: {error}")), cure)
            }
            _ => failure(code, at(error.to_string()), ""),
        }
    }

    /// The text of an expression, on one line and not too long.
    pub(crate) fn excerpt(&self, span: Span) -> String {
        let text = self.source.slice(span).split_whitespace();
        crate::validate::short(&text.collect::<Vec<_>>().join(" "))
    }
}

/// Where in the script, for people.
fn place(source: &Source, span: Span) -> String {
    let at = source.line_column(span.start);
    format!("line {}, column {}", at.line, at.column)
}
