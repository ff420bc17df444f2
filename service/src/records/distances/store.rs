//! The SQL of distances.

use scheduler::problem::records::DistanceRecord;
use sqlx::{Row as _, SqliteConnection};

use crate::store::{Args, Error, Filter, Row, Table};

/// The distances of a programme.
#[derive(Clone, Copy, Debug)]
pub struct Distances;

/// A distance and the id that it has here; the problem document has none.
#[derive(Clone, Debug, PartialEq)]
pub struct DistanceRow {
    /// A UUIDv7, or the client's own.
    pub id: String,
    /// The distance.
    pub record: DistanceRecord,
}

impl Table for Distances {
    type Record = DistanceRow;
    const WHAT: &'static str = "distance";
    const SELECT: &'static str = "select id, a, b, km, revision from distance where programme = ?1";
    const PUT: &'static str = "
        insert into distance (programme, id, revision, a, b, km) values (?1, ?2, ?3, ?4, ?5, ?6)
        on conflict (programme, id) do update set
            revision = excluded.revision, a = excluded.a, b = excluded.b, km = excluded.km";
    const DELETE: &'static str = "delete from distance where programme = ?1 and id = ?2";
    const FILTERS: &'static [Filter] =
        &[Filter { name: "municipality", condition: "? in (a, b)", about: "Only those about this municipality." }];

    fn id(row: &DistanceRow) -> &str {
        &row.id
    }

    fn bind<'q>(args: Args<'q>, row: &'q DistanceRow) -> Args<'q> {
        args.bind(&row.record.a).bind(&row.record.b).bind(row.record.km)
    }

    fn read(row: &Row) -> Result<DistanceRow, Error> {
        let record = DistanceRecord { a: row.try_get("a")?, b: row.try_get("b")?, km: row.try_get("km")? };
        Ok(DistanceRow { id: row.try_get("id")?, record })
    }
}

/// The id of the row about these two, whichever comes first in it.
pub async fn of_pair(
    connection: &mut SqliteConnection,
    programme: &str,
    a: &str,
    b: &str,
) -> Result<Option<String>, Error> {
    let sql = "select id from distance where programme = ?1 and ((a, b) = (?2, ?3) or (a, b) = (?3, ?2)) limit 1";
    Ok(sqlx::query_scalar(sql).bind(programme).bind(a).bind(b).fetch_optional(connection).await?)
}
