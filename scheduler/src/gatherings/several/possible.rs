//! Whether several meetings can be held at all, by a model: a column for each place and day, and one for each who could be the
//! one that attends there.

use crate::effort::Budget;
use crate::gatherings::instance::Instance;
use crate::milp::{self, Col, Model, Options, Status};

/// Larger models are not begun, and most nodes of the solver's tree.
const MOST_COLUMNS: usize = 20_000;
const MOST_NODES: u64 = 2_000;

/// What the model showed.
pub(super) enum Possible {
    /// Meetings by place and day, each of which somebody could attend.
    Slots(Vec<(usize, usize)>),
    /// Proved: there are none.
    None,
    /// Neither was shown.
    Undecided,
}

/// Decides whether meetings exist that keep G1, G2, G4 and G5, each with somebody of its own whose persons fit in.
pub(super) fn possible(instance: &Instance<'_>, budget: &Budget<'_>) -> Possible {
    let starts = instance.starts.len();
    let pairs = (0..instance.places.len()).flat_map(|place| (0..starts).map(move |start| (place, start)));
    let open: Vec<(usize, usize)> = pairs.filter(|&(place, start)| instance.is_open(place, start)).collect();
    if open.len().saturating_mul(instance.guests.len() + 1) > MOST_COLUMNS {
        return Possible::Undecided;
    }
    let mut model = Model::default();
    let held: Vec<Col> = open.iter().map(|_| model.binary(0.0)).collect();
    let mut of_guest: Vec<Vec<Col>> = vec![Vec::new(); instance.guests.len()];
    for (&(place, start), &slot) in open.iter().zip(&held) {
        // Somebody, where every meeting needs one; one who is whole only as far as meetings are, as in a matching.
        let fits = |guest: &usize| {
            u64::from(instance.guests[*guest].persons) <= instance.room(place)
                && instance.attending(*guest, place, start).is_finite()
        };
        let mut terms = vec![(slot, -1.0)];
        for guest in (0..instance.guests.len()).filter(fits) {
            let column = model.continuous(0.0, 0.0, 1.0);
            of_guest[guest].push(column);
            terms.push((column, 1.0));
        }
        model.row(0.0, f64::INFINITY, terms);
    }
    of_guest.into_iter().for_each(|columns| model.at_most(1.0, columns));
    let (least, most) = instance.counts();
    model.row(least as f64, most as f64, held.iter().map(|&slot| (slot, 1.0)).collect());
    let these = |is: &dyn Fn((usize, usize)) -> bool| -> Vec<Col> {
        open.iter().zip(&held).filter(|(pair, _)| is(**pair)).map(|(_, &slot)| slot).collect()
    };
    for place in 0..instance.places.len() {
        model.at_most(1.0, these(&|pair| pair.0 == place));
    }
    if let Some(per_day) = instance.limits.max_per_day {
        (0..starts).for_each(|start| model.at_most(f64::from(per_day), these(&|pair| pair.1 == start)));
    }
    for region in 0..instance.regions_needed {
        let there = these(&|pair| instance.regions[pair.0] == Some(region));
        model.row(1.0, f64::INFINITY, there.into_iter().map(|slot| (slot, 1.0)).collect());
    }
    let found = milp::solve(model, &Options { nodes: Some(MOST_NODES), ..Options::default() }, budget);
    match found.status {
        Status::Infeasible => Possible::None,
        _ if found.values.is_empty() => Possible::Undecided,
        _ => {
            let chosen = open.iter().zip(&held).filter(|(_, slot)| found.values[slot.at()] > 0.5);
            Possible::Slots(chosen.map(|(&pair, _)| pair).collect())
        }
    }
}
