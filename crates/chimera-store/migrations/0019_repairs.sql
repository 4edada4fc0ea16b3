-- What was changed of the question of an attempt because the server did not take it, in the order of the changes.
alter table attempts add column repairs text not null default '[]';
