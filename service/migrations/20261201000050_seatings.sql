-- Break-out groups of a meeting of a plan: what was asked for and what came of it. They go with their plan.

create table seating (
    position   integer primary key,
    id         text not null unique,             -- UUIDv7
    plan       text not null references plan (id) on delete cascade,
    gathering  text not null,                    -- id, as the plan's problem has it
    seating    text not null check (json_valid(seating)), -- as it goes over the wire
    created_at text not null,                    -- RFC 3339, UTC
    revision   integer not null                  -- the ETag: a seating never changes
) strict;
create index seating_plan on seating (plan, gathering, position);
