//! `--open`: a page or a report in the user's browser.

use std::path::Path;

use crate::output::Console;
use crate::render::{link, visible};

/// What is to be opened.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Page<'a> {
    /// A file that we wrote.
    File(&'a Path),
    /// An address that a server named; opened only when it is one of the web.
    Address(&'a str),
}

/// Opens a page. A machine without a browser is told so and is no failure: the page is there all the same.
pub(crate) fn open(page: Page<'_>, console: &mut Console) {
    let address = match page {
        Page::File(path) => file_address(path),
        Page::Address(address) => Some(address.to_owned()).filter(|address| link::is_clean(address)),
    };
    let shown = match page {
        Page::File(path) => visible::line(&path.to_string_lossy()).into_owned(),
        Page::Address(address) => visible::line(address).into_owned(),
    };
    let Some(address) = address else {
        console.say(&format!("warning: `{shown}` is not opened: it is no address of a web page"));
        return;
    };
    // The browser's own talk would end up between ours.
    let mut options = webbrowser::BrowserOptions::new();
    options.with_suppress_output(true);
    match webbrowser::open_browser_with_options(webbrowser::Browser::Default, &address, &options) {
        Ok(()) => console.detail(&format!("opened {shown}")),
        Err(error) => {
            let why = visible::line(&error.to_string()).into_owned();
            console.say(&format!("warning: no browser could be started ({why}); open it yourself: {shown}"));
        }
    }
}

/// A path as a `file:` address.
fn file_address(path: &Path) -> Option<String> {
    let absolute = std::path::absolute(path).ok()?;
    let text = absolute.to_str()?.replace('\\', "/");
    let mut address = String::from(if text.starts_with('/') { "file://" } else { "file:///" });
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~:".contains(&byte) {
            address.push(char::from(byte));
        } else {
            address.push_str(&format!("%{byte:02X}"));
        }
    }
    Some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_path_is_written_as_an_address() {
        let address = file_address(Path::new("/a b/ü?#%.html")).unwrap();
        assert_eq!(address, "file:///a%20b/%C3%BC%3F%23%25.html");
    }
}
