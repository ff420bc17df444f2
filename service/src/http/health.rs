//! Whether the service is alive, and whether it can serve.

use poem::web::Data;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};

use super::fails::{Fails, Plainly};
use super::failure::{Failure, Kind};
use crate::http::Tag;
use crate::state::State;

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
    /// Is the service alive?
    ///
    /// Answers as long as the process runs. Restart it when this does not answer.
    #[oai(path = "/health/live", method = "get", operation_id = "get_health_live", tag = "Tag::Health")]
    async fn live(&self) -> Result<Well, Fails<Plainly>> {
        Ok(well())
    }

    /// Can the service serve?
    ///
    /// Answers 503 while the service stops or its database does not answer: send it no requests then.
    #[oai(path = "/health/ready", method = "get", operation_id = "get_health_ready", tag = "Tag::Health")]
    async fn ready(&self, state: Data<&State>) -> Result<Well, Fails<Plainly>> {
        if state.stopping() {
            return Err(Failure::retry_after(Kind::Unavailable, 5, "The service is stopping.").into());
        }
        match state.store.ready().await {
            Ok(()) => Ok(well()),
            Err(error) => {
                tracing::error!(error = %anyhow::Error::from(error), "the database does not answer");
                Err(Failure::retry_after(Kind::Unavailable, 5, "The database does not answer.").into())
            }
        }
    }
}
