//! What is known of Ory Kratos, per version. Knows nothing of rules or output.

pub mod bodies;
pub mod ctx;
pub mod identity;
pub mod version;
