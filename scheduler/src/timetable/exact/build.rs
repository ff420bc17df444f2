//! The rows and columns. For a hosting u, guest g, day d, enrolment e:
//!
//! - `held[u]`, `missed[u]`, `extra[u]`: whether u is held or not, and its visits beyond the first;
//! - `open[u, d]`, `comes[u, g, d]`, `away[u, g]`: whether a visit is held that day, g comes that day, g misses u;
//!   Σ over d of comes + away = held; comes ≤ open; Σ over d of open = held + extra;
//! - `in_round[u, r]` (where a member hosts once): open ≤ in_round, Σ over r of in_round = held;
//! - `part[e, d]` = visits that e takes part in that day, at most 1; over a window at most its limit, or, for soft
//!   pace, limit + `over`, which costs.
//!
//! All of V1 to V9 are there, and all five costs: unhosted × missed, absence × away, extra_visit × extra, undesired ×
//! open and comes, pace × over. What steers the search is added to missed, open and away; of a hosting that has lost days
//! of a base plan to `changed` ([`Moves`]).

use std::collections::BTreeMap;

use super::super::frame::{AWAY, DayIx, Frame};
use super::super::state::State;
use crate::milp::{Col, Model};
use crate::problem::EnrolmentIx;
use crate::steering::LOCK;

/// The columns of one hosting.
pub(super) struct HostingColumns {
    held: Col,
    missed: Col,
    extra: Col,
    open: Vec<(DayIx, Col)>,
    /// By guest: day and column.
    pub comes: Vec<Vec<(DayIx, Col)>>,
    away: Vec<Col>,
    /// Where it has lost days of a base plan.
    moves: Option<Moves>,
    in_round: Vec<Col>,
    /// Round of each open day, beside `open`.
    round: Vec<usize>,
}

/// The changes of a hosting that has lost days: `changed` ≥ the smaller of Σ moved and `left` − Σ kept, and ≥ Σ moved −
/// `spare`. `fewer` says that the second of the two is the smaller.
pub(super) struct Moves {
    moved: Vec<Col>,
    kept: Vec<Col>,
    spare: f64,
    left: f64,
    changed: Col,
    fewer: Col,
}

impl Moves {
    fn new(model: &mut Model, moved: Vec<Col>, kept: Vec<Col>, [spare, left]: [f64; 2], price: f64) -> Moves {
        let most = moved.len() as f64;
        let (changed, fewer) = (model.continuous(price, 0.0, most), model.binary(0.0));
        let all = |columns: &[Col], factor: f64| columns.iter().map(|&c| (c, factor)).collect::<Vec<_>>();
        model.row(f64::NEG_INFINITY, spare, [all(&moved, 1.0), vec![(changed, -1.0)]].concat());
        model.row(f64::NEG_INFINITY, 0.0, [all(&moved, 1.0), vec![(changed, -1.0), (fewer, -most)]].concat());
        model.row(f64::NEG_INFINITY, 0.0, [all(&kept, -1.0), vec![(changed, -1.0), (fewer, left)]].concat());
        Moves { moved, kept, spare, left, changed, fewer }
    }

    /// Sets what follows from the days.
    fn start(&self, values: &mut [f64]) {
        let sum = |columns: &[Col]| columns.iter().map(|column| values[column.at()]).sum::<f64>();
        let (moved, gone) = (sum(&self.moved), self.left - sum(&self.kept));
        let fewer = gone < moved;
        values[self.changed.at()] = moved.min(gone).max(moved - self.spare).max(0.0);
        values[self.fewer.at()] = f64::from(u8::from(fewer));
    }
}

/// A column whose value follows from others: their sum, less `most`, not below 0.
pub(super) struct Derived {
    column: Col,
    of: Vec<Col>,
    most: f64,
}

/// A calendar day on which a member takes part, or, with a column, may take part.
type Part = (u32, Option<Col>);

/// A model and what its columns mean.
pub(super) struct Built {
    pub model: Model,
    pub hostings: Vec<HostingColumns>,
    pub derived: Vec<Derived>,
}

/// About how many columns a model of these hostings has.
pub(super) fn columns(frame: &Frame<'_>, units: &[u32]) -> usize {
    let hostings = units.iter().map(|&u| &frame.hostings[u as usize]);
    hostings.map(|h| h.days.len() * (h.guests.len() + 1)).sum()
}

impl Built {
    /// The model of some hostings; `others`, where they are cleared, holds everything else. `held`: those that a lock wants
    /// held are, instead of that costing much.
    pub fn new(others: &State<'_>, units: &[u32], held: bool) -> Built {
        let frame = others.frame;
        let units: Vec<usize> = units.iter().map(|&u| u as usize).collect();
        let mut built = Built { model: Model::default(), hostings: Vec::new(), derived: Vec::new() };
        for &u in &units {
            built.add_hosting(others, u);
        }
        built.limit_rounds(others, &units);
        if held {
            let due = built.hostings.iter().zip(&units).filter(|(_, u)| frame.hostings[**u].due);
            due.for_each(|(h, _)| built.model.at_most(0.0, [h.missed]));
        }
        built.limit_days(others, &units);
        built.pace_members(others, &units);
        built.space_returns(frame, &units);
        built
    }

    fn add_hosting(&mut self, others: &State<'_>, u: usize) {
        let frame = others.frame;
        let h = &frame.hostings[u];
        let weights = frame.problem.weights();
        let undesired = |e: EnrolmentIx, day: DayIx| weights.undesired * frame.undesired_people(e, day) as f64;
        let model = &mut self.model;
        let held = model.continuous(0.0, 0.0, 1.0);
        let lock = |binds: bool| if binds { LOCK } else { 0.0 };
        let missed = model.continuous(frame.unheld(u), 0.0, 1.0);
        let extra = model.continuous(weights.extra_visit, 0.0, f64::INFINITY);
        model.row(1.0, 1.0, vec![(held, 1.0), (missed, 1.0)]);
        let free = |day: &DayIx| others.open_cost(u, *day).is_some();
        let retimes = |day: DayIx| frame.retimes.has(u, usize::from(day));
        let change = |day: DayIx| if h.spare == 0 && retimes(day) { frame.price } else { 0.0 };
        let receives = |day: DayIx| undesired(h.host, day) + change(day);
        let open: Vec<(DayIx, Col)> =
            (h.days.iter().copied().filter(free)).map(|day| (day, model.binary(receives(day)))).collect();
        let mut comes = Vec::new();
        let mut away = Vec::new();
        for (at, &g) in h.guests.iter().enumerate() {
            let people = frame.delegates[g.at()];
            let can = |day: &DayIx| u64::from(people) <= h.capacity && others.guest_cost(u, at, *day).is_some();
            let days: Vec<(DayIx, Col)> = (open.iter().map(|open| open.0).filter(can))
                .map(|day| (day, model.binary(undesired(g, day))))
                .collect();
            let must = lock(h.must_come(at) != AWAY);
            let misses = model.continuous(weights.absence * f64::from(people) + must, 0.0, 1.0);
            let somewhere = days.iter().map(|&(_, column)| (column, 1.0)).chain([(misses, 1.0), (held, -1.0)]);
            model.row(0.0, 0.0, somewhere.collect());
            comes.push(days);
            away.push(misses);
        }
        for &(day, open) in &open {
            let guests = || comes.iter().enumerate().filter_map(move |(g, days)| Some((g, column_of(days, day)?)));
            let alone = h.guests.iter().all(|g| 2 * u64::from(frame.delegates[g.at()]) > h.capacity);
            if alone {
                let one = guests().map(|(_, column)| (column, 1.0)).chain([(open, -1.0)]).collect();
                model.row(0.0, 0.0, one);
                continue;
            }
            for (_, column) in guests() {
                model.row(f64::NEG_INFINITY, 0.0, vec![(column, 1.0), (open, -1.0)]);
            }
            let some = guests().map(|(_, column)| (column, 1.0)).chain([(open, -1.0)]).collect();
            model.row(0.0, f64::INFINITY, some);
            if h.people > h.capacity {
                let people = guests().map(|(g, column)| (column, f64::from(frame.delegates[h.guests[g].at()])));
                model.row(f64::NEG_INFINITY, 0.0, people.chain([(open, -(h.capacity as f64))]).collect());
            }
            if h.round.is_some() {
                model.row(f64::NEG_INFINITY, 0.0, vec![(open, 1.0), (held, -1.0)]);
            }
        }
        let all_open = open.iter().map(|&(_, open)| (open, 1.0)).chain([(held, -1.0), (extra, -1.0)]).collect();
        model.row(0.0, 0.0, all_open);
        let moves = (h.spare > 0).then(|| {
            let on = |elsewhere: bool| open.iter().filter(move |open| retimes(open.0) == elsewhere).map(|open| open.1);
            let (moved, kept) = (on(true).collect(), on(false).collect());
            Moves::new(model, moved, kept, [h.spare, h.left].map(f64::from), others.loose_price(u, 1))
        });
        let round = open.iter().map(|open| frame.days[usize::from(open.0)].round.at()).collect();
        self.hostings.push(HostingColumns {
            held,
            missed,
            extra,
            open,
            comes,
            away,
            moves,
            in_round: Vec::new(),
            round,
        });
    }

    /// V7, where a member hosts once: all its visits in one round, and not too many hostings in any.
    fn limit_rounds(&mut self, others: &State<'_>, units: &[usize]) {
        let rounds = others.frame.problem.rounds().len();
        let model = &mut self.model;
        let mut of_network: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let once = |&(_, &u): &(usize, &usize)| others.frame.hostings[u].round.is_none();
        for (at, &u) in units.iter().enumerate().filter(once) {
            of_network.entry(others.frame.hostings[u].network.at()).or_default().push(at);
        }
        for (h, _) in self.hostings.iter_mut().zip(units).filter(|(_, u)| others.frame.hostings[**u].round.is_none()) {
            h.in_round = (0..rounds).map(|_| model.binary(0.0)).collect();
            let one = h.in_round.iter().map(|&column| (column, 1.0)).chain([(h.held, -1.0)]).collect();
            model.row(0.0, 0.0, one);
            for (&(_, open), &round) in h.open.iter().zip(&h.round) {
                model.row(f64::NEG_INFINITY, 0.0, vec![(open, 1.0), (h.in_round[round], -1.0)]);
            }
        }
        for (&network, hostings) in &of_network {
            for round in 0..rounds {
                let left = f64::from(others.hostings_left(network, round));
                model.at_most(left, hostings.iter().map(|&at| self.hostings[at].in_round[round]));
            }
        }
    }

    /// V2 and V6, for these hostings' own visits; days that the others have filled are no candidates at all.
    fn limit_days(&mut self, others: &State<'_>, units: &[usize]) {
        let frame = others.frame;
        let mut shared: BTreeMap<(usize, DayIx), Vec<Col>> = BTreeMap::new();
        let mut of_town: BTreeMap<(usize, DayIx), Vec<Col>> = BTreeMap::new();
        let all = frame.problem.regions().len();
        for (h, &u) in self.hostings.iter().zip(units) {
            let region = frame.problem.home(frame.hostings[u].host).region.at();
            for &(day, open) in &h.open {
                shared.entry((region, day)).or_default().push(open);
                shared.entry((all, day)).or_default().push(open);
                let town = frame.home[frame.hostings[u].host.at()].at();
                of_town.entry((town, day)).or_default().push(open);
            }
        }
        for open in of_town.into_values().filter(|open| open.len() > 1) {
            self.model.at_most(1.0, open);
        }
        for ((region, day), open) in shared {
            if let Some(left) = others.room_left(region, day)
                && (left as usize) < open.len()
            {
                self.model.at_most(f64::from(left), open);
            }
        }
    }

    /// V5 and soft pace, member by member.
    fn pace_members(&mut self, others: &State<'_>, units: &[usize]) {
        let frame = others.frame;
        let mut parts: BTreeMap<EnrolmentIx, BTreeMap<DayIx, Vec<Col>>> = BTreeMap::new();
        for (h, &u) in self.hostings.iter().zip(units) {
            let hosting = &frame.hostings[u];
            for &(day, open) in &h.open {
                parts.entry(hosting.host).or_default().entry(day).or_default().push(open);
            }
            for (&guest, days) in hosting.guests.iter().zip(&h.comes) {
                for &(day, comes) in days {
                    parts.entry(guest).or_default().entry(day).or_default().push(comes);
                }
            }
        }
        for (member, days) in parts {
            let settled = others.diary().days(member.at(), 0, frame.span).map(|offset| (offset, None));
            let mut part: Vec<Part> = settled.collect();
            for (day, of) in days {
                let column = self.model.continuous(0.0, 0.0, 1.0);
                let sum = of.iter().map(|&one| (one, 1.0)).chain([(column, -1.0)]).collect();
                self.model.row(0.0, 0.0, sum);
                self.derived.push(Derived { column, of, most: 0.0 });
                part.push((frame.days[usize::from(day)].offset, Some(column)));
            }
            part.sort_unstable_by_key(|day| day.0);
            self.pace_member(frame, &part);
        }
    }

    /// `part`: the calendar days on which the member takes part or could, ascending.
    fn pace_member(&mut self, frame: &Frame<'_>, part: &[Part]) {
        for rule in &frame.pace {
            // Windows that hold the same days count together.
            let mut windows: BTreeMap<(usize, usize), u32> = BTreeMap::new();
            for start in 0..=frame.span - rule.window {
                let first = part.partition_point(|day| day.0 < start);
                let end = part.partition_point(|day| day.0 < start + rule.window);
                if end - first > rule.most as usize {
                    *windows.entry((first, end)).or_default() += 1;
                }
            }
            let mut reached = 0;
            for (&(first, end), &alike) in &windows {
                let days: Vec<Col> = part[first..end].iter().filter_map(|day| day.1).collect();
                if days.is_empty() {
                    continue;
                }
                let most = f64::from(rule.most) - (end - first - days.len()) as f64;
                let Some(cost) = rule.cost else {
                    // Windows come in order: what ends no later than one before lies inside it.
                    if end > reached {
                        self.model.at_most(most, days);
                    }
                    reached = reached.max(end);
                    continue;
                };
                let over = self.model.continuous(cost * f64::from(alike), 0.0, f64::INFINITY);
                let sum = days.iter().map(|&day| (day, 1.0)).chain([(over, -1.0)]).collect();
                self.model.row(f64::NEG_INFINITY, most, sum);
                self.derived.push(Derived { column: over, of: days, most });
            }
        }
    }

    /// V9: in a run of `min_return` days two members do not visit each other both ways.
    fn space_returns(&mut self, frame: &Frame<'_>, units: &[usize]) {
        if frame.min_return == 0 {
            return;
        }
        let mut position = BTreeMap::new();
        units.iter().enumerate().for_each(|(at, &u)| _ = position.insert(u, at));
        let offset = |day: DayIx| frame.days[usize::from(day)].offset;
        for (at, &u) in units.iter().enumerate() {
            let host = frame.hostings[u].host;
            for (g, &guest) in frame.hostings[u].guests.iter().enumerate().filter(|(_, guest)| **guest > host) {
                for &back in &frame.of_host[guest.at()] {
                    let Some(seat) = frame.guest_at(back as usize, host) else { continue };
                    let Some(&back) = position.get(&(back as usize)) else { continue }; // settled: no such day is a candidate
                    let there = &self.hostings[at].comes[g];
                    let here = &self.hostings[back].comes[seat];
                    let mut days: Vec<(u32, Col, bool)> =
                        (there.iter().map(|&(day, column)| (offset(day), column, true)))
                            .chain(here.iter().map(|&(day, column)| (offset(day), column, false)))
                            .collect();
                    days.sort_unstable();
                    for run in runs(&days, frame.min_return) {
                        self.model.at_most(1.0, run.iter().map(|day| day.1));
                    }
                }
            }
        }
    }
}

/// The longest runs of fewer than `length` days that hold days of both ways.
fn runs(days: &[(u32, Col, bool)], length: u32) -> impl Iterator<Item = &[(u32, Col, bool)]> {
    let mut reached = 0;
    (0..days.len()).filter_map(move |first| {
        let end = days.partition_point(|day| day.0 < days[first].0.saturating_add(length));
        if end <= reached {
            return None; // inside the run before
        }
        reached = end;
        let run = &days[first..end];
        let both = run.iter().any(|day| day.2) && run.iter().any(|day| !day.2);
        both.then_some(run)
    })
}

fn column_of(days: &[(DayIx, Col)], day: DayIx) -> Option<Col> {
    days.binary_search_by_key(&day, |day| day.0).ok().map(|at| days[at].1)
}

/// The values of all columns for these days of the network's slots.
pub(super) fn start(model: &Model, hostings: &[HostingColumns], derived: &[Derived], days: &[DayIx]) -> Vec<f64> {
    let mut values = vec![0.0; model.columns()];
    let mut slot = days.iter().copied();
    for h in hostings {
        let days: Vec<DayIx> = slot.by_ref().take(h.comes.len()).collect();
        if days.iter().all(|&day| day == AWAY) {
            values[h.missed.at()] = 1.0;
            continue;
        }
        values[h.held.at()] = 1.0;
        for ((comes, away), day) in h.comes.iter().zip(&h.away).zip(days) {
            match column_of(comes, day) {
                Some(column) => values[column.at()] = 1.0,
                None => values[away.at()] = 1.0,
            }
            if let Ok(at) = h.open.binary_search_by_key(&day, |open| open.0) {
                values[h.open[at].1.at()] = 1.0;
                if let Some(column) = h.in_round.get(h.round[at]) {
                    values[column.at()] = 1.0;
                }
            }
        }
        let visits: f64 = h.open.iter().map(|open| values[open.1.at()]).sum();
        values[h.extra.at()] = visits - 1.0;
        h.moves.iter().for_each(|moves| moves.start(&mut values));
    }
    for follows in derived {
        let sum: f64 = follows.of.iter().map(|column| values[column.at()]).sum();
        values[follows.column.at()] = (sum - follows.most).max(0.0);
    }
    values
}
