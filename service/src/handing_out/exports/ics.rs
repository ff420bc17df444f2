//! iCalendar (RFC 5545): days and hours as events, lines folded, text escaped.

use std::io::{self, Write};

/// Lines are at most this long, in octets.
const LONGEST_LINE: usize = 75;

/// When an event is. Dates are ISO, times `HH:MM` wherever it is held.
#[derive(Clone, Debug, PartialEq)]
pub enum Span {
    /// Whole days: the first, and the day after the last.
    Days {
        /// The first day.
        first: String,
        /// The day after the last.
        after: String,
    },
    /// From an hour of a day to an hour of a day.
    Hours {
        /// Date and time of its beginning.
        begins: (String, String),
        /// Date and time of its end.
        ends: (String, String),
    },
}

/// A visit or a meeting in a calendar.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The same for ever.
    pub uid: String,
    /// Rises with every change.
    pub sequence: i64,
    /// Whether it does not take place.
    pub cancelled: bool,
    /// When it is.
    pub span: Span,
    /// When it was last changed: RFC 3339, UTC.
    pub changed_at: String,
    /// What it is, in a line.
    pub summary: String,
    /// More about it.
    pub description: String,
    /// Where it is; empty where nobody knows yet.
    pub location: String,
    /// Degrees north and east.
    pub place: Option<(f64, f64)>,
    /// The name of the network or the gathering.
    pub category: String,
}

/// Writes a calendar of this name with these events.
pub fn write(name: &str, events: impl Iterator<Item = Event>, to: &mut impl Write) -> io::Result<()> {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| fold(&mut text, &format!("{name}:{value}"));
    line("BEGIN", "VCALENDAR");
    line("VERSION", "2.0");
    line("PRODID", "-//Netvisit//Netvisit//EN");
    line("CALSCALE", "GREGORIAN");
    line("METHOD", "PUBLISH");
    line("NAME", &escaped(name));
    line("X-WR-CALNAME", &escaped(name));
    line("REFRESH-INTERVAL;VALUE=DURATION", "PT6H");
    line("X-PUBLISHED-TTL", "PT6H");
    for event in events {
        to.write_all(text.as_bytes())?;
        text.clear();
        let mut line = |name: &str, value: &str| fold(&mut text, &format!("{name}:{value}"));
        let changed = stamp(&event.changed_at);
        line("BEGIN", "VEVENT");
        line("UID", &event.uid);
        line("DTSTAMP", &changed);
        line("LAST-MODIFIED", &changed);
        line("SEQUENCE", &event.sequence.to_string());
        line("STATUS", if event.cancelled { "CANCELLED" } else { "CONFIRMED" });
        let marks = ['-', ':'];
        match &event.span {
            Span::Days { first, after } => {
                line("DTSTART;VALUE=DATE", &first.replace(marks, ""));
                line("DTEND;VALUE=DATE", &after.replace(marks, ""));
            }
            Span::Hours { begins, ends } => {
                let instant = |(date, time): &(String, String)| format!("{date}T{time}00").replace(marks, "");
                line("DTSTART", &instant(begins));
                line("DTEND", &instant(ends));
            }
        }
        line("SUMMARY", &escaped(&event.summary));
        line("DESCRIPTION", &escaped(&event.description));
        if !event.location.is_empty() {
            line("LOCATION", &escaped(&event.location));
        }
        if let Some((lat, lon)) = event.place {
            line("GEO", &format!("{lat};{lon}"));
        }
        line("CATEGORIES", &escaped(&event.category));
        line("TRANSP", if event.cancelled { "TRANSPARENT" } else { "OPAQUE" });
        line("END", "VEVENT");
    }
    fold(&mut text, "END:VCALENDAR");
    to.write_all(text.as_bytes())
}

/// `2026-11-22T09:00:00.000Z` as `20261122T090000Z`.
fn stamp(instant: &str) -> String {
    let seconds = instant.split('.').next().unwrap_or_default().trim_end_matches('Z');
    seconds.replace(['-', ':'], "") + "Z"
}

fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,");
    text.replace("\r\n", "\n").replace(['\n', '\r'], "\\n").replace(|c: char| c.is_control(), " ")
}

/// Adds a line, with breaks where it is too long: a continuation begins with a space. No character is torn apart.
fn fold(text: &mut String, line: &str) {
    let mut room = LONGEST_LINE;
    for c in line.chars() {
        if c.len_utf8() > room {
            text.push_str("\r\n ");
            room = LONGEST_LINE - 1;
        }
        text.push(c);
        room -= c.len_utf8();
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_between_characters() {
        let mut text = String::new();
        fold(&mut text, &format!("SUMMARY:{}", "å".repeat(100)));
        assert!(text.split("\r\n").all(|line| line.len() <= LONGEST_LINE), "{text:?}");
        assert_eq!(text.replace("\r\n ", ""), format!("SUMMARY:{}\r\n", "å".repeat(100)));
    }

    #[test]
    fn what_means_something_in_a_text_is_escaped() {
        assert_eq!(escaped("a;b,c\\d\r\ne\tf"), "a\\;b\\,c\\\\d\\ne f");
    }

    #[test]
    fn instants_are_written_without_marks() {
        assert_eq!(stamp("2026-11-22T09:00:00.000Z"), "20261122T090000Z");
    }
}
