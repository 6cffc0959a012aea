//! A bucket in memory that speaks as much of S3 as datasets need.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html>

use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
    sync::Arc,
};

use axum::{
    Router,
    body::Bytes,
    extract::{Query, State},
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use parking_lot::Mutex;

const NAME: &str = "/bucket/";
const WHEN: &str = "Sat, 22 Nov 2025 12:00:00 GMT";

/// What it holds, and what it was asked.
#[derive(Default)]
pub(crate) struct Held {
    pub(crate) objects: BTreeMap<String, Bytes>,
    parts: BTreeMap<u32, Bytes>,
    /// Method and credential of each request.
    pub(crate) asked: Vec<(Method, String)>,
}

pub(crate) type Bucket = Arc<Mutex<Held>>;

/// Opens a bucket at a free port.
pub(crate) async fn open() -> (Bucket, SocketAddr) {
    let bucket = Bucket::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = Router::new().fallback(answer).with_state(bucket.clone());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (bucket, address)
}

async fn answer(
    State(bucket): State<Bucket>,
    method: Method,
    uri: Uri,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let held = &mut *bucket.lock();
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    held.asked.push((method.clone(), text("authorization").to_owned()));
    let path = uri.path().replace("%3D", "=");
    let key = path.strip_prefix(NAME).unwrap_or_default().to_owned();
    let has = |name: &str| query.contains_key(name);
    match method.as_str() {
        "PUT" if has("partNumber") => {
            held.parts.insert(query["partNumber"].parse().unwrap(), body);
            tagged(StatusCode::OK, Bytes::new())
        }
        "PUT" if text("if-none-match") == "*" && held.objects.contains_key(&key) => {
            StatusCode::PRECONDITION_FAILED.into_response()
        }
        "PUT" => {
            held.objects.insert(key, body);
            tagged(StatusCode::OK, Bytes::new())
        }
        "POST" if has("uploads") => xml(format!(
            "<InitiateMultipartUploadResult><Bucket>bucket</Bucket><Key>{key}</Key><UploadId>u</UploadId></InitiateMultipartUploadResult>"
        )),
        "POST" if has("uploadId") => {
            let whole: Vec<u8> = std::mem::take(&mut held.parts).into_values().flatten().collect();
            held.objects.insert(key, whole.into());
            xml("<CompleteMultipartUploadResult><ETag>\"e\"</ETag></CompleteMultipartUploadResult>".into())
        }
        "POST" if has("delete") => {
            let asked = String::from_utf8(body.to_vec()).unwrap();
            let keys = asked.split("<Key>").skip(1).filter_map(|rest| rest.split_once("</Key>"));
            let mut deleted = String::new();
            for (key, _) in keys {
                held.objects.remove(key);
                deleted.push_str(&format!("<Deleted><Key>{key}</Key></Deleted>"));
            }
            xml(format!("<DeleteResult>{deleted}</DeleteResult>"))
        }
        "DELETE" => {
            held.objects.remove(&key);
            StatusCode::NO_CONTENT.into_response()
        }
        "GET" if has("list-type") => {
            let prefix = query.get("prefix").cloned().unwrap_or_default();
            let shown = held.objects.iter().filter(|(key, _)| key.starts_with(&prefix)).map(|(key, object)| {
                format!(
                    "<Contents><Key>{key}</Key><LastModified>2025-11-22T12:00:00.000Z</LastModified><ETag>\"e\"</ETag><Size>{}</Size></Contents>",
                    object.len()
                )
            });
            xml(format!(
                "<ListBucketResult><IsTruncated>false</IsTruncated>{}</ListBucketResult>",
                shown.collect::<String>()
            ))
        }
        "GET" | "HEAD" => match held.objects.get(&key) {
            None => StatusCode::NOT_FOUND.into_response(),
            Some(object) => part(object, text("range")),
        },
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

/// `bytes=2-5`, or all of it.
fn part(object: &Bytes, range: &str) -> Response {
    let Some((from, to)) = range.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return tagged(StatusCode::OK, object.clone());
    };
    let (from, to): (usize, usize) = (from.parse().unwrap(), to.parse().unwrap());
    let mut answer = tagged(StatusCode::PARTIAL_CONTENT, object.slice(from..=to));
    let stood = format!("bytes {from}-{to}/{}", object.len());
    answer.headers_mut().insert(header::CONTENT_RANGE, stood.parse().unwrap());
    answer
}

fn tagged(status: StatusCode, body: Bytes) -> Response {
    (status, [(header::ETAG, "\"e\""), (header::LAST_MODIFIED, WHEN)], body).into_response()
}

fn xml(text: String) -> Response {
    ([(header::CONTENT_TYPE, "application/xml")], text).into_response()
}
