//! E-mail addresses: the name under which a person logs in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An address in lower case, so that one person is not two accounts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

/// The text is not an address of RFC 5321 with a dotted domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("email_format")]
pub struct EmailError;

impl EmailAddress {
    /// Octets of an address: what a path of RFC 5321 §4.5.3.1.3 leaves within its angle brackets.
    pub const MAX: usize = 254;

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for EmailAddress {
    type Err = EmailError;

    fn from_str(text: &str) -> Result<Self, EmailError> {
        let options = email_address::Options::default()
            .with_required_tld()
            .without_display_text()
            .without_domain_literal();
        let text = text.trim().to_lowercase();
        if text.len() > Self::MAX {
            return Err(EmailError);
        }
        email_address::EmailAddress::parse_with_options(&text, options)
            .map(|_| Self(text))
            .map_err(|_| EmailError)
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = EmailError;

    fn try_from(text: String) -> Result<Self, EmailError> {
        text.parse()
    }
}

impl From<EmailAddress> for String {
    fn from(email: EmailAddress) -> Self {
        email.0
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
