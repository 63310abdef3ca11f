//! The text of a script, or a clear word for why there is none.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use signal_text::{DecodeError, Diagnostic, Severity, Source, Span};

use super::{Place, Script};
use crate::exit::Exit;
use crate::failure::Failure;

/// A longer script is not read: no strategy is, and a device never ends.
const MOST_BYTES: u64 = 256 * 1024 * 1024;

/// Reads a script. What is not text comes back as a finding in it.
///
/// # Errors
/// What can't be read at all.
pub(crate) fn read(place: &Place) -> Result<Script, Failure> {
    let name = place.name();
    let bytes = match place {
        Place::File(path) => File::open(path).and_then(|file| bounded(file, path)),
        Place::Stdin(_) => bounded(io::stdin().lock(), Path::new("")),
    };
    match bytes {
        Ok(bytes) if bytes.len() as u64 > MOST_BYTES => {
            Err(Failure::usage(format!("`{name}` is longer than {} MB", MOST_BYTES / 1024 / 1024))
                .suggest("a script is text; is this one?"))
        }
        Ok(bytes) => Ok(decoded(name, bytes)),
        Err(error) => {
            let exit = if error.kind() == io::ErrorKind::NotFound { Exit::NotFound } else { Exit::Usage };
            Err(Failure::new(exit, "unreadable-file", format!("`{name}` can't be read: {error}")))
        }
    }
}

/// All bytes, or one more than may be.
fn bounded(file: impl Read, path: &Path) -> io::Result<Vec<u8>> {
    let size = fs::metadata(path).map_or(0, |metadata| metadata.len()).min(MOST_BYTES);
    let mut bytes = Vec::with_capacity(size as usize + 1);
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The bytes as a source, or what can be shown of them with the finding that says why they are none.
fn decoded(name: String, bytes: Vec<u8>) -> Script {
    // The bytes are kept only where they will be needed: a good file is moved, not copied.
    if std::str::from_utf8(&bytes).is_ok() {
        return match Source::decode(name, bytes) {
            Ok(source) => Script { source, fault: None },
            Err(error) => faulty(String::new(), String::new(), 0, error.to_string(), "split the script"),
        };
    }
    match Source::decode(name.clone(), bytes.clone()) {
        Ok(source) => Script { source, fault: None },
        Err(DecodeError::Utf16) => {
            let big = bytes.starts_with(&[0xFE, 0xFF]);
            let units: Vec<u16> =
                bytes[2..]
                    .chunks_exact(2)
                    .map(|pair| {
                        if big {
                            u16::from_be_bytes([pair[0], pair[1]])
                        } else {
                            u16::from_le_bytes([pair[0], pair[1]])
                        }
                    })
                    .collect();
            faulty(
                name,
                String::from_utf16_lossy(&units),
                0,
                "the text is UTF-16".to_owned(),
                "save it as UTF-8: every editor can",
            )
        }
        Err(error) => {
            let at = if let DecodeError::InvalidUtf8 { offset, .. } = error { offset } else { 0 };
            faulty(
                name,
                String::from_utf8_lossy(&bytes).into_owned(),
                at,
                error.to_string(),
                "save the script as UTF-8; what can't be decoded is shown as �",
            )
        }
    }
}

fn faulty(name: String, text: String, at: usize, message: String, help: &str) -> Script {
    let source = Source::new(name, text);
    let span = source.clamp(Span::from(at..at + 1));
    let fault = Diagnostic::new("not-text", Severity::Error, span, message).help(help);
    Script { source, fault: Some(fault) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: Option<(&str, &str)>) {
        let script = decoded("a.signal".to_owned(), bytes.to_vec());
        let found = script.fault.as_ref().map(|fault| (fault.message.as_str(), script.source.slice(fault.span)));
        assert_eq!(found, expected);
    }

    #[test]
    fn text_of_every_usual_form_is_taken() {
        check(b"a = 1\r\n", None);
        check(b"\xEF\xBB\xBFa = 1\n", None);
        check(b"", None);
    }

    #[test]
    fn what_is_not_text_names_its_place() {
        check(b"a = 1\nb = \xE9\n", Some(("byte 10 (line 2) is not valid UTF-8", "\u{FFFD}")));
        check(b"\xFF\xFEa\0 \0=\0", Some(("the text is UTF-16", "a")));
    }
}
