//! `netvisit keys`: who may call the service.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use scheduler::Faults;

use super::{Ended, input, offline, output};
use crate::access::{Key, Role, now, secret, store};
use crate::http::fields::LONGEST_NAME;
use crate::store::audit::Change;
use crate::store::{Error, Store, Write};

#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
    /// The database file of the service, which may be running; made where there is none
    #[arg(long, value_name = "FILE", default_value = "netvisit.db", global = true)]
    database: PathBuf,
}

#[derive(Subcommand)]
enum What {
    /// Make a key and print it; it is shown this once
    Create {
        /// Whose it is, or what for: a note for people
        #[arg(long, value_parser = name)]
        name: String,
        /// What it allows: a viewer reads, a planner changes programmes and asks for plans, an admin may do everything
        #[arg(long)]
        role: Role,
        /// The last day on which it is good (YYYY-MM-DD, in UTC); for good where this is not said
        #[arg(long, value_name = "DATE")]
        expires: Option<chrono::NaiveDate>,
    },
    /// List all keys, one a line: id, role, state, when made, when it ends, name
    List,
    /// Take a key away for good, at once
    Revoke {
        /// Its id, as the list has it
        id: String,
    },
    /// Set the last day on which a key is good
    Expire {
        /// Its id, as the list has it
        id: String,
        /// The last day (YYYY-MM-DD, in UTC), or `never`
        #[arg(value_name = "DATE", value_parser = last_day)]
        date: LastDay,
    },
}

/// The last day of a key; none: it does not end by itself.
#[derive(Clone, Copy, Debug)]
struct LastDay(Option<chrono::NaiveDate>);

/// Reads whose a key is, or what for: as long as any name.
fn name(text: &str) -> Result<String, String> {
    let fits = (1..=LONGEST_NAME).contains(&text.chars().count());
    if fits { Ok(text.to_owned()) } else { Err(format!("it is a text of 1 to {LONGEST_NAME} characters")) }
}

fn last_day(text: &str) -> Result<LastDay, chrono::ParseError> {
    if text == "never" { Ok(LastDay(None)) } else { text.parse().map(|day| LastDay(Some(day))) }
}

pub fn run(arguments: &Arguments) -> Result<(), Ended> {
    offline::run(&arguments.database, "keys", |store| async move {
        match &arguments.what {
            What::Create { name, role, expires } => create(&store, name, *role, end_of(*expires)).await,
            What::List => output::write(&list(&store).await?),
            What::Revoke { id } => {
                let mut write = store.write().await.map_err(failed)?;
                store::revoke(&mut write, id, &now()).await.map_err(failed)?;
                changed(write, id).await
            }
            What::Expire { id, date } => {
                let mut write = store.write().await.map_err(failed)?;
                store::expire(&mut write, id, end_of(date.0).as_deref()).await.map_err(failed)?;
                changed(write, id).await
            }
        }
    })
}

async fn create(store: &Store, name: &str, role: Role, expires_at: Option<String>) -> Result<(), Ended> {
    if name.trim().is_empty() || name.chars().any(char::is_control) {
        let mut faults = Faults::default();
        faults.add("/name", "out_of_range", "a name has letters and no line breaks");
        return Err(input::refused_arguments(&faults));
    }
    let (id, text) = secret::new_key().map_err(|error| Ended::Failed(error.into()))?;
    let (name, hash) = (name.to_owned(), secret::Hash::of(&text));
    let key = Key { id, name, role, hash, created_at: now(), expires_at, revoked_at: None };
    let mut write = store.write().await.map_err(failed)?;
    store::insert(&mut write, &key).await.map_err(failed)?;
    changed(write, &key.id).await?;
    output::write(&format!("{text}\n"))
}

/// Stores a change of a key, with its line in the audit trail.
async fn changed(mut write: Write, id: &str) -> Result<(), Ended> {
    write.note(Change::of(format!("keys/{id}"), None, None));
    write.commit().await.map_err(failed)
}

async fn list(store: &Store) -> Result<String, Ended> {
    let mut read = store.read().await.map_err(failed)?;
    let keys = store::all(&mut read).await.map_err(failed)?;
    let now = now();
    let line = |key: &Key| {
        let end = key.expires_at.as_deref().unwrap_or("-");
        format!("{}\t{}\t{}\t{}\t{end}\t{}\n", key.id, key.role, key.state(&now), key.created_at, key.name)
    };
    Ok(keys.iter().map(line).collect())
}

/// The moment after the last day.
fn end_of(day: Option<chrono::NaiveDate>) -> Option<String> {
    Some(format!("{}T00:00:00.000Z", day?.succ_opt()?))
}

/// An id that names nothing is bad input; all else is not.
fn failed(error: Error) -> Ended {
    match error {
        Error::NotFound { .. } => Ended::BadInput(format!("netvisit: {error}; `netvisit keys list` lists all")),
        error => Ended::Failed(error.into()),
    }
}
