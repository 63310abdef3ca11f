//! The minutes of one hour: a path from its open to its close that touches its high and its low, and nothing beyond.

use super::chance::Chance;
use super::year::TickBar;

/// Minutes in an hour.
pub(crate) const MINUTES: usize = 60;

/// Sixty bars that add up to `hour` exactly: first open, greatest high, least low, last close and sum of volumes.
pub(crate) fn minutes(hour: TickBar, chance: &mut Chance) -> [TickBar; MINUTES] {
    let top = chance.bits() as usize % MINUTES;
    let bottom = chance.bits() as usize % MINUTES;
    let closes = closes(hour, top, bottom, chance);

    let mut weights = [0u64; MINUTES];
    let mut bars = [hour; MINUTES];
    let mut open = hour.open;
    let reach = u64::from(hour.high - hour.low) / 12 + 1;
    for (minute, bar) in bars.iter_mut().enumerate() {
        let close = closes[minute];
        let bits = chance.bits();
        let (up, down) = ((bits & 0xFFFF) % reach, (bits >> 16 & 0xFFFF) % reach);
        weights[minute] = 32 + (bits >> 32 & 0x7F);
        *bar = TickBar {
            open,
            high: (open.max(close)).saturating_add(up as u32).min(hour.high),
            low: (open.min(close)).saturating_sub(down as u32).max(hour.low),
            close,
            volume: 0,
        };
        open = close;
    }
    bars[top].high = hour.high;
    bars[bottom].low = hour.low;

    let total: u64 = weights.iter().sum();
    let mut rest = hour.volume;
    for (bar, weight) in bars.iter_mut().zip(weights) {
        bar.volume = hour.volume * weight / total;
        rest -= bar.volume;
    }
    bars[top].volume += rest;
    bars
}

/// Closes of the minutes: straight lines between open, high, low and close with noise on them, all inside the hour's range.
fn closes(hour: TickBar, top: usize, bottom: usize, chance: &mut Chance) -> [u32; MINUTES] {
    let (low, high) = (f64::from(hour.low), f64::from(hour.high));
    let range = high - low;
    let mut turns = [
        (top, high - 0.1 * range * chance.uniform()),
        (bottom, low + 0.1 * range * chance.uniform()),
        (MINUTES - 1, f64::from(hour.close)),
    ];
    if turns[0].0 > turns[1].0 {
        turns.swap(0, 1);
    }
    let mut closes = [hour.close; MINUTES];
    let mut before = f64::from(hour.open);
    let mut minute = 0;
    for (end, target) in turns {
        let first = minute;
        while minute <= end {
            let way = (minute - first + 1) as f64 / (end - first + 1) as f64;
            // No noise where a line ends.
            let noise = 0.15 * range * chance.normal() * (way * (1.0 - way)).sqrt();
            let close = before + (target - before) * way + noise;
            closes[minute] = close.round().clamp(low, high) as u32;
            minute += 1;
        }
        before = target;
    }
    closes[MINUTES - 1] = hour.close;
    closes
}
