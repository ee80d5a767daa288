//! Numbers as go-jsonnet converts and writes them.

// What Go converts silently is converted silently here.
#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss, clippy::float_cmp)]

/// A number as text: whole numbers in full, others with 17 significant digits (`%.0f` and `%.17g` of C).
pub(super) fn long(number: f64) -> String {
    match number {
        number if number.is_infinite() => if number > 0.0 { "+Inf" } else { "-Inf" }.to_owned(),
        number if number.fract() == 0.0 => format!("{number:.0}"),
        number => general(number),
    }
}

/// `%.17g` of C, for a number that is not whole.
fn general(number: f64) -> String {
    let text = format!("{number:.16e}");
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    if !(-4..17).contains(&exponent) {
        let (first, rest) = digits.split_at(digits.len().min(1));
        let dot = if rest.is_empty() { "" } else { "." };
        let minus = if exponent < 0 { '-' } else { '+' };
        return format!("{sign}{first}{dot}{rest}e{minus}{:02}", exponent.abs());
    }
    if exponent < 0 {
        let zeros = "0".repeat((-exponent - 1).unsigned_abs() as usize);
        return format!("{sign}0.{zeros}{digits}");
    }
    let whole = exponent.unsigned_abs() as usize + 1;
    if digits.len() <= whole {
        return format!("{sign}{digits}{}", "0".repeat(whole - digits.len()));
    }
    let (before, after) = digits.split_at(whole);
    format!("{sign}{before}.{after}")
}

/// A number with the fewest digits that read back, never with an exponent (`FormatFloat(x, 'f', -1, 64)` of Go).
pub(super) fn short(number: f64) -> String {
    if number == 0.0 && number.is_sign_negative() { "-0".to_owned() } else { format!("{number}") }
}

/// The number when it is whole and has 32 bits, as all lengths and indexes of built-in functions.
pub(super) fn integer(number: f64) -> Option<i32> {
    let whole = number as i32;
    (f64::from(whole) == number).then_some(whole)
}

/// The whole part, as Go converts to 64 bits; what does not fit is the least one.
pub(super) fn bits(number: f64) -> i64 {
    if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&number) { number as i64 } else { i64::MIN }
}

/// Whether Go's operators on bits take it.
pub(super) fn has_bits(number: f64) -> bool {
    (-9_223_372_036_854_775_808.0..=9_223_372_036_854_775_807.0).contains(&number)
}

pub(super) fn from_bits(number: i64) -> f64 {
    number as f64
}

pub(super) fn from_length(number: usize) -> f64 {
    number as f64
}

/// The index of a list or text: the fraction is cut off, -0.5 is the first item.
pub(super) fn index(number: f64) -> Option<usize> {
    let whole = number.trunc();
    (0.0..4_294_967_296.0).contains(&whole).then_some(whole as usize)
}

pub(super) fn same(one: f64, other: f64) -> bool {
    one == other
}

/// The character of a code point; a number without a character becomes the replacement character.
pub(super) fn character(number: f64) -> char {
    char::from_u32(number as u32).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Mantissa and exponent of 2, as `math.Frexp` of Go.
pub(super) fn split(number: f64) -> (f64, i32) {
    if number == 0.0 || !number.is_finite() {
        return (number, 0);
    }
    let (scaled, shift) =
        if number.abs() < f64::MIN_POSITIVE { (number * 4_503_599_627_370_496.0, -52) } else { (number, 0) };
    let raw = scaled.to_bits();
    let exponent = ((raw >> 52) & 0x7FF) as i32 - 1022;
    (f64::from_bits((raw & !(0x7FF << 52)) | (1022 << 52)), exponent + shift)
}

/// A number times a power of 2.
fn scaled(number: f64, exponent: i32) -> f64 {
    // In two steps, because 2 to the exponent alone may be too large or too small.
    let half = exponent / 2;
    number * 2f64.powi(half) * 2f64.powi(exponent - half)
}

/// `math.Pow` of Go, which multiplies where C takes logarithms, so that the last digits are the same.
pub(super) fn power(base: f64, exponent: f64) -> f64 {
    let whole = exponent.abs().trunc();
    let special = base == 0.0 || !base.is_finite() || !exponent.is_finite() || exponent == 0.0 || base == 1.0;
    if special || exponent.abs() == 0.5 || whole >= 9_007_199_254_740_992.0 {
        return base.powf(exponent);
    }
    let (mut whole, mut rest) = (bits(whole), exponent.abs().fract());
    if rest != 0.0 && base < 0.0 {
        return f64::NAN;
    }
    let (mut result, mut scale) = (1.0, 0);
    if rest != 0.0 {
        if rest > 0.5 {
            rest -= 1.0;
            whole += 1;
        }
        result = (rest * base.ln()).exp();
    }
    let (mut square, mut shift) = split(base);
    while whole != 0 {
        if !(-(1 << 12)..=1 << 12).contains(&shift) {
            scale += shift;
            break;
        }
        if whole & 1 == 1 {
            result *= square;
            scale += shift;
        }
        square *= square;
        shift *= 2;
        if square < 0.5 {
            square += square;
            shift -= 1;
        }
        whole >>= 1;
    }
    if exponent < 0.0 {
        result = 1.0 / result;
        scale = -scale;
    }
    scaled(result, scale)
}

/// The hypotenuse as Go computes it, which differs from other libraries in the last digit.
pub(super) fn hypotenuse(one: f64, other: f64) -> f64 {
    let (one, other) = (one.abs(), other.abs());
    let (long, short) = (one.max(other), one.min(other));
    if long > 0.0 { long * (1.0 + (short / long).powi(2)).sqrt() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_c_writes() {
        assert_eq!(long(0.1), "0.10000000000000001");
        assert_eq!(long(1e21), "1000000000000000000000");
        assert_eq!(long(1e-7), "9.9999999999999995e-08");
        assert_eq!(long(-0.0), "-0");
        assert_eq!(long(-1.5), "-1.5");
        assert_eq!(long(0.000_25), "0.00025000000000000001");
        assert_eq!(short(1e-7), "0.0000001");
        assert_eq!(split(0.75), (0.75, 0));
        assert_eq!(split(-20.0), (-0.625, 5));
        assert_eq!(power(2.0, 10.0), 1024.0);
        assert_eq!(power(10.0, -2.0), 0.01);
        assert_eq!(power(10.0, 400.0), f64::INFINITY);
        assert_eq!(index(-0.5), Some(0));
        assert_eq!(index(-1.0), None);
    }
}
