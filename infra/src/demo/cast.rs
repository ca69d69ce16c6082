//! Who plays in the demo: obviously fictional people, one per role, all with the same password.
//!
//! Their addresses end in `.example`, which no mail ever reaches (RFC 2606).

use maillage_domain::access::{Role, Roles};
use maillage_domain::identity::{Invitee, Password};
use maillage_domain::value::{EmailAddress, Line, Siren};

use super::DemoError;

/// The password of every account of the demo. It protects nothing.
pub const PASSWORD: &str = "sept-herons-sur-la-passerelle";

/// A public body of the demo, as the directory knows it.
#[derive(Debug)]
pub(super) struct Town {
    siren: &'static str,
    /// Its name in the directory.
    pub(super) name: &'static str,
    /// The first label of its people's addresses.
    label: &'static str,
    /// The roles that join before there are contents, the administrator first.
    pub(super) staff: &'static [Role],
}

const FEW: &[Role] = &[Role::Administrator, Role::Director, Role::AiLead];
const MANY: &[Role] = &[
    Role::Administrator,
    Role::Director,
    Role::AiLead,
    Role::Dpo,
    Role::StaffRepresentative,
    Role::Elected,
    Role::Contributor,
    Role::Reader,
];

/// The agglomeration, where charter and templates come from.
pub(super) const AGGLOMERATION: &Town = &Town {
    siren: "249500109",
    name: "CA de Cergy-Pontoise",
    label: "agglo",
    staff: FEW,
};
/// The commune that adapts.
pub(super) const CERGY: &Town = &Town {
    siren: "219501277",
    name: "Cergy",
    label: "cergy",
    staff: MANY,
};
/// A commune that takes part and reads.
pub(super) const PONTOISE: &Town = &Town {
    siren: "219505005",
    name: "Pontoise",
    label: "pontoise",
    staff: FEW,
};
/// A commune elsewhere: of all this it sees what the whole network sees.
pub(super) const VENELLES: &Town = &Town {
    siren: "211301130",
    name: "Venelles",
    label: "venelles",
    staff: FEW,
};
/// All of them.
pub(super) const TOWNS: [&Town; 4] = [AGGLOMERATION, CERGY, PONTOISE, VENELLES];

/// Someone of the demo.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    Operator,
    Member(&'static Town, Role),
}

/// Who runs the platform.
pub(super) const OPERATOR: Part = Part::Operator;

/// Who registers the software of a partner.
pub(super) const ADMINISTRATOR: Part = Part::Member(AGGLOMERATION, Role::Administrator);

/// Who joins once everything is there to be audited. Whoever finds the account finds it all.
pub(super) const LAST: (&Town, Role) = (CERGY, Role::Auditor);

/// An account of the demo, to be shown to whoever tries the platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoAccount {
    /// The address to log in with.
    pub email: String,
    /// The password to log in with.
    pub password: &'static str,
    /// The collectivity it works for; none for the operator.
    pub collectivity: Option<&'static str>,
    /// Its role, in French.
    pub role: &'static str,
}

/// Every account of the demo, the operator first.
pub fn accounts() -> Vec<DemoAccount> {
    let account = |part: Part| DemoAccount {
        email: part.address(),
        password: PASSWORD,
        collectivity: match part {
            Part::Operator => None,
            Part::Member(town, _) => Some(town.name),
        },
        role: part.title(),
    };
    parts().map(account).collect()
}

fn parts() -> impl Iterator<Item = Part> {
    let staff = |town: &'static Town| {
        let (home, last) = LAST;
        let last = (home.siren == town.siren).then_some(last);
        let roles = town.staff.iter().copied().chain(last);
        roles.map(move |role| Part::Member(town, role))
    };
    std::iter::once(OPERATOR).chain(TOWNS.into_iter().flat_map(staff))
}

impl Town {
    /// By which the directory and groups know it.
    pub(super) fn siren(&self) -> Result<Siren, DemoError> {
        self.siren.parse().map_err(DemoError::content)
    }
}

impl Part {
    /// What they are, in French.
    fn title(self) -> &'static str {
        match self {
            Self::Operator => "Opératrice de la plateforme",
            Self::Member(_, role) => match role {
                Role::Administrator => "Administratrice des comptes",
                Role::Director => "Directrice générale",
                Role::AiLead => "Référent IA",
                Role::Dpo => "Déléguée à la protection des données",
                Role::StaffRepresentative => "Représentant du personnel",
                Role::Elected => "Élue",
                Role::Contributor => "Agent rédacteur",
                Role::Reader => "Agente lectrice",
                Role::Auditor => "Auditeur",
            },
        }
    }

    fn address(self) -> String {
        match self {
            Self::Operator => "operator@maillage.demo.example".to_owned(),
            Self::Member(town, role) => {
                let mailbox = role.as_str().replace('_', "-");
                format!("{mailbox}@{}.demo.example", town.label)
            }
        }
    }

    /// The address they log in with.
    pub(super) fn email(self) -> Result<EmailAddress, DemoError> {
        self.address().parse().map_err(DemoError::content)
    }

    /// A name that nobody takes for somebody's.
    pub(super) fn name(self) -> Result<Line<200>, DemoError> {
        let name = format!("{} (démo)", self.title());
        name.try_into().map_err(DemoError::content)
    }

    /// What their administrator invites.
    pub(super) fn invitee(self) -> Result<Invitee, DemoError> {
        let roles = match self {
            Self::Operator => Roles::NONE,
            Self::Member(_, role) => Roles::of(&[role]),
        };
        Ok(Invitee {
            email: self.email()?,
            name: self.name()?,
            roles,
        })
    }
}

/// The shared password, once it is one for everybody.
pub(super) fn password() -> Result<Password, DemoError> {
    let choose = |part: Part| -> Result<Password, DemoError> {
        let (email, name) = (part.email()?, part.name()?);
        Ok(Password::choose(
            PASSWORD.to_owned(),
            &email,
            name.as_str(),
        )?)
    };
    for part in parts() {
        choose(part)?;
    }
    choose(OPERATOR)
}
