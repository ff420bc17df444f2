//! A linear model over continuous and whole columns, to be minimised: plain data that can cross threads.

/// A column of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Col(u32);

impl Col {
    /// Its position, for arrays that run beside the columns.
    pub fn at(self) -> usize {
        self.0 as usize
    }
}

/// A model: minimise the cost of the columns, each row between its limits.
#[derive(Clone, Debug, Default)]
pub struct Model {
    pub(super) column: Vec<Column>,
    pub(super) row: Vec<Row>,
}

#[derive(Clone, Debug)]
pub(super) struct Column {
    pub cost: f64,
    pub low: f64,
    pub high: f64,
    pub whole: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Row {
    pub low: f64,
    pub high: f64,
    pub terms: Vec<(Col, f64)>,
}

/// By how much a row or a column may be missed: what HiGHS itself works to.
const TOLERANCE: f64 = 1e-6;

impl Model {
    /// Adds a column that may take any value from `low` to `high`.
    pub fn continuous(&mut self, cost: f64, low: f64, high: f64) -> Col {
        self.add(Column { cost, low, high, whole: false })
    }

    /// Adds a column that takes whole values from `low` to `high`.
    pub fn whole(&mut self, cost: f64, low: f64, high: f64) -> Col {
        self.add(Column { cost, low, high, whole: true })
    }

    /// Adds a column that is 0 or 1.
    pub fn binary(&mut self, cost: f64) -> Col {
        self.whole(cost, 0.0, 1.0)
    }

    /// Adds a row: `low` ≤ Σ factor × column ≤ `high`; infinite limits are none. Each column at most once.
    pub fn row(&mut self, low: f64, high: f64, terms: Vec<(Col, f64)>) {
        self.row.push(Row { low, high, terms });
    }

    /// Adds a row: Σ columns ≤ `high`.
    pub fn at_most(&mut self, high: f64, columns: impl IntoIterator<Item = Col>) {
        self.row(f64::NEG_INFINITY, high, columns.into_iter().map(|column| (column, 1.0)).collect());
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.column.len()
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.row.len()
    }

    /// What these values cost.
    pub fn cost(&self, values: &[f64]) -> f64 {
        self.column.iter().zip(values).map(|(column, value)| column.cost * value).sum()
    }

    /// Whether the values are complete, within the columns' limits, whole where they must be, and keep every row.
    pub fn feasible(&self, values: &[f64]) -> bool {
        values.len() == self.columns()
            && self.column.iter().zip(values).all(|(column, &value)| {
                within(value, column.low, column.high) && (!column.whole || (value - value.round()).abs() <= TOLERANCE)
            })
            && self.row.iter().all(|row| {
                let sum = row.terms.iter().map(|&(column, factor)| factor * values[column.at()]).sum();
                within(sum, row.low, row.high)
            })
    }

    /// Rounds the values of whole columns.
    pub(super) fn round(&self, values: &mut [f64]) {
        for (column, value) in self.column.iter().zip(values) {
            if column.whole {
                *value = value.round();
            }
        }
    }

    fn add(&mut self, column: Column) -> Col {
        self.column.push(column);
        Col(self.column.len() as u32 - 1) // HiGHS counts columns in 32 bits too
    }
}

fn within(value: f64, low: f64, high: f64) -> bool {
    let slack = TOLERANCE * value.abs().max(1.0);
    value >= low - slack && value <= high + slack // false for a value that is not a number
}
