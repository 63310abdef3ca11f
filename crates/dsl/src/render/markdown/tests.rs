//! What is drawn of which Markdown.

use super::*;

fn check(markdown: &str, expected: &str) {
    assert_eq!(render(markdown, 40, false), expected, "{markdown}");
}

#[test]
fn text_is_wrapped_and_keeps_its_words() {
    check(
        "# A title\n\nSome **strong** and `code` words that take more than a line, and more.\n\n## Below\nEnd.",
        "A title\n═══════\n\nSome strong and `code` words that take\nmore than a line, and more.\n\nBelow\n─────\n\nEnd.\n",
    );
}

#[test]
fn lists_quotes_and_code_have_their_margins() {
    check("- one\n- two\n  - three\n\nText", "- one\n- two\n  - three\n\nText\n");
    check("3. one\n4. two", "3. one\n4. two\n");
    check("> a quote\n>\n> goes on", "│ a quote\n│\n│ goes on\n");
    check("Text:\n\n```signal\nx = 1\n\n\ty\n```\n\nMore", "Text:\n\n    x = 1\n\n        y\n\nMore\n");
    check(
        "- a long item that does not fit on a line of forty\n\n  and its second part",
        "- a long item that does not fit on a\n  line of forty\n\n  and its second part\n",
    );
}

#[test]
fn tables_are_set_in_columns() {
    check(
        "| name | bars |\n|---|--:|\n| `rsi` | 14 |\n| ema\\|x | 200 |",
        " name    bars\n──────────────\n `rsi`     14\n ema|x    200\n",
    );
}

#[test]
fn links_tell_where_they_lead_once() {
    check("[docs](https://a.b/c) and [there](#there).", "docs (https://a.b/c) and there.\n");
    check("<https://a.b/c>", "https://a.b/c\n");
    check("![a chart](https://a.b/c.png)", "[image: a chart]\n");
}

#[test]
fn nothing_that_a_terminal_obeys_comes_through() {
    let hostile = "# \u{1b}[2Jtitle &#27;[31m\n\n`\u{202e}code` <b\u{7}> &#x202e;\n\n```\n\u{9b}31m\n```\n\n| \u{1b}a |\n|---|\n| &#155; |\n\n[x](https://a/\u{1b}]8;;)";
    let shown = render(hostile, 80, false);
    assert!(!shown.chars().any(|c| c != '\n' && visible::is_unprintable(c)), "{shown:?}");
    assert!(shown.contains("\\u{1b}[2Jtitle"), "{shown}");
}

#[test]
fn colours_are_there_where_they_are_wanted_and_alone_there() {
    let text = "# t\n\n**b** `c` [l](https://a.b)\n\n> q\n\n| a |\n|---|\n| b |\n";
    assert!(!render(text, 80, false).contains('\u{1b}'));
    let colored = render(text, 80, true);
    assert!(colored.contains('\u{1b}'));
    let bare = anstream::adapter::strip_str(&colored).to_string();
    assert_eq!(bare.replace('c', "`c`"), render(text, 80, false));
}

#[test]
fn deep_nesting_is_drawn_so_far_and_costs_no_more() {
    let deep = format!("{}{}", "> - ".repeat(3_000), "word\n".repeat(3_000));
    let shown = render(&deep, 40, false);
    assert_eq!(shown.matches("word").count(), 3_000);
    assert!(shown.lines().all(|line| line.chars().count() <= 2 * DEEPEST + 20), "{}", shown.len());
}
