//! Which failures an operation can have, for the API document: a [`Failure`] with a type that names its kinds.

use std::marker::PhantomData;

use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaResponses, Registry};
use poem_openapi::types::Type as _;

use super::failure::{self, Failure, Kind, Problem};

/// Kinds of failure that go together.
pub trait Kinds: Send + Sync + 'static {
    /// Those kinds, besides the ones that every request can meet.
    const KINDS: &'static [Kind];
}

/// Those that every request can meet.
pub const ALWAYS: [Kind; 10] = [
    Kind::BadRequest,
    Kind::Unauthorized,
    Kind::Forbidden,
    Kind::RequestTimeout,
    Kind::UriTooLong,
    Kind::HeadersTooLarge,
    Kind::Overloaded,
    Kind::Internal,
    Kind::UnknownCoding,
    Kind::Unavailable,
];

/// A failure of an operation that can fail in these ways.
#[derive(Debug)]
pub struct Errors<K>(Failure, PhantomData<fn() -> K>);

impl<K, E: Into<Failure>> From<E> for Errors<K> {
    fn from(error: E) -> Self {
        Errors(error.into(), PhantomData)
    }
}

impl<K: Kinds> From<Errors<K>> for poem::Error {
    fn from(fails: Errors<K>) -> Self {
        fails.0.into()
    }
}

impl<K: Kinds> ApiResponse for Errors<K> {
    fn meta() -> MetaResponses {
        let kinds: Vec<Kind> = K::KINDS.iter().chain(&ALWAYS).copied().collect();
        MetaResponses { responses: failure::responses(&kinds) }
    }

    fn register(registry: &mut Registry) {
        Problem::register(registry);
    }
}

macro_rules! groups {
    ($($(#[$doc:meta])* $name:ident = [$($kind:ident),*];)+) => {
        $($(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl Kinds for $name {
            const KINDS: &'static [Kind] = &[$(Kind::$kind),*];
        })+
    };
}

groups! {
    /// Nothing of its own.
    Plainly = [BadRequest];
    /// Reading one thing.
    Reading = [BadRequest, NotFound];
    /// Reading a list.
    Listing = [InvalidParameter, NotFound];
    /// Following what changes.
    Following = [BadRequest, NotFound, Overloaded];
    /// Reading a plan that may not be there yet.
    ReadingPlan = [BadRequest, NotFound, NoPlanYet];
    /// Reading a list from a plan that may not be there yet.
    ListingPlan = [InvalidParameter, NotFound, NoPlanYet];
    /// Creating or replacing under a condition.
    Storing = [
        InvalidJson, RequestTimeout, PreconditionFailed, ContentTooLarge, UnsupportedMediaType, Invalid,
        PreconditionRequired, Overloaded
    ];
    /// Asking for a plan.
    Asking = [InvalidJson, NotFound, RequestTimeout, ContentTooLarge, UnsupportedMediaType, Invalid, Overloaded];
    /// Asking a plan that may not be there yet.
    AskingPlan = [
        InvalidJson, NotFound, RequestTimeout, NoPlanYet, ContentTooLarge, UnsupportedMediaType, Invalid, Overloaded
    ];
    /// Asking for a judgement.
    Judging = [InvalidJson, RequestTimeout, ContentTooLarge, UnsupportedMediaType, Invalid, Overloaded];
    /// Bringing in many records at once.
    Importing = [
        InvalidParameter, InvalidJson, RequestTimeout, ContentTooLarge, UnsupportedMediaType, Invalid, Overloaded
    ];
    /// Bringing in many records of a programme at once.
    ImportingInto = [
        InvalidParameter, InvalidJson, NotFound, RequestTimeout, ContentTooLarge, UnsupportedMediaType, Invalid,
        Overloaded
    ];
    /// Loading a country table.
    Loading = [InvalidParameter, NotFound, CodesTaken];
    /// Deleting a plan.
    DeletingPlan = [BadRequest, NotFound, NotFinished, Published, PreconditionFailed, PreconditionRequired];
    /// Deleting what nothing refers to.
    Deleting = [BadRequest, NotFound, PreconditionFailed, PreconditionRequired];
    /// Publishing a plan.
    Publishing = [
        InvalidJson, NotFound, RequestTimeout, NotPublishable, Outdated, NotFinished, ContentTooLarge,
        UnsupportedMediaType, Invalid, Overloaded
    ];
}
