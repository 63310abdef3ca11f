//! Bars from a folder of CSV files, one a ticker and timeframe: `BINANCE_BTC_USDT_1h.csv`.
//!
//! Columns by name, in any order, others ignored: `timestamp,open,high,low,close,volume`. A timestamp is RFC 3339, or
//! epoch seconds or milliseconds, and the bar's opening.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use signal_engine::Bars;
use signal_market::{Ticker, Timeframe};

use super::DataError;
use super::calendar::{Slot, Window, close_of, rfc3339};

/// Columns a file must have.
const COLUMNS: [&str; 6] = ["timestamp", "open", "high", "low", "close", "volume"];

/// Whole numbers above this are milliseconds: as seconds they would lie beyond the year 5000.
const MILLISECONDS_ABOVE: i64 = 100_000_000_000;

/// The bars of a ticker in a window, as far as the file has them.
pub(crate) fn bars(folder: &Path, ticker: &Ticker, timeframe: Timeframe, window: &Window) -> Result<Bars, DataError> {
    let path = folder.join(file_name(ticker, timeframe)?);
    let file = File::open(&path).map_err(|error| missing(&path, &error))?;
    let all = read(BufReader::new(file), &path)?;
    spaced(&all, timeframe, &path)?;
    let bars = inside(&all, timeframe, window);
    match (all.open_time.first(), all.open_time.last()) {
        (Some(first), Some(last)) if bars.open_time.is_empty() => Err(DataError::Unavailable {
            message: format!(
                "{} has no closed bar in the date range; its bars open between {} and {}",
                path.display(),
                rfc3339(*first),
                rfc3339(*last)
            ),
            suggestion: "set start_date and end_date inside the file's range".to_owned(),
        }),
        _ => Ok(bars),
    }
}

/// Whether there is a file of a ticker's bars.
pub(crate) fn has(folder: &Path, ticker: &Ticker, timeframe: Timeframe) -> bool {
    file_name(ticker, timeframe).is_ok_and(|name| folder.join(name).is_file())
}

/// `EXCHANGE_BASE_QUOTE[_SETTLE]_TIMEFRAME.csv`. A ticker comes over the network, so it must not lead out of the folder.
fn file_name(ticker: &Ticker, timeframe: Timeframe) -> Result<String, DataError> {
    let mut parts = vec![ticker.exchange.to_ascii_uppercase(), ticker.base.clone()];
    // A prediction market's token has no quote.
    parts.extend(Some(ticker.quote.clone()).filter(|quote| !quote.is_empty()));
    parts.extend(ticker.settle.clone());
    let plain = |part: &String| {
        !part.is_empty()
            && part.len() <= 100
            && !part.starts_with('.')
            && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | '_'))
    };
    if !parts.iter().all(plain) {
        return Err(DataError::Unavailable {
            message: format!("the ticker {ticker} can't be the name of a file"),
            suggestion: "use letters, digits, `-`, `_` and `.` in the tickers of your own data".to_owned(),
        });
    }
    parts.push(format!("{}.csv", timeframe.as_str()));
    Ok(parts.join("_"))
}

fn missing(path: &Path, error: &std::io::Error) -> DataError {
    if error.kind() == std::io::ErrorKind::NotFound {
        DataError::Unavailable {
            message: format!("there is no file {}", path.display()),
            suggestion: format!("put the bars there, with the columns {}", COLUMNS.join(",")),
        }
    } else {
        DataError::Unavailable {
            message: format!("{} can't be opened: {error}", path.display()),
            suggestion: "check that it is a file that you may read".to_owned(),
        }
    }
}

/// A fault of a file, with its place.
fn fault(path: &Path, row: u64, column: &str, what: impl std::fmt::Display, cure: &str) -> DataError {
    DataError::Unavailable {
        message: format!("{}, row {row}, column `{column}`: {what}", path.display()),
        suggestion: cure.to_owned(),
    }
}

fn read(file: impl std::io::Read, path: &Path) -> Result<Bars, DataError> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(file);
    let places = places(&mut reader, path)?;
    let mut bars = Bars::default();
    let mut record = csv::StringRecord::new();
    loop {
        // The header is row 1.
        let row = bars.open_time.len() as u64 + 2;
        match reader.read_record(&mut record) {
            Ok(false) => return Ok(bars),
            Ok(true) => {}
            Err(error) => {
                let cure = "give every row the header's columns, as UTF-8 text";
                return Err(fault(path, row, "timestamp", error, cure));
            }
        }
        let text = |column: usize| record.get(places[column]).unwrap_or_default();
        let time = timestamp(text(0)).ok_or_else(|| {
            let cure = "write RFC 3339 (2024-01-01T00:00:00Z), epoch seconds or milliseconds";
            fault(path, row, COLUMNS[0], format!("`{}` is no time", text(0)), cure)
        })?;
        if let Some(before) = bars.open_time.last().filter(|before| **before >= time) {
            let what = format!("{} does not come after {}", text(0), rfc3339(*before));
            let cure = "sort the rows by time and keep one a bar";
            return Err(fault(path, row, COLUMNS[0], what, cure));
        }
        let number = |column: usize| match text(column).parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number),
            _ => {
                let what = format!("`{}` is no number", text(column));
                let cure = "write a plain number with a decimal point";
                Err(fault(path, row, COLUMNS[column], what, cure))
            }
        };
        let (open, high, low, close) = (number(1)?, number(2)?, number(3)?, number(4)?);
        let volume = number(5)?;
        if let Some((column, what)) = impossible(open, high, low, close, volume) {
            let cure = "a bar has low <= open, close <= high, low above 0 and volume not below 0";
            return Err(fault(path, row, column, what, cure));
        }
        bars.open_time.push(time);
        bars.open.push(open);
        bars.high.push(high);
        bars.low.push(low);
        bars.close.push(close);
        bars.volume.push(volume);
    }
}

/// Where each of [`COLUMNS`] stands in the header.
fn places<R: std::io::Read>(reader: &mut csv::Reader<R>, path: &Path) -> Result<[usize; 6], DataError> {
    let cure = format!("begin the file with the line {}", COLUMNS.join(","));
    let header = reader.headers().map_err(|error| fault(path, 1, "timestamp", error, &cure))?.clone();
    let mut places = [0; 6];
    for (place, column) in places.iter_mut().zip(COLUMNS) {
        // Spreadsheets put a byte order mark before the first name.
        *place = header
            .iter()
            .position(|name| name.trim_start_matches('\u{FEFF}').eq_ignore_ascii_case(column))
            .ok_or_else(|| fault(path, 1, column, "the header lacks this column", &cure))?;
    }
    Ok(places)
}

fn timestamp(text: &str) -> Option<i64> {
    if let Ok(number) = text.parse::<i64>() {
        return Some(if number.abs() > MILLISECONDS_ABOVE { number.div_euclid(1000) } else { number });
    }
    let at: jiff::Timestamp = text.parse().ok()?;
    Some(at.as_second())
}

fn impossible(open: f64, high: f64, low: f64, close: f64, volume: f64) -> Option<(&'static str, String)> {
    if low <= 0.0 {
        return Some(("low", format!("the lowest price {low} is not above 0")));
    }
    for (column, price) in [("open", open), ("close", close)] {
        if price > high {
            return Some(("high", format!("{high} is below the {column} {price}")));
        }
        if price < low {
            return Some(("low", format!("{low} is above the {column} {price}")));
        }
    }
    (volume < 0.0).then(|| ("volume", format!("{volume} is below 0")))
}

/// Refuses bars that are closer together than the timeframe in the file's name: annual figures would be wrong.
fn spaced(all: &Bars, timeframe: Timeframe, path: &Path) -> Result<(), DataError> {
    let early = all.open_time.windows(2).position(|pair| pair[1] < close_of(timeframe, pair[0]));
    early.map_or(Ok(()), |bar| {
        let what = format!("{} lies within the {timeframe} bar before it", rfc3339(all.open_time[bar + 1]));
        Err(fault(path, bar as u64 + 3, COLUMNS[0], what, "name the file after the timeframe of its bars"))
    })
}

fn inside(all: &Bars, timeframe: Timeframe, window: &Window) -> Bars {
    let keep: Vec<usize> = (0..all.open_time.len())
        .filter(|&bar| {
            let open = all.open_time[bar];
            window.holds(Slot { open, close: close_of(timeframe, open) })
        })
        .collect();
    let column = |values: &[f64]| keep.iter().map(|&bar| values[bar]).collect();
    Bars {
        open_time: keep.iter().map(|&bar| all.open_time[bar]).collect(),
        open: column(&all.open),
        high: column(&all.high),
        low: column(&all.low),
        close: column(&all.close),
        volume: column(&all.volume),
    }
}

/// Tickers of a folder's files, as far as their names are like [`file_name`] makes them; sorted.
pub(crate) fn tickers(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut tickers: Vec<String> =
        entries.flatten().filter_map(|entry| ticker_of(&PathBuf::from(entry.file_name()))).collect();
    tickers.sort();
    tickers.dedup();
    tickers
}

fn ticker_of(file: &Path) -> Option<String> {
    if file.extension()? != "csv" {
        return None;
    }
    let parts: Vec<&str> = file.file_stem()?.to_str()?.split('_').collect();
    match parts.as_slice() {
        [exchange, token, _] => Some(format!("{exchange}:{token}")),
        [exchange, base, quote, _] => Some(format!("{exchange}:{base}/{quote}")),
        [exchange, base, quote, settle, _] => Some(format!("{exchange}:{base}/{quote}:{settle}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault_in(text: &str) -> String {
        match read(text.as_bytes(), Path::new("A_B_C_1d.csv")) {
            Ok(bars) => panic!("{} bars were read", bars.open_time.len()),
            Err(DataError::Unavailable { message, suggestion }) => format!("{message} | {suggestion}"),
        }
    }

    #[test]
    fn the_three_kinds_of_timestamps_are_one_time() {
        for text in ["2024-01-01T00:00:00Z", "1704067200", "1704067200000", "2024-01-01T01:00:00+01:00"] {
            assert_eq!(timestamp(text), Some(1_704_067_200), "{text}");
        }
        assert_eq!(timestamp("yesterday"), None);
    }

    #[test]
    fn columns_are_found_by_name() {
        let text = "\u{FEFF}Volume,Close,Low,High,Open,Timestamp,trades\n7,2,1,4,3,1704067200,99\n";
        let bars = read(text.as_bytes(), Path::new("x.csv")).unwrap();
        assert_eq!((bars.open[0], bars.high[0], bars.low[0]), (3.0, 4.0, 1.0));
        assert_eq!((bars.close[0], bars.volume[0]), (2.0, 7.0));
    }

    #[test]
    fn a_fault_names_file_row_column_and_cure() {
        let header = "timestamp,open,high,low,close,volume\n0,1,2,0.5,1,1\n";
        for (row, expected) in [
            ("86400,1,2,0.5,x,1", "A_B_C_1d.csv, row 3, column `close`: `x` is no number"),
            ("86400,1,2,0.5,NaN,1", "column `close`: `NaN` is no number"),
            ("soon,1,2,0.5,1,1", "row 3, column `timestamp`: `soon` is no time"),
            ("0,1,2,0.5,1,1", "column `timestamp`: 0 does not come after 1970-01-01T00:00:00Z"),
            ("86400,3,2,0.5,1,1", "column `high`: 2 is below the open 3"),
            ("86400,1,2,1.5,1.7,1", "column `low`: 1.5 is above the open 1"),
            ("86400,1,2,0,1,1", "column `low`: the lowest price 0 is not above 0"),
            ("86400,1,2,0.5,1,-1", "column `volume`: -1 is below 0"),
            ("86400,1,2", "row 3, column `timestamp`: CSV error"),
        ] {
            let fault = fault_in(&format!("{header}{row}\n"));
            assert!(fault.contains(expected), "{row}: {fault}");
        }
        let fault = fault_in("time,open,high,low,close,volume\n");
        assert!(fault.contains("row 1, column `timestamp`: the header lacks this column"), "{fault}");
        assert!(fault.contains("begin the file with the line timestamp,open"), "{fault}");
    }

    #[test]
    fn bars_that_are_shorter_than_the_file_s_name_says_are_refused() {
        let bars = |open_time: &[i64]| Bars { open_time: open_time.to_vec(), ..Bars::default() };
        let path = Path::new("A_B_C_1d.csv");
        for (timeframe, times) in
            [(Timeframe::D1, [0, 86_400, 3 * 86_400]), (Timeframe::Month1, [0, 2_678_400, 5_097_600])]
        {
            assert_eq!(spaced(&bars(&times), timeframe, path), Ok(()), "{timeframe}");
        }
        let DataError::Unavailable { message, .. } =
            spaced(&bars(&[0, 86_400, 90_000]), Timeframe::D1, path).unwrap_err();
        let expected = "A_B_C_1d.csv, row 4, column `timestamp`: 1970-01-02T01:00:00Z lies within the 1d bar before it";
        assert_eq!(message, expected);
    }

    #[test]
    fn no_ticker_leads_out_of_the_folder() {
        let ticker =
            |base: &str| Ticker { exchange: "BINANCE".into(), base: base.into(), quote: "USDT".into(), settle: None };
        for base in ["..", "../x", "a\\b", "", ".hidden", "a\0b"] {
            assert!(file_name(&ticker(base), Timeframe::H1).is_err(), "{base:?}");
        }
        assert_eq!(file_name(&ticker("BTC"), Timeframe::Month1).unwrap(), "BINANCE_BTC_USDT_1M.csv");
    }

    #[test]
    fn file_names_are_read_back_as_tickers() {
        for (file, expected) in [
            ("BINANCE_BTC_USDT_1h.csv", Some("BINANCE:BTC/USDT")),
            ("HYPERLIQUID_BTC_USDC_USDC_1d.csv", Some("HYPERLIQUID:BTC/USDC:USDC")),
            ("notes.txt", None),
            ("notes.csv", None),
        ] {
            assert_eq!(ticker_of(Path::new(file)).as_deref(), expected);
        }
    }
}
