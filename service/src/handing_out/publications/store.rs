//! The SQL of publications.

use sqlx::{Row as _, SqliteConnection};

use super::wire::Publication;
use crate::http::fields::Instant;
use crate::plans::wire::PublicationState;
use crate::store::{Error, Row, Write, now};

/// Puts a plan in force in its programme, in the place of the one before.
pub async fn publish(
    write: &mut Write,
    programme: &str,
    plan: &str,
    approver: &str,
    note: Option<&str>,
) -> Result<(), Error> {
    let (revision, at) = (write.revision().await?, now());
    let touch = "
        update plan set revision = ?1
        where id = ?2 or id = (select plan from publication where programme = ?3 and superseded_at is null)";
    sqlx::query(touch).bind(revision).bind(plan).bind(programme).execute(&mut **write).await?;
    let supersede = "update publication set superseded_at = ? where programme = ? and superseded_at is null";
    sqlx::query(supersede).bind(&at).bind(programme).execute(&mut **write).await?;
    sqlx::query("insert into publication (programme, plan, approver, note, published_at) values (?, ?, ?, ?, ?)")
        .bind(programme)
        .bind(plan)
        .bind(approver)
        .bind(note)
        .bind(at)
        .execute(&mut **write)
        .await?;
    Ok(())
}

/// The publications of a programme, the latest first.
pub async fn history(connection: &mut SqliteConnection, programme: &str) -> Result<Vec<Publication>, Error> {
    let sql = "
        select plan, approver, note, published_at, superseded_at
        from publication where programme = ? order by position desc";
    let rows = sqlx::query(sql).bind(programme).fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

/// The plan of a programme that is in force.
pub async fn in_force(connection: &mut SqliteConnection, programme: &str) -> Result<Option<String>, Error> {
    let sql = "select plan from publication where programme = ? and superseded_at is null";
    Ok(sqlx::query_scalar(sql).bind(programme).fetch_optional(connection).await?)
}

fn read(row: &Row) -> Result<Publication, Error> {
    let superseded_at: Option<String> = row.try_get("superseded_at")?;
    let state = if superseded_at.is_some() { PublicationState::Superseded } else { PublicationState::Published };
    Ok(Publication {
        plan: row.try_get("plan")?,
        state,
        approver: row.try_get("approver")?,
        note: row.try_get("note")?,
        published_at: Instant(row.try_get("published_at")?),
        superseded_at: superseded_at.map(Instant),
    })
}
