//! Rows of a page, one after the other: a page ends where it is long, and what comes after it is not read.

use futures_util::TryStreamExt as _;
use futures_util::stream::BoxStream;
use sqlx::{Row as _, SqliteConnection};

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

/// Bytes of the texts and numbers of a row.
fn length(row: &Row) -> Result<usize, sqlx::Error> {
    (0..row.len()).map(|column| Ok(row.try_get_unchecked::<Option<&[u8]>, _>(column)?.map_or(0, <[u8]>::len))).sum()
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
                   select i, null, printf('%.*c', ?2, 'x') from n";
        for (rows, length, limit, expected) in [
            (5, 1, 5, (5, false)),
            (6, 1, 5, (5, true)),
            (0, 1, 5, (0, false)),
            (100, 1 << 20, 50, (4, true)),
            (4, 1 << 20, 50, (4, false)),
            (2, 5 << 20, 50, (1, true)),
        ] {
            let query = sqlx::query(sql).bind(rows).bind(length);
            let mut page = Rows::of(query, &mut read, limit);
            let mut found = 0;
            while page.next().await.unwrap().is_some() {
                found += 1;
            }
            assert_eq!((found, page.are_left()), expected, "{rows} of {length}");
        }
    }
}
