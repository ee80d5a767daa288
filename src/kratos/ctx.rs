//! What Jsonnet sees inside Kratos: for each place, method, release and identity schema the types of `ctx` or of the external
//! variables. The facts are tables (`shapes`, `points`, `courier`, `providers`, `headers`).

mod build;
pub(crate) mod combinations;
mod courier;
pub(crate) mod headers;
pub mod inputs;
pub mod json_schema;

mod points;
pub(crate) mod providers;
mod row;
pub mod sample;
mod shapes;
pub mod standard;
pub mod traits;

use super::version::Version;
use points::{METHODS, POINTS, PointRow};

pub use crate::jsonnet::types as json_type;
pub use build::{Environment, environment, identity};
pub use inputs::{Inputs, Provider};
pub(crate) use points::{NIL_UUID, Purpose, ZERO_TIME};

/// A place where Kratos runs Jsonnet, in one release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    id: String,
    version: Version,
    methods: Vec<String>,
    channel: Option<String>,
}

impl Place {
    /// The place of this id (`login.before`, `oidc.mapper`, …), for any method.
    #[must_use]
    pub fn new(id: impl Into<String>, version: Version) -> Place {
        Place { id: id.into(), version, methods: Vec::new(), channel: None }
    }

    /// The same when only these methods can end the flow; none means any.
    #[must_use]
    pub fn by(self, methods: Vec<String>) -> Place {
        Place { methods, ..self }
    }

    /// The same for one channel of the courier (`sms`); any other channel than `sms` and `email` means both.
    #[must_use]
    pub(crate) fn for_channel(self, id: &str) -> Place {
        let channel = matches!(id, "sms" | "email").then(|| id.to_owned());
        Place { channel, ..self }
    }

    /// Its id.
    #[must_use]
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// The release.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// The methods that can end the flow here; empty where any can, or there is none.
    #[must_use]
    pub(crate) fn methods(&self) -> &[String] {
        &self.methods
    }

    fn row(&self) -> Option<&'static PointRow> {
        POINTS.iter().find(|row| row.id == self.id && row.versions.contains(self.version))
    }

    /// Whether Kratos runs Jsonnet there in that release.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.row().is_some()
    }

    /// What kind of document runs there.
    #[must_use]
    pub(crate) fn purpose(&self) -> Purpose {
        POINTS.iter().find(|row| row.id == self.id).map_or(Purpose::WebHook, |row| row.purpose)
    }

    /// When it runs, as the end of a sentence: "when a login flow is opened".
    #[must_use]
    pub(crate) fn fires(&self) -> &'static str {
        POINTS.iter().find(|row| row.id == self.id).map_or("", |row| row.fires)
    }

    /// All methods that can end the flow at this place in its release.
    #[must_use]
    pub fn possible_methods(&self) -> Vec<&'static str> {
        let row = METHODS.iter().find(|(beginning, _)| self.id.starts_with(beginning));
        let methods = row.map_or(&[][..], |(_, methods)| methods).iter();
        methods.filter(|(_, from)| *from <= self.version).map(|(method, _)| *method).collect()
    }

    /// Whether `facts` about some methods hold: when each method that can end the flow is among them.
    fn is_by(&self, methods: &[&str]) -> bool {
        methods.is_empty()
            || (!self.methods.is_empty() && self.methods.iter().all(|method| methods.contains(&method.as_str())))
    }

    /// The ids of all places, each with when it runs.
    pub(crate) fn all_rows() -> impl Iterator<Item = (&'static str, &'static str)> {
        POINTS.iter().map(|row| (row.id, row.fires))
    }

    /// The ids of all places.
    pub fn all_ids() -> impl Iterator<Item = &'static str> {
        POINTS.iter().map(|row| row.id)
    }
}
