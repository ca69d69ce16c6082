drop table inbox_marks, amendment_comments, amendments;
