//! The SQL of rounds.

use scheduler::problem::records::RoundRecord;
use sqlx::Row as _;

use crate::store::{Args, BY_NAME, Error, Filter, Row, SORT_BY_NAME, Table};

/// The rounds of a programme.
#[derive(Clone, Copy, Debug)]
pub struct Rounds;

impl Table for Rounds {
    type Record = RoundRecord;
    const WHAT: &'static str = "round";
    const SELECT: &'static str = "select id, name, starts_on, ends_on, revision from round where programme = ?1";
    const PUT: &'static str = "
        insert into round (programme, id, revision, name, starts_on, ends_on) values (?1, ?2, ?3, ?4, ?5, ?6)
        on conflict (programme, id) do update set
            revision = excluded.revision, name = excluded.name, starts_on = excluded.starts_on,
            ends_on = excluded.ends_on";
    const DELETE: &'static str = "delete from round where programme = ?1 and id = ?2";
    const USERS: &'static str = "
        select 'Track `' || id || '` visits in it.' from track
        where programme = ?1 and ?2 in (select value from json_each(rounds)) limit 20";
    const FILTERS: &'static [Filter] = &[BY_NAME];
    const SORTS: &'static [(&'static str, &'static str)] = &[SORT_BY_NAME, ("start", "starts_on")];

    fn id(record: &RoundRecord) -> &str {
        &record.id
    }

    fn bind<'q>(args: Args<'q>, record: &'q RoundRecord) -> Args<'q> {
        args.bind(&record.name).bind(&record.start).bind(&record.end)
    }

    fn read(row: &Row) -> Result<RoundRecord, Error> {
        Ok(RoundRecord {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            start: row.try_get("starts_on")?,
            end: row.try_get("ends_on")?,
        })
    }
}
