//! Packages on their way to the host.

use bytes::Bytes;
use futures::stream;
use reqwest::{Body, Method, StatusCode, header};
use tieline_types::{Digest, api::PackageSummary};

use super::{Client, ClientError};

/// Big enough to be fast, small enough for a bar that moves.
const CHUNK: usize = 64 << 10;

impl Client {
    /// Whether the host has the package already.
    pub(crate) async fn has_package(&self, digest: Digest) -> Result<bool, ClientError> {
        let what = "asking for the package";
        let request = self.request(Method::HEAD, &["packages", &digest.to_string()]);
        let response = request.send().await.map_err(|source| ClientError::Unreachable {
            what,
            host: self.base.clone(),
            source,
        })?;
        match response.status() {
            StatusCode::OK => Ok(true),
            StatusCode::NOT_FOUND => Ok(false),
            // An answer to HEAD has no body that could say more; the upload's has.
            StatusCode::UNAUTHORIZED => Ok(false),
            other => Err(self.stranger(what, other)),
        }
    }

    /// Sends the package. `sent` hears of every chunk that went out, with its length.
    pub(crate) async fn put_package(
        &self,
        digest: Digest,
        bytes: Bytes,
        sent: impl Fn(u64) + Send + 'static,
    ) -> Result<PackageSummary, ClientError> {
        let length = bytes.len();
        let chunks = (0..length).step_by(CHUNK).map(move |start| {
            let chunk = bytes.slice(start..length.min(start + CHUNK));
            sent(chunk.len() as u64);
            Ok::<_, std::convert::Infallible>(chunk)
        });
        let request = self
            .request(Method::PUT, &["packages", &digest.to_string()])
            .header(header::CONTENT_TYPE, "application/wasm")
            .header(header::CONTENT_LENGTH, length)
            .body(Body::wrap_stream(stream::iter(chunks)));
        self.answer("uploading the package", request).await
    }
}
