//! An expression by itself whose value goes nowhere.

use signal_catalog::Kind;
use signal_syntax::{CompareOp, Expr, ExprId, StatementKind};
use signal_text::{Diagnostic, Fix, Severity};

use crate::wording::{is_expression, whole_line};
use crate::{Facts, Report, Type, rule::rule};

rule! {
    /// Finds lines that compute something and do nothing with it.
    ///
    /// # Why
    /// `rsi(close, 14)` by itself has no effect, and neither has `entry(...)` outside of `emit_signal`: the strategy does
    /// not trade on it. `level == 5` compares, where `level = 5` would give a name to a value.
    ///
    /// # Cure
    /// Give the value a name and use it, hand an action to `emit_signal(condition, action)`, or remove the line. In a script
    /// without any signal the last line is its result, as `dsl eval` shows it.
    ///
    /// # Reported
    /// ```signal
    /// rsi(close, 14)
    /// emit_signal(close > sma(close, 20), exit("BINANCE:BTC/USDT", "LONG"))
    /// emit_signal(close < sma(close, 20), entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    /// # Not reported
    /// ```signal
    /// strength = rsi(close, 14)
    /// strength[-1]
    /// ```
    result_not_used, Group::Names, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    let statements = facts.tree().statements();
    for (at, statement) in statements.iter().enumerate() {
        let StatementKind::Expr(value) = statement.kind else { continue };
        if at + 1 == statements.len() && is_expression(facts) {
            continue;
        }
        if let Some(finding) = finding(facts, value, report) {
            let removable = finding.fixes.is_empty();
            let line = whole_line(facts, statement.span).filter(|_| removable);
            report.push(match line {
                Some(line) => finding.fix(Fix::replace("remove the line", false, line, "")),
                None => finding,
            });
        }
    }
}

fn finding(facts: &Facts<'_>, value: ExprId, report: &Report) -> Option<Diagnostic> {
    let tree = facts.tree();
    let span = tree.span(value);
    Some(match tree.expr(tree.unparenthesized(value)) {
        Expr::Error => return None,
        Expr::Call { .. } => {
            let call = facts.calls.get(tree.unparenthesized(value))?;
            let entry = call.entry?;
            match entry.kind {
                Kind::Signal => return None,
                Kind::Action => report
                    .at(span, format!("`{}` by itself does not trade", call.name))
                    .help(format!("hand it to a signal: `emit_signal(condition, {}(...))`", call.name)),
                Kind::Sizing => report
                    .at(span, format!("`{}` by itself has no effect", call.name))
                    .help(format!("it is the size of an entry: `entry(ticker, side, {}(...))`", call.name)),
                Kind::Indicator | Kind::Operator | Kind::Variable => report
                    .at(span, format!("nothing is done with the value of `{}`", call.name))
                    .help(format!("give it a name, as in `my_{0} = {0}(...)`, and use that", call.name)),
            }
        }
        Expr::Compare { first, rest } => {
            let [(CompareOp::Equal, operator, _)] = tree.comparisons(rest) else {
                return Some(condition(report, span));
            };
            if !matches!(tree.expr(first), Expr::Name) {
                return Some(condition(report, span));
            }
            let name = facts.text(first);
            report
                .at(span, format!("this compares `{name}` and does nothing with the answer"))
                .help(format!("`{name} = ...`, with one `=`, gives the name a value"))
                .fix(Fix::replace("write one `=`", false, *operator, "="))
        }
        // People write remarks so in Python; harmless, as far as anybody knows.
        Expr::String => {
            let mut finding =
                report.at(span, "this text has no effect").help("a remark is written behind `#`: `# buys the dip`");
            finding.severity = Severity::Hint;
            finding
        }
        _ if facts.type_of(value) == Type::Boolean => condition(report, span),
        _ => report.at(span, "nothing is done with this value").help("give it a name, or remove the line"),
    })
}

fn condition(report: &Report, span: signal_text::Span) -> Diagnostic {
    report
        .at(span, "nothing is done with this condition")
        .help("give it a name and hand that to `emit_signal(condition, action)`")
}
