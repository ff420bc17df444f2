//! Which meetings to hold where each is worth something by itself: so many pairs of a place and a day, no place twice, no more
//! on a day than may be, one in each region that needs one. A flow of greatest value, by successive longest paths (Ahuja,
//! Magnanti, Orlin: Network flows, 1993, section 9.7).

/// A meeting that may be held, and what it is worth.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub place: usize,
    pub start: usize,
    pub value: f64,
}

/// What is asked of a selection.
pub(super) struct Asked<'a> {
    /// Fewest and most pairs.
    pub counts: (usize, usize),
    /// What each pair costs beyond so many.
    pub free: usize,
    pub beyond: f64,
    /// Most pairs on a day.
    pub per_start: u32,
    /// The region of each place that needs a meeting, and how many need one.
    pub regions: &'a [Option<usize>],
    pub regions_needed: usize,
    pub starts: usize,
    /// Places that must be taken.
    pub forced: &'a [usize],
}

struct Edge {
    to: usize,
    room: u32,
    cost: f64,
}

/// What takes up a region or a place that must have one, before all else.
const MUST: f64 = 1e9;

/// The pairs of greatest value together, by position; none where there are too few.
pub(super) fn select(pairs: &[Pair], asked: &Asked<'_>) -> Option<Vec<usize>> {
    // Nodes: source, sink, days, places, regions.
    let (source, sink) = (0, 1);
    let day = |start: usize| 2 + start;
    let place = |at: usize| 2 + asked.starts + at;
    let region = |at: usize| 2 + asked.starts + asked.regions.len() + at;
    let nodes = 2 + asked.starts + asked.regions.len() + asked.regions_needed;
    let mut graph = Graph { edges: Vec::new(), out: vec![Vec::new(); nodes] };
    let mut seen = vec![false; asked.starts + asked.regions.len()];
    for pair in pairs {
        if !std::mem::replace(&mut seen[pair.start], true) {
            graph.add(source, day(pair.start), asked.per_start, 0.0);
        }
    }
    let edges: Vec<usize> =
        pairs.iter().map(|pair| graph.add(day(pair.start), place(pair.place), 1, -pair.value)).collect();
    for pair in pairs {
        if !std::mem::replace(&mut seen[asked.starts + pair.place], true) {
            let must = if asked.forced.contains(&pair.place) { -MUST } else { 0.0 };
            graph.add(place(pair.place), asked.regions[pair.place].map_or(sink, region), 1, must);
        }
    }
    for at in 0..asked.regions_needed {
        graph.add(region(at), sink, 1, -MUST);
        graph.add(region(at), sink, u32::MAX, 0.0);
    }
    let (least, most) = asked.counts;
    for held in 0..most {
        let Some((cost, path)) = graph.shortest(source, sink) else {
            if held < least {
                return None;
            }
            break;
        };
        let beyond = if held >= asked.free { asked.beyond } else { 0.0 };
        if held >= least && cost + beyond >= 0.0 {
            break;
        }
        graph.send(&path);
    }
    if least > most {
        return None;
    }
    let chosen: Vec<usize> = (0..pairs.len()).filter(|&at| graph.edges[edges[at]].room == 0).collect();
    let has = |wanted: &dyn Fn(&Pair) -> bool| chosen.iter().any(|&at| wanted(&pairs[at]));
    let regions = (0..asked.regions_needed).all(|at| has(&|pair| asked.regions[pair.place] == Some(at)));
    (regions && asked.forced.iter().all(|&place| has(&|pair| pair.place == place))).then_some(chosen)
}

struct Graph {
    edges: Vec<Edge>,
    out: Vec<Vec<usize>>,
}

impl Graph {
    /// Adds an edge beside its reverse.
    fn add(&mut self, from: usize, to: usize, room: u32, cost: f64) -> usize {
        let at = self.edges.len();
        self.edges.push(Edge { to, room, cost });
        self.edges.push(Edge { to: from, room: 0, cost: -cost });
        self.out[from].push(at);
        self.out[to].push(at + 1);
        at
    }

    /// The cheapest path with room, by Bellman and Ford with a queue: costs may be negative, circles are not.
    fn shortest(&self, source: usize, sink: usize) -> Option<(f64, Vec<usize>)> {
        let mut cost = vec![f64::INFINITY; self.out.len()];
        let mut by = vec![usize::MAX; self.out.len()];
        let mut waits = vec![false; self.out.len()];
        let mut queue = std::collections::VecDeque::from([source]);
        cost[source] = 0.0;
        while let Some(node) = queue.pop_front() {
            waits[node] = false;
            for &at in &self.out[node] {
                let edge = &self.edges[at];
                let new = cost[node] + edge.cost;
                // Values are sums of decimals: what is better by less than a hair is not, or circles would look negative.
                if edge.room > 0 && new < cost[edge.to] - 1e-6 {
                    cost[edge.to] = new;
                    by[edge.to] = at;
                    if !std::mem::replace(&mut waits[edge.to], true) {
                        queue.push_back(edge.to);
                    }
                }
            }
        }
        if cost[sink].is_infinite() {
            return None;
        }
        let (mut node, mut path) = (sink, Vec::new());
        while node != source {
            path.push(by[node]);
            node = self.edges[by[node] ^ 1].to;
        }
        Some((cost[sink], path))
    }

    fn send(&mut self, path: &[usize]) {
        for &at in path {
            self.edges[at].room -= 1;
            self.edges[at ^ 1].room = self.edges[at ^ 1].room.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// The greatest value over all selections, counted.
    fn counted(pairs: &[Pair], asked: &Asked<'_>) -> Option<f64> {
        let worth = |set: u32| {
            let chosen: Vec<&Pair> =
                pairs.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1).map(|(_, pair)| pair).collect();
            let twice = |key: fn(&Pair) -> usize, most: usize| {
                chosen.iter().any(|one| chosen.iter().filter(|other| key(other) == key(one)).count() > most)
            };
            let served =
                (0..asked.regions_needed).all(|at| chosen.iter().any(|pair| asked.regions[pair.place] == Some(at)));
            let count = chosen.len();
            let fits = (asked.counts.0..=asked.counts.1).contains(&count)
                && !twice(|pair| pair.place, 1)
                && !twice(|pair| pair.start, asked.per_start as usize)
                && asked.forced.iter().all(|&place| chosen.iter().any(|pair| pair.place == place));
            let beyond = asked.beyond * count.saturating_sub(asked.free) as f64;
            (fits && served).then(|| chosen.iter().map(|pair| pair.value).sum::<f64>() - beyond)
        };
        (0..1_u32 << pairs.len()).filter_map(worth).reduce(f64::max)
    }

    #[test]
    fn no_selection_is_worth_more() {
        let mut random = Random::new(1);
        let mut possible = 0;
        for _ in 0..300 {
            let pair = |random: &mut Random| Pair {
                place: random.below(4),
                start: random.below(3),
                value: random.below(100) as f64 - 20.0,
            };
            let mut pairs: Vec<Pair> = (0..9).map(|_| pair(&mut random)).collect();
            pairs.sort_by_key(|pair| (pair.place, pair.start));
            pairs.dedup_by_key(|pair| (pair.place, pair.start));
            let needed = random.below(3);
            let regions: Vec<Option<usize>> = (0..4).map(|at| (at < needed).then_some(at)).collect();
            let least = needed.max(random.below(3));
            let forced: Vec<usize> = (0..random.below(2)).map(|_| 3).collect();
            let asked = Asked {
                counts: (least, least + random.below(3)),
                free: random.below(3),
                beyond: 30.0,
                per_start: 1 + random.below(2) as u32,
                regions: &regions,
                regions_needed: needed,
                starts: 3,
                forced: &forced,
            };
            let found = select(&pairs, &asked).map(|chosen| {
                let beyond = asked.beyond * chosen.len().saturating_sub(asked.free) as f64;
                chosen.iter().map(|&at| pairs[at].value).sum::<f64>() - beyond
            });
            let best = counted(&pairs, &asked);
            assert_eq!(found.is_some(), best.is_some(), "{pairs:?}");
            if let (Some(found), Some(best)) = (found, best) {
                assert!((found - best).abs() < 1e-6, "{found} {best}");
                possible += 1;
            }
        }
        assert!(possible > 100);
    }
}
