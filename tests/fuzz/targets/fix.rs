#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Some(text) = kratos_lint_fuzz::text(data) {
        kratos_lint_fuzz::properties::fix(text);
    }
});
