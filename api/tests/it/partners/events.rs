//! The change feed over HTTP: pages, cursors, streams, and whom they are for.

use maillage_domain::access::{Role, Scopes, Verb};
use maillage_domain::partners::JobState;
use maillage_infra::testing::{Tenant, TestDatabase};
use reqwest::Response as Answer;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::Home;
use crate::support::{Actor, App, QUOTAS, charter};

/// An application whose streams last as long as those of the product.
async fn app() -> App {
    static APP: OnceCell<App> = OnceCell::const_new();
    let listen = async || App::listen(TestDatabase::shared().clone_fresh().await, &QUOTAS[..4]);
    APP.get_or_init(listen).await.clone()
}

async fn relayed(app: &App, tenant: &Tenant) {
    let store = app.database.store();
    app.database.relay_all(&store, tenant.id).await;
}

/// A charter that was published; its id.
async fn publish(actor: &Actor, title: &str) -> String {
    let made = actor.post("/v1/charters", charter(title, "Texte.")).await;
    made.expect(201);
    let path = format!("/v1/charters/{}/publications", made.id());
    let published = actor
        .anyway()
        .post(&path, json!({ "note": "Adoptée." }))
        .await;
    published.expect(201);
    made.id()
}

/// The types of the events of a page about one thing.
fn types(page: &Value, id: &str) -> Vec<String> {
    let items = page["items"].as_array().unwrap().iter();
    let items = items.filter(|it| it["subject"]["id"] == id);
    items
        .map(|it| it["type"].as_str().unwrap().to_owned())
        .collect()
}

#[actix_web::test]
async fn who_reads_on_from_the_cursor_misses_nothing() {
    let app = app().await;
    let tenant = app.tenant().await;
    let director = app.member(&tenant, &[Role::Director]).await;
    let id = publish(&director, "Titre secret").await;
    relayed(&app, &tenant).await;
    let page = director.get("/v1/events").await;
    let all = page.expect(200);
    assert_eq!(types(&all, &id), ["resource.created", "resource.published"]);
    assert!(
        !page.body.contains("secret"),
        "an event says what it is about"
    );
    let published = &all["items"][1];
    assert_eq!(published["subject"]["type"], "charter");
    let href = published["subject"]["href"].as_str().unwrap();
    assert_eq!(href, format!("/v1/charters/{id}/versions/1"));
    director.get(href).await.expect(200);
    assert_eq!(all["more"], false);
    // One at a time, with the cursor of each.
    let first = director.get("/v1/events?limit=1").await.expect(200);
    assert_eq!(
        (&first["items"][0], &first["more"]),
        (&all["items"][0], &json!(true))
    );
    let after = first["after"].as_str().unwrap();
    let rest = director
        .get(&format!("/v1/events?after={after}"))
        .await
        .expect(200);
    assert_eq!(rest["items"][0], all["items"][1]);
    let end = rest["after"].as_str().unwrap();
    let path = format!("/v1/events?after={end}");
    let none = director.get(&path).await.expect(200);
    assert_eq!((&none["items"], &none["after"]), (&json!([]), &json!(end)));
    // Only what is asked for, and the cursor goes past what is not.
    let typed = "/v1/events?type=resource.withdrawn,resource.published";
    let typed = director.get(typed).await.expect(200);
    assert_eq!(typed["items"].as_array().unwrap().len(), 1);
    let withdrawn = director
        .get("/v1/events?type=resource.withdrawn")
        .await
        .expect(200);
    assert_eq!(
        (&withdrawn["items"], &withdrawn["after"]),
        (&json!([]), &json!(end))
    );
}

#[actix_web::test]
async fn cursors_of_others_and_types_that_are_none_are_refused() {
    let app = app().await;
    let tenant = app.tenant().await;
    let director = app.member(&tenant, &[Role::Director]).await;
    let colleague = app.member(&tenant, &[Role::Director]).await;
    publish(&director, "Titre").await;
    relayed(&app, &tenant).await;
    let page = director.get("/v1/events").await.expect(200);
    let after = page["after"].as_str().unwrap();
    for path in ["/v1/events", "/v1/events/stream"] {
        let path = format!("{path}?after={after}");
        assert_eq!(colleague.get(&path).await.problem(400), "invalid_cursor");
    }
    let forged = director.get("/v1/events?after=AAAA").await;
    assert_eq!(forged.problem(400), "invalid_cursor");
    let given = colleague.with("last-event-id", after);
    assert_eq!(
        given.get("/v1/events/stream").await.problem(400),
        "invalid_cursor"
    );
    for path in ["/v1/events", "/v1/events/stream"] {
        let unknown = director.get(&format!("{path}?type=session.opened")).await;
        assert_eq!(unknown.problem(400), "invalid_request");
        assert_eq!(unknown.broken(), ["type event_type_unknown"]);
    }
}

#[actix_web::test]
async fn nobody_is_told_of_what_they_may_not_read() {
    let app = app().await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    let director = app.member(&tenant, &[Role::Director]).await;
    let reader = app.member(&tenant, &[Role::Reader]).await;
    let outsider = app.member(&other, &[Role::Director]).await;
    let id = publish(&director, "Titre").await;
    relayed(&app, &tenant).await;
    let told = async |actor: &Actor| types(&actor.get("/v1/events").await.expect(200), &id);
    assert!(told(&outsider).await.is_empty());
    // A simple reader does not see drafts, hence not that there was one.
    assert_eq!(told(&reader).await, ["resource.published"]);
    let operator = app.operator().await;
    assert_eq!(operator.get("/v1/events").await.problem(403), "forbidden");
    let audience = json!({ "type": "collectivity", "siren": other.siren });
    let grant = json!({ "audience": audience, "level": "read" });
    let shares = format!("/v1/charters/{id}/shares");
    let share = director.post(&shares, grant).await;
    share.expect(201);
    relayed(&app, &tenant).await;
    assert_eq!(told(&outsider).await, ["resource.shared"]);
    let path = format!("{shares}/{}", share.id());
    director.anyway().delete(&path).await.expect(204);
    assert!(
        told(&outsider).await.is_empty(),
        "it is gone before any relay"
    );
    relayed(&app, &tenant).await;
    assert_eq!(told(&outsider).await, ["resource.unshared"]);
}

#[actix_web::test]
async fn software_reads_within_its_scopes() {
    let home = Home::new().await;
    let app = &home.app;
    let id = publish(&home.creator, "Titre").await;
    relayed(app, &home.tenant).await;
    for (scopes, told) in [
        (vec![Verb::Read], None),
        (vec![Verb::ReadEvents], Some(0)),
        (vec![Verb::ReadEvents, Verb::Read], Some(1)),
        (vec![Verb::ReadEvents, Verb::Read, Verb::ReadDraft], Some(2)),
    ] {
        let software = home.software(Scopes::of(scopes).unwrap()).await;
        let client = app.software(&software.bearer);
        let page = client.get("/v1/events").await;
        match told {
            None => assert_eq!(page.problem(403), "forbidden"),
            Some(told) => assert_eq!(types(&page.expect(200), &id).len(), told),
        }
    }
}

/// Opens a stream.
async fn stream(actor: &Actor, path: &str, last: Option<&str>) -> Answer {
    let client = reqwest::Client::builder().pool_max_idle_per_host(0);
    let request = client.build().unwrap().get(actor.app.url(path));
    let request = request.bearer_auth(actor.token.as_ref().unwrap());
    let request = match last {
        Some(last) => request.header("last-event-id", last),
        None => request,
    };
    request.send().await.unwrap()
}

/// What comes until `enough` says so, or the stream ends.
async fn until(stream: &mut Answer, enough: impl Fn(&str) -> bool) -> String {
    let mut text = String::new();
    while !enough(&text) {
        match stream.chunk().await.unwrap() {
            Some(chunk) => text.push_str(std::str::from_utf8(&chunk).unwrap()),
            None => break,
        }
    }
    text
}

/// The ids of the events in a text.
fn ids(text: &str) -> Vec<String> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("id: "));
    lines.map(str::to_owned).collect()
}

#[actix_web::test]
async fn a_stream_tells_what_happens_and_goes_on_where_it_ended() {
    let app = app().await;
    let tenant = app.tenant().await;
    let director = app.member(&tenant, &[Role::Director]).await;
    publish(&director, "Avant").await;
    relayed(&app, &tenant).await;
    let mut live = stream(&director, "/v1/events/stream", None).await;
    assert_eq!(live.headers()["content-type"], "text/event-stream");
    until(&mut live, |text| text.starts_with("retry: ")).await;
    let id = publish(&director, "Titre secret").await;
    let text = until(&mut live, |text| text.contains("resource.published")).await;
    drop(live);
    assert!(text.contains("event: resource.created\ndata: {"));
    assert!(text.contains(&id) && !text.contains("secret"));
    // Behind the first of the two, the second comes again, and nothing else.
    let first = &ids(&text)[0];
    let mut again = stream(&director, "/v1/events/stream", Some(first)).await;
    let told = until(&mut again, |text| text.contains("data: ")).await;
    assert!(told.contains("event: resource.published") && !told.contains("resource.created"));
    // The feed takes the cursors of streams.
    let path = format!("/v1/events?after={first}");
    let page = director.get(&path).await.expect(200);
    assert_eq!(types(&page, &id), ["resource.published"]);
    // Of what is not asked for, only the cursor moves.
    let path = "/v1/events/stream?type=resource.withdrawn";
    let mut none = stream(&director, path, Some(first)).await;
    let told = until(&mut none, |text| text.contains("id: ")).await;
    assert!(!told.contains("data:"));
}

#[actix_web::test]
async fn a_stream_ends_with_the_right_to_it_and_not_at_the_next_heartbeat() {
    let app = app().await;
    let tenant = app.tenant().await;
    let administrator = app.actor(&tenant.administrator);
    let bearer = app.database.member(&tenant, &[Role::Director]).await;
    let director = app.actor(&bearer);
    let creator = app.database.member(&tenant, Role::ALL).await;
    let software = app.database.client(
        tenant.id,
        &creator,
        maillage_infra::testing::terms(Scopes::all()),
        None,
    );
    let client = software.await.bearer;
    let mut open = Vec::new();
    for actor in [&director, &app.software(&client)] {
        let mut live = stream(actor, "/v1/events/stream", None).await;
        until(&mut live, |text| text.starts_with("retry: ")).await;
        open.push(live);
    }
    let members = administrator
        .get("/v1/memberships?limit=100")
        .await
        .expect(200);
    let members = members["items"].as_array().unwrap();
    let person = bearer.person.to_string();
    let of_director = |it: &&Value| it["person"] == person.as_str();
    let membership = members.iter().find(of_director).unwrap()["id"]
        .as_str()
        .unwrap();
    let path = format!("/v1/memberships/{membership}");
    administrator.anyway().delete(&path).await.expect(204);
    let path = format!("/v1/clients/{}", client.client);
    administrator.anyway().delete(&path).await.expect(204);
    for mut live in open {
        let rest = until(&mut live, |_| false).await;
        // Nothing more, not even that it is there.
        assert!(!rest.contains("data:") && !rest.contains(":\n"), "{rest}");
    }
}

#[actix_web::test]
async fn a_caller_holds_a_few_streams_open_and_no_more() {
    let app = app().await;
    let tenant = app.tenant().await;
    let bearer = app.database.member(&tenant, &[Role::Director]).await;
    let director = app.actor(&bearer);
    let mut open = Vec::new();
    for _ in 0..4 {
        let mut live = stream(&director, "/v1/events/stream", None).await;
        until(&mut live, |text| text.starts_with("retry: ")).await;
        open.push(live);
    }
    let refused = director.get("/v1/events/stream").await;
    assert_eq!(refused.problem(429), "too_many_streams");
    assert!(!refused.header("retry-after").is_empty());
    // Who follows a job sits among them.
    let job = app
        .database
        .job(tenant.id, &bearer, JobState::Running)
        .await;
    let job = director.get(&format!("/v1/jobs/{job}/events")).await;
    assert_eq!(job.problem(429), "too_many_streams");
    // Others have their own.
    let colleague = app.member(&tenant, &[Role::Director]).await;
    let other = stream(&colleague, "/v1/events/stream", None).await;
    assert_eq!(other.status(), 200);
}
