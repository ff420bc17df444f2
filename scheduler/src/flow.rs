//! Flows in a network of nodes with lower and upper limits on its edges: what counting can decide, Hall's theorem
//! among it. Dinic's algorithm (1970): augmenting along shortest paths, level by level.

/// A network of edges from a source to a sink.
#[derive(Clone, Debug)]
pub(crate) struct Flow {
    /// The edges of each node: positions in `edges`.
    out: Vec<Vec<u32>>,
    /// Edge and its reverse lie side by side.
    edges: Vec<Edge>,
    /// What each edge must carry at least, where that is more than 0.
    floors: Vec<(Pipe, u32, u32, u32)>,
}

#[derive(Clone, Copy, Debug)]
struct Edge {
    to: u32,
    room: u32,
}

/// An edge, to ask for its flow later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pipe(u32);

/// Where everything comes from.
pub(crate) const SOURCE: u32 = 0;
/// Where everything goes.
pub(crate) const SINK: u32 = 1;
/// The two ends of what edges must carry at least.
const FLOOR_SOURCE: u32 = 2;
const FLOOR_SINK: u32 = 3;

impl Flow {
    /// One without edges.
    pub(crate) fn new() -> Flow {
        Flow { out: vec![Vec::new(); 4], edges: Vec::new(), floors: Vec::new() }
    }

    /// A further node.
    pub(crate) fn node(&mut self) -> u32 {
        self.out.push(Vec::new());
        self.out.len() as u32 - 1
    }

    /// An edge that carries from `low` to `high`.
    pub(crate) fn edge(&mut self, from: u32, to: u32, low: u32, high: u32) -> Pipe {
        let pipe = Pipe(self.edges.len() as u32);
        for (a, b, room) in [(from, to, high.saturating_sub(low)), (to, from, 0)] {
            self.out[a as usize].push(self.edges.len() as u32);
            self.edges.push(Edge { to: b, room });
        }
        if low > 0 {
            self.floors.push((pipe, from, to, low));
        }
        pipe
    }

    /// How many edges there are.
    pub(crate) fn len(&self) -> usize {
        self.edges.len() / 2
    }

    /// Fills the edges so that each carries at least its floor; whether that is possible.
    pub(crate) fn fill(&mut self) -> bool {
        let floors = std::mem::take(&mut self.floors);
        let mut wanted = 0u64;
        for &(_, from, to, low) in &floors {
            wanted += u64::from(low);
            self.edge(FLOOR_SOURCE, to, 0, low);
            self.edge(from, FLOOR_SINK, 0, low);
        }
        self.edge(SINK, SOURCE, 0, u32::MAX / 2);
        let filled = self.augment(FLOOR_SOURCE, FLOOR_SINK) == wanted;
        for (pipe, _, _, low) in floors {
            self.edges[pipe.0 as usize + 1].room += low; // the floor flows too
        }
        filled
    }

    /// Sends as much as goes from source to sink, whatever edges must carry at least; how much that is.
    pub(crate) fn most(&mut self) -> u64 {
        self.augment(SOURCE, SINK)
    }

    /// The nodes from which more could still reach the sink, once as much flows as can: the sink's side of a smallest cut.
    pub(crate) fn starving(&self) -> Vec<bool> {
        let mut starving = vec![false; self.out.len()];
        starving[SINK as usize] = true;
        let mut queue = vec![SINK];
        while let Some(node) = queue.pop() {
            for &edge in &self.out[node as usize] {
                // The edge beside it leads here.
                let from = self.edges[edge as usize].to;
                if self.edges[edge as usize ^ 1].room > 0 && !starving[from as usize] {
                    starving[from as usize] = true;
                    queue.push(from);
                }
            }
        }
        starving
    }

    /// What an edge carries.
    pub(crate) fn carries(&self, pipe: Pipe) -> u32 {
        self.edges[pipe.0 as usize + 1].room
    }

    fn augment(&mut self, source: u32, sink: u32) -> u64 {
        let mut sum = 0;
        loop {
            let level = self.levels(source);
            if level[sink as usize] == u32::MAX {
                return sum;
            }
            let mut next = vec![0; self.out.len()];
            loop {
                let pushed = self.push(source, sink, &level, &mut next);
                if pushed == 0 {
                    break;
                }
                sum += u64::from(pushed);
            }
        }
    }

    /// How many edges with room lie between the source and each node.
    fn levels(&self, source: u32) -> Vec<u32> {
        let mut level = vec![u32::MAX; self.out.len()];
        level[source as usize] = 0;
        let mut queue = vec![source];
        let mut at = 0;
        while let Some(&node) = queue.get(at) {
            at += 1;
            for &edge in &self.out[node as usize] {
                let Edge { to, room } = self.edges[edge as usize];
                if room > 0 && level[to as usize] == u32::MAX {
                    level[to as usize] = level[node as usize] + 1;
                    queue.push(to);
                }
            }
        }
        level
    }

    /// One path from source to sink, level by level, and what went along it; 0 where there is none. Keeps a stack of its
    /// own: paths may be long.
    fn push(&mut self, source: u32, sink: u32, level: &[u32], next: &mut [usize]) -> u32 {
        let mut path: Vec<u32> = Vec::new();
        let mut node = source;
        while node != sink {
            let Some(&edge) = self.out[node as usize].get(next[node as usize]) else {
                // A dead end: back by one.
                let Some(last) = path.pop() else { return 0 };
                node = self.edges[last as usize ^ 1].to;
                next[node as usize] += 1;
                continue;
            };
            let Edge { to, room } = self.edges[edge as usize];
            if room > 0 && level[to as usize] == level[node as usize] + 1 {
                path.push(edge);
                node = to;
            } else {
                next[node as usize] += 1;
            }
        }
        let most = path.iter().map(|&edge| self.edges[edge as usize].room).min().unwrap_or(0);
        for &edge in &path {
            self.edges[edge as usize].room -= most;
            self.edges[edge as usize ^ 1].room += most;
        }
        most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_flow_flows_or_is_known_not_to() {
        for (room, possible) in [(2, true), (1, false)] {
            let mut flow = Flow::new();
            let (a, b, n) = (flow.node(), flow.node(), flow.node());
            let first = flow.edge(SOURCE, a, 1, 1);
            flow.edge(SOURCE, b, 1, 1);
            flow.edge(a, n, 0, 1);
            flow.edge(b, n, 0, 1);
            let last = flow.edge(n, SINK, 1, room);
            assert_eq!(flow.fill(), possible);
            if possible {
                assert_eq!((flow.carries(first), flow.carries(last)), (1, 2));
            }
        }
    }

    #[test]
    fn a_floor_that_nobody_feeds_is_not_filled() {
        let mut flow = Flow::new();
        let (a, n) = (flow.node(), flow.node());
        flow.edge(SOURCE, a, 0, 1);
        flow.edge(a, n, 0, 1);
        flow.edge(n, SINK, 2, 5);
        assert!(!flow.fill());
    }

    #[test]
    fn who_took_a_place_makes_way_along_a_longer_path() {
        let mut flow = Flow::new();
        let (a, b, m, n) = (flow.node(), flow.node(), flow.node(), flow.node());
        flow.edge(SOURCE, a, 1, 1);
        flow.edge(SOURCE, b, 1, 1);
        let early = flow.edge(a, m, 0, 1);
        let late = flow.edge(a, n, 0, 1);
        flow.edge(b, m, 0, 1);
        flow.edge(m, SINK, 0, 1);
        flow.edge(n, SINK, 0, 1);
        assert!(flow.fill());
        assert_eq!((flow.carries(early), flow.carries(late)), (0, 1));
    }
}
