//! The SQL of enrolments.

use std::collections::BTreeMap;

use scheduler::problem::records::EnrolmentRecord;
use sqlx::Row as _;

use crate::store::{Args, Error, Filter, Row, Table, json_list, text_list};

/// The enrolments of a programme.
#[derive(Clone, Copy, Debug)]
pub struct Enrolments;

impl Table for Enrolments {
    type Record = EnrolmentRecord;
    const WHAT: &'static str = "enrolment";
    const SELECT: &'static str = "
        select id, municipality, track, delegates, preferences, fixed, excluded, attributes, revision
        from enrolment where programme = ?1";
    const PUT: &'static str = "
        insert into enrolment
            (programme, id, revision, municipality, track, delegates, preferences, fixed, excluded, attributes)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        on conflict (programme, id) do update set
            revision = excluded.revision, municipality = excluded.municipality, track = excluded.track,
            delegates = excluded.delegates, preferences = excluded.preferences, fixed = excluded.fixed,
            excluded = excluded.excluded, attributes = excluded.attributes";
    const DELETE: &'static str = "delete from enrolment where programme = ?1 and id = ?2";
    const FILTERS: &'static [Filter] = &[
        Filter { name: "track", condition: "track = ?", about: "Only those for this track, where they name it." },
        Filter { name: "municipality", condition: "municipality = ?", about: "Only those of this municipality." },
        Filter { name: "fixed", condition: "fixed = ?", about: "Only those fixed to this network." },
    ];
    const SORTS: &'static [(&'static str, &'static str)] = &[("municipality", "municipality")];

    fn id(record: &EnrolmentRecord) -> &str {
        &record.id
    }

    fn bind<'q>(args: Args<'q>, record: &'q EnrolmentRecord) -> Args<'q> {
        args.bind(&record.municipality)
            .bind(&record.track)
            .bind(record.delegates)
            .bind(json_list(&record.preferences))
            .bind(&record.fixed)
            .bind(json_list(&record.excluded))
            .bind(record.attributes.as_ref().map(|attributes| serde_json::json!(attributes).to_string()))
    }

    fn read(row: &Row) -> Result<EnrolmentRecord, Error> {
        Ok(EnrolmentRecord {
            id: row.try_get("id")?,
            municipality: row.try_get("municipality")?,
            track: row.try_get("track")?,
            delegates: row.try_get("delegates")?,
            preferences: text_list(row, "preferences")?,
            fixed: row.try_get("fixed")?,
            excluded: text_list(row, "excluded")?,
            attributes: attributes(row)?,
        })
    }
}

fn attributes(row: &Row) -> Result<Option<BTreeMap<String, String>>, Error> {
    let text: Option<String> = row.try_get("attributes")?;
    let parsed = text.map(|text| serde_json::from_str(&text)).transpose();
    parsed.map_err(|error| Error::Corrupt { table: "enrolment", why: error.to_string() })
}
