//! Where variables are written: `.env` files.

use std::collections::HashMap;
use std::sync::Arc;

use super::dotenv::{self, Value};
use super::expand::{Known, expand};
use super::{Budget, Variable, effective};
use crate::text::Source;

/// The variables of an env file, later ones of the same name last, as compose reads it; what it takes from outside is not known, and
/// a line at which compose stops is left out.
#[must_use]
pub fn of_env_file(source: &Arc<Source>) -> Vec<Variable> {
    let mut variables: Vec<Variable> = Vec::new();
    // The values so far, and how much text of theirs may be filled in.
    let (mut known, budget) = (HashMap::<String, Option<String>>::new(), Budget::default());
    for line in dotenv::lines(source.text()) {
        let value = match &line.value {
            Value::Text(text) => Some(text.clone()),
            Value::Template(text) => {
                let lookup = |name: &str| known.get(name).map_or(Known::Unset, |value| Known::of(value.as_deref()));
                expand(text, &lookup, &budget)
            }
            // It is whatever it is outside.
            Value::Outer => continue,
        };
        known.insert(line.name.clone(), value.clone());
        variables.push(line.variable(source, value));
    }
    effective(variables)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn env_files_are_read_as_dotenv_does() {
        let text = "# comment\nexport A=1 # one\nB=\"two # \\\"2\\\"\"\nC='$A'\nD=${A}-${X:-y}\nE=${X}\nF =\n  G = g\nA=4\nno line\n";
        let read = of_env_file(&Source::new(".env", text));
        let found: Vec<(&str, Option<&str>)> =
            read.iter().map(|variable| (variable.name.as_str(), variable.value.as_deref())).collect();
        let wanted = [
            ("B", Some("two # \"2\"")),
            ("C", Some("$A")),
            ("D", Some("1-y")),
            ("E", None),
            ("F", Some("")),
            ("G", Some("g")),
            ("A", Some("4")),
        ];
        assert_eq!(found, wanted);
        assert_eq!(text.get(read[0].value_span.start..read[0].value_span.end), Some("\"two # \\\"2\\\"\""));
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_a_name() {
        let read = of_env_file(&Source::new(".env", "\u{feff}A=1\nB=2\n"));
        let places = read.iter().map(|variable| (variable.name.as_str(), variable.name_place.span.start));
        assert_eq!(places.collect::<Vec<_>>(), [("A", 3), ("B", 7)]);
    }

    #[test]
    fn a_value_that_grows_without_end_is_not_known() {
        let text = format!("A=0123456789{}\nB=$A\nC=c\n", "\nA=${A}${A}".repeat(60));
        let read = of_env_file(&Source::new(".env", text));
        let value = |name: &str| read.iter().find(|variable| variable.name == name).and_then(|one| one.value.clone());
        assert_eq!((value("A"), value("B"), value("C")), (None, None, Some("c".to_owned())));
    }
}
