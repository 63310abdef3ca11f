//! Ids and keys that can't be guessed.

use std::hash::{BuildHasher, RandomState};
use std::sync::Mutex;
use std::sync::PoisonError;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Draws ids. Seeded once by the keys that the system gives to hash maps, so no other source of randomness is needed.
pub(crate) struct Ids(Mutex<ChaCha20Rng>);

impl Ids {
    pub(crate) fn new() -> Self {
        let mut seed = [0; 32];
        for (n, part) in seed.chunks_exact_mut(8).enumerate() {
            part.copy_from_slice(&RandomState::new().hash_one(n).to_le_bytes());
        }
        Self(Mutex::new(ChaCha20Rng::from_seed(seed)))
    }

    /// `prefix` and 32 hexadecimal digits.
    pub(crate) fn draw(&self, prefix: &str) -> String {
        let mut rng = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        format!("{prefix}{:016x}{:016x}", rng.next_u64(), rng.next_u64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_differ_within_a_source_and_between_sources() {
        let (one, other) = (Ids::new(), Ids::new());
        let ids = [one.draw("a_"), one.draw("a_"), other.draw("a_")];
        assert!(ids[0] != ids[1] && ids[0] != ids[2] && ids[1] != ids[2]);
        assert_eq!(ids[0].len(), 34);
    }
}
