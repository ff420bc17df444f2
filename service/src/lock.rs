//! Locks of what is whole whatever panicked while it was held.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks what no panic can leave half-changed: sums, maps, lists that each take one step.
pub fn locked<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
