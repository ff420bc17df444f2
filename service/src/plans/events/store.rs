//! The SQL of events.

use sqlx::{Row as _, SqliteConnection};

use super::wire::PlanEvent;
use crate::plans::store;
use crate::store::{Error, Write};

/// Events that are kept of a plan.
const KEPT: i64 = 1000;

/// Events that are read at once.
pub const AT_ONCE: usize = 200;

/// Records what a plan is now as an event, in the transaction that has changed it.
pub async fn record(write: &mut Write, id: &str) -> Result<(), Error> {
    let revision = write.revision().await?;
    let (plan, _) = store::one(write, id).await?;
    let data = PlanEvent::of(plan).text();
    sqlx::query(
        "insert into plan_event (plan, id, data) select position, ?2, ?3 from plan where plan.id = ?1
         on conflict (plan, id) do update set data = excluded.data",
    )
    .bind(id)
    .bind(revision)
    .bind(data)
    .execute(&mut **write)
    .await?;
    sqlx::query(
        "delete from plan_event
          where plan = (select position from plan where plan.id = ?1)
            and id <= (select e.id from plan_event e join plan p on e.plan = p.position
                        where p.id = ?1 order by e.id desc limit 1 offset ?2)",
    )
    .bind(id)
    .bind(KEPT)
    .execute(&mut **write)
    .await?;
    Ok(())
}

/// The revision of a plan, and whether it is the last one; none where the plan is gone.
pub async fn revision(connection: &mut SqliteConnection, id: &str) -> Result<Option<(i64, bool)>, Error> {
    let sql = "select revision, state not in ('queued', 'running') as is_last from plan where id = ?";
    let row = sqlx::query(sql).bind(id).fetch_optional(connection).await?;
    row.map(|row| Ok((row.try_get("revision")?, row.try_get("is_last")?))).transpose()
}

/// The events of a plan after this one, oldest first, [`AT_ONCE`] at most: id and data.
pub async fn after(connection: &mut SqliteConnection, id: &str, last: i64) -> Result<Vec<(i64, String)>, Error> {
    let sql = "select e.id, e.data from plan_event e join plan p on e.plan = p.position
                where p.id = ? and e.id > ? order by e.id limit ?";
    let limit = i64::try_from(AT_ONCE).unwrap_or(i64::MAX);
    let rows = sqlx::query(sql).bind(id).bind(last).bind(limit).fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.try_get("id")?, row.try_get("data")?))).collect()
}
