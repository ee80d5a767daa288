//! Rules about what Ory Network does with a configuration that it is sent.

pub(crate) mod network_action_body;
pub(crate) mod network_action_method;
pub(crate) mod network_action_order;
pub(crate) mod network_default_schema;
pub(crate) mod network_dropped_hooks;
pub(crate) mod network_file_reference;
pub(crate) mod network_foreign_content;
pub(crate) mod network_ignored_key;
pub(crate) mod network_patch_not_json;
pub(crate) mod network_private_endpoint;
pub(crate) mod network_schema_reference;
pub(crate) mod network_services_order;
pub(crate) mod network_template_address;
