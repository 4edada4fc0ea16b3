#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| chimera_fuzz::check_dialect::<chimera_providers::compatible::ChatCompletions>(input));
