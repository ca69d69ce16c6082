//! Following: what the source of included clauses has published since, merged into them where they
//! stand. Where a clause stands, what stands around it and which variables mean what is the text's own.

use chrono::{DateTime, Utc};

use super::{Followed, Included, Inclusion, Inclusions, undeclared};
use crate::access::{Permitted, act};
use crate::commons::merge::{Choices, Merge, Sides, merge};
use crate::commons::proposal::{put_in, words};
use crate::commons::tree::Tree;
use crate::commons::{Change, Clausal, Clause, Kind, Standing, UpstreamError, Words};
use crate::event::Fact;
use crate::outcome::Outcome;
use crate::value::{ClauseId, ResourceId};

/// A clause with nothing below it.
fn bare(id: &ClauseId, words: Words) -> Clause {
    Clause {
        id: id.clone(),
        title: words.title,
        text: words.text,
        lock: words.lock,
        clauses: Vec::new(),
    }
}

impl<K: Kind<Body: Clausal>> Inclusions<K> {
    /// What taking in the newest version of a source would do to the clauses that were included from
    /// it, as far as `choices` settle it; nothing where there is nothing to take in.
    ///
    /// Clauses that the source has put beside them since are no part of it: nobody chose those.
    pub fn plan(&self, of: &Followed<'_>, choices: &Choices) -> Option<Merge<K::Body>> {
        if of.standing() != Standing::Behind {
            return None;
        }
        let excerpt = of.newest?.excerpt.as_ref()?;
        let text = self.bench.text()?;
        let outline = text.outline();
        let (here, there) = (Tree::new(outline.clauses), Tree::new(&excerpt.clauses));
        let said = of
            .clauses
            .iter()
            .map(|it| bare(&it.clause, it.said.clone()));
        let mine = of.clauses.iter().filter_map(|it| here.clause(&it.clause));
        let theirs = of.clauses.iter().filter_map(|it| {
            let says = there.clause(&it.of)?;
            Some(bare(&it.clause, words(says)))
        });
        // Side by side, whatever stands below what: only what the clauses say is merged.
        let flat = |clauses| text.with(String::new(), Vec::new(), clauses);
        let sides = Sides {
            base: &flat(said.collect()),
            mine: &flat(mine.map(|it| bare(&it.id, words(it))).collect()),
            theirs: &flat(theirs.collect()),
        };
        let mut merge = merge(sides, choices);
        merge.steps.retain(|step| step.clause.is_some());

        let merged = Tree::new(merge.body.outline().clauses);
        let change = |it: &&Inclusion| Change {
            clause: it.clause.clone(),
            before: here.clause(&it.clause).map(words),
            after: merged.clause(&it.clause).map(words),
            below: None,
            behind: None,
        };
        let changes: Vec<_> = of.clauses.iter().map(change).collect();
        let body = put_in(text, &changes);
        let clauses = body.outline().clauses.to_vec();
        let mut variables = outline.variables.to_vec();
        variables.extend(undeclared(&clauses, outline.variables, &excerpt.variables));
        let body = text.with(outline.preamble.to_owned(), variables, clauses);
        Some(merge.placed(body, choices))
    }

    /// The inclusions from now on, once the newest version of a source was taken into `body`. A
    /// clause that the source has no more is one's own, if it stays.
    fn after(&self, of: &Followed<'_>, body: &K::Body, now: DateTime<Utc>) -> Vec<Inclusion> {
        let excerpt = of.newest.and_then(|newest| newest.excerpt.as_ref());
        let there = Tree::new(excerpt.map_or(&[], |excerpt| &excerpt.clauses));
        let tree = Tree::new(body.outline().clauses);
        let stay = self.present().into_iter().filter(|it| tree.has(&it.clause));
        let after = stay.filter_map(|it| match of.newest {
            Some(newest) if it.source.resource == of.resource => Some(Inclusion {
                source: newest.source,
                said: words(there.clause(&it.of)?),
                taken_at: now,
                ..it.clone()
            }),
            _ => Some(it.clone()),
        });
        after.collect()
    }
}

impl<K: Kind<Body: Clausal>> Permitted<act::Merge, Inclusions<K>> {
    /// Takes the newest version of a source, number `version`, into the clauses that were included
    /// from it: into a draft, never into what is published.
    ///
    /// # Errors
    /// When there is nothing to take in, or the choices do not settle every conflict.
    pub fn merge(
        self,
        source: ResourceId,
        version: i32,
        choices: &Choices,
        now: DateTime<Utc>,
    ) -> Result<Outcome<Included<K>>, UpstreamError> {
        let here = self.into_subject();
        let followed = here.followed();
        let followed = followed.into_iter().find(|it| it.resource == source);
        let followed = followed.ok_or(UpstreamError::NothingNew)?;
        let merge = here.plan(&followed, choices);
        let merge = merge.ok_or(UpstreamError::NothingNew)?;
        let newest = followed.newest.ok_or(UpstreamError::NothingNew)?.source;
        if newest.version != version {
            return Err(UpstreamError::NotNewest);
        }
        let body = merge.settled()?;
        let inclusions = here.after(&followed, &body, now);
        let drafted = here.bench.drafted(body, now);
        let fact = Fact::InclusionsMerged {
            resource: drafted.resource.id,
            kind: K::NAME,
            source: newest,
        };
        Ok(Outcome::new(
            Included {
                drafted,
                inclusions,
            },
            fact,
        ))
    }
}
