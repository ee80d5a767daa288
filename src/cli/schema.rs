//! `kratos-lint schema`: JSON Schemas, `OpenAPI`, examples and types of what web hooks send and may be answered.

use std::fs;
use std::path::{Path, PathBuf};

use super::ctx::version;
use super::one::{self, One, only_unit};
use super::{CLEAN, Failure, Outcome};
use crate::config;
use crate::disk::Disk;
use crate::endpoints::types::Language;
use crate::endpoints::{self, Endpoint, examples, openapi, types};
use crate::evaluation::Evaluator;
use crate::files::Files;
use crate::fix::write;
use crate::kratos::contract::Mode;
use crate::kratos::contract::response;
use crate::kratos::ctx::Place;
use crate::kratos::identity;
use crate::kratos::schema::document;
use crate::kratos::secrets;
use crate::kratos::version::Version;
use crate::output::Printer;

/// Print schemas of what web hooks send and may be answered.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// JSON Schema of the configuration
    Config {
        /// Kratos version (1.3.1, 26.2, master)
        #[arg(long, value_name = "VERSION")]
        kratos: Option<String>,
    },
    /// JSON Schema of identity schemas, with the keyword `ory.sh/kratos`
    Identity {
        /// Kratos version (1.3.1, 26.2, master)
        #[arg(long, value_name = "VERSION")]
        kratos: Option<String>,
    },
    /// JSON Schema of kratos-lint.toml
    KratosLint,
    /// JSON Schema of what an endpoint receives
    Request(Which),
    /// JSON Schema of what an endpoint may answer
    Response(Answers),
    #[command(about = "OpenAPI 3.1 of all endpoints of a configuration")]
    Openapi(Configuration),
    /// Write example requests and answers as files
    Examples(Examples),
    /// Types of requests and answers for endpoints
    Types(Types),
}

/// A hook of a configuration, or a hook point.
#[derive(Debug, clap::Args)]
struct Which {
    /// The configuration
    file: Option<PathBuf>,
    /// JSON pointer of the hook in it; without it the only `web_hook`
    #[arg(long, value_name = "POINTER")]
    hook: Option<String>,
    /// Without a configuration: the flow
    #[arg(long, conflicts_with = "file")]
    flow: Option<String>,
    /// Without a configuration: `before`, `after`, `pre_persist` or `post_persist`
    #[arg(long, conflicts_with = "file")]
    phase: Option<String>,
    /// Kratos version (1.3.1, 26.2, master)
    #[arg(long, value_name = "VERSION")]
    kratos: Option<String>,
}

#[derive(Debug, clap::Args)]
struct Answers {
    #[command(flatten)]
    which: Which,
    /// What the server takes, not what an endpoint should write
    #[arg(long)]
    lenient: bool,
}

#[derive(Debug, clap::Args)]
struct Configuration {
    #[command(flatten)]
    one: One,
    /// Kratos version (1.3.1, 26.2, master)
    #[arg(long, value_name = "VERSION")]
    kratos: Option<String>,
}

#[derive(Debug, clap::Args)]
struct Examples {
    #[command(flatten)]
    which: Which,
    /// The folder to write to; it is made, and files of the same names are replaced
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
}

#[derive(Debug, clap::Args)]
struct Types {
    #[command(flatten)]
    which: Which,
    /// The language
    #[arg(long, value_enum)]
    language: Language,
}

/// Prints or writes what was asked for.
///
/// # Errors
/// When there is no such hook, place or version, or a file cannot be read or written.
pub fn run(args: &Args, out: &mut Printer<'_>) -> Outcome {
    match &args.what {
        What::Config { kratos } => out.json(&document::document(version(kratos.as_deref())?))?,
        What::Identity { kratos } => {
            out.json(&identity::document::document(version(kratos.as_deref())?))?;
        }
        What::KratosLint => out.json(&config::schema())?,
        What::Request(which) => {
            let endpoint = which.one()?;
            out.json(&endpoint.request_document())?;
        }
        What::Response(answers) => {
            let endpoint = answers.which.one()?;
            let contract = endpoint.contract(answers.lenient);
            let id = endpoint.urn("response").unwrap_or_else(|| response::id(&contract));
            out.json(&response::document(&contract, &id))?;
        }
        What::Openapi(configuration) => {
            let (endpoints, version, title) = configuration.endpoints()?;
            out.json(&openapi::document(&endpoints, version, &title))?;
        }
        What::Examples(examples) => write_examples(&examples.which.all()?, &examples.out, out)?,
        What::Types(wanted) => out.code(&types::of(&wanted.which.all()?, wanted.language))?,
    }
    Ok(CLEAN)
}

fn write_examples(endpoints: &[Endpoint], folder: &Path, out: &mut Printer<'_>) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| Failure(write::refused(folder, &error)))?;
    for example in endpoints.iter().flat_map(examples::of) {
        let path = folder.join(&example.name);
        write::report(&path, format!("{:#}\n", example.body).as_bytes(), None).map_err(Failure)?;
        out.line(path.display().to_string())?;
    }
    Ok(())
}

impl Configuration {
    fn endpoints(&self) -> Result<(Vec<Endpoint>, Version, String), Failure> {
        let unit = self.one.unit()?;
        let target = one::target_of(&unit, self.kratos.as_deref())?;
        let version = target.newest();
        let unit = self.one.seen(unit, version)?;
        let path = unit.path().to_owned();
        let disk = Disk::of_run(&[std::path::PathBuf::from(&path)], None);
        let files = Files::beside(&disk, Path::new(&path));
        let root = unit.root().ok_or_else(|| Failure(format!("{path} holds no configuration")))?;
        let schemas = identity::load(root, &files);
        let endpoints = endpoints::of(root, version, &schemas, &files, Evaluator::default());
        if endpoints.is_empty() {
            return Err(Failure(format!("{path} has no web_hook")));
        }
        let name = Path::new(&path).file_name().map(|name| name.to_string_lossy().into_owned());
        Ok((endpoints, version, name.unwrap_or(path)))
    }
}

/// Pointers and names of hook points, as they may be shown.
fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.map(secrets::pointer).collect::<Vec<_>>().join(", ")
}

impl Which {
    /// All endpoints of the configuration, or of the hook points that were asked for.
    fn all(&self) -> Result<Vec<Endpoint>, Failure> {
        let only = match (&self.file, &self.hook, self.flow.as_ref().or(self.phase.as_ref())) {
            (None, Some(_), _) => Some(PathBuf::from(only_unit()?.path())),
            // Where there is none, or more than one, the schemas of all hook points are meant.
            (None, None, None) => only_unit().ok().map(|unit| PathBuf::from(unit.path())),
            _ => None,
        };
        let Some(file) = self.file.as_ref().or(only.as_ref()) else { return self.generic() };
        let configuration = Configuration { one: One::of_file(file), kratos: self.kratos.clone() };
        let (mut endpoints, ..) = configuration.endpoints()?;
        if let Some(pointer) = &self.hook {
            let known = listed(endpoints.iter().filter_map(|endpoint| endpoint.pointer.as_deref()));
            endpoints.retain(|endpoint| endpoint.pointer.as_ref() == Some(pointer));
            if endpoints.is_empty() {
                return Err(Failure(format!("there is no web_hook at {pointer}; there are {known}")));
            }
        }
        Ok(endpoints)
    }

    /// The only one.
    fn one(&self) -> Result<Endpoint, Failure> {
        let mut all = self.all()?;
        let names: Vec<&str> =
            all.iter().map(|endpoint| endpoint.pointer.as_deref().unwrap_or_else(|| endpoint.place.id())).collect();
        if names.len() > 1 {
            let is_of_file = all.iter().any(|endpoint| endpoint.pointer.is_some());
            let how = if is_of_file { "--hook" } else { "--flow and --phase" };
            return Err(Failure(format!("name one with {how}; there are {}", listed(names.into_iter()))));
        }
        all.pop().ok_or_else(|| Failure("there is no such hook point".to_owned()))
    }

    /// Hook points without a configuration: those of a flow and phase, or all.
    fn generic(&self) -> Result<Vec<Endpoint>, Failure> {
        let version = version(self.kratos.as_deref())?;
        let wanted = |id: &&str| {
            let of_flow = self.flow.as_ref().is_none_or(|flow| id.starts_with(&format!("{flow}.")));
            let of_phase = self
                .phase
                .as_ref()
                .is_none_or(|phase| id.ends_with(&format!(".{phase}")) || (phase == "after" && id.contains(".after.")));
            of_flow && of_phase
        };
        let flows = crate::kratos::hooks::FLOWS;
        if let Some(flow) = self.flow.as_deref().filter(|flow| !flows.contains(flow)) {
            return Err(super::unknown("there is no flow", flow, &flows));
        }
        let is_hook = |id: &&str| flows.iter().any(|flow| id.starts_with(&format!("{flow}.")));
        let ids: Vec<&str> = Place::all_ids().filter(is_hook).collect();
        let found: Vec<Endpoint> = ids
            .iter()
            .copied()
            .filter(wanted)
            .filter_map(|id| {
                // A hook that runs after the identity is stored reads no answer.
                let mode = if id.ends_with("post_persist") { Mode::Wait } else { Mode::Parse };
                endpoints::generic(&Place::new(id, version), mode)
            })
            .collect();
        if found.is_empty() {
            return Err(Failure(format!("there is no such hook point; known are {}", ids.join(", "))));
        }
        Ok(found)
    }
}
