-- Under which status a server answered, and by which name its people find the call, however the attempt ended. Before,
-- both stood in the outcome of a failure.
alter table attempts add column status integer;
alter table attempts add column request_id text;

update attempts set
    status = coalesce(data ->> '$.status', data ->> '$.outcome.status'),
    request_id = coalesce(data ->> '$.request_id', data ->> '$.outcome.request_id'),
    outcome = json_remove(outcome, '$.status', '$.request_id')
from (select unhex(replace(data ->> '$.attempt', '-', '')) as ended, data from events where kind = 'attempt.ended')
where ended = attempts.id;

update asides set attempt = json_set(attempt, '$.status', null, '$.request_id', null);

update asides set attempt = json_remove(
    json_set(attempt,
        '$.status', coalesce(data ->> '$.status', data ->> '$.outcome.status'),
        '$.request_id', coalesce(data ->> '$.request_id', data ->> '$.outcome.request_id')),
    '$.outcome.status', '$.outcome.request_id')
from (select unhex(replace(data ->> '$.attempt', '-', '')) as ended, data from events where kind = 'attempt.ended')
where ended = asides.id;
