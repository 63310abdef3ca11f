//! The pairs of `cases/`: `==== title [width]`, a text, `----`, the text in style.

use std::path::Path;

use signal_format::Style;

use crate::formatted;

/// Checks every pair of a file.
#[track_caller]
fn check(file: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(file);
    let text = std::fs::read_to_string(path).unwrap();
    let mut count = 0;
    for case in text.split("==== ").skip(1) {
        let (title, texts) = case.split_once('\n').unwrap();
        let (before, after) = texts.split_once("----\n").unwrap();
        let width = title.rsplit_once(" [").map(|(_, width)| width.trim_end_matches(']').parse().unwrap());
        let style = width.map_or_else(Style::default, |line_width| Style { line_width });
        assert_eq!(formatted(before, style), after, "{file}: {title}");
        assert_eq!(formatted(after, style), after, "{file}: {title}");
        count += 1;
    }
    assert!(count > 2, "{file} has only {count} cases");
}

#[test]
fn blanks_are_set() {
    check("blanks.txt");
}

#[test]
fn comments_stay_where_they_speak() {
    check("comments.txt");
}

#[test]
fn directives_keep_their_columns() {
    check("directives.txt");
}

#[test]
fn what_is_too_wide_is_broken() {
    check("breaking.txt");
}

#[test]
fn what_does_not_parse_stays() {
    check("broken.txt");
}

#[test]
fn line_ends_follow_the_first_one() {
    for (before, after) in [
        ("a=1\r\nb=2\n", "a = 1\r\nb = 2\r\n"),
        ("a=1\nb=2\r\n", "a = 1\nb = 2\n"),
        ("a=1\rb=2", "a = 1\nb = 2\n"),
        ("a=f(1,# x\r\n2)", "a = f(\r\n    1,  # x\r\n    2\r\n)\r\n"),
        ("\u{FEFF}\n\na=1", "\u{FEFF}a = 1\n"),
        ("\u{FEFF}", "\u{FEFF}"),
        ("", ""),
        ("\n \n\t\n", ""),
        (";;", ""),
        ("# x", "# x\n"),
        ("a = 1 \\\n", "a = 1\n"),
        ("x = = 1 \\", "x = = 1 \\"),
    ] {
        assert_eq!(formatted(before, Style::default()), after, "{before:?}");
    }
}
