//! The language server: what `kratos-lint` knows, while users write.
//!
//! One thread reads messages, one writes them, one answers, one checks. Open buffers lie over the files of the disk. The thread
//! that answers never evaluates Jsonnet and never walks the disk.

mod about;
mod about_jsonnet;
mod actions;
mod as_json;
mod as_toml;
mod begun;
mod bodies;
mod change;
mod checker;
mod completion;
mod configuration;
mod diagnostics;
mod document;
mod embed;
mod environment;
mod features;
mod fields;
mod flow;
mod fragment;
mod guard;
mod hints;
mod hooks;
mod hosts;
mod hover;
mod identity;
mod in_jsonnet;
mod inside;
mod json;
mod keywords;
mod known;
mod location;
mod message;
mod offer;
mod own_file;
mod paths;
mod position;
mod probe;
mod repeat;
mod result;
mod samples;
mod scope;
mod server;
mod snippet;
mod state;
mod structure;
mod tables;
mod transport;
mod trial;
mod units;
mod uri;
mod values;
mod variables;
mod virtuals;
mod ways;

pub(crate) use server::serve;
