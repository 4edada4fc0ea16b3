-- What a person said about failures, and who wrote which part of a message.
alter table conversations add column fallback text not null default '{"after_cut":"auto","refusals":"leave","bad_certificate":"stop"}';
alter table attempts add column retry integer not null default 0;
alter table attempts add column raw text;
-- Where an attempt's words begin in its turn's message; none where it has none there. Until now only the last attempt
-- of a turn could have any.
alter table attempts add column from_char integer;
update attempts set from_char = 0 where id in (
    select (select id from attempts of_turn where of_turn.turn_id = messages.turn_id order by started_seq desc limit 1)
    from messages where turn_id is not null
);
