//! Programmes: their settings, and copying one to start the next.

pub mod fees;
pub mod store;
pub mod wire;

use poem_openapi::Object;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use poem_openapi::types::{ToJSON, Type};
use scheduler::Faults;
use scheduler::problem::validate;
use serde_json::Value;

use crate::handing_out::feeds;
use crate::http::Tag;
use crate::http::failure::Failure;
use crate::http::fields::{Id, Name, Number, bare, field};
use crate::http::resource::words;
use crate::http::resource::{Resource, Words};
use crate::plans;
use crate::plans::history::store as history;
use crate::records::problems;
use crate::store::{self as database, Write};

use store::Settings;

/// A programme's own fields: what a problem document holds besides lists of records.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all)]
pub struct Programme {
    /// Unique among programmes.
    pub id: Id,
    /// What people call it.
    pub name: Name,
    /// Road kilometres for each great-circle kilometre, 1 to 1e6. Default: 1.3.
    pub detour_factor: Option<Number<1, 1_000_000>>,
    /// Which days of the rounds are open for visits.
    pub calendar: Option<wire::Calendar>,
    /// How visits are held.
    pub visits: Option<wire::Visits>,
    /// What it costs not to get the first wish.
    pub preference_costs: Option<wire::PreferenceCosts>,
    /// What one unit of each measure costs.
    pub weights: Option<wire::Weights>,
    /// What taking part costs. It is not in the problem document: no plan depends on it.
    pub fees: Option<fees::Fees>,
}

/// `/programmes`
#[derive(Clone, Copy, Debug)]
pub struct Programmes;

impl Resource for Programmes {
    type Table = store::Programmes;
    type Wire = Programme;
    const WORDS: Words = words!(
        "programmes",
        "programme",
        "programmes",
        "a programme",
        "programmes",
        "A programme: its name, calendar, rules for visits, weights and costs. What it contains has paths of its own; a programme is deleted with all of it and with its plans, but not while plans run, and never once one was published."
    );
    const SCOPED: bool = false;
    const TAG: Tag = Tag::Programmes;

    fn record(wire: Programme) -> Settings {
        Settings {
            id: wire.id.0,
            name: wire.name.into(),
            detour_factor: bare(wire.detour_factor),
            calendar: wire.calendar.map(wire::Calendar::record),
            visits: wire.visits.map(wire::Visits::record),
            preference_costs: wire.preference_costs.map(wire::PreferenceCosts::record),
            weights: wire.weights.map(wire::Weights::record),
            fees: wire.fees,
        }
    }

    fn wire(settings: &Settings) -> Programme {
        Programme {
            id: (&settings.id).into(),
            name: (&settings.name).into(),
            detour_factor: field(&settings.detour_factor),
            calendar: settings.calendar.as_ref().map(wire::Calendar::new),
            visits: settings.visits.as_ref().map(wire::Visits::new),
            preference_costs: settings.preference_costs.as_ref().map(wire::PreferenceCosts::new),
            weights: settings.weights.as_ref().map(wire::Weights::new),
            fees: settings.fees.clone(),
        }
    }

    async fn judge(
        write: &mut Write,
        _programme: Option<&str>,
        settings: &Settings,
        faults: &mut Faults,
    ) -> Result<(), Failure> {
        faults.keep("/id", validate::id(&settings.id));
        validate::detour_factor(settings.detour_factor, "/detour_factor", faults);
        settings.calendar.iter().for_each(|record| validate::calendar(record, "/calendar", faults));
        settings.visits.iter().for_each(|record| validate::visits(record, "/visits", faults));
        settings
            .preference_costs
            .iter()
            .for_each(|record| validate::preference_costs(record, "/preference_costs", faults));
        settings.weights.iter().for_each(|record| validate::weights(record, "/weights", faults));
        if let Some(fees) = &settings.fees {
            fees.judge(write, &settings.id, faults).await?;
        }
        Ok(())
    }

    async fn delete(write: &mut Write, _programme: Option<&str>, id: &str) -> Result<(), database::Error> {
        let (records, _) = store::load(write, id).await?;
        let plans = plans::store::of_programme(write, id).await?;
        let feeds = feeds::store::list(write, id).await?;
        store::delete(write, id).await?;
        plans.iter().for_each(|plan| write.note(plans::change(Some(plan), None)));
        feeds.iter().for_each(|feed| write.note(feeds::change(id, Some(feed), None)));
        write.note(problems::change(id, Some(&records), None));
        Ok(())
    }

    /// `copy_of`: all that another programme contains. Fields of the body go before those of the other.
    async fn prepare(write: &mut Write, body: &mut Value) -> Result<(), Failure> {
        let Value::Object(fields) = body else { return Ok(()) };
        let (Some(copy_of), Some(id)) = (fields.remove("copy_of"), fields.get("id").and_then(Value::as_str)) else {
            return Ok(());
        };
        let Value::String(copy_of) = copy_of else {
            let mut faults = Faults::default();
            faults.add("/copy_of", "wrong_type", "`copy_of` is the id of a programme, a text.");
            return Err(Failure::invalid(faults));
        };
        let Some(other) = database::find::<store::Programmes>(write, None, &copy_of).await? else {
            let mut faults = Faults::default();
            validate::unknown_id("programme", &copy_of, "/copy_of", &mut faults);
            return Err(Failure::invalid(faults));
        };
        let free = database::find::<store::Programmes>(write, None, id).await?.is_none();
        if free && validate::id(id).is_ok() {
            let (records, _) = store::load(write, &copy_of).await?;
            store::replace_all(write, id, &records, &copy_of).await?;
            write.note(problems::change(id, None, Some(&records)));
            history::note(write, id, &copy_of).await?;
        } // else it is refused by what comes after
        if let Some(Value::Object(theirs)) = Self::wire(&other.record).to_json() {
            for (name, value) in theirs {
                fields.entry(name).or_insert(value);
            }
        }
        Ok(())
    }

    fn extend_new(schema: &mut MetaSchema) {
        schema.required.retain(|name| *name != "name");
        let MetaSchemaRef::Inline(mut copy_of) = Id::schema_ref() else { return };
        copy_of.description = Some(
            "The id of a programme to copy with all that it contains, without its plans. Fields named beside it go \
             before the copied ones; without it, `name` is required.",
        );
        schema.properties.push(("copy_of", MetaSchemaRef::Inline(copy_of)));
    }
}
