//! iCalendar (RFC 5545): whole days as events, lines folded, text escaped.

use std::io::{self, Write};

/// Lines are at most this long, in octets.
const LONGEST_LINE: usize = 75;

/// A visit in a calendar: a whole day.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The same for ever.
    pub uid: String,
    /// Rises with every change.
    pub sequence: i64,
    /// Whether it does not take place.
    pub cancelled: bool,
    /// ISO date.
    pub day: String,
    /// ISO date of the day after.
    pub day_after: String,
    /// When it was last changed: RFC 3339, UTC.
    pub changed_at: String,
    /// What it is, in a line.
    pub summary: String,
    /// More about it.
    pub description: String,
    /// Where it is.
    pub location: String,
    /// Degrees north and east.
    pub place: (f64, f64),
    /// The network's name.
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
        line("DTSTART;VALUE=DATE", &event.day.replace('-', ""));
        line("DTEND;VALUE=DATE", &event.day_after.replace('-', ""));
        line("SUMMARY", &escaped(&event.summary));
        line("DESCRIPTION", &escaped(&event.description));
        line("LOCATION", &escaped(&event.location));
        line("GEO", &format!("{};{}", event.place.0, event.place.1));
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
