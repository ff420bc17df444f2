//! Days that fall through one test after the other. What stopped the last of them is the reason; what stopped each
//! is told.

use super::english;

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
    stopped: Vec<usize>,
}

impl Sieve {
    pub fn new(stops: &'static [Stop]) -> Sieve {
        Sieve { stops, stopped: vec![0; stops.len()] }
    }

    /// Notes that test number `test` stopped a day.
    pub fn stop(&mut self, test: usize) {
        self.stopped[test] += 1;
    }

    /// The test that stopped the last of the days, in order of tests; `None` where no day was tried.
    pub fn code(&self) -> Option<&'static str> {
        self.stopped.iter().rposition(|&count| count > 0).map(|test| self.stops[test].code)
    }

    /// What stopped how many: "on 40 the host cannot host, on 3 the day is full".
    pub fn told(&self) -> String {
        let counted = self.stops.iter().zip(&self.stopped).filter(|(_, count)| **count > 0);
        english::days_stopped(counted.map(|(stop, &count)| (stop.by, count)))
    }
}
