//! Which hooks may stand in which list, per version (embedx/config.schema.json at each tag).

use super::HookPlace;
use crate::kratos::version::{Version, Versions};

const OLDEST: Version = Version::OLDEST;
const V0_7_6: Version = Version::V0_7_6;
const V0_9: Version = Version::V0_9;
const V0_11_0: Version = Version::V0_11_0;
const V0_11_1: Version = Version::V0_11_1;
const V0_13: Version = Version::V0_13;
const V1_1: Version = Version::V1_1;
const V1_2: Version = Version::V1_2;
const V25_4: Version = Version::V25_4;
const MASTER: Version = Version::MASTER;

const fn h(name: &'static str, from: Version, to: Version) -> (&'static str, Versions) {
    (name, Versions::between(from, to))
}

/// The table, sorted by path.
#[rustfmt::skip]
pub const HOOK_PLACES: &[HookPlace] = &[
    HookPlace { path: "selfservice.flows.login.after.code.hooks", hooks: &[h("require_verified_address", V1_1, MASTER), h("revoke_active_sessions", V1_1, MASTER), h("web_hook", V1_1, MASTER), h("show_verification_ui", V1_2, MASTER), h("verification", V1_2, MASTER), h("b2b_sso", V25_4, MASTER), h("organization", V25_4, MASTER)] },
    HookPlace { path: "selfservice.flows.login.after.hooks", hooks: &[h("web_hook", OLDEST, MASTER), h("require_verified_address", V0_11_1, MASTER), h("revoke_active_sessions", V0_11_1, MASTER), h("b2b_sso", V1_1, MASTER), h("show_verification_ui", V1_2, MASTER), h("verification", V1_2, MASTER), h("organization", V25_4, MASTER)] },
    HookPlace { path: "selfservice.flows.login.after.lookup_secret.hooks", hooks: &[h("require_verified_address", V1_1, MASTER), h("revoke_active_sessions", V1_1, MASTER), h("web_hook", V1_1, MASTER), h("show_verification_ui", V1_2, MASTER), h("verification", V1_2, MASTER), h("b2b_sso", V25_4, MASTER), h("organization", V25_4, MASTER)] },
    HookPlace { path: "selfservice.flows.login.after.oidc.hooks", hooks: &[h("revoke_active_sessions", OLDEST, MASTER), h("web_hook", OLDEST, MASTER), h("require_verified_address", V0_11_1, MASTER), h("b2b_sso", V1_1, MASTER), h("organization", V25_4, MASTER)] },
    HookPlace { path: "selfservice.flows.login.after.passkey.hooks", hooks: &[h("require_verified_address", V1_2, MASTER), h("revoke_active_sessions", V1_2, MASTER), h("show_verification_ui", V1_2, MASTER), h("verification", V1_2, MASTER), h("web_hook", V1_2, MASTER), h("b2b_sso", V25_4, MASTER), h("organization", V25_4, MASTER)] },
    HookPlace { path: "selfservice.flows.login.after.password.hooks", hooks: &[h("revoke_active_sessions", OLDEST, MASTER), h("web_hook", OLDEST, MASTER), h("require_verified_address", V0_7_6, MASTER), h("show_verification_ui", V1_2, MASTER), h("verification", V1_2, MASTER), h("b2b_sso", V25_4, MASTER), h("organization", V25_4, MASTER)] },
    HookPlace { path: "selfservice.flows.login.after.totp.hooks", hooks: &[h("require_verified_address", V1_1, MASTER), h("revoke_active_sessions", V1_1, MASTER), h("web_hook", V1_1, MASTER), h("show_verification_ui", V1_2, MASTER), h("verification", V1_2, MASTER), h("b2b_sso", V25_4, MASTER), h("organization", V25_4, MASTER)] },
    HookPlace { path: "selfservice.flows.login.after.webauthn.hooks", hooks: &[h("require_verified_address", V0_9, MASTER), h("revoke_active_sessions", V0_9, MASTER), h("web_hook", V0_9, MASTER), h("show_verification_ui", V1_2, MASTER), h("verification", V1_2, MASTER), h("b2b_sso", V25_4, MASTER), h("organization", V25_4, MASTER)] },
    HookPlace { path: "selfservice.flows.login.before.hooks", hooks: &[h("web_hook", OLDEST, MASTER), h("b2b_sso", V1_1, MASTER), h("organization", V25_4, MASTER)] },
    HookPlace { path: "selfservice.flows.recovery.after.hooks", hooks: &[h("web_hook", OLDEST, MASTER), h("revoke_active_sessions", V0_9, MASTER)] },
    HookPlace { path: "selfservice.flows.recovery.before.hooks", hooks: &[h("web_hook", V0_11_0, MASTER), h("b2b_sso", V1_1, MASTER), h("organization", V25_4, MASTER)] },
    HookPlace { path: "selfservice.flows.registration.after.code.hooks", hooks: &[h("b2b_sso", V1_1, MASTER), h("session", V1_1, MASTER), h("show_verification_ui", V1_1, MASTER), h("web_hook", V1_1, MASTER), h("organization", V25_4, MASTER)] },
    HookPlace { path: "selfservice.flows.registration.after.hooks", hooks: &[h("web_hook", OLDEST, MASTER), h("b2b_sso", V1_1, MASTER), h("organization", V25_4, MASTER)] },
    HookPlace { path: "selfservice.flows.registration.after.oidc.hooks", hooks: &[h("session", OLDEST, MASTER), h("web_hook", OLDEST, MASTER), h("show_verification_ui", V0_13, MASTER), h("b2b_sso", V1_1, MASTER), h("organization", V25_4, MASTER)] },
    HookPlace { path: "selfservice.flows.registration.after.passkey.hooks", hooks: &[h("b2b_sso", V1_2, MASTER), h("session", V1_2, MASTER), h("show_verification_ui", V1_2, MASTER), h("web_hook", V1_2, MASTER), h("organization", V25_4, MASTER)] },
    HookPlace { path: "selfservice.flows.registration.after.password.hooks", hooks: &[h("session", OLDEST, MASTER), h("web_hook", OLDEST, MASTER), h("show_verification_ui", V0_13, MASTER), h("b2b_sso", V1_1, MASTER), h("organization", V25_4, MASTER)] },
    HookPlace { path: "selfservice.flows.registration.after.webauthn.hooks", hooks: &[h("session", V0_9, MASTER), h("web_hook", V0_9, MASTER), h("show_verification_ui", V0_13, MASTER), h("b2b_sso", V1_1, MASTER), h("organization", V25_4, MASTER)] },
    HookPlace { path: "selfservice.flows.registration.before.hooks", hooks: &[h("web_hook", OLDEST, MASTER), h("b2b_sso", V1_1, MASTER), h("organization", V25_4, MASTER)] },
    HookPlace { path: "selfservice.flows.settings.after.hooks", hooks: &[h("web_hook", OLDEST, MASTER), h("b2b_sso", V1_1, MASTER), h("organization", V25_4, MASTER)] },
    HookPlace { path: "selfservice.flows.settings.after.lookup_secret.hooks", hooks: &[h("revoke_active_sessions", V1_1, MASTER), h("web_hook", V1_1, MASTER)] },
    HookPlace { path: "selfservice.flows.settings.after.oidc.hooks", hooks: &[h("revoke_active_sessions", V1_1, MASTER), h("web_hook", V1_1, MASTER)] },
    HookPlace { path: "selfservice.flows.settings.after.passkey.hooks", hooks: &[h("revoke_active_sessions", V1_2, MASTER), h("web_hook", V1_2, MASTER)] },
    HookPlace { path: "selfservice.flows.settings.after.password.hooks", hooks: &[h("web_hook", OLDEST, MASTER), h("revoke_active_sessions", V1_1, MASTER)] },
    HookPlace { path: "selfservice.flows.settings.after.profile.hooks", hooks: &[h("web_hook", OLDEST, MASTER), h("b2b_sso", V25_4, MASTER), h("organization", V25_4, MASTER), h("show_verification_ui", V25_4, MASTER), h("notify_previous_addresses", MASTER, MASTER), h("verify_new_address", MASTER, MASTER)] },
    HookPlace { path: "selfservice.flows.settings.after.totp.hooks", hooks: &[h("revoke_active_sessions", V1_1, MASTER), h("web_hook", V1_1, MASTER)] },
    HookPlace { path: "selfservice.flows.settings.after.webauthn.hooks", hooks: &[h("revoke_active_sessions", V1_1, MASTER), h("web_hook", V1_1, MASTER)] },
    HookPlace { path: "selfservice.flows.settings.before.hooks", hooks: &[h("web_hook", V0_11_0, MASTER), h("b2b_sso", V1_1, MASTER), h("organization", V25_4, MASTER)] },
    HookPlace { path: "selfservice.flows.verification.after.hooks", hooks: &[h("web_hook", OLDEST, MASTER), h("b2b_sso", V1_1, MASTER), h("organization", V25_4, MASTER)] },
    HookPlace { path: "selfservice.flows.verification.before.hooks", hooks: &[h("web_hook", V0_11_0, MASTER), h("b2b_sso", V1_1, MASTER), h("organization", V25_4, MASTER)] },
];
