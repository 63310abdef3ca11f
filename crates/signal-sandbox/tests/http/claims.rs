//! A key that is claimed: the code, the page where it is entered, and what the key can do then.

use std::time::Duration;

use secrecy::ExposeSecret as _;
use serde_json::Value;
use signal_api::models::{ClaimRequest, RegisterRequest};
use signal_api::{ApiError, Client, ErrorCode};
use signal_sandbox::{Limits, Options, Running};

use crate::support::{Raw, TRADER, block_on, client, raw, request, start};

async fn registered(running: &Running, nobody: &Client) -> Client {
    let registration = RegisterRequest { display_name: "Bot".to_owned(), description: None };
    let registered = nobody.register(&registration).await.unwrap().data;
    client(running, registered.api_key.secret().expose_secret())
}

fn wish(name: &str) -> ClaimRequest {
    ClaimRequest { display_name: name.to_owned(), description: None }
}

/// Enters a code as JSON.
async fn enter(running: &Running, body: &str) -> Raw {
    raw(running.local_addr(), "POST /dashboard/claim", "Content-Type: application/json\r\n", body).await
}

/// Enters a code as the page's form does.
async fn enter_by_form(running: &Running, body: &str) -> Raw {
    let kind = "Content-Type: application/x-www-form-urlencoded\r\n";
    raw(running.local_addr(), "POST /dashboard/claim", kind, body).await
}

#[test]
fn a_claimed_key_has_more_rights_and_no_longer_ends() {
    block_on(async {
        let limits = Limits { registrations_per_hour: None, ..Limits::of_the_service() };
        let (running, nobody) = start(Options { limits, ..Options::default() }).await;
        let key = registered(&running, &nobody).await;
        let before = key.me().await.unwrap().data;
        assert_eq!(
            (before.claimed, before.agent_id.as_deref(), before.display_name.as_deref()),
            (Some(false), None, Some("Bot"))
        );
        assert_eq!(before.scopes, ["research"]);
        assert!(before.expires_at.is_some() && before.quota["backtests_per_hour"] == 10);

        let code = key.request_claim(&wish("My bot")).await.unwrap().data;
        assert_eq!((code.claim_code.len(), code.expires_in), (6, Some(1800)));
        let claimed = enter(&running, &format!(r#"{{"claim_code":" {} "}}"#, code.claim_code.to_lowercase())).await;
        assert_eq!(
            (claimed.status, &claimed.json()["data"]["scopes"]),
            (200, &serde_json::json!(["research", "read"]))
        );

        let after = key.me().await.unwrap().data;
        assert_eq!((after.claimed, after.display_name.as_deref()), (Some(true), Some("My bot")));
        assert_eq!(after.agent_id.as_deref(), claimed.json()["data"]["agent_id"].as_str());
        assert_eq!(
            (after.scopes, after.expires_at, after.quota),
            (vec!["research".to_owned(), "read".to_owned()], None, Value::Null)
        );
        for _ in 0..11 {
            key.execute(&request(TRADER)).await.unwrap();
        }
        assert_eq!(
            enter(&running, &format!(r#"{{"claim_code":"{}"}}"#, code.claim_code)).await.code(),
            "INVALID_CLAIM_CODE"
        );
    });
}

#[test]
fn the_page_takes_a_code_from_its_form() {
    block_on(async {
        let (running, own) = start(Options::default()).await;
        let page = raw(running.local_addr(), "GET /dashboard/claim", "", "").await;
        assert_eq!(page.status, 200);
        assert!(page.head.contains("form-action 'self'") && page.body.contains("name=\"claim_code\""), "{page:?}");
        let refused = enter_by_form(&running, "claim_code=%3Cb%3E").await;
        assert_eq!(refused.status, 400);
        assert!(refused.body.contains("has expired or was never given"), "{}", refused.body);
        let key = registered(&running, &own).await;
        let code = key.request_claim(&wish("Bot")).await.unwrap().data.claim_code;
        let claimed = enter_by_form(&running, &format!("claim_code={code}&trade=on")).await;
        assert!(claimed.status == 200 && claimed.body.contains("no longer ends"), "{}", claimed.body);
        assert_eq!(key.me().await.unwrap().data.scopes, ["research", "read", "trade"]);
    });
}

#[test]
fn a_code_that_has_expired_or_was_replaced_is_refused() {
    block_on(async {
        let limits = Limits { claim_lifetime: Duration::ZERO, ..Limits::default() };
        let (running, own) = start(Options { limits, ..Options::default() }).await;
        let code = own.request_claim(&wish("Bot")).await.unwrap().data.claim_code;
        assert_eq!(enter(&running, &format!(r#"{{"claim_code":"{code}"}}"#)).await.code(), "INVALID_CLAIM_CODE");

        let (running, own) = start(Options::default()).await;
        let first = own.request_claim(&wish("Bot")).await.unwrap().data.claim_code;
        let second = own.request_claim(&wish("Bot")).await.unwrap().data.claim_code;
        assert_eq!(enter(&running, &format!(r#"{{"claim_code":"{first}"}}"#)).await.code(), "INVALID_CLAIM_CODE");
        assert_eq!(enter(&running, &format!(r#"{{"claim_code":"{second}"}}"#)).await.status, 200);
    });
}

#[test]
fn what_a_claim_asks_for_is_checked() {
    block_on(async {
        let (running, own) = start(Options::default()).await;
        for permissions in [r#"["root"]"#, "[]", "\"read\"", "[1]"] {
            let body = format!(r#"{{"claim_code":"ABC234","permissions":{permissions}}}"#);
            assert_eq!(enter(&running, &body).await.code(), "INVALID_PERMISSIONS", "{permissions}");
        }
        assert_eq!(enter(&running, "{}").await.code(), "INVALID_CLAIM_CODE");
        assert_eq!(enter(&running, "nonsense").await.code(), "VALIDATION_ERROR");
        let long = "x".repeat(51);
        for name in ["", long.as_str()] {
            let refused = own.request_claim(&wish(name)).await.unwrap_err();
            assert_eq!(refused.code(), Some(&ErrorCode::ValidationError));
        }
        let stranger = client(&running, "ht_prov_stranger");
        for refused in [stranger.request_claim(&wish("Bot")).await.map(drop), stranger.me().await.map(drop)] {
            assert!(matches!(refused, Err(ApiError::Refused { code: ErrorCode::InvalidApiKey, .. })), "{refused:?}");
        }
    });
}

#[test]
fn a_user_has_ten_agents() {
    block_on(async {
        let (running, own) = start(Options::default()).await;
        for agent in 0..11 {
            let key = registered(&running, &own).await;
            let code = key.request_claim(&wish("Bot")).await.unwrap().data.claim_code;
            let entered = enter(&running, &format!(r#"{{"claim_code":"{code}"}}"#)).await;
            match agent {
                10 => assert_eq!(entered.code(), "AGENT_LIMIT_REACHED"),
                _ => assert_eq!(entered.status, 200),
            }
        }
    });
}
