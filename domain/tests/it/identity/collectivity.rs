//! Registration: a directory entry becomes a tenant, and someone is asked to administer it.

use maillage_domain::access::{Refusal, Role, Roles, Subject, abilities, act, authorize};
use maillage_domain::event::Fact;
use maillage_domain::identity::{
    BodyType, Collectivity, InvitationSecret, Invitee, NewBody, Platform, Reoffered,
};
use maillage_domain::value::{Digest, InvitationId};

use crate::fixture::{administrator, allowed, at, collectivity, email, line, operator, uuid};

fn town() -> Collectivity {
    Collectivity {
        id: collectivity(0),
        siren: "214401093".parse().unwrap(),
        name: "Nantes".to_owned(),
        body_type: BodyType::Commune,
        joined_at: at(0),
    }
}

fn secret() -> InvitationSecret {
    InvitationSecret {
        id: InvitationId(uuid(1)),
        digest: Digest::of_bytes(b"secret"),
    }
}

fn invitee() -> Invitee {
    Invitee {
        email: email("dgs@nantes.example"),
        name: line("Camille Dupont"),
        // Whatever the request says.
        roles: Roles::of(&[Role::Director, Role::Auditor]),
    }
}

#[test]
fn the_first_person_administers_accounts_and_nothing_else() {
    let secret = secret();
    let registered = allowed::<act::RegisterCollectivity, _>(&operator(), Platform).register(
        town(),
        invitee(),
        secret,
        at(0),
    );
    let (registered, fact) = registered.into_parts();
    let invitation = &registered.invitation;
    assert_eq!(registered.collectivity, town());
    assert_eq!(invitation.collectivity, collectivity(0));
    assert_eq!(invitation.invitee.roles, Roles::of(&[Role::Administrator]));
    assert_eq!(invitation.invitee.email, email("dgs@nantes.example"));
    assert_eq!(invitation.secret, secret.digest);
    assert!(invitation.stands(at(0)));
    assert_eq!(
        fact,
        Fact::CollectivityRegistered {
            collectivity: collectivity(0),
            siren: "214401093".parse().unwrap(),
        }
    );
}

#[test]
fn the_administration_is_offered_anew_and_the_fact_says_until_when() {
    let platform = allowed::<act::RegisterCollectivity, _>(&operator(), Platform);
    let offered = platform.offer_again(collectivity(0), invitee(), secret(), at(5));
    let (Reoffered(invitation), fact) = offered.into_parts();
    assert_eq!(invitation.id, InvitationId(uuid(1)));
    assert_eq!(invitation.collectivity, collectivity(0));
    assert_eq!(invitation.invitee.roles, Roles::of(&[Role::Administrator]));
    assert_eq!(invitation.invitee.email, email("dgs@nantes.example"));
    assert_eq!(invitation.secret, secret().digest);
    assert_eq!(invitation.offered_at, at(5));
    assert!(invitation.stands(at(5)));
    assert_eq!(
        fact,
        Fact::Invited {
            invitation: invitation.id,
            roles: invitation.invitee.roles,
            expires_at: invitation.expires_at,
        }
    );
}

#[test]
fn only_the_operator_acts_on_the_platform() {
    let refused = authorize::<act::RegisterCollectivity, _>(&administrator(0), Platform);
    assert_eq!(refused.unwrap_err(), Refusal::Forbidden);
    let refused = authorize::<act::ExtendDirectory, _>(&administrator(0), Platform);
    assert_eq!(refused.unwrap_err(), Refusal::Forbidden);
    assert_eq!(abilities(&operator(), &Platform), Platform::VERBS);
}

#[test]
fn extending_the_directory_keeps_the_body_as_given() {
    let body = NewBody {
        siren: "200046977".parse().unwrap(),
        name: line("Métropole de Lyon"),
        body_type: BodyType::MetropoleLyon,
    };
    let extended = allowed::<act::ExtendDirectory, _>(&operator(), Platform).extend(body.clone());
    let (kept, fact) = extended.into_parts();
    assert_eq!(kept, body);
    assert_eq!(
        fact,
        Fact::DirectoryExtended {
            siren: "200046977".parse().unwrap(),
        }
    );
}

#[test]
fn a_new_body_is_read_strictly() {
    let read = |json| serde_json::from_str::<NewBody>(json);
    assert!(read(r#"{"siren": "214401093", "name": "N", "type": "commune"}"#).is_ok());
    for json in [
        r#"{"siren": "214401094", "name": "N", "type": "commune"}"#,
        r#"{"siren": "214401093", "name": " ", "type": "commune"}"#,
        r#"{"siren": "214401093", "name": "N", "type": "mairie"}"#,
        r#"{"siren": "214401093", "name": "N", "type": "commune", "tenant": true}"#,
        r#"{"siren": 214401093, "name": "N", "type": "commune"}"#,
    ] {
        assert!(read(json).is_err(), "{json}");
    }
}
