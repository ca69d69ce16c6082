//! Forms as bodies, as OAuth has them: bounded, no parameter twice (RFC 6749 §3.2).

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use actix_web::{FromRequest, HttpRequest, dev::Payload};

use super::body::{self, Bound};
use super::problem::Place;
use super::{Code, Problem};

/// The greatest form, in bytes: an assertion and a list of scopes.
pub const MAX_FORM: usize = 16 * 1024;

/// The parameters of a form. One without a value counts as absent, and unknown ones are ignored:
/// RFC 6749 has it so, unlike the rest of this API.
pub struct Form(BTreeMap<String, String>);

impl Form {
    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.get(name).map(String::as_str);
        value.filter(|value| !value.is_empty())
    }

    /// The value of a parameter that must be there.
    ///
    /// # Errors
    /// `InvalidRequest` when it is not.
    pub fn required(&self, name: &str) -> Result<&str, Problem> {
        let missing = || Problem::parameter(name, "parameter_missing").of_oauth();
        self.get(name).ok_or_else(missing)
    }
}

async fn read(request: HttpRequest, payload: Payload) -> Result<Form, Problem> {
    let kind = "application/x-www-form-urlencoded";
    if !body::essence(&request).eq_ignore_ascii_case(kind) {
        return Err(Code::UnsupportedMediaType.into());
    }
    let bound = Bound {
        most: MAX_FORM,
        beyond: Code::FormTooLarge,
        broken: Code::InvalidRequest,
    };
    let bytes = body::collect(&request, payload, bound).await?;
    let mut form = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(&bytes) {
        let text = |text: &str| !text.contains(char::REPLACEMENT_CHARACTER);
        if !text(&name) || !text(&value) {
            let whole = Place::Body(maillage_domain::value::Pointer::root());
            return Err(Problem::at(Code::InvalidRequest, whole, "invalid_value").of_oauth());
        }
        if form.contains_key(name.as_ref()) {
            return Err(Problem::parameter(&name, "parameter_repeated").of_oauth());
        }
        form.insert(name.into_owned(), value.into_owned());
    }
    Ok(Form(form))
}

impl FromRequest for Form {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        Box::pin(read(request.clone(), payload.take()))
    }
}
