//! Numbers drawn by name: the same name gives the same numbers on every platform and in every thread.
//!
//! Only additions, multiplications, divisions and square roots are used, which IEEE 754 fixes to the last bit. The
//! system's `exp` and `ln` are not: they differ between platforms, and a market that differs is not reproducible.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A stream of draws.
pub(crate) struct Chance(ChaCha8Rng);

impl Chance {
    /// The stream number `stream` of the name `key` in the market `seed`.
    pub(crate) fn new(seed: u64, key: &str, stream: u64) -> Self {
        let mut state = seed ^ fnv1a(key);
        let mut bytes = [0; 32];
        for part in bytes.chunks_exact_mut(8) {
            part.copy_from_slice(&splitmix(&mut state).to_le_bytes());
        }
        let mut rng = ChaCha8Rng::from_seed(bytes);
        rng.set_stream(stream);
        Self(rng)
    }

    /// 64 random bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Evenly spread over [0, 1).
    pub(crate) fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Mean 0, deviation 1, nearly normal: the sum of four even draws of 16 bits. Fat tails are the volatility's job.
    pub(crate) fn normal(&mut self) -> f64 {
        let bits = self.bits();
        let sum = (bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + (bits >> 48);
        // Four uniforms on 0..65536: mean 4 * 32767.5, variance 4 * 65536^2 / 12.
        (sum as f64 - 131_070.0) / 37_837.227_066_846_94
    }
}

/// 1/n! for n from 0 on, each as the nearest double.
const INVERSE_FACTORIALS: [f64; 14] = [
    1.0,
    1.0,
    1.0 / 2.0,
    1.0 / 6.0,
    1.0 / 24.0,
    1.0 / 120.0,
    1.0 / 720.0,
    1.0 / 5_040.0,
    1.0 / 40_320.0,
    1.0 / 362_880.0,
    1.0 / 3_628_800.0,
    1.0 / 39_916_800.0,
    1.0 / 479_001_600.0,
    1.0 / 6_227_020_800.0,
];

/// `e^x` by range reduction and its Taylor series, to about one unit in the last place for |x| < 700.
pub(crate) fn exp(x: f64) -> f64 {
    let x = x.clamp(-700.0, 700.0);
    let halvings = (x * std::f64::consts::LOG2_E).round();
    let rest = x - halvings * std::f64::consts::LN_2;
    // |rest| <= ln(2)/2, where the term after the last is below 1e-17.
    let sum = INVERSE_FACTORIALS.iter().rev().fold(0.0, |sum, term| sum * rest + term);
    sum * f64::from_bits(((1023 + halvings as i64) as u64) << 52)
}

fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3))
}

/// SplitMix64 (Steele, Lea, Flood 2014): spreads a weak seed over a key.
fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_agrees_with_the_library_to_a_few_units_in_the_last_place() {
        for n in -4000..=4000 {
            let x = f64::from(n) * 0.01;
            let relative = (exp(x) / x.exp() - 1.0).abs();
            assert!(relative < 1e-14, "exp({x}) is off by {relative}");
        }
    }

    #[test]
    fn normal_draws_have_mean_0_and_deviation_1() {
        let mut chance = Chance::new(1, "x", 0);
        let draws: Vec<f64> = (0..100_000).map(|_| chance.normal()).collect();
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        let variance = draws.iter().map(|z| z * z).sum::<f64>() / draws.len() as f64;
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.02, "{mean} {variance}");
    }

    #[test]
    fn a_name_and_a_stream_have_their_own_numbers() {
        let first = |seed, key, stream| Chance::new(seed, key, stream).bits();
        assert_eq!(first(1, "a", 0), first(1, "a", 0));
        assert_ne!(first(1, "a", 0), first(1, "a", 1));
        assert_ne!(first(1, "a", 0), first(1, "b", 0));
        assert_ne!(first(1, "a", 0), first(2, "a", 0));
    }
}
