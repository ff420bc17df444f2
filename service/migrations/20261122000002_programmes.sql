-- Programmes and all they contain. A programme has its own copies of regions and municipalities: diaries, capacities and
-- day limits differ from programme to programme.
--
-- Foreign keys hold what is a column of its own. What may be named before it exists, or lies in a JSON list (wishes,
-- allowed regions, the track `main` that exists where none is stored), is checked by the code that writes.
-- An index stands on every foreign key: SQLite looks for the users of a row that is deleted.

create table programme (
    position           integer primary key,
    id                 text not null unique,
    name               text not null,
    detour_factor      real,                     -- NULL wherever the document is silent: its default then holds
    -- calendar
    weekdays           text check (json_valid(weekdays)),   -- JSON list of mon … sun
    closed             text check (json_valid(closed)),     -- JSON list of ISO dates
    -- visits
    hosting            text check (hosting in ('once', 'each_round')),
    pace               text check (json_valid(pace)),       -- JSON list of {window_days, max_visits?, penalty?}
    min_return_days    integer,
    max_visits_per_day integer,                  -- of the whole programme
    -- preference_costs
    by_rank            text check (json_valid(by_rank)),    -- JSON list of numbers
    unlisted           real,
    -- weights
    weight_unassigned  real,
    weight_unhosted    real,
    weight_absence     real,
    weight_preference  real,
    weight_extra_visit real,
    weight_undesired   real,
    weight_pace        real,
    weight_travel      real,
    -- Members of the problem document that were written with nothing in them ("tracks": [], "calendar": {}): so that what
    -- was PUT is what GET gives. JSON lists of their names; lists of records apart from objects of this row's own.
    empty_lists        text not null default '[]' check (json_valid(empty_lists)),
    empty_objects      text not null default '[]' check (json_valid(empty_objects)),
    revision           integer not null,         -- of the last change of anything it contains: a plan made before is outdated
    settings_revision  integer not null          -- of the last change of this row's own fields: the ETag of the programme
) strict;

create table programme_region (
    position           integer primary key,
    programme          text not null references programme (id),
    id                 text not null,
    name               text,
    max_visits_per_day integer,
    revision           integer not null,
    unique (programme, id)
) strict;

create table programme_municipality (
    position       integer primary key,
    programme      text not null,
    id             text not null,
    name           text,
    region         text not null,
    lat            real not null,
    lon            real not null,
    can_host       integer check (can_host in (0, 1)),
    host_capacity  integer,
    unavailable    text check (json_valid(unavailable)),
    cannot_host_on text check (json_valid(cannot_host_on)),
    undesired      text check (json_valid(undesired)),
    revision       integer not null,
    unique (programme, id),
    foreign key (programme, region) references programme_region (programme, id)
) strict;
create index programme_municipality_region on programme_municipality (programme, region);

create table track (
    position  integer primary key,
    programme text not null references programme (id),
    id        text not null,
    name      text,
    revision  integer not null,
    unique (programme, id)
) strict;

create table round (
    position  integer primary key,
    programme text not null references programme (id),
    id        text not null,
    name      text,
    starts_on text not null,                     -- ISO date, the first day
    ends_on   text not null,                     -- ISO date, the last day
    revision  integer not null,
    unique (programme, id)
) strict;

create table network (
    position               integer primary key,
    programme              text not null references programme (id),
    id                     text not null,
    track                  text,                 -- NULL: the only one
    name                   text,
    min_members            integer not null,
    max_members            integer not null,
    min_delegates          integer,
    max_delegates          integer,
    may_stay_empty         integer check (may_stay_empty in (0, 1)),
    allowed_regions        text check (json_valid(allowed_regions)), -- JSON list of region ids; NULL: all
    max_members_per_region integer,
    min_regions            integer,
    max_distance_km        real,
    revision               integer not null,
    unique (programme, id)
) strict;

create table enrolment (
    position     integer primary key,
    programme    text not null,
    id           text not null,
    municipality text not null,
    track        text,                           -- NULL: the only one
    delegates    integer not null,
    preferences  text check (json_valid(preferences)), -- JSON list of network ids, best first
    fixed        text,                           -- the network it must be in
    excluded     text check (json_valid(excluded)),    -- JSON list of network ids
    revision     integer not null,
    unique (programme, id),
    foreign key (programme, municipality) references programme_municipality (programme, id),
    foreign key (programme, fixed) references network (programme, id)
) strict;
create index enrolment_municipality on enrolment (programme, municipality);
create index enrolment_fixed on enrolment (programme, fixed);

create table pair_rule (
    position  integer primary key,
    programme text not null,
    id        text not null,                     -- the document has none: a UUIDv7, made when it is stored
    kind      text not null check (kind in ('apart', 'together')),
    a         text not null,
    b         text not null,
    revision  integer not null,
    unique (programme, id),
    foreign key (programme, a) references programme_municipality (programme, id),
    foreign key (programme, b) references programme_municipality (programme, id)
) strict;
create index pair_rule_a on pair_rule (programme, a);
create index pair_rule_b on pair_rule (programme, b);

create table distance (
    position  integer primary key,
    programme text not null,
    id        text not null,                     -- as with pair rules
    a         text not null,
    b         text not null,
    km        real not null,
    revision  integer not null,
    unique (programme, id),
    foreign key (programme, a) references programme_municipality (programme, id),
    foreign key (programme, b) references programme_municipality (programme, id)
) strict;
create index distance_a on distance (programme, a);
create index distance_b on distance (programme, b);
