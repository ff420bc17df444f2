//! The SQL of pair rules.

use scheduler::problem::records::{PairKind, PairRuleRecord};
use sqlx::Row as _;

use crate::store::{Args, Error, Filter, Row, Table};

/// The pair rules of a programme.
#[derive(Clone, Copy, Debug)]
pub struct PairRules;

/// A pair rule and the id that it has here; the problem document has none.
#[derive(Clone, Debug, PartialEq)]
pub struct PairRuleRow {
    /// A UUIDv7, or the client's own.
    pub id: String,
    /// The rule.
    pub record: PairRuleRecord,
}

impl Table for PairRules {
    type Record = PairRuleRow;
    const WHAT: &'static str = "pair rule";
    const SELECT: &'static str = "select id, kind, a, b, revision from pair_rule where programme = ?1";
    const PUT: &'static str = "
        insert into pair_rule (programme, id, revision, kind, a, b) values (?1, ?2, ?3, ?4, ?5, ?6)
        on conflict (programme, id) do update set
            revision = excluded.revision, kind = excluded.kind, a = excluded.a, b = excluded.b";
    const DELETE: &'static str = "delete from pair_rule where programme = ?1 and id = ?2";
    const FILTERS: &'static [Filter] = &[
        Filter { name: "municipality", condition: "? in (a, b)", about: "Only those about this municipality." },
        Filter { name: "kind", condition: "kind = ?", about: "Only `apart` or only `together`." },
    ];

    fn id(row: &PairRuleRow) -> &str {
        &row.id
    }

    fn bind<'q>(args: Args<'q>, row: &'q PairRuleRow) -> Args<'q> {
        let kind = match row.record.kind {
            PairKind::Apart => "apart",
            PairKind::Together => "together",
        };
        args.bind(kind).bind(&row.record.a).bind(&row.record.b)
    }

    fn read(row: &Row) -> Result<PairRuleRow, Error> {
        let kind: String = row.try_get("kind")?;
        let kind = match kind.as_str() {
            "apart" => PairKind::Apart,
            "together" => PairKind::Together,
            other => return Err(Error::Corrupt { table: "pair_rule", why: format!("kind {other}") }),
        };
        let record = PairRuleRecord { kind, a: row.try_get("a")?, b: row.try_get("b")? };
        Ok(PairRuleRow { id: row.try_get("id")?, record })
    }
}
