//! The language server as editors use it: over stdio.

#[path = "lsp/client.rs"]
mod client;
#[path = "lsp/diagnostics.rs"]
mod diagnostics;
#[path = "lsp/protocol.rs"]
mod protocol;
