//! Records by id, as far as they can be read: what names nothing is `None`, of two with one id the first counts.

use std::collections::HashMap;

use super::super::called;
use super::super::records::*;

/// A document with what its ids mean, by position in the document.
pub(super) struct Index<'a> {
    pub records: &'a ProblemRecords,
    pub regions: HashMap<&'a str, usize>,
    pub municipalities: HashMap<&'a str, usize>,
    pub tracks: HashMap<&'a str, usize>,
    pub networks: HashMap<&'a str, usize>,
    /// The region of each municipality.
    pub region: Vec<Option<usize>>,
    /// The municipality of each enrolment.
    pub home: Vec<Option<usize>>,
    /// The track of each network.
    pub network_track: Vec<Option<usize>>,
    /// The track of each enrolment.
    pub enrolment_track: Vec<Option<usize>>,
    /// The regions that each network is open to, ascending; `None`: all, or some that cannot be read.
    pub open_to: Vec<Option<Vec<usize>>>,
}

impl<'a> Index<'a> {
    pub fn new(records: &'a ProblemRecords) -> Index<'a> {
        let regions = by_id(records.regions.iter().map(|r| r.id.as_str()));
        let municipalities = by_id(records.municipalities.iter().map(|m| m.id.as_str()));
        let tracks = by_id(records.track_ids().into_iter());
        let networks = by_id(records.networks.iter().map(|n| n.id.as_str()));
        let track = |id: &Option<String>| match id {
            Some(id) => tracks.get(id.as_str()).copied(),
            None => (tracks.len() == 1).then_some(0),
        };
        let open_to = |network: &NetworkRecord| {
            let open = network.allowed_regions.as_ref()?.iter();
            let mut open: Vec<usize> = open.map(|id| regions.get(id.as_str()).copied()).collect::<Option<_>>()?;
            open.sort_unstable();
            open.dedup();
            Some(open)
        };
        Index {
            records,
            region: records.municipalities.iter().map(|m| regions.get(m.region.as_str()).copied()).collect(),
            home: records.enrolments.iter().map(|e| municipalities.get(e.municipality.as_str()).copied()).collect(),
            network_track: records.networks.iter().map(|n| track(&n.track)).collect(),
            enrolment_track: records.enrolments.iter().map(|e| track(&e.track)).collect(),
            open_to: records.networks.iter().map(open_to).collect(),
            regions,
            municipalities,
            tracks,
            networks,
        }
    }

    /// What people call an enrolment: its municipality's name, and its own id.
    pub fn enrolment_called(&self, enrolment: usize) -> String {
        let record = &self.records.enrolments[enrolment];
        match self.home[enrolment] {
            Some(home) => called(self.town_name(home), &record.id),
            None => record.id.clone(),
        }
    }

    fn town_name(&self, town: usize) -> &str {
        let record = &self.records.municipalities[town];
        record.name.as_deref().unwrap_or(&record.id)
    }

    /// What people call a municipality.
    pub fn town_called(&self, town: usize) -> String {
        called(self.town_name(town), &self.records.municipalities[town].id)
    }

    /// What people call a network.
    pub fn network_called(&self, network: usize) -> String {
        let record = &self.records.networks[network];
        called(record.name.as_deref().unwrap_or(&record.id), &record.id)
    }

    /// What people call a region.
    pub fn region_called(&self, region: usize) -> String {
        let record = &self.records.regions[region];
        called(record.name.as_deref().unwrap_or(&record.id), &record.id)
    }

    /// What people call a track.
    pub fn track_called(&self, track: usize) -> String {
        let record = self.records.tracks.as_deref().unwrap_or_default().get(track);
        record.map_or_else(
            || ONLY_TRACK.to_owned(),
            |record| called(record.name.as_deref().unwrap_or(&record.id), &record.id),
        )
    }

    /// Whether a track is divided into networks.
    pub fn in_networks(&self, track: usize) -> bool {
        let record = self.records.tracks.as_deref().unwrap_or_default().get(track);
        record.is_none_or(|record| record.in_networks != Some(false))
    }

    /// How many positions tracks have.
    pub fn track_count(&self) -> usize {
        self.records.tracks.as_ref().map_or(1, |tracks| tracks.len().max(1))
    }

    pub fn network(&self, id: &str) -> Option<usize> {
        self.networks.get(id).copied()
    }

    /// The network that an enrolment is fixed to, where that is one it can be in as far as tracks go.
    pub fn fixed(&self, enrolment: usize) -> Option<usize> {
        let network = self.network(self.records.enrolments[enrolment].fixed.as_deref()?)?;
        (!self.other_track(enrolment, network)).then_some(network)
    }

    /// The networks that an enrolment excludes, each once.
    pub fn excluded(&self, enrolment: usize) -> Vec<usize> {
        let excluded = self.records.enrolments[enrolment].excluded.iter().flatten();
        let mut excluded: Vec<usize> = excluded.filter_map(|id| self.network(id)).collect();
        excluded.sort_unstable();
        excluded.dedup();
        excluded
    }

    /// The region of an enrolment's municipality.
    pub fn home_region(&self, enrolment: usize) -> Option<usize> {
        self.region[self.home[enrolment]?]
    }

    /// Whether a network is known to be closed to a region.
    pub fn closed_to(&self, network: usize, region: usize) -> bool {
        self.open_to[network].as_ref().is_some_and(|open| open.binary_search(&region).is_err())
    }

    /// Whether a network is known to be of another track than an enrolment.
    pub fn other_track(&self, enrolment: usize, network: usize) -> bool {
        let tracks = self.enrolment_track[enrolment].zip(self.network_track[network]);
        tracks.is_some_and(|(of_enrolment, of_network)| of_enrolment != of_network)
    }
}

fn by_id<'a>(ids: impl Iterator<Item = &'a str>) -> HashMap<&'a str, usize> {
    let mut first = HashMap::new();
    for (position, id) in ids.enumerate() {
        first.entry(id).or_insert(position);
    }
    first
}
