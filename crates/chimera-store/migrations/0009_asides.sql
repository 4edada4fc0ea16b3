alter table conversations add column moderator text;

-- Calls around a turn that were not for its words. The turn may never have come about.
create table asides (
    id blob primary key not null,
    conversation_id blob not null references conversations (id),
    turn_id blob not null,
    attempt text not null,
    started_seq integer not null
) strict;
create index asides_of_conversation on asides (conversation_id, started_seq);
