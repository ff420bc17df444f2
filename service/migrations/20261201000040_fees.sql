-- Who pays, and what: kinds of municipalities, the fees of a programme, and the bases of invoices that were published.

alter table municipality add column kind text check (kind in ('municipality', 'organisation')); -- NULL: a municipality
alter table programme_municipality add column kind text check (kind in ('municipality', 'organisation'));
alter table programme add column fees text check (fees is null or json_valid(fees)); -- JSON object, as it goes over the wire

create table fee_basis (
    position     integer primary key,            -- the order of publication; the last one of a programme counts
    programme    text not null references programme (id),
    approver     text not null,                  -- who answers for it, as the secretariat writes it
    note         text,
    published_at text not null,                  -- RFC 3339, UTC
    basis        text not null check (json_valid(basis)) -- JSON: lines and totals, as they were told
) strict;
create index fee_basis_programme on fee_basis (programme, position);

-- What is published never changes, whatever the code that writes thinks.
create trigger fee_basis_stays before update on fee_basis
begin
    select raise(abort, 'a published basis of fees never changes');
end;
