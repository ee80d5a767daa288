//! Rules about hooks: what really runs, what users wait for, what a `web_hook` sends.

pub mod before_hook_runs_elsewhere;
pub mod blocking_notification;
pub mod code_registration_unchecked;
pub mod commercial_hook;
pub mod empty_hook_list;
pub mod global_blocking_hook;
pub mod header_allowlist_never_matches;
pub mod hook_after_session;
pub mod hook_order_wrong;
pub mod identity_change_lost;
pub mod interrupting_before_hook;
pub mod login_hook_per_factor;
pub mod loopback_in_container;
pub mod machine_port_in_container;
pub mod oidc_list_skipped;
pub mod recovery_unchecked;
pub mod require_verified_address_gap;
pub mod service_unknown;
pub mod session_hook_missing;
pub mod session_not_last;
pub mod settings_parse_too_late;
pub mod shadowed_hook;
pub mod unreachable_hook;
pub mod unsendable_header;
pub mod url_placeholder;
pub mod verification_hook_idle;
pub mod verification_off;
pub mod veto_too_late;
pub mod web_hook_blocked_address;
pub mod web_hook_body_missing;
pub mod web_hook_body_not_a_url;
pub mod web_hook_content_type_refused;
pub mod web_hook_endpoint_not_allowed;
pub mod web_hook_header_ignored;
pub mod web_hook_method_refused;
pub mod web_hook_request_id_missing;
pub mod web_hook_template_cached;
pub mod web_hook_unauthenticated;
pub mod web_hook_url_unusable;

use crate::rule::Context;

/// Whether users may come by a method that is on: social sign-in does not exist where surely no provider is set.
fn is_way_in(context: &Context, method: &str) -> bool {
    let list = || context.find("selfservice.methods.oidc.config.providers");
    let is_empty = || list().is_none_or(|list| list.is_sequence() && list.items().len() == 0);
    method != "oidc" || !context.deployment.is_all_known() || !is_empty()
}
