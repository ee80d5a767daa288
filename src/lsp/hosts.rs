//! Hosts of a configuration, for the samples that completion writes into it: pages and cookies of one site fit together.

use super::snippet::Snippet;
use crate::kratos::url;
use crate::yaml::Node;

/// Where a configuration sends users.
pub(super) struct Hosts {
    scheme: String,
    /// Name and port of the pages.
    pages: String,
    hostname: String,
}

impl Hosts {
    /// The hosts that a configuration names first: those of its pages, else that of the server.
    pub(super) fn of(root: Node<'_>) -> Option<Hosts> {
        let pages = root.select("selfservice.flows.*.ui_url").into_iter();
        let others = ["selfservice.default_browser_return_url", "serve.public.base_url"];
        let texts = pages.chain(others.iter().filter_map(|path| root.find(path))).filter_map(Node::as_str);
        let urls = texts.filter(|text| !text.contains("example.org")).filter_map(|text| url::parse(text).ok());
        let page = urls.into_iter().find(|url| url.is_web() && !url.hostname().is_empty())?;
        Some(Hosts {
            scheme: page.scheme.to_owned(),
            pages: page.host.to_owned(),
            hostname: page.hostname().to_owned(),
        })
    }

    /// A sample with the hosts of the configuration.
    pub(super) fn suited(&self, text: Snippet) -> Snippet {
        text.with_places(&|place| self.replaced(place))
    }

    fn replaced(&self, sample: &str) -> Option<String> {
        let pages = format!("{}://{}", self.scheme, self.pages);
        let site = url::site(&self.hostname);
        if sample == "example.org" {
            return Some(site.unwrap_or_else(|| self.hostname.clone()));
        }
        if let Some(path) = sample.strip_prefix("https://auth.example.org") {
            return Some(match site {
                Some(site) => format!("{}://auth.{site}{path}", self.scheme),
                None => format!("{}://{}:4433{path}", self.scheme, self.hostname),
            });
        }
        let origins = ["https://www.example.org", "https://example.org"];
        origins.iter().find_map(|origin| Some(format!("{pages}{}", sample.strip_prefix(origin)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Source;
    use crate::yaml::{Format, parse};

    fn replaced(page: &str, sample: &str) -> Option<String> {
        let text = format!("selfservice:\n  flows:\n    login:\n      ui_url: {page}\n");
        let tree = parse(&Source::new("kratos.yml", text), Format::Yaml);
        Hosts::of(tree.root()?)?.replaced(sample)
    }

    #[test]
    fn samples_take_the_hosts_of_the_configuration() {
        let local = |sample: &str| replaced("http://127.0.0.1:4455/login", sample);
        assert_eq!(local("https://www.example.org/error").as_deref(), Some("http://127.0.0.1:4455/error"));
        assert_eq!(local("https://auth.example.org/").as_deref(), Some("http://127.0.0.1:4433/"));
        assert_eq!(local("example.org").as_deref(), Some("127.0.0.1"));
        let site = |sample: &str| replaced("https://app.acme.co.uk/login", sample);
        assert_eq!(site("https://auth.example.org/").as_deref(), Some("https://auth.acme.co.uk/"));
        assert_eq!(site("example.org").as_deref(), Some("acme.co.uk"));
        assert_eq!(site("https://hooks.example.org/"), None);
        assert_eq!(replaced("${PAGES}/login", "example.org"), None);
    }
}
