-- The queue of plans: who makes which, how often it was tried, what it may take; and what is told of it as it goes.
--
-- A process leases a plan that it makes. Leases run out by no clock that can be set: the process counts `beat` up while it
-- lives, and another one takes the plan over once it has seen the count stand still for long enough. Whoever takes a plan
-- gets a `fence` that is higher than all before, and writes under it alone: one that was taken for dead changes nothing.

alter table plan add column attempts integer not null default 0;            -- searches begun
alter table plan add column crashes integer not null default 0;             -- searches whose process was lost
alter table plan add column runner text;                                    -- the process that leases it, a UUID; NULL: none
alter table plan add column beat integer not null default 0;                -- counted up by the runner while it lives
alter table plan add column fence integer not null default 0;               -- the revision in which it was taken last
alter table plan add column seconds_used real not null default 0;           -- of running, in all attempts that left something
alter table plan add column seconds_allowed real not null default 86400;    -- of running, then it ends with the best so far
create index plan_running on plan (runner) where state = 'running';

create trigger plan_input_stays before update of programme_revision, effort, problem, problem_sha256 on plan
begin select raise(abort, 'what a plan is made from never changes'); end;

-- What was told of a plan: its state, each phase, each better plan. The last ones only; goes with its plan.
create table plan_event (
    plan integer not null references plan (position) on delete cascade,
    id   integer not null,                       -- the plan's revision then: rises, also across restarts
    data text not null check (json_valid(data)), -- JSON, as it is sent
    primary key (plan, id)
) strict, without rowid;
