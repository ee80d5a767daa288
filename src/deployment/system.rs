//! What the images of Ory hold themselves.

use std::path::Path;

/// Folders in which the image of Ory has files of its own, or in which others may put some while it runs.
const SYSTEM: [&str; 13] =
    ["bin", "dev", "lib", "lib64", "media", "proc", "root", "run", "sbin", "sys", "tmp", "usr", "var"];

/// What is in `/etc` of the images of Ory (Alpine, and Debian without a shell), by the begin of the names.
const OF_ETC: [&str; 40] = [
    "alpine",
    "apk",
    "busybox",
    "ca-cert",
    "conf.d",
    "cron",
    "debian",
    "default",
    "dpkg",
    "fstab",
    "group",
    "host",
    "init",
    "issue",
    "logrotate",
    "mime",
    "mod",
    "motd",
    "mtab",
    "network",
    "nsswitch",
    "opt",
    "os-release",
    "passwd",
    "periodic",
    "pki",
    "profile",
    "protocols",
    "resolv",
    "rpc",
    "secfixes",
    "secur",
    "services",
    "shadow",
    "shells",
    "skel",
    "ssl",
    "sysctl",
    "terminfo",
    "udhcp",
];

/// Whether the image of Ory surely has nothing at a path.
pub(super) fn is_empty(path: &Path) -> bool {
    let mut names = path.iter().skip_while(|name| *name == "/").filter_map(|name| name.to_str());
    match (names.next(), names.next()) {
        (Some("etc"), Some(name)) => !OF_ETC.iter().any(|begin| name.starts_with(begin)),
        (Some("etc"), None) | (None, _) => false,
        (Some(name), _) => path.is_absolute() && !SYSTEM.contains(&name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_folders_of_the_system_have_files() {
        for path in
            ["/etc/config/kratos.yml", "/schemas/a.json", "/home/ory/a.json", "/opt/kratos/a.yml", "/etc/kratos.yml"]
        {
            assert!(is_empty(Path::new(path)), "{path}");
        }
        for path in [
            "/etc/ssl/certs/a.pem",
            "/usr/share/a",
            "/tmp/a.yml",
            "/run/secrets/a",
            "/etc",
            "/",
            "a.yml",
            "/etc/passwd",
        ] {
            assert!(!is_empty(Path::new(path)), "{path}");
        }
    }
}
