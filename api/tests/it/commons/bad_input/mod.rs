//! Bad input: every rule that a field can break, broken once, with the pointer that is told.
//!
//! Nothing of it may be written: what stands in the database is compared before and after.

mod bodies;
mod case;
mod people;
mod protocols;

use std::collections::BTreeSet;

use maillage_api::http::fields;
use maillage_domain::access::Role;
use maillage_infra::testing::Footprint;
use reqwest::Method;
use serde_json::json;

use self::bodies::{
    about_bodies, about_cards, about_inclusions, about_texts, altered, bodies, nested,
};
use self::case::get;
use self::people::{about_people, about_shares};
use self::protocols::about_protocols;
use crate::support::{Shelf, World, clause};

/// Rules of the table that no request can break: the value is parsed from a closed list or from
/// an address, whose failures are told in general terms; a file of another format is no file.
const OUT_OF_REACH: [&str; 4] = [
    "body_type_unknown",
    "directory_code_format",
    "import_format",
    "kind_unknown",
];

/// Rules of trials and results, broken in `evaluation`; what makes an effect, or is doubtful of its
/// figures, is the domain's to prove.
const OF_TRIALS: [&str; 33] = [
    "cell_empty",
    "date_to_come",
    "difference_huge",
    "effect_out_of_range",
    "events_exceed_n",
    "figures_incomplete",
    "interval_asymmetrical",
    "interval_not_around_estimate",
    "level_out_of_range",
    "level_unusual",
    "mean_not_positive",
    "measure_mismatch",
    "n_small",
    "n_too_small",
    "next_review_misplaced",
    "next_review_too_early",
    "no_information",
    "no_variance",
    "not_finite",
    "period_backwards",
    "practice_prohibited",
    "protocol_changed",
    "qualification_misplaced",
    "respondents_too_few",
    "result_missing",
    "sd_exceeds_mean",
    "sd_negative",
    "sd_zero",
    "sds_differ",
    "still_due",
    "still_undetermined",
    "stop_criterion_misplaced",
    "stop_criterion_unknown",
];

/// Rules of tables of observations, broken in the tests of `maillage_documents` and in `evaluation`.
const OF_TABLES: [&str; 21] = [
    "cell_count",
    "cell_event",
    "cell_group",
    "cell_line_break",
    "cell_missing",
    "cell_number",
    "cell_out_of_range",
    "cell_too_long",
    "column_duplicate",
    "column_missing",
    "columns_ambiguous",
    "columns_too_many",
    "csv_encoding",
    "csv_malformed",
    "csv_quotes",
    "decimal_marks_mixed",
    "header_missing",
    "row_length",
    "row_repeated",
    "rows_missing",
    "rows_too_many",
];

/// Rules of the catalogue of a group, broken in `groups`.
const OF_GROUPS: [&str; 1] = ["use_case_slug_format"];

/// Rules of clients and of what they send, broken in `partners`.
const OF_PARTNERS: [&str; 25] = [
    "bulk_items",
    "bulk_key_twice",
    "cell_formula",
    "client_expiry",
    "client_keys_invalid",
    "client_proof",
    "column_unknown",
    "event_filter_unknown",
    "event_type_unknown",
    "event_types_too_many",
    "group_not_coordinated",
    "line_too_long",
    "lines_empty",
    "lines_too_many",
    "network_invalid",
    "networks_too_many",
    "overlap_too_long",
    "parameter_missing",
    "parameter_repeated",
    "password_wrong",
    "result_key_wrong",
    "scope_unknown",
    "scopes_beyond_group",
    "scopes_empty",
    "webhook_address",
];

/// Rules of files, broken in `imports/hostile.rs`.
const OF_FILES: [&str; 9] = [
    "import_doctype",
    "import_encrypted",
    "import_malformed",
    "import_title",
    "import_too_deep",
    "import_too_large",
    "import_too_many_parts",
    "import_unpacks_too_large",
    "import_without_headings",
];

/// Rules of what is kept already: they stand in the way of a publication, of a merge or of a trial,
/// and are broken where those are tried.
const OF_WHAT_IS_KEPT: [&str; 9] = [
    "choice_missing",
    "choice_unknown",
    "deviation_unjustified",
    "indicator_primary_missing",
    "overseer_missing",
    "sources_too_many",
    "stop_criterion_missing",
    "variable_unresolved",
    "version_not_newest",
];

#[actix_web::test]
async fn every_broken_rule_is_pointed_at_and_nothing_is_written() {
    let world = World::new().await;
    let app = &world.app;
    let (operator, administrator) = (app.operator().await, app.actor(&world.agglo.administrator));
    let reading = app.tenant().await;
    let reader = app.member(&reading, &[Role::Director]).await;
    world.join(&reading, &reader, "reader").await;
    let known = app
        .database
        .member_with_password(&reading, &[Role::Reader])
        .await;
    let mut tokens = Vec::new();
    for email in ["invitee@commune.example", known.email.as_str()] {
        let invitation = json!({ "email": email, "name": "I", "roles": ["reader"] });
        let invited = administrator
            .post("/v1/invitations", invitation)
            .await
            .expect(201);
        tokens.push(invited["token"].as_str().unwrap().to_owned());
    }
    let mut cases = about_people(&operator, &administrator, [&tokens[0], &tokens[1]]);
    cases.extend(about_protocols(&world.agglo_director));
    for shelf in Shelf::ALL {
        let id = shelf.create(&world.agglo_director, "Titre", "Texte.").await;
        let readers = shelf.create(&reader, "Titre", "Texte.").await;
        let whole = shelf
            .published(&world.agglo_director, "Titre", "Texte.")
            .await;
        cases.extend(about_bodies(&world.agglo_director, shelf));
        cases.extend(about_inclusions(&world.agglo_director, shelf, &id, &whole));
        let comparison = shelf.at(&id, "/comparison?from=0&to=draft");
        cases.push(get(&world.agglo_director, comparison, "from text_unknown"));
        cases.extend(about_cards(&world.agglo_director, shelf));
        let source = shelf.followed(&world).await;
        cases.extend(about_texts(&world.agglo_director, shelf, &id, &source));
        cases.extend(about_shares(&world, shelf, &id, (&reader, &readers)));
    }

    let footprints = async || -> Vec<Footprint> {
        let agglo = app.database.footprint(world.agglo.id.0).await;
        vec![agglo, app.database.footprint(reading.id.0).await]
    };
    let before = footprints().await;
    let mut met = BTreeSet::new();
    for case in cases {
        let body = (case.method == Method::POST).then(|| case.body.clone().into_bytes());
        let refused = case.actor.ask(case.method, &case.path, body).await;
        assert!(
            matches!(refused.status.as_u16(), 400 | 422),
            "{}: {refused:?}",
            case.broken
        );
        refused.problem(refused.status.as_u16());
        assert_eq!(refused.broken(), [case.broken]);
        let (_, slug) = case.broken.rsplit_once(' ').unwrap();
        met.insert(slug);
    }
    assert_eq!(footprints().await, before);

    let mut known: BTreeSet<_> = fields::ALL.iter().copied().collect();
    for slug in OUT_OF_REACH
        .into_iter()
        .chain(OF_WHAT_IS_KEPT)
        .chain(OF_FILES)
        .chain(OF_TRIALS)
        .chain(OF_TABLES)
        .chain(OF_GROUPS)
        .chain(OF_PARTNERS)
    {
        assert!(known.remove(slug), "{slug} is no rule any more");
    }
    assert_eq!(met, known);
}

impl Shelf {
    /// A source of the commune, which the agglo has published as it is.
    async fn followed(self, world: &World) -> String {
        let source = self
            .published(&world.commune_director, "Source", "Relire.")
            .await;
        let group = json!({ "type": "group", "id": world.group });
        let shared = self.share(&world.commune_director, &source, group, "reuse");
        shared.await.expect(201);
        let adaptations = self.at(&source, "/adaptations");
        let adapted = world.agglo_director.post(&adaptations, json!({})).await;
        self.publish(&world.agglo_director, &adapted.id())
            .await
            .expect(201);
        source
    }
}

#[actix_web::test]
async fn a_draft_is_held_to_the_same_rules() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    for shelf in Shelf::ALL {
        let id = shelf.create(owner, "Titre", "Texte.").await;
        let draft = shelf.at(&id, "/draft");
        let before = owner.get(&draft).await;
        for (pointer, slug, part) in bodies() {
            let mut body = shelf.body("Texte.");
            let member = if pointer.starts_with("/variables") {
                "variables"
            } else {
                "clauses"
            };
            body[member] = part;
            let refused = owner.anyway().put(&draft, body).await;
            assert_eq!(refused.broken(), [format!("{pointer} {slug}")]);
        }
        assert_eq!(owner.get(&draft).await.bytes(), before.bytes());
    }
}

#[actix_web::test]
async fn all_broken_rules_are_told_at_once() {
    let world = World::new().await;
    let shelf = Shelf::Charters;
    let input = json!({ "title": "Titre", "tags": ["a", "a"], "body": {
        "preamble": "{{inconnue}} [x](ftp://exemple.fr)",
        "variables": [{ "name": "Nom", "label": "" }],
        "clauses": [clause("a", ""), clause("a", "{{b}}"), { "id": "c", "title": "" }] } });
    let refused = world.agglo_director.post(shelf.path(), input).await;
    assert_eq!(refused.problem(422), "invalid");
    assert_eq!(
        refused.broken(),
        [
            "/tags/1 tag_duplicate",
            "/body/variables/0/name variable_name_format",
            "/body/variables/0/label text_empty",
            "/body/preamble markdown_link",
            "/body/preamble variable_undeclared",
            "/body/clauses/1/id clause_id_duplicate",
            "/body/clauses/1/text variable_undeclared",
            "/body/clauses/2/title text_empty",
        ]
    );
}

#[actix_web::test]
async fn the_limits_themselves_are_allowed() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    for shelf in Shelf::ALL {
        let text = "é".repeat(20_000);
        let mut clauses: Vec<_> = (0..49).map(|n| clause(&format!("c{n}"), &text)).collect();
        let room = 1_000 - 49 - 6;
        clauses.extend((0..room).map(|n| json!({ "id": format!("m{n}"), "title": "é" })));
        clauses.push(nested(6));
        let input = altered(shelf, |it| {
            it["title"] = json!("é".repeat(200));
            it["summary"] = json!("é".repeat(2_000));
            it["tags"] = json!((0..20).map(|n| format!("{n:é>50}")).collect::<Vec<_>>());
            it["body"]["clauses"] = json!(clauses);
        });
        let created = owner.post(shelf.path(), input.clone()).await;
        created.expect(201);
        let draft = owner
            .get(&shelf.at(&created.id(), "/draft"))
            .await
            .expect(200);
        assert_eq!(
            draft["body"]["clauses"].as_array().unwrap().len(),
            49 + room + 1
        );
        shelf.publish(owner, &created.id()).await.expect(201);
    }
}

#[actix_web::test]
async fn the_richest_vocabulary_can_be_published_and_found() {
    let world = World::new().await;
    let owner = &world.agglo_director;
    let shelf = Shelf::Charters;
    // Words that are all different, then compounds of such words: as they are indexed they take
    // more room than PostgreSQL gives to one document.
    let plain = |n: usize| format!("mot{n:07}");
    let compound = |n: usize| format!("gauche{n:05}-droite{n:05}");
    let forms: [(&dyn Fn(usize) -> String, _, _); 2] = [
        (&plain, 1_800, "mot0000001"),
        (&compound, 800, "droite00001"),
    ];
    for (form, words, first) in forms {
        let text = |n: usize| {
            let words = (n * words..(n + 1) * words).map(form);
            words.collect::<Vec<_>>().join(" ")
        };
        let clauses = (0..50).map(|n| clause(&format!("c{n}"), &text(n)));
        let clauses: Vec<_> = clauses.collect();
        let input = altered(shelf, |it| it["body"]["clauses"] = json!(clauses));
        let created = owner.post(shelf.path(), input).await;
        created.expect(201);
        shelf.publish(owner, &created.id()).await.expect(201);
        let here = shelf.at(&created.id(), "");
        let title = json!({ "title": "Dictionnaire" });
        owner.anyway().patch(&here, title).await.expect(200);
        let found = owner.get(&format!("/v1/search?q={first}")).await;
        assert_eq!(found.ids(), [created.id()], "{first}");
    }
}
