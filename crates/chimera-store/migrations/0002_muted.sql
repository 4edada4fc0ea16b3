alter table participants add column muted integer not null default 0;
