//! What is known of Ory Kratos, per version. Knows nothing of rules or output.

pub mod identity;
pub mod version;
