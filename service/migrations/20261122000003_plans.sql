-- Plans: what was asked, of which problem, and what came of it. A plan keeps the problem it was made from, so that it can
-- be read and checked whatever becomes of the programme. The large texts stand last: a list of plans never reads them.

create table plan (
    position           integer primary key,
    id                 text not null unique,     -- UUIDv7
    programme          text references programme (id), -- NULL: the problem came with the request
    programme_revision integer,                  -- the programme's revision when the plan was asked for: another one now, and the plan is outdated
    state              text not null check (state in ('queued', 'running', 'succeeded', 'infeasible', 'cancelled', 'failed')),
    effort             text not null check (json_valid(effort)),   -- JSON: seconds, work, gap, seed as asked
    cancel_requested   integer not null default 0 check (cancel_requested in (0, 1)),
    created_at         text not null,            -- RFC 3339, UTC
    started_at         text,                     -- when the search began
    finished_at        text,                     -- when it ended, whatever the end
    failure            text,                     -- `failed`: a stable code
    failure_detail     text,                     -- and the words for it
    problem_sha256     text not null,            -- hex, of the column `problem`
    revision           integer not null,         -- of the last change of this row: the ETag
    progress           text check (json_valid(progress)), -- JSON: phase, cost, bound, work so far
    summary            text check (json_valid(summary)),  -- JSON: complete, cost, bound, gap, left_out; NULL before the first plan
    clash              text check (json_valid(clash)),    -- `infeasible`: JSON, the networks and rules that clash
    problem            text not null check (json_valid(problem)), -- the problem document as it stood
    document           text check (json_valid(document))  -- the plan document, the best so far
) strict;
create index plan_programme on plan (programme, position);
create index plan_unfinished on plan (state) where state in ('queued', 'running');
