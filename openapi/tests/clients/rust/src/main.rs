//! The story of the contract in Rust.
//!
//! The types come from openapi.json, patterns included: where the document is wrong about a member,
//! this does not compile, and where it is wrong about an answer, the client cannot read it.

use std::collections::HashSet;
use std::fmt::Debug;

use client::{Client, Error, ResponseValue, types};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use uuid::Uuid;

#[expect(dead_code, unused_imports, reason = "generated whole; the story takes a part")]
mod client {
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
}

const PASSWORD: &str = "sept-herons-sur-la-passerelle";
const PONTOISE: &str = "219505005";

type Sent<T> = Result<ResponseValue<T>, Error<types::ProblemView>>;

fn base() -> String {
    std::env::var("MAILLAGE_BASE").unwrap_or_else(|_| "http://127.0.0.1:8080".to_owned())
}

fn anonymous() -> Client {
    Client::new_with_client(&base(), reqwest::Client::new())
}

fn client_of(tokens: &types::TokensView) -> Client {
    let value = format!("Bearer {}", tokens.access_token.as_str());
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, HeaderValue::from_str(&value).unwrap());
    let builder = reqwest::Client::builder().default_headers(headers);
    Client::new_with_client(&base(), builder.build().unwrap())
}

async fn log_in(email: &str) -> types::TokensView {
    let body = types::LoginInput::builder().email(email).password(PASSWORD);
    let sent = anonymous().log_in().body(body).send().await;
    good(sent, 201).into_inner()
}

/// What went well.
#[track_caller]
fn good<T: Debug>(sent: Sent<T>, status: u16) -> ResponseValue<T> {
    let answer = sent.unwrap();
    assert_eq!(answer.status(), status);
    answer
}

/// What was refused, with its problem.
#[track_caller]
fn refused<T: Debug>(sent: Sent<T>, status: i32, code: &str) {
    match sent {
        Err(Error::ErrorResponse(problem)) => {
            assert_eq!((problem.status, problem.code.as_str()), (status, code));
        }
        other => panic!("{other:?}"),
    }
}

fn header<T>(answer: &ResponseValue<T>, name: &str) -> String {
    answer.headers()[name].to_str().unwrap().to_owned()
}

fn clause(id: &str, title: &str, text: &str) -> types::Clause {
    let clause = types::Clause::builder().id(id).title(title).text(Some(text.parse().unwrap()));
    clause.lock(Some(types::Lock::Free)).try_into().unwrap()
}

fn charter(title: &str) -> types::CharterInput {
    let clauses = vec![
        clause("controle-humain", "Contrôle humain", "Un agent relit."),
        clause("formation", "Formation", "Deux heures."),
    ];
    let preamble = Some("Fictif.".parse().unwrap());
    let body = types::CharterBody::builder().preamble(preamble).clauses(clauses);
    let input = types::CharterInput::builder().title(title).body(body);
    input.tags(vec!["sdk".parse().unwrap()]).try_into().unwrap()
}

async fn publish(client: &Client, id: Uuid, tag: String) -> types::CharterVersionView {
    let note = Some("Adoptée.".parse().unwrap());
    let body = types::PublicationInput::builder().note(note);
    let sent = client.publish_charter().id(id).if_match(tag).body(body).send();
    good(sent.await, 201).into_inner()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut told = 0;
    let mut step = |what: &str| {
        told += 1;
        println!("{told}. {what}");
    };

    let first = log_in("director@agglo.demo.example").await;
    assert_eq!(first.token_type.as_str(), "Bearer");
    step("logs in");

    let body = types::RefreshInput::builder().refresh_token(first.refresh_token.as_str());
    let tokens = good(anonymous().refresh().body(body).send().await, 200).into_inner();
    assert_ne!(tokens.refresh_token.as_str(), first.refresh_token.as_str());
    step("refreshes its session");

    let agglo = client_of(&tokens);
    let me = good(agglo.get_me().send().await, 200).into_inner();
    assert_eq!(me.roles, [types::Role::Director]);
    assert!(me.abilities.iter().any(|it| it.as_str() == "create"));
    step("asks who it is");

    let asked = agglo.list_directory().q("pontoise").type_(types::BodyType::Commune);
    let found = good(asked.department("95").limit(5).send().await, 200);
    let mut sirens = found.items.iter().filter_map(|it| it.siren.as_ref());
    assert!(sirens.any(|it| it.as_str() == PONTOISE));
    step("looks up the directory");

    let key = Uuid::new_v4().to_string();
    let create = |title: &str| {
        let create = agglo.create_charter().idempotency_key(key.clone());
        create.body(charter(title)).send()
    };
    let made = good(create("Charte des SDK (Rust)").await, 201);
    let id = made.id;
    assert_eq!(header(&made, "location"), format!("/v1/charters/{id}"));
    step("creates a charter");

    let again = good(create("Charte des SDK (Rust)").await, 201);
    assert_eq!(again.id, id);
    assert_eq!(header(&again, "idempotent-replayed"), "true");
    step("creates it again with the same key: one effect, one answer");

    refused(create("Autre").await, 422, "idempotency_key_reused");
    step("is refused the key for something else");

    let draft = good(agglo.get_charter_draft().id(id).send().await, 200);
    let mut text = draft.body.clone();
    assert_eq!(text.clauses.len(), 2);
    step("reads the draft");

    text.preamble = Some("Fictif, et relu.".parse().unwrap());
    let write = || agglo.write_charter_draft().id(id).body(text.clone());
    let tag = header(&draft, "etag");
    let written = good(write().if_match(tag.clone()).send().await, 200);
    assert_eq!(written.body.preamble, text.preamble);
    step("edits it");

    refused(write().if_match(tag).send().await, 412, "stale");
    step("is refused what is stale");

    refused(write().send().await, 428, "precondition_required");
    step("is asked for the precondition it left out");

    let published = publish(&agglo, id, header(&written, "etag")).await;
    assert_eq!(published.number.get(), 1);
    step("publishes");

    let read = || agglo.get_charter_version().id(id).number(published.number);
    let version = good(read().send().await, 200);
    assert_eq!(version.digest.as_str(), published.digest.as_str());
    match read().if_none_match(header(&version, "etag")).send().await {
        Err(Error::UnexpectedResponse(known)) => assert_eq!(known.status(), 304),
        other => panic!("{other:?}"),
    }
    step("reads the version, and is told that it has it");

    let groups = good(agglo.list_groups().send().await, 200).into_inner();
    let active = |it: &&types::GroupView| it.state == types::ParticipationState::Active;
    let group = groups.items.iter().find(active).unwrap();
    let audience = types::AudienceInput::Group { id: group.id };
    let body = types::ShareInput::builder().audience(audience).level(types::Level::Reuse);
    let share = good(agglo.share_charter().id(id).body(body).send().await, 201);
    assert_eq!(share.audience_name.as_ref().unwrap().as_str(), group.name.as_str());
    step("shares it with its group");

    let member = client_of(&log_in("ai-lead@pontoise.demo.example").await);
    let seen = good(member.get_charter().id(id).send().await, 200);
    assert_eq!(seen.access.as_str(), "reuse");
    step("as another collectivity: sees it");

    let hits = good(member.search().q("charte sdk rust").send().await, 200);
    assert!(hits.items.iter().any(|it| it.id == id));
    step("finds it by its words");

    let body = types::AdaptationInput::builder();
    let own = good(member.adapt_charter().id(id).body(body).send().await, 201).id;
    step("adapts it");

    let mine = good(member.get_charter_draft().id(own).send().await, 200);
    let mut practised = mine.body.clone();
    for clause in &mut practised.clauses {
        if clause.id.as_str() == "formation" {
            clause.text = Some("Une journée.".parse().unwrap());
        }
    }
    let write = member.write_charter_draft().id(own).body(practised);
    good(write.if_match(header(&mine, "etag")).send().await, 200);
    let director = client_of(&log_in("director@pontoise.demo.example").await);
    let ready = good(director.get_charter_draft().id(own).send().await, 200);
    publish(&director, own, header(&ready, "etag")).await;
    step("changes a clause, and its director publishes");

    let compare = member.compare_charter_texts().id(own).from("source").to("latest");
    let compared = good(compare.send().await, 200).into_inner();
    let mut clauses = compared.clauses.iter();
    let formation = clauses.find(|it| it.clause.as_str() == "formation").unwrap();
    let mut words = formation.text.iter();
    assert!(words.any(|it| it.text.contains("Une journée")));
    step("compares it with its source");

    let body = types::AmendmentInput::builder()
        .clauses(vec!["formation".parse::<types::AmendmentInputClausesItem>().unwrap()])
        .reason("Deux heures ne suffisent pas.");
    let amendment = good(member.amend_charter().id(id).body(body).send().await, 201).id;
    step("proposes what it practises");

    let inbox = good(agglo.list_inbox().unread(true).send().await, 200);
    assert!(inbox.items.iter().any(|it| it.amendment == Some(amendment)));
    step("as the first again: finds it in the inbox");

    let body = types::CommentInput::builder().text("Merci.");
    good(agglo.comment_amendment().id(amendment).body(body).send().await, 201);
    step("comments");

    let proposal = good(agglo.get_amendment().id(amendment).send().await, 200);
    let reason = Some("Repris.".parse().unwrap());
    let body = types::AmendmentAcceptanceInput::builder().reason(reason);
    let accept = agglo.accept_amendment().id(amendment).body(body);
    let settled = good(accept.if_match(header(&proposal, "etag")).send().await, 200);
    assert_eq!(settled.settlement.as_ref().unwrap().into_version, Some(2));
    step("accepts");

    let mut listed = HashSet::new();
    let mut page = good(agglo.list_charters().limit(1).send().await, 200).into_inner();
    loop {
        for card in &page.items {
            assert!(listed.insert(card.id));
        }
        let Some(next) = page.next else { break };
        let more = agglo.list_charters().limit(1).cursor(next.as_str());
        page = good(more.send().await, 200).into_inner();
    }
    assert!(listed.len() > 1 && listed.contains(&id));
    step("lists page by page");

    let topics = good(agglo.list_insights().send().await, 200).into_inner().topics;
    let topic = &topics[0];
    let read = agglo.get_insight().use_case(topic.use_case.as_str());
    let insight = good(read.indicator(topic.indicator.as_str()).send().await, 200);
    assert_eq!(insight.use_case_name.as_str(), topic.use_case_name.as_str());
    step("reads what results show together");

    let auditor = client_of(&log_in("administrator@agglo.demo.example").await);
    let trail = good(auditor.list_audit().limit(3).send().await, 200);
    assert!(trail.items.len() == 3 && trail.next.is_some());
    step("as its administrator: reads the audit trail");

    good(agglo.log_out().send().await, 204);
    step("logs out");

    refused(agglo.get_me().send().await, 401, "unauthenticated");
    step("is refused afterwards");
}
