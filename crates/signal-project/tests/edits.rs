//! Setting a directive in a script's text.

#![allow(clippy::unwrap_used)]

mod common;

use proptest::prelude::*;
use signal_project::{directive_edit, directives};
use signal_syntax::parse;
use signal_text::{Source, apply_edits};

fn set(text: &str, key: &str, value: &str) -> String {
    let source = Source::new("a.signal", text);
    let edit = directive_edit(&source, &parse(&source).tree, key, value);
    apply_edits(text, &[edit]).unwrap()
}

fn check(before: &str, after: &str) {
    assert_eq!(set(before, "timeframe", "4h"), after);
    assert_eq!(set(after, "timeframe", "4h"), after, "once is enough");
}

#[test]
fn a_value_that_is_there_is_replaced_and_nothing_else() {
    check("#! timeframe = 1h\na = 1\n", "#! timeframe = 4h\na = 1\n");
    check("#!timeframe=1h # note\na = 1\n", "#!timeframe=4h # note\na = 1\n");
    check("#! timeframe = \"1h\"\r\n", "#! timeframe = \"4h\"\r\n");
    check("#! timeframe =\na = 1", "#! timeframe = 4h\na = 1");
    check("#! timeframe =# note\na = 1", "#! timeframe = 4h # note\na = 1");
    check("#! timeframe = \"\"\na = 1", "#! timeframe = \"4h\"\na = 1");
    check("#! timeframe ==# note\na = 1", "#! timeframe =4h\na = 1");
    // The last one counts.
    check("#! timeframe = 1d\n#! timeframe = 1h\n", "#! timeframe = 1d\n#! timeframe = 4h\n");
}

#[test]
fn a_new_line_goes_behind_the_last_directive_of_the_head() {
    check("# mine\n\n#! mode = cross\n\na = 1\n", "# mine\n\n#! mode = cross\n#! timeframe = 4h\n\na = 1\n");
    check("#! mode = cross\r\na = 1\r\n", "#! mode = cross\r\n#! timeframe = 4h\r\na = 1\r\n");
    check("#! mode = cross", "#! mode = cross\n#! timeframe = 4h");
    check("#! universe    = BINANCE:BTC/USDT\na = 1", "#! universe    = BINANCE:BTC/USDT\n#! timeframe   = 4h\na = 1");
    // A directive behind the first statement sets nothing, also for this.
    check("a = 1\n#! timeframe = 1h\n", "#! timeframe = 4h\na = 1\n#! timeframe = 1h\n");
}

#[test]
fn a_head_without_directives_gets_its_first_at_the_top() {
    check("a = 1\n", "#! timeframe = 4h\na = 1\n");
    check("", "#! timeframe = 4h\n");
    check("\u{FEFF}a = 1\r\n", "\u{FEFF}#! timeframe = 4h\r\na = 1\r\n");
    check("#!/usr/bin/env dsl\n# mine\na = 1", "#!/usr/bin/env dsl\n#! timeframe = 4h\n# mine\na = 1");
    check("#!/usr/bin/env dsl", "#!/usr/bin/env dsl\n#! timeframe = 4h");
    check("\u{FEFF}#!/bin/dsl\r\na = 1", "\u{FEFF}#!/bin/dsl\r\n#! timeframe = 4h\r\na = 1");
}

#[test]
fn a_value_stays_on_its_line() {
    assert_eq!(set("", "description", "two\nlines"), "#! description = two lines\n");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_set_is_what_is_read(
        head in proptest::collection::vec("(#! ?(timeframe|mode|slippage|x)[ =:]{0,3}[a-z0-9\"# ]{0,5}|# [a-z]{0,3}|a = 1|#!/bin/x|)", 0..6),
        end in proptest::sample::select(vec!["\n", "\r\n"]),
        mark in any::<bool>(),
        closed in any::<bool>(),
    ) {
        let mut text = if mark { "\u{FEFF}".to_owned() } else { String::new() };
        text += &head.join(end);
        if closed {
            text += end;
        }
        let statements = |text: &str| parse(&Source::new("a", text)).tree.statements().len();
        let after = set(&text, "start_date", "2024-01-01");
        let source = Source::new("a.signal", after.as_str());
        let found = directives(&source, &parse(&source).tree);
        prop_assert_eq!(found.values.start_date.map(|date| date.value.to_string()), Some("2024-01-01".to_owned()), "{:?}", after);
        prop_assert_eq!(statements(&text), statements(&after));
        prop_assert_eq!(text.starts_with('\u{FEFF}'), after.starts_with('\u{FEFF}'));

        let again = set(&text, "timeframe", "4h");
        let source = Source::new("a.signal", again.as_str());
        let found = directives(&source, &parse(&source).tree);
        prop_assert_eq!(found.values.timeframe.map(|timeframe| timeframe.value.as_str()), Some("4h"), "{:?} -> {:?}", text, again);
    }
}
