//! What a broken rule is worth to the search: more while it stays broken, less once it is kept.

use super::super::breach::{Breach, DELEGATES, KINDS};
use super::super::state::State;

/// How many looks pass between two changes of the prices.
const LOOKS_PER_CHANGE: u32 = 8;

/// A price for each kind of breach.
#[derive(Clone, Debug)]
pub(super) struct Penalty {
    prices: [f64; KINDS],
    base: [f64; KINDS],
    looks: u32,
}

impl Penalty {
    /// Prices in proportion to the temperature at which the search begins.
    pub(super) fn new(temperature: f64) -> Penalty {
        let mut base = [4.0 * temperature.max(1e-6); KINDS];
        base[DELEGATES] /= 2.0;
        Penalty { prices: base, base, looks: 0 }
    }

    /// No rule is broken at these prices.
    pub(super) fn forbidding() -> Penalty {
        Penalty::new(1e100)
    }

    /// What a breach is worth.
    pub(super) fn price(&self, breach: &Breach) -> f64 {
        if breach.is_none() { 0.0 } else { breach.weigh(&self.prices) }
    }

    /// Raises the price of what is broken, lowers that of what is not.
    pub(super) fn look(&mut self, state: &State<'_>) {
        self.looks += 1;
        if !self.looks.is_multiple_of(LOOKS_PER_CHANGE) {
            return;
        }
        for (kind, &count) in state.breach().0.iter().enumerate() {
            let factor = if count > 0 { 1.2 } else { 0.97 };
            self.prices[kind] = (self.prices[kind] * factor).clamp(self.base[kind], self.base[kind] * 1e12);
        }
    }
}
