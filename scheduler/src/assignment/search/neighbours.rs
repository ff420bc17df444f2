//! Who is near whom, and what each wishes: where good moves are found.

use super::super::chance::Chance;
use super::super::track::Track;

/// How many near ones are kept for each.
const NEAR: usize = 12;
/// Up to this many enrolments, near ones are found by looking at all.
const ALL: usize = 5_000;

/// For each enrolment the nearest others and its wishes.
pub(super) struct Neighbours {
    near: Vec<Vec<u32>>,
    wishes: Vec<Vec<u32>>,
}

impl Neighbours {
    /// Of a track.
    pub(super) fn new(track: &Track<'_>) -> Neighbours {
        let wishes = (0..track.len()).map(|e| track.wishes(e).map(|slot| slot as u32).collect()).collect();
        let near = if track.len() <= ALL { by_cost(track) } else { by_latitude(track) };
        Neighbours { near, wishes }
    }

    /// A near one.
    pub(super) fn one(&self, e: usize, chance: &mut Chance) -> Option<usize> {
        chance.of(&self.near[e]).map(|f| f as usize)
    }

    /// The nearest ones, nearest first.
    pub(super) fn all(&self, e: usize) -> &[u32] {
        &self.near[e]
    }

    /// A wish.
    pub(super) fn wish(&self, e: usize, chance: &mut Chance) -> Option<usize> {
        chance.of(&self.wishes[e]).map(|slot| slot as usize)
    }
}

/// Those who cost least together with each, out of all.
fn by_cost(track: &Track<'_>) -> Vec<Vec<u32>> {
    let nearest = |e: usize| {
        let mut others: Vec<(f64, u32)> =
            (0..track.len()).filter(|&f| f != e).map(|f| (track.pair(e, f), f as u32)).collect();
        let order = |a: &(f64, u32), b: &(f64, u32)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
        if others.len() > NEAR {
            others.select_nth_unstable_by(NEAR, order);
            others.truncate(NEAR);
        }
        others.sort_unstable_by(order);
        others.into_iter().map(|(_, f)| f).collect()
    };
    (0..track.len()).map(nearest).collect()
}

/// Those who cost least together with each, out of some hundred that lie at about the same latitude or in the same
/// region: a stopgap that stays linear.
fn by_latitude(track: &Track<'_>) -> Vec<Vec<u32>> {
    const WINDOW: usize = 60;
    let mut order: Vec<u32> = (0..track.len() as u32).collect();
    let key = |&e: &u32| {
        let (lat, lon) = track.position(e as usize);
        ((lat * 2.0).floor() as i32, lon)
    };
    order.sort_by(|a, b| {
        let ((la, oa), (lb, ob)) = (key(a), key(b));
        la.cmp(&lb).then(oa.total_cmp(&ob)).then(a.cmp(b))
    });
    let mut near = vec![Vec::new(); track.len()];
    for (at, &e) in order.iter().enumerate() {
        let window = &order[at.saturating_sub(WINDOW)..(at + WINDOW + 1).min(order.len())];
        let mut others: Vec<(f64, u32)> =
            window.iter().filter(|&&f| f != e).map(|&f| (track.pair(e as usize, f as usize), f)).collect();
        others.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        near[e as usize] = others.into_iter().take(NEAR).map(|(_, f)| f).collect();
    }
    near
}
