//! Who registers, changes, rotates and removes endpoints, and when they stop by themselves.

use chrono::TimeDelta;
use maillage_domain::access::{Role, Roles, Verb, abilities, act, authorize};
use maillage_domain::event::Fact;
use maillage_domain::identity::Staff;
use maillage_domain::partners::MAX_OVERLAP;
use maillage_domain::partners::webhooks::{
    DisabledReason, Endpoint, EndpointError, EndpointRegistered, EndpointTerms, EventFilter,
    FAILING_SPAN, MAX_ENDPOINTS, MAX_EVENT_TYPES, Message, NewSigner, Replay, Standing, Verdict,
};
use maillage_domain::value::{EventId, SecretId, WebhookId};

use crate::fixture::{administrator, allowed, at, collectivity, line, member, uuid};

fn terms(events: usize) -> EndpointTerms {
    let event = EventFilter::try_from("resource.published".to_owned()).unwrap();
    EndpointTerms {
        address: "https://example.org/crochet".to_owned().try_into().unwrap(),
        name: line("Intranet"),
        events: vec![event; events],
    }
}

fn signer(n: u64) -> NewSigner {
    NewSigner {
        id: SecretId(uuid(n)),
        sealed: vec![1, 2, 3],
        public: [7; 32],
    }
}

fn register(terms: EndpointTerms) -> Result<(Endpoint, Fact), EndpointError> {
    register_beside(0, terms)
}

/// Where there are so many already.
fn register_beside(known: i64, terms: EndpointTerms) -> Result<(Endpoint, Fact), EndpointError> {
    let staff = Staff {
        collectivity: collectivity(0),
    };
    let permitted = allowed::<act::RegisterWebhook, _>(&administrator(0), staff);
    let outcome = permitted.register_webhook(known, WebhookId(uuid(7)), terms, signer(1), at(0))?;
    let (EndpointRegistered(endpoint), fact) = outcome.into_parts();
    Ok((endpoint, fact))
}

fn made() -> Endpoint {
    register(terms(0)).unwrap().0
}

fn change(endpoint: Endpoint, active: bool, when: i64) -> (Endpoint, Fact) {
    let permitted = allowed::<act::ChangeWebhook, _>(&administrator(0), endpoint);
    permitted
        .change(terms(1), active, at(when))
        .unwrap()
        .into_parts()
}

fn rotate(
    endpoint: Endpoint,
    n: u64,
    overlap: TimeDelta,
    when: i64,
) -> Result<Endpoint, EndpointError> {
    let permitted = allowed::<act::ChangeWebhook, _>(&administrator(0), endpoint);
    Ok(permitted
        .rotate(signer(n), overlap, at(when))?
        .into_parts()
        .0)
}

fn signing(endpoint: &Endpoint, when: i64) -> Vec<SecretId> {
    let live = endpoint.signers.iter().filter(|it| it.is_live(at(when)));
    live.map(|it| it.id).collect()
}

#[test]
fn administrators_keep_endpoints_and_others_know_of_none() {
    let (endpoint, fact) = register(terms(MAX_EVENT_TYPES)).unwrap();
    assert_eq!(
        fact,
        Fact::WebhookRegistered {
            webhook: endpoint.id
        }
    );
    assert!(endpoint.is_active() && endpoint.revision == 1);
    assert_eq!(
        abilities(&administrator(0), &endpoint),
        [Verb::ChangeWebhook]
    );
    for role in Role::ALL {
        let may = abilities(&member(0, Roles::of(&[*role])), &endpoint);
        assert_eq!(!may.is_empty(), *role == Role::Administrator, "{role:?}");
    }
    assert!(abilities(&administrator(1), &endpoint).is_empty());
    assert!(authorize::<act::ChangeWebhook, _>(&administrator(1), endpoint).is_err());
    let many = register(terms(MAX_EVENT_TYPES + 1)).map(|_| ());
    assert_eq!(many, Err(EndpointError::TooManyTypes));
    assert!(register_beside(MAX_ENDPOINTS - 1, terms(0)).is_ok());
    let one_more = register_beside(MAX_ENDPOINTS, terms(0)).map(|_| ());
    assert_eq!(one_more, Err(EndpointError::TooMany));
}

#[test]
fn who_names_no_type_is_told_of_all() {
    assert!(terms(0).wants("group.joined"));
    assert!(terms(1).wants("resource.published") && !terms(1).wants("group.joined"));
}

#[test]
fn a_change_may_stop_it_and_let_it_go_on() {
    let (stopped, fact) = change(made(), false, 1);
    let webhook = stopped.id;
    let reason = DisabledReason::ByHand;
    assert_eq!(fact, Fact::WebhookDisabled { webhook, reason });
    assert_eq!(
        stopped.standing,
        Standing::Disabled {
            reason,
            since: at(1)
        }
    );
    let (still, fact) = change(stopped, false, 2);
    assert_eq!(
        still.standing,
        Standing::Disabled {
            reason,
            since: at(1)
        }
    );
    assert_eq!(fact, Fact::WebhookChanged { webhook });
    let (again, fact) = change(still, true, 3);
    assert!(again.is_active() && again.revision == 4);
    assert_eq!(fact, Fact::WebhookEnabled { webhook });
    assert_eq!(change(again, true, 4).1, Fact::WebhookChanged { webhook });
}

#[test]
fn a_replaced_signer_signs_beside_the_new_one_for_a_while() {
    let id = |n| SecretId(uuid(n));
    let endpoint = rotate(made(), 2, TimeDelta::seconds(100), 10).unwrap();
    assert_eq!(signing(&endpoint, 109), [id(2), id(1)]);
    assert_eq!(signing(&endpoint, 110), [id(2)]);
    let endpoint = rotate(endpoint, 3, TimeDelta::seconds(100), 20).unwrap();
    assert_eq!(signing(&endpoint, 20), [id(3), id(2)]);
    for overlap in [MAX_OVERLAP + TimeDelta::seconds(1), TimeDelta::seconds(-1)] {
        let refused = rotate(made(), 2, overlap, 10).map(|_| ());
        assert_eq!(refused, Err(EndpointError::Overlap));
    }
}

#[test]
fn days_of_nothing_but_failures_disable_it() {
    let first = made().note(Verdict::Failed, at(0)).unwrap_err();
    let failing = |since| Standing::Active {
        failing_since: since,
    };
    assert_eq!(first.standing, failing(Some(at(0))));
    let span = FAILING_SPAN.num_seconds();
    let later = first
        .clone()
        .note(Verdict::Failed, at(span - 1))
        .unwrap_err();
    assert_eq!(later.standing, failing(Some(at(0))));
    // One success, and the span begins anew.
    let well = later
        .clone()
        .note(Verdict::Delivered, at(span - 1))
        .unwrap_err();
    assert_eq!(well.standing, failing(None));
    assert!(well.note(Verdict::Failed, at(span)).is_err());
    let (disabled, fact) = later.note(Verdict::Failed, at(span)).unwrap().into_parts();
    let (webhook, reason) = (disabled.id, DisabledReason::Failing);
    assert_eq!(fact, Fact::WebhookDisabled { webhook, reason });
    assert_eq!(
        disabled.standing,
        Standing::Disabled {
            reason,
            since: at(span)
        }
    );
    // What comes in late changes nothing any more.
    let late = disabled
        .clone()
        .note(Verdict::Delivered, at(span))
        .unwrap_err();
    assert_eq!(*late, disabled);
}

#[test]
fn who_wants_nothing_any_more_is_told_nothing() {
    let (gone, fact) = made().note(Verdict::Gone, at(5)).unwrap().into_parts();
    let (webhook, reason) = (gone.id, DisabledReason::Gone);
    assert_eq!(fact, Fact::WebhookDisabled { webhook, reason });
    assert!(!gone.is_active() && gone.revision == 2);
}

#[test]
fn nothing_is_sent_to_one_that_is_told_nothing() {
    let permitted = |active| {
        let (endpoint, _) = change(made(), active, 1);
        allowed::<act::ChangeWebhook, _>(&administrator(0), endpoint)
    };
    let message = Message::test(EventId(uuid(1)), collectivity(0), made().id, at(0));
    assert!(permitted(true).test(message.clone()).is_ok());
    assert!(permitted(true).replay(Replay::Since(at(0))).is_ok());
    let refused = permitted(false).test(message).map(|_| ());
    assert_eq!(refused, Err(EndpointError::Disabled));
    let refused = permitted(false).replay(Replay::Since(at(0))).map(|_| ());
    assert_eq!(refused, Err(EndpointError::Disabled));
    let (_, fact) = permitted(false).remove().into_parts();
    assert_eq!(fact, Fact::WebhookRemoved { webhook: made().id });
}
