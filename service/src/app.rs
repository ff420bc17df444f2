//! The route table: every operation, the pages beside them, and the API document made of both.

use std::sync::Arc;

use poem::http::Method;
use poem::{Endpoint, EndpointExt as _, Response, Route};
use poem_openapi::{OpenApi, OpenApiService};

use crate::config::VERSION;
use crate::handing_out::{exports, feeds, fees, handmade, open_seats, publications, seatings};
use crate::http::resource::Collection;
use crate::openapi;
use crate::plans;
use crate::plans::runner::Runner;
use crate::questions::{audit, checks, clashes, explanations, rules, what_if};
use crate::records::{
    distances, enrolments, gatherings, imports, municipalities, networks, pair_rules, problems, programmes, reference,
    regions, rounds, tracks,
};
use crate::server::edge::Edge;
use crate::server::idempotency::Idempotent;
use crate::server::problem_pages::ProblemPage;
use crate::server::routes::Routes;
use crate::server::{docs, health};
use crate::state::State;

/// Every operation of the service, in the order of the API document: that of the work. A tuple holds 16 at most; they nest.
fn operations() -> impl OpenApi + 'static {
    (
        reference::ReferenceData,
        (
            Collection::<regions::MasterRegions>::default(),
            Collection::<municipalities::MasterMunicipalities>::default(),
            Collection::<programmes::Programmes>::default(),
            plans::history::History,
        ),
        (
            Collection::<regions::ProgrammeRegions>::default(),
            Collection::<municipalities::ProgrammeMunicipalities>::default(),
            municipalities::refresh::Refresh,
            Collection::<tracks::ProgrammeTracks>::default(),
            Collection::<rounds::ProgrammeRounds>::default(),
            Collection::<gatherings::ProgrammeGatherings>::default(),
            Collection::<networks::ProgrammeNetworks>::default(),
            Collection::<enrolments::ProgrammeEnrolments>::default(),
            Collection::<pair_rules::ProgrammePairRules>::default(),
            Collection::<distances::ProgrammeDistances>::default(),
        ),
        (imports::Imports, exports::records::RecordExports, problems::Problems, clashes::Clashes),
        (plans::Plans, plans::lists::PlanLists, plans::events::PlanEvents, handmade::HandMadePlans),
        (explanations::Explanations, what_if::WhatIfs, what_if::Newcomers, seatings::Seatings),
        (publications::Publications, feeds::Feeds, exports::Exports, fees::ProgrammeFees, open_seats::OpenSeats),
        (checks::Checks, rules::Rules, audit::Audit, health::Health),
    )
}

/// The service's endpoint, whole: the operations, and the pages beside them.
pub fn endpoint(state: State, plans: Arc<Runner>) -> impl Endpoint<Output = Response> + 'static {
    let operations = operations();
    let mut routes = Routes::of(&operations);
    routes.add("/problems/{code}", &Method::GET);
    let route = docs::add(Route::new(), &mut routes, openapi_document)
        .at("/problems/:code", poem::get(ProblemPage))
        .nest("/", OpenApiService::new(operations, "Netvisit", VERSION))
        .around(|inner, request| async move {
            match docs::from_root(&request) {
                Some(redirect) => Ok(redirect),
                None => inner.call(request).await,
            }
        });
    Edge::new(
        Idempotent::new(route.data(plans).data(state.store.clone()).data(state.clone()), state.clone()),
        routes,
        state,
    )
}

/// The OpenAPI document of the service: JSON, indented.
///
/// Errors: none that a test of this crate would not have found; the document depends on the program alone.
pub fn openapi_document() -> serde_json::Result<String> {
    let document = openapi::mended(&OpenApiService::new(operations(), "Netvisit", VERSION).spec())?;
    serde_json::to_string_pretty(&openapi::InOrder::new(document, &operations()))
}
