//! What travels: one file per group of endpoints. The client reads with these types, the sandbox answers with the same.
//!
//! Reading is tolerant (see each field), writing is exact. Fields that a model does not name are kept in `extra`.

mod agent;
mod analysis;
mod claim;
mod docs;
mod equity;
mod execute;
mod health;
mod market;
mod markets;
mod metrics;
mod per_ticker;
mod register;
mod results;
mod status;
mod trades;

pub use agent::Agent;
pub use analysis::Analysis;
pub use claim::{ClaimCode, ClaimRequest};
pub(crate) use docs::markdown_of;
pub use docs::{DocsEntry, DocsList, DocsPage};
pub use equity::{Equity, EquityPoint};
pub use execute::{ExecuteRequest, Executed};
pub use health::Health;
pub use market::{EvaluateRequest, Evaluated, Match, RankRequest, Ranked, Ranking, Scalar, ScanRequest, Scanned};
pub use markets::{Market, Markets};
pub use metrics::Metrics;
pub use per_ticker::{PerTicker, TickerResult};
pub use register::{ApiKey, RegisterRequest, Registered};
pub use results::BacktestResult;
pub use status::{JobState, JobStatus};
pub use trades::{Trade, TradesPage, TradesQuery};

/// The fields of an answer that its model does not name.
pub type Extra = serde_json::Map<String, serde_json::Value>;
