//! Plans made by chance: some right, most broken in one way or another.

use crate::common::random::Random;
use crate::oracle::{Oracle, Trial, Trip};

/// A plan of any kind: places and visits by chance, with a leaning towards what is allowed.
pub fn any(oracle: &Oracle, random: &mut Random) -> Trial {
    let wild = random.once_in(3);
    let place = |e: usize| {
        let own = |&n: &usize| wild || oracle.network_track[n] == oracle.track[e];
        let networks: Vec<usize> = (0..oracle.networks()).filter(own).collect();
        if networks.is_empty() || random.once_in(6) { None } else { Some(*random.pick(&networks)) }
    };
    let mut trial = Trial { place: (0..oracle.enrolments()).map(place).collect(), visits: Vec::new() };
    let visits = random.below(2 * oracle.enrolments() + 1);
    for _ in 0..visits {
        trial.visits.extend(visit(oracle, &trial, random));
    }
    trial
}

fn visit(oracle: &Oracle, trial: &Trial, random: &mut Random) -> Option<Trip> {
    let network = random.below(oracle.networks());
    let members = oracle.members(trial, network);
    let anybody = |random: &mut Random| random.below(oracle.enrolments());
    let host = if members.is_empty() || random.once_in(20) { anybody(random) } else { *random.pick(&members) };
    let (first, last) = oracle.span?;
    let day = match oracle.open.is_empty() || random.once_in(20) {
        true => random.between(first - 1, last + 1),
        false => random.pick(&oracle.open).0,
    };
    let mut guests: Vec<usize> = members.into_iter().filter(|&e| e != host && !random.once_in(4)).collect();
    if random.once_in(20) {
        guests.push(anybody(random));
    }
    Some(Trip { network, host, day, guests })
}
