//! `netvisit backup`: a copy of the database, while the service runs.

use std::path::PathBuf;

use clap::Args;

use super::Ended;
use crate::store::backup;

#[derive(Args)]
pub struct Arguments {
    /// The file to make; one that exists is not overwritten. To restore, start the service on it
    file: PathBuf,
    /// The database file of the service
    #[arg(long, value_name = "FILE", default_value = "netvisit.db")]
    database: PathBuf,
}

pub fn run(arguments: &Arguments) -> Result<(), Ended> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(backup::copy(&arguments.database, &arguments.file))?)
}
