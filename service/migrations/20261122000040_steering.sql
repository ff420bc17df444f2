-- Plans that begin from another one: what must stay as it was there, and what changes cost. Like the problem, the base plan
-- is kept as it stood, so that a search that is cut off goes on with the same, whatever becomes of the other plan.

alter table plan add column steering text check (json_valid(steering)); -- JSON: base_plan, locks, change_weight, max_changes as asked; NULL: nothing steers
alter table plan add column base text check (json_valid(base));         -- the plan document of the base plan as it stood

create trigger plan_steering_stays before update of steering, base on plan
begin select raise(abort, 'what a plan is made from never changes'); end;
