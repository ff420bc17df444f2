//! When visits are possible: two rounds, the country's holidays, and each municipality's own days.

use chrono::{Datelike, NaiveDate, Weekday as Day};
use scheduler::problem::records::{CalendarRecord, RoundRecord, Weekday};

use super::random::Random;
use crate::records::reference::{Country, holidays};

/// Name, first and last day of the rounds; both end before midsummer, and Easter lies within the second.
const ROUNDS: [(&str, [i32; 3], [i32; 3]); 2] =
    [("Spring 2027", [2027, 3, 30], [2027, 6, 18]), ("Spring 2028", [2028, 4, 3], [2028, 6, 16])];

/// Rounds and calendar, and the open days that follow from them.
pub(super) struct Diaries {
    pub(super) rounds: Vec<RoundRecord>,
    pub(super) calendar: CalendarRecord,
    open: Vec<NaiveDate>,
}

impl Diaries {
    /// Two springs, Tuesday to Thursday, without the country's public holidays.
    pub(super) fn new(country: Country) -> Diaries {
        let mut diaries = Diaries { rounds: Vec::new(), calendar: CalendarRecord::default(), open: Vec::new() };
        let mut closed = Vec::new();
        for (number, (name, first, last)) in (1..).zip(ROUNDS) {
            let (Some(start), Some(end)) = (date(first), date(last)) else { continue };
            let holidays: Vec<_> = holidays(country, start, end).into_iter().map(|holiday| holiday.date).collect();
            let open = start
                .iter_days()
                .take_while(|day| *day <= end)
                .filter(|day| matches!(day.weekday(), Day::Tue | Day::Wed | Day::Thu) && !holidays.contains(day));
            diaries.open.extend(open);
            closed.extend(holidays.iter().map(NaiveDate::to_string));
            diaries.rounds.push(RoundRecord {
                id: format!("round-{number}"),
                name: Some(name.to_owned()),
                start: start.to_string(),
                end: end.to_string(),
            });
        }
        diaries.calendar.weekdays = Some(vec![Weekday::Tue, Weekday::Wed, Weekday::Thu]);
        diaries.calendar.closed = Some(closed);
        diaries
    }

    /// The days of one municipality: unavailable, so many of a hundred open days; and, of the others, undesired ones.
    pub(super) fn draw(&self, unavailable: usize, random: &mut Random) -> (Vec<String>, Vec<String>) {
        let share = self.open.len() * unavailable / 100 + random.below(2);
        let taken = random.some_of(self.open.len(), share);
        let (mut away, mut unwelcome) = (Vec::new(), Vec::new());
        for (number, day) in self.open.iter().enumerate() {
            if taken.contains(&number) {
                away.push(day.to_string());
            } else if random.percent(8) {
                unwelcome.push(day.to_string());
            }
        }
        (away, unwelcome)
    }
}

fn date([year, month, day]: [i32; 3]) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month as u32, day as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_springs_are_open_on_most_of_their_days() {
        let [denmark, sweden] = [Country::Denmark, Country::Sweden].map(Diaries::new);
        assert_eq!((denmark.rounds.len(), denmark.open.len(), sweden.open.len()), (2, 66, 66));
    }

    #[test]
    fn a_day_is_not_both_unavailable_and_undesired() {
        let (away, unwelcome) = Diaries::new(Country::Denmark).draw(45, &mut Random::new(1));
        assert!((30..=31).contains(&away.len()), "{}", away.len());
        assert!(!unwelcome.is_empty() && unwelcome.iter().all(|day| !away.contains(day)));
    }
}
