//! Hostile requests, byte by byte: never a failure of ours, never half an effect.

use std::fmt::Write as _;

use maillage_domain::access::Role;
use maillage_infra::testing::Tenant;

use crate::support::{Actor, App, charter};

async fn writer() -> (Tenant, Actor) {
    let tenant = App::shared().tenant().await;
    let writer = App::shared().member(&tenant, &[Role::Director]).await;
    (tenant, writer)
}

/// The status of the first answer in a stream of bytes.
fn status(answer: &str) -> u16 {
    let status = answer.split(' ').nth(1).unwrap_or_default();
    status
        .parse()
        .unwrap_or_else(|_| panic!("no answer: {answer:?}"))
}

/// A request for `path` with these lines of headers, and the connection closed after it.
fn request(method: &str, path: &str, headers: &[&[u8]], body: &[u8]) -> Vec<u8> {
    let mut bytes =
        format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n").into_bytes();
    for header in headers {
        bytes.extend_from_slice(header);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    bytes
}

#[actix_web::test]
async fn strange_header_values_fail_nothing() {
    let (_, writer) = writer().await;
    let token = format!("Authorization: Bearer {}", writer.token.clone().unwrap());
    let long = format!("X-Long: {}", "x".repeat(8_000));
    let headers: [&[u8]; 16] = [
        b"Accept-Language: \xff\xfe",
        b"X-Request-Id: \xc3\xa9",
        b"If-None-Match: \xff",
        b"If-None-Match: ,,,,",
        b"If-Match: \xff",
        b"Prefer: \xff",
        b"Accept: \xff",
        b"Accept: application/xml",
        b"Accept-Encoding: gzip, br, zstd, \xff",
        b"Content-Type: \xff",
        b"traceparent: 00-zz\xff",
        b"X-Forwarded-For: \xff, 1, ::1, 999.999.999.999",
        b"Forwarded: for=\"[::1]\";host=evil.example",
        b"Range: bytes=0-1",
        b"Origin: https://evil.example",
        long.as_bytes(),
    ];
    for header in headers {
        let answer = App::shared().raw(request("GET", "/v1/me", &[token.as_bytes(), header], b""));
        let shown = String::from_utf8_lossy(&header[..header.len().min(40)]).into_owned();
        assert_eq!(status(&answer), 200, "{shown}: {answer}");
        assert!(
            !answer.to_lowercase().contains("access-control-allow"),
            "{answer}"
        );
    }
    for header in [
        b"Authorization: Bearer \xff".as_slice(),
        b"Authorization: \xff",
    ] {
        let answer = App::shared().raw(request("GET", "/v1/me", &[header], b""));
        assert_eq!(status(&answer), 401, "{answer}");
        assert!(answer.contains("application/problem+json"), "{answer}");
    }
}

#[actix_web::test]
async fn strange_headers_of_a_write_leave_nothing_behind() {
    let (tenant, writer) = writer().await;
    let token = format!("Authorization: Bearer {}", writer.token.clone().unwrap());
    let body = charter("Charte", "Texte.").to_string();
    let length = format!("Content-Length: {}", body.len());
    let json = b"Content-Type: application/json".as_slice();
    let before = App::shared().database.footprint(tenant.id.0).await;
    for (headers, expected) in [
        (vec![json, b"Idempotency-Key: \xff\xff"], 400),
        (vec![json, b"Content-Encoding: gzip"], 0),
        (vec![b"Content-Type: \xff"], 415),
        (vec![], 415),
    ] {
        let mut lines: Vec<&[u8]> = vec![token.as_bytes(), length.as_bytes()];
        lines.extend(headers);
        let answer = App::shared().raw(request("POST", "/v1/charters", &lines, body.as_bytes()));
        // A coding that is only claimed changes nothing: the bytes are JSON.
        let expected = if expected == 0 { 201 } else { expected };
        assert_eq!(status(&answer), expected, "{answer}");
        if expected != 201 {
            assert!(answer.contains("application/problem+json"), "{answer}");
        }
    }
    let after = App::shared().database.footprint(tenant.id.0).await;
    assert_eq!(after["resources"].0, before["resources"].0 + 1);
    assert_eq!(after["idempotency_keys"], before["idempotency_keys"]);
}

#[actix_web::test]
async fn a_body_that_does_not_arrive_whole_has_no_effect() {
    let (tenant, writer) = writer().await;
    let token = format!("Authorization: Bearer {}", writer.token.clone().unwrap());
    let json = b"Content-Type: application/json".as_slice();
    let body = charter("Charte", "Texte.").to_string();
    let before = App::shared().database.footprint(tenant.id.0).await;
    // Announced as longer than a body may be: refused at once, not when it fails to come.
    let announced = b"Content-Length: 10000000000".as_slice();
    let lines = [token.as_bytes(), json, announced];
    let answer = App::shared().raw(request("POST", "/v1/charters", &lines, b""));
    assert_eq!(status(&answer), 413, "{answer}");
    // Cut off by its own length: what is left over is another request, and none that we know.
    let short = format!("Content-Length: {}", body.len() - 10);
    let answer = App::shared().raw(request(
        "POST",
        "/v1/charters",
        &[token.as_bytes(), json, short.as_bytes()],
        body.as_bytes(),
    ));
    assert_eq!(status(&answer), 400, "{answer}");
    // Two ways of telling the length are a way of smuggling a second request.
    let smuggled = format!(
        "0\r\n\r\nPOST /v1/groups HTTP/1.1\r\nHost: x\r\n{token}\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{{\"name\":\"x\"}}"
    );
    let length = format!("Content-Length: {}", smuggled.len());
    let both: [&[u8]; 4] = [
        token.as_bytes(),
        json,
        length.as_bytes(),
        b"Transfer-Encoding: chunked",
    ];
    let answer = App::shared().raw(request("POST", "/v1/charters", &both, smuggled.as_bytes()));
    assert_eq!(status(&answer), 400, "{answer}");
    let twice: [&[u8]; 4] = [
        token.as_bytes(),
        json,
        b"Content-Length: 2",
        b"Content-Length: 12",
    ];
    let answer = App::shared().raw(request("POST", "/v1/groups", &twice, b"{\"name\":\"x\"}"));
    assert_eq!(status(&answer), 400, "{answer}");
    assert_eq!(App::shared().database.footprint(tenant.id.0).await, before);
}

#[actix_web::test]
async fn what_is_no_http_is_turned_away() {
    let app = App::shared();
    let mut many = String::from("GET /health/live HTTP/1.1\r\nHost: x\r\n");
    for n in 0..300 {
        write!(many, "X-{n}: {n}\r\n").unwrap();
    }
    many.push_str("\r\n");
    let endless = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(200_000));
    for bytes in [
        b"\0\0\0\0\r\n\r\n".as_slice(),
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nBad Header: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
        many.as_bytes(),
        endless.as_bytes(),
    ] {
        let answer = app.raw(bytes);
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        // Below the application: no problem document, and perhaps not even an answer.
        let refused = answer.is_empty() || (400..500).contains(&status(&answer));
        assert!(refused, "{shown:?}: {answer:?}");
    }
    // Other worlds and older ones are understood or refused, and the server goes on.
    for bytes in [
        "GET /health/live HTTP/1.0\r\n\r\n",
        "GET http://evil.example/health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET /health/live HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        "GET /health/live HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: close\r\n\r\n",
    ] {
        assert!(status(&app.raw(bytes)) < 500, "{bytes:?}");
    }
    app.anonymous().get("/health/live").await.expect(200);
}
