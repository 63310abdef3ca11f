//! Who gets in, and what is told to who knocks at the wrong door.

use std::net::{IpAddr, TcpListener};

use signal_sandbox::{DataSource, Options, Sandbox, StartError};

use crate::support::{block_on, key_of, raw, start};

#[test]
fn only_loopback_addresses_are_listened_on() {
    block_on(async {
        for address in ["0.0.0.0", "192.168.1.1", "8.8.8.8", "::"] {
            let address: IpAddr = address.parse().unwrap();
            let error = Sandbox::start(Options { address, ..Options::default() }).await.unwrap_err();
            assert!(matches!(error, StartError::NotLoopback(refused) if refused == address), "{error}");
            assert!(error.to_string().contains("127.0.0.1"));
        }
    });
}

#[test]
fn a_taken_port_a_missing_folder_and_a_malformed_key_are_told() {
    block_on(async {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        let error = Sandbox::start(Options { port, ..Options::default() }).await.unwrap_err();
        assert!(error.to_string().contains(&port.to_string()), "{error}");
        let data = DataSource::Csv("no/such/folder".into());
        let error = Sandbox::start(Options { data, ..Options::default() }).await.unwrap_err();
        assert!(error.to_string().contains("no/such/folder"), "{error}");
        for key in ["", "with space", "line\nbreak"] {
            let key = Some(key.to_owned());
            let error = Sandbox::start(Options { key, ..Options::default() }).await.unwrap_err();
            assert!(matches!(error, StartError::MalformedKey), "{error}");
        }
    });
}

#[test]
fn the_key_is_the_one_that_was_given_and_stays_out_of_debug() {
    block_on(async {
        let key = Some("ht_prov_mine".to_owned());
        let (running, client) = start(Options { key, ..Options::default() }).await;
        assert_eq!(running.api_key, "ht_prov_mine");
        assert!(client.indicators().await.is_ok());
        assert!(!format!("{running:?}").contains("ht_prov_mine"), "{running:?}");
        let (other, _) = start(Options::default()).await;
        assert!(other.api_key.starts_with("ht_prov_") && other.api_key.len() > 24);
    });
}

#[test]
fn the_port_is_free_again_after_a_shutdown_and_after_a_drop() {
    block_on(async {
        let (running, client) = start(Options::default()).await;
        let port = running.local_addr().port();
        assert!(client.health().await.is_ok());
        running.shutdown().await;
        assert!(client.health().await.is_err());
        let (again, client) = start(Options { port, ..Options::default() }).await;
        assert!(client.health().await.is_ok());
        drop(again);
        let mut tries = 0;
        while Sandbox::start(Options { port, ..Options::default() }).await.is_err() {
            tries += 1;
            assert!(tries < 100);
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    });
}

#[test]
fn requests_without_a_good_key_are_refused() {
    block_on(async {
        let (running, _) = start(Options::default()).await;
        for path in [
            "GET /api/v1/meta/indicators",
            "GET /api/v1/market/ohlcv?symbol=BTC/USDT",
            "POST /api/v1/backtest/execute",
            "GET /api/v1/backtest/status/x",
            "POST /api/v1/backtest/cancel/x",
            "GET /api/v1/backtest/results/x",
            "GET /api/v1/backtest/results/x/metrics",
            "GET /api/v1/backtest/results/x/per-ticker",
            "GET /api/v1/backtest/results/x/trades",
            "GET /api/v1/backtest/results/x/equity",
            "GET /api/v1/backtest/results/x/analysis",
        ] {
            for headers in
                ["", "Authorization: Bearer ht_prov_other\r\n", "Authorization: Basic abc\r\n", "X-API-Key: no\r\n"]
            {
                let answer = raw(running.local_addr(), path, headers, "{}").await;
                assert_eq!((answer.status, answer.code().as_str()), (401, "INVALID_API_KEY"), "{path} {headers}");
            }
        }
        for path in ["GET /api/v1/meta/health", "GET /api/v1/meta/markets", "GET /api/v1/market/symbols"] {
            assert_eq!(raw(running.local_addr(), path, "", "").await.status, 200, "{path}");
        }
        let older = format!("X-API-Key: {}\r\n", running.api_key);
        assert_eq!(raw(running.local_addr(), "GET /api/v1/meta/indicators", &older, "").await.status, 200);
    });
}

#[test]
fn unknown_paths_wrong_methods_and_garbled_ids_are_refused_in_the_envelope() {
    block_on(async {
        let (running, _) = start(Options::default()).await;
        for (request, status, code) in [
            ("GET /", 404, "NOT_FOUND"),
            ("GET /api/v1", 404, "NOT_FOUND"),
            ("GET /api/v1/live-strategies", 404, "NOT_FOUND"),
            ("POST /api/v2/meta/health", 404, "NOT_FOUND"),
            ("POST /api/v1/meta/health", 405, "METHOD_NOT_ALLOWED"),
            ("GET /api/v1/backtest/execute", 405, "METHOD_NOT_ALLOWED"),
            ("DELETE /api/v1/backtest/results/x", 405, "METHOD_NOT_ALLOWED"),
            ("GET /api/v1/backtest/status/%ff", 400, "VALIDATION_ERROR"),
            ("GET /api/v1/backtest/results/%ff/trades", 400, "VALIDATION_ERROR"),
        ] {
            let answer = raw(running.local_addr(), request, &key_of(&running), "").await;
            assert_eq!((answer.status, answer.code().as_str()), (status, code), "{request}");
        }
    });
}

#[test]
fn a_page_whose_name_was_made_to_point_here_does_not_get_in() {
    block_on(async {
        let (running, _) = start(Options::default()).await;
        let port = running.local_addr().port();
        for (host, status) in [
            (format!("127.0.0.1:{port}"), 200),
            (format!("localhost:{port}"), 200),
            (format!("LocalHost:{port}"), 200),
            (format!("[::1]:{port}"), 200),
            ("evil.example".to_owned(), 403),
            (format!("evil.example:{port}"), 403),
            (format!("127.0.0.1.evil.example:{port}"), 403),
            (format!("192.168.0.1:{port}"), 403),
        ] {
            let header = format!("Host: {host}\r\n");
            let answer = raw(running.local_addr(), "GET /api/v1/meta/health", &header, "").await;
            assert_eq!(answer.status, status, "{host}");
            if status == 403 {
                assert_eq!(answer.code(), "FORBIDDEN");
            }
        }
    });
}
