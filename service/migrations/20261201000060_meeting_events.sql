-- Meetings of gatherings are events of calendars too. Of a meeting, network, host and round are empty.

alter table calendar_event add column gathering text not null default ''; -- id, as it was when the event was made
