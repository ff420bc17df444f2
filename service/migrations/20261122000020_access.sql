-- Who may call, and who has changed what.

-- API keys. What the bearer sends is never kept, only its hash. No row is ever deleted: the audit trail names keys, and a
-- service that has had a key never again answers without one.
create table api_key (
    position   integer primary key,
    id         text not null unique,             -- the part of the key's text that is not secret
    name       text not null,                    -- whose, or what for: a note for people
    role       text not null check (role in ('viewer', 'planner', 'admin')),
    hash       blob not null check (length(hash) = 32), -- SHA-256 of the key's whole text
    created_at text not null,                    -- RFC 3339, UTC
    expires_at text,                             -- the same; NULL: it does not end by itself
    revoked_at text                              -- the same; NULL: it is not revoked
) strict;
create trigger api_key_stays before delete on api_key
begin select raise(abort, 'a key is revoked, not deleted'); end;

-- The audit trail: one row for each thing that a request or a command has changed, written in the same transaction.
-- A row is never changed and never deleted; the triggers hold that, also against `insert or replace`.
create table audit (
    position   integer primary key,              -- in the order of the changes
    at         text not null,                    -- RFC 3339, UTC
    actor      text not null,                    -- id of the key; `local` without keys, `command` for the command line
    request_id text not null,                    -- as in the answer and in the log; empty for the command line
    action     text not null,                    -- id of the operation, or the words of the command
    subject    text not null,                    -- path of what was changed
    before     text,                             -- SHA-256, hex, of what GET gave before; NULL: it was not there, or is no document
    after      text                              -- the same, of what GET gives now; NULL: it is gone, or is no document
) strict;
create index audit_actor on audit (actor, position);
create index audit_subject on audit (subject, position);
create trigger audit_never_changes before update on audit
begin select raise(abort, 'the audit trail is only added to'); end;
create trigger audit_never_shrinks before delete on audit
begin select raise(abort, 'the audit trail is only added to'); end;
create trigger audit_never_replaces before insert on audit
when exists (select 1 from audit where position = new.position)
begin select raise(abort, 'the audit trail is only added to'); end;
