//! Numbers for charts: rows in groups, and measures of each group. Pure: rows in, numbers out, in memory that is
//! bounded by the number of groups.

mod groups;
mod measure;
mod question;

pub use groups::{Answer, Group, Groups, TooManyGroups};
pub use measure::Measure;
pub use question::{Asked, Question};
