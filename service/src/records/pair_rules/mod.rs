//! Pair rules: municipalities that must or must not share a network.

pub mod store;
pub mod wire;

use poem_openapi::Object;
use scheduler::Faults;
use scheduler::problem::validate;

use crate::http::Tag;
use crate::http::failure::Failure;
use crate::http::fields::Id;
use crate::http::resource::words;
use crate::http::resource::{Resource, Words, known};
use crate::records::municipalities::store::ProgrammeMunicipalities;
use crate::store::Write;

use store::PairRuleRow;

/// A rule about a pair of municipalities, and its id. The problem document has no ids of rules: those that came with a
/// document get new ones with each document that is PUT.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(deny_unknown_fields)]
pub struct PairRuleEntry {
    /// Unique among the programme's pair rules.
    pub id: Id,
    /// `apart`: the two never share a network. `together`: they share one in every track in which both are placed.
    pub kind: wire::PairKind,
    /// The id of one municipality.
    pub a: Id,
    /// The id of the other.
    pub b: Id,
}

/// `/programmes/{programme}/pair-rules`
#[derive(Clone, Copy, Debug)]
pub struct ProgrammePairRules;

impl Resource for ProgrammePairRules {
    type Table = store::PairRules;
    type Wire = PairRuleEntry;
    const WORDS: Words = words!(
        "pair-rules",
        "pair_rule",
        "pair_rules",
        "a pair rule of a programme",
        "pair rules of a programme",
        "A pair rule keeps two municipalities apart, or together. Rules that came with a problem document have ids that were made for them."
    );
    const SCOPED: bool = true;
    const TAG: Tag = Tag::ProgrammeContents;

    fn record(wire: PairRuleEntry) -> PairRuleRow {
        let record = wire::PairRule { kind: wire.kind, a: wire.a, b: wire.b }.record();
        PairRuleRow { id: wire.id.0, record }
    }

    fn wire(row: &PairRuleRow) -> PairRuleEntry {
        let rule = wire::PairRule::new(&row.record);
        PairRuleEntry { id: (&row.id).into(), kind: rule.kind, a: rule.a, b: rule.b }
    }

    async fn judge(
        write: &mut Write,
        programme: Option<&str>,
        row: &PairRuleRow,
        faults: &mut Faults,
    ) -> Result<(), Failure> {
        faults.keep("/id", validate::id(&row.id));
        validate::pair_rule(&row.record, "", faults);
        known::<ProgrammeMunicipalities>(write, programme, "/a", &row.record.a, faults).await?;
        known::<ProgrammeMunicipalities>(write, programme, "/b", &row.record.b, faults).await
    }
}
