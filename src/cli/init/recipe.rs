//! `kratos-lint init recipe NAME`: values, hooks and files that belong together, as one change.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::batch::{self, Batch};
use super::{AuthName, hook, meant, unit_to_change};
use crate::check::Target;
use crate::cli::{CLEAN, FAILED, Failure, Outcome};
use crate::discover::shown;
use crate::disk::Disk;
use crate::files::FoundFile;
use crate::init::merge::{self, Differing};
use crate::init::recipe::{self, Asked, Built, NewHook, Recipe};
use crate::init::scaffold::{self, Planned};
use crate::init::{Auth, Response, Wanted, body_file, edit, sites};
use crate::kratos::hooks;
use crate::kratos::identity::IdentitySchema;
use crate::kratos::version::Version;
use crate::output::Printer;
use crate::rules::loading::file_not_in_container;
use crate::text::{Source, to_base64_url};
use crate::unit::Unit;
use crate::yaml::Node;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The recipe; without it all are listed
    name: Option<String>,
    /// What the recipe needs: social-sign-in PROVIDER, cookies-for APPLICATION KRATOS
    arguments: Vec<String>,
    /// Put it into this configuration; without it the page of the recipe is printed
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// The endpoint that is called
    #[arg(long)]
    url: Option<String>,
    /// How the endpoint knows that Kratos calls [default: `api_key`]
    #[arg(long, value_enum, ignore_case = true)]
    auth: Option<AuthName>,
    /// Print what would change, without changing files
    #[arg(long, requires = "write")]
    diff: bool,
    /// Write it although the linter calls a part of it an error
    #[arg(long, requires = "write")]
    force: bool,
    /// Kratos version (1.3.1, 26.2, master)
    #[arg(long, value_name = "VERSION")]
    kratos: Option<String>,
}

/// Lists recipes, prints the page of one, or writes it.
///
/// # Errors
/// When there is no such recipe, something is missing, or a file cannot be changed safely.
pub(super) fn run(args: &Args, out: &mut Printer<'_>) -> Outcome {
    let Some(name) = &args.name else {
        for recipe in &recipe::ALL {
            let arguments = recipe.arguments.iter().map(|name| format!(" {name}")).collect::<String>();
            out.line(format!("{:<34} {}", format!("{}{arguments}", recipe.name), recipe.what))?;
        }
        return Ok(CLEAN);
    };
    let recipe = recipe::named(name).ok_or_else(|| {
        let known: Vec<&str> = recipe::ALL.iter().map(|recipe| recipe.name).collect();
        crate::cli::unknown("there is no recipe", name, &known)
    })?;
    if let Some(url) = &args.url {
        crate::init::check::url(url).map_err(|why| Failure(format!("--url: {why}")))?;
    }
    let unit = args.write.as_deref().map(unit_to_change).transpose()?;
    let target = super::target(args.kratos.as_deref(), unit.as_ref())?;
    super::say_target(&target);
    let version = target.newest();
    let schemas = unit.as_ref().map(hook::schemas_of).unwrap_or_default();
    let default = unit.as_ref().and_then(|unit| default_schema(unit, &schemas));
    let asked = Asked {
        arguments: &args.arguments,
        url: args.url.as_deref(),
        version,
        root: unit.as_ref().and_then(Unit::root),
        schema: default.and_then(IdentitySchema::root),
    };
    let built = recipe.built(&asked).map_err(Failure)?;
    if args.auth.is_some() && !built.hooks.iter().any(|hook| hook.hook == "web_hook") {
        return Err(Failure(format!("--auth is about a web_hook: {name} has none")));
    }
    match (&args.write, &unit) {
        (Some(path), Some(unit)) => {
            Writing { args, recipe, path, unit, version, target: &target, schemas: &schemas, is_inline: false }
                .write(built, out)
        }
        _ => print(args, recipe, &built, version, out),
    }
}

/// The identity schema of users who sign up.
fn default_schema<'s>(unit: &Unit, schemas: &'s [IdentitySchema]) -> Option<&'s IdentitySchema> {
    let id = unit.root().and_then(|root| root.find("identity.default_schema_id")).and_then(Node::as_str);
    schemas.iter().find(|schema| schema.id.as_deref() == id).or(schemas.first())
}

/// The page of a recipe.
fn print(args: &Args, recipe: &Recipe, built: &Built, version: Version, out: &mut Printer<'_>) -> Outcome {
    out.block(&recipe.page(built))?;
    for new in &built.hooks {
        let wanted = wanted(args, new, None, version)?;
        let places = hook::places(&wanted, None, version, &[])?;
        out.block(&scaffold::paste(&wanted, &places, None))?;
        if new.hook == "web_hook" {
            out.block("# its body:\n")?;
            for line in wanted.body.lines() {
                out.line(format!("# {line}"))?;
            }
        }
    }
    Ok(CLEAN)
}

fn wanted(args: &Args, new: &NewHook, unit: Option<&Unit>, version: Version) -> Result<Wanted, Failure> {
    let mut wanted = Wanted {
        url: new.url.clone(),
        auth: args.auth.map_or(Auth::ApiKey, Auth::from),
        response: new.response,
        version,
        ..Wanted::new(new.flow, "after", new.method.map(str::to_owned), new.hook)
    };
    if new.hook == "web_hook" {
        wanted.body = hook::jsonnet(&wanted, unit, version, None)?;
    }
    Ok(wanted)
}

/// A recipe that goes into a configuration.
struct Writing<'a> {
    args: &'a Args,
    recipe: &'a Recipe,
    path: &'a Path,
    unit: &'a Unit,
    version: Version,
    target: &'a Target,
    schemas: &'a [IdentitySchema],
    /// Whether documents go into the configuration, because the container would not see new files.
    is_inline: bool,
}

impl Writing<'_> {
    fn write(mut self, recipe: Built, out: &mut Printer<'_>) -> Outcome {
        let mut built = recipe.clone();
        let files = self.place_files(&mut built);
        let merged = merge::unit(self.unit, &built.set, Differing::Change)
            .and_then(|(unit, _)| merge::unit(&unit, &built.missing, Differing::Keep));
        let unit = match merged {
            Ok((unit, _)) => unit,
            Err(why) => return self.refuse(&built, &why, out),
        };
        let bodies = self.bodies(&unit, &built)?;
        let mut plans = match self.plan(&unit, &bodies)? {
            Ok(plans) => plans,
            Err(refused) => return hook::refuse(&refused, out),
        };
        let first = self.batch(&built, &unit, &plans, &files, &[])?;
        let mut known = Vec::new();
        let mut said = bodies.clone();
        let last = plans.last().map_or_else(|| unit.clone(), |(_, planned)| planned.unit.clone());
        for ((_, planned), (said, _)) in plans.iter().zip(&mut said) {
            let found = meant::of(&Planned { unit: last.clone(), ..planned.clone() }, &first.overlay(), self.target);
            said.meant.clone_from(&found.meant);
            known.extend(found.known(planned, self.path, &batch::settings_of(self.path)));
        }
        if said.iter().any(|(wanted, _)| !wanted.meant.is_empty()) {
            plans = match self.plan(&unit, &said)? {
                Ok(plans) => plans,
                Err(refused) => return hook::refuse(&refused, out),
            };
        }
        let mut batch = self.batch(&built, &unit, &plans, &files, &known)?;
        for (wanted, planned) in &plans {
            if let (true, Some(method)) = (wanted.written.is_some() && !planned.placed.is_empty(), &wanted.method) {
                batch.note(format!("the web_hook that decides who may sign up is repeated for {method}"));
            }
            hook::say(&mut batch, wanted, planned, &planned.unit);
        }
        if !built.given.is_empty() {
            batch.note("Kratos needs in its environment:");
            built.given.iter().for_each(|(name, value)| batch.note(format!("  {name}={value}")));
        }
        let last = plans.last().map_or(&unit, |(_, planned)| &planned.unit);
        let begun = meant::begun(self.unit, last, &batch.overlay(), self.target);
        if !self.is_inline && begun.iter().any(|found| found.rule == file_not_in_container::RULE.name) {
            self.is_inline = true;
            return self.write(recipe, out);
        }
        if self.is_inline {
            batch.note(hook::UNSEEN);
        }
        self.say_mounts(&mut batch, last);
        if let Some(why) = meant::broken(&begun, self.unit, self.target).filter(|_| !self.args.force) {
            return Err(Failure(why));
        }
        built.notes.iter().for_each(|note| batch.note(note));
        meant::say(&begun, &mut batch);
        if batch.is_empty() {
            batch.note("nothing is changed: all of it is there");
        }
        batch.finish(self.args.diff, out)
    }

    /// Says which new files the container of Kratos does not have by itself.
    fn say_mounts(&self, batch: &mut Batch, after: &Unit) {
        let made = batch.made().into_iter();
        let files: Vec<_> = made.filter_map(|path| Some((path.clone(), self.url_of(after, &path)?))).collect();
        hook::say_mounts(batch, self.unit, &files);
    }

    /// The URL by which a configuration refers to a new file.
    fn url_of(&self, after: &Unit, path: &Path) -> Option<String> {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        let name = path.strip_prefix(folder).ok()?.to_string_lossy().replace('\\', "/");
        let nodes = after.root()?.descendants();
        let mut urls = nodes.into_iter().filter_map(Node::as_str).filter(|text| text.starts_with("file:///"));
        urls.find(|url| url.ends_with(&format!("/{name}"))).map(str::to_owned)
    }

    /// Whether Kratos sees files beside the configuration.
    fn takes_files(&self) -> bool {
        self.unit.at.is_empty() && !self.is_inline
    }

    /// Says why nothing is written, and what to write by hand.
    fn refuse(&self, built: &Built, why: &str, out: &mut Printer<'_>) -> Outcome {
        out.block(&self.recipe.page(built))?;
        crate::cli::terminal::note(format!("nothing is written: {why}; put the values in by hand"));
        Ok(FAILED)
    }

    /// The files of the recipe, whose URLs come into its values.
    fn place_files(&self, built: &mut Built) -> Vec<(PathBuf, String)> {
        let is_whole = self.takes_files();
        let texts = built.files.clone();
        let url_of = |name: &str| {
            let (_, text) = texts.iter().find(|(file, _)| file == name)?;
            Some(if is_whole {
                body_file::url(Path::new(name), self.path, self.unit, &Disk::of_run(&[self.path.to_path_buf()], None))
            } else {
                to_base64_url(text)
            })
        };
        recipe::fill(&mut built.set, &url_of);
        let folder = self.path.parent().unwrap_or(Path::new(""));
        if is_whole { texts.into_iter().map(|(name, text)| (folder.join(name), text)).collect() } else { Vec::new() }
    }

    /// The hooks with their bodies.
    fn bodies(&self, unit: &Unit, built: &Built) -> Result<Vec<(Wanted, body_file::Target)>, Failure> {
        let mut bodies = Vec::new();
        for new in &built.hooks {
            bodies.extend(self.deciding(unit, new).into_iter().map(|wanted| (wanted, body_file::Target::Inline)));
            let mut wanted = wanted(self.args, new, Some(unit), self.version)?;
            let mut target = body_file::Target::Inline;
            if wanted.hook == "web_hook" && self.takes_files() {
                let (place, url) = body_file::target(self.path, unit, &wanted, None, false);
                (target, wanted.body_url) = (place, Some(url));
            }
            bodies.push((wanted, target));
        }
        Ok(bodies)
    }

    /// The hooks that decide on other ways to sign up, for the way that a recipe opens: it must not lead past them.
    fn deciding(&self, unit: &Unit, new: &NewHook) -> Vec<Wanted> {
        let (Some(root), Some(method), "registration", "session") = (unit.root(), new.method, new.flow, new.hook)
        else {
            return Vec::new();
        };
        let lists = hooks::lists(root);
        let is_way = |list: &&hooks::HookList<'_>| list.flow == "registration" && list.trigger == "after";
        let ways = lists.iter().filter(is_way).filter(|list| list.method.is_some_and(|other| other != method));
        let mut found: Vec<Wanted> = Vec::new();
        for hook in ways.flat_map(|list| &list.hooks).filter(|hook| hook.is_web_hook() && hook.interrupts().is_some()) {
            let Ok(written) = edit::repeatable(hook.node) else { continue };
            let method = Some(method.to_owned());
            let wanted = Wanted {
                response: Response::Parse,
                written: Some(written),
                version: self.version,
                ..Wanted::new("registration", "after", method, "web_hook")
            };
            let is_there = |path: &str| root.find(path).is_some_and(|list| list.items().any(|item| wanted.is(item)));
            if !is_there(&wanted.path()) && !found.iter().any(|other| other.is(hook.node)) {
                found.push(wanted);
            }
        }
        found
    }

    /// Each hook in its lists, one after the other.
    #[allow(clippy::type_complexity)] // Either is used at once.
    fn plan(
        &self,
        unit: &Unit,
        bodies: &[(Wanted, body_file::Target)],
    ) -> Result<Result<Vec<(Wanted, Planned)>, scaffold::Refused>, Failure> {
        let mut now = unit.clone();
        let mut plans = Vec::new();
        for (wanted, body) in bodies {
            let root = now.root().ok_or_else(|| Failure("the file holds no configuration".to_owned()))?;
            let places = sites(root, wanted, self.version, self.schemas).map_err(Failure)?;
            for site in &places {
                hook::may_stand(&wanted.hook, &site.path, self.target)?;
            }
            let planned = match scaffold::add(&now, wanted, &places, true) {
                Ok(planned) => planned,
                Err(refused) => {
                    let is_written = matches!(body, body_file::Target::New(_));
                    return Ok(Err(refused.by_hand(wanted, &places, &now, is_written)));
                }
            };
            now = planned.unit.clone();
            plans.push((wanted.clone(), planned));
        }
        Ok(Ok(plans))
    }

    /// All files of the change.
    fn batch(
        &self,
        built: &Built,
        unit: &Unit,
        plans: &[(Wanted, Planned)],
        files: &[(PathBuf, String)],
        known: &[crate::init::given::Known],
    ) -> Result<Batch, Failure> {
        let mut batch = Batch::new(false);
        let last = plans.last().map_or(unit, |(_, planned)| &planned.unit);
        let before = self.unit.file_source().text().to_owned();
        batch.change(self.path.to_path_buf(), before, last.file_source().text().to_owned());
        for (path, text) in files {
            batch.create_if_absent(path.clone(), text.clone())?;
        }
        for (wanted, target) in self.bodies(unit, built)? {
            let is_placed = plans.iter().any(|(own, planned)| own.body == wanted.body && !planned.placed.is_empty());
            if let (body_file::Target::New(file), true) = (target, is_placed) {
                batch.create(file, wanted.body, false)?;
            }
        }
        self.schema(built, &mut batch);
        batch.follow(self.path, self.unit, &plans.iter().map(|(_, planned)| planned).collect::<Vec<_>>())?;
        let settings = plans.iter().flat_map(|(_, planned)| &planned.placed).flat_map(|placed| &placed.settings);
        let names = settings.map(|setting| setting.name.clone());
        let names: Vec<String> = built.given.iter().map(|(name, _)| name.clone()).chain(names).collect();
        batch.settings(self.path, &names, known)?;
        Ok(batch)
    }

    /// What the address of a user needs in the identity schema.
    fn schema(&self, built: &Built, batch: &mut Batch) {
        if built.address == json!({}) {
            return;
        }
        if let Err(why) = self.changed_schema(built, batch) {
            batch.note(format!(
                "{why}; add below `ory.sh/kratos` of the address in the identity schema: {}",
                built.address
            ));
        }
    }

    fn changed_schema(&self, built: &Built, batch: &mut Batch) -> Result<(), String> {
        let schema = default_schema(self.unit, self.schemas).ok_or("there is no identity schema")?;
        let url = self.unit.root().and_then(|root| root.at(&schema.pointer)).and_then(Node::as_str).unwrap_or_default();
        if !url.starts_with("file://") {
            return Err("the identity schema is not a file".to_owned());
        }
        let FoundFile::Text(source) = hook::with_files(self.unit, |files| files.find(url)) else {
            return Err("the identity schema is not here".to_owned());
        };
        if source.is_embedded() || source.path() == self.unit.path() {
            return Err(format!("the identity schema is inside {}", shown(Path::new(source.path()))));
        }
        let root = schema.root().ok_or("the identity schema cannot be read")?;
        let traits = root.find("properties.traits.properties").ok_or("the identity schema has no traits")?;
        let is_address =
            |field: &crate::yaml::Field<'_>| field.value.get("format").and_then(Node::as_str) == Some("email");
        let field = traits.fields().find(is_address).ok_or("the identity schema has no trait with `format: email`")?;
        let mut own = json!({"ory.sh/kratos": built.address});
        if let Some(title) = built.title {
            own["title"] = json!(title);
        }
        let below = json!({"properties": {"traits": {"properties": {field.key: own}}}});
        let text = merge::json(&Source::new(source.path(), source.text()), &below)?;
        batch.change_document(PathBuf::from(source.path()), source.text().to_owned(), text);
        Ok(())
    }
}
