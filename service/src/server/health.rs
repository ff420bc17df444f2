//! Whether the service is alive, and whether it can serve.

use std::sync::Arc;

use poem::web::Data;
use poem::{IntoResponse, Response};
use poem_openapi::payload::{Json, Payload};
use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use poem_openapi::{ApiResponse, Object, OpenApi};

use super::exposition;
use crate::http::Tag;
use crate::http::errors::{Errors, Plainly};
use crate::http::failure::{Failure, Kind};
use crate::log::chain;
use crate::plans::runner::Runner;
use crate::state::State;
use crate::store;

/// The path that is answered as long as the process runs, whatever its database does.
pub const LIVE: &str = "/health/live";

/// The endpoints of a service's keeper.
#[derive(Clone, Copy, Debug)]
pub struct Health;

/// The service is well.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct Healthy {
    /// Always `ok`.
    pub status: String,
}

/// A good answer.
#[derive(ApiResponse)]
pub enum Well {
    /// The service is well.
    #[oai(status = 200)]
    Ok(Json<Healthy>),
}

fn well() -> Well {
    Well::Ok(Json(Healthy { status: "ok".to_owned() }))
}

#[OpenApi]
impl Health {
    /// Check that the service is alive
    ///
    /// Answers as long as the process runs. Restart it when this does not answer.
    #[oai(path = "/health/live", method = "get", operation_id = "get_health_live", tag = "Tag::Health")]
    async fn live(&self) -> Result<Well, Errors<Plainly>> {
        Ok(well())
    }

    /// Check that the service can serve
    ///
    /// Answers 503 while the service starts or stops, or its database does not answer, was removed or replaced, or was
    /// found damaged, or one of its solvers cannot work: send it no requests then.
    #[oai(path = "/health/ready", method = "get", operation_id = "get_health_ready", tag = "Tag::Health")]
    async fn ready(&self, state: Data<&State>, plans: Data<&Arc<Runner>>) -> Result<Well, Errors<Plainly>> {
        if !state.has_begun() {
            return Err(Failure::retry_after(Kind::Unavailable, 1, "The service is starting.").into());
        }
        if state.stopping() {
            return Err(Failure::retry_after(Kind::Unavailable, 5, "The service is stopping.").into());
        }
        if let Err(error) = state.store.ready().await {
            tracing::error!(error = %chain(&error), "the service is not ready");
            let detail = match error {
                store::Error::Misplaced => "The database was removed or replaced while the service runs.",
                store::Error::Damaged => "The database is damaged: restore a backup.",
                _ => "The database does not answer.",
            };
            return Err(Failure::retry_after(Kind::Unavailable, 5, detail).into());
        }
        let slots = plans.slots();
        match slots.missing() {
            0 => Ok(well()),
            missing => {
                let detail = format!(
                    "{missing} of {} solvers cannot work, for want of threads most likely: plans wait until they can.",
                    slots.all()
                );
                Err(Failure::retry_after(Kind::Unavailable, 5, detail).into())
            }
        }
    }

    /// Get figures for Prometheus
    ///
    /// In the text format of Prometheus: requests by route, method and status with their times, waits for the database,
    /// the queue of plans, solvers that work and that cannot, how long plans were searched for and what gap they ended with,
    /// memory and open files.
    #[oai(path = "/metrics", method = "get", operation_id = "get_metrics", tag = "Tag::Health")]
    async fn metrics(&self, state: Data<&State>, plans: Data<&Arc<Runner>>) -> Result<Figures, Errors<Plainly>> {
        let text = exposition::text(&state.metrics, &state.store, plans.slots()).await.map_err(Failure::from)?;
        Ok(Figures::Told(Exposition(text)))
    }
}

/// The answer with figures.
#[derive(ApiResponse)]
pub enum Figures {
    /// The figures, one a line.
    #[oai(status = 200)]
    Told(Exposition),
}

/// Figures in the text format of Prometheus.
pub struct Exposition(String);

impl Payload for Exposition {
    const CONTENT_TYPE: &'static str = "text/plain";

    fn schema_ref() -> MetaSchemaRef {
        let example = "netvisit_plans{state=\"queued\"} 2\n";
        MetaSchemaRef::Inline(Box::new(MetaSchema { example: Some(example.into()), ..MetaSchema::new("string") }))
    }
}

impl IntoResponse for Exposition {
    fn into_response(self) -> Response {
        Response::builder().content_type("text/plain; version=0.0.4").body(self.0)
    }
}
