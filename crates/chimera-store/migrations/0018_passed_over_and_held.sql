-- Behind which message a turn began, so that one that was passed over has its place; and what was reserved for a call,
-- which its budget goes on counting when it breaks off.
alter table turns add column after_id blob;
alter table attempts add column reserved text;

-- Each of these says what stands last on the current branch from then on.
update turns set after_id = (
    select unhex(replace(case kind
        when 'branch.created' then json_extract(data, '$.from')
        when 'branch.switched' then json_extract(data, '$.head')
        when 'branch.removed' then json_extract(data, '$.head')
        when 'message.moved' then json_extract(data, '$.head')
        else json_extract(data, '$.message')
    end, '-', ''))
    from events
    where events.conversation_id = turns.conversation_id and events.seq < turns.started_seq
      and (kind in ('message.started', 'message.moved', 'branch.created', 'branch.switched', 'branch.removed')
           or kind = 'message.completed' and json_extract(data, '$.author.kind') = 'user')
    order by events.seq desc limit 1
);

update attempts set reserved = (
    select json_extract(data, '$.reserved') from events where events.seq = attempts.started_seq
);

update asides set attempt = json_set(attempt, '$.reserved', (
    select json(json_extract(data, '$.reserved')) from events where events.seq = asides.started_seq
));
