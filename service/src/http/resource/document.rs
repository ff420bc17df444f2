//! What the API document says of a resource's six operations.

use poem::http::Method;
use poem_openapi::registry::*;
use poem_openapi::types::Type;
use poem_openapi::{ParameterStyle, Tags as _};

use super::{Operation, Resource};
use crate::http::errors::ALWAYS;
use crate::http::failure::{self, Kind, Problem};
use crate::http::fields::Id;
use crate::http::paging;
use crate::store::Table;

/// Names of schemas: of one, of a page, of a POST's body, of a PATCH's.
fn names<R: Resource>() -> [String; 4] {
    let name = R::Wire::name();
    [name.to_string(), format!("{name}List"), format!("New{name}"), format!("{name}Patch")]
}

/// Types that exist for their schemas alone; two resources of one wire type share them.
struct Page<T>(std::marker::PhantomData<T>);
struct New<T>(std::marker::PhantomData<T>);
struct Patch<T>(std::marker::PhantomData<T>);

pub(super) fn register<R: Resource>(registry: &mut Registry) {
    R::Wire::register(registry);
    Problem::register(registry);
    R::TAG.register(registry);
    let [_, list, new, patch] = names::<R>();
    registry.create_schema::<Page<R::Wire>, _>(list, |_| page_schema(R::Wire::schema_ref()));
    registry.create_schema::<New<R::Wire>, _>(new, |registry| {
        let mut schema = registry.create_fake_schema::<R::Wire>();
        schema.required.retain(|name| *name != "id");
        schema.title = None;
        schema.description = Some("What a POST sends: the record, its `id` optional.");
        R::extend_new(&mut schema);
        schema
    });
    registry.create_schema::<Patch<R::Wire>, _>(patch, |registry| {
        let mut schema = registry.create_fake_schema::<R::Wire>();
        schema.required.clear();
        schema.title = None;
        schema.description = Some("A JSON merge patch: the fields to change; `null` takes an optional field away.");
        schema
    });
}

fn page_schema(item: MetaSchemaRef) -> MetaSchema {
    let items = MetaSchema {
        description: Some("The records of this page."),
        items: Some(Box::new(item)),
        ..MetaSchema::new("array")
    };
    let next = MetaSchema {
        description: Some("The `cursor` of the next page; absent on the last one."),
        ..MetaSchema::new("string")
    };
    MetaSchema {
        description: Some("A page of a list."),
        required: vec!["items"],
        properties: vec![
            ("items", MetaSchemaRef::Inline(Box::new(items))),
            ("next", MetaSchemaRef::Inline(Box::new(next))),
        ],
        ..MetaSchema::new("object")
    }
}

pub(super) fn paths<R: Resource>(collection: &str) -> Vec<MetaPath> {
    use Kind::*;
    let [one, list, new, patch] = names::<R>();
    let [of_list, of_create, of_get, of_put, of_patch, of_delete] = R::WORDS.operations;
    let json = "application/json";
    let operation = |method, words: Operation, params: Vec<MetaOperationParam>, request, ok, kinds: &[Kind]| {
        let mut responses: Vec<MetaResponse> = ok;
        let kinds: Vec<Kind> = kinds.iter().chain(&ALWAYS).copied().collect();
        responses.extend(failure::responses(&kinds));
        MetaOperation {
            method,
            tags: vec![R::TAG.name()],
            summary: Some(words.summary),
            description: Some(words.description),
            external_docs: None,
            params,
            request,
            responses: MetaResponses { responses },
            deprecated: false,
            security: vec![],
            operation_id: Some(words.id),
            code_samples: vec![],
        }
    };
    let scope = || -> Vec<MetaOperationParam> {
        let programme = path_parameter("programme", "The id of the programme.");
        if R::SCOPED { vec![programme] } else { vec![] }
    };
    let item = |more: Vec<MetaOperationParam>| {
        let mut params = scope();
        params.push(path_parameter("id", "The id of the record."));
        params.extend(more);
        params
    };
    let of_collection = vec![
        operation(
            Method::GET,
            of_list,
            scope().into_iter().chain(list_parameters::<R::Table>()).collect(),
            None,
            vec![ok(200, "A page of the list.", Some(&list), false, false)],
            &[InvalidParameter, NotFound],
        ),
        operation(
            Method::POST,
            of_create,
            scope(),
            Some(request(json, &new)),
            vec![ok(201, "It was made; `Location` says where it is.", Some(&one), true, true)],
            &[
                InvalidJson,
                NotFound,
                RequestTimeout,
                AlreadyExists,
                ContentTooLarge,
                UnsupportedMediaType,
                Invalid,
                Overloaded,
            ],
        ),
    ];
    let change = [
        BadRequest,
        NotFound,
        RequestTimeout,
        AlreadyExists,
        PreconditionFailed,
        ContentTooLarge,
        UnsupportedMediaType,
        Invalid,
        PreconditionRequired,
        Overloaded,
    ];
    let of_item = vec![
        operation(
            Method::GET,
            of_get,
            item(vec![header("If-None-Match", "The ETag that you have: 304 while it is still the present one.")]),
            None,
            vec![
                ok(200, "The record.", Some(&one), true, false),
                ok(304, "It has not changed since the ETag in `If-None-Match`.", None, true, false),
            ],
            &[BadRequest, NotFound],
        ),
        operation(
            Method::PUT,
            of_put,
            item(vec![
                header("If-Match", "The ETag that you saw: needed to replace what exists."),
                header("If-None-Match", "`*`: create only."),
            ]),
            Some(request(json, &new)),
            vec![ok(200, "It was replaced.", Some(&one), true, false), ok(201, "It was made.", Some(&one), true, true)],
            &change,
        ),
        operation(
            Method::PATCH,
            of_patch,
            item(vec![header("If-Match", "The ETag that you saw: needed.")]),
            Some(request("application/merge-patch+json", &patch)),
            vec![ok(200, "It was changed; this is the whole record.", Some(&one), true, false)],
            &change,
        ),
        operation(
            Method::DELETE,
            of_delete,
            item(vec![header("If-Match", "The ETag that you saw: needed.")]),
            None,
            vec![ok(204, "It is gone.", None, false, false)],
            &[BadRequest, NotFound, InUse, PreconditionFailed, PreconditionRequired],
        ),
    ];
    vec![
        MetaPath { path: collection.to_owned(), operations: of_collection },
        MetaPath { path: format!("{collection}/{{id}}"), operations: of_item },
    ]
}

fn request(content_type: &'static str, schema: &str) -> MetaRequest {
    let schema = MetaSchemaRef::Reference(schema.to_owned());
    MetaRequest { description: None, content: vec![MetaMediaType { content_type, schema }], required: true }
}

fn ok(status: u16, description: &'static str, schema: Option<&str>, tagged: bool, located: bool) -> MetaResponse {
    let content = schema.map(|schema| MetaMediaType {
        content_type: "application/json",
        schema: MetaSchemaRef::Reference(schema.to_owned()),
    });
    let mut headers = Vec::new();
    if tagged {
        headers.push(response_header("ETag", "The revision of the record, for `If-Match` and `If-None-Match`."));
    }
    if located {
        headers.push(response_header("Location", "The path of what was made."));
    }
    MetaResponse {
        description,
        status: Some(status),
        status_range: None,
        content: content.into_iter().collect(),
        headers,
    }
}

fn response_header(name: &str, description: &str) -> MetaHeader {
    MetaHeader {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        required: true,
        deprecated: false,
        schema: String::schema_ref(),
    }
}

fn list_parameters<T: Table>() -> Vec<MetaOperationParam> {
    let limit = MetaSchema {
        minimum: Some(1.0),
        maximum: Some(paging::MAX_LIMIT as f64),
        default: Some(paging::DEFAULT_LIMIT.into()),
        ..MetaSchema::new_with_format("integer", "int32")
    };
    let sorts = paging::sorts::<T>();
    let both_ways = sorts.iter().flat_map(|sort| [(*sort).to_owned(), format!("-{sort}")]);
    let sort = MetaSchema {
        enum_items: both_ways.map(Into::into).collect(),
        default: Some("id".into()),
        ..MetaSchema::new("string")
    };
    let text = || MetaSchema::new("string");
    let mut parameters = vec![
        query("limit", "How many records at most.", limit),
        query("cursor", "`next` of the page before, with the same `sort`.", text()),
        query("sort", "The order; with `-` from the greatest down. Equal ones are in the order of their ids.", sort),
    ];
    parameters.extend(T::FILTERS.iter().map(|filter| query(filter.name, filter.about, text())));
    parameters
}

fn query(name: &str, description: &str, schema: MetaSchema) -> MetaOperationParam {
    parameter(name, MetaParamIn::Query, description, MetaSchemaRef::Inline(Box::new(schema)), false)
}

fn header(name: &str, description: &str) -> MetaOperationParam {
    parameter(name, MetaParamIn::Header, description, String::schema_ref(), false)
}

/// A parameter of the path that is an id.
pub(super) fn path_parameter(name: &str, description: &str) -> MetaOperationParam {
    parameter(name, MetaParamIn::Path, description, Id::schema_ref(), true)
}

fn parameter(
    name: &str,
    in_type: MetaParamIn,
    description: &str,
    schema: MetaSchemaRef,
    required: bool,
) -> MetaOperationParam {
    MetaOperationParam {
        name: name.to_owned(),
        schema,
        in_type,
        description: Some(description.to_owned()),
        required,
        deprecated: false,
        explode: true,
        style: None::<ParameterStyle>,
    }
}
