//! Answers that are kept under a key, so that a request that is sent again is not carried out again.

use sha2::{Digest as _, Sha256};
use sqlx::{Row as _, SqliteConnection};

use super::{Error, Write};
use crate::digest::hex;

/// Whose key it is, and the key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Slot {
    /// Who asks; callers do not meet each other's keys.
    pub caller: String,
    /// The key, chosen by the caller.
    pub key: String,
}

impl Slot {
    /// The key as it is kept: its SHA-256, in hex.
    fn hash(&self) -> String {
        let hash = Sha256::new_with_prefix("netvisit key").chain_update(&self.key).finalize();
        hex(&hash)
    }
}

/// An answer that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// SHA-256 of the request, in hex.
    pub request_sha256: String,
    /// HTTP status.
    pub status: u16,
    /// Names and values of its headers.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
    /// What its body is sealed with, beside the request; none: it is not, as those of earlier versions.
    pub salt: Option<Vec<u8>>,
    /// Whether nothing was changed and the body is not kept: the answer is worked out again.
    pub is_question: bool,
}

/// What is kept under a key.
pub async fn find(connection: &mut SqliteConnection, slot: &Slot) -> Result<Option<Kept>, Error> {
    let sql = "select request_sha256, status, headers, body, salt, is_question from kept_answer
                where caller = ?1 and (key = ?2 and salt is not null or key = ?3 and salt is null)";
    let query = sqlx::query(sql).bind(&slot.caller).bind(slot.hash()).bind(&slot.key);
    let row = query.fetch_optional(connection).await?;
    row.map(|row| {
        let headers: String = row.try_get("headers")?;
        Ok(Kept {
            request_sha256: row.try_get("request_sha256")?,
            status: row.try_get("status")?,
            headers: serde_json::from_str(&headers).map_err(corrupt)?,
            body: row.try_get("body")?,
            salt: row.try_get("salt")?,
            is_question: row.try_get("is_question")?,
        })
    })
    .transpose()
}

/// Keeps an answer. Says whether it did: another process may have been quicker with the same key.
pub async fn keep(write: &mut Write, slot: &Slot, kept: &Kept) -> Result<bool, Error> {
    let done = sqlx::query(
        "insert into kept_answer (caller, key, request_sha256, status, headers, body, salt, is_question, age)
         select ?, ?, ?, ?, ?, ?, ?, ?, age.last from age where true
         on conflict (caller, key) do nothing",
    )
    .bind(&slot.caller)
    .bind(if kept.salt.is_some() { slot.hash() } else { slot.key.clone() })
    .bind(&kept.request_sha256)
    .bind(kept.status)
    .bind(serde_json::to_string(&kept.headers).map_err(corrupt)?)
    .bind(&kept.body)
    .bind(&kept.salt)
    .bind(kept.is_question)
    .execute(&mut **write)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The age that the database is in.
pub async fn age(connection: &mut SqliteConnection) -> Result<i64, Error> {
    Ok(sqlx::query_scalar("select last from age").fetch_one(connection).await?)
}

/// Begins the age after `age`, unless another process has, and forgets answers of `kept` ages ago.
pub async fn grow_older(write: &mut Write, age: i64, kept: i64) -> Result<(), Error> {
    sqlx::query("update age set last = last + 1 where last = ?").bind(age).execute(&mut **write).await?;
    let forget = "delete from kept_answer where age < (select last from age) - ?";
    sqlx::query(forget).bind(kept).execute(&mut **write).await?;
    Ok(())
}

fn corrupt(why: serde_json::Error) -> Error {
    Error::Corrupt { table: "kept_answer", why: why.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[tokio::test]
    async fn an_answer_is_forgotten_after_so_many_ages_and_a_process_that_comes_late_begins_none() {
        let directory = tempfile::TempDir::new().unwrap();
        let store = Store::open(&directory.path().join("test.db")).await.unwrap();
        let slot = Slot { caller: String::new(), key: "k".to_owned() };
        let kept = Kept {
            request_sha256: "h".to_owned(),
            status: 201,
            headers: Vec::new(),
            body: b"x".to_vec(),
            salt: Some(b"s".to_vec()),
            is_question: false,
        };
        let mut write = store.write().await.unwrap();
        assert!(keep(&mut write, &slot, &kept).await.unwrap());
        assert!(!keep(&mut write, &slot, &kept).await.unwrap(), "the first answer stays");
        for (seen, now) in [(0, 1), (0, 1), (1, 2)] {
            grow_older(&mut write, seen, 2).await.unwrap();
            assert_eq!(age(&mut write).await.unwrap(), now);
            assert_eq!(find(&mut write, &slot).await.unwrap(), Some(kept.clone()));
        }
        grow_older(&mut write, 2, 2).await.unwrap();
        assert_eq!(find(&mut write, &slot).await.unwrap(), None);
    }
}
