//! The SQL of hand-made plans.

use sqlx::{Row as _, SqliteConnection};

use crate::plans::document::BrokenRule;
use crate::plans::store::{corrupt, json};
use crate::plans::summary::Summary;
use crate::records::programmes::store::Programmes;
use crate::store::{Error, Write, now, one};

/// A plan to be kept, finished as it comes.
#[derive(Clone, Debug)]
pub struct Finished<'a> {
    /// Its programme and the programme's revision.
    pub programme: (&'a str, i64),
    /// The problem document.
    pub problem: &'a str,
    /// SHA-256 of the problem document, in hex.
    pub problem_sha256: &'a str,
    /// What its resource shows.
    pub summary: &'a Summary,
    /// The plan document.
    pub document: &'a str,
    /// The rules that it breaks.
    pub broken: &'a [BrokenRule],
}

/// Keeps a plan that was made by hand.
///
/// Errors: `NotFound` where its programme has been deleted since it was read.
pub async fn insert(write: &mut Write, id: &str, plan: &Finished<'_>) -> Result<(), Error> {
    one::<Programmes>(write, None, plan.programme.0).await?;
    let (revision, at) = (write.revision().await?, now());
    let broken = if plan.broken.is_empty() { None } else { Some(json(&plan.broken)?) };
    sqlx::query(
        "insert into plan (id, programme, programme_revision, state, effort, created_at, finished_at, problem_sha256,
             revision, summary, problem, document, origin, broken)
         values (?1, ?2, ?3, 'succeeded', '{}', ?4, ?4, ?5, ?6, ?7, ?8, ?9, 'import', ?10)",
    )
    .bind(id)
    .bind(plan.programme.0)
    .bind(plan.programme.1)
    .bind(at)
    .bind(plan.problem_sha256)
    .bind(revision)
    .bind(json(plan.summary)?)
    .bind(plan.problem)
    .bind(plan.document)
    .bind(broken)
    .execute(&mut **write)
    .await?;
    Ok(())
}

/// The cheapest plan of a programme at this revision that keeps every rule, with what it shows.
pub async fn cheapest(
    connection: &mut SqliteConnection,
    programme: &str,
    revision: i64,
) -> Result<Option<(String, Summary)>, Error> {
    let sql = "
        select id, summary from plan
        where programme = ? and programme_revision = ? and summary is not null and broken is null
        order by json_extract(summary, '$.cost.total'), position limit 1";
    let row = sqlx::query(sql).bind(programme).bind(revision).fetch_optional(connection).await?;
    row.map(|row| {
        let summary: String = row.try_get("summary")?;
        Ok((row.try_get("id")?, serde_json::from_str(&summary).map_err(corrupt)?))
    })
    .transpose()
}
