-- Publications: which plan of a programme is in force, who approved it, and which ones were before.

-- A plan that was made by hand is kept beside those of the search.
alter table plan add column origin text not null default 'search' check (origin in ('search', 'import'));
alter table plan add column broken text check (json_valid(broken)); -- JSON list of the rules that it breaks; NULL: none

create table publication (
    position      integer primary key,           -- the order of publication
    programme     text not null references programme (id),
    plan          text not null references plan (id), -- a plan that was ever published is never deleted
    approver      text not null,                 -- who answers for it, as the secretariat writes it
    note          text,                          -- why this one, as the secretariat writes it
    published_at  text not null,                 -- RFC 3339, UTC
    superseded_at text                           -- when another took its place; NULL: it is in force
) strict;
create index publication_plan on publication (plan);
create unique index publication_in_force on publication (programme) where superseded_at is null;

-- What is published never changes, whatever the code that writes thinks.
create trigger plan_published_stays before update of problem, document, summary, broken on plan
when exists (select 1 from publication where plan = old.id)
begin
    select raise(abort, 'a published plan never changes');
end;
