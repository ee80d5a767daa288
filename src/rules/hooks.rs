//! Rules about hooks: what really runs, what users wait for, what a `web_hook` sends.

pub(crate) mod before_hook_runs_elsewhere;
pub(crate) mod blocking_notification;
pub(crate) mod code_registration_unchecked;
pub(crate) mod commercial_hook;
pub(crate) mod empty_hook_list;
pub(crate) mod global_blocking_hook;
pub(crate) mod header_allowlist_never_matches;
pub(crate) mod hook_after_session;
pub(crate) mod hook_order_wrong;
pub(crate) mod identity_change_lost;
pub(crate) mod interrupting_before_hook;
pub(crate) mod login_hook_per_factor;
pub(crate) mod loopback_in_container;
pub(crate) mod machine_port_in_container;
pub(crate) mod oidc_list_skipped;
pub(crate) mod recovery_unchecked;
pub(crate) mod require_verified_address_gap;
pub(crate) mod service_unknown;
pub(crate) mod session_hook_missing;
pub(crate) mod session_not_last;
pub(crate) mod settings_parse_too_late;
pub(crate) mod shadowed_hook;
pub(crate) mod unreachable_hook;
pub(crate) mod unsendable_header;
pub(crate) mod url_placeholder;
pub(crate) mod verification_hook_idle;
pub(crate) mod verification_off;
pub(crate) mod veto_too_late;
pub(crate) mod web_hook_blocked_address;
pub(crate) mod web_hook_body_missing;
pub(crate) mod web_hook_body_not_a_url;
pub(crate) mod web_hook_content_type_refused;
pub(crate) mod web_hook_endpoint_not_allowed;
pub(crate) mod web_hook_header_ignored;
pub(crate) mod web_hook_method_refused;
pub(crate) mod web_hook_request_id_missing;
pub(crate) mod web_hook_template_cached;
pub(crate) mod web_hook_unauthenticated;
pub(crate) mod web_hook_url_unusable;

use crate::rule::Context;

/// Whether users may come by a method that is on: social sign-in does not exist where surely no provider is set.
fn is_way_in(context: &Context, method: &str) -> bool {
    let list = || context.find("selfservice.methods.oidc.config.providers");
    let is_empty = || list().is_none_or(|list| list.is_sequence() && list.items().len() == 0);
    method != "oidc" || !context.deployment.is_all_known() || !is_empty()
}
