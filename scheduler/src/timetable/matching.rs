//! The cheapest way to give every row a column of its own: shortest augmenting paths (Jonker and Volgenant 1987).

/// A cost that forbids a pair.
pub(super) const NEVER: f64 = f64::INFINITY;

/// A column for each row of a matrix (row by row, no more rows than columns) and the sum of their costs; `None` where
/// some row can have none.
pub(super) fn cheapest(costs: &[f64], rows: usize, columns: usize) -> Option<(f64, Vec<usize>)> {
    let mut row_price = vec![0.0; rows];
    let mut price = vec![0.0; columns];
    let mut taken: Vec<Option<usize>> = vec![None; columns];
    let mut far = Vec::new();
    for row in 0..rows {
        far.clear();
        far.resize(columns, NEVER);
        let mut before = vec![None; columns];
        let mut done = vec![false; columns];
        let (mut from, mut last, mut length) = (row, None, 0.0);
        let end = loop {
            let mut nearest: Option<(f64, usize)> = None;
            for column in (0..columns).filter(|&column| !done[column]) {
                let way = length + costs[from * columns + column] - row_price[from] - price[column];
                if way < far[column] {
                    far[column] = way;
                    before[column] = last;
                }
                if far[column] < nearest.map_or(NEVER, |nearest| nearest.0) {
                    nearest = Some((far[column], column));
                }
            }
            let (shortest, column) = nearest?;
            length = shortest;
            done[column] = true;
            last = Some(column);
            match taken[column] {
                Some(next) => from = next,
                None => break column,
            }
        };
        row_price[row] += length;
        for column in (0..columns).filter(|&column| done[column]) {
            if let Some(held) = taken[column] {
                row_price[held] += length - far[column];
            }
            price[column] -= length - far[column];
        }
        let mut column = end;
        loop {
            let previous = before[column];
            taken[column] = previous.map_or(Some(row), |previous| taken[previous]);
            match previous {
                Some(previous) => column = previous,
                None => break,
            }
        }
    }
    let mut chosen = vec![0; rows];
    for (column, row) in taken.iter().enumerate() {
        row.iter().for_each(|&row| chosen[row] = column);
    }
    let sum = chosen.iter().enumerate().map(|(row, &column)| costs[row * columns + column]).sum();
    Some((sum, chosen))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// The same by trying everything.
    fn counted(costs: &[f64], rows: usize, columns: usize, free: &mut Vec<usize>) -> f64 {
        let row = columns - free.len();
        if row == rows {
            return 0.0;
        }
        let mut best = NEVER;
        for at in 0..free.len() {
            let column = free.remove(at);
            best = best.min(costs[row * columns + column] + counted(costs, rows, columns, free));
            free.insert(at, column);
        }
        best
    }

    #[test]
    fn the_cheapest_matching_is_the_one_that_trying_everything_finds() {
        let mut random = Random::new(3);
        for _ in 0..300 {
            let columns = 1 + random.below(6);
            let rows = 1 + random.below(columns);
            let cost = |random: &mut Random| if random.below(4) == 0 { NEVER } else { random.below(9) as f64 };
            let costs: Vec<f64> = (0..rows * columns).map(|_| cost(&mut random)).collect();
            let expected = counted(&costs, rows, columns, &mut (0..columns).collect());
            match cheapest(&costs, rows, columns) {
                Some((sum, _)) => assert_eq!(sum, expected),
                None => assert_eq!(expected, NEVER),
            }
        }
    }
}
