//! Texts with parts between marks, such as `${NAME}` and `{{ name }}`.

/// A text in which `put` writes something for each part between two marks. None where a mark is not closed, or `put` says so: it knows
/// how long the text may get.
pub(crate) fn replaced(
    text: &str,
    (opening, closing): (&str, &str),
    mut put: impl FnMut(&mut String, &str) -> Option<()>,
) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(opening) {
        let (inner, after) = after.split_once(closing)?;
        out.push_str(before);
        put(&mut out, inner)?;
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_is_replaced_or_none() {
        let filled = |text: &str| {
            replaced(text, ("${", "}"), |out, name| {
                out.push_str(&name.strip_prefix('k')?.to_uppercase());
                Some(())
            })
        };
        assert_eq!(filled("a${kb}c${k}${kd}").as_deref(), Some("aBcD"));
        assert_eq!(filled("plain $ }").as_deref(), Some("plain $ }"));
        assert_eq!((filled("${kb} ${x}"), filled("a${k")), (None, None));
    }
}
