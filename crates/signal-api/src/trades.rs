//! Every trade of a result, page after page, whichever way the server counts its pages.

use std::time::Duration;

use serde_json::Value;

use crate::client::Client;
use crate::envelope::Answer;
use crate::error::{ApiError, ErrorCode};
use crate::models::{Trade, TradesPage, TradesQuery};

/// Trades that are asked for at once.
const PAGE: u64 = 500;

/// Pause between two pages: 240 requests a minute where the service takes 300, so that watching other runs goes on.
const PAUSE: Duration = Duration::from_millis(250);

/// The trades of a result, as far as they could be had.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AllTrades {
    /// In the order they came.
    pub trades: Vec<Trade>,
    /// The same as the server wrote them, and what could not be read as a trade.
    pub raw: Vec<Value>,
    /// How many there are, where the server says so.
    pub total: Option<u64>,
    /// Whether these are all.
    pub whole: bool,
    /// Why there are no more, when a later page could not be had.
    pub trouble: Option<ApiError>,
}

impl Client {
    /// Every trade of a result, at most `most`. `came` hears after each page how many there are so far, and of how many.
    /// A page that can't be had leaves those before it; [`AllTrades::trouble`] says so.
    ///
    /// # Errors
    /// When not even the first page can be had; see [`ApiError`].
    pub async fn all_trades(
        &self,
        result_id: &str,
        most: usize,
        mut came: impl FnMut(u64, Option<u64>),
    ) -> Result<AllTrades, ApiError> {
        let mut all = AllTrades::default();
        let mut query = TradesQuery { limit: Some(PAGE), ..TradesQuery::default() };
        loop {
            let page = match self.page(result_id, &mut query).await {
                Ok(page) => page,
                Err(error) if all.raw.is_empty() => return Err(error),
                Err(error) => {
                    all.trouble = Some(error);
                    return Ok(all);
                }
            };
            let Answer { data: page, raw, .. } = page;
            let items = TradesPage::items(raw);
            all.total = page.total.or(all.total);
            let known = |count: usize| all.total.is_none_or(|total| total <= count as u64);
            // A server that pays no heed to offset or cursor sends the first page again and again.
            let repeated = !items.is_empty() && all.raw.ends_with(&items);
            if items.is_empty() || repeated {
                let cut = repeated && query.limit == Some(items.len() as u64);
                all.whole = known(all.raw.len()) && !cut;
                return Ok(all);
            }
            let count = items.len() as u64;
            all.raw.extend(items);
            all.trades.extend(page.trades);
            came(all.raw.len() as u64, all.total);
            let more = match (page.has_more, page.total) {
                (Some(more), _) => more,
                (None, Some(total)) => (all.raw.len() as u64) < total,
                (None, None) => page.next_cursor.is_some() || count >= page.limit.or(query.limit).unwrap_or(u64::MAX),
            };
            if all.raw.len() > most || (more && all.raw.len() == most) {
                all.raw.truncate(most);
                all.trades.truncate(most);
                return Ok(all);
            }
            if !more {
                all.whole = true;
                return Ok(all);
            }
            query = match page.next_cursor {
                Some(cursor) => TradesQuery { offset: None, cursor: Some(cursor), ..query },
                None => TradesQuery { offset: Some(all.raw.len() as u64), cursor: None, ..query },
            };
            if !self.is_local() {
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    /// A page of trades. The limit's bounds are not documented: where it is refused, the server may choose its own.
    async fn page(&self, result_id: &str, query: &mut TradesQuery) -> Result<Answer<TradesPage>, ApiError> {
        match self.trades(result_id, query).await {
            Err(ApiError::Refused { code: ErrorCode::ValidationError, .. }) if query.limit.is_some() => {
                query.limit = None;
                self.trades(result_id, query).await
            }
            page => page,
        }
    }
}
