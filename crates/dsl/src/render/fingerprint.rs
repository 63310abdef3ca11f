//! What a finding is known by from one version of a script to the next, wherever its line moves.

use std::collections::HashMap;

use signal_text::{Diagnostic, Source, Span};

/// Makes the fingerprints of one file's findings: a hash of the rule, the text of the line, and how often the two have
/// come before. Line numbers take no part, so a finding keeps its fingerprint when lines are added above it.
#[derive(Debug)]
pub(super) struct Fingerprints<'s> {
    source: &'s Source,
    start: u128,
    /// The last line asked for and its hash: a line may be long and hold many findings.
    line: Option<(usize, u128)>,
    seen: HashMap<u128, u32>,
}

impl<'s> Fingerprints<'s> {
    /// Fingerprints in `source`; `context` tells it from other files where that is wanted.
    pub(super) fn new(source: &'s Source, context: &[&str]) -> Self {
        let start = context.iter().fold(OFFSET, |hash, part| hashed(hashed(hash, part.as_bytes()), b"\0"));
        Self { source, start, line: None, seen: HashMap::new() }
    }

    /// The fingerprint of the next finding, as 32 hexadecimal digits.
    pub(super) fn next(&mut self, finding: &Diagnostic) -> String {
        let line = self.source.lines().line(self.source.clamp(finding.span).start);
        let of_line = match self.line {
            Some((last, hash)) if last == line => hash,
            _ => {
                let lines = self.source.lines();
                let end = lines.start(line + 1).unwrap_or(self.source.text().len() as u32);
                let text = self.source.slice(Span::new(lines.start(line).unwrap_or(end), end));
                hashed(self.start, text.trim().as_bytes())
            }
        };
        self.line = Some((line, of_line));
        let hash = hashed(hashed(of_line, b"\0"), finding.code.as_bytes());
        let before = self.seen.entry(hash).or_default();
        let hash = hashed(hash, &before.to_le_bytes());
        *before += 1;
        format!("{hash:032x}")
    }
}

/// FNV-1a over 128 bits (offset basis and prime from the algorithm's specification). It is not the standard library's
/// hash because that one may change with a compiler, and old fingerprints would then match nothing.
fn hashed(start: u128, bytes: &[u8]) -> u128 {
    bytes.iter().fold(start, |hash, &byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
}

const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

#[cfg(test)]
mod tests {
    use super::*;
    use signal_text::Severity;

    /// Fingerprints of the findings at each occurrence of `@`.
    fn prints(text: &str) -> Vec<String> {
        let source = Source::new("a", text);
        let mut prints = Fingerprints::new(&source, &[]);
        let at = text.match_indices('@').map(|(at, _)| Span::from(at..at + 1));
        at.map(|span| prints.next(&Diagnostic::new("rule", Severity::Error, span, "m"))).collect()
    }

    #[test]
    fn a_finding_keeps_its_fingerprint_when_lines_move() {
        let before = prints("x = @\ny = @ + @\n");
        assert_eq!(prints("# new\n\n  x = @\r\n# more\ny = @ + @\n"), before);
        assert_eq!(prints("y = @ + @\nx = @\n"), [before[1].clone(), before[2].clone(), before[0].clone()]);
    }

    #[test]
    fn no_two_findings_share_a_fingerprint() {
        let mut all = prints(&"x = @@\ny = @\n".repeat(50));
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 150);
    }

    #[test]
    fn a_known_text_has_the_hash_of_the_specification() {
        // From the test vectors of the FNV specification's authors.
        assert_eq!(format!("{:032x}", hashed(OFFSET, b"")), "6c62272e07bb014262b821756295c58d");
        assert_eq!(format!("{:032x}", hashed(OFFSET, b"a")), "d228cb696f1a8caf78912b704e4a8964");
    }
}
