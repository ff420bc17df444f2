//! Columns of a sheet: the fields of a row, and those of what lies in it.
//!
//! A field of an object has a column of its own (`hours_from`), and so has a name of an object that takes any
//! (`attribute:size`); a list may have one for each place in it (`preference_1`).

use std::borrow::Cow;

use ::csv::ByteRecord;
use scheduler::Faults;
use serde_json::{Map, Value};

use super::cells::{cell, clean};
use super::words::{self, folded};
use crate::http::shape::{Field, cut};

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column<'a> {
    /// The field of the row that it lies in.
    pub field: &'a Field,
    /// What its cells are.
    pub cells: &'a Field,
    part: Part,
}

/// Which part of its field a column is.
#[derive(Clone, Debug, PartialEq)]
enum Part {
    Whole,
    Member(String),
    Item(u32),
}

/// What stands in an object that takes any name.
static TEXT: Field =
    Field { name: "", ty: "string", date: false, values: Vec::new(), required: false, inner: Vec::new() };

impl<'a> Column<'a> {
    fn whole(field: &'a Field) -> Column<'a> {
        Column { field, cells: field, part: Part::Whole }
    }

    /// Whether each row needs a value in it.
    pub fn required(&self) -> bool {
        self.field.required && self.part == Part::Whole
    }

    /// Whether two columns say the same.
    fn clashes(&self, other: &Column<'_>) -> bool {
        self.field.name == other.field.name
            && (self.part == other.part || self.part == Part::Whole || other.part == Part::Whole)
    }

    /// Its name in a file.
    pub fn name(&self) -> Cow<'a, str> {
        match &self.part {
            Part::Whole => self.field.name.into(),
            Part::Member(member) if self.field.inner.is_empty() => format!("{}{member}", prefix(self.field)).into(),
            Part::Member(member) => format!("{}_{member}", self.field.name).into(),
            Part::Item(at) => format!("{}_{at}", self.field.name).into(),
        }
    }

    /// What a row says in it, as a cell.
    pub fn cell(&self, row: &Value) -> String {
        let value = &row[self.field.name];
        match &self.part {
            Part::Member(member) => cell(self.cells, &value[member.as_str()]),
            _ => cell(self.cells, value),
        }
    }
}

/// What the columns of an object that takes any name begin with: `attribute:`.
fn prefix(field: &Field) -> String {
    format!("{}:", field.name.trim_end_matches('s'))
}

/// The columns of fields in a file that is written; `names` are those that occur in an object that takes any.
pub fn written<'a>(fields: &'a [Field], names: impl Fn(&Field) -> Vec<String>) -> Vec<Column<'a>> {
    let of = |field: &'a Field| match field.ty {
        "object" if field.inner.is_empty() => {
            let one = |name| Column { field, cells: &TEXT, part: Part::Member(name) };
            names(field).into_iter().map(one).collect()
        }
        "object" => field.inner.iter().map(|inner| member(field, inner)).collect(),
        _ => vec![Column::whole(field)],
    };
    fields.iter().flat_map(of).collect()
}

fn member<'a>(field: &'a Field, inner: &'a Field) -> Column<'a> {
    Column { field, cells: inner, part: Part::Member(inner.name.to_owned()) }
}

/// The column that a head names.
fn column<'a>(fields: &'a [Field], head: &str) -> Option<Column<'a>> {
    let open = fields.iter().filter(|field| field.ty == "object" && field.inner.is_empty());
    for field in open {
        if let Some((before, name)) = head.split_once(':')
            && prefix(field).trim_end_matches(':') == before.trim().to_lowercase().trim_end_matches('s')
        {
            return Some(Column { field, cells: &TEXT, part: Part::Member(clean(name)) });
        }
    }
    let word = folded(head);
    let find = |word: &str| {
        let of = |field: &'a Field| match field.ty {
            "object" => {
                let inner = word.strip_prefix(field.name)?.strip_prefix('_')?;
                field.inner.iter().find(|one| one.name == inner).map(|inner| member(field, inner))
            }
            _ => (field.name == word).then(|| Column::whole(field)),
        };
        fields.iter().find_map(of)
    };
    let meant = |word: &str| words::head(word, |word| find(word).is_some()).and_then(find);
    meant(&word).or_else(|| {
        let digits = |c: char| c.is_ascii_digit();
        let base = word.trim_matches(digits).trim_matches('_');
        let number = word.split('_').find_map(|part| part.trim_start_matches(|c: char| !digits(c)).parse().ok())?;
        let list = meant(base).filter(|column| column.field.ty == "array")?;
        let cells = list.field.inner.first().unwrap_or(&TEXT);
        Some(Column { cells, part: Part::Item(number), ..list })
    })
}

/// The columns that the first row names, in its order; none where it names nothing.
pub fn named<'a>(fields: &'a [Field], record: &ByteRecord, faults: &mut Faults) -> Vec<Option<Column<'a>>> {
    let mut columns: Vec<Option<Column<'a>>> = Vec::new();
    for head in record {
        let head = clean(&String::from_utf8_lossy(head));
        let found = column(fields, &head);
        let pointer = format!("/header/{}", cut(&folded(&head)));
        match &found {
            _ if head.is_empty() => {}
            None => {
                let all = written(fields, |_| vec!["NAME".to_owned()]);
                let all: Vec<_> = all.iter().map(Column::name).collect();
                let detail = format!("there is no column {:?} here; there are {}", cut(&head), all.join(", "));
                faults.add(pointer, "unknown_column", detail);
            }
            Some(column) if columns.iter().flatten().any(|before| before.clashes(column)) => {
                let detail = format!("the column `{}` is there twice; keep one of them", column.name());
                faults.add(pointer, "duplicate_column", detail);
            }
            Some(_) => {}
        }
        columns.push(found.filter(|_| !head.is_empty()));
    }
    let has = |needed: &Field| columns.iter().flatten().any(|column| column.field.name == needed.name);
    for needed in fields.iter().filter(|field| field.required && !has(field)) {
        let detail = format!("the column `{}` is missing; the first row names the columns", needed.name);
        faults.add(format!("/header/{}", needed.name), "missing_column", detail);
    }
    columns
}

/// The row that cells say. An object all of whose cells take away is taken away, and so is a list.
pub fn assembled(said: Vec<(&Column<'_>, Value)>) -> Map<String, Value> {
    let mut row = Map::new();
    let mut items: Vec<(&str, u32, Value)> = Vec::new();
    for (column, value) in said {
        let name = column.field.name;
        match &column.part {
            Part::Whole => {
                row.insert(name.to_owned(), value);
            }
            Part::Item(at) => items.push((name, *at, value)),
            Part::Member(member) => {
                let object = row.entry(name).or_insert_with(|| Map::new().into());
                if let Value::Object(object) = object {
                    object.insert(member.clone(), value);
                }
            }
        }
    }
    for (_, value) in row.iter_mut() {
        if value.as_object().is_some_and(|object| !object.is_empty() && object.values().all(Value::is_null)) {
            *value = Value::Null;
        }
    }
    items.sort_by_key(|(_, at, _)| *at);
    for (name, _, value) in items {
        match row.entry(name).or_insert(Value::Null) {
            _ if value.is_null() => {}
            Value::Array(list) => list.push(value),
            list => *list = vec![value].into(),
        }
    }
    row
}

/// The name of the column that a pointer into a row leads to.
pub fn of_pointer(fields: &[Field], pointer: &str) -> Option<String> {
    let mut steps = pointer.split('/').skip(2);
    let (name, inside) = (steps.next()?, steps.next());
    let field = fields.iter().find(|field| field.name == name && field.ty == "object");
    let (Some(field), Some(inside)) = (field, inside) else { return Some(name.to_owned()) };
    Some(Column { field, cells: &TEXT, part: Part::Member(inside.to_owned()) }.name().into_owned())
}
