//! Quotas, rates and expiry, as the service has them.

use std::time::Duration;

use secrecy::ExposeSecret as _;
use signal_api::models::RegisterRequest;
use signal_api::{ApiError, Client, ErrorCode};
use signal_sandbox::{Limits, Options, Running};

use crate::support::{TRADER, block_on, client, request, start};

async fn registered(running: &Running, nobody: &Client) -> Result<Client, ApiError> {
    let registration = RegisterRequest { display_name: "Test".to_owned(), description: None };
    let registered = nobody.register(&registration).await?.data;
    Ok(client(running, registered.api_key.secret().expose_secret()))
}

/// The refusal's code and whether it says how long to wait.
fn told<T: std::fmt::Debug>(answer: Result<T, ApiError>) -> (ErrorCode, bool) {
    match answer {
        Err(ApiError::Refused { code, retry_after, .. }) => (code, retry_after.is_some()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn ten_backtests_an_hour_are_taken_of_a_registered_key_and_any_number_of_the_sandboxs_own() {
    block_on(async {
        let limits = Limits { registrations_per_hour: None, ..Limits::of_the_service() };
        let (running, own) = start(Options { limits, ..Options::default() }).await;
        let provisional = registered(&running, &own).await.unwrap();
        for _ in 0..10 {
            provisional.execute(&request(TRADER)).await.unwrap();
            own.execute(&request(TRADER)).await.unwrap();
        }
        assert_eq!(told(provisional.execute(&request(TRADER)).await), (ErrorCode::FreeQuotaExceeded, true));
        own.execute(&request(TRADER)).await.unwrap();
        // What was refused for its parameters costs nothing.
        let other = registered(&running, &own).await.unwrap();
        for _ in 0..12 {
            assert_eq!(told(other.execute(&request("")).await).0, ErrorCode::ValidationError);
        }
        other.execute(&request(TRADER)).await.unwrap();
    });
}

#[test]
fn five_registrations_an_hour() {
    block_on(async {
        let (running, own) = start(Options { limits: Limits::of_the_service(), ..Options::default() }).await;
        for _ in 0..5 {
            registered(&running, &own).await.unwrap();
        }
        assert_eq!(told(registered(&running, &own).await), (ErrorCode::RegistrationLimit, true));
    });
}

#[test]
fn too_many_requests_a_minute_are_refused_with_a_time_to_wait() {
    block_on(async {
        let limits = Limits { requests_per_minute: Some(20), ..Limits::default() };
        let (_running, own) = start(Options { limits, ..Options::default() }).await;
        for _ in 0..20 {
            own.indicators().await.unwrap();
        }
        let refused = own.indicators().await.unwrap_err();
        let ApiError::Refused { status, code, retry_after, .. } = refused else { panic!("{refused:?}") };
        assert_eq!((status, code), (429, ErrorCode::RateLimited));
        assert!(retry_after.is_some_and(|wait| wait <= Duration::from_secs(61)), "{retry_after:?}");
    });
}

#[test]
fn a_registered_key_expires_and_the_sandboxs_own_does_not() {
    block_on(async {
        let limits = Limits { key_lifetime: Duration::ZERO, ..Limits::default() };
        let (running, own) = start(Options { limits, ..Options::default() }).await;
        let provisional = registered(&running, &own).await.unwrap();
        assert_eq!(told(provisional.execute(&request(TRADER)).await).0, ErrorCode::ExpiredApiKey);
        own.execute(&request(TRADER)).await.unwrap();
    });
}

#[test]
fn a_registration_needs_a_name_of_1_to_50_characters() {
    block_on(async {
        let (_running, own) = start(Options::default()).await;
        for (name, description, fine) in [
            ("", None, false),
            ("   ", None, false),
            ("é".repeat(50).as_str(), None, true),
            ("x".repeat(51).as_str(), None, false),
            ("x", Some("y".repeat(500)), true),
            ("x", Some("y".repeat(501)), false),
        ] {
            let request = RegisterRequest { display_name: name.to_owned(), description };
            let answer = own.register(&request).await;
            assert_eq!(answer.is_ok(), fine, "{name}: {answer:?}");
            if let Err(error) = answer {
                assert_eq!(error.code(), Some(&ErrorCode::ValidationError));
            }
        }
    });
}
