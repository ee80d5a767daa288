//! Functions of `std` on objects.

use super::Function;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "get",
        since: (0, 19),
        parameters: &[("o", "o", false), ("f", "s", false), ("default", "l", true), ("inc_hidden", "b", true)],
        result: "*",
        is_total: true,
    },
    Function {
        name: "mapWithKey",
        since: (0, 19),
        parameters: &[("func", "f", false), ("obj", "o", false)],
        result: "o",
        is_total: false,
    },
    Function {
        name: "mergePatch",
        since: (0, 19),
        parameters: &[("target", "l", false), ("patch", "x", false)],
        result: "*",
        is_total: false,
    },
    Function { name: "objectFields", since: (0, 19), parameters: &[("o", "o", false)], result: "S", is_total: true },
    Function { name: "objectFieldsAll", since: (0, 19), parameters: &[("o", "o", false)], result: "S", is_total: true },
    Function {
        name: "objectFieldsEx",
        since: (0, 19),
        parameters: &[("obj", "o", false), ("hidden", "b", false)],
        result: "S",
        is_total: true,
    },
    Function {
        name: "objectHas",
        since: (0, 19),
        parameters: &[("o", "o", false), ("f", "s", false)],
        result: "b",
        is_total: true,
    },
    Function {
        name: "objectHasAll",
        since: (0, 19),
        parameters: &[("o", "o", false), ("f", "s", false)],
        result: "b",
        is_total: true,
    },
    Function {
        name: "objectHasEx",
        since: (0, 19),
        parameters: &[("obj", "o", false), ("fname", "s", false), ("hidden", "b", false)],
        result: "b",
        is_total: true,
    },
    Function { name: "objectValues", since: (0, 19), parameters: &[("o", "o", false)], result: "a", is_total: true },
    Function { name: "objectValuesAll", since: (0, 19), parameters: &[("o", "o", false)], result: "a", is_total: true },
    Function { name: "prune", since: (0, 19), parameters: &[("a", "x", false)], result: "*", is_total: false },
    Function {
        name: "objectKeysValues",
        since: (0, 20),
        parameters: &[("o", "o", false)],
        result: "a",
        is_total: true,
    },
    Function {
        name: "objectKeysValuesAll",
        since: (0, 20),
        parameters: &[("o", "o", false)],
        result: "a",
        is_total: true,
    },
    Function {
        name: "objectRemoveKey",
        since: (0, 21),
        parameters: &[("obj", "o", false), ("key", "s", false)],
        result: "o",
        is_total: false,
    },
];
