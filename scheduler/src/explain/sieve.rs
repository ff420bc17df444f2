//! Days that fall through one test after the other. What stopped the last of them is the reason; what stopped each
//! is told.

use std::collections::BTreeSet;

use super::english;
use super::lock::Lock;
use crate::problem::names::Names;
use crate::rules::RuleCode;

/// One test: the code of a reason that it comes to, and what it stops days by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stop {
    pub code: &'static str,
    /// Known to [`english::days_stopped`].
    pub by: &'static str,
}

/// How many days each test stopped; the order of the tests is the caller's.
#[derive(Debug)]
pub(super) struct Sieve {
    stops: &'static [Stop],
    /// Days that each test stopped before all others.
    first: Vec<usize>,
    /// Days that each test stopped, alone or with others.
    stopped: Vec<usize>,
    /// Every rule that stopped a day.
    rules: BTreeSet<RuleCode>,
    /// Every lock that did.
    locks: Vec<Lock>,
}

impl Sieve {
    pub fn new(stops: &'static [Stop]) -> Sieve {
        let none = || vec![0; stops.len()];
        Sieve { stops, first: none(), stopped: none(), rules: BTreeSet::new(), locks: Vec::new() }
    }

    /// Notes which tests, by number, stopped a day.
    pub fn stop(&mut self, tests: &BTreeSet<usize>) {
        tests.first().into_iter().for_each(|&test| self.first[test] += 1);
        tests.iter().for_each(|&test| self.stopped[test] += 1);
    }

    /// Notes a rule, and the lock where it is one.
    pub fn note(&mut self, rule: RuleCode, lock: Option<&Lock>) {
        self.rules.insert(rule);
        if let Some(lock) = lock.filter(|lock| !self.locks.contains(lock)) {
            self.locks.push(lock.clone());
        }
    }

    /// The test that stopped the last of the days, in order of tests; `None` where no day was tried.
    pub fn code(&self) -> Option<&'static str> {
        self.first.iter().rposition(|&count| count > 0).map(|test| self.stops[test].code)
    }

    /// What stopped how many: "on 40 days the host cannot host, on 3 the day is full".
    pub fn told(&self, names: Names<'_>) -> String {
        let counted = self.stops.iter().zip(&self.stopped).filter(|(_, count)| **count > 0);
        english::days_stopped(names, counted.map(|(stop, &count)| (stop.by, count)), &self.locks)
    }

    /// Every rule that stopped a day, ascending.
    pub fn rules(&self) -> Vec<RuleCode> {
        self.rules.iter().copied().collect()
    }
}
