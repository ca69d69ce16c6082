//! Networks: which addresses they hold, and which texts are none.

use std::net::{IpAddr, Ipv4Addr};

use maillage_domain::partners::Network;
use proptest::prelude::*;

fn network(text: &str) -> Network {
    text.parse().unwrap()
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn a_network_holds_what_begins_like_it() {
    for (text, inside, outside) in [
        ("192.0.2.7", "192.0.2.7", "192.0.2.6"),
        ("192.0.2.0/24", "::ffff:192.0.2.255", "192.0.3.0"),
        ("10.0.0.0/8", "10.255.0.1", "11.0.0.0"),
        ("0.0.0.0/0", "203.0.113.1", "2001:db8::1"),
        ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"),
        ("::/0", "2001:db8::1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1", "2001:db8::2"),
    ] {
        assert!(network(text).holds(address(inside)), "{inside} in {text}");
        assert!(
            !network(text).holds(address(outside)),
            "{outside} in {text}"
        );
    }
}

#[test]
fn what_is_no_network_is_refused() {
    for text in [
        "",
        "localhost",
        "192.0.2.1/24",
        "192.0.2.0/33",
        "192.0.2.0/",
        "192.0.2.0/+8",
        "192.0.2.0/-1",
        "192.0.2",
        "0300.0.2.1",
        "192.0.2.0/24/24",
        "2001:db8::1/64",
        "::1/129",
        "::ffff:192.0.2.1",
        "::ffff:192.0.2.0/120",
        " 192.0.2.1",
        "192.0.2.1 ",
        "192.0.2.0/0x8",
    ] {
        let refused = text.parse::<Network>().unwrap_err();
        assert_eq!(refused.to_string(), "network_invalid", "{text}");
    }
}

proptest! {
    #[test]
    fn a_network_of_n_bits_holds_what_shares_them(bits: u32, other: u32, prefix in 0..=32_u8) {
        let mask = u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0);
        let text = format!("{}/{prefix}", Ipv4Addr::from(bits & mask));
        let network = network(&text);
        prop_assert_eq!(network.to_string(), text);
        prop_assert!(network.holds(Ipv4Addr::from(bits).into()));
        prop_assert_eq!(network.holds(Ipv4Addr::from(other).into()), other & mask == bits & mask);
    }
}
