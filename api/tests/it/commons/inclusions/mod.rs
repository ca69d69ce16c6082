//! Inclusions: clauses of several sources in one text, each following its own.

mod cases;
mod preconditions;
mod rights;
mod story;

use serde_json::{Value, json};

use crate::support::{Actor, Response, Shelf, World, clause};

/// A text of the commune, and texts of the agglomeration that are granted to it for reuse.
struct Desk {
    world: World,
    shelf: Shelf,
    own: String,
}

/// A body of these clauses.
fn body(shelf: Shelf, clauses: &[Value]) -> Value {
    let mut body = shelf.body("");
    body["clauses"] = json!(clauses);
    body
}

/// The ids and texts of all clauses of a body, in reading order.
fn texts(view: &Value) -> Vec<(String, String)> {
    fn add(clauses: &Value, found: &mut Vec<(String, String)>) {
        for it in clauses.as_array().into_iter().flatten() {
            let said = |name: &str| it[name].as_str().unwrap().to_owned();
            found.push((said("id"), said("text")));
            add(&it["clauses"], found);
        }
    }
    let mut found = Vec::new();
    add(&view["body"]["clauses"], &mut found);
    found
}

/// The same to compare with.
fn expected(clauses: &[(&str, &str)]) -> Vec<(String, String)> {
    let pair = |(id, text): &(&str, &str)| ((*id).to_owned(), (*text).to_owned());
    clauses.iter().map(pair).collect()
}

impl Desk {
    /// The commune has a draft of one clause, `objet`.
    async fn new(shelf: Shelf) -> Self {
        let world = World::new().await;
        let own = shelf
            .create(&world.commune_director, "Charte", "À nous.")
            .await;
        Self { world, shelf, own }
    }

    /// Who includes.
    fn commune(&self) -> &Actor {
        &self.world.commune_director
    }

    /// An address of its text.
    fn at(&self, rest: &str) -> String {
        self.shelf.at(&self.own, rest)
    }

    /// A text of the agglomeration, published and granted to the group.
    async fn source(&self, shelf: Shelf, clauses: &[Value], level: &str) -> String {
        let owner = &self.world.agglo_director;
        let id = shelf.create(owner, "Source", "").await;
        let draft = shelf.at(&id, "/draft");
        let written = owner.anyway().put(&draft, body(shelf, clauses)).await;
        written.expect(200);
        shelf.publish(owner, &id).await.expect(201);
        let group = json!({ "type": "group", "id": self.world.group });
        shelf.share(owner, &id, group, level).await.expect(201);
        id
    }

    /// The source publishes this.
    async fn source_says(&self, shelf: Shelf, id: &str, clauses: &[Value]) {
        let owner = &self.world.agglo_director;
        let begin = owner.with("if-none-match", "*");
        let draft = shelf.at(id, "/draft");
        begin.put(&draft, body(shelf, clauses)).await.expect(201);
        shelf.publish(owner, id).await.expect(201);
    }

    /// Includes in whatever draft there is.
    async fn include(&self, shelf: Shelf, id: &str, clauses: &[&str]) -> Response {
        let source = json!({ "kind": shelf.kind(), "id": id });
        let input = json!({ "source": source, "clauses": clauses });
        let path = self.at("/inclusions");
        self.commune().anyway().post(&path, input).await
    }

    /// Merges into whatever draft there is.
    async fn merge(&self, source: &str, version: i32, choices: Value) -> Response {
        let input = json!({ "source": source, "version": version, "choices": choices });
        let path = self.at("/inclusions/merges");
        self.commune().anyway().post(&path, input).await
    }

    /// What stands in the text from elsewhere, source by source.
    async fn sources(&self) -> Vec<Value> {
        let listed = self.commune().get(&self.at("/inclusions")).await;
        listed.expect(200)["sources"].as_array().unwrap().clone()
    }

    async fn draft(&self) -> Response {
        self.commune().get(&self.at("/draft")).await
    }

    /// Replaces the draft.
    async fn write(&self, clauses: &[Value]) {
        let draft = self.at("/draft");
        let written = self
            .commune()
            .anyway()
            .put(&draft, body(self.shelf, clauses))
            .await;
        written.expect(200);
    }
}

/// A clause with others below it.
fn above(id: &str, text: &str, below: &[Value]) -> Value {
    let mut above = clause(id, text);
    above["clauses"] = json!(below);
    above
}

fn standings(sources: &[Value]) -> Vec<&str> {
    let standings = sources.iter().map(|it| it["standing"].as_str().unwrap());
    standings.collect()
}
