//! Who of those who gain by it gets the seats: the 0/1 knapsack problem (Kellerer, Pferschy, Pisinger: Knapsack problems,
//! 2004, chapters 2 and 5).

/// Somebody who wants seats.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub id: usize,
    pub persons: u32,
    /// What is gained; items that gain nothing are never taken.
    pub gain: f64,
}

/// Who is seated, ascending by id, what is gained, and what can be gained at most.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Seated {
    pub ids: Vec<usize>,
    pub gain: f64,
    pub most: f64,
}

/// Most cells of the table of an exact answer; beyond, seats are filled by gain per person.
const MOST_CELLS: usize = 20_000_000;

/// Fills seats. Exact in O(items × room), or greedy with the bound of its relaxation where that is too much.
pub(super) fn seat(items: &mut Vec<Item>, room: u64) -> Seated {
    items.retain(|item| item.gain > 0.0 && u64::from(item.persons) <= room);
    let wanted: u64 = items.iter().map(|item| u64::from(item.persons)).sum();
    if wanted <= room {
        let gain = items.iter().map(|item| item.gain).sum();
        let mut ids: Vec<usize> = items.iter().map(|item| item.id).collect();
        ids.sort_unstable();
        return Seated { ids, gain, most: gain };
    }
    let room = room as usize; // below what is wanted, which fits
    if items.len().saturating_mul(room + 1) <= MOST_CELLS { exactly(items, room) } else { greedily(items, room) }
}

fn exactly(items: &[Item], room: usize) -> Seated {
    let mut best = vec![0.0_f64; room + 1];
    let mut takes = vec![false; items.len() * (room + 1)];
    for (at, item) in items.iter().enumerate() {
        let persons = item.persons as usize;
        for left in (persons..=room).rev() {
            let with = best[left - persons] + item.gain;
            if with > best[left] {
                best[left] = with;
                takes[at * (room + 1) + left] = true;
            }
        }
    }
    let (mut left, mut ids) = (room, Vec::new());
    for (at, item) in items.iter().enumerate().rev() {
        if takes[at * (room + 1) + left] {
            ids.push(item.id);
            left -= item.persons as usize;
        }
    }
    ids.sort_unstable();
    Seated { ids, gain: best[room], most: best[room] }
}

fn greedily(items: &mut [Item], room: usize) -> Seated {
    let density = |item: &Item| item.gain / f64::from(item.persons.max(1));
    items.sort_by(|a, b| density(b).total_cmp(&density(a)).then(a.id.cmp(&b.id)));
    let most = relaxed(items, room as u64);
    let mut seated = Seated { most, ..Seated::default() };
    let mut left = room;
    for item in items.iter().filter(|item| item.persons > 0) {
        if item.persons as usize <= left {
            left -= item.persons as usize;
            seated.gain += item.gain;
            seated.ids.push(item.id);
        }
    }
    seated.ids.sort_unstable();
    seated
}

/// What can be gained where the last one may be split (Dantzig 1957); items by gain per person, descending.
pub(super) fn relaxed(items: &[Item], room: u64) -> f64 {
    let (mut left, mut gain) = (room, 0.0);
    for item in items {
        let persons = u64::from(item.persons);
        if persons > left {
            return gain + item.gain * left as f64 / persons as f64;
        }
        left -= persons;
        gain += item.gain;
    }
    gain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn best(items: &[Item], room: u64) -> f64 {
        let subsets = (0_u32..1 << items.len()).map(|set| {
            let chosen = || items.iter().enumerate().filter(move |(at, _)| set >> at & 1 == 1).map(|(_, item)| item);
            let fits = chosen().map(|item| u64::from(item.persons)).sum::<u64>() <= room;
            if fits { chosen().map(|item| item.gain).sum() } else { 0.0 }
        });
        subsets.fold(0.0, f64::max)
    }

    #[test]
    fn nobody_could_be_seated_better() {
        let mut random = Random::new(1);
        for _ in 0..300 {
            let item = |id, random: &mut Random| Item {
                id,
                persons: 1 + random.below(5) as u32,
                gain: random.below(40) as f64 - 5.0,
            };
            let items: Vec<Item> = (0..9).map(|id| item(id, &mut random)).collect();
            let room = random.below(20) as u64;
            let seated = seat(&mut items.clone(), room);
            assert_eq!(seated.gain, best(&items, room));
            let persons: u32 = seated.ids.iter().map(|&id| items[id].persons).sum();
            assert!(u64::from(persons) <= room);
            assert_eq!(seated.ids.iter().map(|&id| items[id].gain).sum::<f64>(), seated.gain);
            let greedy =
                greedily(&mut items.clone().into_iter().filter(|i| i.gain > 0.0).collect::<Vec<_>>(), room as usize);
            assert!(greedy.gain <= seated.gain && seated.gain <= greedy.most + 1e-9);
        }
    }
}
