drop table login_attempts, spent_tokens, refresh_tokens, sessions, invitations, operators, credentials, persons,
    memberships, collectivities, directory_entries;
