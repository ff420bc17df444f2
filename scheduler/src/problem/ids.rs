//! Records by their ids. A problem holds its records in the byte order of their ids, so that the lists are their own index.

use super::{EnrolmentIx, GatheringIx, MunicipalityIx, NetworkIx, Problem, RoundIx, TrackIx};

impl Problem {
    /// The municipality of this id.
    pub fn municipality_of_id(&self, id: &str) -> Option<MunicipalityIx> {
        position(&self.municipalities, |record| &record.id, id).map(MunicipalityIx::new)
    }

    /// The track of this id.
    pub fn track_of_id(&self, id: &str) -> Option<TrackIx> {
        position(&self.tracks, |record| &record.id, id).map(TrackIx::new)
    }

    /// The network of this id.
    pub fn network_of_id(&self, id: &str) -> Option<NetworkIx> {
        position(&self.networks, |record| &record.id, id).map(NetworkIx::new)
    }

    /// The enrolment of this id.
    pub fn enrolment_of_id(&self, id: &str) -> Option<EnrolmentIx> {
        position(&self.enrolments, |record| &record.id, id).map(EnrolmentIx::new)
    }

    /// The gathering of this id.
    pub fn gathering_of_id(&self, id: &str) -> Option<GatheringIx> {
        position(&self.gatherings, |record| &record.id, id).map(GatheringIx::new)
    }

    /// The round of this id. Rounds are few and in the order of their dates: they are looked through.
    pub fn round_of_id(&self, id: &str) -> Option<RoundIx> {
        self.rounds.iter().position(|round| round.id == id).map(RoundIx::new)
    }
}

/// Where the record of this id is in a list that is sorted by id.
fn position<T>(sorted: &[T], id_of: impl Fn(&T) -> &String, id: &str) -> Option<usize> {
    sorted.binary_search_by(|record| id_of(record).as_str().cmp(id)).ok()
}

#[cfg(test)]
mod tests {
    use crate::problem::Problem;
    use crate::small;

    #[test]
    fn every_record_is_found_by_its_id_and_no_other() {
        let mut records = small::two_networks();
        records.enrolments.reverse();
        let problem = Problem::new(&records).unwrap();
        for (at, enrolment) in problem.enrolments().iter().enumerate() {
            assert_eq!(problem.enrolment_of_id(&enrolment.id).map(|e| e.at()), Some(at));
        }
        for (at, network) in problem.networks().iter().enumerate() {
            assert_eq!(problem.network_of_id(&network.id).map(|n| n.at()), Some(at));
        }
        for (at, town) in problem.municipalities().iter().enumerate() {
            assert_eq!(problem.municipality_of_id(&town.id).map(|m| m.at()), Some(at));
        }
        for (at, track) in problem.tracks().iter().enumerate() {
            assert_eq!(problem.track_of_id(&track.id).map(|t| t.at()), Some(at));
        }
        for (at, round) in problem.rounds().iter().enumerate() {
            assert_eq!(problem.round_of_id(&round.id).map(|r| r.at()), Some(at));
        }
        assert_eq!((problem.enrolment_of_id(""), problem.network_of_id("zz")), (None, None));
    }
}
