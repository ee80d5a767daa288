#![no_main]

// The environment follows the configuration, after a byte of 0.
libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Some(text) = kratos_lint_fuzz::text(data) {
        let (config, environment) = text.split_once('\0').unwrap_or((text, ""));
        kratos_lint_fuzz::properties::check(config, environment);
    }
});
