drop function entered(), enter_platform(uuid), enter(uuid, uuid);
drop table participations, groups cascade;
drop function founded(uuid);
