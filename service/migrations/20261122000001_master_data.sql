-- Master data: who exists where, whatever the programme.
--
-- Every table is STRICT: a value of the wrong type is refused, not kept as it came. `position` is the rowid under a
-- name: rows come back in the order in which they were first written, and a row that is replaced keeps its place.
-- Names are NULL where none was given: the id serves, and what was sent is what is shown.

-- The source of revisions. One row, one number for the whole database: a resource that is deleted and made again never
-- gets an ETag that it had before.
create table revision (
    one  integer primary key check (one = 1),
    last integer not null                        -- the revision given out last
) strict;
insert into revision (one, last) values (1, 0);

create table region (
    position           integer primary key,
    id                 text not null unique,     -- the official code, or a UUIDv7
    name               text,
    max_visits_per_day integer,                  -- visits hosted in the region on one day; NULL: no limit
    revision           integer not null          -- of the last write: the ETag
) strict;

create table municipality (
    position       integer primary key,
    id             text not null unique,
    name           text,
    region         text not null references region (id),
    lat            real not null,                -- degrees north
    lon            real not null,                -- degrees east
    can_host       integer check (can_host in (0, 1)), -- NULL: not said, which means yes
    host_capacity  integer,                      -- guests (persons) at one visit; NULL: no limit
    unavailable    text check (json_valid(unavailable)),    -- JSON list of ISO dates; NULL: not said (an empty list stays)
    cannot_host_on text check (json_valid(cannot_host_on)), -- the same
    undesired      text check (json_valid(undesired)),      -- the same
    revision       integer not null
) strict;
create index municipality_region on municipality (region);
