-- What was done under a key that its client chose, and which events came of it: asked again, it is not done again.
create table receipts (
    client integer not null,
    key text not null,
    fingerprint blob not null,
    first_seq integer not null,
    last_seq integer not null,
    at integer not null,
    primary key (client, key)
) strict, without rowid;
create index receipts_by_age on receipts (at);
