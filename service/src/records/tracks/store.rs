//! The SQL of tracks.

use scheduler::Faults;
use scheduler::problem::records::{ONLY_TRACK, RangeRecord, TrackRecord};
use scheduler::problem::validate;
use serde_json::json;
use sqlx::{Row as _, SqliteConnection};

use crate::records::programmes::store::{hosting, hosting_name};
use crate::store::{Args, BY_NAME, Error, Filter, Row, SORT_BY_NAME, Table, all, json_list, text_list};

/// The tracks of a programme.
#[derive(Clone, Copy, Debug)]
pub struct Tracks;

impl Table for Tracks {
    type Record = TrackRecord;
    const WHAT: &'static str = "track";
    const SELECT: &'static str =
        "select id, name, delegation, in_networks, rounds, hosting, revision from track where programme = ?1";
    const PUT: &'static str = "
        insert into track (programme, id, revision, name, delegation, in_networks, rounds, hosting)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        on conflict (programme, id) do update set
            revision = excluded.revision, name = excluded.name, delegation = excluded.delegation,
            in_networks = excluded.in_networks, rounds = excluded.rounds, hosting = excluded.hosting";
    const DELETE: &'static str = "delete from track where programme = ?1 and id = ?2";
    const USERS: &'static str = "
        select 'Network `' || id || '` is of it.' from network where programme = ?1 and track = ?2
        union all
        select 'Enrolment `' || id || '` is for it.' from enrolment where programme = ?1 and track = ?2
        union all
        select 'Gathering `' || id || '` invites it.' from gathering
        where programme = ?1 and ?2 in (select json_extract(value, '$.track') from json_each(record, '$.invites'))
        union all
        select 'The fees of the programme name it.' from programme
        where id = ?1 and ?2 in (
            select track.value from json_each(fees, '$.included') as item, json_each(item.value, '$.tracks') as track)
        limit 20";
    const FILTERS: &'static [Filter] = &[BY_NAME];
    const SORTS: &'static [(&'static str, &'static str)] = &[SORT_BY_NAME];

    fn id(record: &TrackRecord) -> &str {
        &record.id
    }

    fn bind<'q>(args: Args<'q>, record: &'q TrackRecord) -> Args<'q> {
        args.bind(&record.name)
            .bind(record.delegation.as_ref().map(|range| json!({"min": range.min, "max": range.max}).to_string()))
            .bind(record.in_networks)
            .bind(json_list(&record.rounds))
            .bind(record.hosting.map(hosting_name))
    }

    fn read(row: &Row) -> Result<TrackRecord, Error> {
        let delegation: Option<String> = row.try_get("delegation")?;
        Ok(TrackRecord {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            delegation: delegation.map(|text| range(&text)).transpose()?,
            in_networks: row.try_get("in_networks")?,
            rounds: text_list(row, "rounds")?,
            hosting: hosting(row)?,
        })
    }
}

fn range(text: &str) -> Result<RangeRecord, Error> {
    let corrupt = |why: String| Error::Corrupt { table: "track", why };
    let range: serde_json::Value = serde_json::from_str(text).map_err(|error| corrupt(error.to_string()))?;
    Ok(RangeRecord { min: range["min"].as_i64(), max: range["max"].as_i64() })
}

/// The tracks that records of a programme may name. A programme without tracks has one called `main`.
#[derive(Clone, Debug)]
pub struct KnownTracks(Vec<String>);

/// Those of a programme.
pub async fn known_tracks(connection: &mut SqliteConnection, programme: Option<&str>) -> Result<KnownTracks, Error> {
    let tracks = all::<Tracks>(connection, programme).await?;
    Ok(KnownTracks(tracks.into_iter().map(|track| track.id).collect()))
}

impl KnownTracks {
    /// Whether one of them has this id.
    pub fn has(&self, id: &str) -> bool {
        if self.0.is_empty() { id == ONLY_TRACK } else { self.0.iter().any(|known| known == id) }
    }

    /// Notes a fault where the record at this pointer names a track that is none of them, or none where there are
    /// several.
    pub fn need(&self, track: Option<&str>, at: &str, faults: &mut Faults) {
        let tracks = &self.0;
        match track {
            Some(id) if tracks.is_empty() && id == ONLY_TRACK => {}
            Some(id) if !tracks.iter().any(|known| known == id) => {
                validate::unknown_id("track", id, format!("{at}/track"), faults);
            }
            None if tracks.len() > 1 => {
                let detail = format!("there are {} tracks; name the one it belongs to", tracks.len());
                faults.add(format!("{at}/track"), "missing_track", detail);
            }
            _ => {}
        }
    }
}
