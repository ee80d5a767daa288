//! Names of variables, and the keys that they hit.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::LazyLock;

use crate::kratos::schema::{self, HOOK_PLACES, KEYS, Shape};
use crate::kratos::version::Version;

/// Largest number that is treated as the index of an item.
const MAX_ITEMS: usize = 1_000;

/// A step on the way to a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Into a map.
    Key(String),
    /// Into a list, from 0.
    Item(usize),
}

/// How the text of a variable is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// As it is.
    Text,
    /// As it is although the key is no text: a list of hooks, `organizations`, a feature flag.
    Raw,
    /// `strconv.ParseBool`
    Boolean,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// A JSON list, else comma-separated texts.
    Texts,
    /// A JSON list or object.
    Json,
}

/// What a name comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// It hits a key.
    Key(Vec<Step>, Reading),
    /// It names an entry of a map with free keys, which only goes as a whole; the variable of the map.
    FreeEntry(String),
    /// It names an item of a list inside a list, which only goes as a whole; the variable of that list.
    InnerItem(String),
    /// It is nearly the name of a variable that hits a key.
    Near(String),
    /// It begins as a key, and hits none.
    Unknown,
    /// Nothing of Kratos, or without any effect.
    Harmless,
    /// It hits none, and was not compared with the names of Kratos: there were too many before it.
    NotCompared,
}

/// What the name of a variable comes to in a version.
#[must_use]
pub(crate) fn lookup(name: &str, version: Version) -> Lookup {
    Names::of(version).lookup(name, &mut 1)
}

/// Names that begin alike, and what each leads to.
type Known = HashMap<String, HashMap<String, (String, Reading)>>;

/// Fewest words of a name that is compared without their order: shorter ones are those of other programs.
const MIN_ORDERED: usize = 5;

/// Fewest words that must be right after a first word that is wrong.
const MIN_EXACT: usize = 3;

/// Most letters of a first word that may be wrong.
const MAX_WRONG: usize = 3;

/// A path and its name, with `#` for numbers.
type Spelling = (String, String);

/// The names that hit keys of a version: the paths by their words, for those of a first word that was asked for.
pub(crate) struct Names {
    version: Version,
    known: RefCell<Known>,
    /// The paths with their names, by their first words, for names that are misspelled.
    spellings: RefCell<HashMap<&'static str, Rc<Vec<Spelling>>>>,
}

impl Names {
    pub(crate) fn of(version: Version) -> Names {
        Names { version, known: RefCell::default(), spellings: RefCell::default() }
    }

    /// What a name comes to; `near` says how often names that hit nothing may still be compared with those that do.
    pub(crate) fn lookup(&self, name: &str, near: &mut usize) -> Lookup {
        let lower = name.to_ascii_lowercase();
        // The documentation writes `selfservice` as two words everywhere but in keys.
        if let Some(rest) = lower.strip_prefix("self_service_") {
            let joined = format!("selfservice_{rest}");
            return match self.lookup(&joined, near) {
                Lookup::Key(..) => Lookup::Near(joined.to_ascii_uppercase()),
                other => other,
            };
        }
        let tokens: Vec<&str> = lower.split('_').collect();
        let first = tokens.first().copied().unwrap_or_default();
        // Most variables of a server are not for Kratos.
        let is_like = |word: &str| {
            word == first || word.len().abs_diff(first.len()) <= 1 && strsim::osa_distance(word, first) == 1
        };
        if first != "kratos" && !FIRST_WORDS.iter().any(|word| is_like(word)) {
            let meant = self.after_a_wrong_word(first, &tokens);
            return meant.map_or(Lookup::Harmless, |name| Lookup::Near(name.to_ascii_uppercase()));
        }
        match self.hit(first, &tokens) {
            Some((path, _)) if is_inner(&path) => return inner_item(&path, &tokens),
            Some((path, kind)) => return Lookup::Key(steps(&path, &tokens), kind),
            None => {}
        }
        match near.checked_sub(1) {
            Some(left) => {
                *near = left;
                self.missed(&lower, &tokens)
            }
            None => Lookup::NotCompared,
        }
    }

    /// The path that a name hits.
    fn hit(&self, first: &str, tokens: &[&str]) -> Option<(String, Reading)> {
        let mut known = self.known.borrow_mut();
        if !known.contains_key(first) {
            let mut names: HashMap<String, (String, Reading)> = HashMap::new();
            for (path, kind) in paths(self.version, &|word| word == first) {
                let name = words(&path).collect::<Vec<_>>().join("_");
                names.entry(name).or_insert((path, kind));
            }
            known.insert(first.to_owned(), names);
        }
        let names = known.get(first)?;
        let is_item = |token: &str| is_number(token) && token.parse().is_ok_and(|index: usize| index < MAX_ITEMS);
        let name = tokens.iter().map(|token| if is_item(token) { "#" } else { token }).collect::<Vec<_>>().join("_");
        names.get(&name).filter(|(path, _)| is_path(path, tokens)).cloned()
    }
}

impl Names {
    /// What a name comes to that hits no key.
    fn missed(&self, lower: &str, tokens: &[&str]) -> Lookup {
        let version = self.version;
        let first = tokens.first().copied().unwrap_or_default();
        // `feature_flags` has no type: nothing happens (D017).
        if lower == "feature_flags" {
            return Lookup::Harmless;
        }
        let free = KEYS.iter().filter(|key| key.versions.contains(version) && key.path.contains(".*"));
        for key in free.filter(|key| first_word(key.path) == first) {
            let map = key.path.split(".*").next().unwrap_or_default();
            for path in expanded(map) {
                let depth = word_count(&path);
                let begins = tokens.len() > depth && tokens.get(..depth).is_some_and(|begin| is_path(&path, begin));
                if begins {
                    return Lookup::FreeEntry(tokens.get(..depth).unwrap_or_default().join("_").to_ascii_uppercase());
                }
            }
        }
        self.near(tokens)
    }

    /// A name that hits nothing: is one near that does?
    fn near(&self, tokens: &[&str]) -> Lookup {
        let version = self.version;
        // One word alone may be anything.
        if tokens.len() < 2 {
            return Lookup::Harmless;
        }
        let name = tokens.join("_");
        let most = (name.len() / 8).clamp(1, 3);
        // Numbers may be longer than the `#` that stands for them.
        let longer: usize = tokens.iter().filter(|token| is_number(token)).map(|token| token.len() - 1).sum();
        let close = |(path, general): &Spelling| {
            if general.len() > name.len() + most || general.len() + longer + most < name.len() {
                return None;
            }
            let candidate = spelled(path, tokens);
            if candidate.len().abs_diff(name.len()) > most {
                return None;
            }
            let distance = strsim::osa_distance(&candidate, &name);
            (distance <= most).then_some((distance, candidate))
        };
        let first = tokens.first().copied().unwrap_or_default();
        let is_close = |word: &&str| *word == first || strsim::osa_distance(word, first) == 1;
        let close_words: Vec<&str> = FIRST_WORDS.iter().copied().filter(is_close).collect();
        if close_words.is_empty() && first != "kratos" {
            return Lookup::Harmless;
        }
        let nearest =
            close_words.into_iter().filter_map(|word| self.spellings(word).iter().filter_map(close).min()).min();
        if let Some((_, candidate)) = nearest {
            return Lookup::Near(candidate.to_ascii_uppercase());
        }
        if let Some(candidate) = self.in_another_order(first, tokens) {
            return Lookup::Near(candidate.to_ascii_uppercase());
        }
        if let Some(("kratos", rest)) = tokens.split_first().map(|(first, rest)| (*first, rest))
            && rest.first().is_some_and(|word| self.hit(word, rest).is_some())
        {
            return Lookup::Near(rest.join("_").to_ascii_uppercase());
        }
        let begins = |path: &str| {
            let depth = word_count(path);
            depth > 1 && tokens.len() > depth && tokens.get(..depth).is_some_and(|begin| is_path(path, begin))
        };
        if objects(version).filter(|path| first_word(path) == first).any(begins) {
            Lookup::Unknown
        } else {
            Lookup::Harmless
        }
    }

    /// The name that has the same words in another order, each of them spelled nearly so: `…_BROWSER_DEFAULT_RETURN_URL`.
    fn in_another_order(&self, first: &str, tokens: &[&str]) -> Option<String> {
        let word = FIRST_WORDS.iter().copied().find(|word| *word == first && tokens.len() >= MIN_ORDERED)?;
        let sorted = |name: &str| {
            let mut words: Vec<String> = name.split('_').map(str::to_owned).collect();
            words.sort_unstable();
            words
        };
        let own = sorted(&tokens.join("_"));
        let is_same = |(path, _): &&Spelling| {
            let is_near = |(one, other): (&String, &String)| strsim::osa_distance(one, other) <= 1;
            word_count(path) == tokens.len() && own.iter().zip(&sorted(&spelled(path, tokens))).all(is_near)
        };
        let spellings = self.spellings(word);
        let mut same = spellings.iter().filter(is_same);
        let (path, _) = same.next()?;
        same.next().is_none().then(|| spelled(path, tokens))
    }

    /// The name of which only the first word differs: `SERVICE_PUBLIC_BASE_URL`, `IDENTITIES_DEFAULT_SCHEMA_ID`.
    fn after_a_wrong_word(&self, first: &str, tokens: &[&str]) -> Option<String> {
        let rest = tokens.get(1..).filter(|rest| rest.len() >= MIN_EXACT)?;
        let is_close = |word: &&str| {
            word.len().abs_diff(first.len()) <= MAX_WRONG && strsim::osa_distance(word, first) <= MAX_WRONG
        };
        FIRST_WORDS.iter().copied().filter(is_close).find_map(|word| {
            let meant = [&[word], rest].concat();
            self.hit(word, &meant).map(|_| meant.join("_"))
        })
    }

    /// The paths of a first word, with their names.
    fn spellings(&self, first: &'static str) -> Rc<Vec<Spelling>> {
        let found = || {
            let named = |(path, _): (String, Reading)| {
                let name = words(&path).collect::<Vec<_>>().join("_");
                (path, name)
            };
            let is_wanted = |word: &str| word == first;
            let outer = paths(self.version, &is_wanted).filter(|(path, _)| !is_inner(path));
            Rc::new(outer.map(named).collect())
        };
        Rc::clone(self.spellings.borrow_mut().entry(first).or_insert_with(found))
    }
}

/// Whether a path is inside an item of a list inside a list.
fn is_inner(path: &str) -> bool {
    path.matches("[]").count() > 1
}

/// What the name of an item of a list inside a list comes to: of several numbers Kratos puts only the last into the path, and what it
/// sets there then is nowhere (`configx/koanf_env.go:extract`, `sjson.Set`; seen on v1.3.1 and v26.2.0).
fn inner_item(path: &str, tokens: &[&str]) -> Lookup {
    let second = words(path).enumerate().filter(|(_, word)| *word == "#").nth(1).map_or(tokens.len(), |(at, _)| at);
    Lookup::InnerItem(tokens.get(..second).unwrap_or_default().join("_").to_ascii_uppercase())
}

/// The paths of objects.
fn objects(version: Version) -> impl Iterator<Item = &'static str> {
    let is_object = |key: &&schema::Key| matches!(key.shape, Shape::Object | Shape::Open);
    let rows = KEYS.iter().filter(move |key| key.versions.contains(version)).filter(is_object);
    rows.filter(|key| !key.path.contains(['*', '#'])).map(|key| key.path)
}

/// The first word of a path: a key of the topmost mapping, or what is before its `_`. Hooks are below `selfservice`.
fn first_word(path: &str) -> &str {
    if path.starts_with('#') { "selfservice" } else { path.split(['.', '_', '[']).next().unwrap_or(path) }
}

/// All first words, each once.
static FIRST_WORDS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut words: Vec<&str> = KEYS.iter().map(|key| first_word(key.path)).collect();
    words.sort_unstable();
    words.dedup();
    words
});

/// The paths that a variable can hit and whose first word is wanted, with how they are read. Keys with `-` cannot be written,
/// entries of free maps go as a whole.
fn paths(version: Version, is_wanted: &dyn Fn(&str) -> bool) -> impl Iterator<Item = (String, Reading)> {
    let rows = KEYS.iter().filter(move |key| key.versions.contains(version) && !key.path.contains(['*', '-']));
    let plain = rows.filter(|key| key.shape != Shape::Flags && !key.path.is_empty() && is_wanted(first_word(key.path)));
    let of_rows = plain.flat_map(move |key| {
        let kind = kind(key, version);
        expanded(key.path).into_iter().map(move |path| (path, kind))
    });
    let of_hooks = HOOK_PLACES.iter().filter(|place| is_wanted(first_word(place.path))).flat_map(|place| {
        let item = format!("{}[]", place.path);
        let name = format!("{item}.hook");
        [(place.path.to_owned(), Reading::Raw), (item, Reading::Json), (name, Reading::Text)]
    });
    of_hooks
        .filter(move |(path, _)| {
            let list = path.split("[]").next().unwrap_or_default();
            schema::rows(list).iter().any(|key| key.versions.contains(version))
        })
        .chain(of_rows)
}

/// The paths of a row: those of hooks (`#web_hook.config`) stand in each list of hooks.
fn expanded(path: &str) -> Vec<String> {
    match path.strip_prefix('#').and_then(|rest| rest.split_once('.')) {
        Some((_, rest)) => HOOK_PLACES.iter().map(|place| format!("{}[].{rest}", place.path)).collect(),
        None if path.starts_with('#') => Vec::new(),
        None => vec![path.to_owned()],
    }
}

fn kind(key: &schema::Key, version: Version) -> Reading {
    match key.shape {
        Shape::Text => Reading::Text,
        Shape::Boolean => Reading::Boolean,
        Shape::Integer => Reading::Integer,
        Shape::Number => Reading::Number,
        Shape::Object | Shape::Open => Reading::Json,
        Shape::List if HOOK_PLACES.iter().any(|place| place.path == key.path) => Reading::Raw,
        Shape::List => match schema::lookup(&format!("{}[]", key.path), version).map(|item| item.shape) {
            Some(Shape::Text) => Reading::Texts,
            Some(_) => Reading::Json,
            // The schema says nothing of its items: the server gets the text itself.
            None => Reading::Raw,
        },
        Shape::Any if key.words().is_some() => Reading::Text,
        Shape::Any | Shape::Flags => Reading::Raw,
    }
}

/// A path as words: keys at `.` and `_`, a `#` for an item.
fn words(path: &str) -> impl Iterator<Item = &str> {
    path.split('.').flat_map(|key| {
        let name = key.trim_end_matches("[]");
        let items = (key.len() - name.len()) / 2;
        name.split('_').chain(std::iter::repeat_n("#", items))
    })
}

fn word_count(path: &str) -> usize {
    words(path).count()
}

fn is_number(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_path(path: &str, tokens: &[&str]) -> bool {
    let mut rest = tokens.iter();
    let fits = |word: &str, token: &str| {
        if word == "#" {
            token.parse().is_ok_and(|index: usize| index < MAX_ITEMS) && is_number(token)
        } else {
            word == token
        }
    };
    words(path).all(|word| rest.next().is_some_and(|token| fits(word, token))) && rest.next().is_none()
}

/// The variable of a key, by its path with dots: `selfservice.flows.login.after.hooks` as `SELFSERVICE_FLOWS_LOGIN_AFTER_HOOKS`.
pub(crate) fn of_path(path: &str) -> String {
    path.to_ascii_uppercase().replace('.', "_")
}

/// The variable that sets the value at a JSON pointer: a list inside a list has one for all of it.
pub(crate) fn of_pointer(pointer: &str) -> String {
    let mut items = 0;
    let is_settable = |key: &&str| {
        items += usize::from(is_number(key));
        items < 2
    };
    let keys: Vec<&str> = pointer.trim_start_matches('/').split('/').take_while(is_settable).collect();
    keys.join("_").replace('-', "_").to_ascii_uppercase()
}

/// The name of the variable for a path, with the numbers of `tokens` in their order.
fn spelled(path: &str, tokens: &[&str]) -> String {
    let mut numbers = tokens.iter().filter(|token| is_number(token));
    let word = |word| if word == "#" { numbers.next().copied().unwrap_or("0") } else { word };
    words(path).map(word).collect::<Vec<_>>().join("_")
}

fn steps(path: &str, tokens: &[&str]) -> Vec<Step> {
    let mut tokens = tokens.iter();
    let mut steps = Vec::new();
    for key in path.split('.') {
        let name = key.trim_end_matches("[]");
        for _ in name.split('_') {
            tokens.next();
        }
        steps.push(Step::Key(name.to_owned()));
        for _ in 0..(key.len() - name.len()) / 2 {
            let index = tokens.next().and_then(|token| token.parse().ok()).unwrap_or_default();
            steps.push(Step::Item(index));
        }
    }
    steps
}
