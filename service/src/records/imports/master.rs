//! Regions and municipalities of the master data.

use scheduler::Faults;
use scheduler::problem::validate;

use super::Import;
use super::sheet::{Line, Row};
use super::upsert::{Ids, upsert};
use crate::http::failure::Failure;
use crate::records::municipalities::MasterMunicipalities;
use crate::records::municipalities::wire::Municipality;
use crate::records::reference::load::Changes;
use crate::records::regions::MasterRegions;
use crate::records::regions::wire::Region;
use crate::store::Write;

pub(super) struct Regions;
pub(super) struct Municipalities;

impl Row for Region {
    const CSV: &'static str = "id;name;max_visits_per_day\n1084;Region Hovedstaden;3\n";
}

impl Row for Municipality {
    const CSV: &'static str = "id;name;region;lat;lon;can_host;host_capacity;kind\n0101;København;1084;55,6759;12,5655;true;40;municipality\n";
}

impl Import for Regions {
    type Row = Region;

    async fn bring_in(
        write: &mut Write,
        _programme: Option<&str>,
        rows: Vec<Line<Region>>,
        faults: &mut Faults,
    ) -> Result<Changes, Failure> {
        upsert::<MasterRegions>(write, None, &rows, faults, validate::region).await
    }
}

impl Import for Municipalities {
    type Row = Municipality;

    async fn bring_in(
        write: &mut Write,
        _programme: Option<&str>,
        rows: Vec<Line<Municipality>>,
        faults: &mut Faults,
    ) -> Result<Changes, Failure> {
        let regions = Ids::of::<crate::records::regions::store::Regions>(write, None).await?;
        upsert::<MasterMunicipalities>(write, None, &rows, faults, |row, at, faults| {
            validate::municipality(&row.record, at, faults);
            regions.need(&row.record.region, format!("{at}/region"), faults);
        })
        .await
    }
}
