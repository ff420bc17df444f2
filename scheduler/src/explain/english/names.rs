//! What people call a record: its name first, then the id that tells it from others.

use crate::problem::{EnrolmentIx, MunicipalityIx, NetworkIx, Problem, RegionIx, RoundIx, TrackIx, called};

/// The names of a problem's records.
#[derive(Clone, Copy)]
pub(super) struct Names<'p>(pub(super) &'p Problem);

impl Names<'_> {
    /// An enrolment: its municipality's name, and its own id.
    pub(super) fn enrolment(self, e: EnrolmentIx) -> String {
        called(&self.0.home(e).name, &self.0.enrolment(e).id)
    }

    pub(super) fn network(self, n: NetworkIx) -> String {
        called(&self.0.network(n).name, &self.0.network(n).id)
    }

    pub(super) fn town(self, m: MunicipalityIx) -> String {
        called(&self.0.municipality(m).name, &self.0.municipality(m).id)
    }

    pub(super) fn region(self, r: RegionIx) -> String {
        called(&self.0.regions()[r.at()].name, &self.0.regions()[r.at()].id)
    }

    pub(super) fn track(self, t: TrackIx) -> String {
        called(&self.0.tracks()[t.at()].name, &self.0.tracks()[t.at()].id)
    }

    pub(super) fn round(self, r: RoundIx) -> String {
        called(&self.0.rounds()[r.at()].name, &self.0.rounds()[r.at()].id)
    }
}
