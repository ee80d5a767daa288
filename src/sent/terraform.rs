//! Resources of the Terraform providers for Ory Network as a configuration: `ory_action`, `ory_identity_schema`,
//! `ory_email_template`, `ory_social_provider`, `ory_project_config` (ory/ory), and projects that hold all of it as JSON.
//!
//! Source: github.com/ory/terraform-provider-ory (2026-08), its documents and resources.

mod resources;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use super::{By, Mould, Remark, Sent};
use crate::disk::Disk;
use crate::hcl::{self, Content, Folder, Resource, Value};
use crate::kratos::network::IN_PROJECT;
use crate::text::{Source, Span};
use crate::unit::Unit;
use crate::yaml::{self, Comment, Format, Node};

/// Most configurations of a folder that are checked.
const MAX_UNITS: usize = 200;

/// Types of resources that hold a whole project.
const PROJECTS: [&str; 2] = ["orynetwork_project", "ory_project"];

/// The units of a Terraform file that was named: of its own resources.
///
/// # Errors
/// Says why the file cannot be read.
pub(crate) fn named(source: &Arc<Source>, disk: &Disk) -> Result<Vec<Unit>, String> {
    if let Some(why) = hcl::fault(source) {
        return Err(why);
    }
    let folder = Folder::read(disk, folder_of(source.path()));
    let file = folder.files().position(|file| file.path() == source.path());
    Ok(file.map(|file| of_folder(&folder, Some(file))).unwrap_or_default())
}

/// The units of a Terraform file that was met in a folder. The resources of all files of the folder belong together: they are
/// units of the first file with one.
///
/// # Errors
/// Says why a file with resources of Ory Network cannot be read.
pub(crate) fn met(source: &Arc<Source>, disk: &Disk) -> Result<Vec<Unit>, String> {
    if !super::is_worth_reading(source) {
        return Ok(Vec::new());
    }
    if let Some(why) = hcl::fault(source) {
        return Err(why);
    }
    let folder = folder_of(source.path());
    // Each file of the folder asks: only one of them reads all.
    let first = Folder::first(disk, folder, &super::is_worth_reading);
    if first.is_none_or(|first| first.path() != source.path()) {
        return Ok(Vec::new());
    }
    Ok(of_folder(&Folder::read(disk, folder), None))
}

fn folder_of(path: &str) -> &Path {
    let folder = Path::new(path).parent().unwrap_or(Path::new(""));
    if folder == Path::new("") { Path::new(".") } else { folder }
}

fn of_folder(folder: &Folder<'_>, only: Option<usize>) -> Vec<Unit> {
    let mut projects: Vec<(String, Vec<Resource<'_>>)> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for resource in folder.resources(only) {
        // Resources without a project are for the one of their provider: a further one may have a project of its own.
        let of = resource.written("project_id").or_else(|| resource.written("provider"));
        let project = of.map(|text| text.trim_matches('"')).filter(|name| *name != "ory").unwrap_or_default();
        let index = *known.entry(project.to_owned()).or_insert(projects.len());
        match projects.get_mut(index) {
            Some((_, resources)) => resources.push(resource),
            None => projects.push((project.to_owned(), vec![resource])),
        }
    }
    let mut units: Vec<Unit> = Vec::new();
    for (_, resources) in projects {
        if units.len() <= MAX_UNITS {
            units.extend(of_project(folder, resources));
        }
    }
    let Some(beyond) = units.get(MAX_UNITS).and_then(Unit::root).map(Node::place) else { return units };
    units.truncate(MAX_UNITS);
    if let Some(last) = units.pop() {
        units.push(last.limited(beyond, "the folder has more than 200 configurations"));
    }
    units
}

fn of_project<'f>(folder: &'f Folder<'f>, resources: Vec<Resource<'f>>) -> Vec<Unit> {
    let files: Vec<Arc<Source>> = folder.files().map(Arc::clone).collect();
    let mut mould = Mould::new(files.clone());
    let mut sent = Sent { by: By::Terraform, is_part: true, knows_schemas: false, remarks: Vec::new() };
    let mut units = Vec::new();
    let mut actions = resources::Actions::default();
    for resource in resources {
        match resource.kind {
            "ory_action" => actions.add(resource, &mut mould, &mut sent, &files),
            "ory_identity_schema" => resources::schema(&resource, &mut mould, &mut sent, &files),
            "ory_email_template" => resources::template(&resource, &mut mould, &mut sent, &files),
            "ory_social_provider" => resources::provider(&resource, &mut mould),
            "ory_project_config" => resources::settings(&resource, &mut mould, &mut sent, &files),
            kind if PROJECTS.contains(&kind) && units.len() <= MAX_UNITS => units.extend(project(&resource, &files)),
            _ => {}
        }
    }
    actions.compare(&mut sent, &files);
    if !mould.is_empty() {
        units.insert(0, Unit::sent(mould.tree(), String::new(), sent));
    }
    units
}

/// The configuration of a project, as `jsonencode`, as a text or as a map.
fn project(resource: &Resource<'_>, files: &[Arc<Source>]) -> Option<Unit> {
    let value = resource.find(&["services", "identity", "config"])?;
    let at = format!("/resource/{}/{}{IN_PROJECT}", resource.kind, resource.name);
    let sent = Sent::whole(By::Terraform);
    let inner = match value.content {
        Content::Json(inner) => *inner,
        Content::Map(_) => value,
        // A file is a unit of its own.
        Content::Text(text) if text.source.path() == files.get(value.file)?.path() => {
            let tree = yaml::parse(&text.source, Format::Json);
            return tree.root()?.is_mapping().then(|| Unit::sent(tree, at, sent));
        }
        _ => return None,
    };
    let Content::Map(fields) = inner.content else { return None };
    let mut mould = Mould::new(files.to_vec());
    for (key, field) in fields {
        mould.put(&[key], field);
    }
    (!mould.is_empty()).then(|| Unit::sent(mould.tree(), at, sent))
}

/// The comments of a file that may be suppressions.
#[must_use]
pub(crate) fn comments(source: &Source) -> Vec<Comment> {
    let text = source.text();
    let comment = |line: usize| {
        let span = source.line_span(line);
        let written = source.slice(span);
        let at = written.find("kratos-lint")?;
        let start = [written.get(..at)?.rfind('#'), written.get(..at)?.rfind("//")].into_iter().flatten().max()?;
        let own_line = written.get(..start)?.trim().is_empty();
        let end = span.start + written.trim_end().len();
        Some(Comment { span: Span::new(span.start + start, end), own_line })
    };
    if !text.contains("kratos-lint") {
        return Vec::new();
    }
    (0..source.line_count()).filter_map(comment).collect()
}

/// A text of a resource; none when it is not there or not known.
fn word(resource: &Resource<'_>, name: &str) -> Option<String> {
    resource.get(name)?.text().map(|text| text.value.clone())
}

/// A value that stands for something in a resource.
fn at_head(resource: &Resource<'_>, content: Content) -> Value {
    Value { content, file: resource.file, span: resource.span(), key: resource.head() }
}

/// A remark about a place of a resource.
fn remark(kind: super::RemarkKind, files: &[Arc<Source>], file: usize, span: Span, word: &str) -> Option<Remark> {
    let place = crate::text::Place::new(files.get(file)?, span);
    Some(Remark { kind, place, other: None, word: word.to_owned() })
}
