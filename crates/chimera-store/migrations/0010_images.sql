-- What a message shows, as a JSON list; null is nothing.
alter table messages add column images text;
create index messages_with_images on messages (images) where images is not null;

-- The images themselves, each once, by the SHA-256 of their bytes. They are no consequence of the log: an event only
-- names them, after they are here.
create table images (
    digest blob primary key not null,
    media_type text not null,
    width integer not null,
    height integer not null,
    size integer not null,
    kept_at integer not null,
    bytes blob not null
) strict;
