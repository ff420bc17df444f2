//! Whether a track's floors can be honoured at all, and how many are disturbed at least where a base plan has everybody
//! somewhere, decided by a model of its rules: a column for each enrolment in each network that is open to it.

use std::collections::BTreeMap;

use super::limits::Limits;
use super::state::State;
use super::track::Track;
use crate::effort::Budget;
use crate::infeasibility::Clash;
use crate::milp::{self, Col, Model, Options, Status};

/// Larger models are not begun: they would not be decided.
const MOST_TERMS: usize = 1_000_000;
/// Most nodes of the solver's tree.
const MOST_NODES: u64 = 50_000;

/// What the model showed.
pub(super) enum Verdict {
    /// The slots of an assignment that keeps every rule.
    Whole(Vec<u32>),
    /// There is none.
    Infeasible,
    /// Neither was shown.
    Undecided,
}

/// Decides whether an assignment exists that keeps every rule and places everybody in `must` (by enrolment of the track).
pub(super) fn decide(track: &Track<'_>, must: &[bool], seed: u64, budget: &Budget<'_>) -> Verdict {
    let Some(rules) = Rules::of(track, must) else { return Verdict::Undecided };
    let options = Options { nodes: Some(MOST_NODES), seed, ..Options::default() };
    let Rules { model, columns, .. } = rules;
    let outcome = milp::solve(model, &options, budget);
    if outcome.status == Status::Infeasible {
        return Verdict::Infeasible;
    }
    slots(track, &columns, &outcome.values).map_or(Verdict::Undecided, Verdict::Whole)
}

/// An assignment by how many it disturbs.
pub(super) struct Fewest {
    /// So many at least, whatever the assignment; 0 where nothing is proved.
    pub least: u32,
    /// The slots of an assignment that keeps every rule and disturbs few, where one was found.
    pub slots: Option<Vec<u32>>,
}

/// The assignment that disturbs fewest and places everybody in `must`. By enrolment of the track: `home`, the slot in which it
/// is left alone, absent where that is any; `whom` it disturbs to be elsewhere, the same number counting once.
pub(super) fn fewest(
    track: &Track<'_>,
    must: &[bool],
    home: &[Option<usize>],
    whom: &[u32],
    seed: u64,
    budget: &Budget<'_>,
) -> Fewest {
    let none = Fewest { least: 0, slots: None };
    let Some(mut rules) = Rules::of(track, must) else { return none };
    rules.disturb(home, whom);
    let Rules { model, columns, .. } = rules;
    let outcome = milp::solve(model, &Options { nodes: Some(MOST_NODES), seed, ..Options::default() }, budget);
    // Whole: what is above one number is the next. An infeasible track is told otherwise.
    let least = if outcome.bound.is_finite() { (outcome.bound - 1e-4).ceil().max(0.0) as u32 } else { 0 };
    Fewest { least, slots: slots(track, &columns, &outcome.values) }
}

/// The slots of a solution, where there is one that keeps every rule.
fn slots(track: &Track<'_>, columns: &[(usize, usize, Col)], values: &[f64]) -> Option<Vec<u32>> {
    let mut slots = vec![track.nowhere() as u32; track.len()];
    for &(e, slot, column) in columns.iter().filter(|_| !values.is_empty()) {
        if values[column.at()] > 0.5 {
            slots[e] = slot as u32;
        }
    }
    (!values.is_empty() && State::of(track, &slots).breach().is_none()).then_some(slots)
}

/// The model under construction.
struct Rules<'t> {
    track: &'t Track<'t>,
    model: Model,
    /// Enrolment, slot, column.
    columns: Vec<(usize, usize, Col)>,
    /// The columns of a municipality in a slot: `[slot][home]`.
    by_home: Vec<Vec<Vec<Col>>>,
    terms: usize,
}

impl<'t> Rules<'t> {
    /// All rules of a track; `None` where they are too many.
    fn of(track: &'t Track<'t>, must: &[bool]) -> Option<Rules<'t>> {
        if track.len().saturating_mul(track.slots()) > MOST_TERMS {
            return None;
        }
        let by_home = vec![vec![Vec::new(); track.homes()]; track.nowhere()];
        let mut rules = Rules { track, model: Model::default(), columns: Vec::new(), by_home, terms: 0 };
        for e in 0..track.len() {
            for slot in (0..track.nowhere()).filter(|&slot| track.open(e, slot)) {
                let column = rules.model.binary(0.0);
                rules.columns.push((e, slot, column));
                rules.by_home[slot][track.home[e] as usize].push(column);
            }
        }
        rules.one_network_each(must);
        for slot in 0..track.nowhere() {
            rules.network(slot);
            rules.rivals(slot)?;
        }
        rules.ties();
        (rules.terms <= MOST_TERMS).then_some(rules)
    }

    fn row(&mut self, low: f64, high: f64, terms: Vec<(Col, f64)>) {
        self.terms += terms.len();
        self.model.row(low, high, terms);
    }

    fn one_network_each(&mut self, must: &[bool]) {
        let mut of: Vec<Vec<(Col, f64)>> = vec![Vec::new(); self.track.len()];
        for &(e, _, column) in &self.columns {
            of[e].push((column, 1.0));
        }
        for (e, (terms, &must)) in of.into_iter().zip(must).enumerate() {
            let least = if must || self.track.requires(e) { 1.0 } else { f64::NEG_INFINITY };
            self.row(least, 1.0, terms);
        }
    }

    /// A column that costs 1 for each who is disturbed, where an enrolment is not at home.
    fn disturb(&mut self, home: &[Option<usize>], whom: &[u32]) {
        let mut disturbed: BTreeMap<u32, Col> = BTreeMap::new();
        for (e, home) in home.iter().enumerate().filter_map(|(e, home)| Some((e, (*home)?))) {
            let column = *disturbed.entry(whom[e]).or_insert_with(|| self.model.continuous(1.0, 0.0, 1.0));
            let placed = self.columns.iter().filter(|of| of.0 == e);
            let (sign, least) = if home == self.track.nowhere() { (-1.0, 0.0) } else { (1.0, 1.0) };
            let inside = placed.filter(|of| home == self.track.nowhere() || of.1 == home).map(|of| (of.2, sign));
            let terms = inside.chain([(column, 1.0)]).collect();
            self.row(least, f64::INFINITY, terms);
        }
    }

    /// Limits of one network, which hold where it has members: `runs` is 1 then.
    fn network(&mut self, slot: usize) {
        let limits: &Limits = &self.track.limits[slot];
        let runs = self.model.whole(0.0, f64::from(u8::from(limits.has_floor())), 1.0);
        let inside: Vec<(usize, Col)> =
            self.columns.iter().filter(|&&(_, s, _)| s == slot).map(|&(e, _, column)| (e, column)).collect();
        let members = || inside.iter().map(|&(_, column)| (column, 1.0));
        let track = self.track;
        let delegates = || inside.iter().map(|&(e, column)| (column, track.delegates[e] as f64));
        let most = limits.max.min(inside.len() as i64) as f64;
        self.row(f64::NEG_INFINITY, 0.0, members().chain([(runs, -most)]).collect());
        self.row(0.0, f64::INFINITY, members().chain([(runs, -limits.min as f64)]).collect());
        if limits.min_delegates > 0 {
            self.row(0.0, f64::INFINITY, delegates().chain([(runs, -limits.min_delegates as f64)]).collect());
        }
        if limits.max_delegates < i64::MAX {
            self.row(f64::NEG_INFINITY, limits.max_delegates as f64, delegates().collect());
        }
        if limits.by_region() {
            self.regions(slot, &inside, runs);
        }
        for mix in &limits.mix {
            let with: Vec<(Col, f64)> = inside
                .iter()
                .filter(|&&(e, _)| track.has_value(e, mix.value))
                .map(|&(_, column)| (column, 1.0))
                .collect();
            if let Some(most) = mix.max.filter(|&most| (most as usize) < with.len()) {
                self.row(f64::NEG_INFINITY, f64::from(most), with.clone());
            }
            if mix.min > 0 {
                self.row(0.0, f64::INFINITY, with.into_iter().chain([(runs, -f64::from(mix.min))]).collect());
            }
        }
    }

    fn regions(&mut self, slot: usize, inside: &[(usize, Col)], runs: Col) {
        let limits = &self.track.limits[slot];
        let mut reached = vec![(runs, -limits.min_regions as f64)];
        for region in 0..self.track.regions {
            let from: Vec<(Col, f64)> = inside
                .iter()
                .filter(|&&(e, _)| self.track.region[e] as usize == region)
                .map(|&(_, column)| (column, 1.0))
                .collect();
            if limits.per_region < from.len() as i64 {
                self.row(f64::NEG_INFINITY, limits.per_region as f64, from.clone());
            }
            if limits.min_regions > 0 && !from.is_empty() {
                let spanned = self.model.continuous(0.0, 0.0, 1.0);
                self.row(0.0, f64::INFINITY, from.into_iter().chain([(spanned, -1.0)]).collect());
                reached.push((spanned, 1.0));
            }
        }
        if limits.min_regions > 0 {
            self.row(0.0, f64::INFINITY, reached);
        }
    }

    /// One of each municipality, and none together that are apart or too far; `None` where these are too many.
    fn rivals(&mut self, slot: usize) -> Option<()> {
        let track = self.track;
        let max_km = track.limits[slot].max_km;
        let there: Vec<u32> =
            (0..track.homes() as u32).filter(|&home| !self.by_home[slot][home as usize].is_empty()).collect();
        for (i, &a) in there.iter().enumerate() {
            let mine: Vec<(Col, f64)> = self.by_home[slot][a as usize].iter().map(|&column| (column, 1.0)).collect();
            if mine.len() > 1 {
                self.row(f64::NEG_INFINITY, 1.0, mine.clone());
            }
            for &b in &there[..i] {
                let (e, f) = (track.of_home(a)[0] as usize, track.of_home(b)[0] as usize);
                let far = max_km < f64::INFINITY && track.km(e, f) > max_km;
                if far || track.kept_apart(a, b) {
                    let theirs = self.by_home[slot][b as usize].iter().map(|&column| (column, 1.0));
                    let both = mine.iter().copied().chain(theirs).collect();
                    self.row(f64::NEG_INFINITY, 1.0, both);
                }
            }
            if self.terms > MOST_TERMS {
                return None;
            }
        }
        Some(())
    }

    /// Municipalities that are to be together share a network, or one of them is left out where it may be.
    fn ties(&mut self) {
        for a in 0..self.track.homes() as u32 {
            for b in self.track.ties(a).to_vec().into_iter().filter(|&b| a < b) {
                let must = self.track.must_meet(a, b);
                let placed = if must { Vec::new() } else { vec![self.placed(a), self.placed(b)] };
                let mut shared: Vec<(Col, f64)> = placed.into_iter().map(|placed| (placed, -1.0)).collect();
                for slot in 0..self.track.nowhere() {
                    let share = self.model.continuous(0.0, 0.0, 1.0);
                    for home in [a, b] {
                        let inside = self.by_home[slot][home as usize].iter().map(|&column| (column, 1.0));
                        let terms = inside.chain([(share, -1.0)]).collect();
                        self.row(0.0, f64::INFINITY, terms);
                    }
                    shared.push((share, 1.0));
                }
                self.row(if must { 1.0 } else { -1.0 }, f64::INFINITY, shared);
            }
        }
    }

    /// A column that is 1 where a municipality has anyone placed.
    fn placed(&mut self, home: u32) -> Col {
        let placed = self.model.continuous(0.0, 0.0, 1.0);
        for slot in 0..self.track.nowhere() {
            for column in self.by_home[slot][home as usize].clone() {
                self.row(0.0, f64::INFINITY, vec![(placed, 1.0), (column, -1.0)]);
            }
        }
        placed
    }
}

/// Every network of the track that must have members, and every kind of rule that may stand in the way.
pub(super) fn clash(track: &Track<'_>) -> Clash {
    let floors: Vec<usize> = (0..track.nowhere()).filter(|&slot| track.limits[slot].has_floor()).collect();
    let any = |test: fn(&Limits) -> bool| floors.iter().any(|&slot| test(&track.limits[slot]));
    let rules = [
        ("apart", (0..track.homes() as u32).any(|home| track.has_apart(home))),
        ("max_delegates", any(|limits| limits.max_delegates < i64::MAX)),
        ("max_distance_km", any(|limits| limits.max_km < f64::INFINITY)),
        ("max_members_per_region", any(|limits| limits.per_region < i64::MAX)),
        ("min_delegates", any(|limits| limits.min_delegates > 0)),
        ("min_members", any(|limits| limits.min > 0)),
        ("min_regions", any(|limits| limits.min_regions > 1)),
        ("mix", any(|limits| !limits.mix.is_empty())),
        ("together", track.has_ties),
    ];
    let mut networks: Vec<String> = floors.iter().map(|&slot| track.network_id(slot).to_owned()).collect();
    networks.sort_unstable();
    Clash {
        detail: format!(
            "the {} networks of track {} that may not stay empty cannot all have what they must have at least",
            floors.len(),
            track.name()
        ),
        networks,
        rules: rules.iter().filter(|(_, holds)| *holds).map(|(rule, _)| (*rule).to_owned()).collect(),
        ..Clash::default()
    }
}
