//! The conditions of `--fail-if` and `[run] fail_if`, read before anything else is done.

use signal_text::Severity;

use crate::args::FindingFormat;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::gate::{self, Gate};
use crate::output::Console;
use crate::project::Project;
use crate::render::findings::findings;

/// The conditions of a run as its record keeps them.
pub(super) fn texts(gates: &[Gate]) -> Vec<String> {
    gates.iter().map(|gate| gate.text().to_owned()).collect()
}

/// The conditions to fail on: the settings file's and the command line's.
///
/// # Errors
/// One that makes no sense; what is wrong with it is shown.
pub(crate) fn gates(flags: &[String], project: &Project, console: &mut Console) -> Result<Vec<Gate>, Failure> {
    let mut gates = project.gates.clone();
    let shown = match gate::in_flags(flags) {
        Ok((own, odd)) => {
            gates.extend(own);
            odd
        }
        Err(wrong) => wrong,
    };
    for (source, found) in &shown {
        if !console.json {
            console.talk(findings(source, found, FindingFormat::Full, console.color_talk).trim_end());
            console.talk("");
        }
    }
    match shown.iter().flat_map(|(_, found)| found).find(|finding| finding.severity == Severity::Error) {
        Some(error) => {
            let failure =
                Failure::new(Exit::Usage, "bad-condition", format!("--fail-if makes no sense: {}", error.message));
            // People have read the cure at its place.
            Err(match error.help.as_ref().filter(|_| console.json) {
                Some(help) => failure.suggest(help.clone()),
                None => failure,
            })
        }
        None => Ok(gates),
    }
}
