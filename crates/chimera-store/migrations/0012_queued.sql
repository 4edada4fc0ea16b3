-- Whether the question of an attempt waits in line for other calls to end.
alter table attempts add column queued integer not null default 0;
