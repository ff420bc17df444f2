//! Networks of municipalities over HTTP: a thin service around the pure `scheduler`.
//!
//! A tour: [`serve()`] opens the [`store`], makes the [`state`] that all endpoints share, and hands [`app`] to the accept
//! loop in [`http::serve`]. Every request goes through [`http::edge`]: its id, its limits, its errors. Resources are a
//! folder each: `mod.rs` says what it is, `wire.rs` what goes over the wire, `store.rs` its SQL;
//! [`http::resource`] makes the six operations of each.

pub mod access;
pub mod audit;
pub mod checks;
pub mod clashes;
pub mod clock;
pub mod commands;
pub mod config;
pub mod demo;
pub mod distances;
pub mod docs;
pub mod enrolments;
pub mod explanations;
pub mod exports;
pub mod feeds;
mod formulas;
#[cfg(test)]
mod fuzz;
pub mod handmade;
pub mod history;
pub mod http;
pub mod imports;
pub mod log;
pub mod metrics;
pub mod municipalities;
pub mod networks;
pub mod openapi;
pub mod pair_rules;
pub mod plans;
pub mod problems;
pub mod programmes;
pub mod publications;
pub mod reference;
pub mod regions;
pub mod rounds;
pub mod serve;
pub mod state;
pub mod store;
pub mod tracks;
pub mod unchanged;
pub mod upkeep;
pub mod what_if;

use poem::http::Method;
use poem::{Endpoint, EndpointExt as _, Response, Route};
use poem_openapi::{OpenApi, OpenApiService};

use http::edge::Edge;
use http::idempotency::Once;
use http::resource::Collection;
use http::routes::Routes;
use state::State;

pub use config::Config;
pub use serve::serve;

/// The version of this build.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Every operation of the service, in the order of the API document: that of the work. A tuple holds 16 at most; they nest.
fn operations() -> impl OpenApi + 'static {
    (
        reference::ReferenceData,
        (
            Collection::<regions::MasterRegions>::default(),
            Collection::<municipalities::MasterMunicipalities>::default(),
            Collection::<programmes::Programmes>::default(),
            history::History,
        ),
        (
            Collection::<regions::ProgrammeRegions>::default(),
            Collection::<municipalities::ProgrammeMunicipalities>::default(),
            municipalities::refresh::Refresh,
            Collection::<tracks::ProgrammeTracks>::default(),
            Collection::<rounds::ProgrammeRounds>::default(),
            Collection::<networks::ProgrammeNetworks>::default(),
            Collection::<enrolments::ProgrammeEnrolments>::default(),
            Collection::<pair_rules::ProgrammePairRules>::default(),
            Collection::<distances::ProgrammeDistances>::default(),
        ),
        (imports::Imports, problems::Problems, clashes::Clashes),
        (plans::Plans, plans::events::PlanEvents, handmade::HandMadePlans),
        (explanations::Explanations, what_if::WhatIfs, what_if::Newcomers),
        (publications::Publications, feeds::Feeds, exports::Exports),
        (checks::Checks, audit::Audit, http::health::Health),
    )
}

/// The service's endpoint, whole: the operations, and the pages beside them.
pub fn app(state: State) -> impl Endpoint<Output = Response> + 'static {
    let operations = operations();
    let mut routes = Routes::of(&operations);
    routes.add("/problems/{code}", &Method::GET);
    let route = docs::add(Route::new(), &mut routes)
        .at("/problems/:code", poem::get(http::problem_pages::ProblemPage))
        .nest("/", OpenApiService::new(operations, "Netvisit", VERSION))
        .around(|inner, request| async move {
            match docs::from_root(&request) {
                Some(redirect) => Ok(redirect),
                None => inner.call(request).await,
            }
        });
    Edge::new(Once::new(route.data(state.clone()), state.clone()), routes, state)
}

/// The OpenAPI document of the service: JSON, indented.
///
/// Errors: none that a test of this crate would not have found; the document depends on the program alone.
pub fn openapi_document() -> serde_json::Result<String> {
    let document = openapi::mended(&OpenApiService::new(operations(), "Netvisit", VERSION).spec())?;
    serde_json::to_string_pretty(&openapi::InOrder::new(document, &operations()))
}
