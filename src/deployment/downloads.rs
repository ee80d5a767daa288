//! Releases of Kratos that scripts, recipes and Dockerfiles download: archives of GitHub, and the installer of Ory.

use std::sync::Arc;

use super::pins::Pin;
use super::{Fact, Image, release};
use crate::text::{Place, Source, Span};

/// Before the tag in the address of an archive.
const ARCHIVE: &str = "/ory/kratos/releases/download/";

/// The script that takes the name of a program and its release: `install.sh -b . kratos v1.3.1`.
const INSTALLER: &str = "ory/meta/master/install.sh";

/// The sources as Go takes them, with a tag after it.
const MODULE: &str = "github.com/ory/kratos@";

/// The releases that a text downloads; unknown where a variable names one of which nothing more is known. `filled` gives a text with
/// the variables of playbooks put in.
pub(super) fn of(source: &Arc<Source>, filled: &dyn Fn(&str) -> Option<String>) -> Vec<Fact<Image>> {
    let text = source.text();
    if source.path().ends_with("go.mod") {
        return of_module(source).into_iter().collect();
    }
    if ![ARCHIVE, INSTALLER, MODULE, "git clone"].iter().any(|word| text.contains(word)) {
        return Vec::new();
    }
    let lines = (0..source.line_count()).map(|line| source.line_span(line));
    let is_code = |span: &Span| !source.slice(*span).trim_start().starts_with('#');
    lines.filter(is_code).filter_map(|span| of_line(source, span, filled)).collect()
}

/// The release of Kratos that a program of the project is built on: `require github.com/ory/kratos v1.1.0`.
fn of_module(source: &Arc<Source>) -> Option<Fact<Image>> {
    let lines = (0..source.line_count()).map(|line| source.line_span(line));
    lines.filter(|span| !source.slice(*span).contains("// indirect")).find_map(|span| {
        let (_, rest) = source.slice(span).split_once("github.com/ory/kratos ")?;
        let tag = rest.split_whitespace().next()?;
        // The version of a commit is no release.
        let asked = release(tag).filter(|_| !tag.starts_with("v0.0.0-"))?;
        let image = Image { name: "ory/kratos".to_owned(), tag: tag.to_owned(), asked: Some(asked) };
        Some(Fact::Known(image, Place::new(source, span)))
    })
}

/// The release that a command downloads, with its variables put in; unknown where they are not.
pub(super) fn of_command(command: &str, place: &Place) -> Option<Fact<Image>> {
    let tag = tag_of(command)?;
    let Some(asked) = release(tag).filter(|_| tag.contains('.')) else { return Some(Fact::Unknown) };
    Some(Fact::Known(Image { name: "ory/kratos".to_owned(), tag: tag.to_owned(), asked: Some(asked) }, place.clone()))
}

/// The tag in a line that downloads an archive, runs the installer, or builds a release: `go install github.com/ory/kratos@v1.3.1`.
fn tag_of(line: &str) -> Option<&str> {
    if let Some((before, rest)) = line.split_once(MODULE) {
        let tag = rest.split(|c: char| c.is_whitespace() || "\"';&)".contains(c)).next()?;
        return (before.contains("go install") || before.contains("go get")).then_some(tag);
    }
    if line.contains("git clone") && line.contains("github.com/ory/kratos") {
        let mut words = line.split_whitespace();
        let of_option = words.find_map(|word| match word.split_once('=') {
            Some(("--branch", tag)) => Some(Some(tag)),
            _ => matches!(word, "-b" | "--branch").then_some(None),
        })?;
        return of_option.or_else(|| words.next());
    }
    match line.split_once(ARCHIVE) {
        Some((_, rest)) => rest.split('/').next(),
        None => {
            let (_, rest) = line.split_once(INSTALLER)?;
            rest.split_whitespace().skip_while(|word| *word != "kratos").nth(1)
        }
    }
}

fn of_line(source: &Arc<Source>, span: Span, filled: &dyn Fn(&str) -> Option<String>) -> Option<Fact<Image>> {
    let tag = tag_of(source.slice(span))?;
    let tag = filled(tag).or_else(|| with_variable(source.text(), tag)).unwrap_or_else(|| tag.to_owned());
    let Some(asked) = release(&tag).filter(|_| tag.contains('.')) else { return Some(Fact::Unknown) };
    let image = Image { name: "ory/kratos".to_owned(), tag, asked: Some(asked) };
    Some(Fact::Known(image, Place::new(source, span)))
}

/// Words before the name of a variable where a script, a Dockerfile or a Makefile sets it.
const SETTING: [&str; 6] = ["export", "readonly", "local", "declare", "ARG", "ENV"];

/// A tag with its variable put in, `v${KRATOS_VERSION}` or `$(VERSION)`: none unless the same text gives it one value, and no other.
fn with_variable(text: &str, tag: &str) -> Option<String> {
    let (before, rest) = tag.split_once('$')?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let (name, after) = match rest.strip_prefix('{') {
        Some(rest) => rest.split_once('}')?,
        None => match rest.strip_prefix('(') {
            Some(rest) => rest.split_once(')')?,
            None => rest.split_at(rest.find(|c| !is_name(c)).unwrap_or(rest.len())),
        },
    };
    if name.is_empty() || !name.chars().all(is_name) || after.contains('$') {
        return None;
    }
    let value = |line: &str| {
        let words = line.split_whitespace().skip_while(|word| SETTING.contains(word)).collect::<Vec<_>>().join(" ");
        let set = words.strip_prefix(name)?.trim_start().trim_start_matches([':', '?']).strip_prefix('=')?.trim();
        Some(set.split(" #").next()?.trim_matches(['"', '\'']).to_owned())
    };
    let mut values = text.lines().filter_map(value);
    let only = values.next().filter(|only| !only.contains(['$', '`', '{', ' ']))?;
    values.all(|other| other == only).then(|| format!("{before}{only}{after}"))
}

/// Most names for whose constants the whole text is searched.
const MOST_CONSTANTS: usize = 8;

/// The images of Kratos that a program names in texts of its own: `AddContainer("kratos", "oryd/kratos:v1.3.1")`.
pub(super) fn named(source: &Arc<Source>) -> Vec<Fact<Image>> {
    let lines = (0..source.line_count()).map(|line| source.line_span(line));
    let is_code = |span: &Span| !source.slice(*span).trim_start().starts_with(['#', '/', '*']);
    let (mut found, mut searched) = (Vec::new(), 0);
    for span in lines.filter(|span| source.slice(*span).contains("kratos:")).filter(is_code) {
        let quoted = source.slice(span).split(['"', '\'', '`']).skip(1).step_by(2);
        // `sh "docker run oryd/kratos:v1.3.1 serve"`
        // `/opt/kratos:/etc/config/kratos` mounts a folder.
        let is_image = |text: &&str| text.contains("kratos:") && !text.contains("kratos:/");
        let images = quoted.flat_map(str::split_whitespace).filter(is_image);
        let images = images.filter_map(|text| {
            searched += usize::from(text.contains('{'));
            let filled = if searched > MOST_CONSTANTS { None } else { with_constant(source.text(), text) };
            Image::parse(filled.as_deref().unwrap_or(text))
        });
        found.extend(images.map(|image| match image.asked {
            Some(_) => Fact::Known(image, Place::new(source, span)),
            None => Fact::Unknown,
        }));
    }
    found.extend(named_apart(source));
    found
}

/// Images that a block names in parts: `registry = "oryd"`, `repository = "kratos"`, `tag = "v1.3.1"`.
pub(super) fn named_in_parts(source: &Arc<Source>) -> Vec<Fact<Image>> {
    let text = source.text();
    let mut found = Vec::new();
    for (at, name) in text.match_indices("\"kratos\"") {
        let near = (at.saturating_sub(MAX_BLOCK)..=at).find_map(|start| text.get(start..at)).unwrap_or_default();
        let start = near.rfind(['{', '}']).map_or(0, |at| at + 1);
        let far = (at..text.len().min(at + MAX_BLOCK)).rev().find_map(|end| text.get(at..=end)).unwrap_or_default();
        let end = far.find(['{', '}']).unwrap_or(far.len());
        let block = near.get(start..).unwrap_or_default().to_owned() + far.get(..end).unwrap_or_default();
        let attribute = |key: &str| {
            let lines = block.lines().filter_map(|line| line.split_once('='));
            let mut values =
                lines.filter(|(name, _)| name.trim() == key).map(|(_, value)| value.trim().trim_matches('"'));
            values.next()
        };
        let is_one = attribute("repository") == Some("kratos") && attribute("registry") == Some("oryd");
        if let Some((tag, asked)) = attribute("tag").filter(|_| is_one).and_then(|tag| Some((tag, release(tag)?))) {
            let image = Image { name: "oryd/kratos".to_owned(), tag: tag.to_owned(), asked: Some(asked) };
            found.push(Fact::Known(image, Place::new(source, Span::new(at, at + name.len()))));
        }
    }
    found
}

/// Largest block that names an image in parts, in bytes.
const MAX_BLOCK: usize = 500;

/// Whether what is between two texts of a program makes the second one the next argument or the tag: `, Tag: `.
fn is_next(between: &str) -> bool {
    let name: String = between.chars().filter(|c| c.is_alphanumeric() || *c == '_').collect();
    let is_plain = between.chars().all(|c| c.is_alphanumeric() || c.is_whitespace() || "_,:=".contains(c));
    is_plain && (name.is_empty() || ["tag", "version"].iter().any(|end| name.to_ascii_lowercase().ends_with(end)))
}

/// Images whose tag is a text of its own after the name: `AddContainer("kratos", "oryd/kratos", "v1.3.1")`, `Repository:
/// "oryd/kratos", Tag: "v1.3.1"`. A text after another argument may be the tag of another image.
pub(super) fn named_apart(source: &Arc<Source>) -> Vec<Fact<Image>> {
    apart(source, &|_| None)
}

/// The same in a file of settings, where the tag may be another attribute of the same block.
pub(super) fn named_in_settings(source: &Arc<Source>) -> Vec<Fact<Image>> {
    apart(source, &of_attributes)
}

fn apart(source: &Arc<Source>, further: &dyn Fn(&str) -> Option<&str>) -> Vec<Fact<Image>> {
    /// Farthest tag from the name, in bytes.
    const FAR: usize = 200;
    const NAMES: [&str; 2] = ["oryd/kratos", "ory/kratos"];
    let text = source.text();
    let (mut found, mut searched) = (Vec::new(), 0);
    let names = NAMES.iter().flat_map(|name| text.match_indices(name).map(|(at, name)| (at, at + name.len())));
    for (at, end) in names {
        let quote = text.get(end..).and_then(|rest| rest.chars().next()).filter(|c| ['"', '\'', '`'].contains(c));
        let is_code = !source.slice(source.line_span(source.line_of(at))).trim_start().starts_with(['#', '/', '*']);
        let Some(after) = quote.filter(|_| is_code).and_then(|_| text.get(end + 1..)) else { continue };
        let far = (0..=FAR.min(after.len())).rev().find(|at| after.is_char_boundary(*at)).unwrap_or_default();
        let mut parts = after.get(..far).unwrap_or_default().split(['"', '\'', '`']);
        let next = parts.next().zip(parts.next()).filter(|(between, _)| is_next(between)).map(|(_, word)| word);
        let next = next.or_else(|| further(after.get(..far)?));
        let next = next.or_else(|| {
            searched += 1;
            if searched > MOST_CONSTANTS { None } else { after_constant(text, at) }
        });
        let is_tag = |word: &&str| word.contains('.') && release(word).is_some();
        if let Some(tag) = next.filter(is_tag) {
            let name = text.get(at..end).unwrap_or_default().to_owned();
            let image = Image { name, tag: tag.to_owned(), asked: release(tag) };
            found.push(Fact::Known(image, Place::new(source, Span::new(at, end))));
        }
    }
    found
}

/// The tag among the attributes after that of the name: `imageName = "oryd/kratos"; … finalImageTag = "v1.3.1";`.
fn of_attributes(after: &str) -> Option<&str> {
    let block = after.split(['{', '}', '[', ']']).next()?;
    let value = |part: &'_ str| {
        let (name, value) = part.split_once('=')?;
        let is_tag = name.trim().to_ascii_lowercase().ends_with("tag");
        let start = value.find(['"', '\'']).filter(|_| is_tag)? + 1;
        Some((part.len() - value.len() + start, value.get(start..)?.find(['"', '\''])?))
    };
    let mut parts = block.split([';', '\n']);
    parts.find_map(|part| value(part).and_then(|(start, length)| part.get(start..start + length)))
}

/// The text of the constant that a program always names right after the constant that begins before a byte: `kratosImage = "…"`,
/// `kratosTag = "v1.3.1"` and `AddContainer("kratos", kratosImage, kratosTag)` or `` `${kratosImage}:${kratosTag}` ``.
fn after_constant(text: &str, at: usize) -> Option<&str> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let before = text.get(..at)?.trim_end_matches(['"', '\'', '`']).trim_end().strip_suffix(['=', ':'])?;
    let before = before.trim_end_matches([':', '=']).trim_end();
    let name = before.get(before.rfind(|c| !is_name(c)).map_or(0, |at| at + 1)..).filter(|name| name.len() > 2)?;
    let mut next = text.match_indices(name).filter_map(|(from, _)| {
        let rest = text.get(from + name.len()..)?;
        let is_whole = !text.get(..from)?.ends_with(is_name) && !rest.starts_with(is_name);
        let between = rest.find(|c: char| !(c.is_whitespace() || "\"'`,:+${}".contains(c))).filter(|_| is_whole)?;
        let is_joined = rest.get(..between)?.contains([',', ':']) && !rest.get(..between)?.contains('\n');
        let word = rest.get(between..).filter(|_| is_joined)?;
        word.get(..word.find(|c| !is_name(c))?).filter(|word| !word.is_empty())
    });
    let tag = next.next()?;
    constant(text, tag).filter(|_| next.all(|other| other == tag))
}

/// A text whose tag is a constant of the program: `f"oryd/kratos:{KRATOS_TAG}"`, `` `oryd/kratos:${kratosTag}` ``.
fn with_constant(text: &str, image: &str) -> Option<String> {
    let (name, tag) = image.split_once(":{").or_else(|| image.split_once(":${"))?;
    let constant = constant(text, tag.strip_suffix('}')?)?;
    Some(format!("{name}:{constant}"))
}

/// The only text that a program gives to a name.
fn constant<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    if name.len() < 3 || !name.chars().all(is_name) {
        return None;
    }
    let mut values = text.match_indices(name).filter_map(|(from, _)| {
        let rest = text.get(from + name.len()..)?.trim_start();
        let value = rest.strip_prefix(['=', ':'])?.trim_start_matches('=').trim_start();
        let inside = value.strip_prefix(['"', '\'', '`'])?;
        inside
            .get(..inside.find(['"', '\'', '`'])?)
            .filter(|_| !text.get(..from).is_some_and(|text| text.ends_with(is_name)))
    });
    let only = values.next()?;
    values.all(|other| other == only).then_some(only)
}

/// The release that a package of the project is built from: `source: https://github.com/ory/kratos` and `source-tag: v1.3.1` of
/// rockcraft and snapcraft.
pub(super) fn of_part(source: &Arc<Source>) -> Option<Fact<Image>> {
    let text = source.text();
    let (at, _) = text.match_indices("github.com/ory/kratos").find(|(at, _)| {
        let line = source.slice(source.line_span(source.line_of(*at))).trim_start();
        line.starts_with("source:")
    })?;
    let lines = source.line_of(at).saturating_sub(NEAR)..source.line_count().min(source.line_of(at) + NEAR);
    let span = lines
        .map(|line| source.line_span(line))
        .find(|span| source.slice(*span).trim_start().starts_with("source-tag:"))?;
    let tag = source.slice(span).trim().strip_prefix("source-tag:")?.trim().trim_matches(['"', '\'']);
    let asked = release(tag)?;
    let image = Image { name: "ory/kratos".to_owned(), tag: tag.to_owned(), asked: Some(asked) };
    Some(Fact::Known(image, Place::new(source, span)))
}

/// How many lines around the source of a package belong to it.
const NEAR: usize = 4;

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
    mentioned_with(source, &|_| None)
}

/// The same, with what a placeholder in the place of the tag stands for.
pub(super) fn mentioned_with(source: &Arc<Source>, pinned: &dyn Fn(&str) -> Option<Pin>) -> Vec<Fact<Image>> {
    const NAME: &str = "oryd/kratos:";
    let lines = (0..source.line_count()).map(|line| source.line_span(line));
    let is_code = |span: &Span| !source.slice(*span).trim_start().starts_with(['#', '/', '*', ';']);
    let mut found = Vec::new();
    for span in lines.filter(|span| source.slice(*span).contains(NAME)).filter(is_code) {
        for rest in source.slice(span).split(NAME).skip(1) {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !".-_".contains(c)).unwrap_or(rest.len());
            let image = rest.get(..end).and_then(|tag| Image::parse(&format!("{NAME}{tag}")));
            let image = image.filter(|image| image.asked.is_some() && end > 0 && !is_joined(rest, end));
            let known = image.map(|image| Fact::Known(image, Place::new(source, span)));
            found.push(known.or_else(|| of_pin(pinned(rest)?)).unwrap_or_default());
        }
    }
    found
}

/// Whether a placeholder follows what begins a tag: `v${KRATOS_VERSION}`.
fn is_joined(rest: &str, end: usize) -> bool {
    rest.get(end..).is_some_and(|after| after.starts_with(['$', '{', '[']))
}

/// The image of Ory with a tag that files give to a name.
pub(super) fn of_pin((tag, place): Pin) -> Option<Fact<Image>> {
    let asked = release(&tag)?;
    Some(Fact::Known(Image { name: "oryd/kratos".to_owned(), tag, asked: Some(asked) }, place))
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
    fn constants_for_the_name_and_the_tag() {
        let tags = |text: &str| -> Vec<String> {
            let found = named(&Source::new("Program.cs", text));
            found.iter().filter_map(|image| image.known().map(|image| image.tag.clone())).collect()
        };
        let both = "const string image = \"oryd/kratos\";\nconst string imageTag = \"v1.3.1\";\n";
        assert_eq!(tags(&format!("{both}b.AddContainer(\"kratos\", image, imageTag)")), ["v1.3.1"]);
        assert_eq!(tags(&format!("{both}run(`${{image}}:${{imageTag}}`)")), ["v1.3.1"]);
        for other in
            ["b.AddContainer(\"kratos\", image)", "run(image, other)", "run(image, imageTag); run(image, other)"]
        {
            assert!(tags(&format!("{both}{other}")).is_empty(), "{other}");
        }
        let twice = both.to_owned() + "imageTag = \"v1.0.0\";\nrun(image, imageTag)";
        assert!(tags(&twice).is_empty());
    }

    #[test]
    fn archives_and_the_installer() {
        let tags = |text: &str| -> Vec<Option<String>> {
            let found = of(&Source::new("install.sh", text), &|_| None);
            found.iter().map(|image| image.known().map(|image| image.tag.clone())).collect()
        };
        let archive = "https://github.com/ory/kratos/releases/download";
        assert_eq!(
            tags(&format!("wget {archive}/v1.0.0/kratos_1.0.0-linux_64bit.tar.gz")),
            [Some("v1.0.0".to_owned())]
        );
        assert_eq!(tags(&format!("curl -L {archive}/v${{VERSION}}/kratos.tar.gz")), [None]);
        assert!(tags(&format!("# wget {archive}/v1.0.0/kratos.tar.gz")).is_empty());
        let of_variable = [
            "ARG VERSION=1.3.1\nRUN curl -L {}/v${VERSION}/kratos.tar.gz",
            "export VERSION=\"1.3.1\" # pinned\nwget {}/v$VERSION/kratos.tar.gz",
            "VERSION := 1.3.1\nget:\n\twget {}/v$(VERSION)/kratos.tar.gz",
        ];
        for text in of_variable {
            assert_eq!(tags(&text.replace("{}", archive)), [Some("v1.3.1".to_owned())], "{text}");
        }
        for text in [
            "VERSION=1.3.1\nVERSION=1.0.0\nwget {}/v$VERSION/kratos.tar.gz",
            "VERSION=$(latest)\nwget {}/v$VERSION/kratos.tar.gz",
            "VERSION_OF_HYDRA=1.3.1\nwget {}/v$VERSION/kratos.tar.gz",
        ] {
            assert_eq!(tags(&text.replace("{}", archive)), [None], "{text}");
        }
        let play = format!("url: {archive}/v{{{{ kratos_version }}}}/kratos.tar.gz");
        let filled = of(&Source::new("play.yml", play), &|text| Some(text.replace("{{ kratos_version }}", "1.1.0")));
        assert_eq!(
            filled.iter().filter_map(Fact::known).map(|image| image.tag.as_str()).collect::<Vec<_>>(),
            ["v1.1.0"]
        );
        assert_eq!(
            tags("RUN CGO_ENABLED=0 go install -tags sqlite github.com/ory/kratos@v1.1.0"),
            [Some("v1.1.0".to_owned())]
        );
        assert!(tags("see https://github.com/ory/kratos@v1.1.0").is_empty());
        let clone = "git clone --depth 1";
        for line in
            ["-b v1.2.0 https://github.com/ory/kratos", "https://github.com/ory/kratos.git --branch=v1.2.0 /src"]
        {
            assert_eq!(tags(&format!("RUN {clone} {line}")), [Some("v1.2.0".to_owned())], "{line}");
        }
        assert!(tags(&format!("{clone} https://github.com/ory/kratos")).is_empty());
        let installer = "bash <(curl https://raw.githubusercontent.com/ory/meta/master/install.sh) -d -b .";
        assert_eq!(
            tags(&format!("{installer} kratos v0.13.0\n{installer} hydra v2.2.0")),
            [Some("v0.13.0".to_owned())]
        );
    }
}
