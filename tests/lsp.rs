//! The language server as editors use it: over stdio.

#[path = "lsp/actions.rs"]
mod actions;
#[path = "lsp/begun.rs"]
mod begun;
#[path = "lsp/begun_jsonnet.rs"]
mod begun_jsonnet;
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
#[path = "lsp/hostile.rs"]
mod hostile;
#[path = "lsp/identity.rs"]
mod identity;
#[path = "lsp/inside.rs"]
mod inside;
#[path = "lsp/large.rs"]
mod large;
#[path = "lsp/latency.rs"]
mod latency;
#[path = "lsp/offers.rs"]
mod offers;
#[path = "lsp/own_file.rs"]
mod own_file;
#[path = "lsp/play.rs"]
mod play;
#[path = "lsp/property.rs"]
mod property;
#[path = "lsp/protocol.rs"]
mod protocol;
#[path = "lsp/typed.rs"]
mod typed;
#[path = "lsp/ways.rs"]
mod ways;
