//! Use cases of groups: codes that no other group has.

use maillage_domain::access::{GroupRole, act};
use maillage_domain::commons::UseCase;
use maillage_domain::groups::{CatalogueError, Group, GroupUseCase, ParticipationState};

use super::group::founded;
use crate::fixture::{allowed, at, director, line};

pub fn coordinated() -> Group {
    Group {
        own: Some((GroupRole::Coordinator, ParticipationState::Active)),
        ..founded().group
    }
}

fn add(slug: &str, known: &[GroupUseCase]) -> Result<GroupUseCase, CatalogueError> {
    let permitted = allowed::<act::ExtendCatalogue, _>(&director(0), coordinated());
    let added = permitted.add_use_case(slug, line("Essai"), known, at(0))?;
    Ok(added.into_parts().0)
}

#[test]
fn a_code_is_the_groups_own() {
    let added = add("parcours-emploi", &[]).unwrap();
    let code = added.code.as_str();
    let tail = &coordinated().id.to_string()[28..];
    assert_eq!(code, format!("x-{tail}-parcours-emploi"));
    assert_eq!(code.parse::<UseCase>(), Ok(added.code.clone()));
    assert_eq!(add("parcours-emploi", &[added]), Err(CatalogueError::Known));
}

#[test]
fn a_slug_is_short_and_plain() {
    let long = "a".repeat(53);
    assert!(add(&long, &[]).is_ok());
    let too_long = "a".repeat(54);
    for slug in ["", "É", "a b", "A", "a_b", "a/b", too_long.as_str()] {
        let refused = add(slug, &[]).unwrap_err();
        let told =
            matches!(&refused, CatalogueError::Invalid(it) if it.code == "use_case_slug_format");
        assert!(told, "{refused:?}");
    }
}

#[test]
fn a_group_has_a_hundred_at_most() {
    let one = |number: usize| GroupUseCase {
        code: format!("x-{number}").parse().unwrap(),
        ..add("essai", &[]).unwrap()
    };
    let some: Vec<_> = (0..GroupUseCase::MOST).map(one).collect();
    assert!(add("essai", &some[1..]).is_ok());
    assert_eq!(add("essai", &some), Err(CatalogueError::TooMany));
}
