//! Where a programme comes from: the ones that it was copied from, and who shared a network there.

pub mod store;

use std::collections::{BTreeMap, BTreeSet};

use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::types::Example;
use poem_openapi::{ApiResponse, Object, OpenApi};

use crate::http::Tag;
use crate::http::errors::{Errors, Reading};
use crate::http::failure::Failure;
use crate::http::fields::Id;
use crate::http::place::Place;
use crate::plans::handout::Handout;
use crate::records::programmes::store::Programmes;
use crate::state::State;
use crate::store::one;

use store::Earlier;

/// `/programmes/{programme}/history`
#[derive(Clone, Copy, Debug)]
pub struct History;

/// The programmes that a programme comes from.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct EarlierList {
    /// The one that it was copied from first, then the one that that was copied from, and so on.
    pub items: Vec<EarlierProgramme>,
}

/// A programme that another one comes from.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(skip_serializing_if_is_none, example)]
pub struct EarlierProgramme {
    /// Its id.
    pub programme: Id,
    /// Its name.
    pub name: String,
    /// The id of the plan in force there; absent where none was published.
    pub plan: Option<String>,
    /// The pairs of municipalities that share a network in that plan, sorted; the smaller id is `a`.
    pub pairs: Vec<SharedNetwork>,
}

/// Two municipalities that shared a network.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct SharedNetwork {
    /// The id of one municipality.
    pub a: Id,
    /// The id of the other.
    pub b: Id,
    /// The ids of the networks that they shared.
    pub networks: Vec<Id>,
}

impl Example for EarlierProgramme {
    fn example() -> Self {
        let id = |id: &str| Id(id.to_owned());
        EarlierProgramme {
            programme: id("networks-2025"),
            name: "Networks 2025".to_owned(),
            plan: Some("019ab6a4-6c1e-7d3a-9c55-0f6b8b0e4a11".to_owned()),
            pairs: vec![SharedNetwork { a: id("0101"), b: id("0147"), networks: vec![id("n1")] }],
        }
    }
}

/// The answer to a GET of a history.
#[derive(ApiResponse)]
pub enum HistoryResponse {
    /// The earlier programmes.
    #[oai(status = 200)]
    Listed(Json<EarlierList>),
}

#[OpenApi]
impl History {
    /// Get where a programme comes from
    ///
    /// The programmes that it was copied from, one from the other (a POST of a programme with `copy_of` makes a copy), each
    /// with the plan in force there and the pairs of municipalities that share a network in it.
    #[oai(
        path = "/v1/programmes/:programme/history",
        method = "get",
        operation_id = "get_history",
        tag = "Tag::Programmes"
    )]
    async fn get(
        &self,
        state: Data<&State>,
        /// The id of the programme.
        programme: Path<Id>,
    ) -> Result<HistoryResponse, Errors<Reading>> {
        let place = Place::take().await?;
        let mut read = state.store.read().await?;
        one::<Programmes>(&mut read, None, &programme.0.0).await?;
        let mut next = store::copied_from(&mut read, &programme.0.0).await?;
        drop(read);
        let mut items: Vec<EarlierProgramme> = Vec::new();
        while let Some(id) = next {
            // An id that was given again may lead round in a circle.
            if id == programme.0.0 || items.iter().any(|earlier| earlier.programme.0 == id) {
                break;
            }
            // One at a time: each may be as large as a plan is.
            let Some(earlier) = store::earlier(&mut *state.store.read().await?, &id).await? else { break };
            next = earlier.copied_from.clone();
            place.weigh(earlier.length()).await?;
            items.push(place.run(move || to_wire(earlier)).await?);
        }
        Ok(HistoryResponse::Listed(Json(EarlierList { items })))
    }
}

/// The pairs of municipalities that share a network in the plan in force of the programme that this one was copied from;
/// none where it was copied from none, or no plan is in force there.
pub async fn met_before(state: &State, programme: &str) -> Result<Option<Vec<(String, String)>>, Failure> {
    let place = Place::take().await?;
    let mut read = state.store.read().await?;
    let Some(id) = store::copied_from(&mut read, programme).await? else { return Ok(None) };
    let earlier = store::earlier(&mut read, &id).await?;
    drop(read);
    let Some(earlier) = earlier.filter(|earlier| earlier.plan.is_some()) else { return Ok(None) };
    place.weigh(earlier.length()).await?;
    let shared = place.run(move || Ok(to_wire(earlier)?.pairs)).await?;
    Ok(Some(shared.into_iter().map(|pair| (pair.a.0, pair.b.0)).collect()))
}

/// The pairs of municipalities that share a network in a plan document of this problem document.
///
/// Errors: `Internal` where one of the two cannot be read.
pub fn met_in(problem: &str, plan: &str) -> Result<Vec<(String, String)>, Failure> {
    let shared = pairs(&Handout::read(problem, plan)?);
    Ok(shared.into_iter().map(|pair| (pair.a.0, pair.b.0)).collect())
}

fn to_wire(earlier: Earlier) -> Result<EarlierProgramme, Failure> {
    let Earlier { programme, name, plan, .. } = earlier;
    let pairs = match &plan {
        Some((_, problem, document)) => pairs(&Handout::read(problem, document)?),
        None => Vec::new(),
    };
    Ok(EarlierProgramme { programme: Id(programme), name, plan: plan.map(|(id, _, _)| id), pairs })
}

/// The pairs of municipalities that share a network, with those networks.
fn pairs(handout: &Handout) -> Vec<SharedNetwork> {
    let mut inside: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for member in handout.members() {
        if let Some((network, _)) = member.network {
            inside.entry(network).or_default().insert(member.municipality.0);
        }
    }
    let mut shared: BTreeMap<(&str, &str), Vec<Id>> = BTreeMap::new();
    for (network, towns) in inside {
        for a in &towns {
            for b in towns.range(*a..).skip(1) {
                shared.entry((a, b)).or_default().push(Id(network.to_owned()));
            }
        }
    }
    let told = |((a, b), networks): ((&str, &str), Vec<Id>)| SharedNetwork {
        a: Id(a.to_owned()),
        b: Id(b.to_owned()),
        networks,
    };
    shared.into_iter().map(told).collect()
}
