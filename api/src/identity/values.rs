//! How the values of identity look on the wire. The rules are those of the domain types; these
//! declarations only document them.

use maillage_infra::identity::OwnMembership;
use serde::Serialize;
use utoipa::ToSchema;

/// A role of a membership.
#[derive(ToSchema)]
#[schema(as = Role, rename_all = "snake_case")]
pub enum RoleSchema {
    /// Administrator of the accounts.
    Administrator,
    /// Managing director (DGS).
    Director,
    /// AI lead (référent IA).
    AiLead,
    /// Data protection officer (DPO).
    Dpo,
    /// Staff representative (CST).
    StaffRepresentative,
    /// Elected member.
    Elected,
    /// Agent who writes.
    Contributor,
    /// Agent who reads.
    Reader,
    /// Auditor.
    Auditor,
}

/// A type of public body.
#[derive(ToSchema)]
#[schema(as = BodyType, rename_all = "snake_case")]
pub enum BodyTypeSchema {
    /// Commune.
    Commune,
    /// Communauté de communes.
    Cc,
    /// Communauté d'agglomération.
    Ca,
    /// Communauté urbaine.
    Cu,
    /// Métropole.
    Metropole,
    /// Métropole de Lyon.
    MetropoleLyon,
    /// Établissement public territorial.
    Ept,
    /// Département.
    Departement,
    /// Région.
    Region,
    /// Collectivité territoriale unique.
    Ctu,
    /// Syndicat.
    Syndicat,
    /// Pôle métropolitain or PETR.
    Pole,
    /// CCAS or CIAS.
    Ccas,
    /// SDIS.
    Sdis,
    /// Centre de gestion.
    Cdg,
    /// OPSN.
    Opsn,
    /// Another public body.
    Other,
}

/// A collectivity, in short.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CollectivityRef {
    /// Its id.
    #[schema(format = Uuid, example = "019acb5e-0000-7000-8000-000000000001")]
    pub id: String,
    /// Its SIREN.
    #[schema(example = "219501277")]
    pub siren: String,
    /// Its name.
    #[schema(example = "Cergy")]
    pub name: String,
}

/// A membership of one's own.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OwnMembershipView {
    /// Where.
    pub collectivity: CollectivityRef,
    /// As what.
    #[schema(value_type = Vec<RoleSchema>)]
    pub roles: Vec<String>,
}

impl From<OwnMembership> for OwnMembershipView {
    fn from(it: OwnMembership) -> Self {
        Self {
            collectivity: CollectivityRef {
                id: it.collectivity.to_string(),
                siren: it.siren,
                name: it.name,
            },
            roles: it.roles.slugs(),
        }
    }
}
