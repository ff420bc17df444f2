//! The SQL of feeds and of their events.

use sqlx::{Row as _, SqliteConnection};

use super::events::{Content, Event, Key, Present};
use super::wire::{Feed, Scope};
use crate::http::fields::{Id, Instant};
use crate::plans::store::json;
use crate::store::{Error, Row, Write, now};

const SELECT: &str = "select id, scope, subject, name, created_at, renewed_at, revision from feed";

/// Keeps a new feed, whose secret has this hash.
pub async fn insert(write: &mut Write, programme: &str, feed: &Feed, secret: &str) -> Result<(), Error> {
    let revision = write.revision().await?;
    sqlx::query(
        "insert into feed (id, programme, scope, subject, name, secret, created_at, revision)
         values (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&feed.id)
    .bind(programme)
    .bind(feed.scope.name())
    .bind(feed.subject.as_ref().map(|subject| &subject.0))
    .bind(&feed.name)
    .bind(secret)
    .bind(&feed.created_at.0)
    .bind(revision)
    .execute(&mut **write)
    .await?;
    Ok(())
}

/// The feeds of a programme, in the order made.
pub async fn list(connection: &mut SqliteConnection, programme: &str) -> Result<Vec<Feed>, Error> {
    let sql = sqlx::AssertSqlSafe(format!("{SELECT} where programme = ? order by position"));
    let rows = sqlx::query(sql).bind(programme).fetch_all(connection).await?;
    rows.iter().map(|row| read(row).map(|(feed, _)| feed)).collect()
}

/// A feed of a programme, and the number behind its ETag.
pub async fn one(connection: &mut SqliteConnection, programme: &str, id: &str) -> Result<(Feed, i64), Error> {
    let sql = sqlx::AssertSqlSafe(format!("{SELECT} where programme = ? and id = ?"));
    let row = sqlx::query(sql).bind(programme).bind(id).fetch_optional(connection).await?;
    read(&row.ok_or_else(|| Error::NotFound { what: "feed", id: id.to_owned() })?)
}

/// Gives a feed another secret, by its hash.
pub async fn renew(write: &mut Write, id: &str, secret: &str) -> Result<(), Error> {
    let revision = write.revision().await?;
    sqlx::query("update feed set secret = ?, renewed_at = ?, revision = ? where id = ?")
        .bind(secret)
        .bind(now())
        .bind(revision)
        .bind(id)
        .execute(&mut **write)
        .await?;
    Ok(())
}

/// Deletes a feed.
pub async fn delete(write: &mut Write, id: &str) -> Result<(), Error> {
    sqlx::query("delete from feed where id = ?").bind(id).execute(&mut **write).await?;
    Ok(())
}

/// The feed whose secret has this hash, with its programme, the programme's name and the number behind its ETag.
pub async fn by_secret(
    connection: &mut SqliteConnection,
    secret: &str,
) -> Result<Option<(Feed, String, String, i64)>, Error> {
    let sql = "
        select feed.id, scope, subject, feed.name, created_at, renewed_at, feed.programme, programme.name as of_name,
            max(feed.revision, programme.revision, coalesce(
                (select max(revision) from calendar_event where programme = feed.programme), 0)) as revision
        from feed join programme on programme.id = feed.programme where secret = ?";
    let row = sqlx::query(sql).bind(secret).fetch_optional(connection).await?;
    row.map(|row| {
        let (feed, revision) = read(&row)?;
        Ok((feed, row.try_get("programme")?, row.try_get("of_name")?, revision))
    })
    .transpose()
}

fn read(row: &Row) -> Result<(Feed, i64), Error> {
    let scope: String = row.try_get("scope")?;
    let feed = Feed {
        id: row.try_get("id")?,
        scope: Scope::of(&scope).ok_or_else(|| corrupt(format!("scope {scope}")))?,
        subject: row.try_get::<Option<String>, _>("subject")?.map(Id),
        name: row.try_get("name")?,
        address: None,
        created_at: Instant(row.try_get("created_at")?),
        renewed_at: row.try_get::<Option<String>, _>("renewed_at")?.map(Instant),
    };
    Ok((feed, row.try_get("revision")?))
}

/// Who is enrolled in a programme.
pub async fn present(connection: &mut SqliteConnection, programme: &str) -> Result<Present, Error> {
    let sql = "select id, municipality from enrolment where programme = ?";
    let rows = sqlx::query(sql).bind(programme).fetch_all(connection).await?;
    let enrolment =
        |row: &Row| -> Result<(String, String), Error> { Ok((row.try_get("id")?, row.try_get("municipality")?)) };
    Ok(Present { enrolments: rows.iter().map(enrolment).collect::<Result<_, Error>>()? })
}

/// The events of a programme, by day.
pub async fn events(connection: &mut SqliteConnection, programme: &str) -> Result<Vec<Event>, Error> {
    let sql = "
        select uid, gathering, network, host, round, sequence, cancelled, day, content, former, changed_at
        from calendar_event where programme = ? order by day, position";
    let rows = sqlx::query(sql).bind(programme).fetch_all(connection).await?;
    rows.iter().map(event).collect()
}

fn event(row: &Row) -> Result<Event, Error> {
    let (content, former): (String, String) = (row.try_get("content")?, row.try_get("former")?);
    let content: Content = serde_json::from_str(&content).map_err(corrupt)?;
    Ok(Event {
        uid: row.try_get("uid")?,
        key: Key {
            gathering: row.try_get("gathering")?,
            network: row.try_get("network")?,
            host: row.try_get("host")?,
            round: row.try_get("round")?,
        },
        sequence: row.try_get("sequence")?,
        cancelled: row.try_get("cancelled")?,
        day: row.try_get("day")?,
        content,
        former: serde_json::from_str(&former).map_err(corrupt)?,
        changed_at: row.try_get("changed_at")?,
    })
}

/// Writes events, new or changed now.
pub async fn put_events(write: &mut Write, programme: &str, events: &[Event]) -> Result<(), Error> {
    let (revision, at) = (write.revision().await?, now());
    for event in events {
        sqlx::query(
            "insert into calendar_event (uid, programme, gathering, network, host, round, sequence, cancelled, day, content,
                 former, changed_at, revision)
             values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             on conflict (uid) do update set
                 sequence = excluded.sequence, cancelled = excluded.cancelled, day = excluded.day, content = excluded.content, former = excluded.former,
                 changed_at = excluded.changed_at, revision = excluded.revision",
        )
        .bind(&event.uid)
        .bind(programme)
        .bind(&event.key.gathering)
        .bind(&event.key.network)
        .bind(&event.key.host)
        .bind(&event.key.round)
        .bind(event.sequence)
        .bind(event.cancelled)
        .bind(&event.day)
        .bind(json(&event.content)?)
        .bind(json(&event.former)?)
        .bind(&at)
        .bind(revision)
        .execute(&mut **write)
        .await?;
    }
    Ok(())
}

fn corrupt(why: impl ToString) -> Error {
    Error::Corrupt { table: "feed", why: why.to_string() }
}
