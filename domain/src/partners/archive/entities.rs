//! What the archive consists of: entities, their members, and the order of their lines.

/// What a member holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// A UUID.
    Id,
    /// Text.
    Text,
    /// Several texts.
    Texts,
    /// A whole number.
    Number,
    /// Yes or no.
    Flag,
    /// A moment, RFC 3339, to the microsecond.
    Moment,
    /// A day.
    Day,
    /// Bytes as hexadecimal digits: a SHA-256.
    Digest,
    /// Any JSON.
    Json,
}

/// A member of every line of an entity.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Type,
    /// Whether it may be null. It is never absent.
    pub nullable: bool,
}

/// A file of lines that are alike.
#[derive(Clone, Copy, Debug)]
pub struct Entity {
    /// Its name, and that of its file.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    /// The members whose values order the lines; together they are unique.
    pub key: &'static [&'static str],
    /// All members.
    pub members: &'static [Member],
}

impl Entity {
    /// Whether one line may be a whole text.
    pub fn is_heavy(&self) -> bool {
        self.members.iter().any(|member| member.name == "body")
    }
}

const fn some(name: &'static str, kind: Type) -> Member {
    let nullable = false;
    Member {
        name,
        kind,
        nullable,
    }
}

const fn maybe(name: &'static str, kind: Type) -> Member {
    let nullable = true;
    Member {
        name,
        kind,
        nullable,
    }
}

macro_rules! entities {
    ($($(#[$doc:meta])* $list:ident: { $(
        $name:ident = $about:literal, by [$($key:ident),+] {
            $($how:ident $member:ident: $kind:ident),+ $(,)?
        }
    )+ })+) => { $(
        $(#[$doc])*
        pub const $list: &[Entity] = &[$(Entity {
            name: stringify!($name),
            about: $about,
            key: &[$(stringify!($key)),+],
            members: &[$($how(member(stringify!($member)), Type::$kind)),+],
        }),+];
    )+ };
}

/// `type` is a word of Rust, so it is written `r#type` below.
const fn member(name: &'static str) -> &'static str {
    match name.as_bytes() {
        b"r#type" => "type",
        _ => name,
    }
}

entities! {
    /// What belongs to the collectivity, in an order in which it can be imported.
    ENTITIES: {
    collectivities = "The collectivity itself: one line.", by [id] {
        some id: Id, some siren: Text, some name: Text, some r#type: Text, some joined_at: Moment,
    }
    persons = "The people who work or worked for it. Without their passwords.", by [id] {
        some id: Id, some email: Text, some name: Text, some created_at: Moment,
    }
    memberships = "For what each of them is or was responsible.", by [id] {
        some id: Id, some person_id: Id, some roles: Texts, some state: Text,
        some revision: Number, some since: Moment,
    }
    invitations = "Who was invited to join. Without the secrets.", by [id] {
        some id: Id, some email: Text, some name: Text, some roles: Texts,
        some offered_at: Moment, some expires_at: Moment, maybe settled_at: Moment,
    }
    groups = "The groups it formed.", by [id] {
        some id: Id, some name: Text, some purpose: Text, some revision: Number,
        some formed_at: Moment,
    }
    participations = "How it takes part in groups, its own and others'.", by [group_id] {
        some group_id: Id, some role: Text, some state: Text, some revision: Number,
        some since: Moment,
    }
    group_use_cases = "The use cases it added to the catalogues of groups.", by [group_id, code] {
        some group_id: Id, some code: Text, some name: Text, some added_at: Moment,
    }
    resources = "Its charters, templates and experiments.", by [id] {
        some id: Id, some kind: Text, some title: Text, some summary: Text, some tags: Texts,
        some state: Text, some revision: Number, maybe head_number: Number,
        maybe head_digest: Digest, maybe head_draft_revision: Number,
        maybe head_published_at: Moment, maybe offered_at: Moment,
        maybe source_tenant_id: Id, maybe source_resource_id: Id, maybe source_version: Number,
        maybe source_digest: Digest, maybe taken_version: Number, maybe taken_digest: Digest,
        some reports_deviations: Flag,
    }
    versions = "What was published, for ever.", by [resource_id, number] {
        some resource_id: Id, some number: Number, some title: Text, some body: Json,
        some note: Text, some digest: Digest, some published_by: Id, some published_at: Moment,
    }
    drafts = "What is being written.", by [resource_id] {
        some resource_id: Id, some body: Json, some revision: Number, some written_at: Moment,
    }
    bases = "What the sources of adaptations said when it was taken in.",
        by [resource_id, source_resource_id, version] {
        some resource_id: Id, some source_resource_id: Id, some version: Number,
        some digest: Digest, some body: Json, maybe onto_version: Number, some taken_at: Moment,
    }
    inclusions = "Clauses that were included from elsewhere.", by [resource_id, clause_id] {
        some resource_id: Id, some clause_id: Text, some source_tenant_id: Id,
        some source_resource_id: Id, some source_kind: Text, some source_clause_id: Text,
        some version: Number, some digest: Digest, some said: Json, some taken_at: Moment,
    }
    deviations = "Why adaptations depart from what their sources impose.",
        by [resource_id, clause_id] {
        some resource_id: Id, some clause_id: Text, some reason: Text, some revision: Number,
        some written_by: Id, some written_at: Moment,
    }
    published_deviations = "How published versions depart from it.", by [resource_id, number] {
        some resource_id: Id, some number: Number, some deviations: Json,
    }
    shares = "Who sees what. The row of the collectivity itself has no audience.",
        by [resource_id, audience_id] {
        some resource_id: Id, some audience_id: Id, some id: Id, some kind: Text,
        maybe audience: Json, some level: Number, maybe listed_at: Moment,
        maybe expires_at: Moment, some granted_at: Moment,
    }
    amendments = "What it proposed to the owners of its sources.", by [id] {
        some id: Id, some adaptation_id: Id, some owner_id: Id, some resource_id: Id,
        some kind: Text, some source_version: Number, some source_digest: Digest,
        some changes: Json, some reason: Text, maybe signature: Text, some proposed_at: Moment,
        some state: Text, maybe settled_by: Id, maybe settled_at: Moment, maybe settlement: Text,
        maybe into_version: Number, some revision: Number,
    }
    amendment_comments = "What was said of that, by both sides.", by [amendment_id, id] {
        some amendment_id: Id, some id: Id, some author_id: Id, some person_id: Id,
        some text: Text, some at: Moment,
    }
    trials = "How its experiments went.", by [resource_id] {
        some resource_id: Id, some state: Text, maybe qualification: Json,
        maybe authorised_version: Number, maybe protocol_version: Number,
        maybe protocol_digest: Digest, maybe prepared_by: Id, some impacts: Json,
        maybe next_review: Day, some revision: Number,
    }
    trial_entries = "Their journals.", by [resource_id, number] {
        some resource_id: Id, some number: Number, some kind: Json, some day: Day,
        some text: Text, some written_by: Id, some at: Moment,
    }
    results = "What they have shown.", by [resource_id, indicator_id] {
        some resource_id: Id, some indicator_id: Text, some id: Id,
        some protocol_version: Number, some protocol_digest: Digest, some use_case: Text,
        some code: Text, some question: Digest, some indicator: Json, some report: Json,
        maybe sharing: Text, some revision: Number, some figures_revision: Number,
        some recorded_by: Id, some recorded_at: Moment,
    }
    shown_figures = "Which of their figures others have seen.", by [question, result_id, revision] {
        some question: Digest, some result_id: Id, some revision: Number,
    }
    clients = "The software that acts for it. Without the secrets.", by [id] {
        some id: Id, some name: Text, some purpose: Text, some legal_basis: Text,
        some scopes: Texts, some networks: Texts, maybe keys: Json,
        some ends_with_creator: Flag, some created_by: Id, some created_at: Moment,
        some expires_at: Moment, maybe revoked_at: Moment, some revision: Number,
        maybe group_id: Id,
    }
    audit_records = "The audit trail, chained by digests.", by [sequence] {
        some sequence: Number, some at: Moment, maybe actor: Id, maybe client: Id,
        some fact: Json, some previous: Digest, some digest: Digest,
    }
    audit_heads = "Where the audit trail ends: one line.", by [sequence] {
        some sequence: Number, some digest: Digest,
    }
    }

    /// What belongs to others and is named only, so that ids can be read. The first member but
    /// `owner_id` and those of the key says of what.
    REFERENCES: {
    collectivities = "The collectivities that are named anywhere in the archive.", by [owner_id] {
        some owner_id: Id, some siren: Text, some name: Text, some r#type: Text,
    }
    groups = "The groups of others in which it takes part.", by [group_id] {
        some owner_id: Id, some group_id: Id, some name: Text, some purpose: Text,
        some formed_at: Moment,
    }
    participations = "Who else takes part in its groups.", by [group_id, owner_id] {
        some owner_id: Id, some group_id: Id, some role: Text, some state: Text,
        some since: Moment,
    }
    group_use_cases = "The use cases that others added to the catalogues of its groups.",
        by [group_id, code] {
        some owner_id: Id, some group_id: Id, some code: Text, some name: Text,
        some added_at: Moment,
    }
    resources = "What others granted to it or to one of its groups.", by [resource_id, audience_id] {
        some owner_id: Id, some resource_id: Id, some audience_id: Id, some kind: Text,
        some title: Text, maybe version: Number, maybe digest: Digest, some level: Number,
        some granted_at: Moment, maybe expires_at: Moment,
    }
    amendments = "What others proposed to its resources.", by [id] {
        some owner_id: Id, some id: Id, some resource_id: Id, some source_version: Number,
        some state: Text, some proposed_at: Moment, maybe settled_at: Moment,
    }
    amendment_comments = "What it said of that.", by [amendment_id, id] {
        some owner_id: Id, some amendment_id: Id, some id: Id, some person_id: Id,
        some text: Text, some at: Moment,
    }
    }
}
