//! Rules about what Ory Network does with a configuration that it is sent.

pub mod network_action_body;
pub mod network_action_method;
pub mod network_action_order;
pub mod network_default_schema;
pub mod network_dropped_hooks;
pub mod network_file_reference;
pub mod network_foreign_content;
pub mod network_ignored_key;
pub mod network_patch_not_json;
pub mod network_private_endpoint;
pub mod network_schema_reference;
pub mod network_services_order;
pub mod network_template_address;
