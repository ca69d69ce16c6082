//! Lists as tables: the whole list, with the rights and filters of its address, and no more.

use maillage_api::commons::views::CardView;
use maillage_api::http::sheet::{MAX_ROWS, Tabular};
use maillage_domain::access::Role;
use serde_json::{Value, json};

use crate::support::{Actor, App, Shelf, World};

const ODS: &str = "application/vnd.oasis.opendocument.spreadsheet";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

fn csv(actor: &Actor) -> Actor {
    actor.with("accept", "text/csv")
}

/// The cells of a CSV without quotes, line by line, behind its byte order mark.
fn cells(body: &str) -> Vec<Vec<&str>> {
    let text = body.strip_prefix('\u{feff}').unwrap();
    let lines = text.strip_suffix("\r\n").unwrap().split("\r\n");
    lines.map(|line| line.split(';').collect()).collect()
}

/// A value of JSON as a cell of a CSV.
fn cell(pointer: &str, value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::Array(all)) => {
            let all: Vec<_> = all.iter().map(|one| one.as_str().unwrap()).collect();
            all.join(", ")
        }
        Some(Value::String(at)) if pointer.ends_with("_at") => at[..19].replace('T', " "),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

#[actix_web::test]
async fn a_table_says_what_the_json_says() {
    let world = World::new().await;
    let (owner, reader) = (&world.agglo_director, &world.commune_director);
    for shelf in Shelf::ALL {
        let shared = shelf.published(owner, "Partagé", "Un.").await;
        let group = json!({ "type": "group", "id": world.group });
        shelf
            .share(owner, &shared, group, "reuse")
            .await
            .expect(201);
        shelf.create(reader, "Brouillon", "Un.").await;
        shelf.published(owner, "Secret d'autrui", "Un.").await;
        let listed = reader.get(shelf.path()).await.expect(200);
        let listed = listed["items"].as_array().unwrap();
        assert_eq!(listed.len(), 2);
        let table = csv(reader).get(shelf.path()).await;
        assert_eq!(table.status, 200, "{}", table.body);
        let rows = cells(&table.body);
        assert_eq!(rows.len(), 3, "{rows:?}");
        for (item, row) in listed.iter().zip(&rows[1..]) {
            assert_eq!(row.len(), CardView::COLUMNS.len());
            for (column, said) in CardView::COLUMNS.iter().zip(row) {
                let expected = cell(column.pointer, item.pointer(column.pointer));
                assert_eq!(*said, expected, "{}", column.pointer);
            }
        }
        let stranger = csv(&world.stranger_director).get(shelf.path()).await;
        assert_eq!(cells(&stranger.body), [rows[0].clone()]);
    }
}

#[actix_web::test]
async fn every_such_list_comes_in_every_form() {
    let world = World::new().await;
    let roles = [Role::Administrator, Role::Director, Role::Auditor];
    let all = world.app.member(&world.agglo, &roles).await;
    let group = format!("/v1/groups/{}/participants", world.group);
    for (path, file, french, english) in [
        ("/v1/charters", "chartes", "Titre", "Title"),
        ("/v1/templates", "modeles", "Titre", "Title"),
        ("/v1/experiments", "experimentations", "Titre", "Title"),
        ("/v1/memberships", "membres", "Nom", "Name"),
        (&group, "participants", "Collectivité", "Collectivity"),
        ("/v1/clients", "clients", "Nom", "Name"),
        ("/v1/audit", "journal-d-audit", "Rang", "Sequence"),
    ] {
        for (form, extension) in [("text/csv", "csv"), (ODS, "ods"), (XLSX, "xlsx")] {
            let table = all.with("accept", form).get(path).await;
            assert_eq!(table.status, 200, "{path} {form}: {}", table.body);
            assert!(table.header("content-type").starts_with(form));
            assert_eq!(table.header("content-language"), "fr");
            assert_eq!(table.header("etag"), "");
            assert!(table.header("vary").starts_with("Accept,"));
            let name = table.header("content-disposition");
            assert!(
                name.starts_with(&format!("attachment; filename=\"{file}-2"))
                    && name.ends_with(&format!(".{extension}\"")),
                "{name}"
            );
            let start = match extension {
                "csv" => "\u{feff}",
                _ => "PK",
            };
            assert!(table.body.starts_with(start), "{path} {form}");
        }
        let table = csv(&all).get(path).await;
        assert_eq!(cells(&table.body)[0][0], french);
        let table = csv(&all).with("accept-language", "en").get(path).await;
        assert_eq!(cells(&table.body)[0][0], english);
        assert_eq!(table.header("content-language"), "en");
        let refused = all.with("accept", "text/html").get(path).await;
        assert_eq!(refused.problem(406), "not_acceptable");
        let json = all.with("accept", "text/html, */*;q=0.1").get(path).await;
        assert!(json.expect(200)["items"].is_array());
    }
}

#[actix_web::test]
async fn a_table_asks_for_the_rights_of_its_list() {
    let world = World::new().await;
    let reader = world.app.member(&world.agglo, &[Role::Reader]).await;
    for path in ["/v1/audit", "/v1/clients"] {
        assert_eq!(csv(&reader).get(path).await.problem(403), "forbidden");
    }
    let stranger = csv(&world.stranger_director);
    let hidden = format!("/v1/groups/{}/participants", world.group);
    assert_eq!(stranger.get(&hidden).await.problem(404), "not_found");
    let nobody = csv(&world.app.anonymous());
    assert_eq!(
        nobody.get("/v1/audit").await.problem(401),
        "unauthenticated"
    );
    // Members of one collectivity are nobody else's.
    let others = world
        .app
        .member(&world.commune, &[Role::Administrator])
        .await;
    let own = world.app.member(&world.agglo, &[Role::Administrator]).await;
    let ids = |body: &str| -> Vec<String> {
        let rows = cells(body);
        rows[1..].iter().map(|row| row[5].to_owned()).collect()
    };
    let others = ids(&csv(&others).get("/v1/memberships").await.body);
    let own = ids(&csv(&own).get("/v1/memberships").await.body);
    assert!(!own.is_empty() && own.iter().all(|id| !others.contains(id)));
}

#[actix_web::test]
async fn a_table_is_whole_unless_a_page_is_asked_for() {
    let app = App::shared();
    let writer = app.member(&app.tenant().await, &[Role::Director]).await;
    for _ in 0..22 {
        Shelf::Charters.create(&writer, "Charte", "Un.").await;
    }
    Shelf::Charters.published(&writer, "Publiée", "Un.").await;
    let whole = csv(&writer).get("/v1/charters").await;
    assert_eq!(cells(&whole.body).len(), 24);
    assert_eq!(whole.header("link"), "");
    let drafts = csv(&writer).get("/v1/charters?state=draft").await;
    assert_eq!(cells(&drafts.body).len(), 23);
    let page = csv(&writer).get("/v1/charters?limit=20").await;
    assert_eq!(cells(&page.body).len(), 21);
    let link = page.header("link");
    let next = link.strip_prefix('<').unwrap().split('>').next().unwrap();
    let rest = csv(&writer).get(next).await;
    assert_eq!(cells(&rest.body)[1..], cells(&whole.body)[21..]);
    let long = csv(&writer).get("/v1/charters?limit=101").await;
    assert_eq!(long.problem(400), "invalid_request");
}

#[actix_web::test]
async fn a_list_that_is_too_long_is_refused_and_not_cut() {
    let app = App::shared();
    let writer = app.member(&app.tenant().await, &[Role::Director]).await;
    let original = Shelf::Charters.create(&writer, "Charte", "Un.").await;
    let most = i32::try_from(MAX_ROWS).unwrap();
    let original = original.parse().unwrap();
    writer.app.database.copies(original, most - 1).await;
    let whole = csv(&writer).get("/v1/charters").await;
    assert_eq!(whole.status, 200);
    assert_eq!(cells(&whole.body).len(), 1 + MAX_ROWS as usize);
    Shelf::Charters
        .published(&writer, "Une de trop", "Un.")
        .await;
    for form in ["text/csv", ODS, XLSX] {
        let refused = writer.with("accept", form).get("/v1/charters").await;
        assert_eq!(refused.problem(422), "table_too_long");
    }
    let fewer = csv(&writer).get("/v1/charters?state=published").await;
    assert_eq!(cells(&fewer.body).len(), 2);
    let page = csv(&writer).get("/v1/charters?limit=100").await;
    assert_eq!(cells(&page.body).len(), 101);
}

#[actix_web::test]
async fn a_title_is_no_formula_and_the_mark_may_be_left_out() {
    let app = App::shared();
    let writer = app.member(&app.tenant().await, &[Role::Director]).await;
    Shelf::Charters.create(&writer, "=1+1", "Un.").await;
    let marked = csv(&writer).get("/v1/charters?bom=true").await;
    assert_eq!(cells(&marked.body)[1][0], "'=1+1");
    let bare = csv(&writer).get("/v1/charters?bom=false").await;
    assert!(bare.body.starts_with("Titre;"));
    assert_eq!(marked.body.strip_prefix('\u{feff}'), Some(&*bare.body));
    let wrong = csv(&writer).get("/v1/charters?bom=perhaps").await;
    assert_eq!(wrong.problem(400), "invalid_request");
}
