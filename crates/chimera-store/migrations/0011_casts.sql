-- Tables that the user keeps laid. One that was deleted keeps its row and its id, so that it can be restored.
create table casts (
    id text primary key not null,
    content text not null,
    deleted integer not null,
    saved_seq integer not null
) strict;
