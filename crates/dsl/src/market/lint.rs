//! What is wrong with an expression, before it is sent: the rules of scripts, and that it is what the endpoint takes.

use signal_analysis::{Analysis, Facts, Group, Input, Type, analyze};
use signal_market::Ticker;
use signal_project::{Directives, Flags, resolve};
use signal_syntax::{ExprId, StatementKind};
use signal_text::{Diagnostic, Fix, Severity, Source};

use super::Target;
use crate::project::Project;

/// What an endpoint takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// A number or a condition.
    Value,
    /// A condition.
    Condition,
    /// A number.
    Number,
}

/// An expression that was looked at.
pub(crate) struct Linted<'a> {
    pub(super) analysis: &'a Analysis<'a>,
    /// What was found, by place.
    pub(super) found: Vec<Diagnostic>,
    /// The expression; `None` where there is none.
    pub(super) expression: Option<ExprId>,
}

impl Linted<'_> {
    /// Leading bars without a value, as predicted; `None`: can't be.
    pub(crate) fn warmup(&self) -> Option<u64> {
        self.analysis.facts.warmup(self.expression?).exact()
    }
}

/// Looks at an expression under its project's catalog and rules, and hands what it found to `use_it`.
pub(crate) fn lint<R>(
    source: &Source,
    project: &Project,
    target: &Target,
    wanted: Wanted,
    use_it: impl FnOnce(&Linted<'_>) -> R,
) -> R {
    let parsed = signal_syntax::parse(source);
    // Dates of a backtest are not these of an expression; what market it is tells what its prices can be.
    let universe = target.tickers.iter().flatten().map(Ticker::to_string).collect();
    let flags = Flags { timeframe: Some(target.timeframe.as_str().to_owned()), universe, ..Flags::default() };
    let settings = resolve(None, &Directives::default(), &flags);
    let analysis = analyze(Input {
        source,
        parsed: &parsed,
        catalog: project.catalog.get(),
        settings: &settings,
        levels: &project.levels,
        today: None,
    });
    // No signals are to be expected here.
    let mut found: Vec<Diagnostic> = analysis
        .diagnostics
        .iter()
        .filter(|finding| signal_analysis::rule(&finding.code).is_none_or(|rule| rule.group != Group::Signals))
        .cloned()
        .collect();
    let expression = expression(&analysis.facts, &mut found);
    if let Some(id) = expression {
        found.extend(misfit(&analysis.facts, id, wanted));
    }
    found.sort_by_key(|finding| finding.span);
    use_it(&Linted { analysis: &analysis, found, expression })
}

/// The expression: the last statement. What stands before it may give names to its parts.
fn expression(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) -> Option<ExprId> {
    let statements = facts.tree().statements();
    let error = |span, message: &str| Diagnostic::new("syntax-error", Severity::Error, span, message.to_owned());
    let last = statements.last()?;
    match last.kind {
        StatementKind::Expr(id) => {
            if let [first, _, ..] = statements {
                let message = "the service's documentation speaks of one expression, so these lines may be refused";
                let mut finding =
                    error(first.span, message).help("write it as one expression; the sandbox takes it as it is");
                finding.severity = Severity::Info;
                found.push(finding);
            }
            Some(id)
        }
        StatementKind::Assign { value, .. } => {
            let finding = error(last.span, "this gives a name to a value; the value itself is wanted");
            let text = facts.text(value).to_owned();
            found.push(finding.fix(Fix::replace(format!("write `{text}`"), true, last.span, text)));
            None
        }
        StatementKind::Error { .. } => None,
    }
}

/// A finding where the expression is not what the endpoint takes.
fn misfit(facts: &Facts<'_>, id: ExprId, wanted: Wanted) -> Option<Diagnostic> {
    let span = facts.span(id);
    let error = |code: &'static str, message: String| Diagnostic::new(code, Severity::Error, span, message);
    match (facts.type_of(id), wanted) {
        (kind, _) if kind.is_no_series() || kind == Type::Function => Some(
            error("wrong-argument-type", format!("this is {}, and has no value on a bar", kind.described()))
                .help("write a number or a condition, such as `rsi(close, 14)` or `rsi(close, 14) < 30`"),
        ),
        (kind @ (Type::Number | Type::Outputs), Wanted::Condition) => Some(
            error("condition-not-boolean", format!("a scan needs a condition, and this is {}", kind.described()))
                .help("compare it with something: `rsi(close, 14) < 30`; `dsl rank` orders symbols by a number"),
        ),
        (Type::Boolean, Wanted::Number) => Some(
            error("wrong-argument-type", "a ranking needs a number, and this is a condition".to_owned())
                .help("name the number that it is about; `dsl scan` finds the symbols on which a condition holds"),
        ),
        (Type::Outputs, _) => {
            let call = facts.outputs_of(id)?;
            let outputs: Vec<&str> =
                call.bound()?.signature.outputs.iter().map(|output| output.name.as_ref()).collect();
            let first = outputs.first()?;
            let mut finding =
                error("wrong-argument-type", format!("`{}` has several values: {}", call.name, outputs.join(", ")))
                    .help(format!("name the one you mean: `{}.{first}`; the sandbox takes the first", facts.text(id)));
            finding.severity = Severity::Warning;
            Some(finding)
        }
        _ => None,
    }
}
