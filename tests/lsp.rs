//! The language server as editors use it: over stdio.

#[path = "lsp/client.rs"]
mod client;
#[path = "lsp/completion.rs"]
mod completion;
#[path = "lsp/diagnostics.rs"]
mod diagnostics;
#[path = "lsp/embed.rs"]
mod embed;
#[path = "lsp/features.rs"]
mod features;
#[path = "lsp/identity.rs"]
mod identity;
#[path = "lsp/protocol.rs"]
mod protocol;
