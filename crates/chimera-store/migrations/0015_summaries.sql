alter table conversations add column summary text;
alter table conversations add column summary_failure text;

-- What stands in prompts for the talk before their window. One that is no more true is gone from here, not from the log.
create table summaries (
    id blob primary key not null,
    conversation_id blob not null references conversations (id),
    through blob not null references messages (id),
    extends blob,
    text text not null,
    edited integer not null default 0,
    model text not null,
    attempt blob not null,
    written_at integer not null,
    written_seq integer not null
) strict;
create index summaries_of_conversation on summaries (conversation_id, written_seq);
