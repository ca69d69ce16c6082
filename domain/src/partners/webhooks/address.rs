//! Addresses of receivers, in one strict form. Where they lead is judged when they are called.

use serde::{Deserialize, Serialize};

/// An absolute HTTP address without user, fragment or anything a parser could read in two ways.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(String);

/// The text is no such address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("webhook_address")]
pub struct AddressError;

impl Address {
    /// Characters of an address.
    pub const MAX: usize = 2_000;

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_host(host: &str) -> bool {
    let (inner, digits): (_, fn(u8) -> bool) =
        match host.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            Some(inner) => (inner, |it| {
                it.is_ascii_hexdigit() || matches!(it, b':' | b'.')
            }),
            None => (host, |it| {
                it.is_ascii_alphanumeric() || matches!(it, b'-' | b'.')
            }),
        };
    !inner.is_empty() && inner.bytes().all(digits)
}

impl TryFrom<String> for Address {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        let rest = text
            .strip_prefix("https://")
            .or(text.strip_prefix("http://"));
        let rest = rest.ok_or(AddressError)?;
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        // The last colon outside of brackets begins the port.
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, Some(port)),
            _ => (authority, None),
        };
        let numbered = |port: &str| {
            let digits = port.bytes().all(|it| it.is_ascii_digit());
            digits && port.parse::<u16>().is_ok_and(|port| port > 0)
        };
        let plain = |it: u8| it.is_ascii_graphic() && !b"\\#<>\"{}|^`".contains(&it);
        let well = is_host(host) && port.is_none_or(numbered) && path.bytes().all(plain);
        if well && text.len() <= Self::MAX {
            Ok(Self(text))
        } else {
            Err(AddressError)
        }
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.0
    }
}
