-- What the end rules count since the last start.
alter table conversations add column turns integer not null default 0;
alter table conversations add column turns_without_user integer not null default 0;
alter table conversations add column ran_ms integer not null default 0;

create temporary table steps as
select conversation_id, seq, kind, data,
       ts - lag(ts) over (partition by conversation_id order by seq) as gap,
       max(iif(kind = 'conversation.state_changed', seq, 0)) over
           (partition by conversation_id order by seq rows between unbounded preceding and 1 preceding) as state_seq
from events where conversation_id is not null;

create temporary table told as
select steps.*, coalesce(json_extract(events.data, '$.state'), 'draft') as state
from steps left join events on events.seq = steps.state_seq;

create temporary table starts as
select conversation_id,
       coalesce(max(seq) filter (
           where kind = 'conversation.state_changed' and json_extract(data, '$.state') = 'running'
             and json_extract(data, '$.reason.why') <> 'regenerating' and state in ('draft', 'completed')
       ), 0) as seq,
       coalesce(max(seq) filter (
           where kind = 'conversation.state_changed' and json_extract(data, '$.state') = 'running'
              or kind = 'participant.nudged'
              or kind = 'message.completed' and json_extract(data, '$.author.kind') = 'user'
       ), 0) as user_seq
from told group by conversation_id;

update conversations set turns = sums.turns, turns_without_user = sums.turns_without_user, ran_ms = sums.ran_ms
from (
    select told.conversation_id,
           count(*) filter (where has_words) as turns,
           count(*) filter (where has_words and told.seq > starts.user_seq) as turns_without_user,
           coalesce(sum(max(0, min(gap, 900000))) filter (where state = 'running' and not may_follow_a_crash), 0) as ran_ms
    from (
        select *,
               kind = 'turn.ended' and json_extract(data, '$.outcome') in ('completed', 'interrupted') as has_words,
               kind = 'conversation.state_changed' and json_extract(data, '$.reason.why') = 'restarted'
               or kind = 'message.interrupted' and json_extract(data, '$.cause.why') = 'restarted'
               or kind = 'attempt.ended' and json_extract(data, '$.outcome.outcome') = 'cancelled'
               or kind = 'turn.ended' and json_extract(data, '$.outcome') = 'cancelled' as may_follow_a_crash
        from told
    ) as told
    join starts on starts.conversation_id = told.conversation_id and told.seq > starts.seq
    group by told.conversation_id
) as sums
where sums.conversation_id = conversations.id;

drop table steps;
drop table told;
drop table starts;
