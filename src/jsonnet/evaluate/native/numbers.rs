//! Functions about numbers and booleans.

use super::native;
use crate::jsonnet::evaluate::failure::other;
use crate::jsonnet::evaluate::number;
use crate::jsonnet::evaluate::operators::finite;
use crate::jsonnet::evaluate::value::{Args, Native, Result, Value};

const X: &[(&str, bool)] = &[("x", false)];
const XY: &[(&str, bool)] = &[("x", false), ("y", false)];

pub(super) const NATIVES: &[Native] = &[
    native("ceil", (0, 19), X, |_, args| finite(args.number(0)?.ceil())),
    native("floor", (0, 19), X, |_, args| finite(args.number(0)?.floor())),
    native("sqrt", (0, 19), X, |_, args| finite(args.number(0)?.sqrt())),
    native("sin", (0, 19), X, |_, args| finite(args.number(0)?.sin())),
    native("cos", (0, 19), X, |_, args| finite(args.number(0)?.cos())),
    native("tan", (0, 19), X, |_, args| finite(args.number(0)?.tan())),
    native("asin", (0, 19), X, |_, args| finite(args.number(0)?.asin())),
    native("acos", (0, 19), X, |_, args| finite(args.number(0)?.acos())),
    native("atan", (0, 19), X, |_, args| finite(args.number(0)?.atan())),
    native("log", (0, 19), X, |_, args| finite(args.number(0)?.ln())),
    native("exp", (0, 19), X, |_, args| finite(args.number(0)?.exp())),
    native("mantissa", (0, 19), X, |_, args| finite(number::split(args.number(0)?).0)),
    native("exponent", (0, 19), X, |_, args| finite(f64::from(number::split(args.number(0)?).1))),
    native("pow", (0, 19), &[("x", false), ("n", false)], |_, args| {
        finite(number::power(args.number(0)?, args.number(1)?))
    }),
    native("modulo", (0, 19), XY, |_, args| modulo(args)),
    native("round", (0, 20), X, |_, args| finite(args.number(0)?.round())),
    native("xnor", (0, 20), XY, |_, args| Ok(Value::Bool(args.boolean(0)? == args.boolean(1)?))),
    native("xor", (0, 20), XY, |_, args| Ok(Value::Bool(args.boolean(0)? != args.boolean(1)?))),
    native("hypot", (0, 21), XY, |_, args| finite(number::hypotenuse(args.number(0)?, args.number(1)?))),
    native("atan2", (0, 21), &[("y", false), ("x", false)], |_, args| finite(args.number(0)?.atan2(args.number(1)?))),
    native("isEven", (0, 21), X, |_, args| Ok(Value::Bool(number::same(args.number(0)?.trunc() % 2.0, 0.0)))),
    native("isOdd", (0, 21), X, |_, args| Ok(Value::Bool(!number::same(args.number(0)?.trunc() % 2.0, 0.0)))),
    native("isInteger", (0, 21), X, |_, args| Ok(Value::Bool(number::same(args.number(0)?.fract(), 0.0)))),
    native("isDecimal", (0, 21), X, |_, args| Ok(Value::Bool(!number::same(args.number(0)?.fract(), 0.0)))),
];

fn modulo<'a>(args: &Args<'_, 'a>) -> Result<Value<'a>> {
    let (one, two) = (args.number(0)?, args.number(1)?);
    if number::same(two, 0.0) {
        return Err(other("a number is divided by 0"));
    }
    finite(one % two)
}
