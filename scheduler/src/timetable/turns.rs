//! Even turns, where members take turns to host: by rule V7 the numbers of hostings of any two members who could host
//! differ by at most one. The search knows the most that one may host; what is uneven in the end is evened out here.

use super::place::place;
use super::state::State;
use crate::problem::EnrolmentIx;
use crate::rules::can_take_turns;

/// Lets those who host more than once more than another give hostings up, to one whose turn it is where that one can
/// host in the round, else to nobody: each time the change that costs least.
pub(super) fn settle(state: &mut State<'_>) {
    let frame = state.frame;
    state.keep();
    for network in (0..frame.of_network.len()).filter(|&network| frame.in_turn(network)) {
        let mut able = frame.members(network);
        able.retain(|&host| can_take_turns(frame.problem, host));
        while let Some((given, taken)) = cheapest(state, &able) {
            hand_over(state, given, taken);
            state.keep();
        }
    }
}

/// The cheapest change that makes turns more even: the hosting that is given up, and the one that takes its place;
/// `None` where they are even.
fn cheapest(state: &mut State<'_>, able: &[EnrolmentIx]) -> Option<(usize, Option<usize>)> {
    let frame = state.frame;
    let turns: Vec<u32> = able.iter().map(|&host| state.turns_held(host)).collect();
    let (least, most) = (*turns.iter().min()?, *turns.iter().max()?);
    if most <= least + 1 {
        return None;
    }
    let of = |number: u32| {
        let hosts = able.iter().zip(&turns).filter(move |(_, turns)| **turns == number);
        hosts.flat_map(|(host, _)| frame.of_host[host.at()].iter().map(|&u| u as usize))
    };
    let held: Vec<usize> = of(most).filter(|&u| !state.held(u).is_empty()).collect();
    let mut best: Option<(f64, usize, Option<usize>)> = None;
    for given in held {
        let same_round = of(least).filter(|&u| frame.hostings[u].round == frame.hostings[given].round);
        for taken in same_round.map(Some).chain([None]) {
            hand_over(state, given, taken);
            let cost = state.cost();
            state.undo(0);
            if best.is_none_or(|best| cost < best.0) {
                best = Some((cost, given, taken));
            }
        }
    }
    best.map(|(_, given, taken)| (given, taken))
}

/// Gives one hosting up, and holds another where that pays.
fn hand_over(state: &mut State<'_>, given: usize, taken: Option<usize>) {
    state.clear(given);
    if let Some(taken) = taken {
        place(state, taken, None);
    }
}

#[cfg(test)]
mod tests {
    use super::super::frame::Frame;
    use super::super::state::State;
    use crate::plan::{Plan, Visit};
    use crate::problem::records::{Hosting, RoundRecord, VisitsRecord};
    use crate::problem::{EnrolmentIx, NetworkIx};
    use crate::small::{problem, records};

    /// Four rounds of a day each.
    const DAYS: [&str; 4] = ["2024-01-02", "2024-02-02", "2024-04-02", "2024-05-02"];

    /// The numbers of hostings of a, b and c in rounds that a and b have shared, and what the timetable costs.
    fn settled(c_cannot: &[&str]) -> (Vec<u32>, f64) {
        let mut records = records();
        records.municipalities[2].cannot_host_on = Some(c_cannot.iter().map(|&day| day.to_owned()).collect());
        records.visits = Some(VisitsRecord { hosting: Some(Hosting::Rotate), ..Default::default() });
        let round = |day: &str| RoundRecord { id: day.into(), name: None, start: day.into(), end: day.into() };
        records.rounds = Some(DAYS.map(round).to_vec());
        let task = problem(&records);
        let mut plan = Plan::assigned(vec![Some(NetworkIx::new(0)); 3]);
        plan.visits = (task.rounds().iter().enumerate())
            .map(|(at, round)| {
                let host = EnrolmentIx::new(at % 2);
                let guests = (0..3).map(EnrolmentIx::new).filter(|&e| e != host).collect();
                Visit { day: round.open_days[0], network: NetworkIx::new(0), host, guests }
            })
            .collect();
        let frame = Frame::new(&task, &plan);
        let mut state = State::new(&frame);
        state.adopt(&plan.visits);
        assert_eq!(state.cost(), 0.0);
        super::settle(&mut state);
        ((0..3).map(|e| state.turns_held(EnrolmentIx::new(e))).collect(), state.cost())
    }

    #[test]
    fn a_hosting_too_many_goes_to_whoever_has_not_hosted() {
        let (turns, cost) = settled(&[]);
        assert_eq!((turns.iter().sum::<u32>(), turns[2], cost), (4, 1, 0.0));
        assert_eq!(settled(&DAYS[..3]), (vec![2, 1, 1], 0.0), "b hosts the round that c can host");
    }
}
