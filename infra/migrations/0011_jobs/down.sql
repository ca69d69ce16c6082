drop function enter_job(uuid, uuid, uuid);
drop table job_files, jobs;
