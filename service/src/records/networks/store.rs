//! The SQL of networks.

use scheduler::problem::records::{MixRecord, NetworkRecord};
use serde_json::{Value, json};
use sqlx::Row as _;

use crate::store::{Args, BY_NAME, Error, Filter, Row, SORT_BY_NAME, Table, json_list, text_list};

/// The networks of a programme.
#[derive(Clone, Copy, Debug)]
pub struct Networks;

impl Table for Networks {
    type Record = NetworkRecord;
    const WHAT: &'static str = "network";
    const SELECT: &'static str = "
        select id, track, name, min_members, max_members, min_delegates, max_delegates, may_stay_empty,
            allowed_regions, max_members_per_region, min_regions, max_distance_km, mix, revision
        from network where programme = ?1";
    const PUT: &'static str = "
        insert into network (programme, id, revision, track, name, min_members, max_members, min_delegates,
            max_delegates, may_stay_empty, allowed_regions, max_members_per_region, min_regions, max_distance_km,
            mix)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
        on conflict (programme, id) do update set
            revision = excluded.revision, track = excluded.track, name = excluded.name,
            min_members = excluded.min_members, max_members = excluded.max_members,
            min_delegates = excluded.min_delegates, max_delegates = excluded.max_delegates,
            may_stay_empty = excluded.may_stay_empty, allowed_regions = excluded.allowed_regions,
            max_members_per_region = excluded.max_members_per_region, min_regions = excluded.min_regions,
            max_distance_km = excluded.max_distance_km, mix = excluded.mix";
    const DELETE: &'static str = "delete from network where programme = ?1 and id = ?2";
    const USERS: &'static str = "
        select 'Enrolment `' || id || '` is fixed to it.' from enrolment where programme = ?1 and fixed = ?2
        union all
        select 'Enrolment `' || id || '` wishes for it.' from enrolment
        where programme = ?1 and ?2 in (select value from json_each(preferences))
        union all
        select 'Enrolment `' || id || '` excludes it.' from enrolment
        where programme = ?1 and ?2 in (select value from json_each(excluded))
        limit 20";
    const FILTERS: &'static [Filter] = &[
        BY_NAME,
        Filter { name: "track", condition: "track = ?", about: "Only those of this track, where they name it." },
    ];
    const SORTS: &'static [(&'static str, &'static str)] = &[SORT_BY_NAME];

    fn id(record: &NetworkRecord) -> &str {
        &record.id
    }

    fn bind<'q>(args: Args<'q>, record: &'q NetworkRecord) -> Args<'q> {
        args.bind(&record.track)
            .bind(&record.name)
            .bind(record.min_members)
            .bind(record.max_members)
            .bind(record.min_delegates)
            .bind(record.max_delegates)
            .bind(record.may_stay_empty)
            .bind(json_list(&record.allowed_regions))
            .bind(record.max_members_per_region)
            .bind(record.min_regions)
            .bind(record.max_distance_km)
            .bind(record.mix.as_ref().map(|rows| Value::Array(rows.iter().map(mix_json).collect()).to_string()))
    }

    fn read(row: &Row) -> Result<NetworkRecord, Error> {
        Ok(NetworkRecord {
            id: row.try_get("id")?,
            track: row.try_get("track")?,
            name: row.try_get("name")?,
            min_members: row.try_get("min_members")?,
            max_members: row.try_get("max_members")?,
            min_delegates: row.try_get("min_delegates")?,
            max_delegates: row.try_get("max_delegates")?,
            may_stay_empty: row.try_get("may_stay_empty")?,
            allowed_regions: text_list(row, "allowed_regions")?,
            max_members_per_region: row.try_get("max_members_per_region")?,
            min_regions: row.try_get("min_regions")?,
            max_distance_km: row.try_get("max_distance_km")?,
            mix: mix(row)?,
        })
    }
}

fn mix(row: &Row) -> Result<Option<Vec<MixRecord>>, Error> {
    let text: Option<String> = row.try_get("mix")?;
    let Some(text) = text else { return Ok(None) };
    let corrupt = |error: serde_json::Error| Error::Corrupt { table: "network", why: error.to_string() };
    let rows: Vec<Value> = serde_json::from_str(&text).map_err(corrupt)?;
    let word = |row: &Value, field: &str| row[field].as_str().unwrap_or_default().to_owned();
    let record = |row: Value| MixRecord {
        attribute: word(&row, "attribute"),
        value: word(&row, "value"),
        min: row["min"].as_i64(),
        max: row["max"].as_i64(),
    };
    Ok(Some(rows.into_iter().map(record).collect()))
}

fn mix_json(row: &MixRecord) -> Value {
    json!({"attribute": row.attribute, "value": row.value, "min": row.min, "max": row.max})
}
