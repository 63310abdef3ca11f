//! Where in a `signal.toml` a cursor stands, whole or half written: in a header, at a key, in a value.
//!
//! TOML is read word by word up to the cursor. The real reader would tell more of a file that is whole, and nothing of
//! the line that is just being typed.

use signal_text::Span;

/// Where a cursor stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// The table that the line belongs to; empty: none yet.
    pub(super) table: String,
    /// The keys that lead to it: of a value its own, of a key in braces those around them.
    pub(super) keys: Vec<String>,
    /// What stands there.
    pub(super) at: At,
    /// The word under the cursor, without its quotes; empty between words.
    pub(super) word: Span,
    /// Whether the word is in quotes.
    pub(super) quoted: bool,
    /// Whether a `=` follows.
    pub(super) is_set: bool,
}

/// What stands at a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum At {
    /// Nothing of interest: a comment, the space behind a value.
    #[default]
    Nothing,
    /// The name of a table, in its brackets.
    Header,
    /// A key.
    Key,
    /// A value, or one of a list of values.
    Value,
}

/// What is open around a word.
#[derive(Debug, PartialEq, Eq)]
enum Open {
    /// `[`
    List,
    /// `{`, with the key that is being set in it.
    Braces(Option<String>),
}

/// A state of the reader.
#[derive(Debug, Default)]
struct Reader {
    table: String,
    /// The key of the line.
    key: Option<String>,
    open: Vec<Open>,
    /// The last word, where a key is expected.
    last: String,
    /// A value has been read, and nothing but a comma or a line end may follow.
    is_done: bool,
}

/// The place of a byte offset.
pub(crate) fn place(text: &str, offset: u32) -> Place {
    let bytes = text.as_bytes();
    let cursor = (offset as usize).min(text.len());
    let mut reader = Reader::default();
    let mut at = 0;
    while at < bytes.len() && at < cursor {
        let start = at;
        match bytes[at] {
            b'#' => {
                at = line_end(bytes, at);
                if cursor <= at {
                    return Place { table: reader.table, word: Span::empty(offset), ..Place::default() };
                }
            }
            b'[' if reader.open.is_empty() && reader.key.is_none() => {
                at = line_end(bytes, at);
                let line = text[start..at].split('#').next().unwrap_or_default();
                let name = line.trim().trim_start_matches('[').trim_end_matches(']').trim();
                let inside = line.trim_start_matches('[').trim_start();
                let begin = at.min(start + line.len() - inside.len());
                let end = start + line.trim_end().trim_end_matches(']').len();
                if cursor <= end.max(begin) && cursor > start {
                    let word = Span::from(begin.min(cursor)..(begin + name.len()).max(cursor));
                    return Place { at: At::Header, word, ..Place::default() };
                }
                name.clone_into(&mut reader.table);
                if cursor <= at {
                    return Place { table: reader.table, word: Span::empty(offset), ..Place::default() };
                }
            }
            quote @ (b'"' | b'\'') => {
                let (content, end) = string(bytes, at, quote);
                if cursor > start && cursor <= content.end && cursor >= content.start {
                    return reader.found(bytes, Span::from(content), true, end);
                }
                reader.word(&text[content]);
                at = end;
            }
            byte if is_word(byte) => {
                while at < bytes.len() && is_word(bytes[at]) {
                    at += 1;
                }
                if cursor <= at {
                    return reader.found(bytes, Span::from(start..at), false, at);
                }
                reader.word(&text[start..at]);
            }
            byte => {
                at += 1;
                reader.sign(byte);
            }
        }
    }
    // A word may begin right at the cursor.
    let end = cursor + bytes[cursor..].iter().take_while(|byte| is_word(**byte)).count();
    reader.found(bytes, Span::from(cursor..end), false, end)
}

/// The keys of a table that are set, wherever its lines are.
pub(super) fn keys_of(text: &str, table: &str) -> Vec<String> {
    let (mut current, mut keys) = (String::new(), Vec::new());
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') && !line.contains('=') {
            line.split('#').next().unwrap_or_default().trim().trim_matches(['[', ']']).trim().clone_into(&mut current);
        } else if current == table
            && let Some((key, _)) = line.split_once('=')
        {
            keys.push(key.trim().trim_matches('"').to_owned());
        }
    }
    keys
}

/// The tables that have a header.
pub(super) fn tables(text: &str) -> impl Iterator<Item = &str> {
    let headers = text.lines().map(str::trim).filter(|line| line.starts_with('[') && !line.contains('='));
    headers.map(|line| line.split('#').next().unwrap_or_default().trim().trim_matches(['[', ']']).trim())
}

impl Reader {
    /// What the word under the cursor, or the gap, is.
    fn found(self, bytes: &[u8], word: Span, quoted: bool, end: usize) -> Place {
        let rest = bytes[end..].iter().find(|byte| !matches!(byte, b' ' | b'\t'));
        let is_set = rest == Some(&b'=');
        let at = if self.is_done {
            At::Nothing
        } else if self.expects_key() {
            At::Key
        } else {
            At::Value
        };
        let inner = self.open.into_iter().filter_map(|open| match open {
            Open::Braces(key) => key,
            Open::List => None,
        });
        let keys = self.key.into_iter().chain(inner).collect();
        Place { table: self.table, keys, at, word, quoted, is_set }
    }

    fn expects_key(&self) -> bool {
        match self.open.last() {
            None => self.key.is_none(),
            Some(Open::Braces(key)) => key.is_none(),
            Some(Open::List) => false,
        }
    }

    fn word(&mut self, word: &str) {
        if self.expects_key() {
            word.clone_into(&mut self.last);
        } else {
            self.is_done = true;
        }
    }

    fn sign(&mut self, sign: u8) {
        let expects_key = self.expects_key();
        match (sign, self.open.last_mut()) {
            (b'=', None) if self.key.is_none() => self.key = Some(std::mem::take(&mut self.last)),
            (b'=', Some(Open::Braces(key))) if key.is_none() => *key = Some(std::mem::take(&mut self.last)),
            (b'\n', None) => {
                self.key = None;
                self.is_done = false;
                self.last.clear();
            }
            (b',', Some(open)) => {
                if let Open::Braces(key) = open {
                    *key = None;
                }
                self.is_done = false;
            }
            (b'[', _) if !expects_key => {
                self.open.push(Open::List);
                self.is_done = false;
            }
            (b'{', _) if !expects_key => {
                self.open.push(Open::Braces(None));
                self.is_done = false;
            }
            (b']' | b'}', Some(_)) => {
                self.open.pop();
                self.is_done = true;
            }
            _ => {}
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'.' | b':') || byte >= 0x80
}

fn line_end(bytes: &[u8], from: usize) -> usize {
    bytes[from..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |length| from + length)
}

/// The content of the string that begins at a quote, and where it ends, which without a second quote is the line's end.
fn string(bytes: &[u8], start: usize, quote: u8) -> (std::ops::Range<usize>, usize) {
    if bytes[start..].starts_with(&[quote; 3]) {
        let content = start + 3;
        let length = bytes[content..].windows(3).position(|three| three == [quote; 3]);
        let end = length.map_or(bytes.len(), |length| content + length);
        return (content..end, (end + 3).min(bytes.len()));
    }
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != quote && bytes[at] != b'\n' {
        at += if bytes[at] == b'\\' && quote == b'"' { 2 } else { 1 };
    }
    let end = at.min(line_end(bytes, start + 1));
    let closed = bytes.get(end) == Some(&quote);
    (start + 1..end, end + usize::from(closed))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The place of the cursor `┃`, as `table/keys what "word"`.
    #[track_caller]
    fn check(marked: &str, expected: &str) {
        let offset = marked.find('┃').unwrap();
        let text = marked.replacen('┃', "", 1);
        let place = place(&text, offset as u32);
        let path = [std::slice::from_ref(&place.table), place.keys.as_slice()].concat().join("/");
        let word = &text[place.word.range()];
        let word = if place.quoted { format!("\"{word}\"") } else { word.to_owned() };
        let set = if place.is_set { " =" } else { "" };
        assert_eq!(format!("{path} {:?} {word}{set}", place.at), expected, "{marked}");
    }

    #[test]
    fn headers_keys_and_values_are_told_apart() {
        check("[ru┃n]", " Header run");
        check("[┃", " Header ");
        check("[[over┃", " Header over");
        check("[run]┃\n", "run Nothing ");
        check("┃", " Key ");
        check("[run]\n┃", "run Key ");
        check("[run]\ntime┃", "run Key time");
        check("[run]\ntime┃frame = \"1h\"", "run Key timeframe =");
        check("[run]\ntimeframe = ┃", "run/timeframe Value ");
        check("[run]\ntimeframe = \"┃\"", "run/timeframe Value \"\"");
        check("[run]\ntimeframe = \"1┃h\" # x", "run/timeframe Value \"1h\"");
        check("[run]\ntimeframe = \"1┃", "run/timeframe Value \"1\"");
        check("[run]\ntimeframe = \"1h\" ┃", "run/timeframe Nothing ");
        check("[run]\nstart_date = 2024-┃01-01", "run/start_date Value 2024-01-01");
        check("[run]\ntimeframe = \"1h\" # a ┃b\n", "run Nothing ");
        check("[run]\ntimeframe = \"1h\"\nmode = \"┃", "run/mode Value \"\"");
    }

    #[test]
    fn lists_and_braces_are_followed() {
        check("[run]\nuniverse = [\n  \"A\", # one ]\n  \"B┃\"\n]\nmode = 1", "run/universe Value \"B\"");
        check("[run]\nuniverse = [\"A\"]\nmo┃", "run Key mo");
        check("[run]\nuniverse = [\"A\", ┃]", "run/universe Value ");
        check("[[override]]\nrules = { un┃ }", "override/rules Key un");
        check("[[override]]\nrules = { unused-name = \"o┃\" }", "override/rules/unused-name Value \"o\"");
        check("[[override]]\nrules = { a = \"off\", b┃ = 1 }", "override/rules Key b =");
        check("[rules]\nunused-name = 'of┃f'\n[check]\n", "rules/unused-name Value \"off\"");
        check("[run]\ndescription = \"\"\"\n[x]\nmode = \"\"\"\nmo┃", "run Key mo");
        check("[run]\ndescription = \"a\\\"b\"\n┃", "run Key ");
        check("[run]\ndescription = \"é🚀┃\"", "run/description Value \"é🚀\"");
    }

    #[test]
    fn every_place_of_every_text_is_some_place() {
        let texts = [
            "[run]\nuniverse = [\"é\", { a = 'b' }]\n# c\n[[override]]\nrules = { x = \"",
            "\"\"\"",
            "'",
            "[",
            "a = \"\\",
            "=[{,}]=\n\r\n",
        ];
        for text in texts {
            for (at, _) in text.char_indices().chain([(text.len(), ' ')]) {
                let place = place(text, at as u32);
                assert!(
                    text.get(place.word.range()).is_some() && place.word.touches(at as u32),
                    "{at} of {text:?}: {place:?}"
                );
            }
        }
    }
}
