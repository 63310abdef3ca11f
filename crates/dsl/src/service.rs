//! The service that commands talk to: its address from the environment, its key from there or from `dsl auth`'s stores.

use std::sync::{Mutex, Once, PoisonError};

use jiff::Timestamp;
use secrecy::SecretString;
use signal_api::{Client, ClientOptions, DEFAULT_BASE_URL, base_url};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::keys::{Kept, Keys, VARIABLE};
use crate::render::{number, visible};
use crate::{output, run, secrets, timeout};

/// The variable that names another server than the service.
const ADDRESS: &str = "HEYTRADERS_BASE_URL";

/// The service's base URL as it may be shown.
///
/// # Errors
/// A `HEYTRADERS_BASE_URL` that can't be used, or that holds the key.
pub(crate) fn address() -> Result<String, Failure> {
    let Some(url) = variable(ADDRESS) else { return Ok(DEFAULT_BASE_URL.to_owned()) };
    // The address is shown in many places, the key in none.
    if variable(VARIABLE).is_some_and(|key| key.len() >= 8 && url.contains(&key)) {
        return Err(Failure::new(Exit::Usage, "bad-url", "HEYTRADERS_BASE_URL holds the API key").suggest(
            "the key belongs into HEYTRADERS_API_KEY alone; leave HEYTRADERS_BASE_URL unset for the service",
        ));
    }
    base_url(&url).map_err(|error| {
        run::failure_of(&error)
            .suggest(format!("HEYTRADERS_BASE_URL takes an address such as {DEFAULT_BASE_URL}; unset, it is that one"))
    })
}

/// Scheme, host and port of a base URL: what a stored key belongs to.
///
/// # Errors
/// An address that no key may be sent to.
pub(crate) fn origin(base_url: &str) -> Result<String, Failure> {
    signal_api::origin(base_url).map_err(|error| run::failure_of(&error))
}

/// A client of the service, with its key: the one way to it.
///
/// # Errors
/// No key, or one that can't be used.
pub(crate) fn client(base_url: &str) -> Result<Client, Failure> {
    client_with(base_url, Some(needed_key(base_url)?.0))
}

/// A client with this key, or with none for what needs none.
///
/// # Errors
/// An address, a key or a timeout that can't be used.
pub(crate) fn client_with(base_url: &str, key: Option<SecretString>) -> Result<Client, Failure> {
    if let Some(key) = &key {
        secrets::remember(key);
    }
    let limits = timeout::limits()?;
    let options = ClientOptions {
        base_url: base_url.to_owned(),
        key,
        limits,
        patience: timeout::patience(&limits),
        ..ClientOptions::default()
    };
    Client::new(options).map_err(|error| run::failure_of(&error))
}

/// The failure of a command that needs a key where there is none.
pub(crate) fn no_key() -> Failure {
    Failure::new(Exit::Key, "no-key", "there is no API key").suggest(
        "fetch one, free and at once: dsl auth register --name NAME\n\
         or hand in the one that you have: dsl auth login, or HEYTRADERS_API_KEY\n\
         or do without: run, eval, scan, rank and api take --sandbox",
    )
}

/// The key for a base URL, where nothing can be done without one.
///
/// # Errors
/// No key, a store that can't be read.
pub(crate) fn needed_key(base_url: &str) -> Result<(SecretString, Kept), Failure> {
    key(base_url)?.ok_or_else(|| no_key_for(base_url))
}

/// The failure of a command that needs a key for a base URL, be it another one than the environment's.
fn no_key_for(base_url: &str) -> Failure {
    let (Ok(there), Ok(address)) = (origin(base_url), address()) else { return no_key() };
    if origin(&address).is_ok_and(|here| here == there) {
        return no_key();
    }
    let base_url = visible::line(base_url);
    let message = match variable(VARIABLE) {
        Some(_) => format!(
            "there is no API key for {base_url}, and {VARIABLE} is for {}: nothing was sent",
            visible::line(&address)
        ),
        None => format!("there is no API key for {base_url}: nothing was sent"),
    };
    Failure::new(Exit::Key, "no-key", message).suggest(format!(
        "set {ADDRESS}={base_url}, and {VARIABLE} to that server's key\n\
         or store that key once: {ADDRESS}={base_url} dsl auth login\n\
         dsl runs show tells without a key what is known here of a run"
    ))
}

/// The environment's key, where it is for this base URL: it goes to the server that the environment names, which is the
/// service where it names none. A run in the journal may be at any other.
fn environments_key(base_url: &str) -> Result<Option<SecretString>, Failure> {
    let Some(key) = variable(VARIABLE) else { return Ok(None) };
    let key = SecretString::from(key);
    // It may be shown by no error that follows.
    secrets::remember(&key);
    Ok((origin(base_url)? == origin(&address()?)?).then_some(key))
}

/// The key for a base URL and where it comes from: the environment's, where it is for that origin, else what `dsl auth`
/// stored for it.
///
/// # Errors
/// A store that can't be read although it should hold the key.
pub(crate) fn key(base_url: &str) -> Result<Option<(SecretString, Kept)>, Failure> {
    let found = match environments_key(base_url)? {
        Some(key) => Some((key, Kept::Environment)),
        // Without a folder there is no stored key.
        None => match Keys::open() {
            Ok(keys) => {
                guard(&keys);
                keys.find(&origin(base_url)?)?.map(|found| (found.key, found.kept))
            }
            Err(_) => None,
        },
    };
    if let Some((key, kept)) = &found {
        secrets::remember(key);
        *used() = Some(kept.clone());
        if *kept != Kept::Environment {
            remark(base_url);
        }
    }
    Ok(found)
}

/// Makes the file of the keys its owner's alone, and says so once, should others have been able to read it.
fn guard(keys: &Keys) {
    static SAID: Once = Once::new();
    if let Some(warning) = keys.file.guard() {
        SAID.call_once(|| output::aside(&warning));
    }
}

/// Says, once, that the stored key has ended or is about to. The server decides all the same.
fn remark(base_url: &str) {
    static SAID: Once = Once::new();
    let left = || Keys::open().ok()?.entries().ok()?.get(&origin(base_url).ok()?)?.seconds_left(Timestamp::now());
    let cure = "`dsl auth register --replace` fetches another one";
    match left() {
        Some(left @ ..=0) => SAID.call_once(|| {
            output::aside(&format!("warning: the stored key ended {} ago; {cure}", number::span(-left)));
        }),
        Some(left @ 1..3600) => SAID.call_once(|| {
            output::aside(&format!("the stored key ends in {}; `dsl auth claim` makes it last", number::span(left)));
        }),
        _ => {}
    }
}

/// Where the key came from that this command used last; `None` where it used none of the user's.
pub(crate) fn key_used() -> Option<Kept> {
    used().clone()
}

fn used() -> std::sync::MutexGuard<'static, Option<Kept>> {
    static USED: Mutex<Option<Kept>> = Mutex::new(None);
    USED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An environment variable that is set to something. One that is no text is refused where it is used: ignored, an
/// address would quietly give way to the service's.
pub(crate) fn variable(name: &str) -> Option<String> {
    let value = std::env::var_os(name)?;
    Some(value.to_string_lossy().trim().to_owned()).filter(|value| !value.is_empty())
}
