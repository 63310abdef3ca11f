//! Backtests from registration to results, many at a time, and cancelled.

use signal_api::ErrorCode;
use signal_api::models::{JobState, RegisterRequest, TradesQuery};
use signal_sandbox::{DataSource, Options};

use crate::support::{TRADER, block_on, client, completed, key_of, over, raw, request, run, start};

#[test]
fn a_backtest_goes_from_registration_to_results() {
    block_on(async {
        let (running, _) = start(Options::default()).await;
        let nobody = client(&running, "ht_prov_unknown");
        let registration = RegisterRequest { display_name: "Test".to_owned(), description: None };
        let registered = nobody.register(&registration).await.unwrap().data;
        assert_eq!(registered.scopes, ["research"]);
        let client = client(&running, secrecy::ExposeSecret::expose_secret(registered.api_key.secret()));

        let started = client.execute(&request(TRADER)).await.unwrap().data;
        assert_eq!(started.status, Some(JobState::Queued));
        let status = over(&client, &started.backtest_id).await;
        assert_eq!(status.state(), JobState::Completed, "{status:?}");
        assert_eq!(status.fraction(), Some(1.0));
        let id = status.result_id.unwrap();
        assert_ne!(id, started.backtest_id);

        let result = client.result(&id).await.unwrap().data;
        assert_eq!(result.result_id.as_deref(), Some(id.as_str()));
        assert_eq!(result.extra["bars"], 366);
        assert_eq!(result.extra["first_bar"], "2024-01-01T00:00:00Z");
        assert_eq!(result.extra["last_bar"], "2024-12-31T00:00:00Z");
        assert_eq!(result.extra["first_usable"], "2024-01-05T00:00:00Z");
        assert_eq!(result.extra["settings"]["initial_cash"], 10_000.0);
        let metrics = client.result_metrics(&id).await.unwrap().data;
        let summary = result.metrics.unwrap();
        assert_eq!((metrics.total_return_pct, metrics.num_trades), (summary.total_return_pct, summary.num_trades));
        let trades = metrics.num_trades.unwrap();
        assert!(trades >= 10, "{trades} trades");

        let equity = client.equity(&id).await.unwrap().data;
        assert_eq!(equity.points.len(), 366);
        let last = equity.points.last().unwrap();
        assert_eq!(serde_json::json!(last.equity), result.extra["final_equity"]);
        let expected = (last.equity / 10_000.0 - 1.0) * 100.0;
        assert!((metrics.total_return_pct.unwrap() - expected).abs() < 1e-9);

        let per_ticker = client.per_ticker(&id).await.unwrap().data;
        assert_eq!(per_ticker.tickers.len(), 1);
        assert_eq!(per_ticker.tickers[0].ticker, "BINANCE:BTC/USDT");
        assert!((per_ticker.tickers[0].pnl.unwrap() - (last.equity - 10_000.0)).abs() < 1e-6);

        let text = client.analysis(&id).await.unwrap().data.analysis.unwrap();
        assert!(text.contains("sandbox") && text.contains("made-up"), "{text}");
        assert!(text.contains("366 bars of 1d") && text.contains(&format!("{trades} trades")), "{text}");
        running.shutdown().await;
    });
}

#[test]
fn the_pages_of_trades_are_the_trades() {
    block_on(async {
        let (_running, client) = start(Options::default()).await;
        let id = completed(&client, &request(TRADER)).await;
        let page = |limit, offset| {
            let (client, id) = (&client, &id);
            async move {
                let query = TradesQuery { limit: Some(limit), offset: Some(offset), cursor: None };
                client.trades(id, &query).await.unwrap().data
            }
        };
        let all = page(1_000, 0).await;
        let total = all.total.unwrap();
        assert_eq!((all.trades.len() as u64, all.has_more), (total, Some(false)));
        assert!(total > 7, "{total}");
        let mut pieces = Vec::new();
        while (pieces.len() as u64) < total {
            let piece = page(7, pieces.len() as u64).await;
            assert_eq!(piece.has_more, Some(pieces.len() as u64 + 7 < total));
            pieces.extend(piece.trades);
        }
        assert_eq!(pieces, all.trades);
        assert_eq!(client.all_trades(&id, 10_000, |_, _| {}).await.unwrap().trades, all.trades);
        let beyond = page(7, total + 5).await;
        assert_eq!((beyond.trades.len(), beyond.has_more), (0, Some(false)));
    });
}

#[test]
fn every_answer_with_numbers_says_what_they_rest_on() {
    block_on(async {
        let (running, client) = start(Options::default()).await;
        let started = client.execute(&request(TRADER)).await.unwrap().data;
        let id = over(&client, &started.backtest_id).await.result_id.unwrap();
        let result = format!("backtest/results/{id}");
        for path in [
            "meta/health",
            "meta/indicators",
            "meta/markets",
            "market/ohlcv?symbol=BTC/USDT&limit=3",
            "market/symbols",
            &format!("backtest/status/{}", started.backtest_id),
            &result,
            &format!("{result}/metrics"),
            &format!("{result}/per-ticker"),
            &format!("{result}/trades"),
            &format!("{result}/equity"),
            &format!("{result}/analysis"),
        ] {
            let answer = raw(running.local_addr(), &format!("GET /api/v1/{path}"), &key_of(&running), "").await;
            let json = answer.json();
            assert_eq!(answer.status, 200, "{path}: {json}");
            assert_eq!(json["success"], true, "{path}");
            assert!(json["error"].is_null() && json["meta"]["timestamp"].is_string(), "{path}");
            assert_eq!(json["data"]["origin"], "sandbox", "{path}");
            assert_eq!(json["data"]["data"], "synthetic", "{path}");
        }
    });
}

#[test]
fn the_dashboard_is_a_page_of_its_own_with_escaped_text() {
    block_on(async {
        let (running, client) = start(Options::default()).await;
        let description = Some("</p><script src=\"https://example.com/x.js\"></script>".to_owned());
        let id = completed(&client, &signal_api::models::ExecuteRequest { description, ..request(TRADER) }).await;
        let url = client.result(&id).await.unwrap().data.dashboard_url.unwrap();
        let prefix = format!("http://{}", running.local_addr());
        let path = url.strip_prefix(&prefix).unwrap_or_else(|| panic!("{url}"));
        assert_eq!(path, format!("/dashboard/backtest/detail/{id}"));
        let page = raw(running.local_addr(), &format!("GET {path}"), "", "").await;
        assert_eq!(page.status, 200);
        assert!(page.head.contains("content-security-policy: default-src 'none'"), "{}", page.head);
        for part in [
            "SANDBOX · SYNTHETIC DATA",
            "<svg",
            "<polyline",
            "&lt;script src=&quot;https://example.com",
            "BINANCE:BTC/USDT",
        ] {
            assert!(page.body.contains(part), "{part}: {}", page.body);
        }
        for part in ["<script", "src=\"", "href=", "@import", "url("] {
            assert!(!page.body.contains(part), "{part}: {}", page.body);
        }
        let missing = raw(running.local_addr(), "GET /dashboard/backtest/detail/res_nothing", "", "").await;
        assert_eq!(missing.status, 404);
        assert!(missing.body.contains("SANDBOX"));
    });
}

#[test]
fn twenty_backtests_at_once_give_what_they_give_alone() {
    block_on(async {
        let script = |n: usize| TRADER.replace("close, 5", &format!("close, {}", 3 + n));
        let (_many, client) = start(Options { workers: 4, ..Options::default() }).await;
        let mut jobs = Vec::new();
        for n in 0..20 {
            let client = client.clone();
            jobs.push(tokio::spawn(async move { completed(&client, &request(&script(n))).await }));
        }
        let mut together = Vec::new();
        for job in jobs {
            let id = job.await.unwrap();
            together.push(client.result(&id).await.unwrap().data.metrics);
        }
        let (_one, client) = start(Options { workers: 1, ..Options::default() }).await;
        for (n, expected) in together.iter().enumerate() {
            let id = completed(&client, &request(&script(n))).await;
            assert_eq!(&client.result(&id).await.unwrap().data.metrics, expected, "script {n}");
        }
        assert!(together.windows(2).any(|pair| pair[0] != pair[1]));
    });
}

#[test]
fn seeds_give_other_markets() {
    block_on(async {
        let mut returns = Vec::new();
        for seed in [1, 1, 2] {
            let data = DataSource::Synthetic { seed };
            let (_running, client) = start(Options { data, ..Options::default() }).await;
            let id = completed(&client, &request(TRADER)).await;
            returns.push(client.result(&id).await.unwrap().data.metrics.unwrap().total_return_pct);
        }
        assert_eq!(returns[0], returns[1]);
        assert_ne!(returns[0], returns[2]);
    });
}

#[test]
fn a_backtest_can_be_cancelled_while_it_waits_and_while_it_runs() {
    block_on(async {
        let (_running, client) = start(Options { workers: 1, ..Options::default() }).await;
        let mut long = request(TRADER);
        long.start_date = "2015-01-01".to_owned();
        long.timeframe = Some("1m".to_owned());
        let first = client.execute(&long).await.unwrap().data.backtest_id;
        let second = client.execute(&long).await.unwrap().data.backtest_id;
        while client.status(&first).await.unwrap().data.state() != JobState::Running {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        assert_eq!(client.status(&second).await.unwrap().data.state(), JobState::Queued);
        for id in [&second, &first] {
            assert_eq!(client.cancel(id).await.unwrap().data.state(), JobState::Cancelled);
            let status = client.status(id).await.unwrap().data;
            assert_eq!((status.state(), status.result_id), (JobState::Cancelled, None));
        }
        // The worker notices, and is free again long before the long one could be done.
        let started = std::time::Instant::now();
        let done = run(&client, &request(TRADER)).await;
        assert_eq!(done.state(), JobState::Completed);
        assert!(started.elapsed() < std::time::Duration::from_secs(10), "{:?}", started.elapsed());
        assert_eq!(client.status(&first).await.unwrap().data.state(), JobState::Cancelled);
        // What is over stays as it is.
        let id = done.backtest_id.unwrap();
        assert_eq!(client.cancel(&id).await.unwrap().data.state(), JobState::Completed);
    });
}

#[test]
fn ids_that_are_not_known_are_not_found_and_a_swapped_id_is_explained() {
    block_on(async {
        let (running, client) = start(Options::default()).await;
        let started = client.execute(&request(TRADER)).await.unwrap().data;
        let result = over(&client, &started.backtest_id).await.result_id.unwrap();
        let key = key_of(&running);
        let ask = |request: String| {
            let (address, key) = (running.local_addr(), key.clone());
            async move { raw(address, &request, &key, "").await }
        };
        for (request, hint) in [
            ("GET /api/v1/backtest/status/nothing".to_owned(), "backtest_id"),
            ("POST /api/v1/backtest/cancel/nothing".to_owned(), "backtest_id"),
            ("GET /api/v1/backtest/results/nothing".to_owned(), "result_id"),
            ("GET /api/v1/backtest/results/nothing/equity".to_owned(), "result_id"),
            (format!("GET /api/v1/backtest/status/{result}"), "id of a result"),
            (format!("GET /api/v1/backtest/results/{}", started.backtest_id), "id of a backtest"),
        ] {
            let answer = ask(request.clone()).await;
            assert_eq!((answer.status, answer.code().as_str()), (404, "BACKTEST_NOT_FOUND"), "{request}");
            let suggestion = answer.json()["error"]["suggestion"].as_str().unwrap().to_owned();
            assert!(suggestion.contains(hint), "{request}: {suggestion}");
        }
    });
}

#[test]
fn a_key_does_not_see_another_keys_backtests() {
    block_on(async {
        let (running, client_a) = start(Options::default()).await;
        let started = client_a.execute(&request(TRADER)).await.unwrap().data;
        let result = over(&client_a, &started.backtest_id).await.result_id.unwrap();
        let registration = RegisterRequest { display_name: "Other".to_owned(), description: None };
        let registered = client_a.register(&registration).await.unwrap().data;
        let other = client(&running, secrecy::ExposeSecret::expose_secret(registered.api_key.secret()));
        let refused = other.status(&started.backtest_id).await.unwrap_err();
        assert_eq!(refused.code(), Some(&ErrorCode::BacktestNotFound));
        let refused = other.result(&result).await.unwrap_err();
        assert_eq!(refused.code(), Some(&ErrorCode::BacktestNotFound));
    });
}

#[test]
fn cross_mode_trades_two_perpetuals_with_leverage() {
    block_on(async {
        let (_running, client) = start(Options::default()).await;
        let (one, other) = ("HYPERLIQUID:BTC/USDC:USDC", "HYPERLIQUID:ETH/USDC:USDC");
        let mut pair = request(&format!(
            "average = sma(close, 20)\n\
             emit_signal(close < average, entry(\"{one}\", \"LONG\", Weight(0.3)))\n\
             emit_signal(close < average, entry(\"{other}\", \"SHORT\", Weight(0.3)))\n\
             emit_signal(close > average, exit(\"{one}\", \"LONG\"))\n\
             emit_signal(close > average, exit(\"{other}\", \"SHORT\"))\n"
        ));
        pair.universe = vec![one.to_owned(), other.to_owned()];
        pair.mode = Some("cross".to_owned());
        pair.leverage = Some(2.0);
        pair.exchange = Some("hyperliquid".to_owned());
        let id = completed(&client, &pair).await;
        let per_ticker = client.per_ticker(&id).await.unwrap().data;
        let trades: Vec<_> = per_ticker.tickers.iter().map(|ticker| ticker.metrics.num_trades.unwrap()).collect();
        assert!(trades.len() == 2 && trades.iter().all(|count| *count > 3), "{trades:?}");
        let settings = &client.result(&id).await.unwrap().data.extra["settings"];
        assert_eq!((&settings["mode"], &settings["leverage"]), (&"cross".into(), &2.0.into()));
    });
}
