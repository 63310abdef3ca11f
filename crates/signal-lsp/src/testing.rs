//! Scripts for tests of features, with the cursor drawn into them.

use std::sync::Arc;

use signal_market::Date;
use signal_text::Source;

use crate::host::Project;
use crate::snapshot::Snapshot;

/// Where the cursor stands in the texts of tests.
const CURSOR: char = '┃';

/// A script without a file, under the bundled catalog and no settings file.
pub(crate) fn snapshot(text: &str) -> Snapshot {
    let today = Date::new(2026, 6, 1).ok();
    Snapshot::new(Source::new("test.signal", text), None, Arc::new(Project::default()), today)
}

/// A script and the byte offset of the cursor `┃` in it, which is taken out.
pub(crate) fn at_cursor(marked: &str) -> (Snapshot, u32) {
    let offset = marked.find(CURSOR).unwrap_or_else(|| panic!("no cursor {CURSOR} in {marked:?}"));
    let text = marked.replacen(CURSOR, "", 1);
    (snapshot(&text), u32::try_from(offset).unwrap())
}
