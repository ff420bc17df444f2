//! The SQL of plans. A plan's row is written by whoever asks for it and by the runner that makes it; a state that is
//! final is never left again.

use sqlx::{AssertSqlSafe, Row as _, SqliteConnection};

use super::choices::Shortlist;
use super::events;
use super::steering::Steered;
use super::summary::Summary;
use super::wire::{Effort, Origin, Plan, PlanFailure, PlanProgress, PlanPublication, State};
use crate::http::fields::{Id, Instant};
use crate::plans::wire::PublicationState;
use crate::records::programmes::store::Programmes;
use crate::store::{self as table, Args, Error, Row, Rows, Write, now};

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
    /// Seconds of running after which it ends with the best so far.
    pub seconds_allowed: f64,
    /// What steers it.
    pub steered: Option<Steered>,
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

const COLUMNS: &str = "
           id, programme, state, effort, created_at, started_at, finished_at, failure, failure_detail, revision,
           progress, summary, clash, attempts, problem_sha256, origin, broken, steering, curve,
           (select json_array(approver, note, published_at, superseded_at) from publication
             where plan = plan.id order by publication.position desc limit 1) as publication,
           programme is not null and programme_revision is not (
               select programme.revision from programme where programme.id = plan.programme) as outdated";

/// Puts a plan into the queue.
///
/// Errors: `NotFound` where its programme has been deleted since it was read.
pub async fn insert(write: &mut Write, id: &str, asked: &Asked) -> Result<(), Error> {
    let programme = asked.programme.as_ref();
    if let Some((programme, _)) = programme {
        table::one::<Programmes>(write, None, programme).await?;
    }
    let revision = write.revision().await?;
    sqlx::query(
        "insert into plan (id, programme, programme_revision, state, effort, created_at, problem_sha256, revision, problem,
                           seconds_allowed, steering, base)
         values (?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(id)
    .bind(programme.map(|(id, _)| id))
    .bind(programme.map(|(_, revision)| revision))
    .bind(json(&asked.effort)?)
    .bind(now())
    .bind(&asked.problem_sha256)
    .bind(revision)
    .bind(&asked.problem)
    .bind(asked.seconds_allowed)
    .bind(asked.steered.as_ref().map(|steered| json(&steered.asked)).transpose()?)
    .bind(asked.steered.as_ref().and_then(|steered| steered.base.as_ref()))
    .execute(&mut **write)
    .await?;
    events::store::record(write, id).await
}

/// A plan and the number behind its ETag.
pub async fn one(connection: &mut SqliteConnection, id: &str) -> Result<(Plan, i64), Error> {
    let sql = format!(
        "select {COLUMNS},
                case state when 'queued' then (
                    select count(*) from plan earlier where earlier.state = 'queued' and earlier.position <= plan.position)
                end as queue_position
           from plan where id = ?"
    );
    let row = sqlx::query(AssertSqlSafe(sql)).bind(id).fetch_optional(connection).await?;
    read(&row.ok_or_else(|| missing(id))?)
}

/// A page of plans, and whether there are more. It ends early where its plans are long.
pub async fn page(connection: &mut SqliteConnection, which: Which) -> Result<(Vec<Plan>, bool), Error> {
    let limit = which.limit;
    let sql = AssertSqlSafe(list_sql(&which));
    let one_more = Which { limit: limit.saturating_add(1), ..which };
    let mut rows = Rows::of(asked_for(sqlx::query(sql), &one_more), connection, limit);
    let mut plans = Vec::new();
    while let Some(row) = rows.next().await? {
        plans.push(read(&row)?.0);
    }
    Ok((plans, rows.are_left()))
}

/// All plans of a programme, the newest first.
pub async fn of_programme(connection: &mut SqliteConnection, programme: &str) -> Result<Vec<Plan>, Error> {
    let which = Which { programme: Some(programme.to_owned()), limit: usize::MAX, ..Which::default() };
    let sql = AssertSqlSafe(list_sql(&which));
    let rows = asked_for(sqlx::query(sql), &which).fetch_all(connection).await?;
    rows.iter().map(|row| read(row).map(|(plan, _)| plan)).collect()
}

fn asked_for<'q>(query: Args<'q>, which: &Which) -> Args<'q> {
    query
        .bind(which.programme.clone())
        .bind(which.state.map(State::name))
        .bind(which.after.clone())
        .bind(i64::try_from(which.limit).unwrap_or(i64::MAX))
}

/// What asks for a list: only for what it wants, so that an index leads there, and for all places in the queue at once.
fn list_sql(which: &Which) -> String {
    let (way, beyond) = if which.ascending { ("asc", "id > ?3") } else { ("desc", "id < ?3") };
    let wanted = [
        which.programme.as_ref().map(|_| "programme = ?1"),
        which.state.map(|_| "state = ?2"),
        which.after.as_ref().map(|_| beyond),
    ];
    let wanted = wanted.into_iter().flatten().fold(String::from("true"), |all, one| format!("{all} and {one}"));
    format!(
        "with waiting as (
             select position as waits, row_number() over (order by position) as queue_position from plan where state = 'queued')
         select {COLUMNS}, queue_position
           from plan left join waiting on waits = plan.position
          where {wanted} order by id {way} limit ?4"
    )
}

/// The problem and the plan document of a plan; none before the first plan.
pub async fn documents(connection: &mut SqliteConnection, id: &str) -> Result<(String, Option<String>), Error> {
    let row =
        sqlx::query("select problem, document from plan where id = ?").bind(id).fetch_optional(connection).await?;
    let row = row.ok_or_else(|| missing(id))?;
    Ok((row.try_get("problem")?, row.try_get("document")?))
}

/// What a plan is steered by, where anything does.
pub async fn steered(connection: &mut SqliteConnection, id: &str) -> Result<Option<Steered>, Error> {
    let row = sqlx::query("select steering, base from plan where id = ?").bind(id).fetch_optional(connection).await?;
    let row = row.ok_or_else(|| missing(id))?;
    let asked = parsed(&row, "steering")?;
    let base = row.try_get("base")?;
    Ok(asked.map(|asked| Steered { asked, base }))
}

/// The plan document of a plan and the number behind its ETag; none before the first plan.
pub async fn document(connection: &mut SqliteConnection, id: &str) -> Result<Option<(String, i64)>, Error> {
    let sql = "select document, revision from plan where id = ?";
    let row = sqlx::query(sql).bind(id).fetch_optional(connection).await?.ok_or_else(|| missing(id))?;
    let document: Option<String> = row.try_get("document")?;
    let revision = row.try_get("revision")?;
    Ok(document.map(|document| (document, revision)))
}

/// The shortlist of a plan; none where it was not asked for, or is not there yet.
pub async fn shortlist(connection: &mut SqliteConnection, id: &str) -> Result<Option<Shortlist>, Error> {
    let sql = "select shortlist from plan where id = ?";
    let row = sqlx::query(sql).bind(id).fetch_optional(connection).await?.ok_or_else(|| missing(id))?;
    parsed(&row, "shortlist")
}

/// How many plans wait or run.
pub async fn unfinished(connection: &mut SqliteConnection) -> Result<i64, Error> {
    let sql = "select count(*) from plan where state in ('queued', 'running')";
    Ok(sqlx::query_scalar(sql).fetch_one(connection).await?)
}

/// In how many seconds a place in a full queue is free at the latest, as far as that is known.
pub async fn seconds_to_wait(connection: &mut SqliteConnection) -> Result<Option<f64>, Error> {
    let sql = "select min(seconds_allowed - seconds_used) from plan where state = 'running'";
    Ok(sqlx::query_scalar(sql).fetch_one(connection).await?)
}

/// Asks for a plan to stop: one that waits is cancelled at once, one that runs by its runner, one that has ended stays
/// as it is. Whether that was news.
pub async fn cancel(write: &mut Write, id: &str) -> Result<bool, Error> {
    let open =
        "select exists(select 1 from plan where id = ? and state in ('queued', 'running') and cancel_requested = 0)";
    if !sqlx::query_scalar::<_, bool>(open).bind(id).fetch_one(&mut **write).await? {
        return Ok(false);
    }
    let revision = write.revision().await?;
    sqlx::query(
        "update plan
            set cancel_requested = 1, revision = ?2,
                finished_at = case state when 'queued' then ?3 end,
                state = case state when 'queued' then 'cancelled' else state end
          where id = ?1",
    )
    .bind(id)
    .bind(revision)
    .bind(now())
    .execute(&mut **write)
    .await?;
    events::store::record(write, id).await?;
    Ok(true)
}

/// Deletes a plan that has ended.
pub async fn delete(write: &mut Write, id: &str) -> Result<(), Error> {
    sqlx::query("delete from plan where id = ?").bind(id).execute(&mut **write).await?;
    Ok(())
}

fn missing(id: &str) -> Error {
    Error::NotFound { what: "plan", id: id.to_owned() }
}

/// A row of plans that cannot be.
pub fn corrupt(why: impl ToString) -> Error {
    Error::Corrupt { table: "plan", why: why.to_string() }
}

/// A value as it is kept: JSON.
pub fn json(value: &impl serde::Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(corrupt)
}

pub(super) fn parsed<T: serde::de::DeserializeOwned>(row: &Row, column: &str) -> Result<Option<T>, Error> {
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

/// Whether a plan is in force.
fn publication(row: &Row) -> Result<PlanPublication, Error> {
    type Kept = (String, Option<String>, String, Option<String>);
    let Some((approver, note, published_at, superseded_at)) = parsed::<Kept>(row, "publication")? else {
        return Ok(PlanPublication::default());
    };
    let state = if superseded_at.is_some() { PublicationState::Superseded } else { PublicationState::Published };
    Ok(PlanPublication {
        state,
        approver: Some(approver),
        note,
        published_at: Some(Instant(published_at)),
        superseded_at: superseded_at.map(Instant),
    })
}

/// Places in the queue that ETags tell apart.
const PLACES: u32 = 1 << 16;

/// The ETag of a plan follows its row, and what other rows say of it: whether it is outdated, its place in the queue.
fn read(row: &Row) -> Result<(Plan, i64), Error> {
    let state: String = row.try_get("state")?;
    let outdated: bool = row.try_get("outdated")?;
    let state = State::of(&state).ok_or_else(|| corrupt(format!("state {state}")))?;
    let summary: Option<Summary> = parsed(row, "summary")?;
    let progress: Option<PlanProgress> = parsed(row, "progress")?;
    let progress = progress.filter(|_| state != State::Queued); // of a search that was cut off
    let progress = progress.map(|last| if state.is_final() { done(last, summary.as_ref()) } else { last });
    let (complete, cost, bound, gap, left_out, changes) = match summary {
        Some(s) => (Some(s.complete), Some(s.cost), Some(s.bound), Some(s.gap), Some(s.left_out), s.changes),
        None => (None, None, None, None, None, None),
    };
    let queue_position: Option<u32> = row.try_get("queue_position")?;
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
        origin: if row.try_get::<String, _>("origin")? == "import" { Origin::Import } else { Origin::Search },
        broken: parsed(row, "broken")?,
        publication: publication(row)?,
        clash: parsed(row, "clash")?,
        failure: failure.map(|code| PlanFailure { code, detail: failure_detail.unwrap_or_default() }),
        progress,
        queue_position,
        attempts: row.try_get("attempts")?,
        outdated,
        effort: parsed(row, "effort")?.unwrap_or_default(),
        steering: parsed(row, "steering")?,
        changes,
        curve: parsed(row, "curve")?,
        problem_sha256: row.try_get("problem_sha256")?,
        created_at: Instant(row.try_get("created_at")?),
        started_at: row.try_get::<Option<String>, _>("started_at")?.map(Instant),
        finished_at: row.try_get::<Option<String>, _>("finished_at")?.map(Instant),
    };
    let revision: i64 = row.try_get("revision")?;
    let place = queue_position.map_or(0, |place| i64::from(place.min(PLACES - 1)));
    Ok((plan, (revision * 2 + i64::from(outdated)) * i64::from(PLACES) + place))
}

/// How many plans are queued, and how many are running.
pub async fn by_state(connection: &mut SqliteConnection) -> Result<Vec<(String, i64)>, Error> {
    let count = "select wanted.state, (select count(*) from plan where plan.state = wanted.state) as plans
                   from (select 'queued' as state union all select 'running') as wanted";
    let rows = sqlx::query(count).fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.try_get("state")?, row.try_get("plans")?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[tokio::test]
    async fn a_plan_of_a_programme_that_is_gone_by_now_is_asked_of_nothing() {
        let directory = tempfile::TempDir::new().unwrap();
        let store = Store::open(&directory.path().join("test.db")).await.unwrap();
        let asked = Asked {
            programme: Some(("gone".to_owned(), 1)),
            effort: Effort::default(),
            problem: "{}".to_owned(),
            problem_sha256: String::new(),
            seconds_allowed: 60.0,
            steered: None,
        };
        let refused = insert(&mut store.write().await.unwrap(), "p", &asked).await;
        assert!(matches!(refused, Err(Error::NotFound { .. })), "{refused:?}");
    }

    #[tokio::test]
    async fn an_index_leads_to_every_list() {
        let directory = tempfile::TempDir::new().unwrap();
        let store = Store::open(&directory.path().join("test.db")).await.unwrap();
        let mut read = store.read().await.unwrap();
        let (programme, state) = (Some("p".to_owned()), Some(State::Queued));
        for (which, index) in [
            (Which::default(), "sqlite_autoindex_plan_1"),
            (Which { programme: programme.clone(), ..Which::default() }, "plan_programme (programme=?)"),
            (Which { state, ..Which::default() }, "plan_state (state=?)"),
            (Which { programme, state, ..Which::default() }, "plan_programme_state (programme=? AND state=?)"),
        ] {
            for after in [None, Some("a".to_owned())] {
                let asked = Which { after, ..which.clone() };
                let sql = AssertSqlSafe(format!("explain query plan {}", list_sql(&asked)));
                let rows = sqlx::query(sql)
                    .bind(&asked.programme)
                    .bind(asked.state.map(State::name))
                    .bind(&asked.after)
                    .bind(50_i64)
                    .fetch_all(&mut *read)
                    .await
                    .unwrap();
                let steps: Vec<String> = rows.iter().map(|row| row.try_get("detail").unwrap()).collect();
                let index = index.trim_end_matches(')');
                assert!(steps.iter().any(|step| step.contains(index)), "{index}: {steps:?}");
                assert!(!steps.iter().any(|step| step.contains("FOR ORDER BY")), "{steps:?}");
            }
        }
    }
}
