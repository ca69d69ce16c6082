drop table webhook_attempts, webhook_deliveries, webhook_signers, webhook_endpoints;
drop function enter_webhook(uuid, uuid);
drop policy courier_reads on collectivities;
drop policy webhook_reads on collectivities;
drop policy courier_reads on participations;
