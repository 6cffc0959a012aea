//! What this connector knows of the vault's objects. The names of a Service Center's objects are not public: these are the
//! ones that its simulator made up, and the one place to correct them in.

/// A case.
pub const CASE: &str = "case__v";
/// A standard case note.
pub const NOTE: &str = "case_note__v";
/// An entry of a case's timeline.
pub const TIMELINE: &str = "case_timeline__v";
/// The settings of the Service Center, of which there is one record.
pub const SETTINGS: &str = "console_application_settings__v";
/// What that record is called.
pub const DEFAULT: &str = "Default";
/// Its picklist of Microsoft's products.
pub const INTEGRATION: &str = "microsoft_integration__v";
/// People.
pub const USER: &str = "user__sys";
/// The field of a timeline's entry by which it is known again.
pub const EXTERNAL_ID: &str = "external_id__v";
