//! Public holidays of Denmark and Sweden, computed: fixed dates, feasts that move with Easter, and Swedish Saturdays.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// A country whose holidays are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, clap::ValueEnum)]
#[allow(missing_docs)] // their names say it
pub enum Country {
    #[value(name = "dk")]
    Denmark,
    #[value(name = "se")]
    Sweden,
}

/// The years for which holidays are told: in both countries the rules below hold from the first one on.
pub const YEARS: std::ops::RangeInclusive<i32> = 2005..=2199;

/// A public holiday.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Holiday {
    /// The day.
    pub date: NaiveDate,
    /// In English.
    pub name: &'static str,
    /// In the country's language.
    pub name_native: &'static str,
}

/// When in a year a holiday falls.
#[derive(Clone, Copy)]
enum When {
    /// Month and day.
    On(u32, u32),
    /// Days after Easter Sunday.
    Easter(i64),
    /// The first Saturday on or after month and day.
    Saturday(u32, u32),
    /// Days after Easter Sunday, up to and including a last year.
    EasterUntil(i64, i32),
}

use When::{Easter, EasterUntil, On, Saturday};

/// Denmark. The Great Prayer Day was abolished from 2024 (act 214 of 2023). Constitution Day, Christmas Eve and New
/// Year's Eve are no public holidays by law.
const DENMARK: [(When, &str, &str); 11] = [
    (On(1, 1), "New Year's Day", "Nytårsdag"),
    (Easter(-3), "Maundy Thursday", "Skærtorsdag"),
    (Easter(-2), "Good Friday", "Langfredag"),
    (Easter(0), "Easter Sunday", "Påskedag"),
    (Easter(1), "Easter Monday", "Anden påskedag"),
    (EasterUntil(26, 2023), "Great Prayer Day", "Store bededag"),
    (Easter(39), "Ascension Day", "Kristi himmelfartsdag"),
    (Easter(49), "Pentecost", "Pinsedag"),
    (Easter(50), "Pentecost Monday", "Anden pinsedag"),
    (On(12, 25), "Christmas Day", "Juledag"),
    (On(12, 26), "Second Day of Christmas", "Anden juledag"),
];

/// Sweden, by the act on public holidays (1989:253); National Day took the place of Pentecost Monday in 2005. The eves
/// are no public holidays by law.
const SWEDEN: [(When, &str, &str); 13] = [
    (On(1, 1), "New Year's Day", "Nyårsdagen"),
    (On(1, 6), "Epiphany", "Trettondedag jul"),
    (Easter(-2), "Good Friday", "Långfredagen"),
    (Easter(0), "Easter Sunday", "Påskdagen"),
    (Easter(1), "Easter Monday", "Annandag påsk"),
    (On(5, 1), "May Day", "Första maj"),
    (Easter(39), "Ascension Day", "Kristi himmelsfärdsdag"),
    (Easter(49), "Pentecost", "Pingstdagen"),
    (On(6, 6), "National Day", "Nationaldagen"),
    (Saturday(6, 20), "Midsummer Day", "Midsommardagen"),
    (Saturday(10, 31), "All Saints' Day", "Alla helgons dag"),
    (On(12, 25), "Christmas Day", "Juldagen"),
    (On(12, 26), "Second Day of Christmas", "Annandag jul"),
];

/// The public holidays from one day to another, both included, by date; none outside [`YEARS`].
pub fn holidays(country: Country, from: NaiveDate, to: NaiveDate) -> Vec<Holiday> {
    let feasts: &[_] = match country {
        Country::Denmark => &DENMARK,
        Country::Sweden => &SWEDEN,
    };
    let years = from.year().max(*YEARS.start())..=to.year().min(*YEARS.end());
    let mut found: Vec<Holiday> = years
        .flat_map(|year| feasts.iter().map(move |&(when, name, native)| (day(when, year), name, native)))
        .filter_map(|(date, name, name_native)| Some(Holiday { date: date?, name, name_native }))
        .filter(|holiday| (from..=to).contains(&holiday.date))
        .collect();
    found.sort();
    found
}

/// The day a holiday falls on in a year; `None` where it is not kept.
fn day(when: When, year: i32) -> Option<NaiveDate> {
    match when {
        On(month, day) => NaiveDate::from_ymd_opt(year, month, day),
        Easter(after) => easter(year)?.checked_add_signed(chrono::TimeDelta::days(after)),
        EasterUntil(after, last) => day(Easter(after), year).filter(|_| year <= last),
        Saturday(month, day) => {
            let first = NaiveDate::from_ymd_opt(year, month, day)?;
            first.checked_add_days(Days::new(u64::from(Weekday::Sat.days_since(first.weekday()))))
        }
    }
}

/// Easter Sunday of a Gregorian year, by Oudin's algorithm of 1940 (Explanatory Supplement to the Astronomical
/// Almanac, 1992, section 12.97).
fn easter(year: i32) -> Option<NaiveDate> {
    let (century, golden) = (year / 100, year % 19);
    let moon = (century - century / 4 - (8 * century + 13) / 25 + 19 * golden + 15) % 30;
    let moon = moon - (moon / 28) * (1 - (moon / 28) * (29 / (moon + 1)) * ((21 - golden) / 11));
    let weekday = (year + year / 4 + moon + 2 - century + century / 4) % 7;
    let from_march = 28 + moon - weekday; // the full moon's Sunday, as a day of March
    let (month, day) = if from_march <= 31 { (3, from_march) } else { (4, from_march - 31) };
    NaiveDate::from_ymd_opt(year, month, day as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn of_year(country: Country, year: i32) -> Vec<String> {
        let (from, to) = (NaiveDate::from_ymd_opt(year, 1, 1), NaiveDate::from_ymd_opt(year, 12, 31));
        holidays(country, from.unwrap(), to.unwrap()).iter().map(|h| h.date.format("%m-%d").to_string()).collect()
    }

    #[test]
    fn easter_falls_where_the_church_says() {
        let known = ["2005-03-27", "2008-03-23", "2011-04-24", "2019-04-21", "2024-03-31", "2025-04-20", "2026-04-05"];
        let rare = ["2038-04-25", "2049-04-18", "2076-04-19", "2106-04-18", "2160-03-23"]; // the latest, two rules, the earliest
        for day in known.iter().chain(&rare) {
            assert_eq!(easter(date(day).year()), Some(date(day)));
        }
    }

    #[test]
    fn denmark_keeps_ten_days_in_2027() {
        let days = ["01-01", "03-25", "03-26", "03-28", "03-29", "05-06", "05-16", "05-17", "12-25", "12-26"];
        assert_eq!(of_year(Country::Denmark, 2027), days);
    }

    #[test]
    fn the_great_prayer_day_ends_with_2023() {
        assert!(of_year(Country::Denmark, 2023).contains(&"05-05".to_owned()));
        assert_eq!((of_year(Country::Denmark, 2023).len(), of_year(Country::Denmark, 2024).len()), (11, 10));
    }

    #[test]
    fn swedish_saturdays_lie_in_their_weeks() {
        let (midsummer, all_saints) = ("06-20", "10-31"); // in 2026 both at their earliest
        let days = of_year(Country::Sweden, 2026);
        assert_eq!(days.len(), 13);
        assert!(days.contains(&midsummer.to_owned()) && days.contains(&all_saints.to_owned()));
        assert!(of_year(Country::Sweden, 2027).contains(&"06-26".to_owned()));
    }

    #[test]
    fn both_ends_of_the_window_count_and_nothing_beyond() {
        let found = holidays(Country::Sweden, date("2026-12-26"), date("2027-01-01"));
        assert_eq!(found.iter().map(|h| h.name).collect::<Vec<_>>(), ["Second Day of Christmas", "New Year's Day"]);
        assert_eq!(holidays(Country::Sweden, date("2027-01-01"), date("2026-12-26")), []);
    }
}
