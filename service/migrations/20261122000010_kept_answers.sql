-- Answers that are kept under an Idempotency-Key, so that a request that is sent again is not carried out again. A row is
-- written in the transaction of what the request has changed.

-- Time as the services themselves have counted it, in steps of ten minutes: the clock on the wall may jump, and an answer
-- would be forgotten too early or never.
create table age (
    one  integer primary key check (one = 1),
    last integer not null
) strict;
insert into age (one, last) values (1, 0);

create table kept_answer (
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
create index kept_answer_age on kept_answer (age);
