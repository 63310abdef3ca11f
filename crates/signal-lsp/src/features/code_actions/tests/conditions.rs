//! What is rewritten in a condition: comparisons turned round, parts with names of their own.

use super::*;

#[test]
fn the_sides_of_a_comparison_are_swapped() {
    check("x = rsi(close, 14) ┃< 30\n", "Swap", "x = 30 > rsi(close, 14)\n");
    check("x = close >┃= open + 1\n", "Swap", "x = open + 1 <= close\n");
    check("x = ┃close == open┃\n", "Swap", "x = open == close\n");
    check("x = True and┃(close)<open┃\n", "Swap", "x = True and open>(close)\n");
    check("x = ┃close<(open)┃and True\n", "Swap", "x = (open)>close and True\n");
    titles("x = close ┃== close\n", Kind::Rewrite, &[]);
    titles("x = close < op┃en\n", Kind::Rewrite, &[]);
    titles("x = 1 ┃< close < 3\n", Kind::Rewrite, &[]);
}

#[test]
fn a_condition_is_split_into_names() {
    check(
        "emit_signal(close > open a┃nd not (rsi(close, 14) > 70) and (volume > 5), entry(\"BINANCE:BTC/USDT\", \"LONG\"))\n",
        "Split the condition at `and` into 3 names",
        "above_open = close > open\nnot_rsi_14_above_70 = not (rsi(close, 14) > 70)\nvolume_above_5 = volume > 5\n\
         emit_signal(above_open and not_rsi_14_above_70 and volume_above_5, entry(\"BINANCE:BTC/USDT\", \"LONG\"))\n",
    );
    titles("a = close > 5\nb = a ┃and true\n", Kind::Extract, &[]);
    // The comment would speak for a line that it was not written for.
    let allowed = "a = close > 5 ┃and foo(close) > 5 and open > 5  # signal: allow unknown-function\n";
    titles(allowed, Kind::Extract, &["Split the condition at `and` into 2 names"]);
}
