//! How large a result may be.

use std::io::{self, Write};

use serde::Serialize as _;
use serde_json::Value;
use serde_json::ser::{PrettyFormatter, Serializer};

use super::ResultFault;
use crate::documents::finding::Kind;
use crate::kratos::version::{Version, Versions};

/// Releases whose workers break after an output that is too large (E45-REPORT.md; `jsonnet_pool.go:130`).
pub(in crate::documents) const POISONED: Versions = Versions::since(Version::V1_1);

/// Most bytes that Kratos reads from a worker, with the final newline (E45-REPORT.md; `jsonnet_pool.go:39,130,161`).
pub(in crate::documents) fn most(version: Version) -> usize {
    if version >= Version::AFTER_V26_2 { 262_143 } else { 65_535 }
}

/// A result that no worker of this release can hand over.
pub(super) fn fault(result: &Value, version: Version) -> Option<ResultFault> {
    let (length, most) = (length(result), most(version));
    let message =
        format!("the result has {length} bytes: Kratos reads at most {most}, and later evaluations yield nothing");
    (POISONED.contains(version) && length > most).then(|| ResultFault {
        path: String::new(),
        kind: Kind::Size,
        message,
        help: Some("return less: only what is needed"),
        harmless: false,
    })
}

/// Bytes of a result as go-jsonnet prints it, with three blanks for each level and a newline at the end.
fn length(result: &Value) -> usize {
    let mut count = Count(0);
    let mut writer = Serializer::with_formatter(&mut count, PrettyFormatter::with_indent(b"   "));
    // Nothing is written that could fail.
    _ = result.serialize(&mut writer);
    count.0 + 1
}

/// Counts what is written.
struct Count(usize);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_result_is_as_long_as_go_jsonnet_prints_it() {
        assert_eq!(length(&json!({ "a": [1, "b"] })), "{\n   \"a\": [\n      1,\n      \"b\"\n   ]\n}\n".len());
    }

    #[test]
    fn the_largest_result_that_passes_has_no_fault() {
        let text = |length: usize| json!("x".repeat(length - 3));
        assert!(fault(&text(65_535), Version::V1_3_1).is_none());
        assert!(fault(&text(65_536), Version::V1_3_1).is_some());
        assert!(fault(&text(65_536), Version::V1_0).is_none());
        assert!(fault(&text(262_143), Version::AFTER_V26_2).is_none());
        assert!(fault(&text(262_144), Version::AFTER_V26_2).is_some());
    }
}
