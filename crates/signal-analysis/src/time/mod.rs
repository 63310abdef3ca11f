//! What bars allow: leading bars without a value, the bars of the range, and what the one leaves of the other.

mod chain;
mod largest;
pub(crate) mod level;
pub(crate) mod report;
mod shortage;
pub(crate) mod spent;
mod usable;
mod warmup;
mod window;

pub use chain::{Link, chain};
pub use largest::{LargestPeriod, largest_periods};
pub use report::{NameWarmup, SettingOrigins, StartDates, ValueWarmup, WarmupReport, WindowReport};
pub(crate) use shortage::{Shortage, shortages};
pub use usable::{UsableRange, usable_range};
pub(crate) use warmup::rests_on_default;
pub use warmup::{SETTLED_SHARE, Unknown, Warmup, Warmups};
pub use window::{Usable, Verdict, Window};
