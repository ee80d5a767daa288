//! Which addresses Kratos accepts as `return_to` (`x/redir/secure_redirect.go:SecureRedirectTo`; `x/secure_redirect.go` before
//! v25.4.0).

use std::borrow::Cow;

use crate::kratos::url::{self, Url};
use crate::kratos::version::Version;
use crate::kratos::view;
use crate::text::lower;
use crate::yaml::Node;

/// The list of addresses, under its name and its former one.
const LISTS: [&str; 2] = ["selfservice.allowed_return_urls", "selfservice.whitelisted_return_urls"];

/// The list of addresses that Kratos accepts.
#[must_use]
pub(crate) fn list(root: Node<'_>) -> Option<Node<'_>> {
    LISTS.iter().find_map(|path| root.find(path))
}

/// The entries as they are written, by the name that the list has in a release.
pub(crate) fn written(root: Node<'_>, version: Version) -> impl Iterator<Item = Node<'_>> {
    let [now, before] = LISTS;
    let path = if version < Version::V0_9 { before } else { now };
    root.find(path).into_iter().flat_map(Node::items)
}

/// The entries of the list that are URLs.
#[must_use]
pub(crate) fn entries(root: Node<'_>) -> Vec<(Node<'_>, Url<'_>)> {
    let items = list(root).into_iter().flat_map(Node::items);
    items.filter_map(|node| Some((node, url::parse(view::text(node)?).ok()?))).collect()
}

/// Whether an address as `return_to` is surely refused: nothing of the list is unknown, and no entry covers it.
#[must_use]
pub(crate) fn is_refused(root: Node<'_>, page: &Url<'_>) -> bool {
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
    // What is below Kratos' own `/self-service` is always accepted.
    let is_own = whole.path.contains("/self-service");
    known && !is_own && !entries(root).iter().any(|(_, entry)| covers(entry, &whole))
}

/// Whether an entry of the list covers an address: scheme and host (with its port) are the same, or the host ends in what
/// follows a leading `*`, and the path begins with that of the entry.
#[must_use]
pub(crate) fn covers(entry: &Url<'_>, page: &Url<'_>) -> bool {
    let lower = |text: &str| text.to_ascii_lowercase();
    let same_host = match entry.host.strip_prefix('*') {
        Some(ending) => lower(page.host).ends_with(&lower(ending)),
        None => entry.host.eq_ignore_ascii_case(page.host),
    };
    let path = |url: &Url<'_>| if url.path.is_empty() { "/".to_owned() } else { url.path.to_owned() };
    entry.scheme.eq_ignore_ascii_case(page.scheme) && same_host && path(page).starts_with(&path(entry))
}

/// The entries of the list by what they cover, for many addresses.
#[derive(Debug, Default)]
pub(crate) struct Accepted<'t> {
    hosts: Vec<Entry<'t>>,
    /// Entries whose hosts are what those of addresses end in.
    endings: Vec<Entry<'t>>,
}

/// What an entry of the list allows, in order.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry<'t> {
    host: Cow<'t, str>,
    scheme: Cow<'t, str>,
    path: &'t str,
}

impl<'t> Entry<'t> {
    fn new(url: &Url<'t>, host: &'t str) -> Entry<'t> {
        let path = if url.path.is_empty() { "/" } else { url.path };
        Entry { host: lower(host), scheme: lower(url.scheme), path }
    }

    fn origin(&self) -> (&str, &str) {
        (&self.host, &self.scheme)
    }
}

impl<'t> Accepted<'t> {
    /// What these entries cover.
    pub(crate) fn of(entries: impl Iterator<Item = Url<'t>>) -> Accepted<'t> {
        let mut accepted = Accepted::default();
        for entry in entries {
            match entry.host.strip_prefix('*') {
                Some(ending) => accepted.endings.push(Entry::new(&entry, ending)),
                None => accepted.hosts.push(Entry::new(&entry, entry.host)),
            }
        }
        for entries in [&mut accepted.hosts, &mut accepted.endings] {
            entries.sort_unstable();
            entries.dedup();
        }
        accepted
    }

    /// Whether an entry covers an address, as [`covers`].
    #[must_use]
    pub(crate) fn covers(&self, page: &Url<'_>) -> bool {
        let path = if page.path.is_empty() { "/" } else { page.path };
        self.of_origin(page).any(|entries| begins_with_any(path, entries))
    }

    /// Whether an entry has the scheme and host of an address, with its port.
    #[must_use]
    pub(crate) fn has_origin(&self, page: &Url<'_>) -> bool {
        self.of_origin(page).next().is_some()
    }

    /// The entries that have the scheme and host of an address, or what its host ends in.
    fn of_origin(&self, page: &Url<'_>) -> impl Iterator<Item = &[Entry<'t>]> {
        let (scheme, host) = (lower(page.scheme).into_owned(), lower(page.host).into_owned());
        let endings = if self.endings.is_empty() { 0 } else { host.len() + 1 };
        let exact = of_origin(&self.hosts, (&host, &scheme));
        let ends = (0..endings).filter_map(move |at| of_origin(&self.endings, (host.get(at..)?, &scheme)));
        exact.into_iter().chain(ends)
    }
}

/// The entries with a host and a scheme, if there is one.
fn of_origin<'e, 't>(entries: &'e [Entry<'t>], origin: (&str, &str)) -> Option<&'e [Entry<'t>]> {
    let from = entries.partition_point(|entry| entry.origin() < origin);
    let rest = entries.get(from..)?;
    rest.get(..rest.partition_point(|entry| entry.origin() == origin)).filter(|found| !found.is_empty())
}

/// Whether a path begins with one of those of entries of one origin.
fn begins_with_any(path: &str, entries: &[Entry<'_>]) -> bool {
    let mut path = path;
    // The last one in order before the path, or before what it has in common with that one.
    while let Some(before) =
        entries.partition_point(|entry| entry.path <= path).checked_sub(1).and_then(|at| entries.get(at))
    {
        if path.starts_with(before.path) {
            return true;
        }
        let common = path.bytes().zip(before.path.bytes()).take_while(|(one, other)| one == other).count();
        let common = (0..=common).rev().find(|at| path.is_char_boundary(*at)).unwrap_or_default();
        path = path.get(..common).unwrap_or_default();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_cover_as_the_server_compares() {
        let covered = |entry, page| {
            let (entry, page) = (url::parse(entry).expect("a URL"), url::parse(page).expect("a URL"));
            let is_covered = covers(&entry, &page);
            assert_eq!(Accepted::of([entry].into_iter()).covers(&page), is_covered);
            is_covered
        };
        assert!(covered("https://app.example.com", "https://APP.example.com/settings"));
        assert!(covered("https://app.example.com/", "https://app.example.com"));
        assert!(covered("https://*.example.com/app", "https://a.example.com/application"));
        assert!(!covered("https://app.example.com/home", "https://app.example.com/settings"));
        assert!(!covered("http://localhost", "http://localhost:3000/"));
        assert!(!covered("https://app.example.com/ui/", "https://app.example.com/ui"));
        assert!(!covered("http://app.example.com", "https://app.example.com"));
    }

    #[test]
    fn the_beginning_of_a_path_is_found_among_many() {
        let url = url::parse("https://app.example.com").expect("a URL");
        let entries = ["/a", "/ab/c", "/b/", "/é"].map(|path| Entry { path, ..Entry::new(&url, url.host) });
        let begins = |path| begins_with_any(path, &entries);
        assert!(begins("/abx") && begins("/ab/b") && begins("/b/c") && begins("/éa"));
        assert!(!begins("/b") && !begins("/c") && !begins("/") && !begins("/è"));
    }
}
