//! What is known of Ory Kratos, per version. Knows nothing of rules or output.

pub mod bodies;
pub mod boolean;
pub mod called;
pub mod changes;
pub(crate) mod chart;
pub mod contract;
pub mod ctx;
pub mod env;
pub mod formats;
pub mod go_regex;
pub mod hooks;
pub mod identity;
pub mod issuers;
pub mod messages;
pub mod network;
pub mod plan;
pub mod private_addresses;
pub mod releases;
pub mod returns;
pub mod schema;
pub mod secrets;
pub mod url;
pub mod version;
pub mod view;
