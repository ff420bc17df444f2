//! Rows of a page, one after the other: a page ends where it is long, and what comes after it is not read.

use futures_util::TryStreamExt as _;
use futures_util::stream::BoxStream;
use sqlx::{Row as _, SqliteConnection, TypeInfo as _, ValueRef as _};

use super::table::{Args, Row};

/// Bytes after which a page ends, however few its rows are.
pub const MOST_BYTES: usize = 4 << 20;

/// Bytes of rows after which others have their turn: to read a row of a mebibyte takes milliseconds.
const LONG: usize = 64 << 10;

/// The rows of a query, as many as a page has.
pub struct Rows<'a> {
    rows: BoxStream<'a, Result<Row, sqlx::Error>>,
    /// Rows and bytes that may still come.
    limit: usize,
    bytes: usize,
    /// Bytes since others had their turn.
    since: usize,
    left: bool,
}

impl<'a> Rows<'a> {
    /// So many of them at most; where the query gives one more, some are left.
    pub fn of(query: Args<'a>, connection: &'a mut SqliteConnection, limit: usize) -> Rows<'a> {
        Rows { rows: query.fetch(connection), limit, bytes: MOST_BYTES, since: 0, left: false }
    }

    /// The next one.
    pub async fn next(&mut self) -> Result<Option<Row>, sqlx::Error> {
        if self.since > LONG {
            tokio::task::yield_now().await;
            self.since = 0;
        }
        let Some(row) = self.rows.try_next().await? else { return Ok(None) };
        if self.limit == 0 || self.bytes == 0 {
            self.left = true;
            return Ok(None);
        }
        let length = length(&row)?;
        (self.limit, self.bytes, self.since) = (self.limit - 1, self.bytes.saturating_sub(length), self.since + length);
        Ok(Some(row))
    }

    /// Whether there are more than the page has, once it has ended.
    pub fn are_left(&self) -> bool {
        self.left
    }
}

/// Bytes of the texts of a row. A number that was looked at as bytes could not be read as a number any more.
fn length(row: &Row) -> Result<usize, sqlx::Error> {
    let length = |column| {
        let is_text = row.try_get_raw(column)?.type_info().name() == "TEXT";
        let text = if is_text { row.try_get_unchecked::<Option<&str>, _>(column)? } else { None };
        Ok(text.map_or(0, str::len))
    };
    (0..row.len()).map(length).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[tokio::test]
    async fn a_page_ends_with_its_limit_or_where_it_is_long() {
        let directory = tempfile::TempDir::new().unwrap();
        let store = Store::open(&directory.path().join("test.db")).await.unwrap();
        let mut read = store.read().await.unwrap();
        let sql = "with recursive n(i) as (select 1 union all select i + 1 from n where i < ?1)
                   select i, null, printf('%.*c', ?2, 'x') from n where ?1 > 0";
        for (rows, length, limit, expected) in [
            (5, 1, 5, (5, false)),
            (6, 1, 5, (5, true)),
            (0, 1, 5, (0, false)),
            (100, 1 << 20, 50, (4, true)),
            (4, 1 << 20, 50, (4, false)),
            (2, 5 << 20, 50, (1, true)),
        ] {
            let query = sqlx::query(sql).bind(rows).bind::<i64>(length);
            let mut page = Rows::of(query, &mut read, limit);
            let mut found = 0_i64;
            while let Some(row) = page.next().await.unwrap() {
                found += 1;
                assert_eq!(row.get::<i64, _>(0), found);
                assert_eq!(row.get::<Option<String>, _>(1), None);
                assert_eq!(row.get::<String, _>(2).len(), usize::try_from(length).unwrap());
            }
            assert_eq!((found, page.are_left()), expected, "{rows} of {length}");
        }
    }
}
