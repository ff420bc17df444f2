-- Where a programme comes from: the one that it was copied from, by id. Not a foreign key: what it came from may be
-- deleted, and the programme stays.
alter table programme add column copied_from text;
