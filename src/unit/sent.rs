//! How a unit is sent to Ory Network when it is not a file of its own.

use crate::text::Place;

/// How a configuration or a part of one is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// By resources of Terraform: texts go as they are.
    Terraform,
    /// By `ory patch`: the Ory CLI embeds the files of objects and lists.
    Cli,
}

/// Something about what is sent that the configuration does not show.
#[derive(Clone, Debug)]
pub struct Remark {
    /// What it is.
    pub kind: RemarkKind,
    /// Where.
    pub place: Place,
    /// Another place that belongs to it.
    pub other: Option<Place>,
    /// A word of it: a path, a flow, the name of a list.
    pub word: String,
}

/// What a [`Remark`] says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemarkKind {
    /// The body of an action is an address and not Jsonnet.
    AddressAsBody,
    /// The text of a message template is an address or base64.
    AddressAsText,
    /// An action names a method where the flow has one list.
    MethodIgnored,
    /// Nothing fixes the order of two actions of a list.
    OrderOpen,
    /// A `file://` that is sent as it is, because it is the whole value.
    FileAlone,
    /// A value of a patch that the Ory CLI refuses: it is no JSON.
    NotJson,
    /// A text in a resource of which Terraform makes no value of the type that the key holds: its pointer.
    NotConverted,
}

/// How a unit is sent, and what is to be known of it.
#[derive(Clone, Debug)]
pub struct Sent {
    /// By what.
    pub by: By,
    /// Whether it is a part of a configuration: the rest is in the project and not known here.
    pub is_part: bool,
    /// Whether the identity schemas are those of the project: one of them becomes its default.
    pub knows_schemas: bool,
    /// What the configuration does not show.
    pub remarks: Vec<Remark>,
}

impl Sent {
    /// A whole configuration.
    #[must_use]
    pub(crate) fn whole(by: By) -> Sent {
        Sent { by, is_part: false, knows_schemas: true, remarks: Vec::new() }
    }
}
