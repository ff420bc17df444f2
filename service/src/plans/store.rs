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

/// The code of a failure: the search ended without a plan, and nothing is proved.
pub const NO_PLAN_FOUND: &str = "no_plan_found";

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

/// The plan document of a plan and the number behind its ETag; none before the first plan.
pub async fn document(connection: &mut SqliteConnection, id: &str) -> Result<Option<(String, i64)>, Error> {
    let sql = "select document, revision from plan where id = ?";
    let row = sqlx::query(sql).bind(id).fetch_optional(connection).await?.ok_or_else(|| missing(id))?;
    let document: Option<String> = row.try_get("document")?;
    let revision = row.try_get("revision")?;
    Ok(document.map(|document| (document, revision)))
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

/// Puts what was running when the service went down back into the queue, and cancels what was to be cancelled. The best
/// plan so far stays.
pub async fn requeue(write: &mut Write) -> Result<(), Error> {
    let revision = write.revision().await?;
    sqlx::query(
        "update plan
            set state = case cancel_requested when 1 then 'cancelled' else 'queued' end,
                finished_at = case cancel_requested when 1 then ?2 end,
                started_at = case cancel_requested when 1 then started_at end,
                progress = case cancel_requested when 1 then progress end,
                revision = ?1
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

/// A new plan takes the place of the stored one where it costs less, or where it costs the same and more is proved of it:
/// a search that begins again after a restart meets worse plans first.
const BETTER: &str = "summary is null
    or (json_extract(?4, '$.cost.total'), -json_extract(?4, '$.bound.total'))
    <= (json_extract(summary, '$.cost.total'), -json_extract(summary, '$.bound.total'))";

/// Notes how far a running plan is, and the plan that it has now, unless a better one is stored.
pub async fn note(
    write: &mut Write,
    id: &str,
    progress: &PlanProgress,
    best: Option<(&Summary, &str)>,
) -> Result<(), Error> {
    let revision = write.revision().await?;
    sqlx::query(AssertSqlSafe(format!(
        "update plan
            set revision = ?2, progress = ?3,
                summary = case when {BETTER} then ?4 else summary end,
                document = case when {BETTER} then ?5 else document end
          where id = ?1 and state = 'running'"
    )))
    .bind(id)
    .bind(revision)
    .bind(json(progress)?)
    .bind(best.map(|(summary, _)| json(summary)).transpose()?)
    .bind(best.map(|(_, document)| document))
    .execute(&mut **write)
    .await?;
    Ok(())
}

/// Ends a running plan. One that was asked to stop is cancelled, unless it is proved impossible. A search that found
/// nothing succeeds nonetheless where one before it, cut short by a restart, has left a plan.
pub async fn finish(write: &mut Write, id: &str, end: &End) -> Result<(), Error> {
    let revision = write.revision().await?;
    let (state, clash, failure) = match end {
        End::Failed(failure) if failure.code == NO_PLAN_FOUND && document(write, id).await?.is_some() => {
            (State::Succeeded, None, None)
        }
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

/// What the progress of a plan is once it has ended: no phase runs, and cost and bound are those of the whole.
fn done(last: PlanProgress, summary: Option<&Summary>) -> PlanProgress {
    PlanProgress {
        phase: "done".to_owned(),
        elapsed_seconds: last.elapsed_seconds,
        cost: summary.and_then(|summary| summary.cost.total),
        bound: summary.and_then(|summary| summary.bound.total),
    }
}

/// The ETag of a plan follows its row and whether it is outdated, which is another row's to say.
fn read(row: &Row) -> Result<(Plan, i64), Error> {
    let state: String = row.try_get("state")?;
    let outdated: bool = row.try_get("outdated")?;
    let state = State::of(&state).ok_or_else(|| corrupt(format!("state {state}")))?;
    let summary: Option<Summary> = parsed(row, "summary")?;
    let progress: Option<PlanProgress> = parsed(row, "progress")?;
    let progress = progress.map(|last| if state.is_final() { done(last, summary.as_ref()) } else { last });
    let (complete, cost, bound, gap, left_out) = match summary {
        Some(s) => (Some(s.complete), Some(s.cost), Some(s.bound), Some(s.gap), Some(s.left_out)),
        None => (None, None, None, None, None),
    };
    let failure: Option<String> = row.try_get("failure")?;
    let failure_detail: Option<String> = row.try_get("failure_detail")?;
    let plan = Plan {
        id: row.try_get("id")?,
        programme: row.try_get::<Option<String>, _>("programme")?.map(Id),
        state,
        complete,
        cost,
        bound,
        gap,
        left_out,
        clash: parsed(row, "clash")?,
        failure: failure.map(|code| PlanFailure { code, detail: failure_detail.unwrap_or_default() }),
        progress,
        outdated,
        effort: parsed(row, "effort")?.unwrap_or_default(),
        created_at: Instant(row.try_get("created_at")?),
        started_at: row.try_get::<Option<String>, _>("started_at")?.map(Instant),
        finished_at: row.try_get::<Option<String>, _>("finished_at")?.map(Instant),
    };
    let revision: i64 = row.try_get("revision")?;
    Ok((plan, revision * 2 + i64::from(outdated)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plans::document::{PlanBound, PlanCost};
    use crate::plans::wire::PlanGap;
    use crate::store::Store;

    fn summary(cost: f64, bound: f64) -> Summary {
        Summary {
            complete: true,
            cost: PlanCost { total: Some(cost), ..PlanCost::default() },
            bound: PlanBound { total: Some(bound), ..PlanBound::default() },
            gap: PlanGap { assignment: 0.0, timetable: 0.0, total: 0.0 },
            left_out: Vec::new(),
        }
    }

    /// A database with a plan `p` that runs.
    async fn running(directory: &tempfile::TempDir) -> Write {
        let store = Store::open(&directory.path().join("test.db")).await.unwrap();
        let mut write = store.write().await.unwrap();
        let asked = Asked {
            programme: None,
            effort: Effort::default(),
            problem: "{}".to_owned(),
            problem_sha256: String::new(),
        };
        insert(&mut write, "p", &asked).await.unwrap();
        take(&mut write).await.unwrap();
        write
    }

    async fn found(write: &mut Write, cost: f64, bound: f64) -> String {
        let progress =
            PlanProgress { phase: "timetable".to_owned(), elapsed_seconds: 1.5, cost: Some(1.0), bound: Some(0.5) };
        let text = format!("[{cost}, {bound}]");
        note(write, "p", &progress, Some((&summary(cost, bound), &text))).await.unwrap();
        document(write, "p").await.unwrap().unwrap().0
    }

    #[tokio::test]
    async fn a_plan_that_begins_again_never_ends_worse_than_what_is_stored() {
        let directory = tempfile::TempDir::new().unwrap();
        let mut write = running(&directory).await;
        assert_eq!(found(&mut write, 10.0, 4.0).await, "[10, 4]");
        requeue(&mut write).await.unwrap();
        let (plan, _) = one(&mut write, "p").await.unwrap();
        assert_eq!((plan.state, plan.cost.unwrap().total, plan.progress), (State::Queued, Some(10.0), None));
        take(&mut write).await.unwrap();
        assert_eq!(found(&mut write, 12.0, 9.0).await, "[10, 4]", "dearer");
        assert_eq!(found(&mut write, 10.0, 3.0).await, "[10, 4]", "as dear, and less is proved");
        assert_eq!(found(&mut write, 10.0, 5.0).await, "[10, 5]", "as dear, and more is proved");
        assert_eq!(found(&mut write, 9.0, 0.0).await, "[9, 0]", "cheaper");
        let nothing = PlanFailure { code: NO_PLAN_FOUND.to_owned(), detail: String::new() };
        finish(&mut write, "p", &End::Failed(nothing)).await.unwrap();
        let (plan, _) = one(&mut write, "p").await.unwrap();
        assert_eq!((plan.state, plan.failure), (State::Succeeded, None));
    }

    #[tokio::test]
    async fn a_plan_that_was_to_be_cancelled_when_the_service_died_keeps_its_best() {
        let directory = tempfile::TempDir::new().unwrap();
        let mut write = running(&directory).await;
        found(&mut write, 10.0, 4.0).await;
        cancel(&mut write, "p").await.unwrap();
        requeue(&mut write).await.unwrap();
        let (plan, _) = one(&mut write, "p").await.unwrap();
        assert_eq!((plan.state, plan.cost.unwrap().total), (State::Cancelled, Some(10.0)));
        assert_eq!(document(&mut write, "p").await.unwrap().unwrap().0, "[10, 4]");
    }

    #[tokio::test]
    async fn the_progress_of_a_plan_that_has_ended_is_that_of_the_whole() {
        let directory = tempfile::TempDir::new().unwrap();
        let mut write = running(&directory).await;
        found(&mut write, 10.0, 4.0).await;
        assert_eq!(one(&mut write, "p").await.unwrap().0.progress.unwrap().phase, "timetable");
        finish(&mut write, "p", &End::Planned).await.unwrap();
        let done = PlanProgress { phase: "done".to_owned(), elapsed_seconds: 1.5, cost: Some(10.0), bound: Some(4.0) };
        assert_eq!(one(&mut write, "p").await.unwrap().0.progress, Some(done));
    }
}
