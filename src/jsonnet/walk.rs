//! A walk over all expressions of a tree.

use rsjsonnet_lang::ast::{
    Arg, Assert, Bind, CompSpecPart, Expr, ExprKind, Field, FieldName, Member, ObjInside, Param,
};

/// Calls `visit` with each expression, the outer ones first.
pub(crate) fn expressions<'e, 'p, 'a>(root: &'e Expr<'p, 'a>, visit: &mut dyn FnMut(&'e Expr<'p, 'a>)) {
    visit(root);
    children(root, &mut |child| expressions(child, visit), &mut |_| ());
}

/// Calls `visit` with each local.
pub(crate) fn binds<'e, 'p, 'a>(root: &'e Expr<'p, 'a>, visit: &mut dyn FnMut(&'e Bind<'p, 'a>)) {
    let mut inner = Vec::new();
    children(root, &mut |child| inner.push(child), visit);
    for child in inner {
        binds(child, visit);
    }
}

/// Calls `visit` with the body of each function.
pub(crate) fn functions<'e, 'p, 'a>(root: &'e Expr<'p, 'a>, visit: Visit<'_, &'e Expr<'p, 'a>>) {
    binds(root, &mut |bind| {
        if bind.params.is_some() {
            visit(&bind.value);
        }
    });
    expressions(root, &mut |expr| match &expr.kind {
        ExprKind::Func(_, body) => visit(body),
        ExprKind::Object(ObjInside::Members(members)) | ExprKind::ObjExt(_, ObjInside::Members(members), _) => {
            for member in *members {
                if let Member::Field(Field::Func(.., body)) = member {
                    visit(body);
                }
            }
        }
        _ => {}
    });
}

type Visit<'v, T> = &'v mut dyn FnMut(T);

/// The expressions and the locals directly in one.
fn children<'e, 'p, 'a>(expr: &'e Expr<'p, 'a>, child: Visit<'_, &'e Expr<'p, 'a>>, bind: Visit<'_, &'e Bind<'p, 'a>>) {
    match &expr.kind {
        ExprKind::Paren(inner)
        | ExprKind::Field(inner, _)
        | ExprKind::SuperIndex(_, inner)
        | ExprKind::Unary(_, inner)
        | ExprKind::Import(inner)
        | ExprKind::ImportStr(inner)
        | ExprKind::ImportBin(inner)
        | ExprKind::Error(inner)
        | ExprKind::InSuper(inner, _) => child(inner),
        ExprKind::Object(inside) => object(inside, child, bind),
        ExprKind::ObjExt(base, inside, _) => {
            child(base);
            object(inside, child, bind);
        }
        ExprKind::Array(items) => items.iter().for_each(child),
        ExprKind::ArrayComp(body, parts) => {
            comprehension(parts, child);
            child(body);
        }
        ExprKind::Index(base, index) | ExprKind::Binary(base, _, index) => {
            child(base);
            child(index);
        }
        ExprKind::Slice(base, from, to, step) => {
            child(base);
            [from, to, step].into_iter().flatten().for_each(|bound| child(bound));
        }
        ExprKind::Call(callee, args, _) => {
            child(callee);
            for arg in *args {
                let (Arg::Positional(value) | Arg::Named(_, value)) = arg;
                child(value);
            }
        }
        ExprKind::Local(binds, body) => {
            binds.iter().for_each(|local| binding(local, child, bind));
            child(body);
        }
        ExprKind::If(condition, then, otherwise) => {
            child(condition);
            child(then);
            if let Some(otherwise) = otherwise {
                child(otherwise);
            }
        }
        ExprKind::Func(params, body) => {
            parameters(params, child);
            child(body);
        }
        ExprKind::Assert(assertion, body) => {
            assert(assertion, child);
            child(body);
        }
        _ => {}
    }
}

fn parameters<'e, 'p, 'a>(params: &'e [Param<'p, 'a>], child: Visit<'_, &'e Expr<'p, 'a>>) {
    params.iter().filter_map(|param| param.default_value.as_ref()).for_each(child);
}

fn assert<'e, 'p, 'a>(assert: &'e Assert<'p, 'a>, child: Visit<'_, &'e Expr<'p, 'a>>) {
    child(&assert.cond);
    assert.msg.iter().for_each(child);
}

fn binding<'e, 'p, 'a>(local: &'e Bind<'p, 'a>, child: Visit<'_, &'e Expr<'p, 'a>>, bind: Visit<'_, &'e Bind<'p, 'a>>) {
    bind(local);
    if let Some((params, _)) = local.params {
        parameters(params, child);
    }
    child(&local.value);
}

fn comprehension<'e, 'p, 'a>(parts: &'e [CompSpecPart<'p, 'a>], child: Visit<'_, &'e Expr<'p, 'a>>) {
    for part in parts {
        match part {
            CompSpecPart::For(part) => child(&part.inner),
            CompSpecPart::If(part) => child(&part.cond),
        }
    }
}

fn object<'e, 'p, 'a>(
    inside: &'e ObjInside<'p, 'a>,
    child: Visit<'_, &'e Expr<'p, 'a>>,
    bind: Visit<'_, &'e Bind<'p, 'a>>,
) {
    match inside {
        ObjInside::Members(members) => {
            for member in *members {
                match member {
                    Member::Local(local) => binding(&local.bind, child, bind),
                    Member::Assert(assertion) => assert(assertion, child),
                    Member::Field(field) => self::field(field, child),
                }
            }
        }
        ObjInside::Comp { locals1, name, body, locals2, comp_spec, .. } => {
            comprehension(comp_spec, child);
            locals1.iter().chain(locals2.iter()).for_each(|local| binding(&local.bind, child, bind));
            child(name);
            child(body);
        }
    }
}

fn field<'e, 'p, 'a>(field: &'e Field<'p, 'a>, child: Visit<'_, &'e Expr<'p, 'a>>) {
    if let FieldName::Expr(name, _) = field.name() {
        child(name);
    }
    match field {
        Field::Value(_, _, _, value) => child(value),
        Field::Func(_, params, _, _, body) => {
            parameters(params, child);
            child(body);
        }
    }
}
