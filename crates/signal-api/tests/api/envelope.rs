//! Answers in every shape an envelope may have: yes, no, and what lies between.

use signal_api::{ApiError, ErrorCode};

use crate::support::{against, answer, request, run};

/// What a `POST` makes of an answer: the id, `refused CODE: message / suggestion`, or `unknown`.
fn check(status: u16, body: &str, expected: &str) {
    let (server, client) = against(vec![answer(status, body)]);
    let got = match run(client.execute(&request())) {
        Ok(answer) => answer.data.backtest_id,
        Err(ApiError::Refused { code, message, suggestion, .. }) => {
            let suggestion = suggestion.map(|text| format!(" / {text}")).unwrap_or_default();
            format!("refused {code}: {message}{suggestion}")
        }
        Err(ApiError::OutcomeUnknown { .. }) => "unknown".to_owned(),
        Err(other) => format!("{other:?}"),
    };
    assert_eq!(got, expected, "HTTP {status} {body}");
    assert_eq!(server.seen().len(), 1, "a POST is sent once: HTTP {status} {body}");
}

#[test]
fn a_success_is_read_in_every_shape() {
    check(200, r#"{"success":true,"data":{"backtest_id":"b1"},"error":null,"meta":{}}"#, "b1");
    check(202, r#"{"success":true,"data":{"backtest_id":"b1"}}"#, "b1");
    check(200, r#"{"data":{"job_id":"j1","id":"other"}}"#, "j1");
    check(200, r#"{"success":true,"data":{"id":17},"error":{}}"#, "17");
    check(200, r#"{"success":true,"data":{"id":"a","backtest_id":"b"},"error":{"code":null,"message":null}}"#, "b");
    check(200, r#"{"success":true,"data":"b2","unheard_of":[1]}"#, "b2");
    check(200, r#"{"backtest_id":"bare"}"#, "bare");
    check(200, r#"{"success":"yes","data":{"backtest_id":"b3"}}"#, "b3");
}

#[test]
fn a_failure_is_one_whatever_its_status() {
    let full = r#"{"success":false,"data":null,"error":{"code":"VALIDATION_ERROR","message":"bad date","suggestion":"YYYY-MM-DD"}}"#;
    for status in [200, 400, 422, 404] {
        check(status, full, "refused VALIDATION_ERROR: bad date / YYYY-MM-DD");
    }
    check(200, r#"{"success":false}"#, "refused HTTP_200: ");
    check(200, r#"{"error":{"code":"RATE_LIMITED","message":"slow down"}}"#, "refused RATE_LIMITED: slow down");
    check(
        200,
        r#"{"success":false,"error":"FREE_QUOTA_EXCEEDED","message":"no more today"}"#,
        "refused FREE_QUOTA_EXCEEDED: no more today",
    );
    for details in [r#"{"usage":100,"limit":100,"resets_in":60}"#, r#"{"used":"100","max":1e2}"#] {
        let body = format!(
            r#"{{"success":false,"error":{{"code":"QUOTA_EXCEEDED","message":"no more","details":{details}}}}}"#
        );
        check(429, &body, "refused QUOTA_EXCEEDED: no more (100 of 100 used)");
    }
    check(
        429,
        r#"{"error":{"code":"QUOTA_EXCEEDED","message":"no more","details":{"limit":null,"usage":[1]}}}"#,
        "refused QUOTA_EXCEEDED: no more",
    );
    check(400, r#"{"success":true,"data":{"backtest_id":"b1"}}"#, "refused HTTP_400: ");
    check(401, "", "refused INVALID_API_KEY: ");
    check(403, r#"{"error":"you shall not pass"}"#, "refused HTTP_403: you shall not pass");
    check(404, "<html>nginx</html>", "refused HTTP_404: ");
    check(404, "not here", "refused HTTP_404: not here");
    check(409, r#"[1,2]"#, "refused HTTP_409: ");
    check(
        422,
        r#"{"detail":[{"loc":["body","start_date"],"msg":"field required"},{"loc":["body","leverage"],"msg":"too much"}]}"#,
        "refused VALIDATION_ERROR: start_date: field required; leverage: too much",
    );
    check(418, r#"{"success":false,"error":{"code":"TEAPOT","message":"short"}}"#, "refused TEAPOT: short");
    check(400, r#"{"success":false,"error":{"code":1234,"message":null}}"#, "refused 1234: ");
}

#[test]
fn a_server_fault_leaves_a_submission_in_doubt_unless_a_code_explains_it() {
    for status in [500, 502, 503, 504, 599] {
        check(status, "", "unknown");
        check(status, "<html>bad gateway</html>", "unknown");
        check(status, r#"{"success":false,"error":{"code":"INTERNAL_ERROR","message":"oops"}}"#, "unknown");
        check(status, r#"{"success":false,"error":{"code":"NEW_CODE","message":"oops"}}"#, "unknown");
        check(status, r#"{"success":true,"data":{"backtest_id":"b1"}}"#, "unknown");
    }
    check(408, "", "unknown");
    check(200, r#"{"success":false,"error":{"code":"INTERNAL_ERROR","message":"oops"}}"#, "unknown");
    check(
        500,
        r#"{"success":false,"error":{"code":"TA_OUT_OF_RANGE","message":"too short"}}"#,
        "refused TA_OUT_OF_RANGE: too short",
    );
}

#[test]
fn a_yes_that_cannot_be_read_leaves_a_submission_in_doubt() {
    for body in [
        "",
        "null",
        "true",
        "12",
        r#""b1""#,
        "garbage",
        "{\"success\":true,\"data\":{\"backtest_id\":\"b",
        r#"{"success":true,"data":null}"#,
        r#"{"success":true,"data":{"backtest_id":""}}"#,
        r#"{"success":true,"data":{"backtest_id":null}}"#,
        r#"{"success":true,"data":[]}"#,
        "\u{0}\u{1}",
    ] {
        check(200, body, "unknown");
    }
    check(200, &"[".repeat(100_000), "unknown");
    check(200, &format!("{}1{}", "{\"a\":".repeat(5000), "}".repeat(5000)), "unknown");
}

#[test]
fn every_documented_code_is_read_and_written_alike() {
    for code in ErrorCode::ALL {
        assert_eq!(ErrorCode::from(code.as_str()), *code);
        let body = format!(r#"{{"success":false,"error":{{"code":"{code}","message":"m"}}}}"#);
        check(400, &body, &format!("refused {code}: m"));
    }
    assert_eq!(ErrorCode::ALL.len(), 26);
}
