//! All rules, one file each. Adding one is its file and its two lines here.

mod bad_setting;
mod bitwise_instead_of_and;
mod boolean_arithmetic;
mod chained_comparison;
mod condition_not_boolean;
mod constant_condition;
mod cross_needed;
mod different_scales;
mod division_by_zero;
mod duplicated_condition;
mod empty_script;
mod entry_and_exit_together;
mod entry_without_exit;
mod equal_periods;
mod exchange_mismatch;
mod exit_without_entry;
mod float_equality;
mod impossible_condition;
mod index_before_range;
mod little_data_left;
mod looks_ahead;
mod malformed_suppression;
mod malformed_ticker;
mod maybe_not_enough_bars;
mod no_signal;
mod non_integer_index;
mod non_integer_period;
mod not_enough_bars;
mod number_as_boolean;
mod opposite_entries;
mod overcommitted;
mod overwritten_before_use;
mod period_out_of_bounds;
mod positional_after_keyword;
mod result_not_used;
mod self_comparison;
mod shadowed_builtin;
mod short_range;
mod size_out_of_range;
mod start_dependent_value;
mod suppression_not_used;
mod swapped_periods;
mod syntax_error;
mod thousands_comma;
mod ticker_not_in_universe;
mod undefined_name;
mod undocumented_construct;
mod unexpected_indent;
mod unknown_directive;
mod unknown_exchange;
mod unknown_function;
mod unknown_output;
mod unknown_parameter;
mod unknown_side;
mod unknown_variable;
mod unknown_warmup;
mod unsettled_indicator;
mod unused_name;
mod unused_ticker;
mod used_before_definition;
mod wrong_argument_count;
mod wrong_argument_type;
mod wrong_market;
mod wrong_number_of_targets;

use crate::Rule;

/// Every rule, by name.
pub static RULES: &[&Rule] = &[
    &bad_setting::RULE,
    &bitwise_instead_of_and::RULE,
    &boolean_arithmetic::RULE,
    &chained_comparison::RULE,
    &condition_not_boolean::RULE,
    &constant_condition::RULE,
    &cross_needed::RULE,
    &different_scales::RULE,
    &division_by_zero::RULE,
    &duplicated_condition::RULE,
    &empty_script::RULE,
    &entry_and_exit_together::RULE,
    &entry_without_exit::RULE,
    &equal_periods::RULE,
    &exchange_mismatch::RULE,
    &exit_without_entry::RULE,
    &float_equality::RULE,
    &impossible_condition::RULE,
    &index_before_range::RULE,
    &little_data_left::RULE,
    &looks_ahead::RULE,
    &malformed_suppression::RULE,
    &malformed_ticker::RULE,
    &maybe_not_enough_bars::RULE,
    &no_signal::RULE,
    &non_integer_index::RULE,
    &non_integer_period::RULE,
    &not_enough_bars::RULE,
    &number_as_boolean::RULE,
    &opposite_entries::RULE,
    &overcommitted::RULE,
    &overwritten_before_use::RULE,
    &period_out_of_bounds::RULE,
    &positional_after_keyword::RULE,
    &result_not_used::RULE,
    &self_comparison::RULE,
    &shadowed_builtin::RULE,
    &short_range::RULE,
    &size_out_of_range::RULE,
    &start_dependent_value::RULE,
    &suppression_not_used::RULE,
    &swapped_periods::RULE,
    &syntax_error::RULE,
    &thousands_comma::RULE,
    &ticker_not_in_universe::RULE,
    &undefined_name::RULE,
    &undocumented_construct::RULE,
    &unexpected_indent::RULE,
    &unknown_directive::RULE,
    &unknown_exchange::RULE,
    &unknown_function::RULE,
    &unknown_output::RULE,
    &unknown_parameter::RULE,
    &unknown_side::RULE,
    &unknown_variable::RULE,
    &unknown_warmup::RULE,
    &unsettled_indicator::RULE,
    &unused_name::RULE,
    &unused_ticker::RULE,
    &used_before_definition::RULE,
    &wrong_argument_count::RULE,
    &wrong_argument_type::RULE,
    &wrong_market::RULE,
    &wrong_number_of_targets::RULE,
];

/// The rule with that name.
#[must_use]
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.name == name)
}
