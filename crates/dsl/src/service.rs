//! The service that commands talk to: its address and the key, from the environment.

use secrecy::SecretString;
use signal_api::{Client, ClientOptions, DEFAULT_BASE_URL, base_url};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::run;

/// Where the key is looked for.
const KEY: &str = "HEYTRADERS_API_KEY";

/// The service's base URL as it may be shown.
///
/// # Errors
/// A `HEYTRADERS_BASE_URL` that can't be used, or that holds the key.
pub(crate) fn address() -> Result<String, Failure> {
    let Some(url) = variable("HEYTRADERS_BASE_URL") else { return Ok(DEFAULT_BASE_URL.to_owned()) };
    // The address is shown in many places, the key in none.
    if variable(KEY).is_some_and(|key| key.len() >= 8 && url.contains(&key)) {
        return Err(Failure::new(Exit::Usage, "bad-url", "HEYTRADERS_BASE_URL holds the API key").suggest(
            "the key belongs into HEYTRADERS_API_KEY alone; leave HEYTRADERS_BASE_URL unset for the service",
        ));
    }
    base_url(&url).map_err(|error| {
        run::failure_of(&error)
            .suggest(format!("HEYTRADERS_BASE_URL takes an address such as {DEFAULT_BASE_URL}; unset, it is that one"))
    })
}

/// A client of the service, with the key of the environment.
///
/// # Errors
/// No key, or one that can't be used.
pub(crate) fn client(base_url: &str) -> Result<Client, Failure> {
    // The keyring's key (`dsl auth`) has its place here, behind the environment's.
    let Some(key) = variable(KEY) else {
        return Err(Failure::new(Exit::Key, "no-key", "there is no API key").suggest(
            "set HEYTRADERS_API_KEY to your key from hey-traders.com (`dsl auth register` will fetch one, it is not built yet),\n\
             or run on this machine without a key: add --sandbox",
        ));
    };
    let options =
        ClientOptions { base_url: base_url.to_owned(), key: Some(SecretString::from(key)), ..ClientOptions::default() };
    Client::new(options).map_err(|error| run::failure_of(&error))
}

/// An environment variable that is set to something. One that is no text is refused where it is used: ignored, an
/// address would quietly give way to the service's.
pub(crate) fn variable(name: &str) -> Option<String> {
    let value = std::env::var_os(name)?;
    Some(value.to_string_lossy().trim().to_owned()).filter(|value| !value.is_empty())
}
