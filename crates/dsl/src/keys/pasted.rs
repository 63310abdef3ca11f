//! A key as people paste it, cured of what came along: line ends, quotes, `Bearer`, the name of a variable.

use secrecy::SecretString;

/// Longest text that can be a key.
const LONGEST: usize = 512;

/// Shortest one.
const SHORTEST: usize = 8;

/// The key in a text that was pasted or piped in.
///
/// # Errors
/// What is wrong with it, in words that don't repeat it.
pub(crate) fn key(text: &str) -> Result<SecretString, String> {
    let mut key = trimmed(text);
    loop {
        let before = key;
        for name in ["export ", "set ", "HEYTRADERS_API_KEY", "Authorization:", "X-API-Key:", "Bearer ", "="] {
            if let Some(head) = key.get(..name.len())
                && head.eq_ignore_ascii_case(name)
            {
                key = trimmed(&key[name.len()..]);
            }
        }
        if key == before {
            break;
        }
    }
    let length = key.chars().count();
    match () {
        () if key.is_empty() => Err("there is no key in what was handed in".to_owned()),
        () if key.lines().count() > 1 => Err("more than one line was handed in; a key is a single one".to_owned()),
        () if !key.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Err("it holds a blank or a character that no key has; copy the key alone".to_owned())
        }
        () if key.contains("://") => Err("that is an address and no key".to_owned()),
        () if length < SHORTEST => Err(format!("{length} characters are too few for a key; copy all of it")),
        () if length > LONGEST => Err(format!("{length} characters are too many for a key; copy the key alone")),
        () => Ok(SecretString::from(key)),
    }
}

/// Without blanks, quotes and invisible marks around it.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| {
        c.is_whitespace()
            || matches!(c, '"' | '\'' | '`' | ';' | ',' | '\u{2018}'..='\u{201F}' | '\u{200B}'..='\u{200F}' | '\u{FEFF}' | '\u{AB}' | '\u{BB}')
    })
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn what_came_along_with_a_key_is_taken_off() {
        for text in [
            "ht_prov_0123",
            "  ht_prov_0123\r\n",
            "\"ht_prov_0123\"",
            "\u{201C}ht_prov_0123\u{201D}\n",
            "Bearer ht_prov_0123",
            "bearer  'ht_prov_0123'",
            "Authorization: Bearer ht_prov_0123",
            "export HEYTRADERS_API_KEY=ht_prov_0123\n",
            "HEYTRADERS_API_KEY = \"ht_prov_0123\"",
            "\u{FEFF}X-API-Key: ht_prov_0123,",
        ] {
            assert_eq!(key(text).map(|key| key.expose_secret().to_owned()), Ok("ht_prov_0123".to_owned()), "{text:?}");
        }
    }

    #[test]
    fn what_can_be_no_key_is_refused_and_not_repeated() {
        for text in [
            "",
            " \n",
            "Bearer ",
            "ht_prov 0123456",
            "ht_prov_0123\nht_prov_4567",
            "ht_1",
            "schlüssel_0123",
            "https://hey-traders.com/dashboard",
            "ht_prov_\u{1b}[31m01",
        ] {
            let wrong = key(text).unwrap_err();
            assert!(text.trim().is_empty() || !wrong.contains(text.trim()), "{wrong}");
        }
        assert!(key(&"x".repeat(513)).is_err());
    }
}
