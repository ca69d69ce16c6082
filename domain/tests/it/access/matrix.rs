//! The golden table: what the policy says, for a data protection officer to read and review.
//!
//! When the policy changes, this test fails, prints the new table and writes it beside the old
//! one. Read the difference, then rename `matrix.txt.new` to `matrix.txt`.

use maillage_domain::access::{Actor, GroupRole, Relation, Role, Roles, Scopes, Verb, decide};

use super::policy::relations;
use crate::fixture::{client, member, operator};

const GOLDEN: &str = include_str!("matrix.txt");
const FRESH: &str = "tests/it/access/matrix.txt.new";

const HEADER: &str = "\
Who may do what in Maillage
===========================

Each block is one action. A column is a standing: the operator of the platform, a person who holds
that one role in their collectivity, or a client: software of a partner, which holds every scope and
was created by someone who holds every role. A line says what the thing acted upon is to that
collectivity. ✓ is allowed, · is refused.

Someone who holds several roles may do what one of them allows, and nothing more. A client may do
what its column and its scopes allow, and one of the roles that its creator holds at that moment.

Lines where nobody is allowed anything are left out: what has no line here is refused to everyone.
So are all lines for a stranger, who is answered as if the thing did not exist; every other refusal
says \"forbidden\".

The state of the thing may still refuse what stands here as allowed: nobody publishes without a
draft, the last coordinator does not leave.

  platform                   the platform itself
  own                        it belongs to the collectivity
  own, published             a resource of the collectivity that has a published version
  shared to read             it was granted to the collectivity, for reading
  shared to reuse            it was granted to the collectivity, for reading and adapting
  invited                    a group the collectivity was invited to
  takes part as …            a group the collectivity takes part in, with that role
  suspended                  a group that suspended the collectivity
  coordinates                the participation of another, in a group the collectivity coordinates
  fellow                     the participation of another, in a group the collectivity takes part in
  proposed to us             an amendment that another has proposed to the collectivity
  discussed                  an amendment between others, to what is granted to a group of theirs
  of a colleague             a client that somebody else of the collectivity has created
";

fn name(relation: Relation) -> &'static str {
    match relation {
        Relation::Stranger => "stranger",
        Relation::Platform => "platform",
        Relation::Own => "own",
        Relation::OwnPublished => "own, published",
        Relation::SharedToRead => "shared to read",
        Relation::SharedToReuse => "shared to reuse",
        Relation::Invited => "invited",
        Relation::TakesPart(GroupRole::Coordinator) => "takes part as coordinator",
        Relation::TakesPart(GroupRole::Contributor) => "takes part as contributor",
        Relation::TakesPart(GroupRole::Reader) => "takes part as reader",
        Relation::Suspended => "suspended",
        Relation::Coordinates => "coordinates",
        Relation::Fellow => "fellow",
        Relation::ProposedToUs => "proposed to us",
        Relation::Discussed => "discussed",
        Relation::OfColleague => "of a colleague",
    }
}

/// What the verb does, in the words of its documentation.
fn meaning(verb: Verb) -> &'static str {
    let source = include_str!("../../../src/access/action.rs");
    let list = source.split_once("actions! {").unwrap().1;
    let (before, _) = list.split_once(&format!("    {verb:?},\n")).unwrap();
    before
        .lines()
        .last()
        .unwrap()
        .trim_start_matches("    /// ")
}

fn slug(verb: Verb) -> String {
    let slug = serde_json::to_value(verb).unwrap();
    slug.as_str().unwrap().to_owned()
}

/// A line of the table: a first cell, then one cell under the heading of each column.
fn row<'a>(first: &str, cells: impl Iterator<Item = &'a str>) -> String {
    let mut row = format!("{first:<27}");
    let headings = std::iter::once("operator")
        .chain(Role::ALL.iter().map(|role| role.as_str()))
        .chain(std::iter::once("client"));
    for (cell, heading) in cells.zip(headings) {
        row.push_str(&format!("  {cell:<width$}", width = heading.len()));
    }
    format!("{}\n", row.trim_end())
}

fn table() -> String {
    let standings: Vec<(&str, Actor)> = std::iter::once(("operator", operator()))
        .chain(
            Role::ALL
                .iter()
                .map(|role| (role.as_str(), member(0, Roles::of(&[*role])))),
        )
        .chain(std::iter::once((
            "client",
            client(0, Roles::of(Role::ALL), Scopes::all()),
        )))
        .collect();
    let mut table = HEADER.to_owned();
    for verb in Verb::ALL {
        let headings = standings.iter().map(|(heading, _)| *heading);
        table.push_str(&format!(
            "\n{}\n{}",
            meaning(*verb),
            row(&slug(*verb), headings)
        ));
        for relation in relations() {
            let cells = standings.iter().map(|(_, actor)| {
                let allowed = decide(*verb, actor, relation).is_ok();
                if allowed { "✓" } else { "·" }
            });
            if cells.clone().any(|cell| cell == "✓") {
                table.push_str(&row(&format!("  {}", name(relation)), cells));
            }
        }
    }
    table
}

#[test]
fn the_policy_says_what_the_golden_table_says() {
    let expected = table();
    if expected != GOLDEN {
        std::fs::write(FRESH, &expected).unwrap();
        panic!("the policy and matrix.txt differ; see {FRESH}:\n{expected}");
    }
}

#[test]
fn every_verb_is_allowed_to_someone() {
    let blocks: Vec<&str> = GOLDEN
        .split("\n\n")
        .filter(|block| block.contains('✓'))
        .collect();
    for verb in Verb::ALL {
        let has_a_line = blocks.iter().any(|block| {
            block
                .lines()
                .any(|line| line.starts_with(&format!("{} ", slug(*verb))))
        });
        assert!(has_a_line, "{verb:?}");
    }
}
