//! The SQL of programmes: their settings, and all that they contain.

use std::collections::HashMap;

use scheduler::problem::records::*;
use serde_json::{Value, json};
use sqlx::{Row as _, SqliteConnection};

use super::fees::Fees;
use crate::records::distances::store::{DistanceRow, Distances};
use crate::records::enrolments::store::Enrolments;
use crate::records::gatherings::store::Gatherings;
use crate::records::municipalities::store::{MunicipalityRow, ProgrammeMunicipalities, kinds};
use crate::records::municipalities::wire::MunicipalityKind;
use crate::records::networks::store::Networks;
use crate::records::pair_rules::store::{PairRuleRow, PairRules};
use crate::records::regions::store::ProgrammeRegions;
use crate::records::rounds::store::Rounds;
use crate::records::tracks::store::Tracks;
use crate::store::{
    Args, BY_NAME, Error, Filter, Row, SORT_BY_NAME, Table, Write, all, find, json_list, one, put, put_all, text_list,
};

/// The programmes.
#[derive(Clone, Copy, Debug)]
pub struct Programmes;

/// A programme's own fields: what the problem document holds besides lists of records.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// Unique among programmes.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Road kilometres per great-circle kilometre.
    pub detour_factor: Option<f64>,
    /// Which days are open.
    pub calendar: Option<CalendarRecord>,
    /// How visits are held.
    pub visits: Option<VisitsRecord>,
    /// What wishes cost.
    pub preference_costs: Option<PreferenceCostsRecord>,
    /// What a unit of each measure costs.
    pub weights: Option<WeightsRecord>,
    /// What taking part costs; not in the problem document.
    pub fees: Option<Fees>,
}

impl Table for Programmes {
    type Record = Settings;
    const WHAT: &'static str = "programme";
    const SELECT: &'static str = "
        select id, name, detour_factor, weekdays, closed, hosting, pace, min_return_days, max_visits_per_day, by_rank,
            unlisted, weight_unassigned, weight_unhosted, weight_absence, weight_preference, weight_extra_visit,
            weight_undesired, weight_pace, weight_travel, weight_missed, weight_meeting, weight_gathering_undesired,
            weight_gathering_travel, empty_objects, fees, settings_revision as revision
        from programme where ?1 is null";
    const PUT: &'static str = "
        insert into programme (id, revision, settings_revision, name, detour_factor, weekdays, closed, hosting, pace,
            min_return_days, max_visits_per_day, by_rank, unlisted, weight_unassigned, weight_unhosted, weight_absence,
            weight_preference, weight_extra_visit, weight_undesired, weight_pace, weight_travel, weight_missed,
            weight_meeting, weight_gathering_undesired, weight_gathering_travel, empty_objects, fees)
        values (?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23,
            ?24, ?25, ?26, ?27)
        on conflict (id) do update set
            revision = excluded.revision, settings_revision = excluded.settings_revision, name = excluded.name,
            detour_factor = excluded.detour_factor, weekdays = excluded.weekdays, closed = excluded.closed,
            hosting = excluded.hosting, pace = excluded.pace, min_return_days = excluded.min_return_days,
            max_visits_per_day = excluded.max_visits_per_day, by_rank = excluded.by_rank,
            unlisted = excluded.unlisted, weight_unassigned = excluded.weight_unassigned,
            weight_unhosted = excluded.weight_unhosted, weight_absence = excluded.weight_absence,
            weight_preference = excluded.weight_preference, weight_extra_visit = excluded.weight_extra_visit,
            weight_undesired = excluded.weight_undesired, weight_pace = excluded.weight_pace,
            weight_travel = excluded.weight_travel, weight_missed = excluded.weight_missed,
            weight_meeting = excluded.weight_meeting,
            weight_gathering_undesired = excluded.weight_gathering_undesired,
            weight_gathering_travel = excluded.weight_gathering_travel, empty_objects = excluded.empty_objects,
            fees = excluded.fees";
    const DELETE: &'static str = "delete from programme where ?1 is null and id = ?2";
    const FILTERS: &'static [Filter] = &[BY_NAME];
    const SORTS: &'static [(&'static str, &'static str)] = &[SORT_BY_NAME];

    fn id(settings: &Settings) -> &str {
        &settings.id
    }

    fn bind<'q>(args: Args<'q>, settings: &'q Settings) -> Args<'q> {
        let calendar = settings.calendar.clone().unwrap_or_default();
        let visits = settings.visits.clone().unwrap_or_default();
        let costs = settings.preference_costs.clone().unwrap_or_default();
        let weights = settings.weights.clone().unwrap_or_default();
        args.bind(&settings.name)
            .bind(settings.detour_factor)
            .bind(
                calendar.weekdays.map(|days| json!(days.into_iter().map(weekday_name).collect::<Vec<_>>()).to_string()),
            )
            .bind(json_list(&calendar.closed))
            .bind(visits.hosting.map(hosting_name))
            .bind(visits.pace.map(|rules| Value::Array(rules.iter().map(pace_json).collect()).to_string()))
            .bind(visits.min_return_days)
            .bind(visits.max_visits_per_day)
            .bind(costs.by_rank.map(|costs| json!(costs).to_string()))
            .bind(costs.unlisted)
            .bind(weights.unassigned)
            .bind(weights.unhosted)
            .bind(weights.absence)
            .bind(weights.preference)
            .bind(weights.extra_visit)
            .bind(weights.undesired)
            .bind(weights.pace)
            .bind(weights.travel)
            .bind(weights.missed)
            .bind(weights.meeting)
            .bind(weights.gathering_undesired)
            .bind(weights.gathering_travel)
            .bind(json!(empty_objects(settings)).to_string())
            .bind(settings.fees.as_ref().map(Fees::to_text))
    }

    fn read(row: &Row) -> Result<Settings, Error> {
        let empty = text_list(row, "empty_objects")?.unwrap_or_default();
        let calendar = CalendarRecord { weekdays: weekdays(row)?, closed: text_list(row, "closed")? };
        let visits = VisitsRecord {
            hosting: hosting(row)?,
            pace: pace(row)?,
            min_return_days: row.try_get("min_return_days")?,
            max_visits_per_day: row.try_get("max_visits_per_day")?,
        };
        let costs = PreferenceCostsRecord { by_rank: by_rank(row)?, unlisted: row.try_get("unlisted")? };
        let weights = WeightsRecord {
            unassigned: row.try_get("weight_unassigned")?,
            unhosted: row.try_get("weight_unhosted")?,
            absence: row.try_get("weight_absence")?,
            preference: row.try_get("weight_preference")?,
            extra_visit: row.try_get("weight_extra_visit")?,
            undesired: row.try_get("weight_undesired")?,
            pace: row.try_get("weight_pace")?,
            travel: row.try_get("weight_travel")?,
            missed: row.try_get("weight_missed")?,
            meeting: row.try_get("weight_meeting")?,
            gathering_undesired: row.try_get("weight_gathering_undesired")?,
            gathering_travel: row.try_get("weight_gathering_travel")?,
        };
        Ok(Settings {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            detour_factor: row.try_get("detour_factor")?,
            calendar: written(calendar, "calendar", &empty),
            visits: written(visits, "visits", &empty),
            preference_costs: written(costs, "preference_costs", &empty),
            weights: written(weights, "weights", &empty),
            fees: fees(row)?,
        })
    }
}

/// The settings that were written with nothing in them.
fn empty_objects(settings: &Settings) -> Vec<&'static str> {
    let empty = [
        ("calendar", settings.calendar == Some(CalendarRecord::default())),
        ("visits", settings.visits == Some(VisitsRecord::default())),
        ("preference_costs", settings.preference_costs == Some(PreferenceCostsRecord::default())),
        ("weights", settings.weights == Some(WeightsRecord::default())),
    ];
    empty.into_iter().filter(|(_, empty)| *empty).map(|(name, _)| name).collect()
}

/// An object of settings, if it was written at all.
fn written<T: Default + PartialEq>(object: T, name: &str, empty: &[String]) -> Option<T> {
    (object != T::default() || empty.iter().any(|empty| empty == name)).then_some(object)
}

const WEEKDAYS: [(Weekday, &str); 7] = [
    (Weekday::Mon, "mon"),
    (Weekday::Tue, "tue"),
    (Weekday::Wed, "wed"),
    (Weekday::Thu, "thu"),
    (Weekday::Fri, "fri"),
    (Weekday::Sat, "sat"),
    (Weekday::Sun, "sun"),
];

fn weekday_name(day: Weekday) -> &'static str {
    WEEKDAYS[day as usize].1
}

fn corrupt(why: impl ToString) -> Error {
    Error::Corrupt { table: "programme", why: why.to_string() }
}

fn weekdays(row: &Row) -> Result<Option<Vec<Weekday>>, Error> {
    let day =
        |name: String| WEEKDAYS.iter().find(|known| known.1 == name).map(|known| known.0).ok_or_else(|| corrupt(name));
    text_list(row, "weekdays")?.map(|names| names.into_iter().map(day).collect()).transpose()
}

/// A way of hosting as it is stored.
pub fn hosting_name(hosting: Hosting) -> &'static str {
    match hosting {
        Hosting::Once => "once",
        Hosting::EachRound => "each_round",
        Hosting::Rotate => "rotate",
    }
}

/// The way of hosting in a row, if there is one.
pub fn hosting(row: &Row) -> Result<Option<Hosting>, Error> {
    let name: Option<String> = row.try_get("hosting")?;
    name.map(|name| match name.as_str() {
        "once" => Ok(Hosting::Once),
        "each_round" => Ok(Hosting::EachRound),
        "rotate" => Ok(Hosting::Rotate),
        other => Err(corrupt(other)),
    })
    .transpose()
}

fn fees(row: &Row) -> Result<Option<Fees>, Error> {
    let text: Option<String> = row.try_get("fees")?;
    text.map(|text| Fees::from_text(&text)).transpose().map_err(corrupt)
}

fn pace_json(rule: &PaceRecord) -> Value {
    json!([rule.window_days, rule.max_visits, rule.penalty])
}

fn pace(row: &Row) -> Result<Option<Vec<PaceRecord>>, Error> {
    let text: Option<String> = row.try_get("pace")?;
    let Some(text) = text else { return Ok(None) };
    let rules: Vec<(i64, Option<i64>, Option<f64>)> = serde_json::from_str(&text).map_err(corrupt)?;
    let rule = |(window_days, max_visits, penalty)| PaceRecord { window_days, max_visits, penalty };
    Ok(Some(rules.into_iter().map(rule).collect()))
}

fn by_rank(row: &Row) -> Result<Option<Vec<f64>>, Error> {
    let text: Option<String> = row.try_get("by_rank")?;
    text.map(|text| serde_json::from_str(&text)).transpose().map_err(corrupt)
}

/// The whole problem of a programme, its records in the order first written, and the programme's revision.
///
/// Errors: `NotFound` where there is no such programme.
pub async fn load(connection: &mut SqliteConnection, programme: &str) -> Result<(ProblemRecords, i64), Error> {
    let settings = one::<Programmes>(connection, None, programme).await?.record;
    let row = sqlx::query("select revision, empty_lists from programme where id = ?")
        .bind(programme)
        .fetch_one(&mut *connection)
        .await?;
    let empty = text_list(&row, "empty_lists")?.unwrap_or_default();
    let scope = Some(programme);
    let rules = all::<PairRules>(connection, scope).await?.into_iter().map(|row| row.record).collect();
    let distances = all::<Distances>(connection, scope).await?.into_iter().map(|row| row.record).collect();
    let records = ProblemRecords {
        name: settings.name,
        regions: all::<ProgrammeRegions>(connection, scope).await?,
        municipalities: all::<ProgrammeMunicipalities>(connection, scope)
            .await?
            .into_iter()
            .map(|row| row.record)
            .collect(),
        tracks: written(all::<Tracks>(connection, scope).await?, "tracks", &empty),
        networks: all::<Networks>(connection, scope).await?,
        enrolments: all::<Enrolments>(connection, scope).await?,
        pair_rules: written(rules, "pair_rules", &empty),
        distances: written(distances, "distances", &empty),
        detour_factor: settings.detour_factor,
        rounds: written(all::<Rounds>(connection, scope).await?, "rounds", &empty),
        calendar: settings.calendar,
        visits: settings.visits,
        preference_costs: settings.preference_costs,
        weights: settings.weights,
        gatherings: written(all::<Gatherings>(connection, scope).await?, "gatherings", &empty),
    };
    Ok((records, row.try_get("revision")?))
}

/// Makes the programme what these records say: creates it, or replaces all that it contains. Its plans stay. The
/// records must have no unknown or double ids (`scheduler::problem::validate` found none). What they do not hold is that of
/// the programme `like`, this one or another: the fees, and the kinds of municipalities. The new revision.
pub async fn replace_all(
    write: &mut Write,
    programme: &str,
    records: &ProblemRecords,
    like: &str,
) -> Result<i64, Error> {
    let kinds = kinds(write, like).await?;
    let fees = find::<Programmes>(write, None, like).await?.and_then(|like| like.record.fees);
    let settings = Settings {
        id: programme.to_owned(),
        name: records.name.clone(),
        detour_factor: records.detour_factor,
        calendar: records.calendar.clone(),
        visits: records.visits.clone(),
        preference_costs: records.preference_costs.clone(),
        weights: records.weights.clone(),
        fees,
    };
    let revision = put::<Programmes>(write, None, &settings).await?;
    empty(write, programme).await?;
    fill(write, programme, records, &kinds).await?;
    Ok(revision)
}

/// Stores what a programme contains, into one that contains nothing.
async fn fill(
    write: &mut Write,
    programme: &str,
    records: &ProblemRecords,
    kinds: &HashMap<String, MunicipalityKind>,
) -> Result<(), Error> {
    let scope = Some(programme);
    put_all::<ProgrammeRegions>(write, scope, &records.regions).await?;
    let kind = |record: &MunicipalityRecord| kinds.get(&record.id).copied();
    let rows =
        records.municipalities.iter().map(|record| MunicipalityRow { record: record.clone(), kind: kind(record) });
    put_all::<ProgrammeMunicipalities>(write, scope, &rows.collect::<Vec<_>>()).await?;
    put_all::<Tracks>(write, scope, records.tracks.as_deref().unwrap_or_default()).await?;
    put_all::<Rounds>(write, scope, records.rounds.as_deref().unwrap_or_default()).await?;
    put_all::<Gatherings>(write, scope, records.gatherings.as_deref().unwrap_or_default()).await?;
    put_all::<Networks>(write, scope, &records.networks).await?;
    put_all::<Enrolments>(write, scope, &records.enrolments).await?;
    let rules = records.pair_rules.iter().flatten().cloned();
    let rules: Vec<_> = rules.map(|record| PairRuleRow { id: new_id(), record }).collect();
    put_all::<PairRules>(write, scope, &rules).await?;
    let distances = records.distances.iter().flatten().cloned();
    let distances: Vec<_> = distances.map(|record| DistanceRow { id: new_id(), record }).collect();
    put_all::<Distances>(write, scope, &distances).await?;
    sqlx::query("update programme set empty_lists = ? where id = ?")
        .bind(json!(empty_lists(records)).to_string())
        .bind(programme)
        .execute(&mut **write)
        .await?;
    Ok(())
}

/// Whether anything of a programme was ever published: a plan, or its fees.
async fn was_published(connection: &mut SqliteConnection, programme: &str) -> Result<bool, Error> {
    let sql = "
        select exists (select 1 from publication where programme = ?1)
            or exists (select 1 from fee_basis where programme = ?1)";
    Ok(sqlx::query_scalar(sql).bind(programme).fetch_one(connection).await?)
}

/// Deletes a programme, all that it contains, and its plans.
///
/// Errors: `PlansRunning` while plans of it are queued or running, `Published` once one of them was, `NotFound`.
pub async fn delete(write: &mut Write, programme: &str) -> Result<(), Error> {
    let running = "select count(*) from plan where programme = ? and state in ('queued', 'running')";
    let running: i64 = sqlx::query_scalar(running).bind(programme).fetch_one(&mut **write).await?;
    if running > 0 {
        return Err(Error::PlansRunning { programme: programme.to_owned() });
    }
    if was_published(write, programme).await? {
        return Err(Error::Published { programme: programme.to_owned() });
    }
    sqlx::query("delete from feed where programme = ?").bind(programme).execute(&mut **write).await?;
    sqlx::query("delete from plan where programme = ?").bind(programme).execute(&mut **write).await?;
    empty(write, programme).await?;
    crate::store::remove::<Programmes>(write, None, programme).await
}

/// Deletes all that a programme contains, those first that refer to others.
async fn empty(write: &mut Write, programme: &str) -> Result<(), Error> {
    for sql in [
        "delete from distance where programme = ?",
        "delete from pair_rule where programme = ?",
        "delete from enrolment where programme = ?",
        "delete from network where programme = ?",
        "delete from gathering where programme = ?",
        "delete from round where programme = ?",
        "delete from track where programme = ?",
        "delete from programme_municipality where programme = ?",
        "delete from programme_region where programme = ?",
    ] {
        sqlx::query(sql).bind(programme).execute(&mut **write).await?;
    }
    Ok(())
}

/// The lists that were written with nothing in them.
fn empty_lists(records: &ProblemRecords) -> Vec<&'static str> {
    let empty = [
        ("tracks", records.tracks.as_ref().is_some_and(Vec::is_empty)),
        ("gatherings", records.gatherings.as_ref().is_some_and(Vec::is_empty)),
        ("rounds", records.rounds.as_ref().is_some_and(Vec::is_empty)),
        ("pair_rules", records.pair_rules.as_ref().is_some_and(Vec::is_empty)),
        ("distances", records.distances.as_ref().is_some_and(Vec::is_empty)),
    ];
    empty.into_iter().filter(|(_, empty)| *empty).map(|(name, _)| name).collect()
}

fn new_id() -> String {
    crate::clock::new_id().to_string()
}
