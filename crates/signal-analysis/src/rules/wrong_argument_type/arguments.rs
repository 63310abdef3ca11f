//! Arguments of calls.

use signal_catalog::{Entry, Evidence, Input, InputSource, Kind, Param, ParamKind, Signature, ValueType};
use signal_syntax::{Expr, ExprId};
use signal_text::{Diagnostic, Edit, Fix, Severity};

use super::with_cure;
use crate::rules::thousands_comma;
use crate::wording::numbers::{changes_with_the_bars, is_its_main_output};
use crate::{Call, Facts, Report, Type};

pub(super) fn check(facts: &Facts<'_>, report: &mut Report) {
    for call in &facts.calls {
        let (Some(entry), Some(binding)) = (call.entry, call.bound()) else { continue };
        let signature = binding.signature;
        // What an author declared may take anything.
        if signature.evidence == Evidence::Declared && signature.talib.is_none() {
            continue;
        }
        if entry.kind == Kind::Signal && swapped(facts, call, report) {
            continue;
        }
        let certain = signature.evidence >= Evidence::TaLib && !binding.ambiguous;
        let push = |finding: Option<Diagnostic>, report: &mut Report| {
            if let Some(mut finding) = finding {
                if !certain {
                    finding.severity = finding.severity.min(Severity::Warning);
                }
                report.push(finding);
            }
        };
        for (at, source) in binding.inputs.iter().enumerate() {
            let InputSource::Argument(argument) = *source else { continue };
            // The last input of a variadic signature stands for all behind it.
            let Some(input) = signature.inputs.get(at).or(signature.inputs.last()) else { continue };
            if let Some(argument) = call.arguments.get(argument as usize) {
                push(input_objection(facts, call, input, argument.value, report), report);
            }
        }
        for (param, value, argument) in call.params(&facts.constants) {
            if let (None, Some(argument)) = (value, argument) {
                push(param_objection(facts, call, entry, signature, param, argument, report), report);
            }
        }
    }
}

/// `emit_signal(entry(...), condition)`.
fn swapped(facts: &Facts<'_>, call: &Call<'_>, report: &mut Report) -> bool {
    let (Some(condition), Some(action)) = (call.input("condition"), call.input("action")) else { return false };
    if facts.type_of(condition) != Type::Action || facts.type_of(action) == Type::Action {
        return false;
    }
    let (first, second) = (facts.span(condition), facts.span(action));
    let edits = vec![
        Edit { span: first, text: facts.text(action).to_owned() },
        Edit { span: second, text: facts.text(condition).to_owned() },
    ];
    report.push(
        report
            .at(first, format!("`{}` takes the condition first and the action behind it", call.name))
            .label(second, "the condition")
            .fix(Fix { title: "exchange the two".to_owned(), safe: true, edits }),
    );
    true
}

fn input_objection(
    facts: &Facts<'_>,
    call: &Call<'_>,
    input: &Input,
    argument: ExprId,
    report: &Report,
) -> Option<Diagnostic> {
    let found = facts.type_of(argument);
    let (fits, wanted) = match input.value {
        ValueType::Number => {
            let line = is_its_main_output(facts, argument);
            (line || matches!(found, Type::Number | Type::Boolean), "a number or a series")
        }
        ValueType::Text => (found == Type::Text, "a text"),
        ValueType::Action => (found == Type::Action, "an action"),
        ValueType::Sizing => (found == Type::Sizing, "a size"),
        // Conditions have a rule of their own.
        ValueType::Boolean => (found != Type::Action || call.entry.is_some_and(|entry| entry.kind != Kind::Signal), ""),
        ValueType::Nothing | ValueType::Unknown => return None,
    };
    if fits || matches!(found, Type::Unknown | Type::Function) || thousands_comma::stands_behind(facts, argument) {
        return None;
    }
    // `exit(ticker, None)`: left out by name.
    if found == Type::None && input.optional {
        return None;
    }
    let span = facts.span(argument);
    let mut finding = match input.value {
        ValueType::Number if found == Type::Outputs => {
            report.at(span, format!("`{}` needs one series, and this is {}", call.name, found.described()))
        }
        ValueType::Boolean => report
            .at(span, format!("`{}` needs a condition here, and this is an action", call.name))
            .help("the action stands behind it: `emit_signal(condition, action)`"),
        ValueType::Number => report
            .at(span, format!("`{}` needs numbers or a series here, and this is {}", call.name, found.described())),
        _ => report.at(
            span,
            format!("`{}` of `{}` must be {wanted}, and this is {}", input.name, call.name, found.described()),
        ),
    };
    finding = match (input.value, found) {
        (ValueType::Sizing, Type::Number) => {
            let text = facts.text(argument);
            finding.fix(Fix::replace(format!("write `Weight({text})`"), false, span, format!("Weight({text})")))
        }
        (ValueType::Sizing, _) => finding.help("such as `Weight(0.5)`, half of the equity"),
        (ValueType::Action, _) => finding.help("such as `entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5))`"),
        (ValueType::Text, _) => finding.help(if &*input.name == "side" {
            "a side is \"LONG\" or \"SHORT\""
        } else {
            "a ticker is a text in quotes, such as \"BINANCE:BTC/USDT\""
        }),
        (ValueType::Number, _) => with_cure(facts, argument, found, finding),
        _ => finding,
    };
    // Documentation and TA-Lib rule these out; the others, such as a column's name for the column, or a plain number for
    // a size, a service might well take.
    let column = found == Type::Text && !finding.fixes.is_empty();
    let lenient = match input.value {
        ValueType::Number => matches!(found, Type::Outputs | Type::None) || column,
        ValueType::Text => matches!(found, Type::Items | Type::None | Type::Outputs),
        ValueType::Action => matches!(found, Type::Items | Type::None | Type::Text | Type::Outputs),
        ValueType::Sizing => !matches!(found, Type::Action | Type::Nothing),
        ValueType::Boolean | ValueType::Nothing | ValueType::Unknown => false,
    };
    if lenient {
        finding.severity = Severity::Warning;
    }
    Some(finding)
}

/// Names under which TA-Lib's kinds of moving average go, by their numbers.
const AVERAGES: [&str; 9] = ["sma", "ema", "wma", "dema", "tema", "trima", "kama", "mama", "t3"];

fn param_objection(
    facts: &Facts<'_>,
    call: &Call<'_>,
    entry: &Entry,
    signature: &Signature,
    param: &Param,
    argument: ExprId,
    report: &Report,
) -> Option<Diagnostic> {
    if param.kind == ParamKind::Other {
        return None;
    }
    let found = facts.type_of(argument);
    let span = facts.span(argument);
    let place = || format!("`{}` of `{}`", param.name, entry.name);
    if found == Type::Number {
        // Constants that only the service can work out (`round(14.4)`) are numbers too.
        let changes = signature.talib.is_some() && changes_with_the_bars(facts, argument);
        let mut finding = changes.then(|| {
            let message = format!("{} must be one number, and this changes from bar to bar", place());
            report.at(span, message).help("TA-Lib takes the same period for all bars")
        })?;
        finding.severity = Severity::Warning;
        return Some(finding);
    }
    if matches!(found, Type::Unknown | Type::Function) || thousands_comma::stands_behind(facts, argument) {
        return None;
    }
    let described = match facts.tree().expr(facts.tree().unparenthesized(argument)) {
        Expr::Bool(_) => format!("`{}`", facts.text(argument)),
        _ => found.described().to_owned(),
    };
    let mut finding = report.at(span, format!("{} must be a number, and this is {described}", place()));
    if found == Type::Text && param.kind == ParamKind::MovingAverage {
        finding.severity = Severity::Warning;
        let text = facts.tree().string(facts.source, facts.tree().unparenthesized(argument))?;
        let number = AVERAGES.iter().position(|average| text.eq_ignore_ascii_case(average));
        return Some(match number {
            Some(number) => finding.help("TA-Lib numbers the kinds of moving average").fix(Fix::replace(
                format!("replace by {number}, TA-Lib's number for it"),
                false,
                span,
                number.to_string(),
            )),
            None => finding.help("TA-Lib numbers the kinds of moving average: 0 is simple, 1 exponential, 2 weighted"),
        });
    }
    // `True` is 1 in Python, and None a value left out.
    if matches!(found, Type::Boolean | Type::None | Type::Outputs) {
        finding.severity = Severity::Warning;
    }
    if found == Type::Text && call.bound().is_some_and(|binding| !binding.ambiguous) {
        return Some(with_cure(facts, argument, found, finding));
    }
    Some(finding)
}
