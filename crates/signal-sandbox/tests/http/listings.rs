//! Health, markets, indicators, symbols and bars.

use std::collections::BTreeSet;

use serde_json::Value;
use signal_catalog::{Catalog, Kind};
use signal_sandbox::Options;

use crate::support::{Raw, block_on, key_of, raw, start};

async fn get(running: &signal_sandbox::Running, path: &str) -> Raw {
    raw(running.local_addr(), &format!("GET /api/v1/{path}"), &key_of(running), "").await
}

#[test]
fn every_name_of_the_catalog_is_listed_with_what_is_known_of_it() {
    block_on(async {
        let (_running, client) = start(Options::default()).await;
        let listing = client.indicators().await.unwrap();
        let mut listed = BTreeSet::new();
        for (section, holds) in [
            ("indicators", (|kind| kind == Kind::Indicator) as fn(Kind) -> bool),
            ("operators", |kind| !matches!(kind, Kind::Indicator | Kind::Variable)),
            ("variables", |kind| kind == Kind::Variable),
        ] {
            for document in listing[section].as_array().unwrap() {
                let name = document["name"].as_str().unwrap();
                let entry = Catalog::bundled().get(name).unwrap_or_else(|| panic!("{name}"));
                assert!(holds(entry.kind), "{name} in {section}");
                assert!(document["description"].as_str().is_some_and(|text| !text.is_empty()), "{name}");
                assert!(listed.insert(name.to_owned()), "{name} twice");
                let Some(signature) = entry.signatures.first() else { continue };
                let params = document["params"].as_array().unwrap();
                assert_eq!(params.len(), signature.params.len(), "{name}");
                for (param, expected) in params.iter().zip(signature.params.iter()) {
                    assert_eq!(param["name"], *expected.name, "{name}");
                    assert_eq!(param["default"].as_f64(), expected.default, "{name}");
                }
                assert_eq!(document["outputs"].as_array().unwrap().len(), signature.outputs.len(), "{name}");
                let lookback = document["lookback"].as_str();
                assert_eq!(lookback, signature.lookback.as_ref().map(signal_catalog::Formula::text), "{name}");
            }
        }
        assert_eq!(listed.len(), Catalog::bundled().entries().len());
        for name in ["rsi", "sma", "emit_signal", "Weight", "close", "crossover"] {
            assert!(listed.contains(name), "{name}");
        }
    });
}

/// The service's list is what a catalog is made of; from ours comes back what it was made of.
#[test]
fn a_catalog_imported_from_the_listing_is_the_bundled_one() {
    block_on(async {
        let (_running, client) = start(Options::default()).await;
        let bundled = Catalog::bundled();
        let imported = signal_catalog::import(&client.indicators().await.unwrap().to_string(), bundled).unwrap();
        assert_eq!(imported.listed.len(), bundled.entries().len());
        assert!(imported.kept.is_empty(), "{:#?}", imported.kept);
        for entry in &imported.listed {
            let known = bundled.get(&entry.name).unwrap_or_else(|| panic!("{}", entry.name));
            assert_eq!((entry.kind, entry.value), (known.kind, known.value), "{}", entry.name);
            assert_eq!((&entry.group, &entry.summary), (&known.group, &known.summary), "{}", entry.name);
            assert_eq!(entry.signature_texts(), known.signature_texts());
            for (signature, known) in entry.signatures.iter().zip(known.signatures.iter()) {
                assert_eq!(signature.lookback, known.lookback, "{}", entry.name);
                assert_eq!((signature.memory, &signature.settling), (known.memory, &known.settling), "{}", entry.name);
                assert_eq!((&signature.params, signature.strict), (&known.params, known.strict), "{}", entry.name);
                assert_eq!(signature.lookback_source(), known.lookback_source(), "{}", entry.name);
            }
        }
        let places: Vec<_> = imported.skipped.iter().map(|skipped| skipped.path.as_str()).collect();
        assert!(places.contains(&"$.count") && places.len() < 8, "{places:?}");
    });
}

#[test]
fn health_and_markets_are_read_by_the_client() {
    block_on(async {
        let (_running, client) = start(Options::default()).await;
        let health = client.health().await.unwrap().data;
        assert_eq!(health.status.as_deref(), Some("ok"));
        assert_eq!(health.extra["today"], "2026-01-15");
        let markets = client.markets().await.unwrap().data;
        let ids: Vec<_> = markets.exchanges.iter().map(|market| market.id.as_str()).collect();
        for id in ["binance", "binancefuturesusd", "upbit", "hyperliquid", "lighter", "polymarket"] {
            assert!(ids.contains(&id), "{id}");
        }
    });
}

#[test]
fn symbols_are_filtered_and_limited() {
    block_on(async {
        let (running, _) = start(Options::default()).await;
        let symbols = |json: &Value| json["data"]["symbols"].as_array().unwrap().clone();
        let all = symbols(&get(&running, "market/symbols").await.json());
        assert!(all.len() > 10);
        let upbit = symbols(&get(&running, "market/symbols?exchange=upbit").await.json());
        assert!(!upbit.is_empty() && upbit.iter().all(|symbol| symbol["exchange"] == "upbit"));
        let perpetual = symbols(&get(&running, "market/symbols?market_type=perpetual&limit=2").await.json());
        assert!(perpetual.len() == 2 && perpetual.iter().all(|symbol| symbol["market_type"] == "perpetual"));
        assert_eq!(get(&running, "market/symbols?limit=x").await.code(), "VALIDATION_ERROR");
    });
}

#[test]
fn bars_are_served_for_pairs_and_tickers() {
    block_on(async {
        let (running, _) = start(Options::default()).await;
        for (query, ticker, first, last, count) in [
            (
                "symbol=BTC/USDT&timeframe=1d&start_date=2024-02-27&end_date=2024-03-02",
                "BINANCE:BTC/USDT",
                "2024-02-27T00:00:00Z",
                "2024-03-02T00:00:00Z",
                5,
            ),
            ("symbol=BTC/USDT&limit=3", "BINANCE:BTC/USDT", "2026-01-14T21:00:00Z", "2026-01-14T23:00:00Z", 3),
            (
                "symbol=BTC/USDC&exchange=hyperliquid&timeframe=1M&start=2024-01-01&end=2024-12-31&limit=2",
                "HYPERLIQUID:BTC/USDC:USDC",
                "2024-11-01T00:00:00Z",
                "2024-12-01T00:00:00Z",
                2,
            ),
            (
                "symbol=UPBIT:BTC/KRW&timeframe=1w&limit=1",
                "UPBIT:BTC/KRW",
                "2026-01-05T00:00:00Z",
                "2026-01-05T00:00:00Z",
                1,
            ),
            (
                "symbol=BTC/USDT&timeframe=1m&limit=999999",
                "BINANCE:BTC/USDT",
                "2026-01-08T01:20:00Z",
                "2026-01-14T23:59:00Z",
                10_000,
            ),
        ] {
            let answer = get(&running, &format!("market/ohlcv?{query}")).await;
            let data = &answer.json()["data"];
            let rows = data["ohlcv"].as_array().unwrap_or_else(|| panic!("{query}: {}", answer.body));
            assert_eq!((data["ticker"].as_str(), rows.len()), (Some(ticker), count), "{query}");
            assert_eq!(rows[0]["timestamp"], first, "{query}");
            assert_eq!(rows[count - 1]["timestamp"], last, "{query}");
            for row in rows {
                let number = |name: &str| row[name].as_f64().unwrap();
                assert!(number("low") <= number("open") && number("close") <= number("high") && number("volume") > 0.0);
            }
        }
    });
}

#[test]
fn a_wrong_query_for_bars_names_its_parameter() {
    block_on(async {
        let (running, _) = start(Options::default()).await;
        for (query, parameter) in [
            ("", "symbol"),
            ("symbol=BTCUSDT", "symbol"),
            ("symbol=NOWHERE:BTC/USDT", "symbol"),
            ("symbol=BTC/USDT&exchange=binanse", "exchange"),
            ("symbol=BTC/USDT&timeframe=3h", "timeframe"),
            ("symbol=BTC/USDT&start_date=soon", "start_date"),
            ("symbol=BTC/USDT&end=soon", "end_date"),
            ("symbol=BTC/USDT&limit=-1", "limit"),
            ("symbol=BTC/USDT&start_date=2024-02-01&end_date=2024-01-01", "end_date"),
        ] {
            let answer = get(&running, &format!("market/ohlcv?{query}")).await;
            assert_eq!((answer.status, answer.code().as_str()), (400, "VALIDATION_ERROR"), "{query}");
            assert_eq!(answer.json()["error"]["details"][0]["parameter"], parameter, "{query}");
        }
    });
}
