-- Several turns at once: the round they belong to.
alter table turns add column round blob;

-- The words so far of turns whose round is not over: one row each, overwritten, gone when the turn ends. Not derived.
create table withheld (
    turn_id blob primary key not null,
    text text not null,
    shares text not null
) strict;
