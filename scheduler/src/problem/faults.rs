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

/// Faults as they are found. Empty means nothing is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Notes a fault at `pointer`.
    pub fn add(&mut self, pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) {
        self.0.push(Fault { pointer: pointer.into(), code, detail: detail.into() });
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
        self.0.is_empty()
    }

    /// How many faults were found.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The faults, in the order found.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter()
    }

    /// `Ok` where nothing is wrong.
    pub fn into_result(self) -> Result<(), Faults> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl IntoIterator for Faults {
    type Item = Fault;
    type IntoIter = std::vec::IntoIter<Fault>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl std::fmt::Display for Faults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, fault) in self.0.iter().enumerate() {
            let gap = if i == 0 { "" } else { "\n" };
            write!(f, "{gap}{}: {} ({})", fault.pointer, fault.detail, fault.code)?;
        }
        Ok(())
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
