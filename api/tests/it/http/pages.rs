//! Pages for people: the welcome page, the interactive contract, one page per problem.

use std::collections::BTreeSet;

use maillage_api::http::{Code, Language};
use serde_json::Value;

use crate::support::{Actor, App, Response};

/// What an attribute holds in a page, each time it occurs.
fn held(page: &Response, attribute: &str) -> Vec<String> {
    let before = format!("{attribute}=\"");
    let parts = page.body.split(&before).skip(1);
    parts
        .map(|part| part.split('"').next().unwrap().to_owned())
        .collect()
}

async fn page(actor: &Actor, path: &str) -> Response {
    let page = actor.get(path).await;
    assert_eq!(page.status, 200, "{path}");
    assert!(
        page.header("content-type").starts_with("text/html"),
        "{path}"
    );
    page
}

#[actix_web::test]
async fn the_welcome_page_leads_to_pages_that_exist() {
    let nobody = App::shared().anonymous();
    for (language, word) in [("fr", "collectivités"), ("en", "authorities")] {
        let welcome = page(&nobody.with("accept-language", language), "/").await;
        assert!(welcome.body.contains(word));
        let links: BTreeSet<_> = held(&welcome, "href").into_iter().collect();
        assert!(links.len() >= 4, "{links:?}");
        for link in links {
            assert!(link.starts_with('/'), "{link}");
            assert_eq!(nobody.get(&link).await.status, 200, "{link}");
        }
    }
}

#[actix_web::test]
async fn the_interactive_contract_loads_its_own_files_only() {
    let nobody = App::shared().anonymous();
    let moved = nobody.get("/docs").await;
    assert_eq!(
        (moved.status.as_u16(), moved.header("location")),
        (308, "/docs/")
    );
    let docs = page(&nobody, "/docs/").await;
    let policy = docs.header("content-security-policy");
    let sources: BTreeSet<_> = policy
        .split([';', ' '])
        .filter(|it| !it.is_empty())
        .collect();
    let allowed = BTreeSet::from([
        "default-src",
        "script-src",
        "style-src",
        "img-src",
        "connect-src",
        "frame-ancestors",
        "base-uri",
        "form-action",
        "'self'",
        "'none'",
        "data:",
    ]);
    assert!(sources.is_subset(&allowed), "{policy}");
    assert!(policy.contains("script-src 'self'"), "{policy}");

    // Nothing that this policy would stop: no inline script or style, nothing from elsewhere.
    assert!(
        !docs.body.contains("<style") && !docs.body.contains(" style="),
        "{}",
        docs.body
    );
    assert!(
        !docs.body.contains("<script>") && !docs.body.contains("onload="),
        "{}",
        docs.body
    );
    let mut files = held(&docs, "src");
    files.extend(held(&docs, "href"));
    assert!(files.len() >= 3, "{files:?}");
    for file in files {
        assert!(!file.contains("//") && !file.starts_with("data:"), "{file}");
        let file = file.trim_start_matches("./");
        let asset = nobody.get(&format!("/docs/{file}")).await;
        assert_eq!(asset.status, 200, "{file}");
        assert!(!asset.header("content-type").is_empty(), "{file}");
    }
    for unknown in [
        "/docs/nulle-part.js",
        "/docs/../Cargo.toml",
        "/docs/%2e%2e/Cargo.toml",
    ] {
        assert_eq!(
            nobody.get(unknown).await.problem(404),
            "not_found",
            "{unknown}"
        );
    }
}

#[actix_web::test]
async fn the_contract_is_served_as_it_was_collected() {
    let served = App::shared().anonymous().get("/openapi.json").await;
    assert_eq!(served.header("content-type"), "application/json");
    let served = served.expect(200);
    let collected = maillage_api::document::document("https://maillage.test");
    assert_eq!(served, serde_json::to_value(collected).unwrap());
    assert_eq!(served["servers"][0]["url"], "https://maillage.test");
}

#[actix_web::test]
async fn each_problem_has_a_page_in_both_languages() {
    let nobody = App::shared().anonymous();
    let mut titles = BTreeSet::new();
    for code in Code::ALL {
        for language in [Language::French, Language::English] {
            let reader = nobody.with("accept-language", language.tag());
            let page = page(&reader, &format!("/problems/{}", code.slug())).await;
            assert_eq!(page.header("content-language"), language.tag());
            let title = code.title(language);
            assert!(page.body.contains(&format!("<h1>{title}</h1>")), "{title}");
            assert!(page.body.contains(code.detail(language)), "{title}");
            let status = format!(
                "<code>{}</code> · HTTP {}",
                code.slug(),
                code.status().as_u16()
            );
            assert!(page.body.contains(&status), "{title}");
            titles.insert((language.tag(), title));
        }
    }
    assert_eq!(
        titles.len(),
        2 * Code::ALL.len(),
        "two problems have the same title"
    );
    for unknown in ["nulle_part", "STALE", "stale/", "", "%00", "é"] {
        let asked = nobody.get(&format!("/problems/{unknown}")).await;
        assert_eq!(asked.problem(404), "not_found", "{unknown}");
    }
}

#[actix_web::test]
async fn the_type_of_a_problem_is_the_address_of_its_page() {
    let nobody = App::shared().anonymous();
    let problem: Value = nobody.get("/v1/me").await.json();
    let address = problem["type"].as_str().unwrap();
    let path = address.strip_prefix("https://maillage.test").unwrap();
    assert!(
        page(&nobody, path)
            .await
            .body
            .contains(problem["title"].as_str().unwrap())
    );
}
