//! A curve in the terminal: braille dots, two by four in each cell, or plain ASCII where the terminal knows no more.

use super::{number, style};

/// Axis labels take this many columns beside the plot.
const LABELS: usize = 13;

/// What characters a plot may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dots {
    /// U+2800..U+28FF, eight dots a cell.
    Braille,
    /// `*` and blanks.
    Ascii,
}

/// The curve of `values` over `width` by `height` cells, axis labels included. Values that are not finite leave a gap.
pub(crate) fn curve(values: &[f64], width: usize, height: usize, dots: Dots, color: bool) -> String {
    let mut finite = values.iter().filter(|value| value.is_finite());
    let first = finite.next();
    let paint = if finite.next_back().or(first) >= first { style::GOOD } else { style::BAD };
    drawn(values, width, height, dots, color.then_some(paint), false)
}

/// Falls in percent, 0 or less, as an area that hangs from the top; labels and all as in [`curve`].
pub(crate) fn falls(values: &[f64], width: usize, height: usize, dots: Dots, color: bool) -> String {
    drawn(values, width, height, dots, color.then_some(style::BAD), true)
}

fn drawn(
    values: &[f64],
    width: usize,
    height: usize,
    dots: Dots,
    paint: Option<anstyle::Style>,
    hanging: bool,
) -> String {
    let (color, paint) = (paint.is_some(), paint.unwrap_or_default());
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let (low, high) = (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max));
    if low > high || height == 0 {
        return String::new();
    }
    let cells = width.saturating_sub(LABELS + 2).max(10);
    let (across, down) = match dots {
        Dots::Braille => (2, 4),
        Dots::Ascii => (1, 1),
    };
    let (columns, rows) = (cells * across, height * down);
    let mut grid = vec![false; columns * rows];
    let row_of = |value: f64| {
        if high > low { ((high - value) / (high - low) * (rows - 1) as f64).round() as usize } else { rows / 2 }
    };
    let mut last: Option<usize> = None;
    for (column, bucket) in buckets(values, columns).enumerate() {
        let Some((min, max, end)) = bucket else {
            last = None;
            continue;
        };
        // A column holds everything from its lowest to its highest value, and reaches to where the last one ended.
        let (mut top, mut bottom) = (row_of(max), row_of(min));
        if let Some(last) = last {
            (top, bottom) = (top.min(last + 1).min(bottom), bottom.max(last.saturating_sub(1)).max(top));
        }
        for row in (if hanging { 0 } else { top })..=bottom.min(rows - 1) {
            grid[row * columns + column] = true;
        }
        last = Some(row_of(end));
    }
    let label = |value| if hanging { number::percent(value) } else { number::fixed(value, 2) };
    let mut text = String::new();
    for line in 0..height {
        let label = match line {
            0 => label(high),
            _ if line == height - 1 => label(low),
            _ => String::new(),
        };
        let drawn: String = (0..cells).map(|cell| symbol(&grid, columns, line, cell, dots)).collect();
        let axis = if dots == Dots::Braille { "┤" } else { "|" };
        text.push_str(&format!(
            "{label:>LABELS$} {}{}\n",
            style::paint(color, style::DIM, axis),
            style::paint(color, paint, drawn.trim_end())
        ));
    }
    text
}

/// Lowest, highest and last value of each of `columns` equal parts; a part without values repeats its neighbour, one without finite ones is `None`.
fn buckets(values: &[f64], columns: usize) -> impl Iterator<Item = Option<(f64, f64, f64)>> {
    (0..columns).map(move |column| {
        let start = column * values.len() / columns;
        let end = ((column + 1) * values.len() / columns).max(start + 1).min(values.len());
        let finite = || values[start..end].iter().copied().filter(|value| value.is_finite());
        let last = finite().next_back()?;
        Some((finite().fold(last, f64::min), finite().fold(last, f64::max), last))
    })
}

fn symbol(grid: &[bool], columns: usize, line: usize, cell: usize, dots: Dots) -> char {
    /// Bit of each dot, by row and column of the cell, as Unicode numbers them.
    const BITS: [[u32; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
    match dots {
        Dots::Ascii => {
            if grid[line * columns + cell] {
                '*'
            } else {
                ' '
            }
        }
        Dots::Braille => {
            let mut bits = 0;
            for (row, pair) in BITS.iter().enumerate() {
                for (column, bit) in pair.iter().enumerate() {
                    if grid[(line * 4 + row) * columns + cell * 2 + column] {
                        bits |= bit;
                    }
                }
            }
            if bits == 0 { ' ' } else { char::from_u32(0x2800 + bits).unwrap_or(' ') }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_rising_line_goes_from_corner_to_corner() {
        let values: Vec<f64> = (0..50).map(|at| 10_000.0 + f64::from(at) * 10.0).collect();
        insta::assert_snapshot!(curve(&values, 40, 5, Dots::Ascii, false));
        insta::assert_snapshot!(curve(&values, 40, 5, Dots::Braille, false));
    }

    #[test]
    fn falls_hang_from_the_top() {
        let values: Vec<f64> = (0..50).map(|at| -f64::from((at * 7) % 25) / 2.0).collect();
        insta::assert_snapshot!(falls(&values, 40, 4, Dots::Ascii, false));
        insta::assert_snapshot!(falls(&values, 40, 4, Dots::Braille, false));
    }

    #[test]
    fn a_curve_without_values_draws_nothing() {
        assert_eq!(curve(&[], 40, 5, Dots::Braille, false), "");
        assert_eq!(curve(&[f64::NAN], 40, 5, Dots::Braille, false), "");
    }

    proptest! {
        #[test]
        fn a_curve_fits_its_frame(values in proptest::collection::vec(prop_oneof![any::<f64>(), -1e6..1e6], 0..200), width in 0usize..120, height in 0usize..20) {
            for dots in [Dots::Braille, Dots::Ascii] {
                let text = curve(&values, width, height, dots, false);
                prop_assert!(text.is_empty() || text.lines().count() == height);
            }
        }
    }
}
