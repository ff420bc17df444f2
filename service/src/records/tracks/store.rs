//! The SQL of tracks.

use scheduler::Faults;
use scheduler::problem::records::{ONLY_TRACK, TrackRecord};
use scheduler::problem::validate;
use sqlx::{Row as _, SqliteConnection};

use crate::store::{Args, BY_NAME, Error, Filter, Row, SORT_BY_NAME, Table, all};

/// The tracks of a programme.
#[derive(Clone, Copy, Debug)]
pub struct Tracks;

impl Table for Tracks {
    type Record = TrackRecord;
    const WHAT: &'static str = "track";
    const SELECT: &'static str = "select id, name, revision from track where programme = ?1";
    const PUT: &'static str = "
        insert into track (programme, id, revision, name) values (?1, ?2, ?3, ?4)
        on conflict (programme, id) do update set revision = excluded.revision, name = excluded.name";
    const DELETE: &'static str = "delete from track where programme = ?1 and id = ?2";
    const USERS: &'static str = "
        select 'Network `' || id || '` is of it.' from network where programme = ?1 and track = ?2
        union all
        select 'Enrolment `' || id || '` is for it.' from enrolment where programme = ?1 and track = ?2
        limit 20";
    const FILTERS: &'static [Filter] = &[BY_NAME];
    const SORTS: &'static [(&'static str, &'static str)] = &[SORT_BY_NAME];

    fn id(record: &TrackRecord) -> &str {
        &record.id
    }

    fn bind<'q>(args: Args<'q>, record: &'q TrackRecord) -> Args<'q> {
        args.bind(&record.name)
    }

    fn read(row: &Row) -> Result<TrackRecord, Error> {
        Ok(TrackRecord { id: row.try_get("id")?, name: row.try_get("name")?, ..TrackRecord::default() })
    }
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
