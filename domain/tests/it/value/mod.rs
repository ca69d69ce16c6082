//! Values: what they accept, what they refuse, and under which slug.

mod digest;
mod email;
mod id;
mod siren;
mod text;
mod violation;
