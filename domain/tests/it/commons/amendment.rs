//! Amendments: what can be proposed, where it goes, and that it is settled once.

use maillage_domain::access::{Relation, Subject as _, act, authorize};
use maillage_domain::commons::merge::Choices;
use maillage_domain::commons::{
    Amended, Amendment, AmendmentError, AmendmentState, CharterBody, Level, Practice,
    ProposalError, Resource, Source, limits, put_in,
};
use maillage_domain::value::{AmendmentId, ClauseId, CommentId, Digest};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::fixture::{Life, charter, life, resource_id, workbench};
use crate::fixture::{allowed, at, collectivity, director, prose, uuid};

fn body(clauses: Value) -> CharterBody {
    serde_json::from_value(json!({ "clauses": clauses })).unwrap()
}

fn clause(id: &str, text: &str) -> Value {
    json!({ "id": id, "title": id, "text": text })
}

fn ids(chosen: &[&str]) -> Vec<ClauseId> {
    chosen.iter().map(|id| id.parse().unwrap()).collect()
}

/// What collectivity 1 practises of the charter of collectivity 0.
fn practice(base: CharterBody, body: CharterBody) -> Practice<CharterBody> {
    Practice {
        collectivity: collectivity(1),
        adaptation: resource_id(9),
        source: Source {
            collectivity: collectivity(0),
            resource: resource_id(0),
            version: 1,
            digest: Digest::ZERO,
        },
        base,
        body,
        open: 0,
    }
}

/// A charter of collectivity 0 that was published, as it and as collectivity 1 see it.
fn source() -> (Life, Resource<maillage_domain::commons::Charter>) {
    let mut life = life(0);
    life.publish().unwrap();
    let granted = Some(Level::Reuse);
    let seen = Resource {
        granted,
        ..life.resource.clone()
    };
    (life, seen)
}

fn propose(
    practice: Option<Practice<CharterBody>>,
    chosen: &[&str],
    reason: &str,
) -> Result<Amendment, ProposalError> {
    let (_, seen) = source();
    let amend = allowed::<act::Amend, _>(&director(1), seen);
    let id = AmendmentId(uuid(1));
    let proposed = amend.propose(id, practice, &ids(chosen), prose(reason), None, at(9))?;
    Ok(proposed.into_parts().0)
}

fn broken(result: Result<Amendment, ProposalError>) -> Vec<String> {
    match result {
        Err(ProposalError::Invalid(found)) => found
            .iter()
            .map(|it| format!("{} {}", it.pointer.as_str(), it.code))
            .collect(),
        other => panic!("{other:?}"),
    }
}

/// An amendment to the only clause of the charter.
fn open() -> Amendment {
    let practised = practice(charter("Texte."), charter("Texte noté."));
    propose(Some(practised), &["art-1"], "Usage.").unwrap()
}

#[test]
fn what_is_proposed_is_what_is_practised_and_differs() {
    let base = body(json!([clause("un", "1"), clause("deux", "2")]));
    let mine = body(json!([clause("un", "1"), clause("trois", "{{inconnue}}")]));
    let try_with = |chosen: &[&str], reason| {
        propose(Some(practice(base.clone(), mine.clone())), chosen, reason)
    };
    assert_eq!(broken(try_with(&[], "R")), ["/clauses clauses_empty"]);
    assert_eq!(
        broken(try_with(&["un", "zero", "deux", "deux"], "R")),
        [
            "/clauses/0 clause_unchanged",
            "/clauses/1 clause_unknown",
            "/clauses/3 clause_id_duplicate"
        ]
    );
    assert_eq!(
        broken(try_with(&["trois"], "R")),
        ["/clauses variable_undeclared"]
    );
    assert_eq!(broken(try_with(&["deux"], " ")), ["/reason text_empty"]);
    assert_eq!(
        propose(None, &["un"], "R"),
        Err(ProposalError::NoAdaptation)
    );
    let gone = try_with(&["deux"], "R").unwrap();
    assert!(gone.changes[0].after.is_none() && gone.changes[0].before.is_some());
    assert_eq!(
        put_in(&base, &gone.changes),
        body(json!([clause("un", "1")]))
    );
}

#[test]
fn new_clauses_stand_where_they_are_practised_and_what_stood_below_stays() {
    let below = json!({ "id": "un", "title": "un", "text": "1",
        "clauses": [clause("dessous", "d")] });
    let base = body(json!([below, clause("deux", "2")]));
    let first = json!({ "id": "avant", "title": "avant", "text": "a" });
    let mine = body(json!([
        first,
        clause("dessous", "d"),
        clause("entre", "e"),
        { "id": "deux", "title": "deux", "text": "2", "clauses": [clause("fin", "f")] },
    ]));
    let practised = practice(base.clone(), mine);
    let chosen = ["fin", "un", "entre", "avant"];
    let amendment = propose(Some(practised), &chosen, "R").unwrap();
    let expected = body(json!([
        clause("avant", "a"),
        clause("dessous", "d"),
        clause("entre", "e"),
        { "id": "deux", "title": "deux", "text": "2", "clauses": [clause("fin", "f")] },
    ]));
    assert_eq!(put_in(&base, &amendment.changes), expected);
}

/// What may be tried on an amendment.
#[derive(Clone, Copy, Debug)]
enum Turn {
    Accept,
    Decline,
    Withdraw,
    Comment,
}

/// The amendment after the turn, or why there is none.
fn turned(amendment: &Amendment, turn: Turn) -> Result<Amendment, AmendmentError> {
    let (owner, proposer) = (director(0), director(1));
    let (life, _) = source();
    let it = amendment.clone();
    match turn {
        Turn::Accept => {
            let bench = workbench(life.resource.clone(), None);
            let source = Amended {
                bench,
                base: charter("Texte."),
                published: charter("Texte."),
            };
            let accept = allowed::<act::AcceptAmendment, _>(&owner, it);
            let accepted = accept.accept(source, &Choices::new(), prose(""), at(10))?;
            let accepted = accepted.into_parts().0;
            assert_eq!(accepted.drafted.draft.body, charter("Texte noté."));
            Ok(accepted.amendment)
        }
        Turn::Decline => {
            let decline = allowed::<act::DeclineAmendment, _>(&owner, it);
            Ok(decline.decline(prose("Non."), at(10))?.into_parts().0)
        }
        Turn::Withdraw => {
            let withdraw = allowed::<act::WithdrawAmendment, _>(&proposer, it);
            Ok(withdraw.withdraw(at(10))?.into_parts().0)
        }
        Turn::Comment => {
            let comment = allowed::<act::CommentAmendment, _>(&proposer, it);
            let said = comment.comment(CommentId(uuid(2)), prose("Avis."), 0, at(10))?;
            assert_eq!(said.into_parts().0.author, collectivity(1));
            Ok(amendment.clone())
        }
    }
}

proptest! {
    #[test]
    fn there_is_no_way_out_of_a_decided_state(turns in proptest::collection::vec(
        proptest::sample::select(vec![Turn::Accept, Turn::Decline, Turn::Withdraw, Turn::Comment]),
        1..6,
    )) {
        let mut amendment = open();
        for turn in turns {
            let settled = amendment.state != AmendmentState::Proposed;
            let comment = matches!(turn, Turn::Comment);
            match turned(&amendment, turn) {
                Ok(next) => {
                    prop_assert!(comment || !settled, "{turn:?} on {:?}", amendment.state);
                    prop_assert_eq!(next.settlement.is_some(), !comment || settled);
                    amendment = next;
                }
                Err(error) => {
                    prop_assert!(settled && !comment);
                    prop_assert_eq!(error, AmendmentError::Settled);
                }
            }
        }
    }
}

#[test]
fn open_amendments_and_comments_are_bounded() {
    let practised = |open| Practice {
        open,
        ..practice(charter("Texte."), charter("Texte noté."))
    };
    assert!(propose(Some(practised(limits::AMENDMENTS - 1)), &["art-1"], "R").is_ok());
    assert_eq!(
        propose(Some(practised(limits::AMENDMENTS)), &["art-1"], "R"),
        Err(ProposalError::TooMany)
    );
    let said = |there| {
        let comment = allowed::<act::CommentAmendment, _>(&director(1), open());
        comment.comment(CommentId(uuid(2)), prose("Avis."), there, at(10))
    };
    assert!(said(limits::COMMENTS - 1).is_ok());
    assert_eq!(
        said(limits::COMMENTS).unwrap_err(),
        AmendmentError::TooManyComments
    );
}

#[test]
fn an_amendment_names_the_version_whose_draft_it_went_into() {
    let accepted = turned(&open(), Turn::Accept).unwrap();
    assert_eq!(accepted.settlement.unwrap().into, Some(2));
}

#[test]
fn a_refusal_says_why() {
    let decline = allowed::<act::DeclineAmendment, _>(&director(0), open());
    let refused = decline.decline(prose(" \n"), at(10));
    assert_eq!(refused.unwrap_err(), AmendmentError::Empty);
}

#[test]
fn who_decides_has_seen_whether_the_source_went_on() {
    let fresh = open();
    let stale = Amendment {
        stale: true,
        ..fresh.clone()
    };
    let settled = turned(&fresh, Turn::Decline).unwrap();
    let tags = [fresh.seen_as(), stale.seen_as(), settled.seen_as()];
    assert!(tags[0] < tags[1] && tags[1] < tags[2]);
}

#[test]
fn only_the_parties_and_who_may_follow_know_of_it() {
    let relation = |discussed, asking| {
        let amendment = Amendment {
            discussed,
            ..open()
        };
        amendment.relation(&director(asking))
    };
    assert_eq!(relation(false, 1), Relation::Own);
    assert_eq!(relation(true, 0), Relation::ProposedToUs);
    assert_eq!(relation(true, 2), Relation::Discussed);
    assert_eq!(relation(false, 2), Relation::Stranger);
    let stranger = authorize::<act::ReadAmendment, _>(&director(2), open());
    assert!(stranger.is_err());
}
