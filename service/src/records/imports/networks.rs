//! Networks of a programme, with the tracks that they name.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::{Example, ParseError, ParseFromJSON, ParseResult, ToJSON, Type};
use scheduler::Faults;
use scheduler::problem::records::TrackRecord;
use scheduler::problem::validate;
use serde_json::Value;

use super::Import;
use super::sheet::{Line, Row};
use super::upsert::{Ids, upsert};
use crate::http::failure::Failure;
use crate::http::fields::LONGEST_NAME;
use crate::http::resource::note_all;
use crate::records::municipalities::copies::copy_regions;
use crate::records::networks::ProgrammeNetworks;
use crate::records::networks::wire::Network;
use crate::records::reference::load::Changes;
use crate::records::regions::store::ProgrammeRegions;
use crate::records::tracks::ProgrammeTracks;
use crate::records::tracks::store::{Tracks, known_tracks};
use crate::store::{Error, Write, put_all};

pub(super) struct Networks;

/// A network of an import, with the name of its track: the fields of a network and one more.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkRow {
    network: Network,
    /// What people call the track, where it is made.
    track_name: Option<String>,
}

/// The field that a network itself has not.
const TRACK_NAME: &str = "track_name";

impl Type for NetworkRow {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "NetworkRow".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Reference(Self::name().into_owned())
    }

    fn register(registry: &mut Registry) {
        registry.create_schema::<Self, _>(Self::name().into_owned(), |registry| {
            Network::register(registry);
            let network = registry.schemas.get(Network::name().as_ref()).cloned();
            let mut row = network.unwrap_or(MetaSchema::new("object"));
            (row.title, row.rust_typename) = (Some(Self::name().into_owned()), Some(std::any::type_name::<Self>()));
            row.description = Some("A network of an import: tracks that the programme has not are made.");
            row.example = Self::example().to_json();
            let mut name = MetaSchema { max_length: Some(LONGEST_NAME), ..MetaSchema::new("string") };
            name.description = Some("What people call the track, where it is made. Default: its id.");
            name.nullable = true;
            row.properties.push((TRACK_NAME, MetaSchemaRef::Inline(Box::new(name))));
            row
        });
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ParseFromJSON for NetworkRow {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        let mut value = value.unwrap_or_default();
        let track_name = value.as_object_mut().and_then(|fields| fields.remove(TRACK_NAME));
        let track_name = Option::parse_from_json(track_name).map_err(ParseError::propagate)?;
        let network = Network::parse_from_json(Some(value)).map_err(ParseError::propagate)?;
        Ok(NetworkRow { network, track_name })
    }
}

impl ToJSON for NetworkRow {
    fn to_json(&self) -> Option<Value> {
        let mut value = self.network.to_json()?;
        if let (Some(fields), Some(name)) = (value.as_object_mut(), &self.track_name) {
            fields.insert(TRACK_NAME.to_owned(), name.as_str().into());
        }
        Some(value)
    }
}

impl Example for NetworkRow {
    fn example() -> Self {
        NetworkRow { network: Network::example(), track_name: Some("Leadership".to_owned()) }
    }
}

impl Row for NetworkRow {
    const CSV: &'static str = "id;track;track_name;name;min_members;max_members;max_delegates;allowed_regions\n\
                               staff-1;staff;Staff;Aula;5;10;45;1084 1085\n";
}

impl Import for Networks {
    type Row = NetworkRow;

    async fn bring_in(
        write: &mut Write,
        programme: Option<&str>,
        rows: Vec<Line<NetworkRow>>,
        faults: &mut Faults,
    ) -> Result<Changes, Failure> {
        make_tracks(write, programme, &rows, faults).await?;
        let tracks = known_tracks(write, programme).await?;
        let allowed = rows.iter().flat_map(|row| row.said.network.allowed_regions.iter().flatten());
        let allowed: BTreeSet<&str> = allowed.map(|id| id.0.as_str()).collect();
        if let Some(programme) = programme {
            copy_regions(write, programme, allowed).await?;
        }
        let regions = Ids::of::<ProgrammeRegions>(write, programme).await?;
        let network = |mut row: Line<NetworkRow>| {
            row.patch.as_object_mut().and_then(|fields| fields.remove(TRACK_NAME));
            Line { at: row.at, said: row.said.network, patch: row.patch }
        };
        let networks: Vec<Line<Network>> = rows.into_iter().map(network).collect();
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
    rows: &[Line<NetworkRow>],
    faults: &mut Faults,
) -> Result<(), Error> {
    let present = Ids::of::<Tracks>(write, programme).await?;
    let mut missing: BTreeMap<&str, TrackRecord> = BTreeMap::new();
    for Line { at, said: row, .. } in rows {
        let Some(track) = row.network.track.as_ref().filter(|track| !present.has(&track.0)) else { continue };
        if let Err(wrong) = validate::id(&track.0) {
            faults.add(format!("/{at}/track"), wrong.code, wrong.detail);
            continue;
        }
        let made =
            missing.entry(&track.0).or_insert_with(|| TrackRecord { id: track.0.clone(), ..TrackRecord::default() });
        if made.name.is_none() {
            made.name.clone_from(&row.track_name);
        }
    }
    let made: Vec<TrackRecord> = missing.into_values().collect();
    put_all::<Tracks>(write, programme, &made).await?;
    note_all::<ProgrammeTracks>(write, programme, &[], &made);
    Ok(())
}
