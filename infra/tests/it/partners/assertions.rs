//! Assertions are read here, and attacked over HTTP in `api/tests/it/partners`.

use maillage_domain::value::ClientId;
use maillage_infra::ambient;
use maillage_infra::partners::Assertion;

#[test]
fn what_is_no_token_claims_nothing() {
    let id = ClientId(ambient::id());
    for text in ["", "..", "a.b.c", "e30.e30.", "e30.e30.e30.e30"] {
        assert_eq!(Assertion::claimed_by(text), None, "{text} {id}");
    }
}
