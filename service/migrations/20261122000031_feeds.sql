-- Calendar feeds: the visits of published plans as events that keep their identity from one publication to the next.

create table calendar_event (
    position   integer primary key,
    uid        text not null unique,             -- of the event in every calendar, for ever; a UUIDv7
    programme  text not null references programme (id),
    network    text not null,                    -- id, as it was when the event was made
    host       text not null,                    -- id of the enrolment that receives
    round      text not null default '',         -- id of the round where there is a hosting in each, else empty
    sequence   integer not null,                 -- of iCalendar: rises with every change
    cancelled  integer not null default 0 check (cancelled in (0, 1)),
    day        text not null,                    -- ISO date
    content    text not null check (json_valid(content)), -- JSON: names, place and guests, as of the last publication that has it
    former     text not null default '[]' check (json_valid(former)), -- JSON list of municipality ids that took part once and no longer do
    changed_at text not null,                    -- RFC 3339, UTC
    revision   integer not null                  -- of the last change
) strict;
create index calendar_event_programme on calendar_event (programme, day);

create table feed (
    position   integer primary key,
    id         text not null unique,             -- UUIDv7
    programme  text not null references programme (id),
    scope      text not null check (scope in ('programme', 'network', 'municipality')),
    subject    text,                             -- id of the network or municipality; NULL: the whole programme
    name       text,                             -- what the calendar calls itself
    secret     text not null unique,             -- SHA-256 in hex of the secret in its address, which is nowhere else
    created_at text not null,                    -- RFC 3339, UTC
    renewed_at text,                             -- when it got its present address, if not with its making
    revision   integer not null,                 -- of the last change: the ETag
    check ((scope = 'programme') = (subject is null))
) strict;
create index feed_programme on feed (programme, position);
