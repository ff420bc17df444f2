//! The SQL of keys. No key is ever deleted: the audit trail names them.

use sqlx::{Row as _, SqliteConnection};

use super::{Key, Role, secret::Hash};
use crate::store::{Error, Row, Write};

const WHAT: &str = "key";

/// Keeps a new key.
pub async fn insert(write: &mut Write, key: &Key) -> Result<(), Error> {
    sqlx::query("insert into api_key (id, name, role, hash, created_at, expires_at) values (?1, ?2, ?3, ?4, ?5, ?6)")
        .bind(&key.id)
        .bind(&key.name)
        .bind(key.role.name())
        .bind(key.hash.bytes())
        .bind(&key.created_at)
        .bind(&key.expires_at)
        .execute(&mut **write)
        .await?;
    Ok(())
}

/// All keys, the oldest first; those that are revoked or expired too.
pub async fn all(connection: &mut SqliteConnection) -> Result<Vec<Key>, Error> {
    let select = "select id, name, role, hash, created_at, expires_at, revoked_at from api_key order by position";
    sqlx::query(select).fetch_all(connection).await?.iter().map(read).collect()
}

/// Takes a key away for good; one that is revoked already stays as it is.
///
/// Errors: `NotFound`.
pub async fn revoke(write: &mut Write, id: &str, now: &str) -> Result<(), Error> {
    let update = "update api_key set revoked_at = coalesce(revoked_at, ?2) where id = ?1";
    one(sqlx::query(update).bind(id).bind(now).execute(&mut **write).await?.rows_affected(), id)
}

/// Sets when a key ends, or that it does not.
///
/// Errors: `NotFound`.
pub async fn expire(write: &mut Write, id: &str, at: Option<&str>) -> Result<(), Error> {
    let update = "update api_key set expires_at = ?2 where id = ?1";
    one(sqlx::query(update).bind(id).bind(at).execute(&mut **write).await?.rows_affected(), id)
}

fn one(changed: u64, id: &str) -> Result<(), Error> {
    if changed == 1 { Ok(()) } else { Err(Error::NotFound { what: WHAT, id: id.to_owned() }) }
}

fn read(row: &Row) -> Result<Key, Error> {
    let corrupt = |why: &str| Error::Corrupt { table: "api_key", why: why.to_owned() };
    let (role, hash): (String, Vec<u8>) = (row.try_get("role")?, row.try_get("hash")?);
    Ok(Key {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        role: Role::named(&role).ok_or_else(|| corrupt("a role that is none"))?,
        hash: Hash::stored(&hash).ok_or_else(|| corrupt("a hash that is none"))?,
        created_at: row.try_get("created_at")?,
        expires_at: row.try_get("expires_at")?,
        revoked_at: row.try_get("revoked_at")?,
    })
}
