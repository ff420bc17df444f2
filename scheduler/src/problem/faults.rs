//! What is wrong with records: every fault at once, each with a pointer, a stable code and a remedy.

/// One fault of one place in a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// JSON pointer (RFC 6901) to the faulty value.
    pub pointer: String,
    /// Stable, lower snake_case.
    pub code: &'static str,
    /// What is wrong and what to do, in a sentence.
    pub detail: String,
}

/// Faults as they are found: the first [`Faults::TOLD`] of them, and how many there are. Empty means nothing is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    told: Vec<Fault>,
    /// Those beyond what is told.
    more: usize,
}

impl Faults {
    /// The most faults that are told: nobody reads more, and each takes memory.
    pub const TOLD: usize = 1_000;

    /// Notes a fault at `pointer`.
    pub fn add(&mut self, pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) {
        if self.told.len() < Faults::TOLD {
            self.told.push(Fault { pointer: pointer.into(), code, detail: detail.into() });
        } else {
            self.more += 1;
        }
    }

    /// Notes all faults of others after its own.
    pub fn append(&mut self, others: Faults) {
        let more = others.more;
        others.into_iter().for_each(|fault| self.add(fault.pointer, fault.code, fault.detail));
        self.more += more;
    }

    /// The same faults, with their pointers below another one.
    pub fn below(mut self, pointer: &str) -> Faults {
        self.told.iter_mut().for_each(|fault| fault.pointer.insert_str(0, pointer));
        self
    }

    /// Brings those that are told into the order of this key; equal ones stay as they were found.
    pub fn sort_by_key<K: Ord>(&mut self, key: impl FnMut(&Fault) -> K) {
        self.told.sort_by_key(key);
    }

    /// The value, or `None` with its fault noted at `pointer`.
    pub fn keep<T>(&mut self, pointer: &str, result: Result<T, Wrong>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(wrong) => {
                self.add(pointer, wrong.code, wrong.detail);
                None
            }
        }
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// How many faults were found, also those that are not told.
    pub fn len(&self) -> usize {
        self.told.len() + self.more
    }

    /// The faults that are told, in the order found.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.told.iter()
    }

    /// `Ok` where nothing is wrong.
    pub fn into_result(self) -> Result<(), Faults> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl IntoIterator for Faults {
    type Item = Fault;
    type IntoIter = std::vec::IntoIter<Fault>;

    fn into_iter(self) -> Self::IntoIter {
        self.told.into_iter()
    }
}

impl std::fmt::Display for Faults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, fault) in self.told.iter().enumerate() {
            let gap = if i == 0 { "" } else { "\n" };
            write!(f, "{gap}{}: {} ({})", fault.pointer, fault.detail, fault.code)?;
        }
        if self.more > 0 { write!(f, "\n… and {} more", self.more) } else { Ok(()) }
    }
}

/// What is wrong with one value, before it is known where the value stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Stable, lower snake_case.
    pub code: &'static str,
    /// What is wrong and what to do, in a sentence.
    pub detail: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_faults_are_told_and_all_are_counted() {
        let mut faults = Faults::default();
        (0..1_500).for_each(|i| faults.add(format!("/{i}"), "wrong", "it is wrong"));
        let mut all = Faults::default();
        all.add("", "first", "the first");
        all.append(faults);
        assert_eq!((all.len(), all.iter().count()), (1_501, Faults::TOLD));
        assert_eq!(all.iter().nth(1).map(|fault| fault.pointer.as_str()), Some("/0"));
        assert!(all.to_string().ends_with("… and 501 more"));
        let below = all.below("/problem");
        assert_eq!((below.len(), below.iter().nth(1).map(|fault| fault.pointer.as_str())), (1_501, Some("/problem/0")));
    }
}
