drop function sweep();
drop table idempotency_keys, outbox, audit_heads, audit_records;
