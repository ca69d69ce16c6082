//! L-27: what has not the form of a token, and right tokens where no token belongs.

use maillage_domain::access::Role;

use super::tokens::{refuse_all, status};
use super::tokens_forge::{Forge, With, base64};

#[actix_web::test]
async fn what_has_not_the_form_of_a_token_is_refused() {
    let forge = Forge::shared().await;
    let tenant = forge.app.tenant().await;
    let bearer = forge.app.database.member(&tenant, &[Role::Director]).await;
    let (header, claims) = (
        forge.header().to_string(),
        forge.claims(&bearer).to_string(),
    );
    let right = forge.sign(&header, &claims, With::Ours);
    let parts: Vec<&str> = right.split('.').collect();
    let (first, second, third) = (parts[0], parts[1], parts[2]);
    let long = forge.sign(
        &header,
        &claims.replacen('{', &padded(2_000), 1),
        With::Ours,
    );
    let cases = [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "...".to_owned(),
        "null".to_owned(),
        "undefined".to_owned(),
        right[..right.len() / 2].to_owned(),
        right[1..].to_owned(),
        format!("{first}.{second}"),
        format!("{right}.{third}"),
        format!("{right}.."),
        format!(".{right}"),
        format!("{first}..{third}"),
        format!("{first}.{second}.{second}.{second}.{third}"),
        format!("{right} {right}"),
        format!("{right},{right}"),
        format!("Bearer {right}"),
        format!("\"{right}\""),
        right.replace('.', "%2e"),
        right.replace('.', " ."),
        right.to_uppercase(),
        format!("{first}.{second}\u{200b}.{third}"),
        format!("ｅ{}", &right[1..]),
        format!("{right}é"),
        format!("{first}.{}.{third}", base64("{}")),
        format!("{}.{second}.{third}", base64("")),
        forge.sign("", &claims, With::Ours),
        forge.sign("null", &claims, With::Ours),
        forge.sign("[]", &claims, With::Ours),
        forge.sign(&"[".repeat(200), &claims, With::Ours),
        forge.sign(&format!("{header}{header}"), &claims, With::Ours),
        long,
        "e".repeat(2_049),
        "A".repeat(60_000),
        format!("{first}.{}.{third}", "A".repeat(60_000)),
    ];
    let cases = cases.map(|token| (format!("{token:.60}"), token)).into();
    refuse_all(forge, &right, cases, 30).await;
}

/// The beginning of an object with a long member.
fn padded(length: usize) -> String {
    format!("{{\"bourre\":\"{}\",", "x".repeat(length))
}

/// The server may cut the connection before it has read so much.
#[actix_web::test]
async fn a_token_of_a_megabyte_is_not_even_read() {
    let forge = Forge::shared().await;
    let token = format!("Bearer {}", "A".repeat(1 << 20));
    let request = forge.app.client.get(forge.app.url("/v1/me"));
    match request.header("authorization", token).send().await {
        Ok(answer) => assert!(answer.status().is_client_error(), "{answer:?}"),
        Err(error) => assert!(!error.is_timeout(), "{error}"),
    }
    forge.app.anonymous().get("/health/live").await.expect(200);
}

#[actix_web::test]
async fn a_right_token_in_a_wrong_place_opens_nothing() {
    let forge = Forge::shared().await;
    let tenant = forge.app.tenant().await;
    let actor = forge.app.member(&tenant, &[Role::Director]).await;
    let token = actor.token.clone().unwrap();
    for credentials in [
        token.clone(),
        format!("Basic {token}"),
        format!("Token {token}"),
        format!("DPoP {token}"),
        format!("Bearer{token}"),
        format!("Bearer:{token}"),
        format!("Bearer\u{a0}{token}"),
        format!("not a token, Bearer {token}"),
    ] {
        assert_eq!(status(forge, &credentials).await, 401, "{credentials}");
    }
    let anonymous = forge.app.anonymous();
    for name in [
        "cookie",
        "x-access-token",
        "proxy-authorization",
        "x-forwarded-authorization",
    ] {
        let hidden = anonymous.with(name, format!("access_token={token}"));
        hidden.get("/v1/me").await.expect(401);
        let hidden = anonymous.with(name, format!("Bearer {token}"));
        hidden.get("/v1/me").await.expect(401);
    }
    let query = format!("/v1/me?access_token={token}");
    anonymous.get(&query).await.expect(401);
    // The name of the scheme is read in any case, as RFC 9110 says.
    assert_eq!(status(forge, &format!("bearer {token}")).await, 200);
}
