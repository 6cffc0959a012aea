//! Somebody's webhook: takes every `POST`, and keeps it in the record. What a vendor's would say of it is scripted.

use http::{Method, StatusCode};

use crate::call::{self, Call, Reply};

pub(crate) fn handle(call: &Call<'_>) -> Reply {
    match *call.method() {
        Method::POST => call::empty(StatusCode::NO_CONTENT),
        _ => call::empty(StatusCode::METHOD_NOT_ALLOWED),
    }
}

pub(crate) fn usual_error(status: StatusCode) -> Reply {
    call::empty(status)
}
