//! Tables for people: a header, a rule, rows; no boxes. Text from outside is made harmless on the way in.

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, TableStyle};

use super::{full, style, visible};

/// How a column is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    /// Texts.
    Left,
    /// Numbers.
    Right,
}

/// A table of `rows` under `header`; cells wrap where `width` columns of the terminal are not enough.
pub(crate) fn table(header: &[(&str, Align)], rows: &[Vec<String>], width: u16, color: bool) -> String {
    let mut table = Table::new();
    table.load_style(lines());
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width.max(40));
    table.set_header(header.iter().map(|(title, align)| cell(title, *align)));
    for row in rows {
        table.add_row(row.iter().zip(header).map(|(text, (_, align))| cell(text, *align)));
    }
    let mut text = String::new();
    for (at, line) in table.lines().enumerate() {
        let line = line.trim_end();
        let painted = match at {
            0 => style::paint(color, style::STRONG, line),
            1 => style::paint(color, style::DIM, line),
            _ => line.to_owned(),
        };
        text.push_str(&painted);
        text.push('\n');
    }
    text
}

/// Leaves out whole columns, those of `spare` first to last, until the table fits into `width`: a cut price is no price.
pub(crate) fn fitted<'h>(
    header: &[(&'h str, Align)],
    rows: &[Vec<String>],
    spare: &[usize],
    width: u16,
) -> (Vec<(&'h str, Align)>, Vec<Vec<String>>) {
    let mut kept: Vec<usize> = (0..header.len()).collect();
    for column in spare {
        if kept.iter().map(|&column| needs(header, rows, column)).sum::<usize>() <= usize::from(width) {
            break;
        }
        kept.retain(|other| other != column);
    }
    let pick = |row: &Vec<String>| kept.iter().filter_map(|&column| row.get(column).cloned()).collect();
    (kept.iter().map(|&column| header[column]).collect(), rows.iter().map(pick).collect())
}

/// A table without broken cells, `spare` columns left out where they must be, with its `status` painted; where that does not
/// fit either, its rows one below the other.
pub(crate) fn unbroken(
    header: &[(&str, Align)],
    rows: &[Vec<String>],
    spare: &[usize],
    width: u16,
    status: Option<fn(&str) -> anstyle::Style>,
    color: bool,
) -> String {
    let (kept, cells) = fitted(header, rows, spare, width);
    if (0..kept.len()).map(|column| needs(&kept, &cells, column)).sum::<usize>() > usize::from(width) {
        return blocks(header, rows, width, color);
    }
    let text = table(&kept, &cells, width, color);
    match status {
        Some(status) if color => painted(&text, "status", status),
        _ => text,
    }
}

/// The characters that a column takes.
fn needs(header: &[(&str, Align)], rows: &[Vec<String>], column: usize) -> usize {
    let wide = |text: &str| unicode_width::UnicodeWidthStr::width(text);
    let cells = rows.iter().filter_map(|row| row.get(column)).map(|text| wide(text));
    // Two blanks of padding and one between columns.
    cells.chain([wide(header[column].0)]).max().unwrap_or(0) + 3
}

/// Rows one below the other: names and ids stay whole, to be copied.
fn blocks(header: &[(&str, Align)], rows: &[Vec<String>], width: u16, color: bool) -> String {
    let mut text = String::new();
    for row in rows {
        let mut used = 0;
        for (at, ((title, _), value)) in header.iter().zip(row).enumerate() {
            let value = visible::short(value, LONGEST);
            let wide = unicode_width::UnicodeWidthStr::width(&*value) + title.len() + 1;
            if used > 0 && used + wide + 3 <= usize::from(width) {
                text.push_str("   ");
                used += 3;
            } else {
                let margin = if at == 0 { " " } else { "\n   " };
                text.push_str(margin);
                used = margin.trim_start_matches('\n').len();
            }
            text.push_str(&format!("{} {value}", style::paint(color, style::DIM, title)));
            used += wide;
        }
        text.push('\n');
    }
    text
}

/// Characters of a cell; our own are shorter.
const LONGEST: usize = 300;

fn cell(text: &str, align: Align) -> Cell {
    // Wrapping takes a time that grows with the square of the length.
    Cell::new(visible::short(text, LONGEST)).set_alignment(match align {
        Align::Left => CellAlignment::Left,
        Align::Right => CellAlignment::Right,
    })
}

fn lines() -> TableStyle {
    use comfy_table::LineStyle;
    TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'))
}

/// A table's text with the words of one column painted. The columns before it must be plain ASCII.
pub(crate) fn painted(text: &str, column: &str, style: impl Fn(&str) -> anstyle::Style) -> String {
    let plain = anstream::adapter::strip_str(text).to_string();
    let Some(at) = plain.lines().next().and_then(|header| header.find(column)) else { return text.to_owned() };
    let mut painted = String::with_capacity(text.len() * 2);
    for (number, line) in text.lines().enumerate() {
        let word = line.get(at..).unwrap_or_default().split(' ').next().unwrap_or_default();
        if number < 2 || word.is_empty() {
            painted.push_str(line);
        } else {
            painted.push_str(&line[..at]);
            painted.push_str(&style::paint(true, style(word), word));
            painted.push_str(&line[at + word.len()..]);
        }
        painted.push('\n');
    }
    painted
}

/// Lines of `name  value`, the values in one column; a value may hold colours.
pub(crate) fn pairs(pairs: &[(String, String)], color: bool) -> String {
    let width = pairs.iter().map(|(name, _)| unicode_width::UnicodeWidthStr::width(name.as_str())).max().unwrap_or(0);
    let mut text = String::new();
    let room = usize::from(super::width()).saturating_sub(width + 3).max(20);
    for (name, value) in pairs {
        let gap = " ".repeat(width - unicode_width::UnicodeWidthStr::width(name.as_str()) + 2);
        // What holds colours is short, or does not want to be broken: an address. Breaking lines takes blanks away.
        let fits = unicode_width::UnicodeWidthStr::width(value.as_str()) <= room || value.contains('\u{1b}');
        let lines = if fits { vec![value.clone()] } else { full::wrapped(value, room) };
        let value = lines.join(&format!("\n{}", " ".repeat(width + 3)));
        text.push_str(&format!(" {}{gap}{value}\n", style::paint(color, style::DIM, name)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_set_right_and_texts_left() {
        let rows = vec![vec!["slow".to_owned(), "199".to_owned()], vec!["日本".to_owned(), "7\u{1b}".to_owned()]];
        insta::assert_snapshot!(table(&[("name", Align::Left), ("warm-up", Align::Right)], &rows, 80, false));
    }

    #[test]
    fn long_cells_wrap_to_the_width() {
        let rows =
            vec![vec!["slow".to_owned(), "sma(ema(close, 200), 15) because ema(close, 200) because close".to_owned()]];
        let text = table(&[("name", Align::Left), ("forced by", Align::Left)], &rows, 40, false);
        assert!(text.lines().all(|line| line.chars().count() <= 40), "{text}");
    }

    #[test]
    fn spare_columns_go_before_anything_is_cut() {
        let header = [("ticker", Align::Left), ("price", Align::Right), ("why", Align::Left)];
        let rows = vec![vec!["BINANCE:BTC/USDT".to_owned(), "64,250.50".to_owned(), "exit".to_owned()]];
        let titles =
            |width| fitted(&header, &rows, &[2, 1], width).0.iter().map(|(title, _)| *title).collect::<Vec<_>>();
        assert_eq!(titles(80), ["ticker", "price", "why"]);
        assert_eq!(titles(34), ["ticker", "price"]);
        assert_eq!(titles(20), ["ticker"]);
    }

    #[test]
    fn what_does_not_fit_as_a_table_keeps_its_names_whole() {
        let header = [("status", Align::Left), ("script", Align::Left), ("trades", Align::Right), ("run", Align::Left)];
        let row = ["completed", "donchian_breakout.signal", "16", "20260131-142501-7f3a"].map(str::to_owned).to_vec();
        let rows = [row.clone(), row];
        let set = |width| unbroken(&header, &rows, &[2], width, None, false);
        assert!(set(71).contains("trades") && set(71).lines().count() == 4, "{}", set(71));
        assert!(!set(70).contains("trades") && set(70).lines().count() == 4, "{}", set(70));
        let block = " status completed   script donchian_breakout.signal\n   trades 16   run 20260131-142501-7f3a\n";
        assert_eq!(set(60), block.repeat(2), "nothing is left out");
        assert!(set(40).lines().all(|line| line.len() <= 40), "{}", set(40));
    }

    #[test]
    fn values_of_pairs_share_a_column() {
        let text = pairs(&[("a".to_owned(), "1".to_owned()), ("größe".to_owned(), "2".to_owned())], false);
        assert_eq!(text, " a      1\n größe  2\n");
        assert_eq!(
            pairs(&[("a".to_owned(), "  1   one".to_owned())], false),
            " a    1   one\n",
            "columns stay columns"
        );
        let long = pairs(&[("a".to_owned(), "word ".repeat(60))], false);
        assert!(long.lines().count() > 1 && long.lines().skip(1).all(|line| line.starts_with("    word")), "{long}");
    }
}
