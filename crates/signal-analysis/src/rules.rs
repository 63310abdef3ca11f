//! All rules, one file each. Adding one is its file and its two lines here.

mod bad_setting;
mod division_by_zero;
mod empty_script;
mod equal_periods;
mod index_before_range;
mod little_data_left;
mod looks_ahead;
mod malformed_suppression;
mod malformed_ticker;
mod maybe_not_enough_bars;
mod non_integer_period;
mod not_enough_bars;
mod overwritten_before_use;
mod period_out_of_bounds;
mod result_not_used;
mod shadowed_builtin;
mod short_range;
mod start_dependent_value;
mod suppression_not_used;
mod swapped_periods;
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
mod unused_name;
mod used_before_definition;
mod wrong_argument_count;

use crate::Rule;

/// Every rule, by name.
pub static RULES: &[&Rule] = &[
    &bad_setting::RULE,
    &division_by_zero::RULE,
    &empty_script::RULE,
    &equal_periods::RULE,
    &index_before_range::RULE,
    &little_data_left::RULE,
    &looks_ahead::RULE,
    &malformed_suppression::RULE,
    &malformed_ticker::RULE,
    &maybe_not_enough_bars::RULE,
    &non_integer_period::RULE,
    &not_enough_bars::RULE,
    &overwritten_before_use::RULE,
    &period_out_of_bounds::RULE,
    &result_not_used::RULE,
    &shadowed_builtin::RULE,
    &short_range::RULE,
    &start_dependent_value::RULE,
    &suppression_not_used::RULE,
    &swapped_periods::RULE,
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
    &unused_name::RULE,
    &used_before_definition::RULE,
    &wrong_argument_count::RULE,
];

/// The rule with that name.
#[must_use]
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.name == name)
}
