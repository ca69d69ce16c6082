//! How to ask what takes clauses of other texts over.

use maillage_domain::access::Verb;
use serde_json::{Value, json};

use super::{Recipe, Stage, Thing};
use crate::access::ask::Ask;

pub async fn find(stage: &Stage, pattern: &str, kind: Option<&str>, ask: Ask) -> Option<Recipe> {
    let kind = kind.filter(|_| pattern.contains("/{id}/inclusions"))?;
    let (id, _) = stage.published(kind).await?;
    let path = format!("/v1/{kind}/{id}");
    let draft = format!("{path}/draft");
    let source = stage.granted(kind).await?;
    let from = json!({ "kind": kind.trim_end_matches('s'), "id": source });
    let input = json!({ "source": from, "clauses": ["objet"], "behind": "objet" });
    if pattern == "POST /v1/{kind}/{id}/inclusions" {
        let found = stage.champion().get(&draft).await;
        let ask = ask.at("id", id).matching(found.etag()).saying(input);
        return Some(Recipe::right(Verb::Write, Thing::Reusable, ask));
    }
    let inclusions = format!("{path}/inclusions");
    let found = stage.champion().get(&draft).await;
    let writer = stage.champion().matching(&found);
    let included = writer.post(&inclusions, input).await;
    included.expect(200);
    revise(stage, kind, &source).await;
    let ask = ask.at("id", id);
    if pattern.starts_with("GET") {
        return Some(Recipe::right(Verb::ReadDraft, Thing::Reusable, ask));
    }
    let ask = ask.matching(included.etag());
    let ask = ask.saying(json!({ "source": source, "version": 2 }));
    Some(Recipe::right(Verb::Merge, Thing::Reusable, ask))
}

/// Lets the host publish another text.
async fn revise(stage: &Stage, kind: &str, id: &str) {
    let host = &stage.host.actor;
    let path = format!("/v1/{kind}/{id}");
    let body: Value = stage.body(kind).unwrap();
    let begin = host.with("if-none-match", "*");
    begin.put(&format!("{path}/draft"), body).await.expect(201);
    let publications = format!("{path}/publications");
    host.anyway()
        .post(&publications, json!({}))
        .await
        .expect(201);
}
