//! The caller's address, for quotas and throttling.

use std::net::{IpAddr, Ipv6Addr};

use actix_web::http::header::HeaderMap;

/// The address that stands for a caller: of IPv6 the network (/64), since whoever has one address of
/// it has them all.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into()
        }
        address => address,
    }
}

/// The address that stands for the caller; see `exact`.
pub fn caller(headers: &HeaderMap, peer: Option<IpAddr>, proxy_hops: usize) -> Option<IpAddr> {
    exact(headers, peer, proxy_hops).map(network)
}

/// The address of the caller, as far as it can be trusted.
///
/// Each proxy appends the address it was called from to `X-Forwarded-For`; everything before what
/// our own proxies wrote is what the caller likes to say, so it is not looked at.
pub fn exact(headers: &HeaderMap, peer: Option<IpAddr>, proxy_hops: usize) -> Option<IpAddr> {
    let Some(index) = proxy_hops.checked_sub(1) else {
        return peer.map(|address| address.to_canonical());
    };
    let forwarded = headers
        .get_all("x-forwarded-for")
        .filter_map(|value| value.to_str().ok());
    let addresses: Vec<_> = forwarded
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    addresses
        .iter()
        .rev()
        .nth(index)
        .and_then(|address| address.parse().ok())
        .or(peer)
        .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn asked(forwarded: &[&'static str], hops: usize) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            let name = HeaderName::from_static("x-forwarded-for");
            headers.append(name, HeaderValue::from_static(value));
        }
        let peer = Some(IpAddr::from([10, 0, 0, 1]));
        caller(&headers, peer, hops)
            .map(|address| address.to_string())
            .unwrap_or_default()
    }

    #[test]
    fn nobody_is_believed_without_a_proxy() {
        assert_eq!(asked(&["192.0.2.7"], 0), "10.0.0.1");
    }

    #[test]
    fn only_what_our_proxies_wrote_counts() {
        assert_eq!(asked(&["198.51.100.1, 192.0.2.7"], 1), "192.0.2.7");
        assert_eq!(
            asked(&["198.51.100.1", "192.0.2.7, 10.0.0.9"], 2),
            "192.0.2.7"
        );
        assert_eq!(asked(&["nonsense"], 1), "10.0.0.1");
        assert_eq!(asked(&[], 3), "10.0.0.1");
    }

    #[test]
    fn a_network_of_ipv6_is_one_caller() {
        assert_eq!(asked(&["2001:db8:1:2:3:4:5:6"], 1), "2001:db8:1:2::");
        assert_eq!(asked(&["::ffff:192.0.2.7"], 1), "192.0.2.7");
    }
}
