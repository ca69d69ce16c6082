//! Preferences (RFC 7240): what a caller would rather have. Of all of them, only `return` is
//! understood.

use actix_web::HttpRequest;

/// Whether the caller prefers this to be returned. Of two such preferences the first one counts.
pub fn returns(request: &HttpRequest, what: &str) -> bool {
    let given = request.headers().get_all("prefer");
    let preferences = given
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    // What follows a semicolon are parameters of the preference; it has none that we know.
    let named = preferences.filter_map(|one| one.split(';').next()?.split_once('='));
    let mut returned = named.filter(|(name, _)| name.trim().eq_ignore_ascii_case("return"));
    let first = returned.next();
    first.is_some_and(|(_, value)| value.trim().trim_matches('"') == what)
}
