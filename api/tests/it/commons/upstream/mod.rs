//! Upstream: what the source of an adaptation publishes is taken in, clause by clause.

mod cases;
mod choices;
mod gone;
mod preconditions;
mod story;

use serde_json::{Value, json};

use crate::support::{Actor, Response, Shelf, World, clause};

/// A source of the agglomeration, granted to its group for reuse, and the commune's adaptation.
struct Pair {
    world: World,
    shelf: Shelf,
    source: String,
    own: String,
}

/// A body of these clauses, each with its text.
fn body(shelf: Shelf, clauses: &[(&str, &str)]) -> Value {
    let mut body = shelf.body("");
    body["clauses"] = clauses.iter().map(|(id, text)| clause(id, text)).collect();
    body
}

/// Replaces the draft, or begins one.
async fn write(actor: &Actor, shelf: Shelf, id: &str, body: Value) -> Response {
    let draft = shelf.at(id, "/draft");
    let there = actor.get(&draft).await.status == 200;
    let writer = if there {
        actor.anyway()
    } else {
        actor.with("if-none-match", "*")
    };
    let written = writer.put(&draft, body).await;
    assert!(written.status.is_success(), "{written:?}");
    written
}

impl Pair {
    /// Source and adaptation say the same.
    async fn new(shelf: Shelf, clauses: &[(&str, &str)]) -> Self {
        let world = World::new().await;
        let owner = &world.agglo_director;
        let source = shelf.create(owner, "Modèle", "").await;
        write(owner, shelf, &source, body(shelf, clauses)).await;
        shelf.publish(owner, &source).await.expect(201);
        let group = json!({ "type": "group", "id": world.group });
        shelf
            .share(owner, &source, group, "reuse")
            .await
            .expect(201);
        let adaptations = shelf.at(&source, "/adaptations");
        let made = world.commune_director.post(&adaptations, json!({})).await;
        made.expect(201);
        let own = made.id();
        Self {
            world,
            shelf,
            source,
            own,
        }
    }

    /// Who adapts.
    fn commune(&self) -> &Actor {
        &self.world.commune_director
    }

    /// An address of the adaptation.
    fn at(&self, rest: &str) -> String {
        self.shelf.at(&self.own, rest)
    }

    /// The source publishes this.
    async fn source_says(&self, clauses: &[(&str, &str)]) {
        let owner = &self.world.agglo_director;
        write(owner, self.shelf, &self.source, body(self.shelf, clauses)).await;
        let published = self.shelf.publish(owner, &self.source).await;
        published.expect(201);
    }

    /// The draft of the adaptation says this.
    async fn own_says(&self, clauses: &[(&str, &str)]) -> Response {
        write(
            self.commune(),
            self.shelf,
            &self.own,
            body(self.shelf, clauses),
        )
        .await
    }

    async fn upstream(&self) -> Value {
        let path = self.at("/upstream");
        self.commune().get(&path).await.expect(200)
    }

    async fn draft(&self) -> Response {
        self.commune().get(&self.at("/draft")).await
    }

    /// Merges into whatever draft there is.
    async fn merge(&self, input: Value) -> Response {
        let merges = self.at("/upstream/merges");
        self.commune().anyway().post(&merges, input).await
    }
}

/// The texts of the clauses of a body, in order.
fn texts(view: &Value) -> Vec<&str> {
    let clauses = view["body"]["clauses"].as_array().unwrap();
    clauses
        .iter()
        .filter_map(|clause| clause["text"].as_str())
        .collect()
}

/// The names of the open conflicts of a plan.
fn open(upstream: &Value) -> Vec<&str> {
    let conflicts = upstream["plan"]["conflicts"].as_array().unwrap();
    conflicts
        .iter()
        .filter_map(|open| open["at"].as_str())
        .collect()
}
