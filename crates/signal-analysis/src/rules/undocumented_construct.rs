//! What parses as Python would have it and no published text of the service shows.

use signal_syntax::{BinaryOp, Expr, StatementKind, UnaryOp};
use signal_text::{Diagnostic, Fix, Severity, Span};

use crate::{Facts, Report, Type, rule::rule};

rule! {
    /// Finds constructs that no published text of the service shows: keyword arguments, conditionals, lists, tuples, attributes,
    /// several statements on a line, and the operators `//`, `**`, `&`, `|` and `~`.
    ///
    /// # Why
    /// They are read as Python reads them, and the service probably does too; its published texts neither show nor rule them
    /// out. Who wants scripts that rest on nothing but what is documented switches this rule on; it is off by default.
    ///
    /// # Cure
    /// Write it in the documented way, which the finding names where there is one. Chained comparisons have a rule of their own.
    ///
    /// # Reported
    /// ```signal
    /// average = sma(close, timeperiod=20)
    /// length = 20 if close > average else 50
    /// ```
    /// # Not reported
    /// ```signal
    /// average = sma(close, 20)
    /// calm = rsi(close, 14) > 30 and rsi(close, 14) < 70
    /// ```
    undocumented_construct, Group::Text, Severity::Info, off
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    let tree = facts.tree();
    let mut before: Option<Span> = None;
    for (at, statement) in tree.statements().iter().enumerate() {
        if let Some(before) = before
            && let between = Span::new(before.end, statement.span.start)
            && let Some(semicolon) = semicolon(facts, between)
        {
            report.push(
                said(report, semicolon, "several statements on one line are")
                    .help("write each on a line of its own")
                    .fix(Fix::replace("begin a new line", false, between, "\n")),
            );
        }
        before = Some(statement.span);
        if let StatementKind::Assign { targets, .. } = statement.kind
            && let [first, .., last] = tree.targets(targets)
        {
            report.push(
                said(report, first.to(*last), "several names for one value are")
                    .help("some indicators have a name for each output, such as `macd_signal` and `bbands_upper`"),
            );
        }
        for id in tree.ids_of(at) {
            if let Some(finding) = expression(facts, id, report) {
                report.push(finding);
            }
        }
        for call in tree.ids_of(at).filter_map(|id| facts.calls.get(id)) {
            for argument in call.arguments {
                if let Some(name) = argument.name {
                    report.push(
                        said(report, name, "arguments with a name are")
                            .help("the order of a call's arguments tells what they are: `rsi(close, 14)`"),
                    );
                }
            }
        }
    }
}

/// A `;` between two statements.
fn semicolon(facts: &Facts<'_>, between: Span) -> Option<Span> {
    let text = facts.source.slice(between);
    // Behind a line end, or in a remark, it parts nothing.
    let at = text.find([';', '#', '\n']).filter(|at| text.as_bytes()[*at] == b';')?;
    let start = between.start + at as u32;
    (!text.contains('\n')).then(|| Span::new(start, start + 1))
}

fn said(report: &Report, span: Span, what: &str) -> Diagnostic {
    report.at(span, format!("{what} not documented"))
}

fn expression(facts: &Facts<'_>, id: signal_syntax::ExprId, report: &Report) -> Option<Diagnostic> {
    let tree = facts.tree();
    let span = tree.span(id);
    Some(match tree.expr(id) {
        Expr::Conditional { .. } => said(report, span, "a conditional is")
            .help("emit a signal for each case, or use `where(condition, a, b)`, which is not documented either"),
        Expr::List(_) => said(report, span, "a list is").help("give each value a name of its own"),
        Expr::Tuple(_) => said(report, span, "a tuple is").help("give each value a name of its own"),
        Expr::Attribute { name, .. } => said(report, name, "an attribute is")
            .help("some indicators have a name for each output, such as `macd_signal` and `bbands_upper`"),
        Expr::Index { index, .. } if facts.type_of(index) == Type::Text => {
            said(report, tree.span(index), "a text as an index is")
                .help("some indicators have a name for each output, such as `macd_signal` and `bbands_upper`")
        }
        Expr::Binary { op, op_span, .. } => {
            let help = match op {
                BinaryOp::FloorDivide => "divide by `/`; where a whole number is needed, write it",
                BinaryOp::Power => "multiply: `x * x`",
                BinaryOp::BitAnd => "join conditions by `and`",
                BinaryOp::BitOr => "join conditions by `or`",
                _ => return None,
            };
            report.at(op_span, format!("`{}` is not documented", op.symbol())).help(help)
        }
        Expr::Unary { op: UnaryOp::Invert, .. } => report
            .at(Span::new(span.start, span.start + 1), "`~` is not documented")
            .help("turn a condition around by `not`"),
        _ => return None,
    })
}
