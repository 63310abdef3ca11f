//! The page about endpoints, written from the API's own table.

use signal_api::endpoints::{ENDPOINTS, Endpoint, Group};

use crate::server::serves;

/// What the sandbox serves, and what only the service has.
pub(super) fn reference() -> String {
    let mut text = String::from(
        "# API reference\n\n\
         The base URL is the one that the sandbox tells when it starts. Every answer has the form \
         `{success, data, error: {code, message, suggestion}, meta: {timestamp}}`; endpoints that need a key take it as \
         `Authorization: Bearer KEY`.\n\n",
    );
    for group in Group::ALL {
        let all = || ENDPOINTS.iter().filter(move |endpoint| endpoint.group == group);
        if all().next().is_none() {
            continue;
        }
        text.push_str(&format!("## {}\n\n", group.as_str()));
        let served: Vec<&Endpoint> = all().filter(|endpoint| serves(endpoint)).collect();
        if !served.is_empty() {
            text.push_str("| method | path | key | what it does |\n|---|---|---|---|\n");
            for endpoint in served {
                let key = if endpoint.needs_key { "yes" } else { "no" };
                text.push_str(&format!("| {} | `{}` | {key} | {} |\n", endpoint.verb, endpoint.path, endpoint.purpose));
            }
            text.push('\n');
        }
        let missing: Vec<String> = all()
            .filter(|endpoint| !serves(endpoint))
            .map(|endpoint| format!("`{} {}`", endpoint.verb, endpoint.path))
            .collect();
        if !missing.is_empty() {
            text.push_str(&format!("Only the service has: {}.\n\n", missing.join(", ")));
        }
    }
    text.push_str(EXPRESSIONS);
    text
}

/// Bodies that the API's text does not show.
const EXPRESSIONS: &str = "\
## Bodies of the market endpoints

Symbols are written `BTC/USDT`, with the exchange's id beside them; tickers such as `BINANCE:BTC/USDT` are taken too.

```json
POST /market/evaluate
{\"expression\": \"rsi(close, 14)[-1]\", \"symbol\": \"BTC/USDT\", \"exchange\": \"binance\", \"timeframe\": \"1d\"}

POST /market/scan
{\"condition\": \"rsi(close, 14) < 30\", \"universe\": [\"BTC/USDT\", \"ETH/USDT\"], \"exchange\": \"binance\", \"timeframe\": \"1d\"}

POST /market/rank
{\"expression\": \"roc(close, 10)\", \"exchange\": \"binance\", \"timeframe\": \"1d\", \"order\": \"desc\", \"limit\": 5}
```

Without a `universe` all symbols that `/market/symbols` lists for the exchange are looked at. Two parameters are the sandbox's own:
`bars` (how many of the last closed bars are computed over: 1,000 made-up ones, or all of your own) and, for `evaluate`,
`\"series\": true` (the value of every bar, null in the warm-up).
";
