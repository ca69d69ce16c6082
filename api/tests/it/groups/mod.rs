//! Groups over HTTP: formed, joined, left, handed over; and what others see of them.

mod coordinators;
mod leaving;
mod lifecycle;
mod participants;
mod suggestions;
mod suspension;
mod use_cases;

use std::fmt::Display;

use serde_json::{Value, json};

use crate::support::{Actor, Response, World};

/// An address within the group: of the participation of `siren`, or of what follows it.
fn participation(world: &World, siren: impl Display, rest: &str) -> String {
    format!("/v1/groups/{}/participants/{}{rest}", world.group, siren)
}

/// What a participation says of itself.
fn standing(answer: &Response) -> Value {
    let view = answer.expect(200);
    json!([view["role"], view["state"]])
}

/// Gives `siren` another role in the group, whatever it has.
async fn rank(world: &World, actor: &Actor, siren: impl Display, role: &str) -> Response {
    let path = participation(world, siren, "");
    actor.anyway().patch(&path, json!({ "role": role })).await
}
