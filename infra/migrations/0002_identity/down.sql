drop table login_attempts, refresh_tokens, sessions, invitations, operators, credentials, persons,
    memberships, collectivities, directory_entries;
