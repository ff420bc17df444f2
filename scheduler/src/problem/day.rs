//! Civil dates as numbers, and sets of them.

use chrono::{Datelike, Days, NaiveDate};

use super::faults::Wrong;
use super::records::Weekday;

/// A civil date, counted in days; differences are calendar days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

impl Day {
    /// Reads an ISO 8601 date, `YYYY-MM-DD`, years 1 to 9999.
    pub fn parse(text: &str) -> Result<Day, Wrong> {
        let shaped = text.len() == 10
            && text.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
        let date = shaped.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten();
        date.filter(|date| date.year() >= 1).map(|date| Day(date.num_days_from_ce())).ok_or_else(|| Wrong {
            code: "invalid_date",
            detail: format!("{text:?} is not a date; write YYYY-MM-DD, a day that exists"),
        })
    }

    /// Days since the day before 0001-01-01.
    pub fn number(self) -> i32 {
        self.0
    }

    /// The day with this number (see `number`).
    pub fn from_number(number: i32) -> Day {
        Day(number)
    }

    /// So many calendar days later (or earlier, where negative).
    pub fn plus(self, days: i32) -> Day {
        Day(self.0 + days)
    }

    /// The day of the week.
    pub fn weekday(self) -> Weekday {
        use Weekday::*;
        [Mon, Tue, Wed, Thu, Fri, Sat, Sun][(self.0 - 1).rem_euclid(7) as usize] // 0001-01-01 was a Monday
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let number = self.0.max(1) as u64;
        match NaiveDate::from_ymd_opt(1, 1, 1).and_then(|first| first.checked_add_days(Days::new(number - 1))) {
            Some(date) => write!(f, "{date}"),
            None => write!(f, "day {}", self.0),
        }
    }
}

/// A set of days, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DaySet(Vec<Day>);

impl DaySet {
    /// Whether the day is in the set. O(log n).
    pub fn contains(&self, day: Day) -> bool {
        self.0.binary_search(&day).is_ok()
    }

    /// The days, ascending.
    pub fn iter(&self) -> impl Iterator<Item = Day> + '_ {
        self.0.iter().copied()
    }
}

impl FromIterator<Day> for DaySet {
    fn from_iter<I: IntoIterator<Item = Day>>(days: I) -> Self {
        let mut days: Vec<Day> = days.into_iter().collect();
        days.sort_unstable();
        days.dedup();
        DaySet(days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_reads_and_prints_the_same() {
        for text in ["2018-04-03", "0001-01-01", "9999-12-31", "2024-02-29"] {
            assert_eq!(Day::parse(text).map(|day| day.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn a_day_that_does_not_exist_is_refused() {
        for text in ["2023-02-29", "2018-4-3", "18-04-03", "2018-04-03T00:00", "", "0000-01-01", "+018-04-03"] {
            assert!(Day::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_weekday_is_the_calendars() {
        assert_eq!(Day::parse("2018-04-03").map(Day::weekday), Ok(Weekday::Tue));
        assert_eq!(Day::parse("2026-11-22").map(Day::weekday), Ok(Weekday::Sun));
    }
}
