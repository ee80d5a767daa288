//! `kratos-lint init`: write hooks into a configuration, or a whole new one.

mod batch;
mod edit;
mod hook;
mod meant;
mod questions;
mod recipe;

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::gather::units_of;
use super::terminal::note;
use super::{CLEAN, Failure, Outcome, gather, one};
use crate::check::Target;
use crate::discover::{self, shown};
use crate::fix::write;
use crate::init::backend::Language;
use crate::init::project::whole::{self, Database, Method, Plan};
use crate::init::{Auth, Response, project};
use crate::kratos::schema;
use crate::kratos::version::Version;
use crate::output::{self, Printer};
use crate::target::TargetSource;
use crate::text::Source;
use crate::unit::Unit;
use crate::yaml::{FaultKind, Node, TextFault};
use batch::Batch;

/// A flow with hooks.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Flow {
    Login,
    Registration,
    Settings,
    Recovery,
    Verification,
}

/// Write hooks into a configuration, or, without a flow, a whole new configuration.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Sub>,
    /// The hook [default: `web_hook`]
    #[arg(long, value_name = "NAME")]
    hook: Option<String>,
    #[command(flatten)]
    flags: Flags,
}

#[derive(Debug, clap::Subcommand)]
enum Sub {
    /// Write a hook by its name: `web_hook`, `session`, `require_verified_address`, …
    Hook(HookArgs),
    /// Write a whole project: configuration, identity schema, compose file, pre-commit and CI
    Project(ProjectArgs),
    /// Put in a complete set-up by its name; without a name all are listed
    Recipe(recipe::Args),
    /// Show which hooks are in a configuration, with the pointers that remove and move take
    List(edit::ListArgs),
    /// Take a hook out of its list
    Remove(edit::RemoveArgs),
    /// Put a hook elsewhere in its list, or into another one
    Move(edit::MoveArgs),
}

/// What a new project is for.
#[derive(Clone, Debug, clap::Args)]
struct ProjectArgs {
    /// Its folder
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// URL under which browsers reach Kratos
    #[arg(long, value_name = "URL", default_value = whole::PUBLIC)]
    public: String,
    /// URL of your application, which shows the pages
    #[arg(long, value_name = "URL", default_value = whole::APP)]
    app: String,
    /// How users sign in
    #[arg(long, value_enum, value_delimiter = ',', default_value = "password")]
    methods: Vec<Method>,
    /// Where identities are stored
    #[arg(long, value_enum, default_value = "postgres")]
    database: Database,
    /// Kratos version (1.3.1, 26.2, master)
    #[arg(long, value_name = "VERSION")]
    kratos: Option<String>,
    /// Print the files, without writing them
    #[arg(long)]
    diff: bool,
    /// Overwrite files that are there
    #[arg(long)]
    force: bool,
}

#[derive(Debug, clap::Args)]
struct HookArgs {
    /// The hook
    name: String,
    #[command(flatten)]
    flags: Flags,
}

/// What the flags ask for.
#[derive(Clone, Debug, Default, clap::Args)]
#[allow(clippy::struct_excessive_bools)] // Each is a flag of the command line.
struct Flags {
    /// The flow that the hook belongs to
    #[arg(long, value_enum)]
    flow: Option<Flow>,
    /// Run the hook when the flow begins
    #[arg(long, conflicts_with_all = ["after", "method"])]
    before: bool,
    /// Run the hook when the flow ends (the default)
    #[arg(long)]
    after: bool,
    /// The method whose list takes the hook; all that are enabled when left out
    #[arg(long)]
    method: Option<String>,
    /// The endpoint of a `web_hook`; without it an example of an address
    #[arg(long)]
    url: Option<String>,
    /// HTTP method of a `web_hook` [default: POST]
    #[arg(long, value_parser = crate::init::check::HTTP_METHODS, ignore_case = true)]
    http_method: Option<String>,
    /// How the endpoint of a `web_hook` knows that Kratos calls [default: `api_key`]
    #[arg(long, value_enum, ignore_case = true)]
    auth: Option<AuthName>,
    /// What the flow does with the answer of a `web_hook` [default: ignore]
    #[arg(long, value_enum)]
    response: Option<Response>,
    /// File for the Jsonnet body, beside the configuration [default: hooks/FLOW-METHOD.jsonnet]
    #[arg(long, value_name = "FILE", conflicts_with = "inline", requires = "write")]
    body: Option<PathBuf>,
    /// Write the Jsonnet body into the configuration, as base64
    #[arg(long)]
    inline: bool,
    /// Send only these traits in the body of a `web_hook`
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    traits: Option<Vec<String>>,
    /// Print a stub of the endpoint
    #[arg(long, value_enum)]
    backend: Option<Language>,
    /// Insert into this configuration, or write a new one there
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// Print what --write would change, without changing files
    #[arg(long, requires = "write")]
    diff: bool,
    /// Repeat the hooks for all methods in a new list of a method, which replaces them (the default)
    #[arg(long, requires = "write")]
    repeat_global: bool,
    /// Leave the hooks for all methods out of a new list of a method: they no longer run for it
    #[arg(long, requires = "write", conflicts_with = "repeat_global")]
    no_repeat_global: bool,
    /// Kratos version (1.3.1, 26.2, master)
    #[arg(long, value_name = "VERSION")]
    kratos: Option<String>,
    /// Overwrite files that are there, and write a hook that the linter calls an error
    #[arg(long, requires = "write")]
    force: bool,
}

impl Flags {
    /// The first flag that is about a `web_hook` alone.
    fn of_web_hook(&self) -> Option<&'static str> {
        let flags = [
            ("--url", self.url.is_some()),
            ("--http-method", self.http_method.is_some()),
            ("--auth", self.auth.is_some()),
            ("--response", self.response.is_some()),
            ("--body", self.body.is_some()),
            ("--inline", self.inline),
            ("--traits", self.traits.is_some()),
            ("--backend", self.backend.is_some()),
        ];
        flags.into_iter().find(|(_, is_given)| *is_given).map(|(name, _)| name)
    }

    /// The first flag that is about a hook.
    fn of_hook(&self) -> Option<&'static str> {
        let flags = [
            ("--before", self.before),
            ("--after", self.after),
            ("--method", self.method.is_some()),
            ("--repeat-global", self.repeat_global),
            ("--no-repeat-global", self.no_repeat_global),
        ];
        self.of_web_hook().or_else(|| flags.into_iter().find(|(_, is_given)| *is_given).map(|(name, _)| name))
    }
}

/// Names of [`Auth`] as Kratos spells them.
#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
enum AuthName {
    ApiKey,
    BasicAuth,
    None,
}

impl From<AuthName> for Auth {
    fn from(name: AuthName) -> Auth {
        match name {
            AuthName::ApiKey => Auth::ApiKey,
            AuthName::BasicAuth => Auth::Basic,
            AuthName::None => Auth::None,
        }
    }
}

/// Writes or prints what was asked for; asks on a terminal when nothing was.
///
/// # Errors
/// When a file cannot be read or written, or the hook cannot be put where it must be.
pub fn run(args: &Args, out: &mut Printer<'_>) -> Outcome {
    match &args.command {
        Some(Sub::Hook(hook)) => hook::run(&hook.flags, &hook.name, out),
        Some(Sub::Project(args)) => whole_project(args, out),
        Some(Sub::Recipe(args)) => recipe::run(args, out),
        Some(Sub::List(args)) => edit::list(args, out),
        Some(Sub::Remove(args)) => edit::remove(args, out),
        Some(Sub::Move(args)) => edit::put(args, out),
        None if args.flags.flow.is_some() => hook::run(&args.flags, args.hook.as_deref().unwrap_or("web_hook"), out),
        None => match args.flags.of_hook().or(args.hook.as_ref().map(|_| "--hook")) {
            Some(flag) => Err(Failure(format!("{flag} is about a hook: name its flow with --flow"))),
            None => new_project(&args.flags, out),
        },
    }
}

/// What reads the configuration that is changed, or those of the project; the first release of a range.
fn target(asked: Option<&str>, unit: Option<&Unit>) -> Result<Target, Failure> {
    let mut target = match (asked, unit) {
        (Some(text), _) => one::asked_for(text)?,
        (None, Some(unit)) => one::target_of(unit, None)?,
        (None, None) => of_project()?,
    };
    target.versions.truncate(1);
    Ok(target)
}

fn version(asked: Option<&str>, unit: &Unit) -> Result<Version, Failure> {
    Ok(target(asked, Some(unit))?.newest())
}

/// What reads the configurations below the current folder, when they agree.
fn of_project() -> Result<Target, Failure> {
    let (units, project) = units_of(&[], None, &|_| ())?;
    let own = gather::found_config(&[], project.disk())?;
    let mut found: Vec<Target> = Vec::new();
    for unit in units.iter().filter(|unit| !unit.is_part()) {
        let target = own.target_of(unit, &project, false);
        if target.source != TargetSource::Default && found.iter().all(|known| known.name() != target.name()) {
            found.push(target);
        }
    }
    match found.as_slice() {
        [] => of_new(Path::new("kratos.yml")),
        [only] => Ok(only.clone()),
        many => {
            let names: Vec<String> = many.iter().map(Target::name).collect();
            note(format!("the configurations here are for {}: choose with --kratos", names.join(", ")));
            Ok(Target::one(Version::NEWEST, TargetSource::Default))
        }
    }
}

/// What will read a configuration that is not there yet, as far as the files around it say it.
fn of_new(path: &Path) -> Result<Target, Failure> {
    let newest = Target::one(Version::NEWEST, TargetSource::Default);
    let text = project::config(Version::NEWEST);
    let unit = discover::named(&Source::new(path.to_string_lossy(), text)).into_iter().next();
    let target = unit.map_or(Ok(newest.clone()), |unit| one::target_of(&unit, None))?;
    // Its own text says nothing yet.
    Ok(if target.source == TargetSource::File { newest } else { target })
}

/// Says for which release something is written, and what names it, unless that was asked for.
fn say_target(target: &Target) {
    if target.source != TargetSource::Flag {
        // Why what a file says of its release does not count.
        target.notes.iter().for_each(note);
        note(format!("written for {}: {}", target.title(), output::because(target, None)));
    }
}

/// The release for which a new file is written.
fn version_of_new(asked: Option<&str>, path: &Path) -> Result<Version, Failure> {
    let mut target = asked.map_or_else(|| of_new(path), one::asked_for)?;
    target.versions.truncate(1);
    say_target(&target);
    Ok(target.newest())
}

/// The configuration that is to be changed.
fn unit_to_change(path: &Path) -> Result<Unit, Failure> {
    let unit = one::read(path)?;
    // A file in UTF-16 is left to its editor.
    write::is_as_read(path, unit.file_source().text()).map_err(Failure)?;
    if unit.root().is_some_and(is_of_another) {
        let why = "holds no configuration of Kratos: it has none of its keys, or more of another program";
        return Err(Failure(format!("{} {why}", path.display())));
    }
    // Which of both is meant is not known.
    if let Some(twice) = unit.tree.faults().iter().find(|fault| is_twice(fault)) {
        let place = twice.place.in_file();
        let start = place.source.position(place.span.start);
        let (file, line, column) = (shown(path), start.line, start.column);
        return Err(Failure(format!(
            "{file}:{line}:{column}: a key is twice in the same map: remove one of them first"
        )));
    }
    Ok(unit)
}

fn is_twice(fault: &TextFault) -> bool {
    matches!(fault.kind, FaultKind::DuplicateKey | FaultKind::DuplicateKeyLastWins)
}

/// Whether a file belongs to another program: `version` alone is a key of many.
fn is_of_another(root: Node<'_>) -> bool {
    let (known, unknown): (Vec<&str>, Vec<&str>) =
        root.fields().map(|field| field.key).partition(|key| schema::lookup(key, Version::MASTER).is_some());
    unknown.len() > known.len() && !discover::is_kratos(root)
}

/// A new configuration with its identity schema.
fn new_project(flags: &Flags, out: &mut Printer<'_>) -> Outcome {
    if flags.write.is_none() && io::stdin().is_terminal() && crate::cli::terminal::is_terminal() {
        return questions::run(out);
    }
    let path = flags.write.as_deref();
    let version = version_of_new(flags.kratos.as_deref(), path.unwrap_or(Path::new("kratos.yml")))?;
    let Some(path) = path else {
        out.block(&project::config(version))?;
        return Ok(CLEAN);
    };
    let schema = path.parent().unwrap_or(Path::new("")).join("identity.schema.json");
    let mut batch = Batch::new(flags.force);
    batch.create(path.to_path_buf(), project::config(version), true)?;
    batch.create(schema, project::SCHEMA.to_owned(), false)?;
    batch.settings(path, &project::GIVEN.map(str::to_owned), &[])?;
    batch.note(format!("Kratos starts only if its environment has {}", project::GIVEN.join(", ")));
    batch.finish(flags.diff, out)
}

/// A project with everything that it needs to start.
fn whole_project(args: &ProjectArgs, out: &mut Printer<'_>) -> Outcome {
    let site = |flag: &str, text: &str| whole::site(text).map_err(|why| Failure(format!("{flag}: {why}")));
    let plan = Plan {
        version: if let Some(asked) = &args.kratos { target(Some(asked), None)?.newest() } else { Version::NEWEST },
        public: site("--public", &args.public)?,
        app: site("--app", &args.app)?,
        methods: args.methods.clone(),
        database: args.database,
    };
    plan.check().map_err(Failure)?;
    let mut batch = Batch::new(args.force);
    for file in plan.files() {
        let path = if args.folder == Path::new(".") { file.path } else { args.folder.join(file.path) };
        if file.may_be_there {
            batch.create_if_absent(path, file.text)?;
        } else {
            let is_unit = path.ends_with("kratos.yml");
            batch.create(path, file.text, is_unit)?;
        }
    }
    batch.note("README.md says how to start");
    batch.finish(args.diff, out)
}
