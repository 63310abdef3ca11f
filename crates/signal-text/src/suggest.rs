//! "Did you mean": the nearest known name to one that is not known.

/// The candidate nearest to `name`, if one is near enough to be a slip of the hand: differing only in case,
/// or within a third of its length (at least one edit, swapped neighbours count as one).
///
/// Ties go to the candidate that comes first.
#[must_use]
pub fn closest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let lower = name.to_lowercase();
    let (length, letters) = (lower.chars().count(), letters(&lower));
    // The distance that a candidate must not pass; it falls as nearer ones are found.
    let mut reach = (length / 3).clamp(1, 3);
    let mut best = None;
    for candidate in candidates {
        // Most candidates are out of reach at a glance: an edit changes the length by one at most and the set of
        // letters by two.
        let apart = candidate.len().abs_diff(lower.len());
        let out_of_reach = candidate.is_ascii()
            && lower.is_ascii()
            && (apart > reach || (letters ^ self::letters(candidate)).count_ones() as usize > 2 * reach);
        if out_of_reach || apart > 4 * reach {
            continue;
        }
        let distance = strsim::osa_distance(&lower, &candidate.to_lowercase());
        // A name of one or two letters is near to everything; only a difference in case is a slip there.
        if distance > reach || (distance > 0 && length <= 2) {
            continue;
        }
        best = Some(candidate);
        match distance.checked_sub(1) {
            Some(nearer) => reach = nearer,
            None => break,
        }
    }
    best
}

/// Whether a name is evidently another one: they differ in case and underscores only, or two neighbouring letters
/// changed places. Any other difference, if only by a letter, may be what parts two things: `rma` and `ema`, `sma20` and
/// `sma50`.
pub fn is_slip(name: &str, meant: &str) -> bool {
    let plain = |name: &str| name.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect::<Vec<_>>();
    let (name, meant) = (plain(name), plain(meant));
    if name.len() != meant.len() {
        return false;
    }
    let differ: Vec<usize> = (0..name.len()).filter(|&at| name[at] != meant[at]).collect();
    match differ[..] {
        [] => true,
        [a, b] => {
            b == a + 1
                && name[a] == meant[b]
                && name[b] == meant[a]
                && name[a].is_alphabetic()
                && name[b].is_alphabetic()
        }
        _ => false,
    }
}

/// The set of characters in a name, case aside, as bits; several characters may share one, which only lets more pass.
fn letters(name: &str) -> u64 {
    name.bytes().fold(0, |set, byte| set | 1 << (byte.to_ascii_lowercase() % 64))
}

#[cfg(test)]
mod tests {
    use super::{closest, is_slip};
    use proptest::prelude::*;

    #[test]
    fn only_a_slip_of_the_fingers_is_evident() {
        for (name, meant) in [("RSI", "rsi"), ("stoch_rsi", "stochrsi"), ("clsoe", "close"), ("rsi", "rsi"), ("_", "")]
        {
            assert!(is_slip(name, meant), "{name} is {meant}");
        }
        for (name, meant) in [("rma", "ema"), ("sma20", "sma50"), ("sma12", "sma21"), ("emma", "ema"), ("abc", "cba")] {
            assert!(!is_slip(name, meant), "{name} may be something else than {meant}");
        }
    }

    const NAMES: [&str; 6] = ["rsi", "sma", "ema", "crossover", "Weight", "close"];

    #[test]
    fn slips_of_the_hand_are_found() {
        assert_eq!(closest("rsl", NAMES), Some("rsi"));
        assert_eq!(closest("corssover", NAMES), Some("crossover"));
        assert_eq!(closest("weight", NAMES), Some("Weight"));
        assert_eq!(closest("clsoe", NAMES), Some("close"));
        assert_eq!(closest("CLOSE", NAMES), Some("close"));
        assert_eq!(closest("größe", ["grösse", "GRÖßE"]), Some("GRÖßE"));
    }

    #[test]
    fn a_name_that_is_far_from_all_gets_none() {
        assert_eq!(closest("supertrend", NAMES), None);
        assert_eq!(closest("x", NAMES), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// What is skipped at a glance must be out of reach when measured.
        #[test]
        fn the_glance_never_loses_the_nearest(name in "[a-cA-C_1]{3,9}", names in prop::collection::vec("[a-cA-C_1é]{1,10}", 1..8)) {
            let limit = (name.chars().count() / 3).clamp(1, 3);
            let distance = |candidate: &str| strsim::osa_distance(&name.to_lowercase(), &candidate.to_lowercase());
            let least = names.iter().map(|candidate| distance(candidate)).min().filter(|&least| least <= limit);
            let found = closest(&name, names.iter().map(String::as_str));
            prop_assert_eq!(found.map(distance), least);
        }
    }
}
