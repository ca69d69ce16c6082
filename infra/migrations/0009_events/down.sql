drop table event_heads, events, outbox_pending;
drop policy relay_reads on outbox;
drop policy relay_reads on resources;
drop policy relay_reads on versions;
drop policy relay_reads on shares;
drop policy relay_reads on participations;
drop policy relay_reads on amendments;
