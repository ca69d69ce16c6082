//! The tables as Diesel knows them. A test compares them with the database, column by column.

diesel::table! {
    directory_entries (code) {
        code -> Text,
        #[sql_name = "type"]
        body_type -> Text,
        name -> Text,
        folded -> Text,
        siren -> Nullable<Text>,
        insee -> Nullable<Text>,
        department -> Nullable<Text>,
        region -> Nullable<Text>,
        epci -> Nullable<Text>,
        population -> Nullable<Integer>,
        zone -> Nullable<Text>,
    }
}

diesel::table! {
    collectivities (id) {
        id -> Uuid,
        siren -> Text,
        name -> Text,
        #[sql_name = "type"]
        body_type -> Text,
        audiences -> Array<Uuid>,
        joined_at -> Timestamptz,
    }
}

diesel::table! {
    memberships (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        roles -> Array<Text>,
        state -> Text,
        revision -> BigInt,
        since -> Timestamptz,
    }
}

diesel::table! {
    persons (id) {
        id -> Uuid,
        email -> Text,
        name -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    credentials (person_id) {
        person_id -> Uuid,
        password_hash -> Text,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    operators (person_id) {
        person_id -> Uuid,
    }
}

diesel::table! {
    invitations (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        email -> Text,
        name -> Text,
        roles -> Array<Text>,
        secret -> Binary,
        offered_at -> Timestamptz,
        expires_at -> Timestamptz,
        settled_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    sessions (id) {
        id -> Uuid,
        person_id -> Uuid,
        tenant_id -> Nullable<Uuid>,
        opened_at -> Timestamptz,
        closed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    refresh_tokens (digest) {
        digest -> Binary,
        session_id -> Uuid,
        issued_at -> Timestamptz,
        expires_at -> Timestamptz,
        spent_at -> Nullable<Timestamptz>,
        successor -> Nullable<Binary>,
    }
}

diesel::table! {
    login_attempts (key) {
        key -> Binary,
        since -> Timestamptz,
        attempts -> Integer,
    }
}

diesel::table! {
    groups (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        name -> Text,
        purpose -> Text,
        revision -> BigInt,
        formed_at -> Timestamptz,
    }
}

diesel::table! {
    participations (tenant_id, group_id) {
        tenant_id -> Uuid,
        group_id -> Uuid,
        role -> Text,
        state -> Text,
        revision -> BigInt,
        since -> Timestamptz,
    }
}

diesel::table! {
    resources (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        kind -> Text,
        title -> Text,
        summary -> Text,
        tags -> Array<Text>,
        state -> Text,
        revision -> BigInt,
        head_number -> Nullable<Integer>,
        head_digest -> Nullable<Binary>,
        head_draft_revision -> Nullable<BigInt>,
        head_published_at -> Nullable<Timestamptz>,
        offered_at -> Nullable<Timestamptz>,
        source_tenant_id -> Nullable<Uuid>,
        source_resource_id -> Nullable<Uuid>,
        source_version -> Nullable<Integer>,
        source_digest -> Nullable<Binary>,
        taken_version -> Nullable<Integer>,
        taken_digest -> Nullable<Binary>,
        reports_deviations -> Bool,
    }
}

diesel::table! {
    versions (tenant_id, resource_id, number) {
        tenant_id -> Uuid,
        resource_id -> Uuid,
        number -> Integer,
        title -> Text,
        body -> Jsonb,
        note -> Text,
        digest -> Binary,
        published_by -> Uuid,
        published_at -> Timestamptz,
    }
}

diesel::table! {
    drafts (tenant_id, resource_id) {
        tenant_id -> Uuid,
        resource_id -> Uuid,
        body -> Jsonb,
        revision -> BigInt,
        written_at -> Timestamptz,
    }
}

diesel::table! {
    bases (tenant_id, resource_id, source_resource_id, version) {
        tenant_id -> Uuid,
        resource_id -> Uuid,
        source_resource_id -> Uuid,
        version -> Integer,
        digest -> Binary,
        body -> Jsonb,
        onto_version -> Nullable<Integer>,
        taken_at -> Timestamptz,
    }
}

diesel::table! {
    published_deviations (tenant_id, resource_id, number) {
        tenant_id -> Uuid,
        resource_id -> Uuid,
        number -> Integer,
        deviations -> Jsonb,
    }
}

diesel::table! {
    inclusions (tenant_id, resource_id, clause_id) {
        tenant_id -> Uuid,
        resource_id -> Uuid,
        clause_id -> Text,
        source_tenant_id -> Uuid,
        source_resource_id -> Uuid,
        source_kind -> Text,
        source_clause_id -> Text,
        version -> Integer,
        digest -> Binary,
        said -> Jsonb,
        taken_at -> Timestamptz,
    }
}

diesel::table! {
    deviations (tenant_id, resource_id, clause_id) {
        tenant_id -> Uuid,
        resource_id -> Uuid,
        clause_id -> Text,
        reason -> Text,
        revision -> BigInt,
        written_by -> Uuid,
        written_at -> Timestamptz,
    }
}

diesel::table! {
    shares (tenant_id, resource_id, audience_id) {
        tenant_id -> Uuid,
        resource_id -> Uuid,
        audience_id -> Uuid,
        id -> Uuid,
        kind -> Text,
        audience -> Nullable<Jsonb>,
        level -> SmallInt,
        listed_at -> Nullable<Timestamptz>,
        expires_at -> Nullable<Timestamptz>,
        granted_at -> Timestamptz,
    }
}

diesel::table! {
    audit_records (tenant_id, sequence) {
        tenant_id -> Uuid,
        sequence -> BigInt,
        at -> Timestamptz,
        actor -> Nullable<Uuid>,
        client -> Nullable<Uuid>,
        fact -> Jsonb,
        previous -> Binary,
        digest -> Binary,
    }
}

diesel::table! {
    audit_heads (tenant_id) {
        tenant_id -> Uuid,
        sequence -> BigInt,
        digest -> Binary,
    }
}

diesel::table! {
    outbox (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        at -> Timestamptz,
        client -> Nullable<Uuid>,
        fact -> Jsonb,
    }
}

diesel::table! {
    outbox_pending (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
    }
}

diesel::table! {
    events (tenant_id, position, audience_id) {
        tenant_id -> Uuid,
        position -> BigInt,
        audience_id -> Uuid,
        id -> Uuid,
        #[sql_name = "type"]
        type_ -> Text,
        at -> Timestamptz,
        client -> Nullable<Uuid>,
        subject -> Text,
        subject_id -> Uuid,
        version -> Nullable<Integer>,
        circle -> Text,
        verb -> Text,
    }
}

diesel::table! {
    event_heads (audience_id) {
        audience_id -> Uuid,
        position -> BigInt,
    }
}

diesel::table! {
    idempotency_keys (tenant_id, caller, route, key) {
        tenant_id -> Uuid,
        caller -> Uuid,
        route -> Text,
        key -> Binary,
        request -> Binary,
        verb -> Nullable<Text>,
        answer -> Binary,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    amendments (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        adaptation_id -> Uuid,
        owner_id -> Uuid,
        resource_id -> Uuid,
        kind -> Text,
        source_version -> Integer,
        source_digest -> Binary,
        changes -> Jsonb,
        reason -> Text,
        signature -> Nullable<Text>,
        proposed_at -> Timestamptz,
        state -> Text,
        settled_by -> Nullable<Uuid>,
        settled_at -> Nullable<Timestamptz>,
        settlement -> Nullable<Text>,
        into_version -> Nullable<Integer>,
        revision -> BigInt,
    }
}

diesel::table! {
    amendment_comments (tenant_id, amendment_id, id) {
        tenant_id -> Uuid,
        amendment_id -> Uuid,
        id -> Uuid,
        author_id -> Uuid,
        person_id -> Uuid,
        text -> Text,
        at -> Timestamptz,
    }
}

diesel::table! {
    inbox_marks (tenant_id, person_id, entry) {
        tenant_id -> Uuid,
        person_id -> Uuid,
        entry -> Text,
        at -> Timestamptz,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    collectivities,
    credentials,
    drafts,
    groups,
    invitations,
    memberships,
    operators,
    participations,
    persons,
    refresh_tokens,
    resources,
    sessions,
    shares,
    versions,
);

diesel::table! {
    trials (tenant_id, resource_id) {
        tenant_id -> Uuid,
        resource_id -> Uuid,
        state -> Text,
        qualification -> Nullable<Jsonb>,
        authorised_version -> Nullable<Integer>,
        protocol_version -> Nullable<Integer>,
        protocol_digest -> Nullable<Binary>,
        prepared_by -> Nullable<Uuid>,
        impacts -> Jsonb,
        next_review -> Nullable<Date>,
        revision -> BigInt,
    }
}

diesel::table! {
    trial_entries (tenant_id, resource_id, number) {
        tenant_id -> Uuid,
        resource_id -> Uuid,
        number -> BigInt,
        kind -> Jsonb,
        day -> Date,
        text -> Text,
        written_by -> Uuid,
        at -> Timestamptz,
    }
}

diesel::table! {
    results (tenant_id, resource_id, indicator_id) {
        tenant_id -> Uuid,
        resource_id -> Uuid,
        indicator_id -> Text,
        id -> Uuid,
        protocol_version -> Integer,
        protocol_digest -> Binary,
        use_case -> Text,
        code -> Text,
        question -> Binary,
        indicator -> Jsonb,
        report -> Jsonb,
        sharing -> Nullable<Text>,
        revision -> BigInt,
        figures_revision -> BigInt,
        recorded_by -> Uuid,
        recorded_at -> Timestamptz,
    }
}

diesel::table! {
    shown_figures (tenant_id, question, result_id, revision) {
        tenant_id -> Uuid,
        question -> Binary,
        result_id -> Uuid,
        revision -> BigInt,
    }
}

diesel::table! {
    releases (question, at, cell) {
        question -> Binary,
        at -> Timestamptz,
        cell -> Jsonb,
        use_case -> Text,
        code -> Text,
        indicator -> Jsonb,
        estimate -> Double,
        standard_error -> Double,
        contributors -> BigInt,
        people -> BigInt,
        members -> Jsonb,
    }
}

diesel::table! {
    release_batches (question, at) {
        question -> Binary,
        at -> Timestamptz,
    }
}

diesel::table! {
    group_use_cases (tenant_id, group_id, code) {
        tenant_id -> Uuid,
        group_id -> Uuid,
        code -> Text,
        name -> Text,
        added_at -> Timestamptz,
    }
}

diesel::table! {
    clients (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        name -> Text,
        purpose -> Text,
        legal_basis -> Text,
        scopes -> Array<Text>,
        networks -> Array<Text>,
        keys -> Nullable<Jsonb>,
        ends_with_creator -> Bool,
        created_by -> Uuid,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
        revision -> BigInt,
        group_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    client_secrets (tenant_id, client_id, id) {
        tenant_id -> Uuid,
        client_id -> Uuid,
        id -> Uuid,
        digest -> Binary,
        created_at -> Timestamptz,
        expires_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    spent_tokens (tenant_id, client_id, digest) {
        tenant_id -> Uuid,
        client_id -> Uuid,
        digest -> Binary,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    webhook_endpoints (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        address -> Text,
        name -> Text,
        events -> Array<Text>,
        disabled_reason -> Nullable<Text>,
        disabled_at -> Nullable<Timestamptz>,
        failing_since -> Nullable<Timestamptz>,
        position -> BigInt,
        awake -> Bool,
        due_at -> Nullable<Timestamptz>,
        leased_until -> Nullable<Timestamptz>,
        created_by -> Uuid,
        created_at -> Timestamptz,
        revision -> BigInt,
    }
}

diesel::table! {
    webhook_signers (tenant_id, endpoint_id, id) {
        tenant_id -> Uuid,
        endpoint_id -> Uuid,
        id -> Uuid,
        sealed -> Binary,
        public -> Binary,
        created_at -> Timestamptz,
        expires_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    client_requests (tenant_id, client_id, id) {
        tenant_id -> Uuid,
        client_id -> Uuid,
        id -> Uuid,
        at -> Timestamptz,
        request_id -> Text,
        method -> Text,
        route -> Text,
        status -> SmallInt,
        unsuccessful -> Bool,
        problem -> Nullable<Text>,
        microseconds -> BigInt,
    }
}

diesel::table! {
    client_calls (tenant_id, client_id, day, status, problem) {
        tenant_id -> Uuid,
        client_id -> Uuid,
        day -> Date,
        status -> SmallInt,
        problem -> Text,
        calls -> BigInt,
    }
}

diesel::table! {
    webhook_deliveries (tenant_id, id) {
        tenant_id -> Uuid,
        endpoint_id -> Uuid,
        id -> Uuid,
        event_id -> Uuid,
        position -> Nullable<BigInt>,
        #[sql_name = "type"]
        type_ -> Text,
        body -> Text,
        state -> Text,
        attempts -> Integer,
        tried -> Integer,
        due_at -> Timestamptz,
        created_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    jobs (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        kind -> Text,
        person_id -> Nullable<Uuid>,
        client_id -> Nullable<Uuid>,
        token -> Nullable<Binary>,
        scopes -> Nullable<Array<Text>>,
        address -> Nullable<Inet>,
        state -> Text,
        input -> Jsonb,
        cursor -> BigInt,
        done -> BigInt,
        total -> Nullable<BigInt>,
        report -> Nullable<Jsonb>,
        file -> Nullable<Jsonb>,
        reason -> Nullable<Text>,
        asked_at -> Timestamptz,
        started_at -> Nullable<Timestamptz>,
        ended_at -> Nullable<Timestamptz>,
        expires_at -> Timestamptz,
        revision -> BigInt,
        lease_holder -> Nullable<Uuid>,
        lease_until -> Nullable<Timestamptz>,
        attempts -> Integer,
    }
}

diesel::table! {
    webhook_attempts (tenant_id, delivery_id, number) {
        tenant_id -> Uuid,
        delivery_id -> Uuid,
        number -> Integer,
        at -> Timestamptz,
        status -> Nullable<Integer>,
        failure -> Nullable<Text>,
        milliseconds -> Integer,
    }
}

diesel::table! {
    job_files (tenant_id, job_id, role, number) {
        tenant_id -> Uuid,
        job_id -> Uuid,
        role -> Text,
        number -> BigInt,
        bytes -> Binary,
    }
}

diesel::table! {
    archived_references (tenant_id, entity, digest) {
        tenant_id -> Uuid,
        entity -> Text,
        digest -> Binary,
        owner_id -> Uuid,
        line -> Jsonb,
    }
}
