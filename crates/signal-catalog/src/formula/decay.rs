//! How many bars an average takes until its first value hardly counts.

/// Bars until the first value of an exponential average over `n` bars weighs at most `share`. Each bar multiplies that
/// weight by `1 - 2/(n+1) = (n-1)/(n+1)`, hence `ceil(ln(1/share) / ln((n+1)/(n-1)))`.
pub(crate) fn exponential(n: i64, share: f64) -> Option<i64> {
    // ln((n+1)/(n-1)) as ln(1 + 2/(n-1)), which keeps its digits where n is large.
    bars(n, share, |n| (2.0 / (n - 1.0)).ln_1p())
}

/// The same for Wilder's smoothing, which multiplies by `(n-1)/n`: `ceil(ln(1/share) / ln(n/(n-1)))`.
pub(crate) fn wilder(n: i64, share: f64) -> Option<i64> {
    bars(n, share, |n| (1.0 / (n - 1.0)).ln_1p())
}

/// The same for TA-Lib's moving average of a kind. 0 for the kinds that see a window alone; `None` for those whose
/// smoothing follows the data (Kaufman, MESA, variable index) and for T3, which has no simple bound.
pub(super) fn moving(period: i64, kind: i64, share: f64) -> Option<i64> {
    if period == 1 {
        return Some(0);
    }
    match kind {
        0 | 2 | 5 | 9 | 10 | 11 | 15 => Some(0),
        1 | 12 => exponential(period, share),
        // Averages of averages take longer than one; how much longer was measured (tests/memory.rs).
        3 => exponential(period, share)?.checked_add(period / 2),
        4 => exponential(period, share)?.checked_add(period),
        13 => wilder(period, share),
        _ => None,
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "both are bounded first")]
fn bars(n: i64, share: f64, decay: impl Fn(f64) -> f64) -> Option<i64> {
    const LONGEST: i64 = 1 << 40;
    if !(1..=LONGEST).contains(&n) || share.is_nan() || share <= 0.0 {
        return None;
    }
    if n == 1 || share >= 1.0 {
        return Some(0);
    }
    // Less a rounding error, so that a share that is met exactly doesn't cost a bar more.
    let exact = -share.ln() / decay(n as f64);
    Some((exact * (1.0 - 1e-12)).ceil() as i64)
}
