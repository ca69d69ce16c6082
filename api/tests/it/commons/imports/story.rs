//! What a file says, the draft says.

use maillage_domain::access::Role;
use serde_json::json;

use super::{DOCX, MARKDOWN, ODT, at, docx, draft, file, odt, send, words};
use crate::support::{App, Shelf, World};

#[actix_web::test]
async fn a_published_text_comes_back_from_each_format() {
    let world = World::new().await;
    let (owner, other) = (&world.agglo_director, &world.commune_director);
    let text = "Un agent relit **tout** :\n\n- les textes ;\n- les images.\n\n\
        | Usage | Règle |\n| --- | --- |\n| Tri | permis |";
    for shelf in Shelf::ALL {
        let mut input = shelf.input("Charte d’été", "Objet du texte.");
        let below = json!({ "id": "b", "title": "Qui relit", "text": text });
        input["body"]["preamble"] = json!("La collectivité adopte ce texte.");
        input["body"]["clauses"][0]["clauses"] = json!([below]);
        let created = owner.post(shelf.path(), input.clone()).await;
        created.expect(201);
        let id = created.id();
        shelf.publish(owner, &id).await.expect(201);
        for (format, kind) in [("md", MARKDOWN), ("odt", ODT), ("docx", DOCX)] {
            let sent = file(owner, shelf, &id, format).await;
            // Whoever holds the file begins a resource of their own with it.
            let made = send(other, &at(shelf, ""), kind, sent).await;
            let view = made.expect(201);
            assert_eq!(view["title"], "Charte d’été", "{format}");
            assert_eq!(view["state"], "draft");
            assert_eq!(view["access"], "own");
            assert_eq!(view["source"], json!(null));
            assert_eq!(made.header("location"), shelf.at(&made.id(), ""));
            let seen = other.get(made.header("location")).await;
            assert_eq!(seen.bytes().1, made.etag());
            let body = draft(other, shelf, &made.id()).await;
            let spaced = |text: &str| text.replace(['\u{202f}', '\u{a0}'], " ");
            let told: Vec<_> = words(&body["clauses"])
                .into_iter()
                .map(|(title, text)| (title, spaced(&text)))
                .collect();
            assert_eq!(told, words(&input["body"]["clauses"]), "{format}");
            assert_eq!(body["preamble"], input["body"]["preamble"], "{format}");
            if shelf == Shelf::Templates {
                assert_eq!(body["use"], "dpia");
            }
            // It is a draft like any other.
            shelf.publish(other, &made.id()).await.expect(201);
        }
    }
}

#[actix_web::test]
async fn files_of_other_hands_are_read() {
    let world = World::new().await;
    let director = &world.agglo_director;
    let odt = odt(
        "<text:h text:outline-level=\"1\">1. Objet</text:h><text:p>Le texte &amp; lui.</text:p>\
        <text:h text:outline-level=\"2\">Qui</text:h><text:p>Nous.</text:p><text:h text:outline-level=\"1\">Suivi</text:h>",
    );
    let docx = docx(
        "<w:p><w:pPr><w:pStyle w:val=\"Titre1\"/></w:pPr><w:r><w:t>Article 1 – Objet</w:t></w:r></w:p>\
        <w:p><w:r><w:t>Le texte &amp; lui.</w:t></w:r></w:p>",
    );
    let whole = [
        ("Objet", "Le texte & lui."),
        ("Qui", "Nous."),
        ("Suivi", ""),
    ];
    let windows =
        "\u{feff}# Objet\r\n\r\nLe texte & lui.\r\n\r\n## Qui\r\n\r\nNous.\r\n\r\n# Suivi\r\n";
    for (kind, sent, told) in [
        (ODT, odt, &whole[..]),
        (DOCX, docx, &whole[..1]),
        ("Text/Markdown; charset=UTF-8", windows.into(), &whole[..]),
    ] {
        let made = send(director, &at(Shelf::Charters, "title=Reprise"), kind, sent).await;
        assert_eq!(made.expect(201)["title"], "Reprise", "{kind}");
        let body = draft(director, Shelf::Charters, &made.id()).await;
        let told: Vec<_> = told
            .iter()
            .map(|(title, text)| ((*title).to_owned(), (*text).to_owned()))
            .collect();
        assert_eq!(words(&body["clauses"]), told, "{kind}");
        assert_eq!(body["clauses"][0]["id"], "objet");
        assert_eq!(body["clauses"][0]["lock"], "recommended");
    }
}

#[actix_web::test]
async fn the_title_is_the_one_asked_for_or_the_files_or_its_first_heading() {
    let world = World::new().await;
    let director = &world.agglo_director;
    for (query, text, title) in [
        (
            "title=La%20n%C3%B4tre",
            "---\ntitle: Autre\n---\n# A\n\n# B\n",
            "La nôtre",
        ),
        (
            "",
            "---\ntitle: \"De la : charte\"\n---\n# A\n\n# B\n",
            "De la : charte",
        ),
        ("", "# Charte\n\n## A\n\n## B\n", "Charte"),
        ("", "# A\n\n# B\n", "A"),
    ] {
        let made = send(director, &at(Shelf::Charters, query), MARKDOWN, text).await;
        assert_eq!(made.expect(201)["title"], title, "{text}");
    }
    let long = format!("---\ntitle: {}\n---\n# A\n\n# B\n", "long ".repeat(60));
    let refused = send(director, &at(Shelf::Charters, ""), MARKDOWN, long.clone()).await;
    assert_eq!(refused.problem(422), "file_refused");
    assert_eq!(refused.broken(), ["title import_title"]);
    let named = send(
        director,
        &at(Shelf::Charters, "title=Court"),
        MARKDOWN,
        long,
    )
    .await;
    named.expect(201);
}

#[actix_web::test]
async fn what_is_asked_beside_the_file_is_read_strictly() {
    let world = World::new().await;
    let director = &world.agglo_director;
    let text = "# Objet\n\nTexte.\n";
    let (charters, templates) = ("/v1/charters/imports", "/v1/templates/imports");
    let long = format!("title={}", "x".repeat(201));
    for (path, query, broken) in [
        (charters, "title=", "title text_empty"),
        (charters, &long, "title text_too_long"),
        (charters, "title=a%00", "title text_control_character"),
        (charters, "title=a&title=b", "title duplicate_field"),
        (charters, "use=dpia", "use unknown_field"),
        (templates, "", "use missing_field"),
        (templates, "use=roman", "use invalid_value"),
    ] {
        let refused = send(director, &format!("{path}?{query}"), MARKDOWN, text).await;
        assert_eq!(refused.problem(400), "invalid_request", "{query}");
        assert_eq!(refused.broken(), [broken]);
    }
    let query = format!("{templates}?use=training_plan&title=Plan");
    let made = send(director, &query, MARKDOWN, text).await;
    assert_eq!(made.expect(201)["title"], "Plan");
    let body = draft(director, Shelf::Templates, &made.id()).await;
    assert_eq!(body["use"], "training_plan");
}

#[actix_web::test]
async fn who_may_create_may_import() {
    let app = App::shared();
    let tenant = app.tenant().await;
    let text = "# Objet\n\nTexte.\n";
    let path = at(Shelf::Charters, "");
    let contributor = app.member(&tenant, &[Role::Contributor]).await;
    send(&contributor, &path, MARKDOWN, text).await.expect(201);
    for role in [Role::Reader, Role::Administrator] {
        let other = app.member(&tenant, &[role]).await;
        let refused = send(&other, &path, MARKDOWN, text).await;
        assert_eq!(refused.problem(403), "forbidden");
    }
    let refused = send(&app.anonymous(), &path, MARKDOWN, text).await;
    assert_eq!(refused.problem(401), "unauthenticated");
}
