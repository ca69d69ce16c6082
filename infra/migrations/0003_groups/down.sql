drop function entered(), enter_platform(uuid), enter(uuid, uuid);
drop table group_use_cases, participations, groups cascade;
drop function founded(uuid);
