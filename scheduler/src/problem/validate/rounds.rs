//! Rounds against each other.

use super::super::records::{ProblemRecords, RoundRecord};
use super::super::{Day, Faults, called};
use super::LONGEST_PROGRAMME_DAYS;

pub(super) fn check(records: &ProblemRecords, faults: &mut Faults) {
    let rounds = records.rounds.as_deref().unwrap_or_default();
    let mut spans: Vec<(Day, Day, usize)> = rounds
        .iter()
        .enumerate()
        .filter_map(|(at, round)| Some((Day::parse(&round.start).ok()?, Day::parse(&round.end).ok()?, at)))
        .filter(|(start, end, _)| start <= end)
        .collect();
    spans.sort_unstable();
    let Some(&(first, mut last_end, mut last)) = spans.first() else { return };
    for &(start, end, at) in &spans[1..] {
        if start <= last_end {
            let [one, two] = [last, at].map(|round| {
                let RoundRecord { id, name, .. } = &rounds[round];
                called(name.as_deref().unwrap_or(id), id)
            });
            let detail =
                format!("round {two} starts on {start}, but round {one} lasts until {last_end}; move one of them");
            faults.add(format!("/rounds/{at}/start"), "rounds_overlap", detail);
        }
        if end > last_end {
            (last_end, last) = (end, at);
        }
    }
    let days = last_end.number() - first.number() + 1;
    if days > LONGEST_PROGRAMME_DAYS {
        let detail = format!(
            "the rounds span {days} days, {first} to {last_end}; a programme takes {LONGEST_PROGRAMME_DAYS} at most: \
             mend the dates or split it"
        );
        faults.add("/rounds", "programme_too_long", detail);
    }
}
