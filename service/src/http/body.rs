//! A JSON body of a wire type, read strictly, and a JSON answer whose text is made already.

use std::marker::PhantomData;
use std::sync::LazyLock;

use poem::{IntoResponse, Request, RequestBody, Response};
use poem_openapi::payload::{ParsePayload, Payload};
use poem_openapi::registry::{MetaMediaType, MetaRequest, MetaSchemaRef, Registry};
use poem_openapi::types::{ParseFromJSON, Type};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use tokio::sync::Semaphore;

use super::failure::Failure;
use super::json;
use super::resource::body_value;

/// Bodies larger than this are read on a thread of their own, so that no other request waits for them.
const LARGE: usize = 64 << 10;

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
        let large = bytes.len() > LARGE;
        let read = move || {
            let value = body_value(&kind, &bytes)?;
            json::shaped(value).map(Body).map_err(Failure::invalid)
        };
        Ok(off_thread(large, read).await?)
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

/// As many places as there are processors: a large body takes many times its size while it is read, and more at once
/// would be no quicker.
static PLACES: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from)));

/// Does what takes a processor for long without keeping other requests waiting.
///
/// Errors: what the work fails with; `Internal` where it panics.
pub async fn off_thread<R: Send + 'static>(
    long: bool,
    work: impl FnOnce() -> Result<R, Failure> + Send + 'static,
) -> Result<R, Failure> {
    if !long {
        return work();
    }
    let _place = PLACES.acquire().await.map_err(Failure::internal)?;
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
