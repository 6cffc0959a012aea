//! From a core module with a `component-type` section to a component.

use std::error::Error;

use wit_component::ComponentEncoder;

/// The module cannot be made a component.
#[derive(Debug, thiserror::Error)]
#[error("making a component of the compiled module failed")]
pub struct NotAComponent {
    source: Box<dyn Error + Send + Sync>,
}

/// Encodes and validates. No adapter is offered, so a module that imports WASI fails here.
pub(crate) fn encode(module: &[u8]) -> Result<Vec<u8>, NotAComponent> {
    let encoded =
        ComponentEncoder::default().validate(true).module(module).and_then(ComponentEncoder::encode);
    encoded.map_err(|cause| NotAComponent { source: cause.into() })
}
