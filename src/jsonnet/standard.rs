//! The standard library: parameters, results and the first go-jsonnet with each function (signatures of go-jsonnet 0.19 to 0.22).

mod lists;
mod numbers;
mod objects;
mod texts;
mod values;

/// A version of go-jsonnet: major and minor.
pub(crate) type GoJsonnet = (u32, u32);

/// The newest one that a Kratos has.
pub(crate) const NEWEST: GoJsonnet = (0, 21);

/// A function of `std`.
#[derive(Debug)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// The first go-jsonnet with it; those before 0.19 count as 0.19.
    pub since: GoJsonnet,
    /// Name, types and whether it may be left out. Types: `s`tring, `n`umber, `b`oolean, `a`rray, `o`bject, `f`unction, nul`z`;
    /// `x` any, evaluated; `m` any, evaluated to its last field; `l` any, not surely evaluated. What follows `?` passes in
    /// some cases only, that of an empty list for example.
    pub parameters: &'static [(&'static str, &'static str, bool)],
    /// Types of the result, with the same letters; `*` is any, `S` a list of strings, `N` a list of numbers.
    pub result: &'static str,
    /// Whether it never fails when the arguments have the right types.
    pub is_total: bool,
}

/// Fields of `std` that are no functions, and the first go-jsonnet with them.
pub const CONSTANTS: &[(&str, GoJsonnet)] = &[("thisFile", (0, 19)), ("pi", (0, 21))];

/// The function of this name.
#[must_use]
pub(crate) fn function(name: &str) -> Option<&'static Function> {
    functions().find(|function| function.name == name)
}

/// The first go-jsonnet whose `std` has a field of this name.
#[must_use]
pub(crate) fn since(name: &str) -> Option<GoJsonnet> {
    let constant = CONSTANTS.iter().find(|(known, _)| *known == name).map(|(_, since)| *since);
    constant.or_else(|| function(name).map(|function| function.since))
}

/// All functions, by subject.
pub fn functions() -> impl Iterator<Item = &'static Function> {
    let subjects = [numbers::FUNCTIONS, texts::FUNCTIONS, lists::FUNCTIONS, objects::FUNCTIONS, values::FUNCTIONS];
    subjects.into_iter().flatten()
}
