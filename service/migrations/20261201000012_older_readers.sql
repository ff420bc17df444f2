-- Checks that older versions of SQLite understand too: up to 3.41 json_valid(null) is 0 there, and whoever looked into the
-- database with such a one was told that it is damaged, and could change nothing.
--
-- The rows stay as they are, and so do the checks for this version: the text of the tables is changed, in the way that
-- https://www.sqlite.org/lang_altertable.html (7) describes. Making the tables anew would copy every plan, and the events
-- of plans would go with the old table.
pragma writable_schema = on;
update sqlite_schema set sql = replace(sql, 'check (json_valid(unavailable))', 'check (unavailable is null or json_valid(unavailable))') where type = 'table';
update sqlite_schema set sql = replace(sql, 'check (json_valid(cannot_host_on))', 'check (cannot_host_on is null or json_valid(cannot_host_on))') where type = 'table';
update sqlite_schema set sql = replace(sql, 'check (json_valid(undesired))', 'check (undesired is null or json_valid(undesired))') where type = 'table';
update sqlite_schema set sql = replace(sql, 'check (json_valid(weekdays))', 'check (weekdays is null or json_valid(weekdays))') where type = 'table';
update sqlite_schema set sql = replace(sql, 'check (json_valid(closed))', 'check (closed is null or json_valid(closed))') where type = 'table';
update sqlite_schema set sql = replace(sql, 'check (json_valid(pace))', 'check (pace is null or json_valid(pace))') where type = 'table';
update sqlite_schema set sql = replace(sql, 'check (json_valid(by_rank))', 'check (by_rank is null or json_valid(by_rank))') where type = 'table';
update sqlite_schema set sql = replace(sql, 'check (json_valid(allowed_regions))', 'check (allowed_regions is null or json_valid(allowed_regions))') where type = 'table';
update sqlite_schema set sql = replace(sql, 'check (json_valid(preferences))', 'check (preferences is null or json_valid(preferences))') where type = 'table';
update sqlite_schema set sql = replace(sql, 'check (json_valid(excluded))', 'check (excluded is null or json_valid(excluded))') where type = 'table';
update sqlite_schema set sql = replace(sql, 'check (json_valid(progress))', 'check (progress is null or json_valid(progress))') where type = 'table';
update sqlite_schema set sql = replace(sql, 'check (json_valid(summary))', 'check (summary is null or json_valid(summary))') where type = 'table';
update sqlite_schema set sql = replace(sql, 'check (json_valid(clash))', 'check (clash is null or json_valid(clash))') where type = 'table';
update sqlite_schema set sql = replace(sql, 'check (json_valid(document))', 'check (document is null or json_valid(document))') where type = 'table';
update sqlite_schema set sql = replace(sql, 'check (json_valid(broken))', 'check (broken is null or json_valid(broken))') where type = 'table';
update sqlite_schema set sql = replace(sql, 'check (json_valid(steering))', 'check (steering is null or json_valid(steering))') where type = 'table';
update sqlite_schema set sql = replace(sql, 'check (json_valid(base))', 'check (base is null or json_valid(base))') where type = 'table';
update sqlite_schema set sql = replace(sql, 'check (json_valid(curve))', 'check (curve is null or json_valid(curve))') where type = 'table';
update sqlite_schema set sql = replace(sql, 'check (json_valid(shortlist))', 'check (shortlist is null or json_valid(shortlist))') where type = 'table';
pragma writable_schema = off;
-- A number that it has never had: connections that are open read the tables anew.
pragma schema_version = 1000;
