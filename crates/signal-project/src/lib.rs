//! What a run is to use: `signal.toml`, `#!` directives and flags made into one [`RunSettings`], each value knowing where it came from.
//!
//! Precedence, later ones winning: the API's defaults < `signal.toml` < directives < flags. Pure: callers read the files.

mod settings;

pub use settings::{Mode, Origin, RunSettings, Setting};
