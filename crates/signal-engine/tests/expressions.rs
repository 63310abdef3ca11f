//! Values of expressions against values worked by hand.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use support::{from_closes, numbers};

#[test]
fn an_average_has_no_value_before_its_window_is_full() {
    let bars = from_closes(&[1.0, 2.0, 3.0, 4.0]);
    assert_eq!(numbers("sma(close, 2)", &bars), [None, Some(1.5), Some(2.5), Some(3.5)]);
}
