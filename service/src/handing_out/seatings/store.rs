//! The SQL of break-out groups.

use futures_util::TryStreamExt as _;
use sqlx::{Row as _, SqliteConnection};

use super::wire::{Seating, SeatingSummary};
use crate::store::{Error, Row, Write};

/// Most that a list holds.
const MOST_LISTED: i64 = 500;

/// Keeps new groups; the number behind their ETag.
pub async fn insert(write: &mut Write, seating: &Seating) -> Result<i64, Error> {
    let revision = write.revision().await?;
    sqlx::query("insert into seating (id, plan, gathering, seating, created_at, revision) values (?, ?, ?, ?, ?, ?)")
        .bind(&seating.id)
        .bind(&seating.plan)
        .bind(&seating.gathering.0)
        .bind(serde_json::json!(seating).to_string())
        .bind(&seating.created_at.0)
        .bind(revision)
        .execute(&mut **write)
        .await?;
    Ok(revision)
}

/// What is told of the groups of a gathering of a plan, the latest first; one of them is whole in memory at a time.
pub async fn list(
    connection: &mut SqliteConnection,
    plan: &str,
    gathering: &str,
) -> Result<Vec<SeatingSummary>, Error> {
    let sql = "select seating, revision from seating where plan = ? and gathering = ? order by position desc limit ?";
    let mut rows = sqlx::query(sql).bind(plan).bind(gathering).bind(MOST_LISTED).fetch(connection);
    let mut summaries = Vec::new();
    while let Some(row) = rows.try_next().await? {
        summaries.push(read(&row)?.0.into());
    }
    Ok(summaries)
}

/// Groups, and the number behind their ETag.
pub async fn one(connection: &mut SqliteConnection, id: &str) -> Result<(Seating, i64), Error> {
    let sql = "select seating, revision from seating where id = ?";
    let row = sqlx::query(sql).bind(id).fetch_optional(connection).await?;
    read(&row.ok_or_else(|| Error::NotFound { what: "seating", id: id.to_owned() })?)
}

/// Deletes groups.
pub async fn delete(write: &mut Write, id: &str) -> Result<(), Error> {
    sqlx::query("delete from seating where id = ?").bind(id).execute(&mut **write).await?;
    Ok(())
}

fn read(row: &Row) -> Result<(Seating, i64), Error> {
    let text: String = row.try_get("seating")?;
    let corrupt = |error: serde_json::Error| Error::Corrupt { table: "seating", why: error.to_string() };
    Ok((serde_json::from_str(&text).map_err(corrupt)?, row.try_get("revision")?))
}
