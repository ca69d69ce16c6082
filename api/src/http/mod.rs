//! What every request and answer has in common: problems, languages, bodies, pages, conditions.

pub mod address;
pub mod body;
pub mod codes;
pub mod condition;
pub mod edge;
pub mod fields;
pub mod file;
pub mod form;
pub mod language;
pub mod moment;
pub mod page;
pub mod params;
pub mod patch;
pub mod prefer;
pub mod problem;
mod refused;
pub mod reply;
pub mod sheet;
mod strict;

pub use body::Body;
pub use codes::Code;
pub use condition::Tag;
pub use file::{File, Lines, Table};
pub use form::{Form, MAX_FORM};
pub use language::Language;
pub use moment::Moment;
pub use page::{ListQuery, Page, PageQuery};
pub use params::{Id, Params};
pub use problem::{MAX_NAME, Problem};
pub use reply::{Answer, Reply};
