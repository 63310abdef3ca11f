//! What the made-up market promises: the same for everybody, sound, consistent over timeframes, and not too unlike a real one.

use jiff::civil::{Date, date};

use super::super::calendar::Window;
use super::*;

const LONG_AGO: (Date, Date) = (date(2016, 1, 1), date(2025, 12, 31));

fn ticker(text: &str) -> Ticker {
    text.parse().unwrap()
}

fn bars(seed: u64, text: &str, timeframe: Timeframe, (start, end): (Date, Date)) -> Bars {
    let window = Window::new(start, end, date(2100, 1, 1));
    Synthetic::new(seed).bars(&ticker(text), timeframe, &window, &|| true)
}

fn returns(bars: &Bars) -> Vec<f64> {
    bars.close.windows(2).map(|pair| (pair[1] / pair[0]).ln()).collect()
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let product = |x: &[f64], mean_x: f64, y: &[f64], mean_y: f64| {
        x.iter().zip(y).map(|(x, y)| (x - mean_x) * (y - mean_y)).sum::<f64>()
    };
    product(a, mean_a, b, mean_b) / (product(a, mean_a, a, mean_a) * product(b, mean_b, b, mean_b)).sqrt()
}

/// FNV-1a over every number of the bars.
fn checksum(bars: &Bars) -> u64 {
    let columns = [&bars.open, &bars.high, &bars.low, &bars.close, &bars.volume];
    let numbers = columns.iter().flat_map(|column| column.iter().map(|x| x.to_bits()));
    let bytes = bars.open_time.iter().map(|time| *time as u64).chain(numbers).flat_map(u64::to_le_bytes);
    bytes.fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3))
}

/// Adds up bars by hand, `group(open_time)` telling which belong together.
fn aggregate(fine: &Bars, group: impl Fn(i64) -> i64) -> Bars {
    let mut sums = Bars::default();
    for bar in 0..fine.len() {
        let opens = group(fine.open_time[bar]);
        if sums.open_time.last() != Some(&opens) {
            sums.open_time.push(opens);
            sums.open.push(fine.open[bar]);
            sums.high.push(fine.high[bar]);
            sums.low.push(fine.low[bar]);
            sums.close.push(fine.close[bar]);
            sums.volume.push(fine.volume[bar]);
            continue;
        }
        let last = sums.len() - 1;
        sums.high[last] = sums.high[last].max(fine.high[bar]);
        sums.low[last] = sums.low[last].min(fine.low[bar]);
        sums.close[last] = fine.close[bar];
        sums.volume[last] += fine.volume[bar];
    }
    sums
}

#[test]
fn prices_never_change_from_one_release_to_the_next() {
    let days = (date(2024, 2, 1), date(2024, 3, 31));
    for (text, timeframe, expected) in [
        ("BINANCE:BTC/USDT", Timeframe::H1, 0xD731_5A3A_2DFF_BE7F),
        ("BINANCE:BTC/USDT", Timeframe::M5, 0x4F92_009B_809F_3DBA),
        ("HYPERLIQUID:ETH/USDC:USDC", Timeframe::D1, 0x05DD_93F1_1321_4CE1),
        ("UPBIT:XRP/KRW", Timeframe::H4, 0x4A16_42DD_8616_BDBF),
        ("BINANCE:PEPE/USDT", Timeframe::M15, 0x8C8D_B74B_36F5_5113),
        ("POLYMARKET:SANDBOX-YES/USDC", Timeframe::H1, 0x953F_AFCA_3051_A378),
    ] {
        let sum = checksum(&bars(42, text, timeframe, days));
        assert_eq!(sum, expected, "{text} {timeframe}: {sum:#018x}");
    }
}

#[test]
fn every_bar_is_sound_on_every_listed_ticker() {
    for text in LISTED.iter().chain(&["BINANCE:PEPE/USDT", "BINANCE:NOBODYKNOWS/BTC", "BINANCE:USDC/USDT"]) {
        for (timeframe, days) in [
            (Timeframe::M1, (date(2023, 12, 25), date(2024, 1, 10))),
            (Timeframe::H1, (date(2023, 7, 1), date(2024, 6, 30))),
            (Timeframe::Month1, (date(2020, 1, 1), date(2022, 12, 31))),
        ] {
            let bars = bars(7, text, timeframe, days);
            assert_eq!(bars.validate(), Ok(()), "{text} {timeframe}");
            assert!(bars.low.iter().all(|low| *low > 0.0), "{text} {timeframe}");
            assert!(bars.volume.iter().all(|volume| *volume > 0.0), "{text} {timeframe}");
            assert_eq!(bars.open[1..], bars.close[..bars.len() - 1], "{text} {timeframe}: a gap");
            if text.starts_with("POLYMARKET") {
                assert!(bars.high.iter().all(|high| *high < 1.0), "{text} {timeframe}");
            }
        }
    }
}

#[test]
fn longer_bars_are_exactly_the_sum_of_shorter_ones() {
    for text in ["UPBIT:BTC/KRW", "POLYMARKET:SANDBOX-YES/USDC"] {
        // From a Monday that is a first of the month to a Sunday, over a New Year.
        let days = (date(2018, 10, 1), date(2019, 1, 6));
        let minutes = bars(3, text, Timeframe::M1, days);
        for timeframe in Timeframe::ALL {
            let longer = bars(3, text, timeframe, days);
            let mut sums = aggregate(&minutes, |time| match longer.open_time.partition_point(|open| *open <= time) {
                0 => i64::MIN,
                after => longer.open_time[after - 1],
            });
            // The last month goes on beyond the minutes.
            if timeframe == Timeframe::Month1 {
                for column in [&mut sums.open, &mut sums.high, &mut sums.low, &mut sums.close, &mut sums.volume] {
                    column.pop();
                }
                sums.open_time.pop();
                let whole: Vec<usize> = (0..longer.len() - 1).collect();
                assert_eq!(sums, longer.select(&whole), "{text} {timeframe}");
            } else {
                assert_eq!(sums, longer, "{text} {timeframe}");
            }
        }
    }
}

#[test]
fn a_day_has_the_same_prices_in_any_range() {
    for timeframe in Timeframe::ALL {
        let wide = bars(1, "BINANCE:ETH/USDT", timeframe, (date(2023, 11, 1), date(2024, 2, 29)));
        let narrow = bars(1, "BINANCE:ETH/USDT", timeframe, (date(2023, 12, 28), date(2024, 1, 3)));
        for bar in 0..narrow.len() {
            let same = wide.open_time.binary_search(&narrow.open_time[bar]).unwrap();
            assert_eq!(wide.select(&[same]), narrow.select(&[bar]), "{timeframe}");
        }
    }
}

#[test]
fn seeds_and_tickers_have_markets_of_their_own() {
    let days = (date(2024, 1, 1), date(2024, 1, 31));
    let sum = |seed, text| checksum(&bars(seed, text, Timeframe::H1, days));
    assert_eq!(sum(1, "BINANCE:BTC/USDT"), sum(1, "BINANCE:BTC/USDT"));
    assert_ne!(sum(1, "BINANCE:BTC/USDT"), sum(2, "BINANCE:BTC/USDT"));
    assert_ne!(sum(1, "BINANCE:BTC/USDT"), sum(1, "BINANCE:BTC/USDC"));
    assert_ne!(sum(1, "BINANCE:BTC/USDT"), sum(1, "HYPERLIQUID:BTC/USDT:USDT"));
}

#[test]
fn volatility_comes_in_clusters_and_returns_do_not() {
    for text in ["BINANCE:BTC/USDT", "BINANCE:ETH/USDT", "BINANCE:NOBODYKNOWS/USDT"] {
        let returns = returns(&bars(5, text, Timeframe::H1, (date(2023, 1, 1), date(2024, 12, 31))));
        let sizes: Vec<f64> = returns.iter().map(|change| change.abs()).collect();
        for lag in [1, 6, 24] {
            let clustering = correlation(&sizes[lag..], &sizes[..sizes.len() - lag]);
            assert!(clustering > 0.03, "{text}: |return| correlates {clustering} over {lag} hours");
        }
        let momentum = correlation(&returns[1..], &returns[..returns.len() - 1]);
        assert!(momentum.abs() < 0.05, "{text}: returns correlate {momentum}");
        // Kurtosis above the normal distribution's 3: fat tails.
        let mean = |power: i32| returns.iter().map(|change| change.powi(power)).sum::<f64>() / returns.len() as f64;
        let kurtosis = mean(4) / mean(2).powi(2);
        assert!(kurtosis > 3.2, "{text}: kurtosis {kurtosis}");
    }
}

#[test]
fn assets_move_together_and_the_same_asset_almost_as_one() {
    let days = (date(2024, 1, 1), date(2024, 12, 31));
    let of = |text| returns(&bars(9, text, Timeframe::D1, days));
    let bitcoin = of("BINANCE:BTC/USDT");
    let ether = correlation(&bitcoin, &of("BINANCE:ETH/USDT"));
    let perpetual = correlation(&bitcoin, &of("BINANCEFUTURESUSD:BTC/USDT:USDT"));
    assert!((0.2..0.9).contains(&ether), "{ether}");
    assert!(perpetual > 0.97, "{perpetual}");
}

#[test]
fn yearly_volatility_is_that_of_crypto() {
    for (text, range) in
        [("BINANCE:BTC/USDT", 0.3..1.0), ("BINANCE:SOL/USDT", 0.4..1.4), ("BINANCE:USDC/USDT", 0.0..0.05)]
    {
        let returns = returns(&bars(11, text, Timeframe::D1, LONG_AGO));
        let daily = returns.iter().map(|change| change * change).sum::<f64>() / returns.len() as f64;
        let yearly = (daily * 365.0).sqrt();
        assert!(range.contains(&yearly), "{text}: {yearly}");
    }
}

#[test]
fn volume_has_its_hours_and_its_days() {
    let bars = bars(1, "BINANCE:BTC/USDT", Timeframe::H1, (date(2020, 1, 6), date(2023, 12, 31)));
    let mean = |holds: &dyn Fn(i64) -> bool| {
        let wanted = (0..bars.len()).filter(|bar| holds(bars.open_time[*bar]));
        let volumes: Vec<f64> = wanted.map(|bar| bars.volume[bar]).collect();
        volumes.iter().sum::<f64>() / volumes.len() as f64
    };
    let hour = |wanted: i64| mean(&|time| time / HOUR % 24 == wanted);
    // 1970-01-01 was a Thursday.
    let day = |wanted: i64| mean(&|time| (time / DAY + 3) % 7 == wanted);
    assert!(hour(15) > 1.5 * hour(5), "{} {}", hour(15), hour(5));
    assert!(day(2) > 1.2 * day(6), "{} {}", day(2), day(6));
}

#[test]
fn threads_that_share_a_market_see_the_same_prices() {
    let market = Synthetic::new(3);
    let window = Window::new(date(2023, 1, 1), date(2023, 12, 31), date(2100, 1, 1));
    let sums: Vec<Vec<u64>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|n| {
                let (market, window) = (&market, &window);
                scope.spawn(move || {
                    let mut tickers: Vec<usize> = (0..LISTED.len()).collect();
                    tickers.rotate_left(n);
                    let sums = tickers
                        .iter()
                        .map(|&at| (at, checksum(&market.bars(&ticker(LISTED[at]), Timeframe::H4, window, &|| true))));
                    let mut sums: Vec<_> = sums.collect();
                    sums.sort_unstable();
                    sums.into_iter().map(|(_, sum)| sum).collect()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(sums.iter().all(|sum| *sum == sums[0]));
}

#[test]
fn memory_for_years_is_bounded() {
    let market = Synthetic::new(3);
    let window = Window::new(date(2018, 1, 1), date(2024, 12, 31), date(2100, 1, 1));
    for text in LISTED {
        market.bars(&ticker(text), Timeframe::Month1, &window, &|| true);
    }
    let years = market.years.lock().unwrap();
    assert_eq!((years.drawn.len(), years.oldest_first.len()), (YEARS_KEPT, YEARS_KEPT));
}

#[test]
fn the_first_and_the_last_year_of_the_calendar_have_prices() {
    for (start, end) in
        [(Date::MIN, date(-9999, 1, 31)), (date(9999, 1, 1), date(9999, 12, 30)), (date(1969, 12, 1), date(1970, 2, 1))]
    {
        let window = Window::new(start, end, Date::MAX);
        let bars = Synthetic::new(1).bars(&ticker("BINANCE:BTC/USDT"), Timeframe::D1, &window, &|| true);
        assert!(bars.len() >= 30, "{start}: {}", bars.len());
        assert_eq!(bars.validate(), Ok(()), "{start}");
    }
}
