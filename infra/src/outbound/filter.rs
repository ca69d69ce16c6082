//! Which addresses are of the whole internet: everything else is somebody's inside.
//!
//! We keep a list of our own because the standard library's is unstable. For IPv6 it says what is let
//! through, for IPv4 what is not: an address that carries an IPv4 address within is never global.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Special blocks of IPv4 (IANA registry of special-purpose addresses), with multicast and the rest
/// from 224 on: address and prefix.
const INNER_V4: [(Ipv4Addr, u32); 17] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 31, 196, 0), 24),
    (Ipv4Addr::new(192, 52, 193, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(192, 175, 48, 0), 24),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

/// What of 2000::/3, the only global unicast there is, is special: protocol assignments (Teredo,
/// benchmarking, ORCHID), documentation, 6to4.
const INNER_V6: [(Ipv6Addr, u32); 6] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0), 48),
    (Ipv6Addr::new(0x3ffe, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Whether `address` is of the whole internet.
pub(super) fn is_global(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(it) => {
            let begins = |(block, prefix): &(Ipv4Addr, u32)| {
                (u32::from(it) ^ u32::from(*block)) >> (32 - prefix) == 0
            };
            !INNER_V4.iter().any(begins)
        }
        IpAddr::V6(it) => {
            let begins = |(block, prefix): &(Ipv6Addr, u32)| {
                (u128::from(it) ^ u128::from(*block)) >> (128 - prefix) == 0
            };
            let unicast = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);
            begins(&unicast) && !INNER_V6.iter().any(begins)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_somebodys_inside_is_not_global() {
        let inner = "0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254 \
            169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.8 192.0.2.1 192.88.99.1 192.168.1.1 \
            198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 \
            255.255.255.255 :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::7f00:1 \
            64:ff9b::808:808 64:ff9b:1::a00:1 100::1 2001::1 2001:2::1 2001:10::1 2001:20::1 \
            2001:db8::1 2002:7f00:1::1 2002:808:808::1 3fff::1 5f00::1 fc00::1 fd12:3456::1 \
            fe80::1 fec0::1 ff02::1 4000::1";
        for address in inner.split_whitespace() {
            assert!(!is_global(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn what_surrounds_it_is_global() {
        let outer = "1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 \
            128.0.0.1 169.253.0.1 172.15.255.255 172.32.0.0 192.0.1.1 192.167.0.1 192.169.0.1 \
            198.17.0.1 198.20.0.1 203.0.112.1 223.255.255.255 2001:200::1 2001:4860:4860::8888 \
            2003::1 2606:4700::1111 2a00:1450::1";
        for address in outer.split_whitespace() {
            assert!(is_global(address.parse().unwrap()), "{address}");
        }
    }
}
