//! A JSON body of a wire type, read strictly, and a JSON answer whose text is made already.

use std::marker::PhantomData;

use poem::{IntoResponse, Request, RequestBody, Response};
use poem_openapi::payload::{ParsePayload, Payload};
use poem_openapi::registry::{MetaMediaType, MetaRequest, MetaSchemaRef, Registry};
use poem_openapi::types::{ParseFromJSON, ToJSON, Type};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use super::failure::Failure;
use super::json;
use super::place::Place;
use super::resource::body_value;

/// Bodies larger than this are read on a thread of their own, so that no other request waits for them.
pub const LARGE: usize = 64 << 10;

/// The body of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Body<T>(pub T);

impl<T: Type> Payload for Body<T> {
    const CONTENT_TYPE: &'static str = "application/json";

    fn schema_ref() -> MetaSchemaRef {
        T::schema_ref()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

impl<T: ParseFromJSON + 'static> ParsePayload for Body<T> {
    const IS_REQUIRED: bool = true;

    async fn from_request(request: &Request, body: &mut RequestBody) -> poem::Result<Self> {
        let kind = request.content_type().unwrap_or_default().to_owned();
        let bytes = body.take()?.into_bytes().await.map_err(Failure::internal)?;
        let length = bytes.len();
        let read = move || {
            let value = body_value(&kind, &bytes)?;
            json::shaped(value).map(Body).map_err(Failure::invalid)
        };
        Ok(off_thread_for(length, read).await?)
    }
}

impl<'a, T: ParseFromJSON + 'static> ApiExtractor<'a> for Body<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        <Self as Payload>::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let content = vec![MetaMediaType { content_type: Self::CONTENT_TYPE, schema: <Self as Payload>::schema_ref() }];
        Some(MetaRequest { description: None, content, required: true })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        <Self as ParsePayload>::from_request(request, body).await
    }
}

/// Does what takes a processor for long without keeping other requests waiting. What it needs of the database is better
/// read once there is a [`Place`].
///
/// Errors: what the work fails with; `Overloaded` where others take too long; `Internal` where it panics.
pub async fn off_thread<R: Send + 'static>(
    long: bool,
    work: impl FnOnce() -> Result<R, Failure> + Send + 'static,
) -> Result<R, Failure> {
    if long { Place::take().await?.run(work).await } else { work() }
}

/// The same with a text of so many bytes, where that is large.
///
/// Errors: those of `off_thread`.
pub async fn off_thread_for<R: Send + 'static>(
    bytes: usize,
    work: impl FnOnce() -> Result<R, Failure> + Send + 'static,
) -> Result<R, Failure> {
    if bytes <= LARGE {
        return work();
    }
    let place = Place::take().await?;
    place.weigh(bytes).await?;
    place.run(work).await
}

/// The same for one who holds the database's only writer: nobody else does, and nobody should wait for it longer than it
/// has to be.
///
/// Errors: what the work fails with; `Internal` where it panics.
pub async fn as_writer<R: Send + 'static>(
    work: impl FnOnce() -> Result<R, Failure> + Send + 'static,
) -> Result<R, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(Failure::internal)?
}

/// JSON text that is written already, with the schema of `T`.
#[derive(Clone, Debug)]
pub struct Written<T>(pub String, PhantomData<fn() -> T>);

impl<T> Written<T> {
    /// This text.
    pub fn new(text: String) -> Self {
        Written(text, PhantomData)
    }

    /// This value: to be made where it keeps nobody waiting.
    pub fn of(value: &T) -> Self
    where
        T: ToJSON,
    {
        Written::new(value.to_json_string())
    }
}

impl<T: Type> Payload for Written<T> {
    const CONTENT_TYPE: &'static str = "application/json";

    fn schema_ref() -> MetaSchemaRef {
        T::schema_ref()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

impl<T: Send> IntoResponse for Written<T> {
    fn into_response(self) -> Response {
        Response::builder().content_type("application/json").body(self.0)
    }
}

/// The body of a request that may be left out: then it is the default.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OptionalBody<T>(pub T);

impl<'a, T: ParseFromJSON + Default + 'static> ApiExtractor<'a> for OptionalBody<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Body::<T>::request_meta().map(|meta| MetaRequest { required: false, ..meta })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let bytes = body.take()?.into_bytes().await.map_err(Failure::internal)?;
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        let mut body = RequestBody::new(bytes.into());
        <Body<T> as ParsePayload>::from_request(request, &mut body).await.map(|body| OptionalBody(body.0))
    }
}
