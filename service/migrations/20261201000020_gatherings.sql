-- Gatherings, tracks as they are, mixing by attributes. What is new is optional: rows of before say nothing of it.

create table gathering (
    position  integer primary key,
    programme text not null references programme (id),
    id        text not null,
    name      text,
    starts_on text,                              -- ISO date, the first on which it can begin
    record    text not null check (json_valid(record)), -- as it goes over the wire
    revision  integer not null,
    unique (programme, id)
) strict;

alter table track add column delegation text check (delegation is null or json_valid(delegation)); -- {min?, max?}
alter table track add column in_networks integer check (in_networks in (0, 1));
alter table track add column rounds text check (rounds is null or json_valid(rounds)); -- JSON list of round ids; NULL: all
alter table track add column hosting text check (hosting in ('once', 'each_round', 'rotate'));
alter table network add column mix text check (mix is null or json_valid(mix)); -- JSON list of {attribute, value, min?, max?}
alter table enrolment add column attributes text check (attributes is null or json_valid(attributes)); -- JSON object of texts
alter table programme add column weight_missed real;
alter table programme add column weight_meeting real;
alter table programme add column weight_gathering_undesired real;
alter table programme add column weight_gathering_travel real;

-- One way more of hosting: the rows stay as they are, see 20261201000012.
pragma writable_schema = on;
update sqlite_schema set sql = replace(sql, 'check (hosting in (''once'', ''each_round''))', 'check (hosting in (''once'', ''each_round'', ''rotate''))')
where type = 'table' and name = 'programme';
pragma writable_schema = off;
-- A number that it has never had: connections that are open read the tables anew.
pragma schema_version = 2000;
