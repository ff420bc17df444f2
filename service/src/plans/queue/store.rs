//! The SQL of the queue. Everything that a runner writes it writes under its lease (the column `fence`): where the plan has
//! another one by now, nothing is written, and the answer is `false`.

use sqlx::sqlite::SqliteQueryResult;
use sqlx::{AssertSqlSafe, Row as _, SqliteConnection};

use super::{End, Lease, Loss, Made, Noted, Standing, Taken};
use crate::plans::events;
use crate::plans::steering::Steered;
use crate::plans::store::{json, parsed};
use crate::plans::summary::Summary;
use crate::plans::wire::{PlanProgress, State};
use crate::store::{Error, Write, now};

/// The code of a failure: the search ended without a plan, and nothing is proved.
pub const NO_PLAN_FOUND: &str = "no_plan_found";

/// The plan that a process takes next: the one that has waited longest. Where that one, or one that the process makes now,
/// was lost with a process before, it is made alone, and waits until it can be.
const NEXT: &str = "
    select first.position from (select position, lost from plan where state = 'queued' order by position limit 1) as first
     where not exists (select 1 from plan as made where made.state = 'running' and made.runner = ?1
                          and (made.lost is not null or first.lost is not null))";

/// Whether a plan waits that this process can take.
pub async fn is_waiting(connection: &mut SqliteConnection, runner: &str) -> Result<bool, Error> {
    let sql = AssertSqlSafe(format!("select exists ({NEXT})"));
    Ok(sqlx::query_scalar(sql).bind(runner).fetch_one(connection).await?)
}

/// Takes the next plan. Time that searches before it have used counts if they have left a plan.
pub async fn take(write: &mut Write, runner: &str) -> Result<Option<Taken>, Error> {
    let revision = write.revision().await?;
    let sql = format!(
        "update plan
            set state = 'running', runner = ?1, fence = random(), revision = ?2, beat = beat + 1, attempts = attempts + 1,
                seconds_used = case when document is null then 0 else seconds_used end,
                started_at = coalesce(started_at, ?3)
          where position = ({NEXT})
         returning id, fence, effort, problem, problem_sha256, document, seconds_used, seconds_allowed, attempts, steering,
                   base"
    );
    let row =
        sqlx::query(AssertSqlSafe(sql)).bind(runner).bind(revision).bind(now()).fetch_optional(&mut **write).await?;
    let Some(row) = row else { return Ok(None) };
    let lease = Lease { plan: row.try_get("id")?, token: row.try_get("fence")? };
    events::store::record(write, &lease.plan).await?;
    Ok(Some(Taken {
        lease,
        effort: parsed(&row, "effort")?.unwrap_or_default(),
        problem: row.try_get("problem")?,
        problem_sha256: row.try_get("problem_sha256")?,
        steered: match parsed(&row, "steering")? {
            Some(asked) => Some(Steered { asked, base: row.try_get("base")? }),
            None => None,
        },
        best: row.try_get("document")?,
        seconds_used: row.try_get("seconds_used")?,
        seconds_allowed: row.try_get("seconds_allowed")?,
        attempt: row.try_get("attempts")?,
    }))
}

/// Whether a plan is still its runner's, and wanted.
pub async fn standing(connection: &mut SqliteConnection, lease: &Lease) -> Result<Standing, Error> {
    let sql = "select cancel_requested from plan where id = ? and fence = ? and state = 'running'";
    let cancelled: Option<bool> =
        sqlx::query_scalar(sql).bind(&lease.plan).bind(lease.token).fetch_optional(connection).await?;
    Ok(match cancelled {
        None => Standing::Lost,
        Some(true) => Standing::Cancelled,
        Some(false) => Standing::Wanted,
    })
}

/// A new plan takes the place of the stored one where it costs less, the price of changes included, or where it costs the same and more is proved of it:
/// a search that begins again after a restart meets worse plans first. So does one that loses fewer places and hostings
/// of a base plan, and one that costs about the same and disturbs fewer.
const BETTER: &str = "?6 is not null and (summary is null
    or (json_extract(?6, '$.cost.total') + coalesce(json_extract(?6, '$.changes.price'), 0),
        -json_extract(?6, '$.bound.total'))
    <= (json_extract(summary, '$.cost.total') + coalesce(json_extract(summary, '$.changes.price'), 0),
        -json_extract(summary, '$.bound.total'))
    or json_extract(?6, '$.changes.places') + json_extract(?6, '$.changes.hostings')
     < json_extract(summary, '$.changes.places') + json_extract(summary, '$.changes.hostings')
    or (json_extract(?6, '$.changes.affected.municipalities'), json_extract(?6, '$.changes.affected.persons'),
        json_extract(?6, '$.changes.total'))
     < (json_extract(summary, '$.changes.affected.municipalities'), json_extract(summary, '$.changes.affected.persons'),
        json_extract(summary, '$.changes.total'))
        and json_extract(?6, '$.cost.total') <= 1.0005 * json_extract(summary, '$.cost.total'))";

/// Notes how far a search is, with the plan that it has now, unless a better one is stored.
pub async fn note(write: &mut Write, lease: &Lease, noted: &Noted<'_>) -> Result<bool, Error> {
    let done = written(write, lease, noted, "state = state").await?;
    if done && noted.is_news {
        events::store::record(write, &lease.plan).await?;
    }
    Ok(done)
}

const RELEASED: &str = "runner = null,
    state = case when cancel_requested = 1 then 'cancelled' else 'queued' end,
    finished_at = case when cancel_requested = 1 then strftime('%Y-%m-%dT%H:%M:%fZ', 'now') end";

/// Gives a plan back to the queue, where it goes before those that were asked for later.
pub async fn release(write: &mut Write, lease: &Lease, noted: &Noted<'_>) -> Result<bool, Error> {
    let done = written(write, lease, noted, RELEASED).await?;
    if done {
        events::store::record(write, &lease.plan).await?;
    }
    Ok(done)
}

/// Ends a plan. One that was asked to stop is cancelled, unless it is proved impossible. A search that found nothing
/// succeeds nonetheless where one before it, cut short by a restart, has left a plan.
pub async fn finish(write: &mut Write, lease: &Lease, noted: &Noted<'_>, end: &End) -> Result<bool, Error> {
    if !written(write, lease, noted, "runner = null").await? {
        return Ok(false);
    }
    let has_plan = "select document is not null from plan where id = ?";
    let has_plan: bool = sqlx::query_scalar(has_plan).bind(&lease.plan).fetch_one(&mut **write).await?;
    let (state, clash, failure) = match end {
        End::Failed(failure) if failure.code == NO_PLAN_FOUND && has_plan => (State::Succeeded, None, None),
        End::Planned => (State::Succeeded, None, None),
        End::Infeasible(clash) => (State::Infeasible, Some(json(clash)?), None),
        End::Failed(failure) => (State::Failed, None, Some(failure)),
    };
    sqlx::query(
        "update plan
            set state = case when cancel_requested = 1 and ?3 <> 'infeasible' then 'cancelled' else ?3 end,
                finished_at = ?4, clash = ?5,
                failure = case when cancel_requested = 1 then null else ?6 end,
                failure_detail = case when cancel_requested = 1 then null else ?7 end
          where id = ?1 and fence = ?2 and state = 'running'",
    )
    .bind(&lease.plan)
    .bind(lease.token)
    .bind(state.name())
    .bind(now())
    .bind(clash)
    .bind(failure.map(|failure| &failure.code))
    .bind(failure.map(|failure| &failure.detail))
    .execute(&mut **write)
    .await?;
    events::store::record(write, &lease.plan).await?;
    Ok(true)
}

/// Characters that progress takes at least.
const STEADY: usize = 256;

/// Progress as it is kept: always as long. SQLite overwrites a row that has not grown only where it has changed, and does
/// not write its large texts again.
fn steady(progress: &PlanProgress) -> Result<String, Error> {
    Ok(format!("{:STEADY$}", json(progress)?))
}

/// Writes what was noted, and sets what else is to be set.
async fn written(write: &mut Write, lease: &Lease, noted: &Noted<'_>, set: &str) -> Result<bool, Error> {
    let revision = write.revision().await?;
    let sql = format!(
        "update plan
            set revision = ?3, progress = coalesce(?4, progress), seconds_used = ?5,
                summary = case when {BETTER} then ?6 else summary end,
                document = case when {BETTER} then ?7 else document end,
                curve = coalesce(?8, curve), shortlist = coalesce(?9, shortlist),
                {set}
          where id = ?1 and fence = ?2 and state = 'running'"
    );
    let best = noted.best;
    let done = sqlx::query(AssertSqlSafe(sql))
        .bind(&lease.plan)
        .bind(lease.token)
        .bind(revision)
        .bind(noted.progress.map(steady).transpose()?)
        .bind(noted.seconds_used)
        .bind(best.map(|(summary, _): &(Summary, String)| json(summary)).transpose()?)
        .bind(best.map(|(_, document)| document))
        .bind(noted.answer.curve.as_ref().map(json).transpose()?)
        .bind(noted.answer.shortlist.as_ref().map(json).transpose()?)
        .execute(&mut **write)
        .await?;
    is_held(write, lease, done).await
}

/// Shows that a plan is being made, if it still is under this lease.
pub async fn beat(write: &mut Write, lease: &Lease) -> Result<bool, Error> {
    let sql = "update plan set beat = beat + 1 where id = ? and fence = ? and state = 'running'";
    let done = sqlx::query(sql).bind(&lease.plan).bind(lease.token).execute(&mut **write).await?;
    is_held(write, lease, done).await
}

/// Whether what was to be written under this lease was. Where not, a loss that was counted under it is forgotten: whoever
/// held it was held up, and is still there.
async fn is_held(write: &mut Write, lease: &Lease, done: SqliteQueryResult) -> Result<bool, Error> {
    if done.rows_affected() > 0 {
        return Ok(true);
    }
    let sql = "update plan set crashes = crashes - blamed, blamed = 0, lost = null where id = ? and lost = ?";
    sqlx::query(sql).bind(&lease.plan).bind(lease.token).execute(&mut **write).await?;
    Ok(false)
}

/// All plans that are being made, or were when their process was lost.
pub async fn list_running(connection: &mut SqliteConnection) -> Result<Vec<Made>, Error> {
    let sql = "select runner, id, fence, beat from plan where state = 'running' order by runner, id";
    let rows = sqlx::query(sql).fetch_all(connection).await?;
    let made = |row: &crate::store::Row| {
        let lease = Lease { plan: row.try_get("id")?, token: row.try_get("fence")? };
        Ok(Made { runner: row.try_get("runner")?, lease, beat: row.try_get("beat")? })
    };
    rows.iter().map(made).collect()
}

/// Puts a plan whose search is gone back into the queue: it is made again from the best so far. After so many crashes it
/// fails; one that was to be cancelled is. Nothing happens where its search has shown itself since.
pub async fn recover(write: &mut Write, made: &Made, loss: Loss) -> Result<bool, Error> {
    let revision = write.revision().await?;
    let (is_process, blamed, allowed) = match loss {
        Loss::OfSearch => (false, 0, None),
        Loss::Among => (true, 0, None),
        Loss::Alone(crashes) => (true, 1, Some(crashes)),
    };
    let done = sqlx::query(
        "update plan
            set revision = ?1, runner = null, crashes = crashes + ?7,
                lost = case when ?6 then fence else lost end, blamed = case when ?6 then ?7 else blamed end,
                state = case when cancel_requested = 1 then 'cancelled'
                             when crashes + 1 >= ?2 then 'failed' else 'queued' end,
                finished_at = case when cancel_requested = 1 or crashes + 1 >= ?2 then ?3 end,
                failure = case when cancel_requested = 0 and crashes + 1 >= ?2 then 'crashed' end,
                failure_detail = case when cancel_requested = 0 and crashes + 1 >= ?2 then
                    'The service ended in the middle of this search ' || (crashes + 1) || ' times, and may do so again; '
                    || 'the best plan so far is kept. The log of the service tells more.' end
          where id = ?4 and fence = ?5 and beat = ?8 and state = 'running'",
    )
    .bind(revision)
    .bind(allowed)
    .bind(now())
    .bind(&made.lease.plan)
    .bind(made.lease.token)
    .bind(is_process)
    .bind(blamed)
    .bind(made.beat)
    .execute(&mut **write)
    .await?;
    let recovered = done.rows_affected() > 0;
    if recovered {
        events::store::record(write, &made.lease.plan).await?;
    }
    Ok(recovered)
}

/// Also what other tests of the queue begin with.
#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::plans::choices::Answer;
    use crate::plans::document::{PlanBound, PlanCost};
    use crate::plans::store::{Asked, cancel, document, insert, one};
    use crate::plans::wire::{Effort, PlanFailure, PlanGap, PlanProgress};
    use crate::store::Store;

    fn better(cost: f64, bound: f64) -> (Summary, String) {
        let summary = Summary {
            complete: true,
            cost: PlanCost { total: Some(cost), ..PlanCost::default() },
            bound: PlanBound { total: Some(bound), ..PlanBound::default() },
            gap: PlanGap { assignment: 0.0, timetable: 0.0, total: 0.0 },
            left_out: Vec::new(),
            changes: None,
        };
        (summary, format!("[{cost}, {bound}]"))
    }

    fn progress() -> PlanProgress {
        PlanProgress { phase: "timetable".to_owned(), elapsed_seconds: 1.5, cost: Some(1.0), bound: Some(0.5) }
    }

    /// What is asked for in all of them.
    pub fn sample_request() -> Asked {
        Asked {
            programme: None,
            effort: Effort::default(),
            problem: "{}".to_owned(),
            problem_sha256: String::new(),
            seconds_allowed: 60.0,
            steered: None,
        }
    }

    /// A database with a plan `p` that waits.
    pub async fn store(directory: &tempfile::TempDir) -> Store {
        let store = Store::open(&directory.path().join("test.db")).await.unwrap();
        let mut write = store.write().await.unwrap();
        insert(&mut write, "p", &sample_request()).await.unwrap();
        write.commit().await.unwrap();
        store
    }

    async fn took(write: &mut Write, runner: &str) -> Taken {
        take(write, runner).await.unwrap().expect("a plan that waits")
    }

    /// Notes a plan that was found; the document that is stored then, or none where the lease is an old one.
    async fn found(write: &mut Write, lease: &Lease, cost: f64, bound: f64) -> Option<String> {
        let (progress, best) = (progress(), better(cost, bound));
        let noted = Noted {
            progress: Some(&progress),
            seconds_used: 7.0,
            best: Some(&best),
            is_news: true,
            answer: &NO_ANSWER,
        };
        let done = note(write, lease, &noted).await.unwrap();
        let stored = document(write, "p").await.unwrap().map(|(text, _)| text);
        if done { stored } else { None }
    }

    /// The state of the plan `p`.
    pub async fn state(write: &mut Write) -> State {
        one(write, "p").await.unwrap().0.state
    }

    const NO_ANSWER: Answer = Answer { curve: None, shortlist: None };
    const NOTHING: Noted<'static> =
        Noted { progress: None, seconds_used: 8.0, best: None, is_news: false, answer: &NO_ANSWER };

    #[tokio::test]
    async fn a_plan_that_begins_again_goes_on_from_its_best_and_never_ends_worse() {
        let directory = tempfile::TempDir::new().unwrap();
        let mut write = store(&directory).await.write().await.unwrap();
        let first = took(&mut write, "one").await;
        assert_eq!((first.best, first.attempt, first.seconds_used), (None, 1, 0.0));
        assert_eq!(found(&mut write, &first.lease, 10.0, 4.0).await.as_deref(), Some("[10, 4]"));
        assert!(release(&mut write, &first.lease, &NOTHING).await.unwrap());
        let (plan, _) = one(&mut write, "p").await.unwrap();
        assert_eq!((plan.state, plan.cost.unwrap().total, plan.progress), (State::Queued, Some(10.0), None));
        let second = took(&mut write, "two").await;
        assert_eq!((second.best.as_deref(), second.attempt, second.seconds_used), (Some("[10, 4]"), 2, 8.0));
        for (cost, bound, stored, why) in [
            (12.0, 9.0, "[10, 4]", "dearer"),
            (10.0, 3.0, "[10, 4]", "as dear, and less is proved"),
            (10.0, 5.0, "[10, 5]", "as dear, and more is proved"),
            (9.0, 0.0, "[9, 0]", "cheaper"),
        ] {
            assert_eq!(found(&mut write, &second.lease, cost, bound).await.as_deref(), Some(stored), "{why}");
        }
        let nothing = PlanFailure { code: NO_PLAN_FOUND.to_owned(), detail: String::new() };
        assert!(finish(&mut write, &second.lease, &NOTHING, &End::Failed(nothing)).await.unwrap());
        let (plan, _) = one(&mut write, "p").await.unwrap();
        assert_eq!((plan.state, plan.failure), (State::Succeeded, None));
    }

    /// Takes the plan, in a transaction of its own: fences differ from one to the next.
    pub async fn took_alone(store: &Store, runner: &str) -> Lease {
        let mut write = store.write().await.unwrap();
        let taken = took(&mut write, runner).await;
        write.commit().await.unwrap();
        taken.lease
    }

    #[tokio::test]
    async fn a_runner_that_has_lost_its_lease_writes_nothing() {
        let directory = tempfile::TempDir::new().unwrap();
        let store = store(&directory).await;
        let stale = took_alone(&store, "one").await;
        let mut write = store.write().await.unwrap();
        let seen = list_running(&mut write).await.unwrap();
        assert!(recover(&mut write, &seen[0], Loss::Alone(3)).await.unwrap());
        write.commit().await.unwrap();
        for is_taken in [false, true] {
            if is_taken {
                took_alone(&store, "two").await;
            }
            let mut write = store.write().await.unwrap();
            assert_eq!(found(&mut write, &stale, 1.0, 1.0).await, None);
            assert!(!release(&mut write, &stale, &NOTHING).await.unwrap());
            assert!(!finish(&mut write, &stale, &NOTHING, &End::Planned).await.unwrap());
            assert_eq!(standing(&mut write, &stale).await.unwrap(), Standing::Lost);
            assert_eq!(state(&mut write).await, if is_taken { State::Running } else { State::Queued });
            assert_eq!(document(&mut write, "p").await.unwrap(), None);
        }
    }

    /// How many crashes are counted against a plan, and whether it was lost with a process that has not come back.
    pub async fn crashes(store: &Store, plan: &str) -> (i64, bool) {
        let sql = "select crashes, lost is not null from plan where id = ?";
        sqlx::query_as(sql).bind(plan).fetch_one(&mut *store.read().await.unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn a_plan_fails_at_the_third_crash_and_keeps_its_best() {
        let directory = tempfile::TempDir::new().unwrap();
        let mut write = store(&directory).await.write().await.unwrap();
        for crash in 1..=3 {
            let lease = took(&mut write, "one").await.lease;
            found(&mut write, &lease, 10.0, 4.0).await;
            let now = list_running(&mut write).await.unwrap().remove(0);
            let before = Made { beat: now.beat - 1, ..now.clone() };
            assert!(!recover(&mut write, &before, Loss::Alone(3)).await.unwrap(), "it has shown itself since");
            assert!(recover(&mut write, &now, Loss::Alone(3)).await.unwrap());
            let expected = if crash == 3 { State::Failed } else { State::Queued };
            assert_eq!(state(&mut write).await, expected);
        }
        let (plan, _) = one(&mut write, "p").await.unwrap();
        assert_eq!(plan.failure.unwrap().code, "crashed");
        assert_eq!((plan.cost.unwrap().total, plan.attempts), (Some(10.0), 3));
    }

    #[tokio::test]
    async fn a_note_without_a_better_plan_does_not_write_the_large_texts_again() {
        let directory = tempfile::TempDir::new().unwrap();
        let store = Store::open(&directory.path().join("test.db")).await.unwrap();
        let mut write = store.write().await.unwrap();
        let problem = format!("\"{}\"", "x".repeat(1 << 20));
        insert(&mut write, "p", &Asked { problem, ..sample_request() }).await.unwrap();
        let lease = took(&mut write, "one").await.lease;
        found(&mut write, &lease, 10.0, 4.0).await;
        write.commit().await.unwrap();
        let log = directory.path().join("test.db-wal");
        let mut before = 0;
        for second in 0..23 {
            if second == 3 {
                before = std::fs::metadata(&log).unwrap().len(); // the first counts grow from no byte to one
            }
            let progress = PlanProgress { elapsed_seconds: f64::from(second) * 1.1, cost: None, ..progress() };
            let noted = Noted { progress: Some(&progress), seconds_used: 7.3 + f64::from(second), ..NOTHING };
            let mut write = store.write().await.unwrap();
            assert!(note(&mut write, &lease, &noted).await.unwrap() && beat(&mut write, &lease).await.unwrap());
            write.commit().await.unwrap();
        }
        let written = std::fs::metadata(&log).unwrap().len() - before;
        assert!(written < 1 << 20, "{written} bytes in the log for 20 notes");
    }

    #[tokio::test]
    async fn a_plan_that_was_to_be_cancelled_when_the_service_died_keeps_its_best() {
        let directory = tempfile::TempDir::new().unwrap();
        let mut write = store(&directory).await.write().await.unwrap();
        let lease = took(&mut write, "one").await.lease;
        found(&mut write, &lease, 10.0, 4.0).await;
        cancel(&mut write, "p").await.unwrap();
        assert_eq!(standing(&mut write, &lease).await.unwrap(), Standing::Cancelled);
        let now = list_running(&mut write).await.unwrap().remove(0);
        assert!(recover(&mut write, &now, Loss::Alone(3)).await.unwrap());
        let (plan, _) = one(&mut write, "p").await.unwrap();
        assert_eq!((plan.state, plan.cost.unwrap().total), (State::Cancelled, Some(10.0)));
        assert_eq!(document(&mut write, "p").await.unwrap().unwrap().0, "[10, 4]");
    }

    #[tokio::test]
    async fn the_progress_of_a_plan_that_has_ended_is_that_of_the_whole() {
        let directory = tempfile::TempDir::new().unwrap();
        let mut write = store(&directory).await.write().await.unwrap();
        let lease = took(&mut write, "one").await.lease;
        found(&mut write, &lease, 10.0, 4.0).await;
        assert_eq!(one(&mut write, "p").await.unwrap().0.progress, Some(progress()));
        assert!(finish(&mut write, &lease, &NOTHING, &End::Planned).await.unwrap());
        let done = PlanProgress { phase: "done".to_owned(), elapsed_seconds: 1.5, cost: Some(10.0), bound: Some(4.0) };
        assert_eq!(one(&mut write, "p").await.unwrap().0.progress, Some(done));
    }

    #[tokio::test]
    async fn what_a_plan_is_made_from_never_changes() {
        let directory = tempfile::TempDir::new().unwrap();
        let mut write = store(&directory).await.write().await.unwrap();
        for change in ["problem = '[]'", "problem_sha256 = 'x'", "effort = '[]'"] {
            let sql = AssertSqlSafe(format!("update plan set {change}"));
            assert!(sqlx::query(sql).execute(&mut *write).await.is_err(), "{change}");
        }
    }
}
