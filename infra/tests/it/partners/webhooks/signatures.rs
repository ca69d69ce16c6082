//! Signatures: the vectors of the official libraries, and secrets under seal.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maillage_infra::identity::Keys;
use maillage_infra::partners::webhooks::sign;

/// From the tests of the official libraries for JavaScript and Go.
#[test]
fn the_official_vectors_are_what_we_sign() {
    let content = r#"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}"#;
    let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    let seed = STANDARD.decode("VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=");
    let header = sign(&secret, &seed.unwrap(), content).unwrap();
    let v1 = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    let v1a = "v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag==";
    assert_eq!(header, format!("{v1} {v1a}"));
}

#[test]
fn what_is_kept_says_nothing_of_the_secret() {
    use maillage_domain::value::WebhookId;
    let keys = Keys::ephemeral("https://maillage.test").unwrap();
    let id = WebhookId(maillage_infra::ambient::id());
    let (shown, kept) = keys.webhook_seal().draw(id).unwrap();
    let secret = STANDARD.decode(shown.0.strip_prefix("whsec_").unwrap());
    let secret = secret.unwrap();
    assert_eq!(secret.len(), 32);
    let found = kept
        .sealed
        .windows(8)
        .any(|it| secret.windows(8).any(|own| own == it));
    assert!(!found);
}
