-- Plans that answer more than one question: what more changes would save, and other plans to choose from.

alter table plan add column curve text check (json_valid(curve));         -- JSON: the points of the curve found so far; NULL: none was asked for
alter table plan add column shortlist text check (json_valid(shortlist)); -- JSON: the plans of a shortlist, whole; NULL: none was asked for, or not yet
