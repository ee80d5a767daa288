//! What a rule is: a constant and a function. See `rules.rs` for the list.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use crate::deployment::{Deployment, helm};
use crate::diagnostic::{Covers, Diagnostic, Edit, Effect, Fix, Label, Level};
use crate::documents::{self, Checked};
use crate::evaluation::Evaluator;
use crate::files::Files;
use crate::kratos::boolean;
use crate::kratos::hooks::{self, Hook, HookList};
use crate::kratos::identity::{self, IdentitySchema};
use crate::kratos::network::Edition;
use crate::kratos::plan::{self, Point, Why};
use crate::kratos::schema::{self, Fault};
use crate::kratos::version::{Age, Version, Versions};
use crate::kratos::view;
use crate::settings::Settings;
use crate::templates;
use crate::templates::given::{self, Given};
use crate::text::{Place, Source, Span};
use crate::unit::Unit;
use crate::unit::sent::{Remark, RemarkKind};
use crate::yaml::{Node, NodeId, template};

/// A rule: all that is said about it, and its function.
#[derive(Debug)]
pub struct Rule {
    /// Kebab-case noun of the fault.
    pub name: &'static str,
    /// Former names, still understood in suppressions and on the command line.
    pub aliases: &'static [&'static str],
    /// One line without a full stop: what is wrong.
    pub summary: &'static str,
    /// Subject, as the folder under `rules/`: `hooks`, `schema`, `loading`, …
    pub category: &'static str,
    /// Level of its findings unless one says otherwise.
    pub level: Level,
    /// Effect of its findings unless one says otherwise.
    pub effect: Effect,
    /// Versions in which the fault exists.
    pub versions: Versions,
    /// Whether some findings carry a fix.
    pub fixable: bool,
    /// Ids of the facts (`H-…`, `D…`) that it covers, for `testdata/facts`.
    pub facts: &'static [&'static str],
    /// The page in Markdown: what happens, why, since when, how it was proved; with fenced `yaml bad`, `yaml good` and
    /// `yaml fixed` examples that a test runs.
    pub docs: &'static str,
    /// Finds its faults in one unit.
    pub check: fn(&Context, &mut Sink),
}

/// What a rule sees: one unit, checked against one version.
pub struct Context<'a> {
    /// The configuration.
    pub unit: &'a Unit,
    /// The release that it is checked against.
    pub target: Version,
    /// Which server reads the configuration.
    pub edition: Edition,
    /// What the user configured.
    pub settings: &'a Settings,
    /// The files that the configuration refers to.
    pub files: &'a Files<'a>,
    /// How its Kratos is started.
    pub deployment: &'a Deployment,
    /// Whether the release of the server is older than all that are known.
    pub age: Age,
    identity_schemas: OnceCell<Vec<IdentitySchema>>,
    documents: OnceCell<Vec<Checked<'a>>>,
    given_templates: OnceCell<Given>,
    templates: OnceCell<Vec<templates::Checked<'a>>>,
    schema_faults: OnceCell<Vec<Fault<'a>>>,
    hook_lists: OnceCell<Vec<HookList<'a>>>,
    plan: OnceCell<Vec<Point<'a>>>,
    points_of_hooks: OnceCell<HashMap<NodeId, Vec<usize>>>,
    without_phase: OnceCell<HashSet<NodeId>>,
    is_local: OnceCell<bool>,
}

/// Where the pages of the site are.
pub(crate) const SITE: &str = "https://kratos-lint.github.io/kratos-lint/";

/// Endings of names of files that are filled in before use.
const TEMPLATES: [&str; 10] =
    [".tmpl", ".template", ".tpl", ".j2", ".jinja", ".jinja2", ".gotmpl", ".ctmpl", ".erb", ".in"];

/// Marks of files that are filled in before use.
const TEMPLATE_MARKS: [&str; 5] = ["{{-", "{{ .Values", "{%", "{{ include", "| default("];

impl Rule {
    /// The address of its page.
    #[must_use]
    pub(crate) fn url(&self) -> String {
        format!("{SITE}rules/{}/", self.name)
    }
}

impl<'a> Context<'a> {
    /// The context of one unit and one version.
    #[must_use]
    pub fn new(
        unit: &'a Unit,
        target: Version,
        settings: &'a Settings,
        files: &'a Files<'a>,
        deployment: &'a Deployment,
        age: Age,
    ) -> Context<'a> {
        Context {
            unit,
            target,
            edition: Edition::OpenSource,
            settings,
            files,
            deployment,
            age,
            identity_schemas: OnceCell::new(),
            documents: OnceCell::new(),
            given_templates: OnceCell::new(),
            templates: OnceCell::new(),
            schema_faults: OnceCell::new(),
            hook_lists: OnceCell::new(),
            plan: OnceCell::new(),
            points_of_hooks: OnceCell::new(),
            without_phase: OnceCell::new(),
            is_local: OnceCell::new(),
        }
    }

    /// The same for another edition.
    #[must_use]
    pub(crate) fn for_edition(self, edition: Edition) -> Context<'a> {
        Context { edition, ..self }
    }

    /// The topmost node of what Kratos reads.
    #[must_use]
    pub(crate) fn root(&self) -> Option<Node<'a>> {
        self.unit.root()
    }

    /// The Jsonnet documents that the configuration refers to, checked; once for all rules.
    #[must_use]
    pub(crate) fn documents(&self) -> &[Checked<'a>] {
        let check = || {
            let checked = |root| {
                let evaluator = Evaluator::of(self.settings.child.clone()).within(&self.settings.trials);
                let knows_schemas = self.unit.sent.as_ref().is_none_or(|sent| sent.knows_schemas);
                let schemas = if knows_schemas { self.identity_schemas() } else { &[] };
                documents::check(root, self.target, schemas, self.files, evaluator)
            };
            self.root().map(checked).unwrap_or_default()
        };
        self.documents.get_or_init(check)
    }

    /// The texts of the Jsonnet documents that a rule asked for.
    pub(crate) fn read_documents(&self) -> impl Iterator<Item = &Arc<Source>> {
        self.documents.get().into_iter().flatten().filter_map(|document| document.source.as_ref())
    }

    /// The message templates that the configuration gives, read when the first rule asks for them.
    #[must_use]
    pub(crate) fn given_templates(&self) -> &Given {
        self.given_templates.get_or_init(|| given::given(self.unit, self.target, self.files))
    }

    /// The message templates that could be read, checked; once for all rules.
    #[must_use]
    pub(crate) fn templates(&self) -> &[templates::Checked<'a>] {
        let check = || {
            let checked =
                |root| templates::check(root, self.target, &self.given_templates().templates, self.identity_schemas());
            self.root().map(checked).unwrap_or_default()
        };
        self.templates.get_or_init(check)
    }

    /// The identity schemas that the configuration refers to, read when the first rule asks for them.
    #[must_use]
    pub(crate) fn identity_schemas(&self) -> &[IdentitySchema] {
        let load = || self.root().map(|root| identity::load(root, self.files)).unwrap_or_default();
        self.identity_schemas.get_or_init(load)
    }

    /// The topmost nodes of the identity schemas; none when there is no schema, or one could not be read.
    #[must_use]
    pub(crate) fn identity_schema_roots(&self) -> Option<Vec<Node<'_>>> {
        let roots: Option<Vec<Node>> = self.identity_schemas().iter().map(IdentitySchema::root).collect();
        roots.filter(|roots| !roots.is_empty())
    }

    /// Whether parts of the text cannot be read: what is missing may stand there.
    #[must_use]
    pub(crate) fn is_unreadable(&self) -> bool {
        use crate::yaml::FaultKind::{DuplicateKey, Refused, Syntax, TabIndentation};
        let faults = self.unit.tree.faults();
        faults.iter().any(|fault| matches!(fault.kind, Syntax | TabIndentation | DuplicateKey | Refused))
    }

    /// Whether a template leaves parts of the configuration out or writes whole lines of it, or another file of the server is not
    /// in the project, so that keys may be there that are not in the file.
    #[must_use]
    pub(crate) fn is_partial(&self) -> bool {
        let writes = |root: Node<'_>| {
            let place = root.place();
            // Lines after the last key belong to a configuration that is the whole text.
            let end = if root.parent().is_none() { place.source.text().len() } else { place.span.end };
            template::writes_lines(&place.source, Span::new(place.span.start, end))
        };
        self.lacks_layers() || template::is_partial(self.unit.source()) || self.root().is_some_and(writes)
    }

    /// Whether the server lays a file over this one, or under it, that is not in the project: what is off here may be on there.
    #[must_use]
    pub(crate) fn lacks_layers(&self) -> bool {
        !self.deployment.missing_layers.is_empty()
    }

    /// What Kratos' validation has against the configuration.
    #[must_use]
    pub(crate) fn schema_faults(&self) -> &[Fault<'a>] {
        let in_values = self.deployment.values.is_some();
        let is_dropped = |fault: &Fault<'a>| in_values && fault.missing.is_none() && helm::is_dropped(&fault.pointer());
        let walk = || {
            let mut faults = self.root().map(|root| schema::faults(root, self.target)).unwrap_or_default();
            faults.retain(|fault| !is_dropped(fault));
            faults
        };
        self.schema_faults.get_or_init(walk)
    }

    /// Whether the configuration is for the machine of a developer; see [`view::is_local`].
    #[must_use]
    pub(crate) fn is_local(&self) -> bool {
        *self.is_local.get_or_init(|| self.root().is_some_and(view::is_local))
    }

    /// All lists of hooks of the configuration.
    #[must_use]
    pub(crate) fn hook_lists(&self) -> &[HookList<'a>] {
        self.hook_lists.get_or_init(|| self.root().map(hooks::lists).unwrap_or_default())
    }

    /// What really runs at each hook point.
    #[must_use]
    pub(crate) fn plan(&self) -> &[Point<'a>] {
        let points = || {
            let mut points = self.root().map(|root| plan::points(root, self.target)).unwrap_or_default();
            plan::drop_unreachable(&mut points, self.identity_schemas());
            points
        };
        self.plan.get_or_init(points)
    }

    /// The points at which a hook runs.
    pub(crate) fn points_that_run(&self, hook: Hook<'_>) -> impl Iterator<Item = &Point<'a>> {
        let of_hooks = || {
            let mut of_hooks: HashMap<NodeId, Vec<usize>> = HashMap::new();
            for (index, point) in self.plan().iter().enumerate() {
                for hook in point.runs.iter().filter_map(|run| run.hook) {
                    of_hooks.entry(hook.node.id()).or_default().push(index);
                }
            }
            of_hooks
        };
        let own = self.points_of_hooks.get_or_init(of_hooks).get(&hook.node.id());
        own.into_iter().flatten().filter_map(|index| self.plan().get(*index))
    }

    /// Whether a hook is in a list that no phase reads for it.
    pub(crate) fn is_without_phase(&self, hook: Node<'_>) -> bool {
        let found = || {
            let never = self.plan().iter().flat_map(|point| &point.never);
            never.filter(|never| never.why == Why::NoPhase).map(|never| never.hook.node.id()).collect()
        };
        self.without_phase.get_or_init(found).contains(&hook.id())
    }

    /// Whether Kratos runs in dev mode; none when the project does not say.
    #[must_use]
    pub(crate) fn runs_in_dev_mode(&self) -> Option<bool> {
        // `DEV` in the environment goes over a flag that is not given.
        let variable = self.deployment.variables.iter().rev().find(|variable| variable.name == "DEV");
        if let Some(variable) = variable {
            return variable.value.as_deref().map(|value| boolean::parse(value) == Some(true));
        }
        if self.deployment.dev.is_known() {
            return Some(true);
        }
        // A configuration that is not started here is for a server that is started elsewhere.
        if self.deployment.is_found() {
            self.deployment.dev.is_absent().then_some(false)
        } else {
            // One that no start names may be for the only server, which runs in dev mode, or for one that no reader here knows.
            let is_unknown = self.deployment.is_filled_in
                || self.deployment.dev_of_all.is_known()
                || self.deployment.image.is_known();
            (!is_unknown).then_some(false)
        }
    }

    /// Whether Kratos likely runs in dev mode: it does, or its start does not say so, and each other one of the project does.
    #[must_use]
    pub(crate) fn likely_runs_in_dev_mode(&self) -> bool {
        let deployment = self.deployment;
        let is_like_others =
            || deployment.is_found() && deployment.dev.is_unknown() && deployment.dev_of_all.is_known();
        self.runs_in_dev_mode() == Some(true) || is_like_others()
    }

    /// Whether the file is plainly filled in before Kratos reads it: a template by its name or content, a part of a chart, or a
    /// file that the project fills in before the start.
    #[must_use]
    pub(crate) fn is_filled_in(&self) -> bool {
        let source = self.unit.source();
        let path = source.path().to_lowercase();
        (!self.unit.at.is_empty() && self.unit.start.is_none())
            || TEMPLATES.iter().any(|ending| path.ends_with(ending) || path.contains(&format!("{ending}.")))
            || TEMPLATE_MARKS.iter().any(|mark| source.holds(mark))
            || self.deployment.is_filled_in
    }

    /// Whether the file is beside the templates of a chart that is written here: they decide what becomes of its values.
    #[must_use]
    pub(crate) fn has_chart_templates(&self) -> bool {
        let beside = Path::new(self.unit.path()).with_file_name("templates");
        let disk = self.files.disk();
        !disk.list(&disk.absolute(&beside)).is_empty()
    }

    /// What is to be known of how the configuration is sent to Ory Network.
    pub(crate) fn remarks(&self, kind: RemarkKind) -> impl Iterator<Item = &'a Remark> {
        let remarks = self.unit.sent.as_ref().map(|sent| sent.remarks.as_slice()).unwrap_or_default();
        remarks.iter().filter(move |remark| remark.kind == kind)
    }

    /// Whether a variable gives the value, or the command that installs the chart, not the file.
    #[must_use]
    pub(crate) fn is_from_environment(&self, node: Node<'_>) -> bool {
        self.unit.is_given(&node.place())
    }

    /// The node at a path of keys joined by dots.
    #[must_use]
    pub(crate) fn find(&self, path: &str) -> Option<Node<'a>> {
        self.root()?.find(path)
    }

    /// All nodes that a path reaches, see [`Node::select`].
    #[must_use]
    pub(crate) fn select(&self, path: &str) -> Vec<Node<'a>> {
        self.root().map(|root| root.select(path)).unwrap_or_default()
    }
}

/// Takes the findings of one rule.
#[derive(Debug)]
pub struct Sink<'r> {
    rule: &'r Rule,
    found: Vec<Diagnostic>,
    /// The last finding after the most that are kept.
    beyond: Option<Diagnostic>,
    /// The worst of those before it.
    worst: (Level, Effect),
}

/// Most findings of one rule in one unit.
pub(crate) const MAX_OF_RULE: usize = 1_000;

impl<'r> Sink<'r> {
    /// An empty one for `rule`.
    #[must_use]
    pub fn new(rule: &'r Rule) -> Sink<'r> {
        Sink { rule, found: Vec::new(), beyond: None, worst: (Level::Info, Effect::Advice) }
    }

    /// The effect of the rule.
    #[must_use]
    pub(crate) fn effect(&self) -> Effect {
        self.rule.effect
    }

    /// All findings so far.
    #[must_use]
    pub fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.found
    }

    /// The finding that says that there were more than are kept, at the first that is not.
    #[must_use]
    pub(crate) fn overflow(&self) -> Option<Diagnostic> {
        let beyond = self.beyond.as_ref()?;
        Some(Diagnostic {
            level: beyond.level.max(self.worst.0),
            effect: beyond.effect.min(self.worst.1),
            message: format!("there are more than {MAX_OF_RULE} findings of this rule: the others are not shown"),
            labels: Vec::new(),
            help: None,
            fixes: Vec::new(),
            is_final: true,
            ..beyond.clone()
        })
    }

    /// A finding at a value. `message` says what happens, without a full stop.
    pub(crate) fn report(&mut self, node: Node<'_>, message: impl Into<String>) -> Report<'_> {
        self.report_at(node.place(), Some(node.pointer()), message)
    }

    /// A finding at a key.
    pub(crate) fn report_key(&mut self, node: Node<'_>, message: impl Into<String>) -> Report<'_> {
        self.report_at(node.key_place(), Some(node.pointer()), message)
    }

    /// A finding in a file that the configuration refers to at `pointer`; `reference` is where it does.
    pub(crate) fn report_in(
        &mut self,
        place: Place,
        pointer: &str,
        reference: &Place,
        message: impl Into<String>,
    ) -> Report<'_> {
        let elsewhere = reference.source.path() != place.source.path();
        let report = self.report_at(place, Some(pointer.to_owned()), message);
        if elsewhere { report.label(reference.clone(), "the configuration refers to this file here") } else { report }
    }

    /// Says, at a value, what a limit left out. It is for information, and no comment silences it.
    pub(crate) fn left_out(&mut self, node: Node<'_>, message: impl Into<String>) {
        let report = self.report(node, message).level(Level::Info).effect(Effect::Advice);
        report.diagnostic.is_final = true;
    }

    /// A finding at any place; `pointer` names the place in the configuration that it belongs to.
    pub(crate) fn report_at(
        &mut self,
        place: Place,
        pointer: Option<String>,
        message: impl Into<String>,
    ) -> Report<'_> {
        let rule = self.rule;
        let finding = Diagnostic::new(rule.name, (rule.level, rule.effect), place, message.into());
        let diagnostic = Diagnostic { pointer, ..finding };
        if self.found.len() >= MAX_OF_RULE {
            if let Some(last) = &self.beyond {
                self.worst = (last.level.max(self.worst.0), last.effect.min(self.worst.1));
            }
            return Report { diagnostic: self.beyond.insert(diagnostic) };
        }
        self.found.push(diagnostic);
        let last = self.found.len() - 1;
        Report { diagnostic: &mut self.found[last] }
    }
}

/// The finding just made, to be completed.
#[derive(Debug)]
pub(crate) struct Report<'s> {
    diagnostic: &'s mut Diagnostic,
}

impl Report<'_> {
    /// Another level than the rule's.
    pub(crate) fn level(self, level: Level) -> Self {
        self.diagnostic.level = level;
        self
    }

    /// Another effect than the rule's.
    pub(crate) fn effect(self, effect: Effect) -> Self {
        self.diagnostic.effect = effect;
        self
    }

    /// Only for users who ask for this rule.
    pub(crate) fn optional(self) -> Self {
        self.diagnostic.marks.is_optional = true;
        self
    }

    /// What it is called in the one line about the settings of a development machine, where it is an info.
    pub(crate) fn development(self, phrase: &'static str) -> Self {
        self.diagnostic.marks.development = Some(phrase);
        self
    }

    /// Which other findings have the same cause and are not reported.
    pub(crate) fn covers(self, covers: Covers) -> Self {
        self.diagnostic.marks.covers = covers;
        self
    }

    /// Kratos ends at its start although the configuration is valid.
    pub(crate) fn stops_later(self) -> Self {
        self.diagnostic.stops_later = true;
        self
    }

    /// What must be given for Kratos to start: the finding is true only without it.
    pub(crate) fn unless(self, clause: String) -> Self {
        self.diagnostic.unless = Some(clause);
        self
    }

    /// Another place in the configuration than the one that is shown.
    pub(crate) fn pointer(self, pointer: String) -> Self {
        self.diagnostic.pointer = Some(pointer);
        self
    }

    /// How to fix it.
    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        self.diagnostic.help = Some(help.into());
        self
    }

    /// Another place, with a sentence that continues the message.
    pub(crate) fn label(self, place: Place, text: impl Into<String>) -> Self {
        self.diagnostic.labels.push(Label { place, text: text.into() });
        self
    }

    /// The place that starts the server, when the project shows one, with a sentence about it.
    pub(crate) fn label_start(self, deployment: &Deployment, text: &str) -> Self {
        match deployment.starts.first() {
            Some(start) => self.label(start.place.clone(), text),
            None => self,
        }
    }

    /// A way to fix it; `safe` when the running server does the same afterwards, or surely what was meant.
    pub(crate) fn fix(self, title: impl Into<String>, safe: bool, edits: Vec<Edit>) -> Self {
        self.diagnostic.fixes.push(Fix { title: title.into(), safe, edits, hidden: false });
        self
    }
}
