//! The SQL of municipalities: master data, and the programmes' own copies.

use std::collections::HashMap;

use scheduler::problem::records::MunicipalityRecord;
use sqlx::{Row as _, SqliteConnection};

use super::wire::MunicipalityKind;
use crate::store::{
    Args, BY_NAME, Error, Filter, Row, SORT_BY_NAME, Table, Write, json_list, text_list, touch_programme,
};

/// What lists of both can be filtered by.
const FILTERS: &[Filter] = &[
    BY_NAME,
    Filter { name: "region", condition: "region = ?", about: "Only those of this region." },
    Filter {
        name: "kind",
        condition: "coalesce(kind, 'municipality') = ?",
        about: "Only those of this kind: `municipality` or `organisation`.",
    },
];

/// A municipality, and what it is. The problem document holds the record alone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MunicipalityRow {
    /// As the scheduler reads it.
    pub record: MunicipalityRecord,
    /// What it is; none: a municipality.
    pub kind: Option<MunicipalityKind>,
}

/// Master data.
#[derive(Clone, Copy, Debug)]
pub struct Municipalities;

/// The municipalities of a programme.
#[derive(Clone, Copy, Debug)]
pub struct ProgrammeMunicipalities;

impl Table for Municipalities {
    type Record = MunicipalityRow;
    const WHAT: &'static str = "municipality";
    const SELECT: &'static str = "
        select id, name, region, lat, lon, can_host, host_capacity, unavailable, cannot_host_on, undesired, kind, revision
        from municipality where ?1 is null";
    const PUT: &'static str = "
        insert into municipality
            (id, revision, name, region, lat, lon, can_host, host_capacity, unavailable, cannot_host_on, undesired,
             kind)
        values (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
        on conflict (id) do update set
            revision = excluded.revision, name = excluded.name, region = excluded.region, lat = excluded.lat,
            lon = excluded.lon, can_host = excluded.can_host, host_capacity = excluded.host_capacity,
            unavailable = excluded.unavailable, cannot_host_on = excluded.cannot_host_on,
            undesired = excluded.undesired, kind = excluded.kind";
    const DELETE: &'static str = "delete from municipality where ?1 is null and id = ?2";
    const FILTERS: &'static [Filter] = FILTERS;
    const SORTS: &'static [(&'static str, &'static str)] = &[SORT_BY_NAME];

    fn id(row: &MunicipalityRow) -> &str {
        &row.record.id
    }

    fn bind<'q>(args: Args<'q>, row: &'q MunicipalityRow) -> Args<'q> {
        bind(args, row)
    }

    fn read(row: &Row) -> Result<MunicipalityRow, Error> {
        read(row)
    }
}

impl Table for ProgrammeMunicipalities {
    type Record = MunicipalityRow;
    const WHAT: &'static str = "municipality";
    const SELECT: &'static str = "
        select id, name, region, lat, lon, can_host, host_capacity, unavailable, cannot_host_on, undesired, kind, revision
        from programme_municipality where programme = ?1";
    const PUT: &'static str = "
        insert into programme_municipality (programme, id, revision, name, region, lat, lon, can_host,
            host_capacity, unavailable, cannot_host_on, undesired, kind)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
        on conflict (programme, id) do update set
            revision = excluded.revision, name = excluded.name, region = excluded.region, lat = excluded.lat,
            lon = excluded.lon, can_host = excluded.can_host, host_capacity = excluded.host_capacity,
            unavailable = excluded.unavailable, cannot_host_on = excluded.cannot_host_on,
            undesired = excluded.undesired, kind = excluded.kind";
    const DELETE: &'static str = "delete from programme_municipality where programme = ?1 and id = ?2";
    const USERS: &'static str = "
        select 'Enrolment `' || id || '` is of it.' from enrolment where programme = ?1 and municipality = ?2
        union all
        select 'Pair rule `' || id || '` is about it.' from pair_rule where programme = ?1 and ?2 in (a, b)
        union all
        select 'Distance `' || id || '` is about it.' from distance where programme = ?1 and ?2 in (a, b)
        union all
        select 'Gathering `' || id || '` may be held there.' from gathering
        where programme = ?1 and ?2 in (
            select json_extract(value, '$.id') from json_each(record, '$.places')
            where json_extract(value, '$.lat') is null)
        union all
        select 'The fees of the programme name it.' from programme
        where id = ?1 and ?2 in (
            select json_extract(value, '$.municipality') from json_each(fees, '$.adjustments'))
        limit 20";
    const FILTERS: &'static [Filter] = FILTERS;
    const SORTS: &'static [(&'static str, &'static str)] = &[SORT_BY_NAME];

    fn id(row: &MunicipalityRow) -> &str {
        &row.record.id
    }

    fn bind<'q>(args: Args<'q>, row: &'q MunicipalityRow) -> Args<'q> {
        bind(args, row)
    }

    fn read(row: &Row) -> Result<MunicipalityRow, Error> {
        read(row)
    }
}

fn bind<'q>(args: Args<'q>, MunicipalityRow { record, kind }: &'q MunicipalityRow) -> Args<'q> {
    args.bind(&record.name)
        .bind(&record.region)
        .bind(record.lat)
        .bind(record.lon)
        .bind(record.can_host)
        .bind(record.host_capacity)
        .bind(json_list(&record.unavailable))
        .bind(json_list(&record.cannot_host_on))
        .bind(json_list(&record.undesired))
        .bind(kind.map(MunicipalityKind::name))
}

fn read(row: &Row) -> Result<MunicipalityRow, Error> {
    let record = MunicipalityRecord {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        region: row.try_get("region")?,
        lat: row.try_get("lat")?,
        lon: row.try_get("lon")?,
        can_host: row.try_get("can_host")?,
        host_capacity: row.try_get("host_capacity")?,
        unavailable: text_list(row, "unavailable")?,
        cannot_host_on: text_list(row, "cannot_host_on")?,
        undesired: text_list(row, "undesired")?,
    };
    Ok(MunicipalityRow { record, kind: kind(row)? })
}

fn kind(row: &Row) -> Result<Option<MunicipalityKind>, Error> {
    let name: Option<String> = row.try_get("kind")?;
    let corrupt = |name| Error::Corrupt { table: "municipality", why: name };
    name.map(|name| MunicipalityKind::named(&name).ok_or_else(|| corrupt(name))).transpose()
}

/// The kinds of the municipalities of a programme, and of those that only the master data have, where one is written.
pub async fn kinds(
    connection: &mut SqliteConnection,
    programme: &str,
) -> Result<HashMap<String, MunicipalityKind>, Error> {
    let sql = "
        select id, kind from programme_municipality where programme = ?1 and kind is not null
        union all
        select id, kind from municipality
        where kind is not null and id not in (select id from programme_municipality where programme = ?1)";
    let rows = sqlx::query(sql).bind(programme).fetch_all(connection).await?;
    let mut kinds = HashMap::new();
    for row in &rows {
        kinds.extend(kind(row)?.map(|kind| Ok::<_, Error>((row.try_get("id")?, kind))).transpose()?);
    }
    Ok(kinds)
}

/// Copies a municipality and its region from the master data, as they are, where the programme has none of these
/// ids. Nothing happens where the master data have no such municipality.
pub async fn copy_from_master(write: &mut Write, programme: &str, id: &str) -> Result<(), Error> {
    let revision = write.revision().await?;
    for sql in [
        "insert into programme_region (programme, id, revision, name, max_visits_per_day)
         select ?1, r.id, ?3, r.name, r.max_visits_per_day
         from municipality m join region r on r.id = m.region where m.id = ?2
         on conflict (programme, id) do nothing",
        "insert into programme_municipality (programme, id, revision, name, region, lat, lon, can_host,
             host_capacity, unavailable, cannot_host_on, undesired, kind)
         select ?1, id, ?3, name, region, lat, lon, can_host, host_capacity, unavailable, cannot_host_on, undesired,
             kind
         from municipality where id = ?2
         on conflict (programme, id) do nothing",
    ] {
        sqlx::query(sql).bind(programme).bind(id).bind(revision).execute(&mut **write).await?;
    }
    Ok(())
}

/// Takes name, kind, region and place of the programme's municipalities, and the names of its regions, from the master data,
/// where they differ; regions that municipalities moved to are copied too. How many rows were changed or added.
pub async fn refresh(write: &mut Write, programme: &str) -> Result<u64, Error> {
    let revision = write.revision().await?;
    let regions = "
        insert into programme_region (programme, id, revision, name, max_visits_per_day)
        select distinct ?1, r.id, ?2, r.name, r.max_visits_per_day
        from programme_municipality c join municipality m on m.id = c.id join region r on r.id = m.region
        where c.programme = ?1
        on conflict (programme, id) do nothing";
    let municipalities = "
        update programme_municipality as c
        set name = m.name, region = m.region, lat = m.lat, lon = m.lon, kind = m.kind, revision = ?2
        from municipality m
        where c.programme = ?1 and m.id = c.id
            and (c.name, c.region, c.lat, c.lon, c.kind) is not (m.name, m.region, m.lat, m.lon, m.kind)";
    let names = "
        update programme_region as c set name = r.name, revision = ?2
        from region r where c.programme = ?1 and r.id = c.id and c.name is not r.name";
    let mut changed = 0;
    for sql in [regions, municipalities, names] {
        changed += sqlx::query(sql).bind(programme).bind(revision).execute(&mut **write).await?.rows_affected();
    }
    if changed > 0 {
        touch_programme(write, programme).await?;
    }
    Ok(changed)
}
