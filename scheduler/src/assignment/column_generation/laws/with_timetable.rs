//! Laws of the bound on networks together with dates.

use super::*;
use crate::problem::EnrolmentIx;

/// Dates made up by the members alone: now and then a network has hard ones.
struct MadeUp {
    dear: f64,
}

impl MadeUp {
    fn of(&self, members: impl Iterator<Item = usize>) -> f64 {
        let members: Vec<usize> = members.collect();
        let seed = members.iter().fold(7u64, |seed, &e| seed.wrapping_mul(31).wrapping_add(e as u64));
        if members.len() < 2 { 0.0 } else { self.dear * Random::new(seed).positive_unit() }
    }
}

impl TimetableBounds for MadeUp {
    fn quick(&self, members: &[EnrolmentIx]) -> f64 {
        0.5 * self.near(members)
    }

    fn near(&self, members: &[EnrolmentIx]) -> f64 {
        self.of(members.iter().map(|e| e.at()))
    }
}

/// The least that an assignment can cost with what its networks cost beyond, in units, by looking at all sets of members; pairs
/// that should stay together need not.
fn least_with(instance: &Instance<'_>, dates: &MadeUp) -> Option<i64> {
    let n = instance.out.len();
    let zero = Duals::of_cover(vec![0; n]);
    let mut least: Vec<Option<i64>> = vec![None; 1 << n];
    least[0] = Some(0);
    for &class in &instance.class_of {
        let mut next = if instance.classes[class].may_be_empty() { least.clone() } else { vec![None; 1 << n] };
        for (value, members) in all_sets(instance, class, &zero) {
            let ids = members.iter().map(|&e| instance.track.enrolments[e as usize].at());
            let cost = (dates.of(ids) / instance.unit).ceil() as i64 - value;
            let set = members.iter().fold(0usize, |set, e| set | 1 << e);
            for (taken, before) in least.iter().enumerate().filter(|(taken, _)| taken & set == 0) {
                let Some(before) = before else { continue };
                let known = &mut next[taken | set];
                *known = Some(known.map_or(before + cost, |known| known.min(before + cost)));
            }
        }
        least = next;
    }
    let out = |taken: usize| (0..n).filter(|e| taken >> e & 1 == 0).map(|e| instance.out[e]).sum::<i64>();
    least.iter().enumerate().filter_map(|(taken, cost)| cost.map(|cost| cost + out(taken))).min()
}

#[test]
fn no_bound_with_dates_is_above_the_best_choice_of_networks_and_dates() {
    let (mut rose, mut close, mut told) = (0, 0, 0);
    for seed in 0..150 {
        let problem = problem(&mixed(seed, 3, 3));
        let track = Track::new(&problem, TrackIx(0));
        let instance = instance_of(&track);
        let mut best = Best::none();
        best.offer(&construct(&track, &mut Random::new(seed)));
        let mut warm_start = WarmStart::default();
        let (alone, _) = prove(&track, &mut best, &mut warm_start, &Budget::of_work(1 << 40));
        let (Some(slots), true) = (best.slots(), alone > 0.0) else { continue };
        let dates = MadeUp { dear: 0.4 * alone };
        let Some(least) = least_with(&instance, &dates) else { continue };
        let least = least as f64 * instance.unit;
        for work in [400, 1 << 40] {
            let plan = (slots, 2.0 * least);
            let bound = prove_with_timetable(&track, &warm_start, plan, &dates, &Budget::of_work(work));
            assert!(bound <= least + 1e-6, "seed {seed}: {bound}, yet it can be had for {least}");
            told += 1;
            rose += usize::from(bound > 1.02 * alone);
            close += usize::from(bound > 0.98 * least);
        }
    }
    assert!(rose >= 40 && close >= 40, "{rose} rose and {close} are close, of {told}: shows too little");
}
