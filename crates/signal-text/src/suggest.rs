//! "Did you mean": the nearest known name to one that is not known.

/// The candidate nearest to `name`, if one is near enough to be a slip of the hand: differing only in case,
/// or within a third of its length (at least one edit, swapped neighbours count as one).
///
/// Ties go to the candidate that comes first.
#[must_use]
pub fn closest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let lower = name.to_lowercase();
    let length = name.chars().count();
    let limit = (length / 3).clamp(1, 3);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        // Two names whose lengths differ by more than the limit can't be that near: skips most of a catalog unmeasured.
        if candidate.len().abs_diff(name.len()) > limit * 4 {
            continue;
        }
        let distance = strsim::osa_distance(&lower, &candidate.to_lowercase());
        // A name of one or two letters is near to everything; only a difference in case is a slip there.
        let near = distance == 0 || (distance <= limit && length > 2);
        if near && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::closest;

    const NAMES: [&str; 6] = ["rsi", "sma", "ema", "crossover", "Weight", "close"];

    #[test]
    fn slips_of_the_hand_are_found() {
        assert_eq!(closest("rsl", NAMES), Some("rsi"));
        assert_eq!(closest("corssover", NAMES), Some("crossover"));
        assert_eq!(closest("weight", NAMES), Some("Weight"));
        assert_eq!(closest("clsoe", NAMES), Some("close"));
    }

    #[test]
    fn a_name_that_is_far_from_all_gets_none() {
        assert_eq!(closest("supertrend", NAMES), None);
        assert_eq!(closest("x", NAMES), None);
    }
}
