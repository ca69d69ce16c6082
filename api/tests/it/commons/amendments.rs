//! Amendments: the way back from who adapted a text to who wrote it.

use maillage_domain::access::Role;
use serde_json::{Value, json};

use crate::support::{Actor, Response, Shelf, World, clause};

/// At an amendment.
fn at(made: &Response, rest: &str) -> String {
    format!("/v1/amendments/{}{rest}", made.id())
}

fn said(text: &str) -> Value {
    json!({ "text": text })
}

fn reason(text: &str) -> Value {
    json!({ "reason": text })
}

/// Writes and publishes a text over whatever stands there.
async fn publish(shelf: Shelf, actor: &Actor, id: &str, clauses: Value) {
    let mut body = shelf.body("");
    body["clauses"] = clauses;
    let path = shelf.at(id, "/draft");
    let begin = match actor.get(&path).await.status.as_u16() {
        200 => actor.anyway(),
        _ => actor.with("if-none-match", "*"),
    };
    let written = begin.put(&path, body).await;
    assert!(written.status.is_success(), "{written:?}");
    shelf.publish(actor, id).await.expect(201);
}

#[actix_web::test]
async fn what_is_practised_goes_back_to_the_source_and_on_to_others() {
    let world = World::new().await;
    let (owner, adapter, third) = (
        &world.agglo_director,
        &world.commune_director,
        &world.stranger_director,
    );
    world.join(&world.stranger, third, "reader").await;
    for shelf in Shelf::ALL {
        let (source, adapted) = shelf.practised(owner, adapter, &world.group).await;
        let other = third
            .post(&shelf.at(&source, "/adaptations"), json!({}))
            .await;
        other.expect(201);
        let practised = json!([
            clause("objet", "Relire et noter."),
            clause("trace", "Garder.")
        ]);
        publish(shelf, adapter, &adapted, practised).await;

        let input = json!({ "adaptation": adapted, "clauses": ["trace", "objet"],
            "reason": "Six mois d'usage.", "signature": "Camille Dupont, référente IA" });
        let made = adapter.post(&shelf.at(&source, "/amendments"), input).await;
        let view = made.expect(201);
        assert_eq!(made.header("location"), at(&made, ""));
        assert_eq!(view["adaptation"], adapted.as_str());
        assert_eq!(
            (&view["state"], &view["stale"]),
            (&json!("proposed"), &json!(false))
        );
        let names: Vec<_> = view["clauses"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| &it["clause"])
            .collect();
        assert_eq!(names, ["objet", "trace"]);
        assert_eq!(view["clauses"][0]["before"]["text"], "Relire.");
        assert_eq!(view["clauses"][1]["behind"], "objet");

        // The two talk, the group reads.
        owner
            .post(&at(&made, "/comments"), said("Qui note ?"))
            .await
            .expect(201);
        adapter
            .post(&at(&made, "/comments"), said("Le relecteur."))
            .await
            .expect(201);
        let read = third.get(&at(&made, "/comments")).await.expect(200);
        let texts: Vec<_> = read["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| &it["text"])
            .collect();
        assert_eq!(texts, ["Qui note ?", "Le relecteur."]);
        let followed = third.get(&at(&made, "")).await.expect(200);
        assert_eq!(followed["adaptation"], Value::Null);
        assert_eq!(followed["abilities"], json!(["read_amendment"]));
        let silent = third.post(&at(&made, "/comments"), said("Et moi ?")).await;
        assert_eq!(silent.problem(403), "forbidden");

        // Meanwhile the source goes on, in the same passage.
        publish(
            shelf,
            owner,
            &source,
            json!([clause("objet", "Relire toujours.")]),
        )
        .await;
        let seen = owner.get(&at(&made, "")).await;
        assert_eq!(seen.expect(200)["stale"], true);
        let acceptance = at(&made, "/acceptance");
        let plan = owner.get(&at(&made, "/plan")).await;
        let conflict = plan.expect(200)["conflicts"][0].clone();
        assert_eq!(
            (&conflict["at"], &conflict["mine"], &conflict["theirs"]),
            (
                &json!("objet/text"),
                &json!("Relire toujours."),
                &json!("Relire et noter.")
            )
        );
        for other in [adapter, third] {
            let hidden = other.get(&at(&made, "/plan")).await;
            assert_eq!(hidden.problem(404), "not_found");
        }
        let blind = owner.matching(&made).post(&acceptance, json!({})).await;
        assert_eq!(blind.problem(412), "stale");
        let open = owner.matching(&seen).post(&acceptance, json!({})).await;
        assert_eq!(open.problem(409), "conflicts_open");
        assert_eq!(open.broken(), ["/choices/objet~1text choice_missing"]);
        assert_eq!(owner.get(&shelf.at(&source, "/draft")).await.status, 404);

        let choices = json!({ "choices": { "objet/text": { "text": "Relire toujours et noter." } },
            "reason": "Merci." });
        let accepted = owner.matching(&seen).post(&acceptance, choices).await;
        let view = accepted.expect(200);
        assert_eq!(view["state"], "accepted");
        assert_eq!(view["settlement"]["into_version"], 3);
        let told = adapter.get(&at(&made, "")).await.expect(200);
        assert_eq!(told["settlement"]["reason"], "Merci.");

        // It stands in a draft; publishing is its owner's, and reaches the others as ever.
        let draft = owner.get(&shelf.at(&source, "/draft")).await.expect(200);
        assert_eq!(
            draft["body"]["clauses"][0]["text"],
            "Relire toujours et noter."
        );
        assert_eq!(draft["body"]["clauses"][1]["id"], "trace");
        shelf.publish(owner, &source).await.expect(201);
        let upstream = third
            .get(&shelf.at(&other.id(), "/upstream"))
            .await
            .expect(200);
        assert_eq!(
            (&upstream["standing"], &upstream["newest"]["version"]),
            (&json!("behind"), &json!(3))
        );
    }
}

#[actix_web::test]
async fn an_amendment_is_between_two_and_their_group() {
    let world = World::new().await;
    let shelf = Shelf::Charters;
    let (owner, adapter) = (&world.agglo_director, &world.commune_director);
    let (source, _) = shelf.practised(owner, adapter, &world.group).await;
    let made = shelf.amend(adapter, &source).await;
    let list = shelf.at(&source, "/amendments");
    assert_eq!(owner.get(&list).await.ids(), [made.id()]);
    assert_eq!(adapter.get(&list).await.ids(), [made.id()]);
    let stranger = &world.stranger_director;
    for path in [at(&made, ""), at(&made, "/comments"), list.clone()] {
        assert_eq!(stranger.get(&path).await.problem(404), "not_found");
    }
    // Granted to the stranger alone, the source shows; what others propose to it does not.
    let audience = json!({ "type": "collectivity", "siren": world.stranger.siren.as_str() });
    shelf
        .share(owner, &source, audience, "read")
        .await
        .expect(201);
    assert_eq!(stranger.get(&list).await.ids(), [""; 0]);
    assert_eq!(stranger.get(&at(&made, "")).await.problem(404), "not_found");
    // In the group it does, until the group loses the source.
    world.join(&world.stranger, stranger, "reader").await;
    assert_eq!(stranger.get(&list).await.ids(), [made.id()]);
    let grants = owner.get(&shelf.at(&source, "/shares")).await.expect(200);
    let grants = grants["items"].as_array().unwrap();
    let group = grants
        .iter()
        .find(|it| it["audience"]["type"] == "group")
        .unwrap();
    let grant = shelf.at(
        &source,
        &format!("/shares/{}", group["id"].as_str().unwrap()),
    );
    owner.anyway().delete(&grant).await.expect(204);
    assert_eq!(stranger.get(&list).await.ids(), [""; 0]);
    assert_eq!(stranger.get(&at(&made, "")).await.problem(404), "not_found");
    // The proposer keeps what it has proposed, and may take it back.
    assert_eq!(adapter.get(&list).await.problem(404), "not_found");
    let own = adapter.get(&at(&made, "")).await;
    assert_eq!(own.expect(200)["state"], "proposed");
    let withdrawal = at(&made, "/withdrawal");
    let back = adapter.matching(&own).post(&withdrawal, json!({})).await;
    assert_eq!(back.expect(200)["state"], "withdrawn");
}

#[actix_web::test]
async fn readers_look_writers_propose_leaders_decide() {
    let world = World::new().await;
    let (app, shelf) = (&world.app, Shelf::Charters);
    let (owner, adapter) = (&world.agglo_director, &world.commune_director);
    let (source, _) = shelf.practised(owner, adapter, &world.group).await;
    let reads = app.member(&world.commune, &[Role::Reader]).await;
    assert_eq!(shelf.amend(&reads, &source).await.problem(403), "forbidden");
    let writes = app.member(&world.commune, &[Role::Contributor]).await;
    let made = shelf.amend(&writes, &source).await;
    made.expect(201);
    assert_eq!(
        reads.get(&at(&made, "")).await.expect(200)["abilities"],
        json!(["read_amendment"])
    );
    let author = app.member(&world.agglo, &[Role::Contributor]).await;
    let answer = author
        .anyway()
        .post(&at(&made, "/acceptance"), json!({}))
        .await;
    assert_eq!(answer.problem(403), "forbidden");
    author
        .post(&at(&made, "/comments"), said("Vu."))
        .await
        .expect(201);
    let missing = owner.post(&at(&made, "/refusal"), reason("Non.")).await;
    assert_eq!(missing.problem(428), "precondition_required");
    let mute = owner
        .anyway()
        .post(&at(&made, "/refusal"), reason(" "))
        .await;
    assert_eq!(mute.broken(), ["/reason text_empty"]);
    let refused = owner
        .matching(&made)
        .post(&at(&made, "/refusal"), reason("Non."))
        .await;
    assert_eq!(refused.expect(200)["state"], "declined");
    // Settled once for all, and still open to an answer.
    let again = adapter
        .anyway()
        .post(&at(&made, "/withdrawal"), json!({}))
        .await;
    assert_eq!(again.problem(409), "amendment_settled");
    let stale = owner
        .matching(&made)
        .post(&at(&made, "/acceptance"), json!({}))
        .await;
    assert_eq!(stale.problem(412), "stale");
    adapter
        .post(&at(&made, "/comments"), said("Dommage."))
        .await
        .expect(201);
}

#[actix_web::test]
async fn of_two_decisions_at_once_one_holds() {
    let world = World::new().await;
    let shelf = Shelf::Charters;
    let (owner, adapter) = (&world.agglo_director, &world.commune_director);
    let (source, _) = shelf.practised(owner, adapter, &world.group).await;
    for _ in 0..4 {
        let made = shelf.amend(adapter, &source).await;
        let (decides, withdraws) = (owner.matching(&made), adapter.matching(&made));
        let (refusal, withdrawal, acceptance) = (
            at(&made, "/refusal"),
            at(&made, "/withdrawal"),
            at(&made, "/acceptance"),
        );
        let (one, two, three) = futures::join!(
            decides.post(&refusal, reason("Non.")),
            withdraws.post(&withdrawal, json!({})),
            decides.post(&acceptance, json!({}))
        );
        let statuses = [&one, &two, &three].map(|it| it.status.as_u16());
        let held = statuses.iter().filter(|status| **status == 200).count();
        assert_eq!(held, 1, "{statuses:?}");
        assert!(
            statuses.iter().all(|status| [200, 412].contains(status)),
            "{statuses:?}"
        );
    }
}

#[actix_web::test]
async fn only_what_is_practised_can_be_proposed() {
    let world = World::new().await;
    let shelf = Shelf::Charters;
    let (owner, adapter) = (&world.agglo_director, &world.commune_director);
    let (source, adapted) = shelf.practised(owner, adapter, &world.group).await;
    let propose = async |actor: &Actor, input: Value| {
        actor.post(&shelf.at(&source, "/amendments"), input).await
    };
    let foreign = shelf.published(adapter, "Autre", "Un.").await;
    for (input, broken) in [
        (
            json!({ "clauses": [], "reason": "R" }),
            "/clauses clauses_empty",
        ),
        (
            json!({ "clauses": ["rien"], "reason": "R" }),
            "/clauses/0 clause_unknown",
        ),
        (
            json!({ "clauses": ["objet"], "reason": "" }),
            "/reason text_empty",
        ),
        (
            json!({ "adaptation": foreign, "clauses": ["objet"], "reason": "R" }),
            "/adaptation adaptation_unknown",
        ),
        (
            json!({ "adaptation": source, "clauses": ["objet"], "reason": "R" }),
            "/adaptation adaptation_unknown",
        ),
    ] {
        let refused = propose(adapter, input).await;
        assert_eq!(refused.problem(422), "invalid");
        assert_eq!(refused.broken(), [broken]);
    }
    // What is not published is not practised yet, and the source amends itself by a draft.
    publish(
        shelf,
        adapter,
        &adapted,
        json!([clause("objet", "Relire.")]),
    )
    .await;
    let begin = adapter.with("if-none-match", "*");
    let draft = shelf.at(&adapted, "/draft");
    let written = begin.put(&draft, shelf.body("Autre chose.")).await;
    written.expect(201);
    let input = json!({ "clauses": ["objet"], "reason": "R" });
    let same = propose(adapter, input.clone()).await;
    assert_eq!(same.broken(), ["/clauses/0 clause_unchanged"]);
    assert_eq!(propose(owner, input).await.problem(403), "forbidden");
}
