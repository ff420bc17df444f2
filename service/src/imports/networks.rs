//! Networks of a programme, with the tracks that they name.

use std::collections::{BTreeMap, BTreeSet};

use poem_openapi::Object;
use poem_openapi::types::Example;
use scheduler::Faults;
use scheduler::problem::records::TrackRecord;
use scheduler::problem::validate;

use super::Import;
use super::sheet::Row;
use super::upsert::{Ids, upsert};
use crate::http::failure::Failure;
use crate::http::fields::{Amount, Count, Id};
use crate::http::resource::note_all;
use crate::municipalities::copies::copy_regions;
use crate::networks::ProgrammeNetworks;
use crate::networks::wire::Network;
use crate::reference::load::Changes;
use crate::regions::store::ProgrammeRegions;
use crate::store::{Error, Write, put_all};
use crate::tracks::ProgrammeTracks;
use crate::tracks::store::{Tracks, known_tracks};

pub(super) struct Networks;

/// A network of an import, with the name of its track.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all, example)]
pub struct NetworkRow {
    /// Unique among the programme's networks.
    pub id: Id,
    /// The id of its track, which is made where the programme has none of this id. Default: the programme's only track.
    pub track: Option<Id>,
    /// What people call the track, where it is made. Default: its id.
    pub track_name: Option<String>,
    /// What people call the network.
    pub name: Option<String>,
    /// Fewest members (enrolments), whole, at least 0.
    pub min_members: Count<0>,
    /// Most members, whole, at least `min_members`.
    pub max_members: Count<0>,
    /// Fewest delegates (persons) of all members together, whole, at least 0.
    pub min_delegates: Option<Count<0>>,
    /// Most delegates (persons) of all members together, whole, at least `min_delegates`.
    pub max_delegates: Option<Count<0>>,
    /// Whether zero members is fine too.
    pub may_stay_empty: Option<bool>,
    /// Ids of the only regions that members may come from.
    pub allowed_regions: Option<Vec<Id>>,
    /// Most members from one region, whole, at least 0.
    pub max_members_per_region: Option<Count<0>>,
    /// Fewest regions that the members come from, whole, at least 0.
    pub min_regions: Option<Count<0>>,
    /// Longest distance between any two members, in km, 0 to 1e12.
    pub max_distance_km: Option<Amount>,
}

impl NetworkRow {
    fn network(self) -> Network {
        Network {
            id: self.id,
            track: self.track,
            name: self.name,
            min_members: self.min_members,
            max_members: self.max_members,
            min_delegates: self.min_delegates,
            max_delegates: self.max_delegates,
            may_stay_empty: self.may_stay_empty,
            allowed_regions: self.allowed_regions,
            max_members_per_region: self.max_members_per_region,
            min_regions: self.min_regions,
            max_distance_km: self.max_distance_km,
        }
    }
}

impl Example for NetworkRow {
    fn example() -> Self {
        let network = Network::example();
        NetworkRow {
            id: network.id,
            track: network.track,
            track_name: Some("Leadership".to_owned()),
            name: network.name,
            min_members: network.min_members,
            max_members: network.max_members,
            min_delegates: network.min_delegates,
            max_delegates: network.max_delegates,
            may_stay_empty: network.may_stay_empty,
            allowed_regions: network.allowed_regions,
            max_members_per_region: network.max_members_per_region,
            min_regions: network.min_regions,
            max_distance_km: network.max_distance_km,
        }
    }
}

impl Row for NetworkRow {
    const CSV: &'static str = "id;track;track_name;name;min_members;max_members;max_delegates;allowed_regions\n\
                               n1;leadership;Leadership;Aula;5;10;45;1084 1085\n";
}

impl Import for Networks {
    type Row = NetworkRow;

    async fn bring_in(
        write: &mut Write,
        programme: Option<&str>,
        rows: Vec<NetworkRow>,
        faults: &mut Faults,
    ) -> Result<Changes, Failure> {
        make_tracks(write, programme, &rows, faults).await?;
        let tracks = known_tracks(write, programme).await?;
        let allowed = rows.iter().flat_map(|row| row.allowed_regions.iter().flatten());
        let allowed: BTreeSet<&str> = allowed.map(|id| id.0.as_str()).collect();
        if let Some(programme) = programme {
            copy_regions(write, programme, allowed).await?;
        }
        let regions = Ids::of::<ProgrammeRegions>(write, programme).await?;
        let networks: Vec<Network> = rows.into_iter().map(NetworkRow::network).collect();
        upsert::<ProgrammeNetworks>(write, programme, &networks, faults, |record, at, faults| {
            validate::network(record, at, faults);
            tracks.need(record.track.as_deref(), at, faults);
            regions.need_all(&record.allowed_regions, &format!("{at}/allowed_regions"), faults);
        })
        .await
    }
}

/// Makes the tracks that rows name and the programme has not, in the order of their ids.
async fn make_tracks(
    write: &mut Write,
    programme: Option<&str>,
    rows: &[NetworkRow],
    faults: &mut Faults,
) -> Result<(), Error> {
    let present = Ids::of::<Tracks>(write, programme).await?;
    let mut missing: BTreeMap<&str, TrackRecord> = BTreeMap::new();
    for (i, row) in rows.iter().enumerate() {
        let Some(track) = row.track.as_ref().filter(|track| !present.has(&track.0)) else { continue };
        if let Err(wrong) = validate::id(&track.0) {
            faults.add(format!("/{i}/track"), wrong.code, wrong.detail);
            continue;
        }
        let made = missing.entry(&track.0).or_insert_with(|| TrackRecord { id: track.0.clone(), name: None });
        if made.name.is_none() {
            made.name.clone_from(&row.track_name);
        }
    }
    let made: Vec<TrackRecord> = missing.into_values().collect();
    put_all::<Tracks>(write, programme, &made).await?;
    note_all::<ProgrammeTracks>(write, programme, &[], &made);
    Ok(())
}
