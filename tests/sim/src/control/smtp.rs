//! `/smtp/…`.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;

use super::{Body, Refusal, Shared};
use crate::smtp::{Mail, MailFault};

pub(super) async fn mails(State(world): Shared) -> Json<Vec<Mail>> {
    Json(world.mails())
}

pub(super) async fn clear(State(world): Shared) -> StatusCode {
    world.clear_mails();
    StatusCode::NO_CONTENT
}

pub(super) async fn fault(State(world): Shared, Body(fault): Body<MailFault>) -> Result<StatusCode, Refusal> {
    world.add_mail_fault(fault).map_err(Refusal::bad)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn mended(State(world): Shared) -> StatusCode {
    world.clear_mail_faults();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Offer {
    offered: bool,
}

pub(super) async fn starttls(State(world): Shared, Body(offer): Body<Offer>) -> StatusCode {
    world.offer_starttls(offer.offered);
    StatusCode::NO_CONTENT
}
