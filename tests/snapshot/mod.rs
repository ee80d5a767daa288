//! Reports that are compared with those kept beside the inputs, in files of insta: `cargo insta review` shows the differences, and
//! `INSTA_UPDATE=always cargo test --test NAME` takes them over.

use std::path::Path;

/// Compares a report with `<name>.snap` of the folder.
pub(crate) fn expect(folder: &Path, name: &str, found: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, found));
}
