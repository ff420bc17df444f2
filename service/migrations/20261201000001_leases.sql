-- Leases as they are held now. `fence` is drawn by lot each time a plan is taken: the token of its lease. `beat` counts up
-- as long as the plan is made under it. A search that is gone is told from a process that is.

alter table plan add column lost integer;                                   -- the lease that was held when its process was lost; NULL: never, or the process came back
alter table plan add column blamed integer not null default 0 check (blamed in (0, 1)); -- whether that loss is one of `crashes`: nothing else was made in that process

-- What is looked at again and again, apart from the large texts: who waits, in order, and what is made by whom.
drop index plan_running;
create index plan_queued on plan (state, position, lost) where state = 'queued';
create index plan_made on plan (state, runner, id, fence, beat, lost) where state = 'running';

-- Lists of plans: all, of a programme, in a state, each in the order of ids.
drop index plan_programme;
create index plan_programme on plan (programme, id);
create index plan_state on plan (state, id);
create index plan_programme_state on plan (programme, state, id);
