//! The SQL of gatherings.

use std::collections::HashSet;

use scheduler::problem::records::GatheringRecord;
use sqlx::{Row as _, SqliteConnection};

use super::stored::Stored;
use crate::store::{Args, BY_NAME, Error, Filter, Row, SORT_BY_NAME, Table};

/// The gatherings of a programme. Beside what lists are sorted by, a record is kept as one text.
#[derive(Clone, Copy, Debug)]
pub struct Gatherings;

impl Table for Gatherings {
    type Record = GatheringRecord;
    const WHAT: &'static str = "gathering";
    const SELECT: &'static str = "select id, name, starts_on, record, revision from gathering where programme = ?1";
    const PUT: &'static str = "
        insert into gathering (programme, id, revision, name, starts_on, record) values (?1, ?2, ?3, ?4, ?5, ?6)
        on conflict (programme, id) do update set
            revision = excluded.revision, name = excluded.name, starts_on = excluded.starts_on,
            record = excluded.record";
    const DELETE: &'static str = "delete from gathering where programme = ?1 and id = ?2";
    const FILTERS: &'static [Filter] = &[
        BY_NAME,
        Filter {
            name: "track",
            condition: "? in (select json_extract(value, '$.track') from json_each(record, '$.invites'))",
            about: "Only those that invite this track.",
        },
    ];
    const SORTS: &'static [(&'static str, &'static str)] = &[SORT_BY_NAME, ("start", "coalesce(starts_on, '')")];

    fn id(record: &GatheringRecord) -> &str {
        &record.id
    }

    fn bind<'q>(args: Args<'q>, record: &'q GatheringRecord) -> Args<'q> {
        let first = record.start.as_ref().or(record.window.as_ref().map(|window| &window.start));
        args.bind(&record.name).bind(first).bind(serde_json::json!(Stored::new(record)).to_string())
    }

    fn read(row: &Row) -> Result<GatheringRecord, Error> {
        let text: String = row.try_get("record")?;
        let corrupt = |error: serde_json::Error| Error::Corrupt { table: "gathering", why: error.to_string() };
        let stored: Stored = serde_json::from_str(&text).map_err(corrupt)?;
        Ok(stored.record(row.try_get("id")?, row.try_get("name")?))
    }
}

/// Which of the municipalities that a gathering could name by its places the programme has.
pub async fn municipalities(
    connection: &mut SqliteConnection,
    programme: Option<&str>,
    record: &GatheringRecord,
) -> Result<HashSet<String>, Error> {
    let ids: Vec<&str> = record.places.iter().flatten().map(|place| place.id.as_str()).collect();
    let sql = "select id from programme_municipality
        where programme = ? and id in (select value from json_each(?))";
    let query = sqlx::query_scalar(sql).bind(programme).bind(serde_json::json!(ids).to_string());
    Ok(query.fetch_all(connection).await?.into_iter().collect())
}
