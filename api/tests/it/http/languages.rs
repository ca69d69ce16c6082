//! Languages: French, unless `Accept-Language` prefers English (RFC 9110 §12.5.4).

use crate::support::App;

#[actix_web::test]
async fn the_caller_says_which_language_they_read() {
    let nobody = App::shared().anonymous();
    for (accepted, expected) in [
        ("", "fr"),
        ("fr", "fr"),
        ("fr-CA", "fr"),
        ("en", "en"),
        ("EN", "en"),
        ("en-GB", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("de", "fr"),
        ("de,en;q=0.1", "en"),
        ("de;q=1, br;q=0.9, en;q=0.2, fr;q=0.1", "en"),
        ("fr;q=0.5,en", "en"),
        ("en;q=0.5,fr", "fr"),
        ("fr,en", "fr"),
        ("en,fr", "en"),
        ("*", "fr"),
        ("*,en;q=0.5", "fr"),
        ("en,*;q=0.5", "en"),
        ("en;q=0", "fr"),
        ("en;q=0,de", "fr"),
        ("en;q=0.000,*", "fr"),
        ("fr;q=0,en;q=0.3", "en"),
        ("!!!", "fr"),
        ("en;q=quatre", "fr"),
        ("en;q=7", "fr"),
        (";;;,,,", "fr"),
        ("fr-FR-u-ca-gregory,en;q=0.8", "fr"),
    ] {
        let asked = nobody.with("accept-language", accepted);
        let problem = asked.get("/v1/me").await;
        assert_eq!(problem.problem(401), "unauthenticated");
        assert_eq!(problem.header("content-language"), expected, "{accepted}");
        let title = problem.json()["title"].as_str().unwrap().to_owned();
        let expected_title = if expected == "en" {
            "Authentication required"
        } else {
            "Authentification requise"
        };
        assert_eq!(title, expected_title, "{accepted}");
        let page = asked.get("/").await;
        assert_eq!(page.header("content-language"), expected, "{accepted}");
        assert!(
            page.body.contains(&format!("<html lang=\"{expected}\">")),
            "{accepted}"
        );
    }
}

#[actix_web::test]
async fn a_page_that_depends_on_the_language_says_so() {
    let nobody = App::shared().anonymous();
    for path in ["/", "/v1/me", "/problems/stale", "/v1/directory/219501277"] {
        let answer = nobody.get(path).await;
        let vary: Vec<_> = answer.header("vary").split(", ").collect();
        for name in ["Accept", "Accept-Language", "Authorization", "Prefer"] {
            assert!(vary.contains(&name), "{path}: {vary:?}");
        }
    }
}
