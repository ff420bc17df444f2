//! The open days of rounds, as far as dates can be read.

use std::collections::HashSet;

use super::super::records::{ProblemRecords, RoundRecord};
use super::super::{Day, Weekday};

/// The open days of each round that can be read, with the round's position, in the order written.
pub(super) fn open_days(records: &ProblemRecords) -> Vec<(usize, Vec<Day>)> {
    use Weekday::*;
    let calendar = records.calendar.clone().unwrap_or_default();
    let weekdays = calendar.weekdays.unwrap_or_else(|| vec![Mon, Tue, Wed, Thu, Fri]);
    let closed: HashSet<Day> = calendar.closed.iter().flatten().filter_map(|text| Day::parse(text).ok()).collect();
    let open = |day: &Day| weekdays.contains(&day.weekday()) && !closed.contains(day);
    let days = |(at, round): (usize, &RoundRecord)| {
        let (start, end) = (Day::parse(&round.start).ok()?, Day::parse(&round.end).ok()?);
        let longest = start.number().saturating_add(super::LONGEST_PROGRAMME_DAYS); // longer ones are a fault
        let span = start.number()..=end.number().min(longest);
        Some((at, span.map(Day::from_number).filter(open).collect()))
    };
    records.rounds.iter().flatten().enumerate().filter_map(days).collect()
}
