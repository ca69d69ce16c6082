//! Clients: who makes, changes, rotates and stops them, and within which bounds.

use chrono::TimeDelta;
use maillage_domain::access::{
    Actor, Relation, Role, Roles, Scopes, Subject, Verb, abilities, act,
};
use maillage_domain::event::Fact;
use maillage_domain::identity::Staff;
use maillage_domain::outcome::Outcome;
use maillage_domain::partners::{
    Client, ClientError, ClientKeys, LegalBasis, MAX_LIFETIME, MAX_NETWORKS, MAX_OVERLAP,
    NewSecret, OF_GROUPS, Proof, Registered, Terms,
};
use maillage_domain::value::{ClientId, Digest, SecretId};
use serde_json::json;

use crate::fixture::{
    administrator, allowed, at, client as software, collectivity, line, member, person, uuid,
};
use crate::groups::coordinated;

fn terms() -> Terms {
    Terms {
        name: line("Logiciel de gestion"),
        purpose: line("Reprendre les chartes dans l'intranet"),
        legal_basis: LegalBasis::PublicTask,
        scopes: Scopes::of([Verb::Read]).unwrap(),
        networks: vec!["192.0.2.0/24".parse().unwrap()],
        expires_at: at(0) + TimeDelta::days(90),
        ends_with_creator: true,
    }
}

fn secret(n: u64) -> NewSecret {
    NewSecret {
        id: SecretId(uuid(n)),
        digest: Digest::of_bytes(&n.to_be_bytes()),
    }
}

fn keys() -> ClientKeys {
    let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    let key = json!({ "kty": "OKP", "crv": "Ed25519", "kid": "one", "x": x });
    ClientKeys::try_from(&json!({ "keys": [key] })).unwrap()
}

fn register(
    terms: Terms,
    proof: Result<ClientKeys, NewSecret>,
) -> Result<(Client, Fact), ClientError> {
    let staff = Staff {
        collectivity: collectivity(0),
    };
    let permitted = allowed::<act::RegisterClient, _>(&administrator(0), staff);
    let outcome = permitted.register(ClientId(uuid(7)), terms, proof, at(0))?;
    let (Registered(client), fact) = outcome.into_parts();
    Ok((client, fact))
}

fn made() -> Client {
    register(terms(), Err(secret(1))).unwrap().0
}

fn rotate(client: Client, n: u64, overlap: TimeDelta, when: i64) -> Result<Client, ClientError> {
    let permitted = allowed::<act::RotateSecret, _>(&administrator(0), client);
    let outcome = permitted.rotate(secret(n), overlap, at(when))?;
    Ok(outcome.into_parts().0)
}

fn live(client: &Client, when: i64) -> Vec<u64> {
    let proven = |n: &u64| client.is_proven_by(secret(*n).digest, at(when));
    (1..9).filter(proven).collect()
}

#[test]
fn a_client_names_its_creator_and_its_end() {
    let (client, fact) = register(terms(), Err(secret(1))).unwrap();
    assert_eq!((client.created_by, client.revision), (person(0), 1));
    let expected = Fact::ClientRegistered {
        group: None,
        client: client.id,
        scopes: client.terms.scopes,
        expires_at: client.terms.expires_at,
    };
    assert_eq!(fact, expected);
    assert!(client.stands(at(0)));
    assert!(!client.stands(client.terms.expires_at));
    assert_eq!(live(&client, 1), [1]);
}

#[test]
fn terms_have_bounds() {
    let many = vec!["192.0.2.1".parse().unwrap(); MAX_NETWORKS + 1];
    let with = |change: &dyn Fn(&mut Terms)| {
        let mut terms = terms();
        change(&mut terms);
        register(terms, Err(secret(1)))
            .map(|(client, _)| client.terms)
            .unwrap_err()
    };
    assert_eq!(with(&|it| it.scopes = Scopes::NONE), ClientError::NoScope);
    assert_eq!(
        with(&|it| it.networks = many.clone()),
        ClientError::TooManyNetworks
    );
    assert_eq!(with(&|it| it.expires_at = at(0)), ClientError::Expiry);
    let late = at(1) + MAX_LIFETIME;
    assert_eq!(with(&|it| it.expires_at = late), ClientError::Expiry);
}

#[test]
fn a_client_of_a_group_only_reads() {
    let group = coordinated();
    let speaks = allowed::<act::DescribeGroup, _>(&administrator(0), group.clone());
    let of = |scopes: &[Verb]| Terms {
        scopes: Scopes::of(scopes.iter().copied()).unwrap(),
        ..terms()
    };
    let register = |terms| {
        let collectivity = collectivity(0);
        let may = allowed::<act::RegisterClient, _>(&administrator(0), Staff { collectivity });
        let outcome = may.register_for(&speaks, ClientId(uuid(7)), terms, Err(secret(1)), at(0));
        outcome.map(Outcome::into_parts)
    };
    let (Registered(client), fact) = register(of(&OF_GROUPS)).unwrap();
    assert_eq!(client.group, Some(group.id));
    assert!(matches!(fact, Fact::ClientRegistered { group, .. } if group == client.group));
    for verb in Scopes::all()
        .iter()
        .filter(|verb| !OF_GROUPS.contains(verb))
    {
        let beyond = register(of(&[Verb::Read, verb])).map(|_| ());
        assert_eq!(beyond, Err(ClientError::BeyondGroup), "{verb:?}");
    }
    let permitted = allowed::<act::ChangeClient, _>(&administrator(0), client);
    let changed = permitted.change(of(&[Verb::Read, Verb::Create]), at(0));
    assert_eq!(changed.map(|_| ()).unwrap_err(), ClientError::BeyondGroup);
}

#[test]
fn two_secrets_at_most_work_at_once() {
    let hour = TimeDelta::hours(1);
    let client = rotate(made(), 2, hour, 10).unwrap();
    assert_eq!(live(&client, 11), [1, 2]);
    assert_eq!(live(&client, 10 + 3600), [2]);
    // Replaced again before that: the oldest is out at once.
    let client = rotate(client, 3, hour, 20).unwrap();
    assert_eq!(live(&client, 20), [2, 3]);
    assert_eq!(live(&client, 20 + 3600), [3]);
    // Without overlap the old one ends now, and no end is ever put off.
    let client = rotate(client, 4, TimeDelta::zero(), 30).unwrap();
    assert_eq!(live(&client, 30), [4]);
    assert_eq!(client.revision, 4);
    let beyond = rotate(made(), 2, MAX_OVERLAP + TimeDelta::seconds(1), 1);
    assert_eq!(beyond.unwrap_err(), ClientError::Overlap);
    assert_eq!(
        rotate(made(), 2, -hour, 1).unwrap_err(),
        ClientError::Overlap
    );
}

#[test]
fn a_client_with_keys_has_no_secret() {
    let (client, _) = register(terms(), Ok(keys())).unwrap();
    assert_eq!(client.proof, Proof::Keys(keys()));
    let rotated = rotate(client.clone(), 2, TimeDelta::zero(), 1);
    assert_eq!(rotated.unwrap_err(), ClientError::OtherProof);
    let replace = |client| {
        let permitted = allowed::<act::RotateSecret, _>(&administrator(0), client);
        permitted.replace_keys(keys()).map(|it| it.into_parts())
    };
    let (replaced, fact) = replace(client).unwrap();
    assert_eq!(
        (replaced.proof, replaced.revision),
        (Proof::Keys(keys()), 2)
    );
    assert_eq!(
        fact,
        Fact::KeysReplaced {
            client: replaced.id
        }
    );
    assert_eq!(replace(made()).unwrap_err(), ClientError::OtherProof);
}

#[test]
fn what_was_stopped_stays_so() {
    let revoke = allowed::<act::RevokeClient, _>(&administrator(0), made());
    let (client, fact) = revoke.revoke(at(5)).unwrap().into_parts();
    assert_eq!(fact, Fact::ClientRevoked { client: client.id });
    assert!(!client.stands(at(5)));
    assert!(abilities(&administrator(0), &client).is_empty());
    let again = allowed::<act::RevokeClient, _>(&administrator(0), client.clone());
    assert_eq!(again.revoke(at(6)).unwrap_err(), ClientError::Revoked);
    let change = allowed::<act::ChangeClient, _>(&administrator(0), client.clone());
    assert_eq!(
        change.change(terms(), at(6)).unwrap_err(),
        ClientError::Revoked
    );
    assert_eq!(
        rotate(client, 2, TimeDelta::zero(), 6).unwrap_err(),
        ClientError::Revoked
    );
}

#[test]
fn an_expiry_that_has_passed_may_stay_or_be_put_off() {
    let day = 86_400;
    let (late, client) = (at(100 * day), made());
    let change = |terms: Terms| {
        let permitted = allowed::<act::ChangeClient, _>(&administrator(0), client.clone());
        permitted.change(terms, late).map(|it| it.into_parts().0)
    };
    let renamed = Terms {
        name: line("Autre nom"),
        ..terms()
    };
    assert_eq!(change(renamed).unwrap().revision, 2);
    let renewed = Terms {
        expires_at: late + TimeDelta::days(1),
        ..terms()
    };
    assert!(change(renewed).unwrap().stands(late));
    let earlier = Terms {
        expires_at: late - TimeDelta::days(1),
        ..terms()
    };
    assert_eq!(change(earlier).unwrap_err(), ClientError::Expiry);
}

#[test]
fn a_colleague_may_stop_it_and_nothing_else() {
    let Actor::Member(mut colleague) = member(0, Roles::of(&[Role::Administrator])) else {
        unreachable!();
    };
    colleague.person = person(1);
    let colleague = Actor::Member(colleague);
    assert_eq!(made().relation(&colleague), Relation::OfColleague);
    assert_eq!(abilities(&colleague, &made()), [Verb::RevokeClient]);
    let all = [Verb::ChangeClient, Verb::RotateSecret, Verb::RevokeClient];
    assert_eq!(abilities(&administrator(0), &made()), all);
    assert_eq!(made().relation(&administrator(1)), Relation::Stranger);
    // Nor does the client itself, though it acts in the name of its creator.
    let itself = software(0, Roles::of(Role::ALL), Scopes::all());
    assert!(abilities(&itself, &made()).is_empty());
}

#[test]
fn errors_are_slugs() {
    let slugs = [
        (ClientError::NoScope, "scopes_empty"),
        (ClientError::TooManyNetworks, "networks_too_many"),
        (ClientError::Expiry, "client_expiry"),
        (ClientError::Overlap, "overlap_too_long"),
        (ClientError::OtherProof, "client_proof"),
        (ClientError::Revoked, "client_revoked"),
    ];
    for (error, slug) in slugs {
        assert_eq!(error.to_string(), slug);
    }
}
