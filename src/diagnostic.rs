//! What a rule says: a diagnostic with its place, labels, help and fixes.

use crate::kratos::version::Versions;
use crate::text::Place;

/// How bad it is. Ordered: `Info < Warning < Error`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing.
    Info,
    /// Surely not meant, or fails under conditions that will come.
    Warning,
    /// Kratos refuses to boot, every call fails, a hook never runs, or a protection is silently off.
    Error,
}

impl Level {
    /// All, from the least.
    pub(crate) const ALL: [Level; 3] = [Level::Info, Level::Warning, Level::Error];

    /// The word in reports and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Level::Info => "info",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }

    /// The level of this name.
    #[must_use]
    pub(crate) fn named(name: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.name() == name)
    }
}

/// What the running server does about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// It refuses to start.
    NoBoot,
    /// Each request that comes there fails.
    RequestFails,
    /// A hook is never called.
    NeverRuns,
    /// A setting is never read.
    NoEffect,
    /// A protection is silently off or a secret goes out.
    Unprotected,
    /// Everything else.
    Advice,
}

impl Effect {
    /// The word in reports.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Effect::NoBoot => "no-boot",
            Effect::RequestFails => "request-fails",
            Effect::NeverRuns => "never-runs",
            Effect::NoEffect => "no-effect",
            Effect::Unprotected => "unprotected",
            Effect::Advice => "advice",
        }
    }
}

/// Another place that belongs to the finding, with a sentence.
#[derive(Clone, Debug)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// Reads as the continuation of the message ("because this list replaces it").
    pub text: String,
}

/// Replaces the bytes of a place by a text.
#[derive(Clone, Debug)]
pub struct Edit {
    /// The bytes that go.
    pub place: Place,
    /// What is there instead.
    pub text: String,
}

/// A way to fix the finding.
#[derive(Clone, Debug)]
pub struct Fix {
    /// What it does, as an imperative ("move `session` to the end").
    pub title: String,
    /// Whether the running server does the same afterwards, or surely what was meant.
    pub safe: bool,
    /// All edits of this fix; they belong together.
    pub edits: Vec<Edit>,
    /// Whether its edits move a secret, so that no report shows them.
    pub hidden: bool,
}

/// A finding.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Name of the rule.
    pub rule: &'static str,
    /// How bad.
    pub level: Level,
    /// What the server does.
    pub effect: Effect,
    /// Whether Kratos ends at its start although its validation accepts the configuration. The effect `no-boot`, and `boots` with it,
    /// are held to the verdicts of that validation (`testdata/verdicts`), which has no eye for these.
    pub stops_later: bool,
    /// What happens, as a sentence without a full stop.
    pub message: String,
    /// Where.
    pub place: Place,
    /// JSON pointer into the configuration of the unit: the place itself, or, for a finding in another file, what refers to it.
    pub pointer: Option<String>,
    /// Other places.
    pub labels: Vec<Label>,
    /// How to fix it.
    pub help: Option<String>,
    /// Ways to fix it.
    pub fixes: Vec<Fix>,
    /// For which of several targets it holds; `None` when it holds for all that were asked for.
    pub holds_for: Option<Versions>,
    /// What must be given for Kratos to start, where a finding is true only without it; completes "starts if …".
    pub unless: Option<String>,
    /// Whether no comment may silence it: it stands for others that are not shown.
    pub is_final: bool,
    /// How it goes with other findings.
    pub marks: Marks,
    /// What it is about, by names that stay when lines and items move; see [`crate::check`]. Empty until a report is made.
    pub identity: String,
}

/// How a finding goes with others.
#[derive(Clone, Copy, Debug, Default)]
pub struct Marks {
    /// Only reported when its rule is named by `--only`, `--rule` or the own configuration.
    pub is_optional: bool,
    /// What it is called in the one line about the settings of a development machine.
    pub development: Option<&'static str>,
    /// Which other findings have the same cause.
    pub covers: Covers,
}

/// Which other findings say nothing more: they have the same cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Covers {
    /// None.
    #[default]
    Nothing,
    /// Those about what the same value means: Kratos refuses it in any case.
    Value,
    /// Those about the same value and all below it: Kratos does not know it.
    Below,
    /// That the same value is refused: it only takes the place of another one.
    Placeholder,
}

impl Diagnostic {
    /// A finding of a rule, with nothing besides its place and message.
    pub(crate) fn new(rule: &'static str, (level, effect): (Level, Effect), place: Place, message: String) -> Self {
        Diagnostic {
            rule,
            level,
            effect,
            stops_later: false,
            message,
            place,
            pointer: None,
            labels: Vec::new(),
            help: None,
            fixes: Vec::new(),
            holds_for: None,
            unless: None,
            is_final: false,
            marks: Marks::default(),
            identity: String::new(),
        }
    }

    /// Whether Kratos does not start because of it, whatever the environment gives: the schema refuses it, or what starts after it.
    #[must_use]
    pub(crate) fn stops_start(&self) -> bool {
        self.level == Level::Error && (self.effect == Effect::NoBoot || self.stops_later)
    }

    /// The same for all versions that were asked for.
    #[must_use]
    pub(crate) fn stops_all_starts(&self) -> bool {
        self.stops_start() && self.holds_for.is_none()
    }

    /// The message, with the versions for which it holds where it does not hold for all that were asked for.
    #[must_use]
    pub(crate) fn sentence(&self) -> String {
        match self.holds_for {
            Some(versions) => format!("{} ({versions})", self.message),
            None => self.message.clone(),
        }
    }

    /// A number that stays the same when lines, items, files and folders move.
    #[must_use]
    pub(crate) fn fingerprint(&self) -> String {
        hash(&[self.rule, if self.identity.is_empty() { &self.message } else { &self.identity }])
    }
}

/// FNV-1a of texts, 64 bits, in hex.
pub(crate) fn hash(parts: &[&str]) -> String {
    let hash = parts
        .iter()
        .flat_map(|part| part.bytes().chain([0]))
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}
