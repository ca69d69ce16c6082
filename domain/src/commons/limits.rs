//! The limits of a body. They are part of the API's documentation: change them there too.

/// Clauses in one body, all levels together.
pub const CLAUSES: usize = 1_000;
/// Levels of clauses.
pub const DEPTH: usize = 6;
/// Characters of one Markdown text.
pub const TEXT: usize = 20_000;
/// Characters of one title.
pub const TITLE: usize = 200;
/// Characters of all texts of a body together.
pub const TOTAL: usize = 1_000_000;
/// Variables of one body.
pub const VARIABLES: usize = 100;
/// Words and signs that are taken out of a text or put in, where texts are compared one by one.
/// Where more are, they are compared sentence by sentence, and where more sentences are, as a whole,
/// so that no text takes long.
pub const EDITS: usize = 200;
/// Sources that a text may have included clauses from.
pub const INCLUDED: usize = 20;
/// Amendments of one collectivity to one source that nobody has decided.
pub const AMENDMENTS: usize = 20;
/// Comments on one amendment.
pub const COMMENTS: usize = 500;
/// Characters of a paragraph of a protocol.
pub const PARAGRAPH: usize = 5_000;
/// Entries of a list of a protocol: tasks, indicators, safeguards…
pub const ENTRIES: usize = 30;
/// Characters of the id of an indicator: `indicator-` and it are the name of a deviation.
pub const INDICATOR_ID: usize = 50;
/// Tags of one resource.
pub const TAGS: usize = 20;
/// Collectivities that must agree to be counted before the owner of a source is told of deviations.
pub const REPORTING: i64 = 3;
/// Grants of one resource.
pub const SHARES: usize = 500;
