//! The SQL of figures.

use sqlx::{Row as _, SqliteConnection};

use crate::store::Error;

/// How many plans are queued, and how many are running.
pub async fn unfinished(connection: &mut SqliteConnection) -> Result<Vec<(String, i64)>, Error> {
    let count = "select wanted.state, (select count(*) from plan where plan.state = wanted.state) as plans
                   from (select 'queued' as state union all select 'running') as wanted";
    let rows = sqlx::query(count).fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.try_get("state")?, row.try_get("plans")?))).collect()
}
