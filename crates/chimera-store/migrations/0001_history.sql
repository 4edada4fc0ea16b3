-- Ids are the sixteen bytes of their uuid: half of its text in every table and index, and version 7 sorts by creation.
-- Moments are milliseconds since 1970 and only for people to read; order is that of `seq`.

-- The truth. Everything else but `checkpoints` and `tokens` is derived from it.
create table events (
    seq integer primary key autoincrement,
    topic text not null,
    conversation_id blob,
    ts integer not null,
    kind text not null,
    v integer not null,
    data text not null
) strict;
-- An index ends with the row's `seq` by itself, so each of these replays a topic in order.
create index events_of_conversation on events (conversation_id) where conversation_id is not null;
create index events_of_topic on events (topic) where conversation_id is null;

create table conversations (
    id blob primary key not null,
    title text not null,
    topic text not null,
    state text not null,
    reason text,
    policy text not null,
    end_rules text not null,
    seed integer not null,
    head blob,
    last_turn blob,
    messages integer not null default 0,
    preview text,
    created_at integer not null,
    updated_at integer not null,
    updated_seq integer not null
) strict;
create unique index conversations_by_change on conversations (updated_seq);
create index conversations_running on conversations (state) where state = 'running';

create table participants (
    id blob primary key not null,
    conversation_id blob not null references conversations (id),
    seat integer not null,
    name text not null,
    hue integer not null,
    persona text,
    instructions text not null,
    talkativeness real not null,
    route text not null,
    sampling text not null,
    unique (conversation_id, seat)
) strict;

create table turns (
    id blob primary key not null,
    conversation_id blob not null references conversations (id),
    participant_id blob not null references participants (id),
    number integer not null,
    choice text not null,
    outcome text,
    started_at integer not null,
    ended_at integer,
    started_seq integer not null
) strict;
create index turns_of_conversation on turns (conversation_id, started_seq);
create index turns_open on turns (conversation_id) where outcome is null;

create table attempts (
    id blob primary key not null,
    turn_id blob not null references turns (id),
    number integer not null,
    connection text not null,
    model text not null,
    answered_by text,
    outcome text,
    timings text not null,
    usage text,
    started_at integer not null,
    started_seq integer not null
) strict;
create index attempts_of_turn on attempts (turn_id, started_seq);

create table messages (
    id blob primary key not null,
    conversation_id blob not null references conversations (id),
    parent_id blob references messages (id),
    turn_id blob references turns (id),
    participant_id blob references participants (id),
    text text not null,
    status text not null,
    interrupted text,
    finish text,
    started_at integer not null,
    ended_at integer
) strict;
create index messages_by_parent on messages (parent_id);
create index messages_streaming on messages (conversation_id) where status = 'streaming';

create table connections (
    id text primary key not null,
    kind text not null,
    name text not null,
    base_url text,
    local integer not null,
    key_place text not null,
    added_seq integer not null
) strict;

-- The words so far of unfinished messages: one row each, overwritten, gone when the message ends.
create table checkpoints (
    message_id blob primary key not null,
    text text not null
) strict;

-- The key itself is never here, only its sha-256.
create table tokens (
    id integer primary key autoincrement,
    name text not null,
    hash blob not null unique,
    scopes text not null,
    created_at integer not null,
    last_used_at integer,
    client text
) strict;
