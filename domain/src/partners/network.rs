//! Networks: the addresses a client may call from.

use core::net::IpAddr;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An address, or all addresses that begin like it (CIDR, RFC 4632).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// The text is no network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("network_invalid")]
pub struct NetworkError;

/// The address as bits from the left of 128, and how many of them it has.
fn bits(address: IpAddr) -> (u128, u8) {
    match address {
        IpAddr::V4(it) => (u128::from(u32::from(it)) << 96, 32),
        IpAddr::V6(it) => (u128::from(it), 128),
    }
}

impl Network {
    /// Whether `address` is one of it. An IPv4 address written as IPv6 is the IPv4 address.
    pub fn holds(&self, address: IpAddr) -> bool {
        let ((ours, width), (theirs, other)) = (bits(self.address), bits(address.to_canonical()));
        let beyond = 128 - u32::from(self.prefix);
        width == other && (ours ^ theirs).checked_shr(beyond).unwrap_or(0) == 0
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    /// Host bits must be zero: `10.1.2.3/8` is more likely a slip than a network of 16 million.
    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| NetworkError)?;
        if address.to_canonical() != address {
            return Err(NetworkError);
        }
        let (bits, width) = bits(address);
        let prefix = match prefix {
            None => width,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse().map_err(|_| NetworkError)?
            }
            Some(_) => return Err(NetworkError),
        };
        let host = bits.checked_shl(u32::from(prefix)).unwrap_or(0);
        if prefix > width || host != 0 {
            return Err(NetworkError);
        }
        Ok(Self { address, prefix })
    }
}

impl TryFrom<String> for Network {
    type Error = NetworkError;

    fn try_from(text: String) -> Result<Self, NetworkError> {
        text.parse()
    }
}

impl From<Network> for String {
    fn from(network: Network) -> Self {
        network.to_string()
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}
