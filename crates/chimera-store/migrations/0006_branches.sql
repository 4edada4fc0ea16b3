-- Messages form a tree. A branch is a way through it, known by its newest message; the first one bears the id of its
-- conversation.
create table branches (
    id blob primary key not null,
    conversation_id blob not null references conversations (id),
    name text not null,
    head blob,
    origin blob,
    why text not null,
    created_at integer not null,
    created_seq integer not null
) strict;
create index branches_of_conversation on branches (conversation_id, created_seq);

-- Every wording of the messages that were edited, the first one included.
create table versions (
    id integer primary key not null,
    message_id blob not null references messages (id),
    version integer not null,
    text text not null,
    at integer not null,
    unique (message_id, version)
) strict;

alter table conversations add column branch blob;
alter table conversations add column undoable integer not null default 0;
alter table conversations add column redoable integer not null default 0;
update conversations set branch = id;
insert into branches (id, conversation_id, name, head, why, created_at, created_seq)
select id, id, 'Main', head, '{"kind":"first"}', created_at,
       (select min(seq) from events where events.conversation_id = conversations.id)
from conversations order by rowid;

-- How many messages there are from the first to this one.
alter table messages add column depth integer not null default 1;
alter table messages add column version integer not null default 1;
alter table messages add column versions integer not null default 1;
alter table messages add column deleted integer not null default 0;
with recursive tree (id, depth) as (
    select id, 1 from messages where parent_id is null
    union all
    select messages.id, tree.depth + 1 from tree join messages on messages.parent_id = tree.id
)
update messages set depth = tree.depth from tree where tree.id = messages.id;
create index messages_of_conversation on messages (conversation_id, parent_id, id);
