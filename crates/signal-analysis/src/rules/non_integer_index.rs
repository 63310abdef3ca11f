//! An index that is no whole number.

use signal_syntax::Expr;
use signal_text::{Fix, Severity};

use crate::wording::shown;
use crate::{Facts, Report, Type, rule::rule};

rule! {
    /// Finds indexes that are no whole number, such as `close[-1.5]`.
    ///
    /// # Why
    /// An index counts bars: `[-1]` is the current one, `[-2]` the one before. There is no bar between the two.
    ///
    /// # Reported
    /// ```signal
    /// length = 5
    /// before = close[-length / 2]
    /// ```
    /// # Not reported
    /// ```signal
    /// length = 5
    /// before = close[-length]
    /// ```
    non_integer_index, Group::Time, Severity::Warning
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    let tree = facts.tree();
    for &id in facts.operations() {
        let Expr::Index { index, .. } = tree.expr(id) else { continue };
        let span = facts.span(index);
        if let Some(value) = facts.constants.number(index) {
            if value.fract() != 0.0 {
                let nearest = value.trunc().min(-1.0);
                report.push(
                    report
                        .at(span, format!("this index is {}: bars are counted in whole numbers", shown(value)))
                        .help("`[-1]` is the current bar, `[-2]` the one before")
                        .fix(Fix::replace(format!("replace by `{nearest}`"), false, span, nearest.to_string())),
                );
            }
            continue;
        }
        let found = facts.type_of(index);
        if found == Type::Boolean || (found.is_no_series() && found != Type::Text) {
            report.push(
                report
                    .at(span, format!("an index counts bars, and this is {}", found.described()))
                    .help("`[-1]` is the current bar, `[-2]` the one before"),
            );
        }
    }
}
