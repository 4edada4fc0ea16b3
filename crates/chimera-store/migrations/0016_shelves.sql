-- Put away, or thrown away until the user empties the trash. Both are flags: one does not undo the other.
alter table conversations add column archived integer not null default 0;
alter table conversations add column trashed integer not null default 0;
create index conversations_by_shelf on conversations (trashed, archived, updated_seq);

-- Before a row is deleted for good SQLite looks for every other that leans on it: without these it reads whole tables.
create index messages_of_turn on messages (turn_id);
create index messages_of_participant on messages (participant_id);
create index turns_of_participant on turns (participant_id);
create index summaries_through on summaries (through);
