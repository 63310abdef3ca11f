//! `dsl sandbox --fault`, and `dsl run` against every fault at every step.

use crate::scratch::Scratch;

/// The page that describes the sandbox.
fn page() -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/sandbox.md");
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn help_and_page_describe_every_word_of_a_fault() {
    let help = Scratch::new().dsl("sandbox --help").out.split_whitespace().collect::<Vec<_>>().join(" ");
    for word in signal_sandbox::FAULT_WORDS {
        let head = if word.value.is_empty() { word.name.to_owned() } else { format!("{}={}", word.name, word.value) };
        assert!(page().contains(&format!("| `{head}` | {} |\n", word.meaning)), "docs/sandbox.md lacks {head}");
        assert!(help.contains(&format!("{head} {}", word.meaning)), "the help lacks {head}: {help}");
    }
}

#[test]
fn a_fault_that_cannot_be_read_is_told_with_its_place() {
    let scratch = Scratch::new();
    scratch.dsl("sandbox --fault statsu=500").check(2, &[], &["`statsu`", "did you mean `status`?"]);
    let ran = scratch.dsl("sandbox --json --fault drop=never");
    let document = ran.check(2, &[], &[]).json();
    assert!(document["error"]["message"].as_str().unwrap().contains("sending, before, after or mid"), "{document}");
    scratch.dsl("sandbox --port 0 --fault status=500;body=@none.json").check(3, &[], &["none.json"]);
}
