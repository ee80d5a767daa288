//! Releases of Kratos that scripts, recipes and Dockerfiles download: archives of GitHub, and the installer of Ory.

use std::sync::Arc;

use super::{Fact, Image, release};
use crate::text::{Place, Source, Span};

/// Before the tag in the address of an archive.
const ARCHIVE: &str = "/ory/kratos/releases/download/";

/// The script that takes the name of a program and its release: `install.sh -b . kratos v1.3.1`.
const INSTALLER: &str = "ory/meta/master/install.sh";

/// The releases that a text downloads; unknown where a variable names one.
pub(super) fn of(source: &Arc<Source>) -> Vec<Fact<Image>> {
    let text = source.text();
    if !text.contains(ARCHIVE) && !text.contains(INSTALLER) {
        return Vec::new();
    }
    let lines = (0..source.line_count()).map(|line| source.line_span(line));
    let is_code = |span: &Span| !source.slice(*span).trim_start().starts_with('#');
    lines.filter(is_code).filter_map(|span| of_line(source, span)).collect()
}

fn of_line(source: &Arc<Source>, span: Span) -> Option<Fact<Image>> {
    let line = source.slice(span);
    let tag = match line.split_once(ARCHIVE) {
        Some((_, rest)) => rest.split('/').next()?,
        None => {
            let (_, rest) = line.split_once(INSTALLER)?;
            let mut words = rest.split_whitespace().skip_while(|word| *word != "kratos");
            words.nth(1)?
        }
    };
    let Some(asked) = release(tag).filter(|_| tag.contains('.')) else { return Some(Fact::Unknown) };
    let image = Image { name: "ory/kratos".to_owned(), tag: tag.to_owned(), asked: Some(asked) };
    Some(Fact::Known(image, Place::new(source, span)))
}

/// The images of Kratos that a program names in texts of its own: `AddContainer("kratos", "oryd/kratos:v1.3.1")`.
pub(super) fn named(source: &Arc<Source>) -> Vec<Fact<Image>> {
    let lines = (0..source.line_count()).map(|line| source.line_span(line));
    let is_code = |span: &Span| !source.slice(*span).trim_start().starts_with(['#', '/', '*']);
    let mut found = Vec::new();
    for span in lines.filter(|span| source.slice(*span).contains("kratos:")).filter(is_code) {
        let quoted = source.slice(span).split(['"', '\'', '`']).skip(1).step_by(2);
        let images = quoted.filter(|text| text.contains("kratos:")).filter_map(Image::parse);
        found.extend(images.map(|image| match image.asked {
            Some(_) => Fact::Known(image, Place::new(source, span)),
            None => Fact::Unknown,
        }));
    }
    found
}

/// What names the image that a charm is tried with: `upstream-source: ghcr.io/canonical/kratos:25.4.0`.
const OF_A_CHARM: &str = "upstream-source:";

/// The images of a charm, outside of comments.
pub(super) fn of_charm(source: &Arc<Source>) -> Vec<Fact<Image>> {
    let is_one = source.text().contains(OF_A_CHARM);
    let lines = (0..source.line_count()).filter(|_| is_one).map(|line| source.line_span(line));
    let image = |span: Span| {
        let after = source.slice(span).trim().strip_prefix(OF_A_CHARM)?;
        let image = Image::parse(after.split(" #").next()?.trim().trim_matches(['"', '\'']))?;
        Some(Fact::Known(image.asked.is_some().then_some(image)?, Place::new(source, span)))
    };
    lines.filter_map(image).collect()
}

/// The images of Ory that a text names with a tag, outside of comments.
pub(super) fn mentioned(source: &Arc<Source>) -> Vec<Fact<Image>> {
    const NAME: &str = "oryd/kratos:";
    let lines = (0..source.line_count()).map(|line| source.line_span(line));
    let is_code = |span: &Span| !source.slice(*span).trim_start().starts_with(['#', '/', '*', ';']);
    let mut found = Vec::new();
    for span in lines.filter(|span| source.slice(*span).contains(NAME)).filter(is_code) {
        for rest in source.slice(span).split(NAME).skip(1) {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !".-_".contains(c)).unwrap_or(rest.len());
            let image = rest.get(..end).and_then(|tag| Image::parse(&format!("{NAME}{tag}")));
            let image = image.filter(|image| image.asked.is_some());
            found.push(image.map_or(Fact::Unknown, |image| Fact::Known(image, Place::new(source, span))));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_image_of_a_charm() {
        let tags = |text: &str| -> Vec<String> {
            let found = of_charm(&Source::new("charmcraft.yaml", text));
            found.iter().filter_map(|image| image.known().map(|image| image.tag.clone())).collect()
        };
        assert_eq!(tags("  upstream-source: ghcr.io/canonical/kratos:1.3.1 # renovate\r\n"), ["1.3.1"]);
        let others =
            "upstream-source: ghcr.io/canonical/hydra:2.3.0\n# upstream-source: a/kratos:1.0.0\nupstream-source:\n";
        assert!(tags(others).is_empty());
    }

    #[test]
    fn archives_and_the_installer() {
        let tags = |text: &str| -> Vec<Option<String>> {
            let found = of(&Source::new("install.sh", text));
            found.iter().map(|image| image.known().map(|image| image.tag.clone())).collect()
        };
        let archive = "https://github.com/ory/kratos/releases/download";
        assert_eq!(
            tags(&format!("wget {archive}/v1.0.0/kratos_1.0.0-linux_64bit.tar.gz")),
            [Some("v1.0.0".to_owned())]
        );
        assert_eq!(tags(&format!("curl -L {archive}/v${{VERSION}}/kratos.tar.gz")), [None]);
        assert!(tags(&format!("# wget {archive}/v1.0.0/kratos.tar.gz")).is_empty());
        let installer = "bash <(curl https://raw.githubusercontent.com/ory/meta/master/install.sh) -d -b .";
        assert_eq!(
            tags(&format!("{installer} kratos v0.13.0\n{installer} hydra v2.2.0")),
            [Some("v0.13.0".to_owned())]
        );
    }
}
