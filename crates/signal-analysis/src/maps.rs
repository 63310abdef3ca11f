//! Maps and sets with a quick hash: the standard library's costs more than most of what is looked up here.

use foldhash::fast::RandomState;

/// A hash map.
pub(crate) type Map<K, V> = std::collections::HashMap<K, V, RandomState>;

/// A hash set.
pub(crate) type Set<T> = std::collections::HashSet<T, RandomState>;
