//! What is known of Ory Kratos, per version. Knows nothing of rules or output.

pub(crate) mod bodies;
pub(crate) mod boolean;
pub(crate) mod called;
pub mod changes;
pub(crate) mod chart;
pub mod contract;
pub mod ctx;
pub mod env;
pub(crate) mod formats;
pub mod go_regex;
pub mod hooks;
pub mod identity;
pub(crate) mod issuers;
pub mod messages;
pub(crate) mod network;
pub mod plan;
pub(crate) mod private_addresses;
pub mod releases;
pub(crate) mod returns;
pub mod schema;
pub mod secrets;
pub(crate) mod url;
pub mod version;
pub(crate) mod view;
