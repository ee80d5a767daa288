//! Functions that read and write other formats.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use sha3::Sha3_512;

use super::native;
use crate::jsonnet::evaluate::failure::{other, wrong_kind};
use crate::jsonnet::evaluate::value::{Args, Machine, Native, Result, Value};
use crate::jsonnet::evaluate::{number, parse};
use crate::text;

const STR: &[(&str, bool)] = &[("str", false)];
const S: &[(&str, bool)] = &[("s", false)];
const JSON: &[(&str, bool)] = &[("value", false), ("indent", false), ("newline", true), ("key_val_sep", true)];
const YAML: &[(&str, bool)] = &[("value", false), ("indent_array_in_object", true), ("quote_keys", true)];

pub(super) const NATIVES: &[Native] = &[
    native("md5", (0, 19), S, hash::<Md5>),
    native("sha1", (0, 21), S, hash::<Sha1>),
    native("sha256", (0, 21), S, hash::<Sha256>),
    native("sha512", (0, 21), S, hash::<Sha512>),
    native("sha3", (0, 21), S, hash::<Sha3_512>),
    native("base64", (0, 19), &[("input", false)], base64),
    native("base64Decode", (0, 19), STR, |_, args| Ok(Value::text(&String::from_utf8_lossy(&decoded(args)?)))),
    native("base64DecodeBytes", (0, 19), STR, |_, args| Ok(bytes(&decoded(args)?))),
    native("encodeUTF8", (0, 19), STR, |_, args| Ok(bytes(args.text(0)?.as_bytes()))),
    native("decodeUTF8", (0, 19), &[("arr", false)], |machine, args| {
        Ok(Value::text(&String::from_utf8_lossy(&byte_list(machine, args)?)))
    }),
    native("parseInt", (0, 19), STR, |_, args| {
        let text = args.text(0)?;
        let number: i64 = text.parse().map_err(|_| other(format!("{text:?} is no whole number")))?;
        Ok(Value::Number(number::from_bits(number)))
    }),
    native("parseJson", (0, 19), STR, |_, args| parse::json(args.text(0)?)),
    native("parseYaml", (0, 19), STR, |machine, args| parse::yaml(args.text(0)?, machine.go_jsonnet)),
    native("escapeStringJson", (0, 21), &[("str_", false)], |machine, args| {
        let text = machine.written(args.get(0)?)?;
        Ok(Value::text(&crate::jsonnet::evaluate::manifest::quoted(&text)))
    }),
    native("manifestJsonEx", (0, 19), JSON, |machine, args| machine.manifest_json_ex(args)),
    native("manifestTomlEx", (0, 19), &[("value", false), ("indent", false)], |machine, args| {
        machine.manifest_toml_ex(args)
    }),
    native("manifestYamlDoc", (0, 21), YAML, |machine, args| machine.manifest_yaml_doc(args)),
];

fn hash<'a, Hash: Digest>(_: &mut Machine<'a>, args: &Args<'_, 'a>) -> Result<Value<'a>> {
    Ok(Value::text(&text::hexadecimal(&Hash::digest(args.text(0)?.as_bytes()))))
}

fn bytes<'a>(bytes: &[u8]) -> Value<'a> {
    Value::list(bytes.iter().map(|byte| Value::Number(f64::from(*byte))).collect())
}

/// A list of bytes.
fn byte_list<'a>(machine: &mut Machine<'a>, args: &Args<'_, 'a>) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for item in args.list(0)?.items() {
        bytes.push(match machine.force(&item)? {
            Value::Number(number) => number::integer(number)
                .and_then(|byte| u8::try_from(byte).ok())
                .ok_or_else(|| other(format!("std.{} takes bytes, 0 to 255", args.name)))?,
            value => {
                return Err(wrong_kind(value.kind(), |is| format!("an item of the list of std.{} is {is}", args.name)));
            }
        });
    }
    Ok(bytes)
}

fn base64<'a>(machine: &mut Machine<'a>, args: &Args<'_, 'a>) -> Result<Value<'a>> {
    let bytes = match args.get(0)? {
        Value::Text(text) if text.chars().any(|letter| u32::from(letter) > 255) => {
            return Err(other("std.base64 takes characters up to 255"));
        }
        Value::Text(text) => text.as_bytes().to_vec(),
        Value::List(_) => byte_list(machine, args)?,
        _ => return Err(args.wrong(0)),
    };
    Ok(Value::text(&STANDARD.encode(bytes)))
}

/// Padded base64; line breaks count for the length and are skipped then.
fn decoded(args: &Args<'_, '_>) -> Result<Vec<u8>> {
    let text = args.text(0)?;
    if !text.len().is_multiple_of(4) {
        return Err(other("it is no base64: its length is no multiple of 4"));
    }
    let plain: String = text.chars().filter(|letter| !matches!(letter, '\n' | '\r')).collect();
    // Go does not look at the bits after the last byte.
    let lenient = base64::engine::GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
    let engine = base64::engine::GeneralPurpose::new(&base64::alphabet::STANDARD, lenient);
    engine.decode(plain).map_err(|_| other("it is no base64"))
}
