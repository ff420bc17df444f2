//! The SQL of regions: master data, and the programmes' own copies.

use scheduler::problem::records::RegionRecord;
use sqlx::Row as _;

use crate::store::{Args, BY_NAME, Error, Filter, Row, SORT_BY_NAME, Table, Write};

/// What lists of both can be filtered by.
const FILTERS: &[Filter] = &[BY_NAME];

/// Master data.
#[derive(Clone, Copy, Debug)]
pub struct Regions;

/// The regions of a programme.
#[derive(Clone, Copy, Debug)]
pub struct ProgrammeRegions;

impl Table for Regions {
    type Record = RegionRecord;
    const WHAT: &'static str = "region";
    const SELECT: &'static str = "select id, name, max_visits_per_day, revision from region where ?1 is null";
    const PUT: &'static str = "
        insert into region (id, revision, name, max_visits_per_day) values (?2, ?3, ?4, ?5)
        on conflict (id) do update set
            revision = excluded.revision, name = excluded.name, max_visits_per_day = excluded.max_visits_per_day";
    const DELETE: &'static str = "delete from region where ?1 is null and id = ?2";
    const USERS: &'static str = "
        select 'Municipality `' || id || '` lies in it.' from municipality where region = ?2 order by id limit 20";
    const FILTERS: &'static [Filter] = FILTERS;
    const SORTS: &'static [(&'static str, &'static str)] = &[SORT_BY_NAME];

    fn id(record: &RegionRecord) -> &str {
        &record.id
    }

    fn bind<'q>(args: Args<'q>, record: &'q RegionRecord) -> Args<'q> {
        bind(args, record)
    }

    fn read(row: &Row) -> Result<RegionRecord, Error> {
        read(row)
    }
}

impl Table for ProgrammeRegions {
    type Record = RegionRecord;
    const WHAT: &'static str = "region";
    const SELECT: &'static str =
        "select id, name, max_visits_per_day, revision from programme_region where programme = ?1";
    const PUT: &'static str = "
        insert into programme_region (programme, id, revision, name, max_visits_per_day)
        values (?1, ?2, ?3, ?4, ?5)
        on conflict (programme, id) do update set
            revision = excluded.revision, name = excluded.name, max_visits_per_day = excluded.max_visits_per_day";
    const DELETE: &'static str = "delete from programme_region where programme = ?1 and id = ?2";
    const USERS: &'static str = "
        select 'Municipality `' || id || '` lies in it.' from programme_municipality
        where programme = ?1 and region = ?2
        union all
        select 'Network `' || id || '` allows it.' from network
        where programme = ?1 and ?2 in (select value from json_each(allowed_regions))
        union all
        select 'Network `' || id || '` mixes by it.' from network
        where programme = ?1 and ?2 in (
            select json_extract(value, '$.value') from json_each(mix) where json_extract(value, '$.attribute') = 'region')
        limit 20";
    const FILTERS: &'static [Filter] = FILTERS;
    const SORTS: &'static [(&'static str, &'static str)] = &[SORT_BY_NAME];

    fn id(record: &RegionRecord) -> &str {
        &record.id
    }

    fn bind<'q>(args: Args<'q>, record: &'q RegionRecord) -> Args<'q> {
        bind(args, record)
    }

    fn read(row: &Row) -> Result<RegionRecord, Error> {
        read(row)
    }
}

fn bind<'q>(args: Args<'q>, record: &'q RegionRecord) -> Args<'q> {
    args.bind(&record.name).bind(record.max_visits_per_day)
}

fn read(row: &Row) -> Result<RegionRecord, Error> {
    Ok(RegionRecord {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        max_visits_per_day: row.try_get("max_visits_per_day")?,
    })
}

/// Copies a region from the master data, as it is, where the programme has none of this id. Nothing happens where the
/// master data have no such region.
pub async fn copy_region(write: &mut Write, programme: &str, id: &str) -> Result<(), Error> {
    let revision = write.revision().await?;
    let sql = "
        insert into programme_region (programme, id, revision, name, max_visits_per_day)
        select ?1, id, ?3, name, max_visits_per_day from region where id = ?2
        on conflict (programme, id) do nothing";
    sqlx::query(sql).bind(programme).bind(id).bind(revision).execute(&mut **write).await?;
    Ok(())
}
