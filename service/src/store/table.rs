//! Tables of records: what every resource's `store.rs` gets for saying its own SQL.
//!
//! A table of master data has no programme: its scope is `None`, and its SQL says `where ?1 is null`. All SQL
//! numbers its arguments alike: `?1` programme, `?2` id, `?3` revision, then the record's own.

use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{AssertSqlSafe, Row as _, Sqlite, SqliteConnection};

use super::{Error, Rows, Write, touch_programme};

/// The arguments of a statement.
pub type Args<'q> = Query<'q, Sqlite, SqliteArguments>;

/// A row of a result.
pub type Row = SqliteRow;

/// How records of one kind are kept.
pub trait Table: Send + Sync + 'static {
    /// The record that a row holds.
    type Record: Send + Sync + Unpin + 'static;

    /// What a record is called in sentences, such as `pair rule`.
    const WHAT: &'static str;
    /// `select …` the record's columns, `id` and `revision`, `from … where …` the scope.
    const SELECT: &'static str;
    /// Inserts the record, or replaces the one with its id.
    const PUT: &'static str;
    /// Deletes the record with id `?2`.
    const DELETE: &'static str;
    /// Users of the record `?2`, each a sentence; at most 20. Empty where nothing can refer to it.
    const USERS: &'static str = "";
    /// Filters of lists.
    const FILTERS: &'static [Filter] = &[];
    /// Orders of lists besides `id`: the value of `sort`, and the text expression to sort by.
    const SORTS: &'static [(&'static str, &'static str)] = &[];

    /// The record's id.
    fn id(record: &Self::Record) -> &str;

    /// Binds the record's own columns, in the order of [`PUT`](Table::PUT).
    fn bind<'q>(args: Args<'q>, record: &'q Self::Record) -> Args<'q>;

    /// Reads the record from a row of [`SELECT`](Table::SELECT).
    fn read(row: &Row) -> Result<Self::Record, Error>;
}

/// A filter of a list.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    /// The query parameter.
    pub name: &'static str,
    /// The condition, with `?` for the value.
    pub condition: &'static str,
    /// What it keeps, in words.
    pub about: &'static str,
}

/// The filter that most lists have.
pub const BY_NAME: Filter = Filter {
    name: "name",
    // From the text itself to the last one that begins with it: nothing in it is a pattern.
    condition: "coalesce(name, id) collate folded between ? and ? || char(1114111)",
    about: "Only those whose name (or id, where there is no name) begins so, in capitals or not.",
};

/// Characters that lists are sorted by.
const LONGEST_SORT_VALUE: usize = 200;

/// The sort that most lists have.
pub const SORT_BY_NAME: (&str, &str) = ("name", "coalesce(name, id)");

/// A record and the revision of its last write.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored<R> {
    /// The record.
    pub record: R,
    /// See [`Write::revision`].
    pub revision: i64,
}

/// Which records of a table, in which order.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// Conditions of [`Table::FILTERS`] and their values.
    pub filters: Vec<(&'static str, String)>,
    /// Text expression to sort by before `id`.
    pub sort: Option<&'static str>,
    /// From the greatest down.
    pub descending: bool,
    /// The sort value (empty without) and id of the last record of the page before. An id alone would lead nowhere once
    /// that record is deleted or has another name.
    pub after: Option<(String, String)>,
    /// How many at most.
    pub limit: usize,
}

/// The record with this id, if there is one.
pub async fn find<T: Table>(
    connection: &mut SqliteConnection,
    programme: Option<&str>,
    id: &str,
) -> Result<Option<Stored<T::Record>>, Error> {
    let sql = format!("{} and id = ?2", T::SELECT);
    let row = sqlx::query(AssertSqlSafe(sql)).bind(programme).bind(id).fetch_optional(connection).await?;
    row.map(|row| stored::<T>(&row)).transpose()
}

/// The record with this id.
pub async fn one<T: Table>(
    connection: &mut SqliteConnection,
    programme: Option<&str>,
    id: &str,
) -> Result<Stored<T::Record>, Error> {
    let found = find::<T>(connection, programme, id).await?;
    found.ok_or_else(|| Error::NotFound { what: T::WHAT, id: id.to_owned() })
}

/// All records, in the order first written.
pub async fn all<T: Table>(
    connection: &mut SqliteConnection,
    programme: Option<&str>,
) -> Result<Vec<T::Record>, Error> {
    let sql = format!("{} order by position", T::SELECT);
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(programme).fetch_all(connection).await?;
    rows.iter().map(T::read).collect()
}

/// A page of records: gives each to `take`, with its sort value, and tells whether there are more. It ends early where
/// they are long.
pub async fn list<T: Table>(
    connection: &mut SqliteConnection,
    programme: Option<&str>,
    listing: &Listing,
    mut take: impl FnMut(Stored<T::Record>, String),
) -> Result<bool, Error> {
    // As much of it as a name has at most: what stands in a cursor has an end, also where older names are longer.
    let key = listing.sort.map_or("''".to_owned(), |sort| format!("substr({sort}, 1, {LONGEST_SORT_VALUE})"));
    let (way, beyond) = if listing.descending { ("desc", "<") } else { ("asc", ">") };
    let inner = T::SELECT.replacen("select ", &format!("select {key} as sort_key, "), 1);
    let mut sql = inner;
    let mut values = Vec::new();
    let mut argument = |value: &str| {
        values.push(value.to_owned());
        format!("?{}", values.len() + 1)
    };
    for (condition, value) in &listing.filters {
        sql += &format!(" and {}", condition.replace('?', &argument(value)));
    }
    if let Some((sort, id)) = &listing.after {
        sql += &format!(" and ({key}, id) {beyond} ({}, {})", argument(sort), argument(id));
    }
    sql += &format!(" order by {key} {way}, id {way} limit {}", listing.limit.saturating_add(1));
    let query = sqlx::query(AssertSqlSafe(sql)).bind(programme);
    let query = values.iter().fold(query, |query, value| query.bind(value));
    let mut rows = Rows::of(query, connection, listing.limit);
    while let Some(row) = rows.next().await? {
        take(stored::<T>(&row)?, row.try_get("sort_key")?);
    }
    Ok(rows.are_left())
}

/// Writes one record, and notes the change of its programme.
pub async fn put<T: Table>(write: &mut Write, programme: Option<&str>, record: &T::Record) -> Result<i64, Error> {
    put_all::<T>(write, programme, std::slice::from_ref(record)).await?;
    if let Some(programme) = programme {
        touch_programme(write, programme).await?;
    }
    write.revision().await
}

/// Writes records, in this order. The programme's revision is the caller's to move.
pub async fn put_all<T: Table>(write: &mut Write, programme: Option<&str>, records: &[T::Record]) -> Result<(), Error> {
    let revision = write.revision().await?;
    for chunk in records.chunks(ROWS_AT_ONCE) {
        let mut args = sqlx::query(AssertSqlSafe(rows_of(T::PUT, chunk.len())));
        for record in chunk {
            args = T::bind(args.bind(programme).bind(T::id(record)).bind(revision), record);
        }
        args.execute(&mut **write).await?;
    }
    Ok(())
}

/// Rows of one statement: its way to the database's thread and back costs more than the row. SQLite takes 32,766
/// arguments; no row has more than 22.
pub const ROWS_AT_ONCE: usize = 100;

/// The statement `put`, which writes one row, for so many rows: each with arguments of its own.
fn rows_of(put: &str, rows: usize) -> String {
    let whole = || -> Option<String> {
        let (head, rest) = put.split_once("values (")?;
        let (row, tail) = rest.split_once(')')?;
        let arguments: Vec<usize> =
            row.split(',').filter_map(|part| part.trim().strip_prefix('?')?.parse().ok()).collect();
        let width = arguments.iter().max()?;
        let row = |i: usize| {
            let numbers: Vec<String> = arguments.iter().map(|n| format!("?{}", i * width + n)).collect();
            format!("({})", numbers.join(", "))
        };
        Some(format!("{head}values {}{tail}", (0..rows).map(row).collect::<Vec<_>>().join(", ")))
    };
    whole().unwrap_or_else(|| put.to_owned())
}

/// Deletes one record that nothing refers to, and notes the change of its programme.
pub async fn remove<T: Table>(write: &mut Write, programme: Option<&str>, id: &str) -> Result<(), Error> {
    if !T::USERS.is_empty() {
        let query = sqlx::query_scalar(T::USERS).bind(programme).bind(id);
        let users: Vec<String> = query.fetch_all(&mut **write).await?;
        if !users.is_empty() {
            return Err(Error::InUse { what: T::WHAT, id: id.to_owned(), users });
        }
    }
    let done = sqlx::query(T::DELETE).bind(programme).bind(id).execute(&mut **write).await?;
    if done.rows_affected() == 0 {
        return Err(Error::NotFound { what: T::WHAT, id: id.to_owned() });
    }
    match programme {
        Some(programme) => touch_programme(write, programme).await,
        None => Ok(()),
    }
}

fn stored<T: Table>(row: &Row) -> Result<Stored<T::Record>, Error> {
    Ok(Stored { record: T::read(row)?, revision: row.try_get("revision")? })
}

/// An optional list of texts as it is kept: JSON, or NULL.
pub fn json_list(list: &Option<Vec<String>>) -> Option<String> {
    list.as_ref().map(|list| serde_json::Value::from(list.as_slice()).to_string())
}

/// The optional list of texts in a column.
pub fn text_list(row: &Row, column: &'static str) -> Result<Option<Vec<String>>, Error> {
    let text: Option<String> = row.try_get(column)?;
    let parsed = text.map(|text| serde_json::from_str(&text)).transpose();
    parsed.map_err(|error| Error::Corrupt { table: column, why: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_for_several_rows_numbers_their_arguments_on() {
        let put = "insert into t (id, a) values (?2, ?3) on conflict (id) do update set a = excluded.a";
        let two = "insert into t (id, a) values (?2, ?3), (?5, ?6) on conflict (id) do update set a = excluded.a";
        assert_eq!(rows_of(put, 2), two);
        assert_eq!(rows_of(put, 1), put);
    }
}
