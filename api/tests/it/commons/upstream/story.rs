//! Four levels: what a national model changes comes down to a commune, level by level.
//!
//! Nobody's words are lost on the way: each sentence of any side stands in the merged text, or a
//! step says that its clause went or was changed.

use maillage_domain::access::Role;
use serde_json::{Value, json};

use super::{body, open, write};
use crate::support::{Actor, App, Shelf};

const PURPOSE: &str = "Les outils d'IA aident les agents. Ils ne décident de rien à leur place.";
const REVIEW: &str = "Un agent relit toute production. Il répond aux demandes sous 30 jours.";
const DATA: &str = "Aucune donnée personnelle n'est saisie dans un outil ouvert.";
const ARCHIVE: &str = "Les productions sont conservées un an.";

/// A collectivity of the chain and its charter.
struct Level {
    actor: Actor,
    siren: String,
    id: String,
}

impl Level {
    async fn new(app: &App) -> Self {
        let tenant = app.tenant().await;
        Self {
            actor: app.member(&tenant, &[Role::Director]).await,
            siren: tenant.siren.to_string(),
            id: String::new(),
        }
    }

    /// Adapts what stands above, and puts its own words in.
    async fn adapt(&mut self, shelf: Shelf, above: &str, edit: impl FnOnce(&mut Value)) {
        let made = self
            .actor
            .post(&shelf.at(above, "/adaptations"), json!({}))
            .await;
        made.expect(201);
        self.id = made.id();
        self.edit(shelf, edit).await;
    }

    /// Changes what it has published, or its draft, and publishes.
    async fn edit(&self, shelf: Shelf, edit: impl FnOnce(&mut Value)) {
        let draft = self.actor.get(&shelf.at(&self.id, "/draft")).await;
        let mut body = if draft.status == 200 {
            draft.json()["body"].clone()
        } else {
            self.body(shelf).await
        };
        edit(&mut body);
        write(&self.actor, shelf, &self.id, body).await;
        shelf.publish(&self.actor, &self.id).await.expect(201);
    }

    async fn share(&self, shelf: Shelf, below: &Level) {
        let audience = json!({ "type": "collectivity", "siren": below.siren });
        let share = shelf.share(&self.actor, &self.id, audience, "reuse");
        share.await.expect(201);
    }

    /// What it has published.
    async fn body(&self, shelf: Shelf) -> Value {
        let here = self.actor.get(&shelf.at(&self.id, "")).await;
        here.expect(200)["body"].clone()
    }

    async fn upstream(&self, shelf: Shelf) -> Value {
        let upstream = shelf.at(&self.id, "/upstream");
        self.actor.get(&upstream).await.expect(200)
    }

    async fn standing(&self, shelf: Shelf) -> String {
        let told = self.upstream(shelf).await;
        told["standing"].as_str().unwrap().to_owned()
    }

    /// Takes in what stands above with these choices, checks that nothing is lost, and publishes.
    async fn take_in(&self, shelf: Shelf, above: &Level, choices: Value) {
        let told = self.upstream(shelf).await;
        let taken = format!("/versions/{}", told["taken"]["version"]);
        let base = above.actor.get(&shelf.at(&above.id, &taken)).await;
        let base = base.expect(200)["body"].clone();
        let (mine, theirs) = (self.body(shelf).await, above.body(shelf).await);
        let begin = self.actor.with("if-none-match", "*");
        let input = json!({ "version": told["newest"]["version"], "choices": choices });
        let merges = shelf.at(&self.id, "/upstream/merges");
        let merged = begin.post(&merges, input).await.expect(201);
        let steps = told["plan"]["steps"].as_array().unwrap();
        for side in [&base, &mine, &theirs] {
            nothing_is_lost(side, &merged["body"], steps);
        }
        shelf.publish(&self.actor, &self.id).await.expect(201);
        assert_eq!(self.standing(shelf).await, "current");
    }
}

/// The clauses of a body of one level: id and text.
fn clauses(body: &Value) -> Vec<(&str, &str)> {
    let clauses = body["clauses"].as_array().unwrap().iter();
    clauses
        .filter_map(|clause| Some((clause["id"].as_str()?, clause["text"].as_str()?)))
        .collect()
}

/// Adds a clause at the end.
fn add(body: &mut Value, id: &str, text: &str) {
    let clauses = body["clauses"].as_array_mut().unwrap();
    clauses.push(crate::support::clause(id, text));
}

/// Replaces some words of a clause.
fn reword(body: &mut Value, id: &str, before: &str, after: &str) {
    let clauses = body["clauses"].as_array_mut().unwrap();
    let clause = clauses.iter_mut().find(|clause| clause["id"] == id);
    let clause = clause.unwrap();
    let text = clause["text"].as_str().unwrap();
    assert!(text.contains(before), "{text}");
    clause["text"] = json!(text.replace(before, after));
}

/// Every sentence of `side` stands in the merged text, or a step says that its clause went or that
/// its text was changed.
fn nothing_is_lost(side: &Value, merged: &Value, steps: &[Value]) {
    let stands: String = clauses(merged).iter().map(|(_, text)| *text).collect();
    for (id, text) in clauses(side) {
        let step = steps.iter().find(|step| step["clause"] == id);
        let step = step.unwrap_or_else(|| panic!("no step tells of {id}"));
        let changes = step["changes"].as_array().unwrap();
        let told = step["goes"] == true || changes.iter().any(|change| change["aspect"] == "text");
        for sentence in text.split_inclusive('.') {
            assert!(
                told || stands.contains(sentence.trim()),
                "{sentence} was lost"
            );
        }
    }
}

/// National model, région, EPCI and commune, each with words of its own in the text.
async fn chain(shelf: Shelf) -> [Level; 4] {
    let app = App::shared();
    let mut levels = [
        Level::new(app).await,
        Level::new(app).await,
        Level::new(app).await,
        Level::new(app).await,
    ];
    let [national, region, epci, commune] = &mut levels;
    national.id = shelf.create(&national.actor, "Modèle national", "").await;
    let model = [
        ("finalites", PURPOSE),
        ("controle", REVIEW),
        ("donnees", DATA),
        ("archives", ARCHIVE),
    ];
    let first = body(shelf, &model);
    national.edit(shelf, |body| *body = first).await;
    national.share(shelf, region).await;

    let edit = |body: &mut Value| add(body, "lycees", "Les lycées sont consultés chaque année.");
    region.adapt(shelf, &national.id, edit).await;
    region.share(shelf, epci).await;

    let edit = |body: &mut Value| {
        reword(
            body,
            "donnees",
            "un outil ouvert",
            "un outil que l'EPCI n'a pas retenu",
        );
        add(
            body,
            "formation",
            "L'EPCI forme les agents de ses communes.",
        );
    };
    epci.adapt(shelf, &region.id, edit).await;
    epci.share(shelf, commune).await;

    let edit = |body: &mut Value| {
        reword(body, "controle", "sous 30 jours", "sous 15 jours");
        reword(
            body,
            "formation",
            "L'EPCI forme",
            "L'EPCI et la mairie forment",
        );
        reword(body, "lycees", "chaque année", "au printemps");
        add(body, "mairie", "Le maire en rend compte au conseil.");
    };
    commune.adapt(shelf, &epci.id, edit).await;
    levels
}

#[actix_web::test]
async fn a_change_at_the_top_comes_down_to_the_commune() {
    for shelf in Shelf::ALL {
        let levels = chain(shelf).await;
        let [national, region, epci, commune] = &levels;

        // The model says more, goes back on a term, and drops a clause that nobody has changed.
        let edit = |body: &mut Value| {
            reword(
                body,
                "finalites",
                "aident les agents.",
                "aident les agents et les élus.",
            );
            reword(body, "controle", "sous 30 jours", "sous 60 jours");
            let clauses = body["clauses"].as_array_mut().unwrap();
            clauses.retain(|clause| clause["id"] != "archives");
            add(body, "recours", "Chacun peut demander un réexamen humain.");
        };
        national.edit(shelf, edit).await;
        // It comes down level by level, as each takes it in and publishes.
        assert_eq!(region.standing(shelf).await, "behind");
        assert_eq!(epci.standing(shelf).await, "current");
        assert_eq!(open(&region.upstream(shelf).await), [""; 0]);
        region.take_in(shelf, national, json!({})).await;

        assert_eq!(epci.standing(shelf).await, "behind");
        assert_eq!(commune.standing(shelf).await, "current");
        assert_eq!(open(&epci.upstream(shelf).await), [""; 0]);
        epci.take_in(shelf, region, json!({})).await;
        // Two levels publish changes of their own on the way.
        let edit = |body: &mut Value| reword(body, "lycees", "chaque année", "à la rentrée");
        region.edit(shelf, edit).await;
        epci.take_in(shelf, region, json!({})).await;
        let edit = |body: &mut Value| reword(body, "formation", "L'EPCI forme", "L'EPCI formera");
        epci.edit(shelf, edit).await;

        // The commune had changed the same words as the model, the région and the EPCI.
        assert_eq!(commune.standing(shelf).await, "behind");
        let told = commune.upstream(shelf).await;
        let mut names = open(&told);
        names.sort_unstable();
        assert_eq!(names, ["controle/text", "formation/text", "lycees/text"]);
        let conflicts = told["plan"]["conflicts"].as_array().unwrap();
        let term = conflicts.iter().find(|open| open["at"] == "controle/text");
        let said = ["base", "mine", "theirs"].map(|side| {
            let text = term.unwrap()[side].as_str().unwrap();
            text.split_once("sous ").unwrap().1
        });
        assert_eq!(said, ["30 jours.", "15 jours.", "60 jours."]);
        let together = "L'EPCI et la mairie formeront les agents de ses communes.";
        let choices = json!({ "controle/text": "mine", "lycees/text": "theirs",
            "formation/text": { "text": together } });
        commune.take_in(shelf, epci, choices).await;

        // What two sides have put at the same place stands in the order of its ids.
        assert_eq!(
            clauses(&commune.body(shelf).await),
            [
                (
                    "finalites",
                    "Les outils d'IA aident les agents et les élus. \
                    Ils ne décident de rien à leur place."
                ),
                (
                    "controle",
                    "Un agent relit toute production. Il répond aux demandes sous 15 jours."
                ),
                (
                    "donnees",
                    "Aucune donnée personnelle n'est saisie dans un outil que l'EPCI n'a pas retenu."
                ),
                ("lycees", "Les lycées sont consultés à la rentrée."),
                ("formation", together),
                ("mairie", "Le maire en rend compte au conseil."),
                ("recours", "Chacun peut demander un réexamen humain."),
            ]
        );

        // What was settled is not asked again when the model goes on.
        let edit = |body: &mut Value| add(body, "bilan", "Un bilan est publié chaque année.");
        national.edit(shelf, edit).await;
        for pair in levels.windows(2) {
            let [above, level] = pair else { continue };
            assert_eq!(level.standing(shelf).await, "behind");
            assert_eq!(open(&level.upstream(shelf).await), [""; 0]);
            level.take_in(shelf, above, json!({})).await;
        }
        let last = commune.body(shelf).await;
        let bilan = ("bilan", "Un bilan est publié chaque année.");
        assert!(clauses(&last).contains(&bilan), "{last}");
    }
}
