//! The clock on the wall. It may say anything: a time before 1970, or an earlier one than a moment ago. Nothing here or
//! elsewhere stops because of that; libraries that would are not asked (`clippy.toml`).

use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Utc};
use uuid::{ContextV7, Timestamp, Uuid};

/// Now.
pub fn now() -> DateTime<Utc> {
    SystemTime::now().into()
}

/// Whether it says a time before 1970.
pub fn is_before_1970() -> bool {
    now() < DateTime::UNIX_EPOCH
}

/// The time since 1970; none before.
pub fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default() // an error is a time before
}

/// A new UUIDv7, later than all that this process has made before.
pub fn new_id() -> Uuid {
    static ORDER: Mutex<ContextV7> = Mutex::new(ContextV7::new());
    let now = since_1970();
    Uuid::new_v7(Timestamp::from_unix(&ORDER, now.as_secs(), now.subsec_nanos()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_in_the_order_in_which_they_were_made() {
        let ids: Vec<Uuid> = (0..1000).map(|_| new_id()).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
    }
}
