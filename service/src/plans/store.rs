//! The SQL of plans. A plan's row is written by whoever asks for it and by the runner that makes it; a state that is
//! final is never left again.

use sqlx::{AssertSqlSafe, Row as _, SqliteConnection};

use super::summary::Summary;
use super::wire::{Clash, Effort, Plan, PlanFailure, PlanProgress, State};
use crate::http::fields::{Id, Instant};
use crate::store::{Error, Row, Write};

/// A plan that is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Its programme and the programme's revision, where the problem is a stored one.
    pub programme: Option<(String, i64)>,
    /// How much effort goes into it.
    pub effort: Effort,
    /// The problem document as it stands.
    pub problem: String,
    /// SHA-256 of the problem document, in hex.
    pub problem_sha256: String,
}

/// A plan taken from the queue.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Its id.
    pub id: String,
    /// How much effort goes into it.
    pub effort: Effort,
    /// The problem document.
    pub problem: String,
}

/// How a plan ends.
#[derive(Clone, Debug)]
pub enum End {
    /// With the plan that is stored.
    Planned,
    /// Proved impossible.
    Infeasible(Clash),
    /// Without a plan.
    Failed(PlanFailure),
}

/// Which plans a list holds.
#[derive(Clone, Debug, Default)]
pub struct Which {
    /// Of this programme.
    pub programme: Option<String>,
    /// In this state.
    pub state: Option<State>,
    /// Oldest first.
    pub ascending: bool,
    /// Beyond this id.
    pub after: Option<String>,
    /// So many at most.
    pub limit: usize,
}

const SELECT: &str = "
    select id, programme, state, effort, created_at, started_at, finished_at, failure, failure_detail, revision,
           progress, summary, clash,
           programme is not null and programme_revision is not (
               select programme.revision from programme where programme.id = plan.programme) as outdated
      from plan";

/// Now, as it is stored: RFC 3339, UTC, milliseconds.
fn now() -> String {
    chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

/// Puts a plan into the queue.
pub async fn insert(write: &mut Write, id: &str, asked: &Asked) -> Result<(), Error> {
    let revision = write.revision().await?;
    let programme = asked.programme.as_ref();
    sqlx::query(
        "insert into plan (id, programme, programme_revision, state, effort, created_at, problem_sha256, revision, problem)
         values (?, ?, ?, 'queued', ?, ?, ?, ?, ?)",
    )
    .bind(id)
    .bind(programme.map(|(id, _)| id))
    .bind(programme.map(|(_, revision)| revision))
    .bind(json(&asked.effort)?)
    .bind(now())
    .bind(&asked.problem_sha256)
    .bind(revision)
    .bind(&asked.problem)
    .execute(&mut **write)
    .await?;
    Ok(())
}

/// A plan and the number behind its ETag.
pub async fn one(connection: &mut SqliteConnection, id: &str) -> Result<(Plan, i64), Error> {
    let sql = AssertSqlSafe(format!("{SELECT} where id = ?"));
    let row = sqlx::query(sql).bind(id).fetch_optional(connection).await?;
    read(&row.ok_or_else(|| missing(id))?)
}

/// A page of plans.
pub async fn list(connection: &mut SqliteConnection, which: &Which) -> Result<Vec<Plan>, Error> {
    let (way, beyond) = if which.ascending { ("asc", ">") } else { ("desc", "<") };
    let sql = AssertSqlSafe(format!(
        "{SELECT} where (?1 is null or programme = ?1) and (?2 is null or state = ?2) and (?3 is null or id {beyond} ?3)
          order by id {way} limit ?4"
    ));
    let rows = sqlx::query(sql)
        .bind(&which.programme)
        .bind(which.state.map(State::name))
        .bind(&which.after)
        .bind(i64::try_from(which.limit).unwrap_or(i64::MAX))
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| read(row).map(|(plan, _)| plan)).collect()
}

/// The problem and the plan document of a plan; none before the first plan.
pub async fn documents(connection: &mut SqliteConnection, id: &str) -> Result<(String, Option<String>), Error> {
    let row =
        sqlx::query("select problem, document from plan where id = ?").bind(id).fetch_optional(connection).await?;
    let row = row.ok_or_else(|| missing(id))?;
    Ok((row.try_get("problem")?, row.try_get("document")?))
}

/// The plan document of a plan; none before the first plan.
pub async fn document(connection: &mut SqliteConnection, id: &str) -> Result<Option<String>, Error> {
    let row = sqlx::query("select document from plan where id = ?").bind(id).fetch_optional(connection).await?;
    Ok(row.ok_or_else(|| missing(id))?.try_get("document")?)
}

/// How many plans wait or run.
pub async fn unfinished(connection: &mut SqliteConnection) -> Result<i64, Error> {
    let sql = "select count(*) from plan where state in ('queued', 'running')";
    Ok(sqlx::query_scalar(sql).fetch_one(connection).await?)
}

/// Asks for a plan to stop: one that waits is cancelled at once, one that runs by its runner, one that has ended stays
/// as it is.
pub async fn cancel(write: &mut Write, id: &str) -> Result<(), Error> {
    let revision = write.revision().await?;
    sqlx::query(
        "update plan
            set cancel_requested = 1, revision = ?2,
                finished_at = case state when 'queued' then ?3 end,
                state = case state when 'queued' then 'cancelled' else state end
          where id = ?1 and state in ('queued', 'running')",
    )
    .bind(id)
    .bind(revision)
    .bind(now())
    .execute(&mut **write)
    .await?;
    Ok(())
}

/// Deletes a plan that has ended.
pub async fn delete(write: &mut Write, id: &str) -> Result<(), Error> {
    sqlx::query("delete from plan where id = ?").bind(id).execute(&mut **write).await?;
    Ok(())
}

/// Puts what was running when the service went down back into the queue, and cancels what was to be cancelled.
pub async fn requeue(write: &mut Write) -> Result<(), Error> {
    let revision = write.revision().await?;
    sqlx::query(
        "update plan
            set state = case cancel_requested when 1 then 'cancelled' else 'queued' end,
                finished_at = case cancel_requested when 1 then ?2 end,
                started_at = null, progress = null, summary = null, document = null, revision = ?1
          where state = 'running'",
    )
    .bind(revision)
    .bind(now())
    .execute(&mut **write)
    .await?;
    Ok(())
}

/// Takes the plan that has waited longest, and marks it as running.
pub async fn take(write: &mut Write) -> Result<Option<Taken>, Error> {
    let revision = write.revision().await?;
    let row = sqlx::query(
        "update plan set state = 'running', started_at = ?, revision = ?
          where position = (select position from plan where state = 'queued' order by position limit 1)
         returning id, effort, problem",
    )
    .bind(now())
    .bind(revision)
    .fetch_optional(&mut **write)
    .await?;
    row.map(|row| {
        Ok(Taken {
            id: row.try_get("id")?,
            effort: parsed(&row, "effort")?.unwrap_or_default(),
            problem: row.try_get("problem")?,
        })
    })
    .transpose()
}

/// Whether a running plan has been asked to stop.
pub async fn is_cancelled(connection: &mut SqliteConnection, id: &str) -> Result<bool, Error> {
    let sql = "select cancel_requested from plan where id = ?";
    Ok(sqlx::query_scalar(sql).bind(id).fetch_optional(connection).await?.unwrap_or(true))
}

/// Notes how far a running plan is, and the best plan where there is a new one.
pub async fn note(
    write: &mut Write,
    id: &str,
    progress: &PlanProgress,
    best: Option<(&Summary, &str)>,
) -> Result<(), Error> {
    let revision = write.revision().await?;
    sqlx::query(
        "update plan set revision = ?2, progress = ?3, summary = coalesce(?4, summary), document = coalesce(?5, document)
          where id = ?1 and state = 'running'",
    )
    .bind(id)
    .bind(revision)
    .bind(json(progress)?)
    .bind(best.map(|(summary, _)| json(summary)).transpose()?)
    .bind(best.map(|(_, document)| document))
    .execute(&mut **write)
    .await?;
    Ok(())
}

/// Ends a running plan. One that was asked to stop is cancelled, unless it is proved impossible.
pub async fn finish(write: &mut Write, id: &str, end: &End) -> Result<(), Error> {
    let revision = write.revision().await?;
    let (state, clash, failure) = match end {
        End::Planned => (State::Succeeded, None, None),
        End::Infeasible(clash) => (State::Infeasible, Some(json(clash)?), None),
        End::Failed(failure) => (State::Failed, None, Some(failure)),
    };
    sqlx::query(
        "update plan
            set state = case when cancel_requested = 1 and ?3 <> 'infeasible' then 'cancelled' else ?3 end,
                revision = ?2, finished_at = ?4, clash = ?5,
                failure = case when cancel_requested = 1 then null else ?6 end,
                failure_detail = case when cancel_requested = 1 then null else ?7 end
          where id = ?1 and state = 'running'",
    )
    .bind(id)
    .bind(revision)
    .bind(state.name())
    .bind(now())
    .bind(clash)
    .bind(failure.map(|failure| &failure.code))
    .bind(failure.map(|failure| &failure.detail))
    .execute(&mut **write)
    .await?;
    Ok(())
}

fn missing(id: &str) -> Error {
    Error::NotFound { what: "plan", id: id.to_owned() }
}

fn corrupt(why: impl ToString) -> Error {
    Error::Corrupt { table: "plan", why: why.to_string() }
}

fn json(value: &impl serde::Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(corrupt)
}

fn parsed<T: serde::de::DeserializeOwned>(row: &Row, column: &str) -> Result<Option<T>, Error> {
    let text: Option<String> = row.try_get(column)?;
    text.map(|text| serde_json::from_str(&text)).transpose().map_err(corrupt)
}

/// The ETag of a plan follows its row and whether it is outdated, which is another row's to say.
fn read(row: &Row) -> Result<(Plan, i64), Error> {
    let state: String = row.try_get("state")?;
    let outdated: bool = row.try_get("outdated")?;
    let summary: Option<Summary> = parsed(row, "summary")?;
    let (complete, cost, bound, gap, left_out) = match summary {
        Some(s) => (Some(s.complete), Some(s.cost), Some(s.bound), Some(s.gap), Some(s.left_out)),
        None => (None, None, None, None, None),
    };
    let failure: Option<String> = row.try_get("failure")?;
    let failure_detail: Option<String> = row.try_get("failure_detail")?;
    let plan = Plan {
        id: row.try_get("id")?,
        programme: row.try_get::<Option<String>, _>("programme")?.map(Id),
        state: State::of(&state).ok_or_else(|| corrupt(format!("state {state}")))?,
        complete,
        cost,
        bound,
        gap,
        left_out,
        clash: parsed(row, "clash")?,
        failure: failure.map(|code| PlanFailure { code, detail: failure_detail.unwrap_or_default() }),
        progress: parsed(row, "progress")?,
        outdated,
        effort: parsed(row, "effort")?.unwrap_or_default(),
        created_at: Instant(row.try_get("created_at")?),
        started_at: row.try_get::<Option<String>, _>("started_at")?.map(Instant),
        finished_at: row.try_get::<Option<String>, _>("finished_at")?.map(Instant),
    };
    let revision: i64 = row.try_get("revision")?;
    Ok((plan, revision * 2 + i64::from(outdated)))
}
