//! Packages on their way to the host.

use bytes::Bytes;
use futures::stream;
use reqwest::{Body, Method, header};
use tieline_types::{Digest, api::PackageSummary};

use super::{Client, ClientError};

/// Big enough to be fast, small enough for a bar that moves.
const CHUNK: usize = 64 << 10;

impl Client {
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
