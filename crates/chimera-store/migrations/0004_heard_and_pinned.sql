-- Who heard a whisper, as a JSON list of participants; null is everybody.
alter table messages add column audience text;
alter table messages add column pinned integer not null default 0;
