-- Answers are kept sealed: whoever has the database, and not the request, cannot read them (an answer may tell the secret
-- address of a calendar). The column `key` is the SHA-256 of the caller's key then. Answers of before lie as they are until
-- they are forgotten, save those with a secret: they are forgotten at once.

alter table kept_answer add column salt blob;                               -- drawn by lot for this answer; NULL: `body` is not sealed, `key` is the key itself
alter table kept_answer add column is_question integer not null default 0 check (is_question in (0, 1)); -- nothing was changed, and the answer is long: it is worked out again, and not kept

delete from kept_answer where instr(body, cast('/v1/calendars/' as blob)) > 0;
