//! Search: French stems without accents, over what the caller may see and nothing else.

use insta::assert_json_snapshot;
use maillage_domain::access::Role;
use serde_json::{Value, json};

use crate::support::{Actor, Response, Shelf, World};

async fn asked(actor: &Actor, q: &str, rest: &str) -> Response {
    let q: String = form_urlencoded::byte_serialize(q.as_bytes()).collect();
    actor.get(&format!("/v1/search?q={q}{rest}")).await
}

async fn found(actor: &Actor, q: &str) -> Vec<String> {
    asked(actor, q, "").await.ids()
}

fn hits(answer: &Response) -> Vec<Value> {
    answer.expect(200)["items"].as_array().unwrap().clone()
}

#[actix_web::test]
async fn words_are_found_by_their_stems_without_accents() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    let text = "Les agents effectuent des contrôles humains réguliers à l'école.";
    let mut input = Shelf::Charters.input("Charte d'usage", text);
    input["summary"] = json!("Délibération municipale.");
    input["tags"] = json!(["numérique responsable"]);
    let id = owner.post("/v1/charters", input).await.id();
    world.publish(owner, &id).await.expect(201);
    for q in [
        "contrôle",
        "controle",
        "CONTRÔLES",
        "contrôler humain",
        "agent",
        "école",
        "\"contrôles humains\"",
        "\"contrôle humain\"",
        "usage",
        "délibérations",
        "municipale numerique",
        "inexistant or contrôle",
        "contrôle -robot",
    ] {
        assert_eq!(found(owner, q).await, [id.as_str()], "{q}");
    }
    for q in [
        "inexistant",
        "contrôle inexistant",
        "\"humain contrôle\"",
        "\"agents humains\"",
        "contrôle -humain",
        "contr",
        "le la de",
        "!!!",
        "\"",
        "-",
        "or",
        "x & | ! <-> :* \\ '",
        "');--",
        "\u{e000}\u{e001}",
    ] {
        assert_eq!(found(owner, q).await, [""; 0], "{q}");
    }
}

#[actix_web::test]
async fn what_is_in_the_title_comes_first() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    let shelf = Shelf::Charters;
    let in_text = shelf.published(owner, "Charte", "Le moissonnage.").await;
    let in_title = shelf.published(owner, "Le moissonnage", "Texte.").await;
    assert_eq!(found(owner, "moissonnages").await, [in_title, in_text]);
}

#[actix_web::test]
async fn a_hit_of_each_kind_tells_where_it_is() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    for shelf in Shelf::ALL {
        let text = "Avant. Un contrôle humain précède chaque décision. Après.";
        shelf.published(owner, "Contrôler l'usage", text).await;
    }
    let all = hits(&asked(owner, "contrôle", "").await);
    assert_eq!(all.len(), 2);
    for shelf in Shelf::ALL {
        let only = hits(&asked(owner, "contrôle", &format!("&kind={}", shelf.kind())).await);
        assert_json_snapshot!(format!("hit_{}", shelf.kind()), only, {
            "[].id" => "[id]",
            "[].href" => insta::dynamic_redaction(move |value, _| {
                assert!(value.as_str().is_some_and(|href| href.starts_with(shelf.path())));
                "[href]"
            }),
            "[].owner.id" => "[id]",
            "[].owner.siren" => "[siren]",
            "[].owner.name" => "[name]",
            "[].updated_at" => "[at]",
        });
    }
}

#[actix_web::test]
async fn highlights_are_harmless_html() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    let title = "Contrôle <script>alert('x')</script> & \"suite\" \u{e000}ici\u{e001}";
    let text =
        "<img src=x onerror=alert(1)> 1 < 2 & \"contrôle\" <mark>d'abord</mark> \u{e000}là\u{e001}";
    Shelf::Templates.published(owner, title, text).await;
    let hit = hits(&asked(owner, "contrôles", "").await).remove(0);
    let elements = |html: &Value| {
        let html = html
            .as_str()
            .unwrap()
            .replace("<mark>", "")
            .replace("</mark>", "");
        html.contains(['<', '>', '"', '\''])
    };
    assert!(!elements(&hit["highlights"]["title"]), "{hit}");
    assert!(!elements(&hit["highlights"]["text"]), "{hit}");
    for place in ["title", "text"] {
        let html = hit["highlights"][place].as_str().unwrap();
        assert_eq!(html.matches("<mark>").count(), 1, "{html}");
        assert_eq!(html.matches("</mark>").count(), 1, "{html}");
        assert!(
            html.to_lowercase().contains("<mark>contrôle</mark>"),
            "{html}"
        );
    }
    // The title itself is text, not HTML.
    let title = title.replace(['\u{e000}', '\u{e001}'], "");
    assert_eq!(
        hit["title"]
            .as_str()
            .unwrap()
            .replace(['\u{e000}', '\u{e001}'], ""),
        title
    );
}

#[actix_web::test]
async fn an_own_draft_is_found_and_flagged() {
    let world = World::new().await;
    let (owner, reader) = (&world.agglo_director, &world.commune_director);
    for shelf in Shelf::ALL {
        let group = json!({ "type": "group", "id": world.group });
        let id = shelf
            .create(owner, "Titre", "Premier jet : hirondelle.")
            .await;
        shelf.share(owner, &id, group, "reuse").await.expect(201);
        let flags = async |q: &str| {
            let hits = hits(&asked(owner, q, &format!("&kind={}", shelf.kind())).await);
            hits.iter()
                .map(|hit| hit["draft"].clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(flags("hirondelles").await, [json!(true)]);
        assert_eq!(found(reader, "hirondelle").await, [""; 0]);
        shelf.publish(owner, &id).await.expect(201);
        assert_eq!(flags("hirondelle").await, [json!(false)]);
        assert_eq!(found(reader, "hirondelle").await, [id.as_str()]);

        let begin = owner.with("if-none-match", "*");
        let text = shelf.body("Nouveau jet : hirondelle et martinet.");
        begin.put(&shelf.at(&id, "/draft"), text).await.expect(201);
        // What is published comes before what is being written.
        assert_eq!(flags("hirondelle").await, [json!(false)]);
        assert_eq!(flags("martinet").await, [json!(true)]);
        assert_eq!(found(reader, "martinet").await, [""; 0]);
        let withdrawal = shelf.at(&id, "/withdrawal");
        owner
            .anyway()
            .post(&withdrawal, json!({}))
            .await
            .expect(200);
        assert_eq!(found(reader, "hirondelle").await, [""; 0]);
        assert_eq!(flags("hirondelle").await, [json!(false)]);
    }
}

#[actix_web::test]
async fn who_may_not_read_drafts_does_not_find_them() {
    let world = World::new().await;
    let shelf = Shelf::Charters;
    let draft = shelf
        .create(&world.agglo_director, "Titre", "Une hirondelle.")
        .await;
    for role in Role::ALL {
        let actor = world.app.member(&world.agglo, &[*role]).await;
        let may = actor.get(&shelf.at(&draft, "/draft")).await.status == 200;
        assert_eq!(
            found(&actor, "hirondelle").await.len(),
            usize::from(may),
            "{role}"
        );
    }
}

#[actix_web::test]
async fn hidden_content_is_not_found() {
    let world = World::new().await;
    let (owner, reader) = (&world.agglo_director, &world.commune_director);
    let shelf = Shelf::Charters;
    let id = shelf.published(owner, "Titre", "Une hirondelle.").await;
    for actor in [reader, &world.stranger_director] {
        let nothing = asked(actor, "hirondelle", "").await;
        let nowhere = asked(actor, "introuvable", "").await;
        assert_eq!(nothing.bytes(), nowhere.bytes());
    }
    let shared = world.share_with_group(owner, &id, "read").await;
    assert_eq!(found(reader, "hirondelle").await, [id.as_str()]);
    assert_eq!(found(&world.stranger_director, "hirondelle").await, [""; 0]);
    let revoke = shelf.at(&id, &format!("/shares/{}", shared.id()));
    owner.anyway().delete(&revoke).await.expect(204);
    assert_eq!(found(reader, "hirondelle").await, [""; 0]);
    // A new title is found at once, the old one no longer.
    let here = shelf.at(&id, "");
    let title = json!({ "title": "Martinet" });
    owner.anyway().patch(&here, title).await.expect(200);
    assert_eq!(found(owner, "martinets").await, [id.as_str()]);
    assert_eq!(found(owner, "titre").await, [""; 0]);
}

#[actix_web::test]
async fn pages_of_a_search_have_no_gaps_and_no_duplicates() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    let mut made = Vec::new();
    for n in 0..23 {
        let text = "hirondelle ".repeat(1 + n % 3);
        made.push(
            Shelf::ALL[n % 2]
                .create(owner, &format!("Titre {n}"), &text)
                .await,
        );
    }
    let mut listed: Vec<String> = Vec::new();
    let mut rest = "&limit=5".to_owned();
    let mut sizes = Vec::new();
    loop {
        let page = asked(owner, "hirondelle", &rest).await;
        sizes.push(page.ids().len());
        listed.extend(page.ids());
        let body = page.json();
        assert_eq!(body["prev"], Value::Null);
        let Some(cursor) = body["next"].as_str() else {
            break;
        };
        assert!(page.header("link").contains(cursor));
        rest = format!("&limit=5&cursor={cursor}");
    }
    assert_eq!(sizes, [5, 5, 5, 5, 3]);
    made.sort();
    listed.sort();
    assert_eq!(listed, made);
}

#[actix_web::test]
async fn excluded_words_alone_find_nothing() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    world.published(owner, "Charte", "Un agent relit.").await;
    // Nearly everything is without them, and no index knows which.
    for query in ["-toto", "-toto -titi", "-\"toto titi\""] {
        assert_eq!(found(owner, query).await, [""; 0], "{query}");
    }
    // Together with a word to look for they exclude.
    assert_eq!(found(owner, "agent -toto").await.len(), 1);
    assert_eq!(found(owner, "agent -relit").await, [""; 0]);
}

#[actix_web::test]
async fn a_search_says_what_it_cannot_look_for() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    let long = "é".repeat(200);
    assert_eq!(
        owner.get(&format!("/v1/search?q={long}")).await.ids(),
        [""; 0]
    );
    for (query, broken) in [
        (String::new(), "q missing_field"),
        ("q=".to_owned(), "q query_empty"),
        ("q=%20%09+".to_owned(), "q query_empty"),
        (format!("q={long}e"), "q query_too_long"),
        ("q=a%00b".to_owned(), "q text_control_character"),
        ("q=a&q=b".to_owned(), "q duplicate_field"),
        ("q=a&kind=poeme".to_owned(), "kind invalid_value"),
        ("q=a&sort=title".to_owned(), "sort unknown_field"),
        ("q=a&limit=0".to_owned(), "limit limit_out_of_range"),
        ("q=a&limit=101".to_owned(), "limit limit_out_of_range"),
        ("q=a&limit=abc".to_owned(), "limit invalid_value"),
    ] {
        let refused = owner.get(&format!("/v1/search?{query}")).await;
        assert_eq!(refused.problem(400), "invalid_request", "{query}");
        assert_eq!(refused.broken(), [broken], "{query}");
    }
}
