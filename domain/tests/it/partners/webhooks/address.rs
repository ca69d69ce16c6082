//! One strict form of an address.

use maillage_domain::partners::webhooks::{Address, EventFilter};

fn is_address(text: &str) -> bool {
    Address::try_from(text.to_owned()).is_ok()
}

#[test]
fn addresses_that_can_be_read_in_one_way_only() {
    for good in [
        "https://example.org",
        "https://example.org/",
        "https://hooks.example.org:8443/a/b?c=d&e=%20",
        "http://127.0.0.1:9000/crochet",
        "https://[2606:4700::1111]/x",
        "https://[2606:4700::1111]:8443",
        "https://xn--mairie-de-rougres-e5b.example/",
    ] {
        assert!(is_address(good), "{good}");
    }
    let long = format!("https://example.org/{}", "a".repeat(Address::MAX));
    for bad in [
        "",
        "example.org",
        "//example.org",
        "ftp://example.org/",
        "HTTPS://example.org/",
        "https:example.org",
        "https:///x",
        "https://",
        "https://:443/",
        "https://u@example.org/",
        "https://u:p@example.org/",
        "https://example.org:0/",
        "https://example.org:65536/",
        "https://example.org:/",
        "https://example.org:4 4/",
        "https://exa mple.org/",
        "https://example.org\\@127.0.0.1/",
        "https://example.org#x",
        "https://example.org/#x",
        "https://mairie-de-rougères.example/",
        "https://example.org/é",
        "https://example.org/a b",
        "https://%31.example/",
        "https://[::1/",
        "https://::1/",
        "https://[]/",
        "https://a_b.example/",
        " https://example.org/",
        "https://example.org/\n",
        &long,
    ] {
        assert!(!is_address(bad), "{bad}");
    }
}

#[test]
fn types_of_events_and_families_of_them() {
    let kind = |text: &str| EventFilter::try_from(text.to_owned());
    assert!(
        kind("resource.published")
            .unwrap()
            .means("resource.published")
    );
    assert!(
        !kind("resource.published")
            .unwrap()
            .means("resource.publish")
    );
    assert!(kind("resource.*").unwrap().means("resource.published"));
    assert!(!kind("resource.*").unwrap().means("resources.published"));
    assert!(kind("resource.sold").is_err(), "there is no such event");
    for bad in [
        "",
        "*",
        "resource",
        "resource.",
        ".x",
        "resource.p*",
        "a.b.c",
        "Resource.x",
        "é.a",
    ] {
        assert!(kind(bad).is_err(), "{bad}");
    }
}
