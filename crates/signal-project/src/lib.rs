//! What a run is to use: `signal.toml`, `#!` directives and flags made into one [`RunSettings`], each value knowing where it came from.
//!
//! Precedence, later ones winning: the API's defaults < `signal.toml` < directives < flags. Pure: callers read the files.

mod config;
mod directive;
mod edit;
mod flags;
mod layer;
mod resolve;
mod settings;
mod table;
mod tickers;
mod value;

pub use config::{
    Condition, Config, Declaration, FileKey, FileTable, LEVELS, Override, PathPattern, RuleSetting, TABLES,
};
pub use directive::{Directive, Directives, directives};
pub use edit::{DirectivePlace, directive_edit, directive_place};
pub use flags::{FlagError, Flags};
pub use layer::Layer;
pub use resolve::{Resolved, resolve};
pub use settings::{Mode, Origin, RunSettings, Setting};
pub use table::{Bounds, Key, SETTINGS, SettingInfo, ValueKind};
