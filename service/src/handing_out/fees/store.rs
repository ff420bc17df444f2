//! The SQL of fees: who takes part, and the bases that were published.

use std::collections::BTreeMap;

use scheduler::problem::records::ONLY_TRACK;
use sqlx::{Row as _, SqliteConnection};

use super::basis::Participant;
use super::wire::{FeeBasis, FeePublication};
use crate::http::fields::Instant;
use crate::records::municipalities::store::ProgrammeMunicipalities;
use crate::records::tracks::store::Tracks;
use crate::store::{Error, Row, Write, all, now};

/// The municipalities of a programme, by the order of ids, with how many enrolments each has by track.
pub async fn participants(connection: &mut SqliteConnection, programme: &str) -> Result<Vec<Participant>, Error> {
    let towns = all::<ProgrammeMunicipalities>(connection, Some(programme)).await?.into_iter().map(|row| {
        let record = row.record;
        let name = record.name.unwrap_or_else(|| record.id.clone());
        (record.id.clone(), Participant { id: record.id, name, kind: row.kind, ..Participant::default() })
    });
    let mut towns: BTreeMap<String, Participant> = towns.collect();
    // An enrolment that names no track is for the only one.
    let tracks = all::<Tracks>(connection, Some(programme)).await?;
    let only = tracks.first().map_or(ONLY_TRACK, |track| &track.id);
    let sql = "
        select municipality, coalesce(track, ?2) as track, count(*) as enrolments
        from enrolment where programme = ?1 group by 1, 2";
    for row in sqlx::query(sql).bind(programme).bind(only).fetch_all(connection).await? {
        if let Some(town) = towns.get_mut(row.try_get::<&str, _>("municipality")?) {
            town.enrolments.insert(row.try_get("track")?, row.try_get("enrolments")?);
        }
    }
    Ok(towns.into_values().collect())
}

/// Keeps a basis for good: what invoices were made of.
pub async fn publish(
    write: &mut Write,
    programme: &str,
    approver: &str,
    note: Option<&str>,
    basis: &FeeBasis,
) -> Result<(), Error> {
    write.revision().await?;
    sqlx::query("insert into fee_basis (programme, approver, note, published_at, basis) values (?, ?, ?, ?, ?)")
        .bind(programme)
        .bind(approver)
        .bind(note)
        .bind(now())
        .bind(basis.to_text())
        .execute(&mut **write)
        .await?;
    Ok(())
}

/// The bases of a programme that were published, the latest first, at most so many.
pub async fn published(
    connection: &mut SqliteConnection,
    programme: &str,
    limit: u32,
) -> Result<Vec<(FeePublication, FeeBasis)>, Error> {
    let sql = "
        select approver, note, published_at, basis from fee_basis
        where programme = ? order by position desc limit ?";
    let rows = sqlx::query(sql).bind(programme).bind(limit).fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<(FeePublication, FeeBasis), Error> {
    let basis = FeeBasis::from_text(row.try_get("basis")?).map_err(|why| Error::Corrupt { table: "fee_basis", why })?;
    let publication = FeePublication {
        approver: row.try_get("approver")?,
        note: row.try_get("note")?,
        published_at: Instant(row.try_get("published_at")?),
        currency: basis.currency.clone(),
        totals: basis.totals,
    };
    Ok((publication, basis))
}
