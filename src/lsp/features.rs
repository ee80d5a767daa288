//! What the client can do, as it says when the conversation begins.

/// What the client can do; all of it is an option of the protocol.
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::struct_excessive_bools)] // Each is an ability of the protocol.
pub(super) struct Features {
    /// Places to fill in, in what completion inserts.
    pub(super) snippets: bool,
    /// Edits that name the versions of buffers.
    pub(super) versioned: bool,
    /// Edits that make new files.
    pub(super) creates: bool,
    /// Asks for the edit of an action when it is chosen.
    pub(super) resolves: bool,
    /// Opens documents whose text the server tells.
    pub(super) virtuals: bool,
    /// It asks for them by the requests of this server, not by those of the protocol.
    pub(super) own_virtuals: bool,
    /// Tells changes of the files that a server names.
    pub(super) watches: bool,
}
