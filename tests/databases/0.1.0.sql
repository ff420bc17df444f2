CREATE TABLE _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
);
CREATE TABLE revision (
    one  integer primary key check (one = 1),
    last integer not null                        -- the revision given out last
) strict;
CREATE TABLE region (
    position           integer primary key,
    id                 text not null unique,     -- the official code, or a UUIDv7
    name               text,
    max_visits_per_day integer,                  -- visits hosted in the region on one day; NULL: no limit
    revision           integer not null          -- of the last write: the ETag
) strict;
CREATE TABLE municipality (
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
CREATE TABLE programme (
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
CREATE TABLE programme_region (
    position           integer primary key,
    programme          text not null references programme (id),
    id                 text not null,
    name               text,
    max_visits_per_day integer,
    revision           integer not null,
    unique (programme, id)
) strict;
CREATE TABLE programme_municipality (
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
CREATE TABLE track (
    position  integer primary key,
    programme text not null references programme (id),
    id        text not null,
    name      text,
    revision  integer not null,
    unique (programme, id)
) strict;
CREATE TABLE round (
    position  integer primary key,
    programme text not null references programme (id),
    id        text not null,
    name      text,
    starts_on text not null,                     -- ISO date, the first day
    ends_on   text not null,                     -- ISO date, the last day
    revision  integer not null,
    unique (programme, id)
) strict;
CREATE TABLE network (
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
CREATE TABLE enrolment (
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
CREATE TABLE pair_rule (
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
CREATE TABLE distance (
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
CREATE TABLE plan (
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
, attempts integer not null default 0, crashes integer not null default 0, runner text, beat integer not null default 0, fence integer not null default 0, seconds_used real not null default 0, seconds_allowed real not null default 86400) strict;
CREATE TABLE age (
    one  integer primary key check (one = 1),
    last integer not null
) strict;
CREATE TABLE kept_answer (
    position       integer primary key,
    caller         text not null,                -- who asks: the id of an API key; empty without keys
    key            text not null,                -- the caller's own
    request_sha256 text not null,                -- hex, of method, path, media type and body
    status         integer not null,
    headers        text not null check (json_valid(headers)), -- JSON: list of [name, value]
    body           blob not null,
    age            integer not null,             -- the age in which it was made
    unique (caller, key)
) strict;
CREATE TABLE plan_event (
    plan integer not null references plan (position) on delete cascade,
    id   integer not null,                       -- the plan's revision then: rises, also across restarts
    data text not null check (json_valid(data)), -- JSON, as it is sent
    primary key (plan, id)
) strict, without rowid;
CREATE TABLE api_key (
    position   integer primary key,
    id         text not null unique,             -- the part of the key's text that is not secret
    name       text not null,                    -- whose, or what for: a note for people
    role       text not null check (role in ('viewer', 'planner', 'admin')),
    hash       blob not null check (length(hash) = 32), -- SHA-256 of the key's whole text
    created_at text not null,                    -- RFC 3339, UTC
    expires_at text,                             -- the same; NULL: it does not end by itself
    revoked_at text                              -- the same; NULL: it is not revoked
) strict;
CREATE TABLE audit (
    position   integer primary key,              -- in the order of the changes
    at         text not null,                    -- RFC 3339, UTC
    actor      text not null,                    -- id of the key; `local` without keys, `command` for the command line
    request_id text not null,                    -- as in the answer and in the log; empty for the command line
    action     text not null,                    -- id of the operation, or the words of the command
    subject    text not null,                    -- path of what was changed
    before     text,                             -- SHA-256, hex, of what GET gave before; NULL: it was not there, or is no document
    after      text                              -- the same, of what GET gives now; NULL: it is gone, or is no document
) strict;
insert into "_sqlx_migrations" values (20261122000001, 'master data', '2026-11-22 06:39:56', 1, X'271931131AED4EC77F63FEE25EB319E6E14DAE5DB794E5B4A5AF5A781503EEE8B13FC48476B1B573A97C302C9D1C17E5', 3516658);
insert into "_sqlx_migrations" values (20261122000002, 'programmes', '2026-11-22 06:39:56', 1, X'C660ADAA8D51D450A0D75B15E429F74441906B8BE469FECF7F95DDF979B5E5E918FFF0F16E151D0DF41981AA3AB0D205', 9533216);
insert into "_sqlx_migrations" values (20261122000003, 'plans', '2026-11-22 06:39:56', 1, X'CF8B0B3F465E8A891FF5B58E7EDC14F6585957F854A6EFF562A946BD0E8B49F3A119D1374B70FAF6EB9E60FF3E58558A', 4632043);
insert into "_sqlx_migrations" values (20261122000010, 'kept answers', '2026-11-22 06:39:56', 1, X'A90C5787CA46C6F23F84F4597AA08EBEF645BD7C4FB7FCB27FF860C6736EC7D0306A3BF9B002C9CDC2653226B153484B', 7970444);
insert into "_sqlx_migrations" values (20261122000011, 'plan queue', '2026-11-22 06:39:56', 1, X'065FA0DBDDDB7ADE4088945CF54471D9029237E42DBEC79B726C6262000BF47A7B570A6A9E93B6398E9020FBA36CFFB2', 11193023);
insert into "_sqlx_migrations" values (20261122000020, 'access', '2026-11-22 06:39:56', 1, X'A270453BD4CE19E266D26735F18A8E09E6936492A3E5B99C7D5393489E258131B2FF66E2DB3964D04FA4305CA34A100A', 3971717);
insert into "revision" values (1, 7);
insert into "region" values (1, 'r', 'North', NULL, 1);
insert into "municipality" values (1, 'm', NULL, 'r', 55.0, 12.0, NULL, NULL, NULL, NULL, '[]', 2);
insert into "programme" values (1, 'p', 'Networks 2027', 1.3, '["tue","wed","thu"]', '["2027-05-06"]', 'once', '[[7,1,null],[14,1,5.0]]', 0, 2, '[0.0,1.0,3.0,6.0]', 10.0, 100000.0, NULL, NULL, 500.0, NULL, NULL, NULL, 1.0, '[]', '[]', 3, 3);
insert into "programme_region" values (1, 'p', '1084', 'Region Hovedstaden', 2, 3);
insert into "programme_region" values (2, 'p', '1082', 'Region Midtjylland', NULL, 3);
insert into "programme_municipality" values (1, 'p', '0101', 'København', '1084', 55.6761, 12.5683, 1, 40, '["2027-04-14"]', '["2027-04-20"]', '["2027-05-05"]', 3);
insert into "programme_municipality" values (2, 'p', '0147', 'Frederiksberg', '1084', 55.6798, 12.5347, NULL, NULL, NULL, NULL, NULL, 3);
insert into "programme_municipality" values (3, 'p', '0259', 'Køge', '1084', 55.458, 12.1821, NULL, 12, NULL, NULL, NULL, 3);
insert into "programme_municipality" values (4, 'p', '0751', 'Aarhus', '1082', 56.1567, 10.2108, NULL, NULL, NULL, NULL, NULL, 3);
insert into "programme_municipality" values (5, 'p', '0740', 'Silkeborg', '1082', 56.1697, 9.5451, NULL, NULL, NULL, NULL, NULL, 3);
insert into "programme_municipality" values (6, 'p', '0791', 'Viborg', '1082', 56.4532, 9.402, 0, NULL, NULL, NULL, NULL, 3);
insert into "track" values (1, 'p', 'leadership', 'Leadership', 3);
insert into "round" values (1, 'p', 'spring', 'Spring 2027', '2027-04-05', '2027-05-28', 3);
insert into "network" values (1, 'p', 'n1', 'leadership', 'Elder care', 2, 4, 4, 16, 0, '["1084","1082"]', 3, 1, 400.0, 3);
insert into "network" values (2, 'p', 'n2', 'leadership', 'School leadership', 2, 4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 3);
insert into "enrolment" values (1, 'p', 'e1', '0101', 'leadership', 4, '["n1","n2"]', NULL, '[]', 3);
insert into "enrolment" values (2, 'p', 'e2', '0147', 'leadership', 3, '["n2"]', NULL, NULL, 3);
insert into "enrolment" values (3, 'p', 'e3', '0259', 'leadership', 3, NULL, NULL, NULL, 3);
insert into "enrolment" values (4, 'p', 'e4', '0751', 'leadership', 5, NULL, 'n2', NULL, 3);
insert into "enrolment" values (5, 'p', 'e5', '0740', 'leadership', 2, NULL, NULL, '["n1"]', 3);
insert into "enrolment" values (6, 'p', 'e6', '0791', 'leadership', 2, '["n2","n1"]', NULL, NULL, 3);
insert into "pair_rule" values (1, 'p', '01a201fb-9bc4-753f-8be2-c96f8eb489dd', 'apart', '0101', '0147', 3);
insert into "distance" values (1, 'p', '01a201fb-9bc4-753f-8be2-c970809134c5', '0101', '0751', 187.0, 3);
insert into "plan" values (1, '01a201fb-9bdd-76ce-be46-c60ebf0e4f3c', 'p', 3, 'succeeded', '{"work":20000}', 0, '2026-11-22T06:39:56.381Z', '2026-11-22T06:39:56.389Z', '2026-11-22T06:39:56.405Z', NULL, NULL, 'cf80e49efd27b2669b4ff5609e0a50a679b82b1f4f316698e99de144f29af957', 6, '{"phase":"assignment","elapsed_seconds":0.007}', '{"complete":true,"cost":{"total":8691.6,"unassigned":0.0,"unhosted":0.0,"absence":0.0,"preference":0.0,"extra_visit":0.0,"undesired":0.0,"pace":0.0,"travel":8691.6},"bound":{"assignment":8691.6,"timetable":0.0,"total":8691.6},"gap":{"assignment":0.0,"timetable":0.0,"total":0.0},"left_out":[]}', NULL, '{"calendar":{"closed":["2027-05-06"],"weekdays":["tue","wed","thu"]},"detour_factor":1.3,"distances":[{"a":"0101","b":"0751","km":187.0}],"enrolments":[{"delegates":4,"excluded":[],"id":"e1","municipality":"0101","preferences":["n1","n2"],"track":"leadership"},{"delegates":3,"id":"e2","municipality":"0147","preferences":["n2"],"track":"leadership"},{"delegates":3,"id":"e3","municipality":"0259","track":"leadership"},{"delegates":5,"fixed":"n2","id":"e4","municipality":"0751","track":"leadership"},{"delegates":2,"excluded":["n1"],"id":"e5","municipality":"0740","track":"leadership"},{"delegates":2,"id":"e6","municipality":"0791","preferences":["n2","n1"],"track":"leadership"}],"municipalities":[{"can_host":true,"cannot_host_on":["2027-04-20"],"host_capacity":40,"id":"0101","lat":55.6761,"lon":12.5683,"name":"København","region":"1084","unavailable":["2027-04-14"],"undesired":["2027-05-05"]},{"id":"0147","lat":55.6798,"lon":12.5347,"name":"Frederiksberg","region":"1084"},{"host_capacity":12,"id":"0259","lat":55.458,"lon":12.1821,"name":"Køge","region":"1084"},{"id":"0751","lat":56.1567,"lon":10.2108,"name":"Aarhus","region":"1082"},{"id":"0740","lat":56.1697,"lon":9.5451,"name":"Silkeborg","region":"1082"},{"can_host":false,"id":"0791","lat":56.4532,"lon":9.402,"name":"Viborg","region":"1082"}],"name":"Networks 2027","networks":[{"allowed_regions":["1084","1082"],"id":"n1","max_delegates":16,"max_distance_km":400.0,"max_members":4,"max_members_per_region":3,"may_stay_empty":false,"min_delegates":4,"min_members":2,"min_regions":1,"name":"Elder care","track":"leadership"},{"id":"n2","max_members":4,"min_members":2,"name":"School leadership","track":"leadership"}],"pair_rules":[{"a":"0101","b":"0147","kind":"apart"}],"preference_costs":{"by_rank":[0.0,1.0,3.0,6.0],"unlisted":10.0},"regions":[{"id":"1084","max_visits_per_day":2,"name":"Region Hovedstaden"},{"id":"1082","name":"Region Midtjylland"}],"rounds":[{"end":"2027-05-28","id":"spring","name":"Spring 2027","start":"2027-04-05"}],"tracks":[{"id":"leadership","name":"Leadership"}],"visits":{"hosting":"once","max_visits_per_day":2,"min_return_days":0,"pace":[{"max_visits":1,"window_days":7},{"max_visits":1,"penalty":5.0,"window_days":14}]},"weights":{"preference":500.0,"travel":1.0,"unassigned":100000.0}}', '{
  "assignments": [
    {
      "enrolment": "e1",
      "network": "n1"
    },
    {
      "enrolment": "e2",
      "network": "n2"
    },
    {
      "enrolment": "e3",
      "network": "n1"
    },
    {
      "enrolment": "e4",
      "network": "n2"
    },
    {
      "enrolment": "e5",
      "network": "n2"
    },
    {
      "enrolment": "e6",
      "network": "n2"
    }
  ],
  "visits": [
    {
      "network": "n1",
      "host": "e1",
      "date": "2027-04-06",
      "guests": [
        "e3"
      ]
    },
    {
      "network": "n2",
      "host": "e2",
      "date": "2027-04-06",
      "guests": [
        "e4",
        "e5",
        "e6"
      ]
    },
    {
      "network": "n1",
      "host": "e3",
      "date": "2027-04-20",
      "guests": [
        "e1"
      ]
    },
    {
      "network": "n2",
      "host": "e4",
      "date": "2027-04-20",
      "guests": [
        "e2",
        "e5",
        "e6"
      ]
    },
    {
      "network": "n2",
      "host": "e5",
      "date": "2027-05-04",
      "guests": [
        "e2",
        "e4",
        "e6"
      ]
    }
  ],
  "cost": {
    "total": 8691.6,
    "unassigned": 0.0,
    "unhosted": 0.0,
    "absence": 0.0,
    "preference": 0.0,
    "extra_visit": 0.0,
    "undesired": 0.0,
    "pace": 0.0,
    "travel": 8691.6
  },
  "bound": {
    "assignment": 8691.6,
    "timetable": 0.0,
    "total": 8691.6
  },
  "left_out": []
}
', 1, 0, NULL, 1, 5, 0.00736464, 86400.0);
insert into "plan" values (2, '01a201fb-a067-737c-b45e-d50ea6f25301', 'p', 3, 'queued', '{"work":1000}', 0, '2026-11-22T06:39:57.544Z', NULL, NULL, NULL, NULL, 'cf80e49efd27b2669b4ff5609e0a50a679b82b1f4f316698e99de144f29af957', 7, NULL, NULL, NULL, '{"calendar":{"closed":["2027-05-06"],"weekdays":["tue","wed","thu"]},"detour_factor":1.3,"distances":[{"a":"0101","b":"0751","km":187.0}],"enrolments":[{"delegates":4,"excluded":[],"id":"e1","municipality":"0101","preferences":["n1","n2"],"track":"leadership"},{"delegates":3,"id":"e2","municipality":"0147","preferences":["n2"],"track":"leadership"},{"delegates":3,"id":"e3","municipality":"0259","track":"leadership"},{"delegates":5,"fixed":"n2","id":"e4","municipality":"0751","track":"leadership"},{"delegates":2,"excluded":["n1"],"id":"e5","municipality":"0740","track":"leadership"},{"delegates":2,"id":"e6","municipality":"0791","preferences":["n2","n1"],"track":"leadership"}],"municipalities":[{"can_host":true,"cannot_host_on":["2027-04-20"],"host_capacity":40,"id":"0101","lat":55.6761,"lon":12.5683,"name":"København","region":"1084","unavailable":["2027-04-14"],"undesired":["2027-05-05"]},{"id":"0147","lat":55.6798,"lon":12.5347,"name":"Frederiksberg","region":"1084"},{"host_capacity":12,"id":"0259","lat":55.458,"lon":12.1821,"name":"Køge","region":"1084"},{"id":"0751","lat":56.1567,"lon":10.2108,"name":"Aarhus","region":"1082"},{"id":"0740","lat":56.1697,"lon":9.5451,"name":"Silkeborg","region":"1082"},{"can_host":false,"id":"0791","lat":56.4532,"lon":9.402,"name":"Viborg","region":"1082"}],"name":"Networks 2027","networks":[{"allowed_regions":["1084","1082"],"id":"n1","max_delegates":16,"max_distance_km":400.0,"max_members":4,"max_members_per_region":3,"may_stay_empty":false,"min_delegates":4,"min_members":2,"min_regions":1,"name":"Elder care","track":"leadership"},{"id":"n2","max_members":4,"min_members":2,"name":"School leadership","track":"leadership"}],"pair_rules":[{"a":"0101","b":"0147","kind":"apart"}],"preference_costs":{"by_rank":[0.0,1.0,3.0,6.0],"unlisted":10.0},"regions":[{"id":"1084","max_visits_per_day":2,"name":"Region Hovedstaden"},{"id":"1082","name":"Region Midtjylland"}],"rounds":[{"end":"2027-05-28","id":"spring","name":"Spring 2027","start":"2027-04-05"}],"tracks":[{"id":"leadership","name":"Leadership"}],"visits":{"hosting":"once","max_visits_per_day":2,"min_return_days":0,"pace":[{"max_visits":1,"window_days":7},{"max_visits":1,"penalty":5.0,"window_days":14}]},"weights":{"preference":500.0,"travel":1.0,"unassigned":100000.0}}', NULL, 0, 0, NULL, 0, 0, 0.0, 86400.0);
insert into "age" values (1, 0);
insert into "kept_answer" values (1, 'local', 'key', '7951191ce38cbb12c062eb3d443b6b72a4435482587cba43c8b33d7ad6e4d9cb', 202, '[["content-type","application/json; charset=utf-8"],["etag","\"524289\""],["location","/v1/plans/01a201fb-9bdd-76ce-be46-c60ebf0e4f3c"]]', X'7B22617474656D707473223A302C22637265617465645F6174223A22323032362D31312D32325430363A33393A35362E3338315A222C226566666F7274223A7B22776F726B223A32303030307D2C226964223A2230316132303166622D396264642D373663652D626534362D633630656266306534663363222C226F75746461746564223A66616C73652C2270726F626C656D5F736861323536223A2263663830653439656664323762323636396234666635363039653061353061363739623832623166346633313636393865393964653134346632396166393537222C2270726F6772616D6D65223A2270222C2271756575655F706F736974696F6E223A312C227374617465223A22717565756564227D', 0);
insert into "plan_event" values (1, 4, '{"queue_position":1,"state":"queued"}');
insert into "plan_event" values (1, 5, '{"state":"running"}');
insert into "plan_event" values (1, 6, '{"bound":{"assignment":8691.6,"timetable":0.0,"total":8691.6},"complete":true,"cost":{"absence":0.0,"extra_visit":0.0,"pace":0.0,"preference":0.0,"total":8691.6,"travel":8691.6,"unassigned":0.0,"undesired":0.0,"unhosted":0.0},"gap":{"assignment":0.0,"timetable":0.0,"total":0.0},"progress":{"bound":8691.6,"cost":8691.6,"elapsed_seconds":0.007,"phase":"done"},"state":"succeeded"}');
insert into "plan_event" values (2, 7, '{"queue_position":1,"state":"queued"}');
insert into "audit" values (1, '2026-11-22T06:39:56.310Z', 'local', '01a201fb-9b88-7366-91b0-f63b185da4a6', 'put_region', '/v1/regions/r', NULL, 'f652b2337a8b2219970f97b61a71725906a9205b06117f7541bd43b7ebceadb4');
insert into "audit" values (2, '2026-11-22T06:39:56.332Z', 'local', '01a201fb-9ba5-75ba-af83-d7a4bc9fdfb0', 'put_municipality', '/v1/municipalities/m', NULL, 'f7bd9a36a2c0c58783da191f6309500657769afce7222247612c85d65b47feff');
insert into "audit" values (3, '2026-11-22T06:39:56.356Z', 'local', '01a201fb-9bb5-7712-ab39-8292a638d9b9', 'put_problem', '/v1/programmes/p/problem', NULL, NULL);
insert into "audit" values (4, '2026-11-22T06:39:56.382Z', 'local', '01a201fb-9bd3-7288-bd84-f9e12c106043', 'create_programme_plan', '/v1/programmes/p/plans', NULL, NULL);
insert into "audit" values (5, '2026-11-22T06:39:57.544Z', 'local', '01a201fb-a064-716c-a180-12ea53e116a4', 'create_programme_plan', '/v1/programmes/p/plans', NULL, NULL);
CREATE INDEX municipality_region on municipality (region);
CREATE INDEX programme_municipality_region on programme_municipality (programme, region);
CREATE INDEX enrolment_municipality on enrolment (programme, municipality);
CREATE INDEX enrolment_fixed on enrolment (programme, fixed);
CREATE INDEX pair_rule_a on pair_rule (programme, a);
CREATE INDEX pair_rule_b on pair_rule (programme, b);
CREATE INDEX distance_a on distance (programme, a);
CREATE INDEX distance_b on distance (programme, b);
CREATE INDEX plan_programme on plan (programme, position);
CREATE INDEX plan_unfinished on plan (state) where state in ('queued', 'running');
CREATE INDEX kept_answer_age on kept_answer (age);
CREATE INDEX plan_running on plan (runner) where state = 'running';
CREATE TRIGGER plan_input_stays before update of programme_revision, effort, problem, problem_sha256 on plan
begin select raise(abort, 'what a plan is made from never changes'); end;
CREATE TRIGGER api_key_stays before delete on api_key
begin select raise(abort, 'a key is revoked, not deleted'); end;
CREATE INDEX audit_actor on audit (actor, position);
CREATE INDEX audit_subject on audit (subject, position);
CREATE TRIGGER audit_never_changes before update on audit
begin select raise(abort, 'the audit trail is only added to'); end;
CREATE TRIGGER audit_never_shrinks before delete on audit
begin select raise(abort, 'the audit trail is only added to'); end;
CREATE TRIGGER audit_never_replaces before insert on audit
when exists (select 1 from audit where position = new.position)
begin select raise(abort, 'the audit trail is only added to'); end;
