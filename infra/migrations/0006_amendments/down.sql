drop table amendment_comments, amendments;
