//! V7. A hosting member is one whose municipality has `can_host`, whatever its capacity or diary. `once`: at most one
//! hosting each, its visits in one round, and at most ⌈hosting members ÷ rounds⌉ hostings of a network in a round.
//! `each_round`: at most one hosting per member and round. `rotate`: at most one hosting per network and round, and the
//! numbers of hostings of any two hosting members of a network differ by at most one, apart from members with no open day
//! in the track's rounds on which they can host. Rounds are the track's. One not held counts as unhosted.

use super::{Rule, RuleCode, Violations};
use crate::facts::Facts;
use crate::problem::{EnrolmentIx, Hosting, NetworkIx, Problem};

pub(crate) const RULE: Rule = Rule {
    code: RuleCode::V7,
    sentence: "A hosting member is one whose municipality has can_host, whatever its capacity or diary. once: at \
               most one hosting each, its visits in one round, and at most ⌈hosting members ÷ rounds⌉ hostings of a \
               network in a round. each_round: at most one hosting per member and round. rotate: at most one hosting \
               per network and round, and the numbers of hostings of any two hosting members of a network differ by \
               at most one, apart from members with no open day in the track's rounds on which they can host. Rounds \
               are the track's. One not held counts as unhosted.",
};

pub(super) fn violations(facts: &Facts<'_>, found: &mut Violations) {
    // A hosting by key is in one round but with `once`.
    for (&(host, _), visits) in &facts.hostings {
        let mut rounds = visits.iter().map(|&position| facts.held[position].round);
        let first = rounds.next();
        let once = facts.problem.track(facts.problem.enrolment(host).track).hosting == Hosting::Once;
        if once && rounds.any(|round| Some(round) != first) {
            let id = &facts.problem.enrolment(host).id;
            found.add(RULE, format!("{id} hosts its network in more than one round"));
        }
    }
    let mut hosts: Vec<_> = facts.held.iter().map(|held| (held.visit.network, held.round, held.visit.host)).collect();
    hosts.sort_unstable();
    hosts.dedup();
    for same in hosts.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let (network, round, held) = (same[0].0, same[0].1, same.len());
        let Some(most) = most_in_a_round(facts, network) else { continue };
        // A network of one has nobody to host; V4 refuses what it plans.
        if held > most && facts.members[network.at()].len() >= 2 {
            let (network, round) = (&facts.problem.network(network).id, &facts.problem.rounds()[round.at()].id);
            found.add(RULE, format!("network {network} has {held} hostings in round {round}, more than {most}"));
        }
    }
    in_turn(facts, found);
}

/// How even the turns are, where hosts take turns.
fn in_turn(facts: &Facts<'_>, found: &mut Violations) {
    for (n, members) in
        facts.networks().filter(|&(n, members)| facts.hosting(n) == Hosting::Rotate && members.len() >= 2)
    {
        let able = members.iter().filter(|&&e| can_take_turns(facts.problem, e));
        let turns = able.map(|&e| facts.hostings.range((e, None)..).take_while(|(key, _)| key.0 == e).count());
        let (least, most) = turns.fold((usize::MAX, 0), |(least, most), held| (least.min(held), most.max(held)));
        if most > least.saturating_add(1) {
            let network = &facts.problem.network(n).id;
            found.add(RULE, format!("members of network {network} host from {least} to {most} times"));
        }
    }
}

/// Whether a member has an open day in its track's rounds on which it can host, by its diary.
pub(crate) fn can_take_turns(problem: &Problem, e: EnrolmentIx) -> bool {
    let home = problem.home(e);
    let rounds = problem.track(problem.enrolment(e).track).rounds.iter().map(|round| &problem.rounds()[round.at()]);
    home.can_host && rounds.flat_map(|round| &round.open_days).any(|&day| !home.cannot_host.contains(day))
}

/// How many hostings of a network a round takes; `None`: any number.
pub(crate) fn most_in_a_round(facts: &Facts<'_>, network: NetworkIx) -> Option<usize> {
    let problem = facts.problem;
    match facts.hosting(network) {
        Hosting::Once => {
            let hosts = facts.members[network.at()].iter().filter(|&&e| problem.hosts(e)).count();
            Some(hosts.div_ceil(problem.track(problem.network(network).track).rounds.len().max(1)))
        }
        Hosting::EachRound => None,
        Hosting::Rotate => Some(1),
    }
}

#[cfg(test)]
mod tests {
    use crate::problem::records::{Hosting, RoundRecord, VisitsRecord};
    use crate::small::{ALL, Visit, broken, records};

    fn two_rounds() -> crate::problem::ProblemRecords {
        let mut records = records();
        let second = ("2024-02-01".to_owned(), "2024-02-09".to_owned());
        let rounds = records.rounds.as_mut().unwrap();
        rounds.push(RoundRecord { id: "r2".into(), name: None, start: second.0, end: second.1 });
        records
    }

    const BOTH_ROUNDS: [Visit<'_>; 2] = [("n", "a", "2024-01-02", &["b"]), ("n", "a", "2024-02-01", &["c"])];

    #[test]
    fn a_hosting_in_two_rounds_is_refused_where_one_hosts_once() {
        let mut records = two_rounds();
        assert_eq!(broken(&records, ALL, &BOTH_ROUNDS), ["V7"]);
        records.visits = Some(VisitsRecord { hosting: Some(Hosting::EachRound), ..Default::default() });
        assert!(broken(&records, ALL, &BOTH_ROUNDS).is_empty());
    }

    #[test]
    fn a_round_takes_its_share_of_a_networks_hostings() {
        let visits: [Visit<'_>; 3] =
            [("n", "a", "2024-01-02", &["b"]), ("n", "b", "2024-01-03", &["a"]), ("n", "c", "2024-01-04", &["a"])];
        assert_eq!(broken(&two_rounds(), ALL, &visits), ["V7"]);
        assert!(broken(&two_rounds(), ALL, &visits[..2]).is_empty());
    }
}
