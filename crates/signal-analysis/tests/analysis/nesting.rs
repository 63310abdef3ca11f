//! What is said of a script grows with the script, however deep its findings are nested in each other.

use signal_text::Diagnostic;

use crate::check;

/// What stands around an expression: nested so, every level is found fault with.
const FAULTS: &[(&str, &str)] = &[
    ("(", " < open < high)"),
    ("(sma(where(", ", close, 2), 3) == 33.3)"),
    ("rsi(timeperiod=14, ", ")"),
    ("((", ") + (close > 2) > 5)"),
    ("(", " / 0)"),
    ("mystery(", ")"),
    ("sma(", ", 3, 4, 5, 6)"),
    ("sma(", ", -3)"),
    ("sma(", ", 3.5)"),
    ("apo(", ", 26, 12)"),
    ("(", ")[0]"),
    ("(", ")[1.5]"),
    ("(not 5 and ", ")"),
    ("(", " if 5 else 3)"),
    ("(", " and rsi(close, 14) > 101)"),
    ("(", " or rsi(close, 14) < 101)"),
    ("(", " and close > 1 and close > 1)"),
    ("(", " & (close > 1))"),
    ("(", " == 5 & close > 1)"),
];

/// Bytes of all that findings say and their fixes write.
fn said(findings: &[Diagnostic]) -> usize {
    let of = |finding: &Diagnostic| {
        let labels: usize = finding.labels.iter().map(|label| label.message.len()).sum();
        let fixes = finding.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.text.len()).sum::<usize>();
        finding.message.len() + finding.help.as_deref().map_or(0, str::len) + labels + fixes
    };
    findings.iter().map(of).sum()
}

#[test]
fn what_is_said_grows_with_the_script_and_not_with_its_nesting() {
    for (before, behind) in FAULTS {
        let nested = |levels| check(&format!("up = {}close{}\n", before.repeat(levels), behind.repeat(levels)));
        let (half, whole) = (nested(600), nested(1_200));
        assert!(half.len() > 300, "{before}...{behind}: {} findings only", half.len());
        let (half, whole) = (said(&half), said(&whole));
        assert!(whole < half * 5 / 2, "{before}...{behind}: {half} bytes, and {whole} for twice the levels");
    }
}
