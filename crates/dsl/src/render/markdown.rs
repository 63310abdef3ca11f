//! Markdown for the terminal: headings, wrapped text, lists, quotes, code and tables. Text from outside is made harmless on
//! the way, also where it came as an entity (`&#27;`).

mod layout;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use anstyle::Style;
use pulldown_cmark::{Alignment, CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use unicode_width::UnicodeWidthStr;

use self::layout::{Piece, wrapped};
use super::table::{Align, table};
use super::{style, visible};

/// Lines longer than this are hard to read.
const MOST_COLUMNS: u16 = 100;

/// Code of so many columns stays on one line.
const UNBROKEN: usize = 30;

/// Quotes and lists inside of each other whose margins are drawn: nobody reads deeper, and each line repeats them all.
const DEEPEST: usize = 12;

/// A blank between parts of one word, until it is written.
const JOINT: &str = "\u{a0}";

/// `text` as a terminal of `width` columns shows it.
pub(crate) fn render(text: &str, width: u16, color: bool) -> String {
    // A page may have its metadata in front, which is nobody's reading.
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let text = text.replace("\r\n", "\n");
    let mut page = Page {
        width: usize::from(width.min(MOST_COLUMNS)),
        color,
        out: String::with_capacity(text.len() * 2),
        ..Page::default()
    };
    for event in Parser::new_ext(&text, options) {
        page.take(event);
    }
    page.end_block();
    page.out
}

/// A page as far as it is drawn.
#[derive(Default)]
struct Page {
    width: usize,
    color: bool,
    out: String,
    /// What stands before every line: quotes and lists, outermost first.
    margins: Vec<Margin>,
    /// The lists that are open; the next number of a numbered one.
    lists: Vec<Option<u64>>,
    /// The block that is being read.
    pieces: Vec<Piece>,
    /// Styles of the words to come, innermost last.
    styles: Vec<Style>,
    /// Where the links that are open lead.
    links: Vec<String>,
    /// The heading that is being read.
    heading: Option<HeadingLevel>,
    /// The text of a block of code.
    code: Option<String>,
    table: Option<Table>,
    /// Nothing of it is shown.
    hidden: bool,
    /// A blank line is due before the next block.
    gap: bool,
}

/// What stands before the lines of a quote or of a list's item.
struct Margin {
    /// Before its first line; taken once.
    first: Option<String>,
    rest: String,
}

#[derive(Default)]
struct Table {
    aligns: Vec<Align>,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    in_header: bool,
}

impl Page {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text),
            Event::Code(code) => {
                // Without colours the ticks tell code from words. Short code is not broken.
                let code = if self.color { code.into_string() } else { format!("`{code}`") };
                let code = if code.width() <= UNBROKEN { code.replace(' ', JOINT) } else { code };
                self.push(&code, style::PLACE);
            }
            Event::Html(text) | Event::InlineHtml(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.push(&text, style::DIM);
            }
            Event::SoftBreak => self.push(" ", Style::new()),
            Event::HardBreak => self.pieces.push(Piece::Break),
            Event::Rule => {
                self.begin_block();
                let line = "─".repeat(self.room());
                self.line(&line, style::DIM);
                self.gap = true;
            }
            Event::TaskListMarker(done) => self.push(if done { "[x] " } else { "[ ] " }, Style::new()),
            Event::FootnoteReference(name) => self.push(&format!("[{name}]"), style::DIM),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.end_block();
                self.heading = Some(level);
            }
            Tag::BlockQuote(_) => {
                self.end_block();
                self.begin_block();
                let bar = style::paint(self.color, style::DIM, "│ ");
                self.margins.push(Margin { first: None, rest: bar });
            }
            Tag::CodeBlock(kind) => {
                self.end_block();
                self.code = Some(String::new());
                self.hidden = matches!(kind, CodeBlockKind::Fenced(ref word) if &**word == "hidden");
            }
            Tag::List(first) => {
                self.end_block();
                self.lists.push(first);
            }
            Tag::Item => {
                self.end_block();
                let mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "- ".to_owned(),
                };
                let rest = " ".repeat(mark.width());
                self.margins.push(Margin { first: Some(mark), rest });
            }
            Tag::Table(aligns) => {
                self.end_block();
                let align = |align: &Alignment| if *align == Alignment::Right { Align::Right } else { Align::Left };
                self.table = Some(Table { aligns: aligns.iter().map(align).collect(), ..Table::default() });
            }
            Tag::TableHead => self.in_table(|table| table.in_header = true),
            Tag::TableRow => self.in_table(|table| table.rows.push(Vec::new())),
            Tag::Emphasis => self.styles.push(Style::new().italic()),
            Tag::Strong => self.styles.push(style::STRONG),
            Tag::Strikethrough => self.styles.push(Style::new().strikethrough()),
            Tag::Link { dest_url, .. } => self.links.push(dest_url.into_string()),
            Tag::Image { dest_url, .. } => {
                self.push("[image: ", style::DIM);
                self.links.push(dest_url.into_string());
            }
            Tag::MetadataBlock(_) => self.hidden = true,
            Tag::Paragraph | Tag::HtmlBlock | Tag::FootnoteDefinition(_) => self.end_block(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => self.end_heading(level),
            TagEnd::Paragraph | TagEnd::HtmlBlock | TagEnd::FootnoteDefinition => {
                self.end_block();
                self.gap = true;
            }
            TagEnd::BlockQuote(_) => {
                self.end_block();
                self.margins.pop();
                self.gap = true;
            }
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::Item => {
                self.end_block();
                // An item with nothing in it still has its mark.
                if self.margins.last().is_some_and(|margin| margin.first.is_some()) {
                    self.line("", Style::new());
                }
                self.margins.pop();
            }
            TagEnd::List(_) => {
                self.end_block();
                self.lists.pop();
                self.gap = true;
            }
            TagEnd::TableCell => self.end_cell(),
            TagEnd::TableHead => self.in_table(|table| table.in_header = false),
            TagEnd::Table => self.end_table(),
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => drop(self.styles.pop()),
            TagEnd::Link => {
                let target = self.links.pop().unwrap_or_default();
                // Where the text is the address already, once is enough; places on the page lead nowhere here.
                let told = self.pieces.iter().any(|piece| matches!(piece, Piece::Words(text, _) if *text == target));
                if target.contains("://") && !told && self.table.is_none() {
                    self.push(&format!(" ({target})"), style::DIM);
                }
            }
            TagEnd::Image => {
                self.links.pop();
                self.push("]", style::DIM);
            }
            TagEnd::MetadataBlock(_) => self.hidden = false,
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        match &mut self.code {
            Some(code) => code.push_str(text),
            None => self.push(text, Style::new()),
        }
    }

    /// Words of a block. Their own style goes before that of what is around them.
    fn push(&mut self, text: &str, own: Style) {
        if self.hidden {
            return;
        }
        let style = if own == Style::new() { self.styles.last().copied().unwrap_or_default() } else { own };
        // Outside of code, line ends and tabs are blanks.
        let text = text.replace(['\n', '\t'], " ");
        self.pieces.push(Piece::Words(visible::line(&text).into_owned(), style));
    }

    fn in_table(&mut self, change: impl FnOnce(&mut Table)) {
        if let Some(table) = &mut self.table {
            change(table);
        }
    }

    fn end_heading(&mut self, level: HeadingLevel) {
        self.heading = None;
        let text: String = self.pieces.drain(..).map(plain).collect();
        self.begin_block();
        self.line(text.trim(), style::STRONG);
        let under = match level {
            HeadingLevel::H1 => "═",
            HeadingLevel::H2 => "─",
            _ => "",
        };
        if !under.is_empty() {
            let line = under.repeat(text.trim().width().clamp(1, self.room()));
            self.line(&line, style::DIM);
        }
        self.gap = level <= HeadingLevel::H2;
    }

    fn end_code(&mut self) {
        let code = self.code.take().unwrap_or_default();
        if std::mem::take(&mut self.hidden) {
            return;
        }
        self.begin_block();
        for line in code.lines() {
            let line = format!("    {}", visible::line(&line.replace('\t', "    ")));
            self.line(line.trim_end(), style::PLACE);
        }
        self.gap = true;
    }

    fn end_cell(&mut self) {
        let text: String = self.pieces.drain(..).map(plain).collect();
        self.in_table(|table| match (table.in_header, table.rows.last_mut()) {
            (false, Some(row)) => row.push(text),
            _ => table.header.push(text),
        });
    }

    fn end_table(&mut self) {
        let Some(Table { aligns, header, mut rows, .. }) = self.table.take() else { return };
        let named: Vec<(&str, Align)> =
            header.iter().map(String::as_str).zip(aligns.into_iter().chain(std::iter::repeat(Align::Left))).collect();
        for row in &mut rows {
            row.resize(named.len(), String::new());
        }
        self.begin_block();
        let room = u16::try_from(self.room()).unwrap_or(MOST_COLUMNS);
        let text = table(&named, &rows, room, self.color);
        for line in text.lines() {
            self.line(line, Style::new());
        }
        self.gap = true;
    }

    /// Writes the block that was read, wrapped.
    fn end_block(&mut self) {
        let pieces = std::mem::take(&mut self.pieces);
        if pieces.iter().all(|piece| matches!(piece, Piece::Words(text, _) if text.trim().is_empty())) {
            return;
        }
        self.begin_block();
        for line in wrapped(pieces, self.room(), self.color) {
            self.line(&line, Style::new());
        }
    }

    /// The blank line that is due.
    fn begin_block(&mut self) {
        if std::mem::take(&mut self.gap) && !self.out.is_empty() {
            let bars: String = self.margins.iter().take(DEEPEST).map(|margin| margin.rest.as_str()).collect();
            let _ = writeln!(self.out, "{}", bars.trim_end());
        }
    }

    /// Columns that are left beside the margins; some are, however deep they go.
    fn room(&self) -> usize {
        let margins: usize = self.margins.iter().take(DEEPEST).map(|margin| bare_width(&margin.rest)).sum();
        self.width.saturating_sub(margins).max(20)
    }

    fn line(&mut self, text: &str, own: Style) {
        for margin in self.margins.iter_mut().take(DEEPEST) {
            let mark = margin.first.take();
            self.out.push_str(mark.as_deref().unwrap_or(&margin.rest));
        }
        let painted = if own == Style::new() { text.to_owned() } else { style::paint(self.color, own, text) };
        self.out.push_str(&painted);
        let trimmed = self.out.trim_end_matches(' ').len();
        self.out.truncate(trimmed);
        self.out.push('\n');
    }
}

fn plain(piece: Piece) -> String {
    match piece {
        Piece::Words(text, _) => text.replace(JOINT, " "),
        Piece::Break => " ".to_owned(),
    }
}

/// Columns of a margin, the colour of its bar aside.
fn bare_width(margin: &str) -> usize {
    if margin.contains('│') { 2 } else { margin.width() }
}
