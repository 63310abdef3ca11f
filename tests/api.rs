//! `dsl api`: what is sent, what is asked before, what is printed.

use serde_json::Value;

use crate::capture::{Capture, KEY};
use crate::scratch::{Ran, Scratch};
use crate::server::Served;

const GOOD: &str = r#"{"success":true,"data":{"id":7},"error":null,"meta":{}}"#;

/// Calls a service that says yes, and checks the first line and the body of the one request, `None` for none at all.
fn check(line: &str, exit: i32, sent: Option<(&str, &str)>) -> Ran {
    let service = Capture::always(200, GOOD);
    let scratch = service
        .client()
        .with(
            "order.json",
            r#"{"account_id": "a", "exchange": "binance", "symbol": "BTC/USDT", "side": "sell", "amount": "0.010"}"#,
        )
        .with("dip.signal", "a = 1\n")
        .with("bad.json", "{");
    let ran = scratch.dsl(&format!("api {line}"));
    ran.check(exit, &[], &[]);
    let seen = service.requests();
    assert!(!ran.out.contains(KEY) && !ran.err.contains(KEY), "the key is never shown");
    match sent {
        None => assert!(seen.is_empty(), "{line}: {seen:#?}"),
        Some((first, body)) => {
            assert_eq!(seen.len(), 1, "{line}: {seen:#?}\n{}", ran.err);
            let (head, sent) = (&seen[0].head, std::str::from_utf8(&seen[0].body).unwrap());
            assert_eq!((seen[0].line(), sent), (first, body), "{line}");
            assert!(head.to_lowercase().contains(&format!("authorization: bearer {KEY}")), "{head}");
        }
    }
    ran
}

#[test]
fn a_path_is_enough() {
    for line in ["/accounts", "accounts", "GET accounts", "get /api/v1/accounts/", "/accounts#x"] {
        check(line, 0, Some(("GET /api/v1/accounts", ""))).check(0, &[GOOD], &[]);
    }
}

#[test]
fn the_method_follows_from_the_path_and_the_fields() {
    check("/market/scan -f condition=x", 0, Some(("POST /api/v1/market/scan", r#"{"condition":"x"}"#)));
    check("/backtest/cancel/bt_1", 0, Some(("POST /api/v1/backtest/cancel/bt_1", "")));
    check("/market/symbols -f exchange=binance", 0, Some(("GET /api/v1/market/symbols?exchange=binance", "")));
    check("/market/ticker?symbol=BTC/USDT", 0, Some(("GET /api/v1/market/ticker?symbol=BTC%2FUSDT", "")));
    check(
        r#"/market/ticker -f symbols[]=BTC/USDT -f symbols[]=ETH/USDT -f exchange=binance"#,
        0,
        Some(("POST /api/v1/market/ticker", r#"{"symbols":["BTC/USDT","ETH/USDT"],"exchange":"binance"}"#)),
    );
    check(
        "/orders -f symbol=BTC/USDT -f exchange=upbit",
        0,
        Some(("GET /api/v1/orders?symbol=BTC%2FUSDT&exchange=upbit", "")),
    );
    check("/orders -f side=buy", 2, None).check(2, &[], &["places a live order"]);
    check("/unheard/of -f a=b", 2, None).check(2, &[], &["POST /unheard/of"]);
    check("POST /x -f a=b --yes --query c=d", 0, Some(("POST /api/v1/x?c=d", r#"{"a":"b"}"#)));
    check("DELETE /orders/7 -f account_id=a --yes", 0, Some(("DELETE /api/v1/orders/7?account_id=a", "")));
    check("GET /orders/{id} -f id=a/b", 0, Some(("GET /api/v1/orders/a%2Fb", "")));
}

#[test]
fn texts_stay_texts_and_json_stays_json() {
    check(
        r#"PUT /x --yes -f n=0.010 -f t=true -F b=true -F l=[1,2] -F script=@dip.signal"#,
        0,
        Some(("PUT /api/v1/x", r#"{"n":"0.010","t":"true","b":true,"l":[1,2],"script":"a = 1\n"}"#)),
    );
    check("POST /x --yes -F a=b", 2, None).check(2, &[], &["-f 'a=b'"]);
    check("POST /x --yes -F a=@none.signal", 3, None).check(3, &[], &["none.signal"]);
    check("POST /x --yes -f a", 2, None).check(2, &[], &["name=value"]);
    check("POST /x --yes --input bad.json", 2, None).check(2, &[], &["no JSON"]);
    let input =
        r#"{"account_id": "a", "exchange": "binance", "symbol": "BTC/USDT", "side": "sell", "amount": "0.010"}"#;
    check("POST /orders --yes --input order.json", 0, Some(("POST /api/v1/orders", input)));
    let service = Capture::always(200, GOOD);
    let ran = service.client().dsl_with_input("api POST /market/rank --input -", b"{\"a\": 1.50}");
    ran.check(0, &[], &[]);
    assert!(service.requests()[0].text().ends_with("\r\n\r\n{\"a\": 1.50}"), "as it stands");
}

#[test]
fn money_is_sent_as_text() {
    let order = "POST /orders --yes -f account_id=a -f exchange=binance -f symbol=BTC/USDT -f side=buy";
    let body = r#"{"account_id":"a","exchange":"binance","symbol":"BTC/USDT","side":"buy","amount":"0.010"}"#;
    check(&format!("{order} -f amount=0.010"), 0, Some(("POST /api/v1/orders", body)));
    check(&format!("{order} -F amount=0.010"), 2, None).check(2, &[], &["-f amount=0.01"]);
    check(&format!("{order} -f amount=1,5"), 2, None).check(2, &[], &["no decimal number"]);
}

#[test]
fn what_cannot_be_taken_back_needs_a_yes() {
    for (line, words) in [
        (
            "POST /orders -f side=buy -f amount=0.01 -f symbol=BTC/USDT -f exchange=binance -f order_type=limit -f price=60000",
            "places a live order: buy 0.01 BTC/USDT on binance, limit, at 60000",
        ),
        ("DELETE /orders/7", "cancels the live order 7"),
        ("POST /backtest/execute -f script=x", "takes one of the quota"),
        ("POST /live-strategies/3/subscribe -f mode=trade", "mode trade"),
        ("/live-strategies/3/pause/4", "changes what trades live"),
        ("POST /arena/posts -f title=x", "for everybody to see"),
        ("POST /arena/strategies/register -f backtest_summary_id=res_1", "for everybody to see"),
        ("DELETE /arena/strategies/3/unregister", "removes something"),
        ("POST /unheard/of", "may change what the documentation does not tell"),
    ] {
        let ran = check(line, 2, None);
        ran.check(2, &[], &[words, "127.0.0.1", "--yes", "nothing was sent"]);
        assert!(ran.out.is_empty(), "{}", ran.out);
        let json = check(&format!("{line} --json"), 2, None).json_of("error");
        assert_eq!(json["error"]["code"], "needs-yes", "{line}");
        let service = Capture::always(200, GOOD);
        service.client().dsl(&format!("api {line} --yes")).check(0, &[GOOD], &[]);
        assert_eq!(service.requests().len(), 1, "{line}");
    }
    check("POST /market/scan -f condition=x", 0, Some(("POST /api/v1/market/scan", r#"{"condition":"x"}"#)));
    let webhook = "/live-strategies/subscriptions/3/webhook";
    check(&format!("PUT {webhook} -f url=x"), 0, Some((&format!("PUT /api/v1{webhook}"), r#"{"url":"x"}"#)));
}

#[test]
fn an_answer_that_shows_a_key_is_left_to_auth_register() {
    check("POST /meta/register -f display_name=x --yes", 2, None).check(2, &[], &["dsl auth register"]);
}

#[test]
fn the_key_goes_nowhere_else() {
    for line in [
        "https://hey-traders.com/api/v1/accounts",
        "http://127.0.0.1:1/api/v1/accounts",
        "GET http://localhost/api/v1/accounts",
    ] {
        check(line, 2, None).check(2, &[], &["nothing was sent"]);
    }
    for line in ["/accounts/..", "/accounts/./x", "/a//b", "/accounts/%2e%2E"] {
        check(line, 2, None).check(2, &[], &["can't be an id"]);
    }
    for header in ["Authorization: Bearer x", "X-API-Key: y", "host: example.com", "Proxy-Authorization: z", "nonsense"]
    {
        check(&format!("/accounts -H \"{header}\""), 2, None);
    }
    let service = Capture::always(200, GOOD);
    let own = format!("{}/accounts?a=b", service.url);
    service.client().dsl(&format!("api {own}")).check(0, &[GOOD], &[]);
    assert_eq!(service.asked(), ["GET /api/v1/accounts?a=b"]);
}

#[test]
fn what_the_documentation_does_not_know_is_told_and_sent() {
    check("/acounts", 0, Some(("GET /api/v1/acounts", ""))).check(0, &[], &["did you mean /accounts?"]);
    check("DELETE /accounts --yes", 0, Some(("DELETE /api/v1/accounts", ""))).check(
        0,
        &[],
        &["with GET and not with DELETE"],
    );
    check("/market/symbols -f exchnage=binance", 0, Some(("GET /api/v1/market/symbols?exchnage=binance", ""))).check(
        0,
        &[],
        &["did you mean `exchange`?"],
    );
    check(
        "/market/funding-rates -f exchange=lighte",
        0,
        Some(("GET /api/v1/market/funding-rates?exchange=lighte", "")),
    )
    .check(0, &[], &["`lighter`?"]);
    check("GETT /accounts", 2, None).check(2, &[], &["did you mean `GET`?"]);
    check("POST", 2, None).check(2, &[], &["the path is missing"]);
    check("/orders/{id}", 2, None).check(2, &[], &["stands for an id", "dsl api /orders shows them"]);
    check("", 2, None);
}

#[test]
fn a_refusal_is_printed_and_told_with_its_exit_code() {
    for (status, code, exit) in [
        (400, "VALIDATION_ERROR", 2),
        (404, "ORDER_NOT_FOUND", 3),
        (404, "WHATEVER", 3),
        (401, "INVALID_API_KEY", 4),
        (403, "INSUFFICIENT_PERMISSIONS", 4),
        (403, "ACCOUNT_REQUIRED", 4),
        (429, "QUOTA_EXCEEDED", 5),
        (400, "QUALITY_GATE", 2),
        (200, "ALREADY_REGISTERED", 2),
        (500, "INTERNAL_ERROR", 6),
    ] {
        let body = format!(
            r#"{{"success":false,"error":{{"code":"{code}","message":"no \u001b[31mway","suggestion":"do this"}}}}"#
        );
        let service = Capture::always(status, &body);
        let ran = service.client().dsl("api POST /market/scan");
        ran.check(exit, &[&body], &[]);
        assert!(!ran.err.contains('\u{1b}'), "{:?}", ran.err);
        let document = service.client().dsl("api POST /market/scan --json").check(exit, &[], &[]).json_of("api");
        assert_eq!(
            (&document["status"], &document["body"]["error"]["code"]),
            (&Value::from(status), &Value::from(code))
        );
        if exit != 6 {
            assert_eq!(document["error"]["code"], code);
            ran.check(exit, &[], &[code, "do this"]);
        }
        assert_eq!(service.requests().len(), 2, "sent once each");
    }
}

#[test]
fn a_call_in_doubt_is_sent_once_and_says_where_to_look() {
    let service = Capture::by_line(|_| (502, "Content-Type: text/html\r\n", "<html>".to_owned()));
    let ran = service.client().dsl("api POST /orders --yes -f side=buy");
    ran.check(6, &[], &["may have acted", "dsl api /orders"]);
    assert_eq!(service.requests().len(), 1);
}

#[test]
fn the_body_is_printed_as_it_came_and_harmless() {
    let body = "{\"n\": 1.50,\r\n\t\"big\": 123456789012345678901234567890, \"s\": \"\u{202e}\u{7f}é\"}";
    let service = Capture::always(200, body);
    let ran = service.client().dsl("api /x");
    assert_eq!(ran.out, "{\"n\": 1.50,\n \"big\": 123456789012345678901234567890, \"s\": \"\\u202e\\u007fé\"}\n");
    let colored = service.client().dsl("api /x --color always");
    assert!(colored.out.contains("\u{1b}[") && colored.out.contains("1.50") && !colored.out.contains('\u{202e}'));
    assert_eq!(service.client().dsl("api /x --raw").out, body, "byte by byte");
    let included = service.client().dsl("api /x -i");
    included.check(0, &["HTTP 200 OK\n", "content-type: application/json\n", "\n\n{\"n\""], &[]);
    let document = service.client().dsl("api /x --json");
    document.check(0, &["\"n\":1.50,\"big\":123456789012345678901234567890"], &[]).json_of("api");

    let text = Capture::by_line(|_| {
        (200, "Content-Type: text/markdown\r\nX-Odd: a\u{9b}b\r\n", "# T\r\n\tx\u{1b}[2J".to_owned())
    });
    let ran = text.client().dsl("api -i /docs/signal-dsl -H \"Accept: text/markdown\"");
    assert!(ran.out.ends_with("\n\n# T\n\tx\\u{1b}[2J\n"), "{:?}", ran.out);
    assert!(!ran.out.contains('\u{9b}'));
    assert!(text.requests()[0].text().to_lowercase().contains("accept: text/markdown"));
    let document = text.client().dsl("api --json /docs/signal-dsl").json_of("api");
    assert_eq!((&document["text"], &document["body"]), (&Value::from("# T\r\n\tx\u{1b}[2J"), &Value::Null));
}

#[test]
fn pages_are_joined_and_numbers_stay_as_they_are() {
    let page = |line: &str| {
        let offset =
            line.split("offset=").nth(1).map_or(0, |rest| rest.split('&').next().unwrap().parse::<usize>().unwrap());
        let items: Vec<String> = (offset..(offset + 2).min(5)).map(|n| format!("{{\"n\":{n}.50}}")).collect();
        (
            200,
            "",
            format!(r#"{{"success":true,"data":{{"orders":[{}],"total":5,"offset":{offset}}}}}"#, items.join(",")),
        )
    };
    let service = Capture::by_line(page);
    let ran = service.client().dsl("api --paginate /orders -f status=open -v");
    let list = (0..5).map(|n| format!("{{\"n\":{n}.50}}")).collect::<Vec<_>>().join(",");
    let whole = format!(r#"{{"success":true,"data":{{"orders":[{list}],"total":5,"offset":0}}}}"#);
    assert_eq!((ran.out.trim_end(), ran.err.trim_end()), (whole.as_str(), "5 items on 3 pages"));
    let asked = ["", "&offset=2", "&offset=4"].map(|more| format!("GET /api/v1/orders?status=open{more}"));
    assert_eq!(service.asked(), asked);
}

#[test]
fn cursors_are_followed_and_a_server_without_pages_is_left() {
    let service = Capture::by_line(|line| {
        let (item, next) = match line.split("cursor=").nth(1) {
            None => (1, "\"b c\""),
            Some("b+c") => (2, "\"\""),
            Some(other) => panic!("{other}"),
        };
        (
            200,
            "",
            format!(r#"{{"data":[{item}],"meta":{{"next_cursor":{next}, "limit": 1, "has_more": {}}}}}"#, item == 1),
        )
    });
    let document = service.client().dsl("api --paginate /orders?offset=3 --json").check(0, &[], &[]).json_of("api");
    assert_eq!((document["body"]["data"].to_string(), &document["pages"]), ("[1,2]".to_owned(), &Value::from(2)));
    assert_eq!(service.asked()[1], "GET /api/v1/orders?cursor=b+c");

    let stubborn = Capture::always(200, r#"{"data":[1,2],"meta":{"total":9}}"#);
    let document = stubborn.client().dsl("api --paginate /orders --json").check(0, &[], &[]).json_of("api");
    assert_eq!(
        (document["body"]["data"].to_string(), &document["complete"]),
        ("[1,2]".to_owned(), &Value::from(false))
    );
    assert_eq!(stubborn.requests().len(), 2);

    // Two pages that only begin alike are two pages.
    let alike = Capture::by_line(|line| {
        let items = if line.contains("offset=2") { "7,2" } else { "7,1" };
        let items = if line.contains("offset=4") { "" } else { items };
        (200, "", format!(r#"{{"data":[{items}],"meta":{{"limit":2}}}}"#))
    });
    let document = alike.client().dsl("api --paginate /orders --json").check(0, &[], &[]).json_of("api");
    assert_eq!(document["body"]["data"].to_string(), "[7,1,7,2]");

    let breaks = Capture::by_line(|line| match line.contains("offset") {
        false => (200, "", r#"{"data":[1],"meta":{"total":2}}"#.to_owned()),
        true => (403, "", r#"{"success":false,"error":{"code":"INSUFFICIENT_PERMISSIONS","message":"no"}}"#.to_owned()),
    });
    let ran = breaks.client().dsl("api --paginate /orders");
    ran.check(4, &[r#"{"data":[1],"meta":{"total":2}}"#], &["page 2 did not come", "INSUFFICIENT_PERMISSIONS"]);
    check("POST /orders --paginate --yes", 2, None).check(2, &[], &["--paginate is for lists"]);
}

#[test]
fn every_page_of_trades_comes_from_the_sandbox() {
    let script = "#! universe = BINANCE:BTC/USDT\n#! timeframe = 1d\n#! start_date = 2024-01-01\n#! end_date = 2024-12-31\n\
        average = sma(close, 5)\n\
        emit_signal(close < average, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))\n\
        emit_signal(close > average, exit(\"BINANCE:BTC/USDT\", \"LONG\"))\n";
    let served = Served::start(&Scratch::new(), "sandbox --port 0 --json");
    let client = served.client().with("a.signal", script);
    let run = client.dsl("run a.signal --json").check(0, &[], &[]).json();
    let trades = run["metrics"]["num_trades"].as_u64().unwrap();
    assert!(trades > 20, "{trades}");
    let id = run["result_id"].as_str().unwrap();
    let ran = client.dsl(&format!("api --paginate /backtest/results/{id}/trades -f limit=7"));
    let data = &ran.check(0, &[], &[]).json()["data"];
    assert_eq!(data["trades"].as_array().unwrap().len() as u64, trades);
}

#[test]
fn endpoints_are_listed() {
    let scratch = Scratch::new();
    let document = scratch.dsl("api --list --json").check(0, &[], &[]).json_of("endpoints");
    assert_eq!(document["endpoints"].as_array().unwrap().len(), 64);
    let group = scratch.dsl("api --list orders --json").json_of("endpoints");
    assert_eq!(group["endpoints"].as_array().unwrap().len(), 4);
    scratch.dsl("api --list").check(0, &["backtest", "POST   /orders", "Place an order (asks first)", "no key"], &[]);
    scratch.dsl("api --list /orders").check(0, &["decimal text", "required", "asks first", "--paginate"], &[]);
    scratch.dsl("api --list odrers").check(3, &[], &["did you mean `orders`?"]);
    scratch.dsl("api --list /odrers").check(3, &[], &["did you mean `/orders`?"]);
}

#[test]
fn without_a_key_what_is_open_answers_and_the_server_says_what_is_not() {
    let served = Served::start(&Scratch::new(), "sandbox --port 0 --json");
    let scratch = Scratch::new().set("HEYTRADERS_BASE_URL", served.document["url"].as_str().unwrap());
    scratch.dsl("api /meta/health").check(0, &["\"success\":true"], &[]);
    scratch.dsl("api /meta/indicators").check(4, &["INVALID_API_KEY"], &["no API key"]);
    Scratch::new().dsl("api --sandbox /meta/indicators").check(0, &["rsi"], &[]);
}
