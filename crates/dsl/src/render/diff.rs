//! Changes of a file as a unified diff, as `patch -p0` and `git apply -p0` read it.

use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices, group_diff_ops};

use super::{style, visible};

/// Unchanged lines around a change.
const CONTEXT: usize = 3;

/// The diff from `before` to `after`; empty where they are equal.
pub(crate) fn unified(name: &str, before: &str, after: &str, color: bool) -> String {
    between((name, name), before, after, color)
}

/// As [`unified`], of two texts with a name each.
pub(crate) fn between(names: (&str, &str), before: &str, after: &str, color: bool) -> String {
    // Only `\n` ends a line of a patch: a lone `\r` is a character of its line.
    let (old, new): (Vec<&str>, Vec<&str>) =
        (before.split_inclusive('\n').collect(), after.split_inclusive('\n').collect());
    let groups = group_diff_ops(capture_diff_slices(Algorithm::Myers, &old, &new), CONTEXT);
    if groups.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "{}\n{}\n",
        style::paint(color, style::STRONG, &format!("--- {}", quoted(names.0))),
        style::paint(color, style::STRONG, &format!("+++ {}", quoted(names.1)))
    );
    for group in &groups {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let range = |start: usize, end: usize| match end - start {
            // An empty range is told by the line before it.
            0 => format!("{start},0"),
            1 => format!("{}", start + 1),
            lines => format!("{},{lines}", start + 1),
        };
        let (old_range, new_range) = (
            range(first.old_range().start, last.old_range().end),
            range(first.new_range().start, last.new_range().end),
        );
        text.push_str(&style::paint(color, style::PLACE, &format!("@@ -{old_range} +{new_range} @@")));
        text.push('\n');
        for op in group {
            hunk(&mut text, op, &old, &new, color);
        }
    }
    text
}

fn hunk(text: &mut String, op: &DiffOp, old: &[&str], new: &[&str], color: bool) {
    let mut lines = |sign: char, lines: &[&str], paint: Option<anstyle::Style>| {
        for line in lines {
            let whole = line.strip_suffix('\n');
            let shown = format!("{sign}{}", whole.unwrap_or(line));
            // Where there are colours a person reads it, and a terminal must not obey what a script holds.
            let shown = if color { visible::line(&shown).into_owned() } else { shown };
            text.push_str(&paint.map_or_else(|| shown.clone(), |paint| style::paint(color, paint, &shown)));
            text.push('\n');
            if whole.is_none() {
                text.push_str("\\ No newline at end of file\n");
            }
        }
    };
    if op.tag() == DiffTag::Equal {
        lines(' ', &old[op.old_range()], None);
    } else {
        lines('-', &old[op.old_range()], Some(style::BAD));
        lines('+', &new[op.new_range()], Some(style::GOOD));
    }
}

/// A file's name as git writes it: plain where it is plain, in quotes with escapes where it holds signs that would not
/// survive, and with a tab behind it where it holds a blank.
fn quoted(name: &str) -> String {
    if name.contains(|character: char| character.is_control() || matches!(character, '"' | '\\')) {
        let mut text = String::from("\"");
        for byte in name.bytes() {
            match byte {
                b'"' | b'\\' => text.extend(['\\', byte as char]),
                b' '..=b'~' => text.push(byte as char),
                _ => text.push_str(&format!("\\{byte:03o}")),
            }
        }
        return text + "\"";
    }
    let tab = if name.contains(' ') { "\t" } else { "" };
    format!("{name}{tab}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, after: &str, expected: &str) {
        assert_eq!(unified("a.signal", before, after, false), expected);
    }

    #[test]
    fn equal_texts_have_no_diff() {
        check("a\n", "a\n", "");
    }

    #[test]
    fn a_change_stands_between_three_lines_of_context() {
        check(
            "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
            "1\n2\n3\n4\nfive\n6\n7\n8\n9\n",
            "--- a.signal\n+++ a.signal\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n",
        );
    }

    #[test]
    fn a_last_line_without_an_end_is_marked() {
        check("a\rb", "c\r\n", "--- a.signal\n+++ a.signal\n@@ -1 +1 @@\n-a\rb\n\\ No newline at end of file\n+c\r\n");
        check("", "a\n", "--- a.signal\n+++ a.signal\n@@ -0,0 +1 @@\n+a\n");
    }
}
