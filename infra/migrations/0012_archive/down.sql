drop table archived_references;
