//! Three orders of siblings made into one.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use super::merge::Origin;

/// Both sides put what they share in another order than before, and not in the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clash;

/// Everything that `mine` and `theirs` hold, once, in an order that follows whichever side changed
/// the common one, and which side did.
///
/// What one side alone has follows what it follows there. Where both have put something at the same
/// place, the run with the smaller first key stands first: neither side is preferred, so swapping
/// them changes nothing.
pub(super) fn merge<K>(
    base: &[K],
    mine: &[K],
    theirs: &[K],
) -> Result<(Vec<K>, Option<Origin>), Clash>
where
    K: Copy + Eq + Hash + Ord,
{
    let among = |list: &[K], other: &HashSet<K>| -> Vec<K> {
        let kept = list.iter().copied();
        kept.filter(|key| other.contains(key)).collect()
    };
    let (in_base, in_mine, in_theirs) = (set(base), set(mine), set(theirs));
    let (my_common, their_common) = (among(mine, &in_theirs), among(theirs, &in_mine));
    let shared: HashSet<K> = my_common.iter().copied().collect();
    let before = among(base, &shared);
    let i_moved = among(&my_common, &in_base) != before;
    let they_moved = among(&their_common, &in_base) != before;
    let (common, origin) = if my_common == their_common {
        (my_common, i_moved.then_some(Origin::Both))
    } else {
        match (i_moved, they_moved) {
            (false, true) => (their_common, Some(Origin::Theirs)),
            (true, false) => (my_common, Some(Origin::Mine)),
            _ => return Err(Clash),
        }
    };
    Ok((with_runs(&common, &[mine, theirs]), origin))
}

/// The order of `first`, with what only `second` has put in.
pub(super) fn follow<K>(first: &[K], second: &[K]) -> Vec<K>
where
    K: Copy + Eq + Hash + Ord,
{
    with_runs(first, &[second])
}

/// `common`, with what else stands in `lists` behind what it follows there.
fn with_runs<K>(common: &[K], lists: &[&[K]]) -> Vec<K>
where
    K: Copy + Eq + Hash + Ord,
{
    let fixed = set(common);
    let mut runs: HashMap<Option<K>, Vec<Vec<K>>> = HashMap::new();
    for list in lists {
        let mut behind = None;
        let mut run = Vec::new();
        for &key in *list {
            if fixed.contains(&key) {
                runs.entry(behind).or_default().push(run);
                (behind, run) = (Some(key), Vec::new());
            } else {
                run.push(key);
            }
        }
        runs.entry(behind).or_default().push(run);
    }
    let mut merged = Vec::new();
    for place in std::iter::once(None).chain(common.iter().copied().map(Some)) {
        merged.extend(place);
        let mut here = runs.remove(&place).unwrap_or_default();
        here.sort_unstable();
        merged.extend(here.into_iter().flatten());
    }
    merged
}

fn set<K: Copy + Eq + Hash>(list: &[K]) -> HashSet<K> {
    list.iter().copied().collect()
}
