//! The directory over HTTP: public, paged, cached, and extended by the operator.

use std::collections::BTreeSet;

use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::support::{App, Response};

fn codes(page: &Response) -> Vec<String> {
    let items = page.expect(200)["items"].as_array().unwrap().clone();
    items
        .iter()
        .map(|it| it["code"].as_str().unwrap().to_owned())
        .collect()
}

#[actix_web::test]
async fn anyone_may_look_up_a_public_body() {
    let nobody = App::shared().anonymous();
    let cergy = nobody.get("/v1/directory/219501277").await;
    assert_json_snapshot!(cergy.expect(200));
    assert_eq!(cergy.header("cache-control"), "public, max-age=300");
    assert_eq!(
        nobody.get("/v1/directory/95127").await.bytes(),
        cergy.bytes()
    );
    let again = nobody
        .with("if-none-match", cergy.etag())
        .get("/v1/directory/95127")
        .await;
    assert_eq!((again.status.as_u16(), again.body.as_str()), (304, ""));
    for (code, name) in [
        ("dep-95", "Val-d'Oise"),
        ("reg-11", "Île-de-France"),
        ("2A004", "Ajaccio"),
        ("249500109", "CA de Cergy-Pontoise"),
        ("commune-97501", "Miquelon-Langlade"),
    ] {
        assert_eq!(
            nobody
                .get(&format!("/v1/directory/{code}"))
                .await
                .expect(200)["name"],
            name
        );
    }
    for code in [
        "219501278",
        "000000000",
        "99999",
        "dep-00",
        "dep-",
        "cergy",
        "%00",
        "é",
        "2C004",
        "a%2Fb",
    ] {
        let unknown = nobody.get(&format!("/v1/directory/{code}")).await;
        assert_eq!(unknown.problem(404), "not_found", "{code}");
    }
}

#[actix_web::test]
async fn names_are_found_whatever_their_accents_and_small_mistakes() {
    let nobody = App::shared().anonymous();
    for (query, first) in [
        ("q=cergy&type=commune", "219501277"),
        ("q=CERGI&type=commune&department=95", "219501277"),
        ("q=eragny+sur+oise", "219502184"),
        ("q=%C3%89ragny-sur-Oise", "219502184"),
        ("q=venelles", "211301130"),
        ("q=ca+de+cergy+pontoise", "249500109"),
    ] {
        let found = nobody.get(&format!("/v1/directory?limit=3&{query}")).await;
        assert_eq!(codes(&found)[0], first, "{query}");
    }
    for query in [
        "q=zzzzzzzzzz",
        "department=00",
        "type=opsn&department=95",
        "q=%F0%9F%A6%86",
    ] {
        let found = nobody.get(&format!("/v1/directory?{query}")).await;
        assert_eq!(found.status, 200, "{query}");
    }
    // Neither letters that no name has nor signs that none has: not the same as no text.
    for text in ["zzzzzzzzzz", "%25", "%22", "%E2%80%AE"] {
        let found = nobody.get(&format!("/v1/directory?q={text}")).await;
        assert_eq!(codes(&found), [""; 0], "{text}");
    }
}

#[actix_web::test]
async fn pages_of_the_directory_have_no_gaps_and_no_duplicates() {
    let nobody = App::shared().anonymous();
    for (filter, expected) in [
        ("type=commune&department=95", 183..=183),
        ("q=saint&type=commune&department=24", 145..=200),
    ] {
        let (mut seen, mut next) = (Vec::new(), String::new());
        loop {
            let address = format!("/v1/directory?limit=40&{filter}{next}");
            let page = nobody.get(&address).await;
            seen.extend(codes(&page));
            // The second answer comes from the cache, and is the same.
            let again = nobody.get(&address).await;
            assert_eq!(again.bytes(), page.bytes());
            assert_eq!(again.header("link"), page.header("link"));
            match page.json()["next"].as_str() {
                Some(cursor) => {
                    assert!(page.header("link").contains(cursor));
                    next = format!("&cursor={cursor}");
                }
                None => break,
            }
        }
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), seen.len());
        assert!(expected.contains(&seen.len()), "{}", seen.len());
    }
}

#[actix_web::test]
async fn a_strange_question_is_a_problem_and_never_a_failure() {
    let nobody = App::shared().anonymous();
    let long = "e".repeat(201);
    for (query, broken) in [
        (format!("q={long}"), "q query_too_long"),
        ("type=village".to_owned(), "type invalid_value"),
        ("limit=101".to_owned(), "limit limit_out_of_range"),
        ("population=5".to_owned(), "population unknown_field"),
        (
            "department=%00".to_owned(),
            "department text_control_character",
        ),
        ("department=9500".to_owned(), "department text_too_long"),
        ("q=a%00".to_owned(), "q text_control_character"),
    ] {
        let refused = nobody.get(&format!("/v1/directory?{query}")).await;
        assert_eq!(refused.problem(400), "invalid_request", "{query}");
        assert_eq!(refused.broken(), [broken]);
    }
    for query in [
        "q=%25_%5C",
        "q='%3B--",
        "q=%FF%FE",
        "department=%FF",
        "q=+",
        "q=",
    ] {
        nobody
            .get(&format!("/v1/directory?{query}"))
            .await
            .expect(200);
    }
}

#[actix_web::test]
async fn the_operator_adds_what_is_missing() {
    let app = App::wide().await;
    let operator = app.operator().await;
    let nobody = app.anonymous();
    let siren = app.database.siren().to_string();
    let search = "/v1/directory?q=Syndicat%20des%20Hirondelles";
    assert_eq!(codes(&nobody.get(search).await), [""; 0]);
    let body = json!({ "siren": siren, "name": "Syndicat des Hirondelles", "type": "syndicat" });
    let added = operator.post("/v1/directory", body.clone()).await;
    let view = added.expect(201);
    assert_eq!(
        (&view["code"], &view["population"]),
        (&json!(siren), &Value::Null)
    );
    assert_eq!(added.header("location"), format!("/v1/directory/{siren}"));
    // The cache has forgotten what it did not know.
    assert_eq!(codes(&nobody.get(search).await), [siren.as_str()]);
    assert_eq!(nobody.get(added.header("location")).await.expect(200), view);
    assert_eq!(
        operator.post("/v1/directory", body).await.problem(409),
        "directory_entry_exists"
    );
    let known = json!({ "siren": "219501277", "name": "Cergy", "type": "commune" });
    assert_eq!(
        operator.post("/v1/directory", known).await.problem(409),
        "directory_entry_exists"
    );
    for (input, broken) in [
        (
            json!({ "siren": siren, "name": "", "type": "syndicat" }),
            "/name text_empty",
        ),
        (
            json!({ "siren": siren, "name": "S", "type": "village" }),
            "/type invalid_value",
        ),
        (
            json!({ "siren": "000000000", "name": "S", "type": "cdg" }),
            "/siren siren_checksum",
        ),
        (
            json!({ "siren": siren, "name": "S", "type": "cdg", "population": 3 }),
            "/population unknown_field",
        ),
    ] {
        assert_eq!(
            operator.post("/v1/directory", input).await.broken(),
            [broken]
        );
    }
}
