//! What people call a record: its name first, then the id that tells it from others.

use super::{EnrolmentIx, GatheringIx, MunicipalityIx, NetworkIx, Problem, RegionIx, RoundIx, TrackIx, called};

/// The names of a problem's records.
#[derive(Clone, Copy)]
pub(crate) struct Names<'p>(pub(crate) &'p Problem);

impl Names<'_> {
    /// An enrolment: its municipality's name, and its own id.
    pub fn enrolment(self, e: EnrolmentIx) -> String {
        called(&self.0.home(e).name, &self.0.enrolment(e).id)
    }

    pub fn network(self, n: NetworkIx) -> String {
        called(&self.0.network(n).name, &self.0.network(n).id)
    }

    pub fn town(self, m: MunicipalityIx) -> String {
        called(&self.0.municipality(m).name, &self.0.municipality(m).id)
    }

    pub fn region(self, r: RegionIx) -> String {
        called(&self.0.regions()[r.at()].name, &self.0.regions()[r.at()].id)
    }

    pub fn track(self, t: TrackIx) -> String {
        called(&self.0.tracks()[t.at()].name, &self.0.tracks()[t.at()].id)
    }

    pub fn gathering(self, g: GatheringIx) -> String {
        called(&self.0.gathering(g).name, &self.0.gathering(g).id)
    }

    pub fn round(self, r: RoundIx) -> String {
        called(&self.0.rounds()[r.at()].name, &self.0.rounds()[r.at()].id)
    }
}
