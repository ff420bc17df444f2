//! The SQL of the audit trail.

use sqlx::{AssertSqlSafe, Row as _, SqliteConnection};

use super::{Act, Change};
use crate::store::{Error, ROWS_AT_ONCE, Row, now};

/// One row of the trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number: later ones have greater numbers.
    pub position: i64,
    /// When: RFC 3339, UTC.
    pub at: String,
    /// Who did what.
    pub act: Act,
    /// What it did to what.
    pub change: Change,
}

/// Which entries.
#[derive(Clone, Debug, Default)]
pub struct Which {
    /// Of this actor.
    pub actor: Option<String>,
    /// Of this path.
    pub subject: Option<String>,
    /// The oldest first.
    pub ascending: bool,
    /// Beyond this position.
    pub after: Option<i64>,
    /// So many at most.
    pub limit: usize,
}

/// Adds to the trail.
pub async fn add(connection: &mut SqliteConnection, act: &Act, changes: &[Change]) -> Result<(), Error> {
    let at = now();
    for chunk in changes.chunks(ROWS_AT_ONCE) {
        let row = |i: usize| format!("(?1, ?2, ?3, ?4, ?{}, ?{}, ?{})", 3 * i + 5, 3 * i + 6, 3 * i + 7);
        let rows = (0..chunk.len()).map(row).collect::<Vec<_>>().join(", ");
        let sql = format!("insert into audit (at, actor, request_id, action, subject, before, after) values {rows}");
        let mut query = sqlx::query(AssertSqlSafe(sql));
        query = query.bind(&at).bind(&act.actor).bind(&act.request_id).bind(&act.action);
        for change in chunk {
            query = query.bind(&change.subject).bind(&change.before).bind(&change.after);
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// A part of the trail.
pub async fn list(connection: &mut SqliteConnection, which: &Which) -> Result<Vec<Entry>, Error> {
    let ascending = "
        select position, at, actor, request_id, action, subject, before, after from audit
         where (?1 is null or actor = ?1) and (?2 is null or subject = ?2) and (?3 is null or position > ?3)
         order by position limit ?4";
    let descending = "
        select position, at, actor, request_id, action, subject, before, after from audit
         where (?1 is null or actor = ?1) and (?2 is null or subject = ?2) and (?3 is null or position < ?3)
         order by position desc limit ?4";
    let rows = sqlx::query(if which.ascending { ascending } else { descending })
        .bind(&which.actor)
        .bind(&which.subject)
        .bind(which.after)
        .bind(i64::try_from(which.limit).unwrap_or(i64::MAX))
        .fetch_all(connection)
        .await?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Entry, Error> {
    let subject: String = row.try_get("subject")?;
    Ok(Entry {
        position: row.try_get("position")?,
        at: row.try_get("at")?,
        act: Act {
            actor: row.try_get("actor")?,
            request_id: row.try_get("request_id")?,
            action: row.try_get("action")?,
            path: subject.clone(),
        },
        change: Change { subject, before: row.try_get("before")?, after: row.try_get("after")? },
    })
}
