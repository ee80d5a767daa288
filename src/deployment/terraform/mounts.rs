//! What containers of Terraform and Nomad get from the project.

use std::path::Path;
use std::sync::Arc;

use super::super::reading::Reading;
use super::super::{Here, Mount, Start};
use super::{Block, attribute, list, quoted, string};
use crate::deployment::mounts;
use crate::disk::plain;
use crate::text::{HereDocument, Place, Source, here_documents_of_hcl};

/// What a container gets from the project: `volumes` and `upload` of Docker, `template` of Nomad.
pub(super) fn read(
    reading: &Reading<'_>,
    folder: &Path,
    (block, inner): (&Block<'_>, &[Block<'_>]),
    start: &mut Start,
    place: &Place,
) {
    let of_kind = |kind: &'static str| inner.iter().filter(move |one| one.head.first() == Some(&kind));
    let below = |text: &str| {
        let rest = ["${path.module}/", "${path.cwd}/", "./"].iter().find_map(|at| text.strip_prefix(at));
        plain(&folder.join(rest.unwrap_or(text)))
    };
    let first = |block: &Block<'_>, name: &str| attribute(block, name).and_then(|text| quoted(text).next().map(below));
    let mount = |there: &str, here: Here| Mount { there: mounts::there(there), here, place: place.clone() };
    for volume in of_kind("volumes") {
        let Some(there) = string(volume, "container_path") else { continue };
        let here = first(volume, "host_path").filter(|path| reading.exists(path));
        start.mounts.push(mount(there, here.map_or(Here::Unknown, Here::Path)));
    }
    let texts = if block.body.contains("<<") { here_documents_of_hcl(&place.source) } else { Vec::new() };
    let text = |block: &Block<'_>, name: &str, there: &str| {
        let text = text_of(&place.source, &texts, block, name)?;
        Some(Here::Text(text.clone())).filter(|_| is_known_as(&text, there))
    };
    for upload in of_kind("upload") {
        let Some(there) = string(upload, "file") else { continue };
        let path = first(upload, "source").or_else(|| first(upload, "content"));
        let here = path.map(Here::Path).or_else(|| text(upload, "content", there));
        start.mounts.push(mount(there, here.unwrap_or(Here::Unknown)));
    }
    let of_template = |template: &Block<'_>, there: &str| {
        let data = attribute(template, "data").filter(|data| data.starts_with("file("));
        let path = data.and_then(|data| quoted(data).next()).map(below).filter(|path| reading.exists(path));
        let text = text(template, "data", there);
        let is_known = data.is_some() || text.is_some();
        (path.map(Here::Path).or(text).unwrap_or(Here::Unknown), is_known)
    };
    let mut written: Vec<Mount> = Vec::new();
    for template in of_kind("template") {
        let Some(there) = string(template, "destination") else { continue };
        let (here, is_known) = of_template(template, there);
        // The folders of the task are in its container too.
        start.mounts.extend(in_task(there).map(|there| mount(&there, here.clone())));
        written.extend(is_known.then(|| mount(there, here)));
    }
    for volume in attribute(block, "volumes").map(list).into_iter().flatten().flatten() {
        let Some((from, there)) = mounts::volume(&volume) else { continue };
        start.mounts.push(mount(there, Here::Unknown));
        let there = mounts::there(there);
        start.mounts.extend(written.iter().filter_map(|copy| mounts::copied(copy, from, &there, place)));
    }
}

/// The here-document that an attribute of a block has as its value.
fn text_of(source: &Arc<Source>, texts: &[HereDocument], block: &Block<'_>, name: &str) -> Option<Arc<Source>> {
    attribute(block, name).filter(|value| value.starts_with("<<"))?;
    let range = block.at..block.at + block.body.len();
    let is_meant = |one: &&HereDocument| {
        let rest = source.slice(one.head).trim_start().strip_prefix(name);
        range.contains(&one.body.start) && rest.is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    texts.iter().find(is_meant).map(|one| one.text(source))
}

/// Whether a text is known as its reader gets it: where something is put in, only in YAML, where that is a placeholder.
fn is_known_as(text: &Source, there: &str) -> bool {
    let is_verbatim = !["${", "%{", "{{"].iter().any(|mark| text.text().contains(mark));
    is_verbatim || Path::new(there).extension().is_some_and(|ending| ending == "yml" || ending == "yaml")
}

/// Where the container of a task of Nomad has what a template writes: `local/` is `/local/` there.
///
/// Source: developer.hashicorp.com/nomad/docs, "Docker task driver": the folders `local`, `secrets` and `alloc` are mounted.
fn in_task(destination: &str) -> Option<String> {
    const FOLDERS: [(&str, &str); 6] = [
        ("local/", "/local"),
        ("/local/", "/local"),
        ("${NOMAD_TASK_DIR}/", "/local"),
        ("secrets/", "/secrets"),
        ("/secrets/", "/secrets"),
        ("${NOMAD_SECRETS_DIR}/", "/secrets"),
    ];
    FOLDERS.iter().find_map(|(folder, there)| Some(format!("{there}/{}", destination.strip_prefix(folder)?)))
}
