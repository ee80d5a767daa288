//! What is known of the inputs of modules: defaults of variables, locals, files of values, what modules pass on, and Terragrunt.

use std::cell::Cell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Block, assignments, attribute, blocks, folder_of, string};
use crate::deployment::reading::set_once;
use crate::disk::plain;
use crate::text::{Source, marks};

/// What is known of the inputs of modules by their folders: defaults of variables, locals, files of values, and what modules pass on.
#[derive(Default)]
pub(in crate::deployment) struct Inputs {
    /// By folder and `var.name` or `local.name`; none where something unknown gives it.
    known: HashMap<(PathBuf, String), Option<String>>,
    /// How many expressions were filled in: inputs can name each other without end.
    filled: Cell<usize>,
}

/// Most expressions that are filled in.
const MAX_FILLED: usize = 20_000;

/// Deepest chain of inputs, and longest text of one.
const MAX_INPUTS: usize = 4;
const MAX_INPUT: usize = 1_000;

impl Inputs {
    pub(in crate::deployment) fn of(files: &[(PathBuf, Arc<Source>)]) -> Inputs {
        let mut inputs = Inputs::default();
        let is_values = |path: &Path| path.extension().is_some_and(|ending| ending == "tfvars");
        let all = || files.iter().map(|(path, source)| (folder_of(path), path, source.text()));
        for (folder, _, text) in all().filter(|(_, path, _)| !is_values(path)) {
            for block in blocks(text, 0) {
                match block.head.as_slice() {
                    ["variable", name] => {
                        let default = attribute(&block, "default");
                        inputs.set_map(folder, &format!("var.{name}"), default.unwrap_or_default());
                        inputs.set(folder, format!("var.{name}"), default);
                    }
                    ["locals"] => {
                        assignments(block.body)
                            .for_each(|(name, value)| inputs.set(folder, format!("local.{name}"), Some(value)));
                        for map in blocks(block.body, 0) {
                            if let [name] = map.head.as_slice() {
                                inputs.set_map(folder, &format!("local.{name}"), map.body);
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        // These are read without being named.
        let is_read =
            |path: &Path| path.to_string_lossy().ends_with(".auto.tfvars") || path.ends_with("terraform.tfvars");
        for (folder, _, text) in all().filter(|(_, path, _)| is_read(path)) {
            assignments(text).for_each(|(name, value)| inputs.set(folder, format!("var.{name}"), Some(value)));
        }
        for (folder, _, text) in all().filter(|(_, path, _)| !is_values(path)) {
            for block in blocks(text, 0).iter().filter(|block| block.head.first() == Some(&"module")) {
                let Some(of) = string(block, "source").filter(|of| of.starts_with('.')) else { continue };
                let of = plain(&folder.join(of));
                for (name, value) in assignments(block.body) {
                    let value = inputs.fill(folder, value, 0).map(|value| format!("\"{value}\""));
                    inputs.known.insert((of.clone(), format!("var.{name}")), value);
                }
            }
        }
        inputs.read_terragrunt(files);
        inputs
    }

    /// What Terragrunt gives a module: `terraform { source }` and `inputs`; nothing where two of its files give two values.
    fn read_terragrunt(&mut self, files: &[(PathBuf, Arc<Source>)]) {
        let mut given = HashMap::new();
        for (path, source) in files.iter().filter(|(path, _)| path.ends_with("terragrunt.hcl")) {
            let all = blocks(source.text(), 0);
            let of_head = |head: &str| all.iter().find(|block| block.head.as_slice() == [head]);
            let module = of_head("terraform").and_then(|block| string(block, "source"));
            let Some((module, inputs)) = module.filter(|of| of.starts_with('.')).zip(of_head("inputs")) else {
                continue;
            };
            let module = plain(&folder_of(path).join(module.replace("//", "/")));
            for (name, value) in assignments(inputs.body) {
                set_once(&mut given, (module.clone(), format!("var.{name}")), value.to_owned(), PartialEq::eq);
            }
        }
        self.known.extend(given);
    }

    /// The texts of a map: `local.charts.kratos`.
    fn set_map(&mut self, folder: &Path, name: &str, body: &str) {
        for (key, value) in assignments(body.trim().trim_start_matches('{').trim_end_matches('}')) {
            self.set(folder, format!("{name}.{}", key.trim_matches('"')), Some(value));
        }
    }

    fn set(&mut self, folder: &Path, name: String, value: Option<&str>) {
        self.known.insert((folder.to_path_buf(), name), value.map(str::to_owned));
    }

    /// The text of an expression: a string with `${var.name}` in it, or the name of an input.
    pub(super) fn fill(&self, folder: &Path, expression: &str, depth: usize) -> Option<String> {
        let named = |name: &str| {
            let name = name.trim().replace("[\"", ".").replace("\"]", "");
            let value = self.known.get(&(folder.to_path_buf(), name))?.as_deref()?;
            self.fill(folder, value, depth + 1)
        };
        self.filled.set(self.filled.get() + 1);
        if depth > MAX_INPUTS || self.filled.get() > MAX_FILLED {
            return None;
        }
        let Some(text) = expression.strip_prefix('"').and_then(|text| text.strip_suffix('"')) else {
            return named(expression);
        };
        let put = |out: &mut String, name: &str| {
            out.push_str(&named(name)?);
            (out.len() <= MAX_INPUT).then_some(())
        };
        marks::replaced(text, ("${", "}"), put).filter(|out| out.len() <= MAX_INPUT)
    }

    /// The text of an expression, which may also be a switch or a number.
    pub(super) fn literal(&self, folder: &Path, expression: &str) -> Option<String> {
        let is_bare = matches!(expression, "true" | "false") || expression.parse::<f64>().is_ok();
        if is_bare { Some(expression.to_owned()) } else { self.fill(folder, expression, 0) }
    }

    /// The text of an attribute.
    pub(super) fn text(&self, folder: &Path, block: &Block<'_>, name: &str) -> Option<String> {
        self.fill(folder, attribute(block, name)?, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_filled_in_within_bounds() {
        let again = |name: &str, of: &str| format!("  {name} = \"{}\"\n", format!("${{local.{of}}}").repeat(300));
        let text = format!("locals {{\n{}{}{}  d = \"\"\n}}\n", again("a", "b"), again("b", "c"), again("c", "d"));
        let files = [(PathBuf::from("/p/main.tf"), Source::new("main.tf", &text))];
        let inputs = Inputs::of(&files);
        assert_eq!(inputs.fill(Path::new("/p"), "\"x${local.d}\"", 0).as_deref(), Some("x"));
        assert_eq!(inputs.fill(Path::new("/p"), "local.a", 0), None);
        assert!(inputs.filled.get() < MAX_FILLED + 1_000);
    }

    #[test]
    fn terragrunt_gives_a_module_its_inputs() {
        let files = |stages: &[(&str, &str)]| -> Vec<(PathBuf, Arc<Source>)> {
            let of_stage = |(stage, tag): &(&str, &str)| {
                let text = format!(
                    "terraform {{\n  source = \"../..//modules/auth\"\n}}\ninputs = {{\n  tag = \"{tag}\"\n}}\n"
                );
                (PathBuf::from(format!("/p/live/{stage}/terragrunt.hcl")), Source::new("terragrunt.hcl", text))
            };
            stages.iter().map(of_stage).collect()
        };
        let tag = |stages: &[(&str, &str)]| Inputs::of(&files(stages)).fill(Path::new("/p/modules/auth"), "var.tag", 0);
        assert_eq!(tag(&[("dev", "v1.1.0")]).as_deref(), Some("v1.1.0"));
        assert_eq!(tag(&[("dev", "v1.1.0"), ("prod", "v1.1.0")]).as_deref(), Some("v1.1.0"));
        assert_eq!(tag(&[("dev", "v1.1.0"), ("prod", "v1.0.0")]), None);
    }

    #[test]
    fn maps_are_looked_into() {
        let text = "locals {\n  charts = {\n    kratos = \"0.50.0\"\n  }\n}\n";
        let inputs = Inputs::of(&[(PathBuf::from("/p/main.tf"), Source::new("main.tf", text))]);
        for expression in ["local.charts.kratos", "local.charts[\"kratos\"]", "\"${local.charts.kratos}\""] {
            assert_eq!(inputs.fill(Path::new("/p"), expression, 0).as_deref(), Some("0.50.0"), "{expression}");
        }
    }
}
