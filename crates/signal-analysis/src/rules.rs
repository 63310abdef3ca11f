//! All rules, one file each. Adding one is its file and its two lines here.

mod bad_setting;
mod division_by_zero;
mod empty_script;
mod index_before_range;
mod little_data_left;
mod looks_ahead;
mod malformed_suppression;
mod malformed_ticker;
mod maybe_not_enough_bars;
mod not_enough_bars;
mod period_out_of_bounds;
mod short_range;
mod start_dependent_value;
mod suppression_not_used;
mod syntax_error;
mod undefined_name;
mod unexpected_indent;
mod unknown_directive;
mod unknown_exchange;
mod unknown_function;
mod unknown_parameter;
mod unknown_variable;
mod unknown_warmup;
mod unsettled_indicator;
mod used_before_definition;
mod wrong_argument_count;

use crate::Rule;

/// Every rule, by name.
pub static RULES: &[&Rule] = &[
    &bad_setting::RULE,
    &division_by_zero::RULE,
    &empty_script::RULE,
    &index_before_range::RULE,
    &little_data_left::RULE,
    &looks_ahead::RULE,
    &malformed_suppression::RULE,
    &malformed_ticker::RULE,
    &maybe_not_enough_bars::RULE,
    &not_enough_bars::RULE,
    &period_out_of_bounds::RULE,
    &short_range::RULE,
    &start_dependent_value::RULE,
    &suppression_not_used::RULE,
    &syntax_error::RULE,
    &undefined_name::RULE,
    &unexpected_indent::RULE,
    &unknown_directive::RULE,
    &unknown_exchange::RULE,
    &unknown_function::RULE,
    &unknown_parameter::RULE,
    &unknown_variable::RULE,
    &unknown_warmup::RULE,
    &unsettled_indicator::RULE,
    &used_before_definition::RULE,
    &wrong_argument_count::RULE,
];

/// The rule with that name.
#[must_use]
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.name == name)
}
