//! `netvisit demo`: a made-up problem document on stdout.

use serde_json::json;

use super::{Ended, output};
use crate::records::demo::{self, Shape};
use crate::records::problems::wire::ProblemDocument;
use crate::records::reference::Country;

/// What to make up.
#[derive(clap::Args)]
pub struct Arguments {
    /// What is hard in it.
    #[arg(long, value_enum, default_value = "single")]
    shape: Shape,
    /// Whose geography.
    #[arg(long, value_enum, default_value = "dk")]
    country: Country,
    /// How many municipalities.
    #[arg(long, default_value_t = 98, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    take: u32,
    /// Seed of every random choice.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Writes the document.
pub fn run(arguments: &Arguments) -> Result<(), Ended> {
    use poem_openapi::types::ToJSON;
    let take = usize::try_from(arguments.take).unwrap_or(usize::MAX);
    let records = demo::problem(arguments.shape, arguments.country, take, arguments.seed);
    output::write(&format!("{:#}\n", json!(ProblemDocument::new(&records).to_json())))
}
