//! `--fail-if`: conditions on the figures of a result under which a run counts as failed, in the expressions of scripts.
//!
//! The way of a condition: [`Gate::read`] (the script's own parser, then `lint.rs`, before anything is sent) ->
//! [`Gate::judge`] over the figures that `figures.rs` finds in the result. A condition that can't be decided, because a
//! figure has no value, counts as one that holds: a gate that nobody could read must not let a result pass.

mod evaluate;
mod figures;
mod gather;
mod lint;
#[cfg(test)]
mod tests;

use schemars::JsonSchema;
use serde::Serialize;
use signal_syntax::{Expr, ExprId, Parsed, StatementKind};
use signal_text::{Diagnostic, Severity, Source, Span};

pub(crate) use figures::Values;
pub(crate) use gather::{in_config, in_flags};

use crate::exit::Exit;
use crate::failure::Failure;

/// What findings in a condition are called.
const CODE: &str = "bad-condition";

/// A condition that was found to make sense.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    source: Source,
    parsed: Parsed,
    root: ExprId,
}

/// What a condition came to.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Judged {
    /// The condition as it was written.
    pub(crate) condition: String,
    /// Whether it held; null when a figure that decides it has no value, which fails the run as well.
    pub(crate) held: Option<bool>,
    /// The figures that it rests on: `sharpe_ratio is 0.83`.
    pub(crate) because: String,
}

impl Judged {
    /// Whether the run counts as failed for it.
    pub(crate) fn fails(&self) -> bool {
        self.held != Some(false)
    }
}

impl Gate {
    /// Reads one condition. The source's name says where it was written: `--fail-if`.
    /// With it comes what is worth a warning.
    ///
    /// # Errors
    /// What is wrong with it, in the order of the text; at least one finding is an error.
    pub(crate) fn read(source: Source) -> Result<(Self, Vec<Diagnostic>), Vec<Diagnostic>> {
        let parsed = signal_syntax::parse(&source);
        let has_errors = |found: &[Diagnostic]| found.iter().any(|one| one.severity == Severity::Error);
        if has_errors(&parsed.diagnostics) {
            let mut found = parsed.diagnostics;
            found.iter_mut().for_each(|one| one.code = CODE.into());
            return Err(found);
        }
        let root = root(&source, &parsed).map_err(|finding| vec![*finding])?;
        let found = lint::lint(&source, &parsed.tree, root);
        if has_errors(&found) { Err(found) } else { Ok((Self { source, parsed, root }, found)) }
    }

    /// The condition as it was written.
    pub(crate) fn text(&self) -> &str {
        self.source.text().trim()
    }

    /// Holds the condition against a result.
    pub(crate) fn judge(&self, values: &Values) -> Judged {
        let tree = &self.parsed.tree;
        let (held, read) = evaluate::evaluate(&self.source, tree, self.root, values);
        let told = read.iter().map(|(name, value)| match value {
            Some(value) => format!("{name} is {}", evaluate::plain(*value)),
            None => format!("{name} has no value"),
        });
        let because = told.collect::<Vec<_>>().join(", ");
        Judged { condition: self.text().to_owned(), held, because }
    }
}

/// The one expression of a condition.
fn root(source: &Source, parsed: &Parsed) -> Result<ExprId, Box<Diagnostic>> {
    let tree = &parsed.tree;
    let error = |span: Span, message: &str, help: &str| {
        Box::new(Diagnostic::new(CODE, Severity::Error, span, message).help(help))
    };
    match tree.statements() {
        [] => Err(error(
            Span::empty(source.text().len() as u32),
            "the condition is empty",
            "for instance `sharpe_ratio < 1 or max_drawdown > 20`",
        )),
        [only] => match only.kind {
            StatementKind::Expr(id) => Ok(id),
            StatementKind::Assign { .. } | StatementKind::Error { .. } => Err(error(
                only.span,
                "this gives a name to a value, it is no condition",
                "write `==` to ask whether two values are equal",
            )),
        },
        [_, second, ..] => Err(error(
            second.span,
            "one condition each",
            "join them with `or`, or give each a --fail-if (or an item of fail_if) of its own",
        )),
    }
}

/// The names that a chain of attributes goes through: `metrics.risk.var` as its three words. `None`: something else.
fn path<'s>(source: &'s Source, tree: &signal_syntax::Tree, mut id: ExprId) -> Option<Vec<&'s str>> {
    let mut words = Vec::new();
    loop {
        match tree.expr(id) {
            Expr::Attribute { base, name } => {
                words.push(source.slice(name));
                id = base;
            }
            Expr::Name => {
                words.push(source.slice(tree.span(id)));
                words.reverse();
                return Some(words);
            }
            _ => return None,
        }
    }
}

/// The failure of a run whose results are fine but for what the user asked to fail on; `None` where nothing held.
pub(crate) fn failure(judged: &[Judged]) -> Option<Failure> {
    let failing: Vec<&Judged> = judged.iter().filter(|one| one.fails()).collect();
    let (first, rest) = failing.split_first()?;
    let tell = |one: &Judged| match one.held {
        Some(_) => format!("`{}` holds: {}", one.condition, one.because),
        None => format!("`{}` can't be decided, which counts as holding: {}", one.condition, one.because),
    };
    let message = if rest.is_empty() {
        format!("the run is done, but the condition to fail on {}", tell(first))
    } else {
        let lines: Vec<String> = failing.iter().map(|one| format!("  {}", tell(one))).collect();
        let count = if failing.len() == judged.len() {
            format!("all {} conditions", judged.len())
        } else {
            format!("{} of {} conditions", failing.len(), judged.len())
        };
        format!("the run is done, but {count} to fail on came true:\n{}", lines.join("\n"))
    };
    Some(Failure::new(Exit::Findings, "fail-if", message))
}
