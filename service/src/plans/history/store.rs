//! The SQL of where programmes come from.

use sqlx::{Row as _, SqliteConnection};

use crate::store::{Error, Write};

/// A programme that another one was copied from, and the plan in force there.
#[derive(Clone, Debug)]
pub struct Earlier {
    /// Its id.
    pub programme: String,
    /// Its name.
    pub name: String,
    /// What it was copied from itself.
    pub copied_from: Option<String>,
    /// The id, the problem and the plan document of its plan in force.
    pub plan: Option<(String, String, String)>,
}

impl Earlier {
    /// Bytes of the texts of its plan.
    pub fn length(&self) -> usize {
        self.plan.as_ref().map_or(0, |(_, problem, document)| problem.len() + document.len())
    }
}

/// Notes what a programme was copied from.
pub async fn note(write: &mut Write, programme: &str, copied_from: &str) -> Result<(), Error> {
    sqlx::query("update programme set copied_from = ? where id = ?")
        .bind(copied_from)
        .bind(programme)
        .execute(&mut **write)
        .await?;
    Ok(())
}

/// What a programme was copied from, by id.
pub async fn copied_from(connection: &mut SqliteConnection, programme: &str) -> Result<Option<String>, Error> {
    let sql = "select copied_from from programme where id = ?";
    let found: Option<Option<String>> = sqlx::query_scalar(sql).bind(programme).fetch_optional(connection).await?;
    Ok(found.flatten())
}

/// An earlier programme, if it is still there.
pub async fn earlier(connection: &mut SqliteConnection, programme: &str) -> Result<Option<Earlier>, Error> {
    let sql = "
        select programme.id, name, copied_from, plan.id as plan, plan.problem, plan.document
        from programme
        left join publication on publication.programme = programme.id and superseded_at is null
        left join plan on plan.id = publication.plan
        where programme.id = ?";
    let row = sqlx::query(sql).bind(programme).fetch_optional(connection).await?;
    row.map(|row| {
        let plan: Option<String> = row.try_get("plan")?;
        let (problem, document): (Option<String>, Option<String>) = (row.try_get("problem")?, row.try_get("document")?);
        Ok(Earlier {
            programme: row.try_get("id")?,
            name: row.try_get("name")?,
            copied_from: row.try_get("copied_from")?,
            plan: plan.zip(problem).zip(document).map(|((plan, problem), document)| (plan, problem, document)),
        })
    })
    .transpose()
}
