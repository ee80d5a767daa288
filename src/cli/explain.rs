//! `kratos-lint explain NAME`: the page of a rule, or what a key, a hook or a new release does.

use std::collections::BTreeSet;

use super::one::asked_for;
use super::{CLEAN, Failure, Outcome};
use crate::kratos::changes;
use crate::kratos::hooks;
use crate::kratos::schema::{self, KEYS};
use crate::kratos::version::Version;
use crate::output::Printer;
use crate::rule::Rule;
use crate::rules;

/// Most bytes of a path that is compared with those of keys.
const LONGEST: usize = 200;

/// Show the page of a rule, or what a key or a hook of the configuration does.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name of a rule, a line of a report in quotes, path of a key (`session.lifespan`), name of a hook or of a change
    /// between releases (`same-password`), or id of a fact (`D171`)
    #[arg(id = "name", required = true, num_args = 1.., value_name = "NAME")]
    words: Vec<String>,
    /// Kratos version for a key or a hook (1.3.1, 26.2, master)
    #[arg(long, value_name = "VERSION")]
    kratos: Option<String>,
}

/// What is asked for, with the version.
struct Asked<'a> {
    name: &'a str,
    kratos: Option<&'a str>,
}

/// Prints the page.
///
/// # Errors
/// When there is no such rule or key.
pub fn run(args: &Args, out: &mut Printer<'_>) -> Outcome {
    let name = args.words.join(" ");
    let asked = Asked { name: name.trim(), kratos: args.kratos.as_deref() };
    let Some(rule) = rules::named(asked.name).or_else(|| rule_of_line(asked.name)) else {
        let is_known = fact(asked.name, out)? || change(asked.name, out)? || hook(&asked, out)?;
        return if is_known { Ok(CLEAN) } else { key(&asked, out) };
    };
    out.block(&format!("# {}\n\n{}\n\n", rule.name, rule.summary))?;
    out.block(&format!("level {} · effect {} · {}\n\n", rule.level.name(), rule.effect.name(), rule.versions))?;
    out.code(rule.docs.trim())?;
    for (index, row) in changes::about(rule.name).enumerate() {
        if index == 0 {
            out.block("\n## Changes between releases\n\n")?;
        }
        let until = row.until.map(|last| format!(" (up to {last})")).unwrap_or_default();
        out.line(format!("- {}{until}: {}", row.release, row.what))?;
    }
    Ok(CLEAN)
}

/// The rule that a line of a report names: `kratos.yml:3:1: error[unknown-key] …`, or the address of its page.
fn rule_of_line(line: &str) -> Option<&'static Rule> {
    let in_brackets = line.split('[').skip(1).filter_map(|rest| rest.split_once(']')).map(|(name, _)| name);
    let of_address =
        line.split_once("/rules/").map(|(_, rest)| rest.split(['/', '#', '?', ' ']).next().unwrap_or_default());
    in_brackets.chain(of_address).find_map(rules::named)
}

/// The rules that show a fact, by its id (`D171`, `H-NO-BODY`); false when no rule does.
fn fact(id: &str, out: &mut Printer<'_>) -> Result<bool, Failure> {
    let mut found = false;
    for rule in rules::ALL.iter().filter(|rule| rule.facts.contains(&id)) {
        out.line(format!("{id} is shown by {}: {}", rule.name, rule.summary))?;
        found = true;
    }
    Ok(found)
}

/// What an upgrade changes, by the name of the change (`same-password`); false when there is none.
fn change(id: &str, out: &mut Printer<'_>) -> Result<bool, Failure> {
    let Some(row) = changes::CHANGES.iter().find(|row| row.id == id) else { return Ok(false) };
    let until = row.until.map(|last| format!(", up to {last}")).unwrap_or_default();
    out.block(&format!("change {id}: {}, since {}{until}\n\n{}\n", row.weight.name(), row.release, row.what))?;
    out.block(&format!("\nWhat to do: {}.\n", row.advice))?;
    if !row.rules.is_empty() {
        out.block(&format!("Rules about it: {}.\n", row.rules.join(", ")))?;
    }
    out.line(if row.seen { "Seen on running servers." } else { "Read in the source of Kratos." })?;
    Ok(true)
}

/// What a hook does, and where it may be; false when there is none of this name, or a key has it too.
fn hook(args: &Asked<'_>, out: &mut Printer<'_>) -> Result<bool, Failure> {
    let Some(text) = hooks::about(args.name).filter(|_| schema::lookup(args.name, Version::MASTER).is_none()) else {
        return Ok(false);
    };
    let version = version(args)?;
    out.block(&format!("hook {}\n\n{text}\n", args.name))?;
    let acts = hooks::acts(args.name, version);
    if !acts.is_empty() {
        out.block(&format!("\nRuns in Kratos {version}: {}.\n", acts.join(", ")))?;
    } else if args.name != "web_hook" {
        out.block(&format!("\nKratos {version} does not know it.\n"))?;
    }
    out.line("`kratos-lint hooks --table` shows the lists in which it may be.")?;
    Ok(true)
}

fn version(args: &Asked<'_>) -> Result<Version, Failure> {
    let version = args.kratos.map(asked_for).transpose()?;
    Ok(version.map_or(Version::NEWEST, |target| target.newest()))
}

/// The path of a key that is likely meant: with the same keys around it, or far fewer letters away than it is long.
fn nearest_key(path: &str) -> Option<&'static str> {
    let keys: Vec<&'static str> =
        KEYS.iter().map(|key| key.path).filter(|key| !key.contains(['#', '*']) && key.contains('.')).collect();
    if path.len() > LONGEST { None } else { schema::nearest(path, &keys).map(|(key, _)| key) }
}

/// Most names that are offered for a word.
const MOST_NAMES: usize = 8;

/// Rules and keys of whose name a word is a part.
fn with_word(word: &str) -> Vec<&'static str> {
    let has = |name: &&str| name.split(['-', '.', '_']).any(|part| part.eq_ignore_ascii_case(word));
    let keys = KEYS.iter().map(|key| key.path).filter(|key| !key.contains(['#', '*', '[']));
    let own = |key: &&str| key.rsplit('.').next().is_some_and(|last| last.eq_ignore_ascii_case(word));
    let mut names: Vec<&str> = rules::ALL.iter().map(|rule| rule.name).filter(has).chain(keys.filter(own)).collect();
    names.dedup();
    names.truncate(MOST_NAMES);
    names
}

/// Fewest words of a name that is read as a message.
const SENTENCE: usize = 4;

/// Most rules that are offered for a message.
const MOST_RULES: usize = 3;

/// Rules on whose pages are the rarest words of a message.
fn by_words(message: &str) -> Vec<&'static str> {
    let words = words_of(message);
    if words.len() < SENTENCE || message.len() > LONGEST {
        return Vec::new();
    }
    let pages: Vec<(&str, BTreeSet<String>)> = rules::ALL
        .iter()
        .map(|rule| (rule.name, words_of(&format!("{} {} {}", rule.name, rule.summary, rule.docs))))
        .collect();
    let mut scores = vec![0.0; pages.len()];
    for word in &words {
        let has: Vec<bool> = pages.iter().map(|(_, page)| page.contains(word)).collect();
        let count = has.iter().filter(|has| **has).count();
        for (score, _) in scores.iter_mut().zip(&has).filter(|(_, has)| **has) {
            *score += 1.0 / f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        }
    }
    let mut ranked: Vec<(f64, &str)> = scores.into_iter().zip(pages.iter().map(|(name, _)| *name)).collect();
    ranked.retain(|(score, _)| *score > 0.0);
    ranked.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    ranked.into_iter().take(MOST_RULES).map(|(_, name)| name).collect()
}

/// The words of a text, each once; short ones tell nothing.
fn words_of(text: &str) -> BTreeSet<String> {
    let parts = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    parts.filter(|word| word.len() > 2).map(str::to_ascii_lowercase).collect()
}

/// Why there is no page of this name, and what may be meant.
fn unknown(name: &str, path: &str) -> String {
    if name.is_empty() {
        return "name a rule, a key or a hook; `kratos-lint rules` lists the rules".to_owned();
    }
    let likely = by_words(name);
    if !likely.is_empty() {
        return format!("no rule has this name; by its words it may be of {}", likely.join(", "));
    }
    let hook =
        || if name.len() > LONGEST { None } else { schema::nearest(name, &hooks::names()).map(|(hook, _)| hook) };
    if let Some(meant) = rules::nearest(name).or_else(hook).or_else(|| nearest_key(path)) {
        return format!("there is no rule, key or hook {name}; did you mean {meant}?");
    }
    match with_word(name).as_slice() {
        [] => format!("there is no rule, key or hook {name}; `kratos-lint rules` lists the rules"),
        names => format!("there is no rule, key or hook {name}; with that word: {}", names.join(", ")),
    }
}

/// What a key does; positions in lists are left out (`schemas[0].id`).
fn key(args: &Asked<'_>, out: &mut Printer<'_>) -> Outcome {
    let version = version(args)?;
    let path = general(args.name);
    let mut paths = [vec![path.clone()], of_hooks(&path)].concat();
    let of_word = with_word(&path);
    if let ([only], true) = (of_word.as_slice(), paths.iter().all(|path| schema::versions_of(path).is_none())) {
        paths = vec![(*only).to_owned()];
    }
    let known = paths.iter().find_map(|path| schema::versions_of(path));
    // What this release does not have is shown as another has it, unless one was asked for.
    let other = known.filter(|_| args.kratos.is_none()).map(|known| known.before.map_or(known.from, |_| known.last()));
    let versions = [Some(version), other].into_iter().flatten();
    let mut places = versions.flat_map(|version| paths.iter().map(move |path| (path, version)));
    let Some(text) = places.find_map(|(path, version)| schema::texts::about(path, version)) else {
        return Err(Failure(match known {
            Some(known) => format!("Kratos {version} has no key {}: it is known {known}", args.name),
            None => unknown(args.name, &path),
        }));
    };
    out.block(&format!("{}\n", text.trim_end()))?;
    Ok(CLEAN)
}

/// `schemas[0].id` and `/schemas/0/id` as `schemas[].id`.
fn general(name: &str) -> String {
    let mut path = String::new();
    for part in name.split(['.', '/']).filter(|part| !part.is_empty()) {
        let (key, position) = part.split_once('[').map_or((part, None), |(key, rest)| (key, Some(rest)));
        let is_position = !path.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_position {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(key);
        }
        if is_position || position.is_some() {
            path.push_str("[]");
        }
    }
    path
}

/// The paths of a key of a hook as the table has them: for `….hooks[].config.url` and `web_hook.config.url`.
fn of_hooks(path: &str) -> Vec<String> {
    let mut hooks: Vec<&str> =
        KEYS.iter().filter_map(|key| key.path.strip_prefix('#')?.split_once('.')).map(|(hook, _)| hook).collect();
    hooks.dedup();
    match path.split_once("hooks[].") {
        Some((_, key)) => hooks.into_iter().map(|hook| format!("#{hook}.{key}")).collect(),
        None => vec![format!("#{path}")],
    }
}
