drop function entered_client(), enter_client(uuid, uuid, bytea, text[], inet);
drop table client_secrets, clients;
