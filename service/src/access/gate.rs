//! Who a request is from, and whether they may.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use poem::http::{HeaderMap, header};

use super::pace::{Allowed, Leave, Pace, Wait};
use super::secret::{Hash, id_in};
use super::{Key, Role, now, store};
use crate::http::failure::{Failure, Kind};
use crate::store::{Stamp, Store, audit};

/// Who a request is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// A program on this machine, while there are no keys.
    Local,
    /// Anybody, where no key is needed.
    Anybody,
    /// The bearer of the key with this id.
    Bearer(String),
}

impl Caller {
    /// As the audit trail and the log name them.
    pub fn name(&self) -> &str {
        match self {
            Caller::Local => audit::LOCAL,
            Caller::Anybody => "anybody",
            Caller::Bearer(id) => id,
        }
    }

    /// Whose share of what callers [share](super::shares) it counts to: each key has one, and all who need no key have one
    /// together. Programs on this machine, while there are no keys, share with nobody.
    pub fn share(&self) -> Option<&str> {
        match self {
            Caller::Local => None,
            caller => Some(caller.name()),
        }
    }
}

/// What stands before every operation.
#[derive(Debug)]
pub struct Gate {
    store: Store,
    pace: Pace,
    known: RwLock<Arc<Keys>>,
}

/// All keys, by id, as they were when the database had this stamp.
#[derive(Debug, Default)]
pub struct Keys {
    stamp: Option<Stamp>,
    by_id: HashMap<String, Key>,
}

impl Keys {
    /// The stamp of the database that they were read from; none where it cannot be told.
    pub fn stamp(&self) -> Option<Stamp> {
        self.stamp
    }

    /// Whether a key has ever been made.
    pub fn are_needed(&self) -> bool {
        !self.by_id.is_empty()
    }

    /// Who bears the key in these headers, and may they do what wants this role? Whether somebody without a key may, where
    /// there are none, is for [`keyless`](crate::server::guard::keyless) to say.
    ///
    /// Errors: `Unauthorized` without a good key, `Forbidden` where its role is not enough.
    pub fn caller(&self, headers: &HeaderMap, needed: Option<Role>) -> Result<Caller, Failure> {
        let Some(needed) = needed else { return Ok(Caller::Anybody) };
        if !self.are_needed() {
            return Ok(Caller::Local);
        }
        let key = self.borne(headers)?;
        if key.role < needed {
            let detail = format!("This wants the role {needed} or more; the key `{}` has {}.", key.id, key.role);
            return Err(Failure::new(Kind::Forbidden, detail));
        }
        Ok(Caller::Bearer(key.id.clone()))
    }

    fn borne(&self, headers: &HeaderMap) -> Result<&Key, Failure> {
        let mut values = headers.get_all(header::AUTHORIZATION).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return Err(Failure::unauthorized(false, "Send your API key once: `Authorization: Bearer nv_…`."));
        };
        let text = value.to_str().unwrap_or_default();
        let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Failure::unauthorized(false, "The scheme is Bearer: `Authorization: Bearer nv_…`."));
        }
        let token = token.trim();
        // An unknown id costs the same hash and comparison as a known one.
        let hash = Hash::of(token);
        let known = id_in(token).and_then(|id| self.by_id.get(id));
        let same = known.map_or(hash, |key| key.hash).is(&hash);
        let good = known.filter(|key| same && key.is_good(&now()));
        good.ok_or_else(|| Failure::unauthorized(true, "This key is unknown, revoked or expired; ask for another one."))
    }
}

impl Gate {
    /// The gate of a service that keeps its keys here.
    pub fn new(store: Store, allowed: Allowed) -> Gate {
        Gate { store, pace: Pace::new(allowed), known: RwLock::default() }
    }

    /// All keys as they were read last, without a look at the database.
    pub fn known(&self) -> Arc<Keys> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner)) // replaced whole
    }

    /// All keys as they are now: those read before, while nobody has written since.
    pub async fn keys(&self) -> Result<Arc<Keys>, Failure> {
        let stamp = self.store.stamp();
        let known = self.known();
        if stamp.is_some() && known.stamp == stamp {
            return Ok(known);
        }
        let keys = store::all(&mut *self.store.read().await?).await?;
        let by_id = keys.into_iter().map(|key| (key.id.clone(), key)).collect();
        let keys = Arc::new(Keys { stamp, by_id });
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&keys);
        Ok(keys)
    }

    /// Leave for a request of this caller to be served now; held until its answer is sent. Those who need no key have one
    /// pace together; programs on this machine, while there are no keys, are not counted.
    ///
    /// Errors: `Overloaded`, with the seconds to wait.
    pub fn leave(&self, caller: &Caller) -> Result<Option<Leave>, Failure> {
        let Some(share) = caller.share() else { return Ok(None) };
        let whose = if matches!(caller, Caller::Bearer(_)) { "with this key" } else { "without a key" };
        self.pace.leave(share, Instant::now()).map(Some).map_err(|wait| match wait {
            Wait::TooFast(seconds) => {
                Failure::retry_after(Kind::Overloaded, seconds, format!("Requests {whose} come too fast."))
            }
            Wait::TooMany(seconds) => {
                Failure::retry_after(Kind::Overloaded, seconds, format!("Too many requests {whose} are running."))
            }
        })
    }
}
