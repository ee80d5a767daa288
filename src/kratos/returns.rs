//! Which addresses Kratos accepts as `return_to` (`x/redir/secure_redirect.go:SecureRedirectTo`; `x/secure_redirect.go` before
//! v25.4.0).

use crate::kratos::url::{self, Url};
use crate::kratos::view;
use crate::yaml::Node;

/// The list of addresses, under its name and its former one.
const LISTS: [&str; 2] = ["selfservice.allowed_return_urls", "selfservice.whitelisted_return_urls"];

/// The list of addresses that Kratos accepts.
#[must_use]
pub fn list(root: Node<'_>) -> Option<Node<'_>> {
    LISTS.iter().find_map(|path| root.find(path))
}

/// The entries of the list that are URLs.
#[must_use]
pub fn entries(root: Node<'_>) -> Vec<(Node<'_>, Url<'_>)> {
    let items = list(root).into_iter().flat_map(Node::items);
    items.filter_map(|node| Some((node, url::parse(view::text(node)?).ok()?))).collect()
}

/// Whether an address as `return_to` is surely refused: nothing of the list is unknown, and no entry covers it.
#[must_use]
pub fn is_refused(root: Node<'_>, page: &Url<'_>) -> bool {
    let known = list(root).is_none_or(|list| {
        list.is_sequence() && list.items().all(|item| item.as_str().is_some_and(|text| view::text(item) == Some(text)))
    });
    // A relative address takes scheme and host of the default.
    let default = view::url(root, "selfservice.default_browser_return_url").map(|(_, url)| url);
    let whole = if page.is_web() {
        *page
    } else if page.scheme.is_empty() && page.host.is_empty() && page.path.starts_with('/') {
        let Some(default) = default.filter(Url::is_web) else { return false };
        Url { path: page.path, ..default }
    } else {
        return false;
    };
    // What lies below Kratos' own `/self-service` is always accepted.
    let is_own = whole.path.contains("/self-service");
    known && !is_own && !entries(root).iter().any(|(_, entry)| covers(entry, &whole))
}

/// Whether an entry of the list covers an address: scheme and host (with its port) are the same, or the host ends in what
/// follows a leading `*`, and the path begins with that of the entry.
#[must_use]
pub fn covers(entry: &Url<'_>, page: &Url<'_>) -> bool {
    let lower = |text: &str| text.to_ascii_lowercase();
    let same_host = match entry.host.strip_prefix('*') {
        Some(ending) => lower(page.host).ends_with(&lower(ending)),
        None => entry.host.eq_ignore_ascii_case(page.host),
    };
    let path = |url: &Url<'_>| if url.path.is_empty() { "/".to_owned() } else { url.path.to_owned() };
    entry.scheme.eq_ignore_ascii_case(page.scheme) && same_host && path(page).starts_with(&path(entry))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_cover_as_the_server_compares() {
        let covered = |entry, page| covers(&url::parse(entry).expect("a URL"), &url::parse(page).expect("a URL"));
        assert!(covered("https://app.example.com", "https://APP.example.com/settings"));
        assert!(covered("https://app.example.com/", "https://app.example.com"));
        assert!(covered("https://*.example.com/app", "https://a.example.com/application"));
        assert!(!covered("https://app.example.com/home", "https://app.example.com/settings"));
        assert!(!covered("http://localhost", "http://localhost:3000/"));
        assert!(!covered("https://app.example.com/ui/", "https://app.example.com/ui"));
        assert!(!covered("http://app.example.com", "https://app.example.com"));
    }
}
