//! One mechanism for every kind of record: list, POST, GET, PUT, PATCH, DELETE, and what the API document says of it.
//!
//! A resource says what it is ([`Resource`]); [`Collection`] makes the six operations of it. How they fail, how they
//! are paged, what ETags they want is the same for all, and written once: `handlers` does, `document` tells.

mod document;
mod handlers;
mod trail;

use std::collections::HashMap;
use std::future::Future;
use std::marker::PhantomData;

use poem::endpoint::BoxEndpoint;
use poem::http::Method;
use poem_openapi::OpenApi;
use poem_openapi::registry::{MetaApi, MetaSchema, Registry};
use poem_openapi::types::{ParseFromJSON, ToJSON, Type};
use scheduler::Faults;
use serde_json::Value;

use super::Tag;
use super::failure::Failure;
use crate::store::{self, Table, Write};

pub use handlers::{body_value, created, known, new_id, parameter, programme_of, respond};
pub use trail::{note, note_all};

/// The record that a resource's table holds.
pub type Record<R> = <<R as Resource>::Table as Table>::Record;

/// One kind of record and its place in the API.
pub trait Resource: Send + Sync + Sized + 'static {
    /// Where it is kept.
    type Table: Table<Record: PartialEq>;
    /// What goes over the wire.
    type Wire: Type + ParseFromJSON + ToJSON + Send + Sync;
    /// Names and words for the API document.
    const WORDS: Words;
    /// Whether it lies under a programme.
    const SCOPED: bool;
    /// The group that its operations are shown in.
    const TAG: Tag;

    /// From the wire.
    fn record(wire: Self::Wire) -> Record<Self>;

    /// To the wire.
    fn wire(record: &Record<Self>) -> Self::Wire;

    /// What is wrong with the record by itself, and every id in it that names nothing. May store what the record
    /// needs beside it. Errors where it clashes with what is stored.
    fn judge(
        write: &mut Write,
        programme: Option<&str>,
        record: &Record<Self>,
        faults: &mut Faults,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Deletes the record with this id.
    fn delete(
        write: &mut Write,
        programme: Option<&str>,
        id: &str,
    ) -> impl Future<Output = Result<(), store::Error>> + Send {
        store::remove::<Self::Table>(write, programme, id)
    }

    /// Makes a record from what a POST asks for beside its fields (a copy of another, say): takes that out of the
    /// body, and puts fields into it. `id` is set already.
    fn prepare(_write: &mut Write, _body: &mut Value) -> impl Future<Output = Result<(), Failure>> + Send {
        async { Ok(()) }
    }

    /// Adds what [`prepare`](Resource::prepare) understands to the schema of a POST's body.
    fn extend_new(_schema: &mut MetaSchema) {}
}

/// What a resource is called.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// The last part of the path of the collection.
    pub path: &'static str,
    /// Operation ids, summaries and descriptions: list, create, get, put, patch, delete.
    pub operations: [Operation; 6],
}

/// What an operation is called.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// Unique among all operations.
    pub id: &'static str,
    /// A short sentence.
    pub summary: &'static str,
    /// What it does, in sentences.
    pub description: &'static str,
}

/// The words of a resource: its path, the stem of its operation ids (one and many), its name in sentences (one, with its article,
/// and many), and a sentence about what it is.
macro_rules! words {
    ($path:literal, $one_id:literal, $many_id:literal, $one:literal, $many:literal, $about:literal) => {
        $crate::http::resource::Words {
            path: $path,
            operations: [
                $crate::http::resource::Operation {
                    id: concat!("list_", $many_id),
                    summary: concat!("List ", $many),
                    description: concat!($about, " A page at a time, in the order of `sort`; `next` leads to the next page."),
                },
                $crate::http::resource::Operation {
                    id: concat!("create_", $one_id),
                    summary: concat!("Create ", $one),
                    description: concat!($about, " The `id` is yours, or, where you name none, a UUIDv7. A write refuses its own faults and unknown ids; records that contradict each other may be stored while a programme is being built."),
                },
                $crate::http::resource::Operation {
                    id: concat!("get_", $one_id),
                    summary: concat!("Get ", $one),
                    description: concat!($about, " With `If-None-Match` and the ETag that you have, the answer is 304 while nothing has changed."),
                },
                $crate::http::resource::Operation {
                    id: concat!("put_", $one_id),
                    summary: concat!("Create or replace ", $one),
                    description: concat!($about, " To replace what exists, send its ETag in `If-Match`; with `If-None-Match: *` it is created only. The `id` in the body may be left out; where it is there it is that of the path."),
                },
                $crate::http::resource::Operation {
                    id: concat!("patch_", $one_id),
                    summary: concat!("Change fields of ", $one),
                    description: concat!($about, " The body is a JSON merge patch (RFC 7396): fields that it names are set, `null` takes a field away, lists are replaced whole. `If-Match` is needed."),
                },
                $crate::http::resource::Operation {
                    id: concat!("delete_", $one_id),
                    summary: concat!("Delete ", $one),
                    description: concat!($about, " Needs `If-Match`. Where others refer to it the answer is 409 and names them: nothing cascades silently."),
                },
            ],
        }
    };
}
pub(crate) use words;

/// The six operations of a resource.
#[derive(Clone, Copy, Debug)]
pub struct Collection<R>(PhantomData<R>);

impl<R> Default for Collection<R> {
    fn default() -> Self {
        Collection(PhantomData)
    }
}

impl<R: Resource> Collection<R> {
    /// The path of the collection, with the programme in this notation.
    fn path(programme: &str) -> String {
        let scope = if R::SCOPED { format!("/programmes/{programme}") } else { String::new() };
        format!("/v1{scope}/{}", R::WORDS.path)
    }
}

impl<R: Resource> OpenApi for Collection<R> {
    fn meta() -> Vec<MetaApi> {
        vec![MetaApi { paths: document::paths::<R>(&Self::path("{programme}")) }]
    }

    fn register(registry: &mut Registry) {
        document::register::<R>(registry);
    }

    fn add_routes(self, routes: &mut HashMap<String, HashMap<Method, BoxEndpoint<'static>>>) {
        let [first, second] = handlers::PARAMETERS;
        let collection = Self::path(&format!(":{first}"));
        let item = format!("{collection}/:{}", if R::SCOPED { second } else { first });
        let of_collection = routes.entry(collection).or_default();
        of_collection.insert(Method::GET, handlers::endpoint(handlers::list::<R>));
        of_collection.insert(Method::POST, handlers::endpoint(handlers::create::<R>));
        let of_item = routes.entry(item).or_default();
        of_item.insert(Method::GET, handlers::endpoint(handlers::get::<R>));
        of_item.insert(Method::PUT, handlers::endpoint(handlers::put::<R>));
        of_item.insert(Method::PATCH, handlers::endpoint(handlers::patch::<R>));
        of_item.insert(Method::DELETE, handlers::endpoint(handlers::delete::<R>));
    }
}
