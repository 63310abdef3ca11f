//! The parts of a script by its comments: headings with what stands below them, regions, and blocks of comment lines.
//!
//! Headings are what authors draw by hand: `# --- Exits ---`, `# Exits ------`, `## Exits`, `# %% Exits`, and a line of text
//! with a rule below it, or one on both sides. A region goes from `# region` to its `# endregion`.

use signal_syntax::TriviaKind;
use signal_text::{Source, Span};

use crate::snapshot::Snapshot;

/// Sections of a script, and the comments between its statements.
#[derive(Debug, Default)]
pub(crate) struct Sections {
    /// Sections in the order of the text. Two of them are apart, or one lies within the other.
    pub(crate) sections: Vec<Section>,
    /// Comments and directives that have a line of their own, outside of statements.
    pub(crate) comments: Vec<CommentLine>,
}

/// A part of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Section {
    /// What its heading says; empty where it says nothing.
    pub(crate) title: Span,
    /// From its heading to its last line.
    pub(crate) span: Span,
}

/// A comment on a line of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CommentLine {
    /// From its `#` to the end of the line.
    pub(crate) span: Span,
    /// Its line, from 0.
    pub(crate) line: u32,
    /// It is a directive.
    pub(crate) directive: bool,
    /// It is a heading or a part of one, or where a region begins or ends.
    pub(crate) marks: bool,
}

/// What a comment, or several below each other, mark.
#[derive(Clone, Copy, Debug)]
enum Mark {
    /// The heading of a section; the lower the level, the larger the section.
    Heading { level: usize, title: Span },
    /// The beginning of a region.
    Region { title: Span },
    /// The end of one.
    EndRegion,
}

/// Finds them in one pass over the comments.
pub(crate) fn sections(snapshot: &Snapshot) -> Sections {
    let source = snapshot.source();
    let mut comments = comment_lines(snapshot);
    let mut marks: Vec<(usize, usize, Mark)> = Vec::new();
    let mut at = 0;
    while at < comments.len() {
        match mark(source, &comments, at) {
            Some((mark, lines)) => {
                marks.push((at, at + lines - 1, mark));
                at += lines;
            }
            None => at += 1,
        }
    }
    drop_unpaired(&mut marks);
    for (first, last, _) in &marks {
        comments[*first..=*last].iter_mut().for_each(|comment| comment.marks = true);
    }
    let sections = nested(source, &comments, &marks);
    Sections { sections, comments }
}

/// Comments and directives before which their line is blank, and that no statement goes around.
fn comment_lines(snapshot: &Snapshot) -> Vec<CommentLine> {
    let (source, tree) = (snapshot.source(), snapshot.tree());
    let mut statements = tree.statements().iter().peekable();
    let mut found = Vec::new();
    for trivia in tree.trivia() {
        let directive = match trivia.kind {
            TriviaKind::Comment => false,
            TriviaKind::Directive => true,
            TriviaKind::LineEnd | TriviaKind::ByteOrderMark => continue,
        };
        let span = trivia.span;
        while statements.next_if(|statement| statement.span.end <= span.start).is_some() {}
        let within = statements.peek().is_some_and(|statement| statement.span.start <= span.start);
        let line = source.lines().line(span.start);
        let start = source.lines().start(line).unwrap_or(span.start);
        let before = source.slice(Span::new(start, span.start));
        if !within && before.chars().all(|c| c.is_whitespace() || c == '\u{FEFF}') {
            found.push(CommentLine { span, line: line as u32, directive, marks: false });
        }
    }
    found
}

/// What the comment at `at` marks, with the ones below it that belong to it, and how many lines that takes.
fn mark(source: &Source, comments: &[CommentLine], at: usize) -> Option<(Mark, usize)> {
    let line = Line::new(source, comments.get(at).filter(|comment| !comment.directive)?.span);
    let adjacent = |other: Option<&CommentLine>, at: u32| {
        let other = other.filter(|other| !other.directive && other.line == at)?;
        Some(Line::new(source, other.span))
    };
    let here = comments[at].line;
    let above = here.checked_sub(1).and_then(|line| adjacent(comments.get(at.wrapping_sub(1)), line));
    let below = adjacent(comments.get(at + 1), here + 1);
    if line.hashes == 1 {
        if let Some(rest) = line.body.strip_prefix("endregion")
            && (rest.is_empty() || rest.starts_with(char::is_whitespace))
        {
            return Some((Mark::EndRegion, 1));
        }
        if let Some(rest) = line.body.strip_prefix("region")
            && (rest.is_empty() || rest.starts_with([' ', '\t', ':']))
        {
            return Some((Mark::Region { title: line.part(rest.trim_start_matches(':').trim()) }, 1));
        }
        if let Some(rest) = line.body.strip_prefix("%%") {
            return Some((Mark::Heading { level: 1, title: line.part(rest.trim()) }, 1));
        }
    }
    let is_text = |line: &Line<'_>| line.rule().is_none() && line.body.contains(char::is_alphanumeric);
    if let Some(level) = line.rule() {
        let title = below.filter(is_text)?;
        adjacent(comments.get(at + 2), here + 2)?.rule()?;
        return Some((Mark::Heading { level, title: title.title() }, 3));
    }
    if !is_text(&line) {
        return None;
    }
    if let Some(level) = line.ruled() {
        return Some((Mark::Heading { level, title: line.title() }, 1));
    }
    if let Some(level) = below.and_then(|below| below.rule())
        && above.is_none()
    {
        return Some((Mark::Heading { level, title: line.title() }, 2));
    }
    // Some authors begin every comment with two of them.
    let alone = [above, below].iter().flatten().all(|other| other.hashes == 1);
    (line.hashes > 1 && alone)
        .then(|| (Mark::Heading { level: (line.hashes - 1).min(DEEPEST), title: line.title() }, 1))
}

/// A comment in parts.
#[derive(Clone, Copy)]
struct Line<'s> {
    /// How many `#` it begins with.
    hashes: usize,
    /// What stands behind them, without the blanks around it.
    body: &'s str,
    /// Where the body begins.
    start: u32,
}

impl<'s> Line<'s> {
    fn new(source: &'s Source, span: Span) -> Self {
        let text = source.slice(span);
        let behind = text.trim_start_matches('#');
        let hashes = text.len() - behind.len();
        let body = behind.trim_start();
        let start = span.start + (text.len() - body.len()) as u32;
        Self { hashes, body: body.trim_end(), start }
    }

    /// The place of a part of the body.
    fn part(&self, part: &'s str) -> Span {
        let at = part.as_ptr() as usize - self.body.as_ptr() as usize;
        let start = self.start + at as u32;
        Span::new(start, start + part.len() as u32)
    }

    /// The body without rules on its sides.
    fn title(&self) -> Span {
        self.part(self.body.trim_matches(|c: char| is_rule_sign(c) || c.is_whitespace()))
    }

    /// For a line that is a rule and nothing else, the level of what it underlines.
    fn rule(&self) -> Option<usize> {
        match self.body.chars().next() {
            None => (self.hashes >= 5).then_some(1),
            Some(sign) => {
                let whole = is_rule_sign(sign) && self.body.chars().all(|c| c == sign) && self.body.chars().count() > 2;
                whole.then_some(level(sign))
            }
        }
    }

    /// For text with a rule on one of its sides, the level of the heading.
    fn ruled(&self) -> Option<usize> {
        row(self.body.chars()).or_else(|| row(self.body.chars().rev()))
    }
}

/// The level of a rule that a text begins with.
fn row(mut signs: impl Iterator<Item = char>) -> Option<usize> {
    let sign = signs.next().filter(|sign| is_rule_sign(*sign))?;
    (signs.next() == Some(sign) && signs.next() == Some(sign)).then_some(level(sign))
}

/// Signs that authors draw rules of.
const fn is_rule_sign(sign: char) -> bool {
    matches!(sign, '-' | '=' | '*' | '~' | '_' | '+' | '#' | '─' | '━' | '═' | '—')
}

/// A double rule is more than a single one.
const fn level(sign: char) -> usize {
    if matches!(sign, '=' | '#' | '═' | '━') { 1 } else { 2 }
}

/// Regions within each other that count, and levels of headings: editors draw no more, and whatever walks sections need not
/// fear how deep they are.
const DEEPEST: usize = 16;

/// Keeps the regions that have both ends: a sentence may begin with the word, too.
fn drop_unpaired(marks: &mut Vec<(usize, usize, Mark)>) {
    let mut kept: Vec<bool> = marks.iter().map(|(.., mark)| matches!(mark, Mark::Heading { .. })).collect();
    let mut open = Vec::new();
    for (at, (.., mark)) in marks.iter().enumerate() {
        match mark {
            Mark::Heading { .. } => {}
            Mark::Region { .. } => open.push(at),
            Mark::EndRegion => {
                if let Some(begin) = open.pop()
                    && open.len() < DEEPEST
                {
                    kept[begin] = true;
                    kept[at] = true;
                }
            }
        }
    }
    let mut kept = kept.into_iter();
    marks.retain(|_| kept.next().is_some_and(|kept| kept));
}

/// A section that is not at its end yet.
struct Open {
    /// `None`: a region.
    level: Option<usize>,
    title: Span,
    start: u32,
}

fn nested(source: &Source, comments: &[CommentLine], marks: &[(usize, usize, Mark)]) -> Vec<Section> {
    let mut found = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut close = |section: Open, end: u32| {
        let text = source.slice(Span::new(section.start, end));
        let end = section.start + text.trim_end().len() as u32;
        found.push(Section { title: section.title, span: Span::new(section.start, end) });
    };
    for (first, last, mark) in marks {
        let (start, end) = (comments[*first].span.start, comments[*last].span.end);
        match *mark {
            Mark::Heading { level, title } => {
                while let Some(above) = open.pop_if(|above| above.level.is_some_and(|other| other >= level)) {
                    close(above, start);
                }
                open.push(Open { level: Some(level), title, start });
            }
            Mark::Region { title } => open.push(Open { level: None, title, start }),
            Mark::EndRegion => {
                while let Some(inner) = open.pop() {
                    let is_region = inner.level.is_none();
                    close(inner, if is_region { end } else { start });
                    if is_region {
                        break;
                    }
                }
            }
        }
    }
    while let Some(section) = open.pop() {
        close(section, source.text().len() as u32);
    }
    found.sort_by_key(|section| (section.span.start, std::cmp::Reverse(section.span.end)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::snapshot;

    /// Titles of sections with their first and last lines.
    fn check(text: &str, expected: &[&str]) {
        let snapshot = snapshot(text);
        let line = |offset| snapshot.source().line_column(offset).line;
        let shown = |section: &Section| {
            let title = snapshot.source().slice(section.title);
            format!("{title} {}-{}", line(section.span.start), line(section.span.end))
        };
        let found = sections(&snapshot);
        assert_eq!(found.sections.iter().map(shown).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn a_heading_opens_a_section_up_to_the_next_one() {
        check("# --- Entries ---\na = 1\n\n# --- Exits ---\nb = 2\n\n", &["Entries 1-2", "Exits 4-5"]);
        check("# Entries ------\na = 1\n## Exits\nb = 2", &["Entries 1-2", "Exits 3-4"]);
        check("a = 1\n# ── Größe 🚀 ──\r\nb = 2\r\n", &[]);
        check("a = 1\n# ─── Größe 🚀 ───\r\nb = 2\r\n", &["Größe 🚀 2-3"]);
    }

    #[test]
    fn a_smaller_heading_opens_a_section_within_a_larger_one() {
        check("# === A ===\n# --- b ---\nx = 1\n# --- c\ny = 1\n# === D\n", &["A 1-5", "b 2-3", "c 4-5", "D 6-6"]);
        check("## A\nx = 1\n### b\ny = 1\n## C\nz = 1\n", &["A 1-4", "b 3-4", "C 5-6"]);
    }

    #[test]
    fn headings_are_underlined_or_boxed() {
        check("# Entries\n# -------\na = 1\n", &["Entries 1-3"]);
        check(
            "# =======\n# Entries\n# =======\na = 1\n#######\n# Exits #\n#######\nb = 2",
            &["Entries 1-4", "Exits 5-8"],
        );
        check("# %% Entries\na = 1\n# %%\nb = 2\n", &["Entries 1-2", " 3-4"]);
    }

    #[test]
    fn regions_go_to_their_end_and_hold_sections() {
        check("# region Exits\n## A\na = 1\n# endregion\nb = 2\n", &["Exits 1-4", "A 2-3"]);
        check(
            "## A\n#region x\n#region y\na = 1\n#endregion\n#endregion x\n## B\n",
            &["A 1-6", "x 2-6", "y 3-5", "B 7-7"],
        );
    }

    #[test]
    fn however_deep_regions_are_nested_sections_are_not() {
        let text = format!("{}x = 1\n{}", "# region\n".repeat(50_000), "# endregion\n".repeat(50_000));
        assert_eq!(sections(&snapshot(&text)).sections.len(), DEEPEST);
        let levels: String = (2..200).map(|hashes| format!("{} a\nx = 1\n", "#".repeat(hashes))).collect();
        let snapshot = snapshot(&levels);
        let found = sections(&snapshot).sections;
        assert_eq!(found.len(), 198);
        assert!(found.iter().filter(|section| section.span.end as usize == levels.trim_end().len()).count() <= DEEPEST);
    }

    #[test]
    fn prose_is_no_heading() {
        check("# region of interest\na = 1\n# endregion\n", &["of interest 1-3"]);
        check("# region of interest\na = 1\n", &[]);
        check("# endregion\na = 1\n# regional\n", &[]);
        check("## two lines\n## of prose\na = 1\n", &[]);
        check("# text over two lines\n# before a rule\n# -----\na = 1\n", &[]);
        check("# -1 is the last bar\n# a -- b\n#!---\n# ---\n", &[]);
        check("x = max(\n    # --- not here ---\n    1, 2)\ny = 1 # --- nor here ---\n", &[]);
    }
}
