//! The SQL of tracks.

use scheduler::Faults;
use scheduler::problem::records::TrackRecord;
use scheduler::problem::validate;
use sqlx::Row as _;

use crate::store::{Args, BY_NAME, Error, Filter, Row, SORT_BY_NAME, Table, Write};

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
        Ok(TrackRecord { id: row.try_get("id")?, name: row.try_get("name")? })
    }
}

/// Notes a fault where a record names a track that the programme has not, or none where there are several. A programme
/// without tracks has one called `main`.
pub async fn known_track(
    write: &mut Write,
    programme: Option<&str>,
    track: Option<&str>,
    faults: &mut Faults,
) -> Result<(), Error> {
    let sql = "select count(*), count(*) filter (where id = ?2) from track where programme = ?1";
    let (tracks, named): (i64, i64) = sqlx::query_as(sql).bind(programme).bind(track).fetch_one(&mut **write).await?;
    match track {
        Some(id) if named == 0 && (tracks > 0 || id != "main") => validate::unknown_id("track", id, "/track", faults),
        None if tracks > 1 => {
            faults.add("/track", "missing_track", format!("there are {tracks} tracks; name the one it belongs to"));
        }
        _ => {}
    }
    Ok(())
}
