//! Renames one of the script's names everywhere, where no other name is in the way.

use signal_catalog::Kind;
use signal_syntax::{Token, is_statement_word, token_list};
use signal_text::{Edit, Source, Span};

use crate::places::{Place, Sense, each_place, place_at, places_of};
use crate::snapshot::Snapshot;
use crate::wording::on_one_line;

/// The name at an offset, if it can be renamed.
///
/// # Errors
/// Why it can't, for people.
pub(crate) fn renamable(snapshot: &Snapshot, offset: u32) -> Result<Span, String> {
    let Some(place) = place_at(snapshot, offset) else {
        return Err("there is no name here; names that the script defines can be renamed".to_owned());
    };
    let name = shown(snapshot.source().slice(place.span));
    match place.sense {
        Sense::Write(_) | Sense::Read(_) | Sense::Early(_) => Ok(place.span),
        Sense::Data => Err(format!("`{name}` is {}, not a name that the script defines", known(snapshot, &name))),
        Sense::Call => match snapshot.facts().catalog.get(&name) {
            Some(_) => Err(format!("`{name}` is {}, not a name that the script defines", known(snapshot, &name))),
            None => Err(format!("`{name}` is called as a function, and scripts define none")),
        },
        // A statement that does not parse may define it further down; then it is one of its places.
        Sense::Unknown => match written(snapshot, &place) {
            true => Ok(place.span),
            false => Err(format!("no line defines `{name}`, so there is nothing to rename")),
        },
    }
}

/// The edits that rename the name at an offset.
///
/// # Errors
/// Why that can't be done, for people: which line is in the way.
pub(crate) fn rename(snapshot: &Snapshot, offset: u32, new: &str) -> Result<Vec<Edit>, String> {
    let span = renamable(snapshot, offset)?;
    if snapshot.source().slice(span) == new {
        return Ok(Vec::new());
    }
    is_name(new)?;
    is_free(snapshot, new)?;
    let spans = name_spans(snapshot, offset).into_iter();
    Ok(spans.map(|span| Edit { span, text: new.to_owned() }).collect())
}

/// All places of the name at an offset, in the order of the text.
pub(crate) fn name_spans(snapshot: &Snapshot, offset: u32) -> Vec<Span> {
    let places = place_at(snapshot, offset).map(|place| places_of(snapshot, &place)).unwrap_or_default();
    places.iter().map(|place| place.span).collect()
}

fn written(snapshot: &Snapshot, place: &Place) -> bool {
    places_of(snapshot, place).iter().any(|place| matches!(place.sense, Sense::Write(_)))
}

/// Whether a text can be a name at all.
fn is_name(new: &str) -> Result<(), String> {
    /// Words of Python that are no names there, beside those that begin a statement. The parser takes them; a server that
    /// reads like Python does not.
    const RESERVED: [&str; 5] = ["in", "is", "lambda", "async", "await"];
    let tokens = token_list(&Source::new("", new));
    let whole = tokens.spans[0].range() == (0..new.len()) && !new.is_empty();
    match tokens.kinds[0] {
        Token::Name if whole && !is_statement_word(new) && !RESERVED.contains(&new) => Ok(()),
        Token::Name if whole => Err(format!("`{new}` is a word of Python's own, which a server may refuse as a name")),
        Token::True | Token::False | Token::None | Token::And | Token::Or | Token::Not | Token::If | Token::Else
            if whole =>
        {
            Err(format!("`{new}` is a word of the language"))
        }
        _ => Err(format!("`{}` is no name: a name is a letter or `_`, then letters, digits and `_`", shown(new))),
    }
}

/// Whether a name means nothing yet, neither in the script nor in the catalog.
fn is_free(snapshot: &Snapshot, new: &str) -> Result<(), String> {
    if snapshot.facts().catalog.get(new).is_some() {
        return Err(format!("`{new}` is {}: one word would mean two things", known(snapshot, new)));
    }
    let mut taken: Option<(u8, Place)> = None;
    each_place(snapshot, new, |place| {
        // A line that defines the name says most.
        let rank = match place.sense {
            Sense::Write(_) => 0,
            Sense::Call => 2,
            _ => 1,
        };
        if taken.is_none_or(|(other, _)| rank < other) {
            taken = Some((rank, place));
        }
    });
    let Some((_, place)) = taken else { return Ok(()) };
    let line = snapshot.source().line_column(place.span.start).line;
    Err(match place.sense {
        Sense::Write(_) => format!("line {line} defines `{new}` already"),
        Sense::Call => format!("line {line} calls a function `{new}`: one word would mean two things"),
        _ => format!("line {line} reads `{new}`, which no line defines so far: it would become this name"),
    })
}

/// What the catalog knows under a name: "an indicator".
fn known(snapshot: &Snapshot, name: &str) -> &'static str {
    match snapshot.facts().catalog.get(name).map(|entry| entry.kind) {
        Some(Kind::Indicator) => "an indicator of the catalog",
        Some(Kind::Operator) => "a function of the catalog",
        Some(Kind::Variable) | None => "data of the catalog",
        Some(Kind::Signal) => "the catalog's word for a signal",
        Some(Kind::Action) => "an action of the catalog",
        Some(Kind::Sizing) => "a sizing of the catalog",
    }
}

fn shown(text: &str) -> String {
    on_one_line(text, 60)
}

#[cfg(test)]
mod tests {
    use signal_text::apply_edits;

    use super::*;
    use crate::testing::at_cursor;

    /// The text after the rename, or why there is none.
    fn check(marked: &str, new: &str, expected: &str) {
        let (snapshot, offset) = at_cursor(marked);
        let found = match rename(&snapshot, offset, new) {
            Ok(edits) => apply_edits(snapshot.source().text(), &edits).unwrap(),
            Err(refusal) => refusal,
        };
        assert_eq!(found, expected, "{marked} to {new}");
    }

    #[test]
    fn all_lines_of_a_name_are_renamed() {
        check("x = 1\nx = ┃x + 1\ny = x\n", "level", "level = 1\nlevel = level + 1\ny = level\n");
        check("a, b┃ = bbands(close)\r\ny = b\r\n", "mid", "a, mid = bbands(close)\r\ny = mid\r\n");
        check("x┃ = 1\n", "x", "x = 1\n");
        check("x = 1\ny = \"🚀\" + x┃", "größe", "größe = 1\ny = \"🚀\" + größe");
    }

    #[test]
    fn what_only_looks_like_the_name_stays() {
        check("p┃ = 3\nx = sma(close, p=p).p\n", "period", "period = 3\nx = sma(close, p=period).p\n");
        check(
            "rsi┃ = rsi(close, 14)\n# rsi\ny = rsi\n",
            "strength",
            "strength = rsi(close, 14)\n# rsi\ny = strength\n",
        );
        check(
            "a = close\nclose = ema(close, 3)\nb = ┃close\n",
            "smooth",
            "a = close\nsmooth = ema(close, 3)\nb = smooth\n",
        );
    }

    #[test]
    fn a_line_that_does_not_parse_is_renamed_too() {
        check("fast = 1\ny = sma(┃fast, ", "quick", "quick = 1\ny = sma(quick, ");
        check("y = sma(┃fast, \nfast = 1\n", "quick", "y = sma(quick, \nquick = 1\n");
    }

    #[test]
    fn a_name_in_the_way_is_told_with_its_line() {
        check("x┃ = 1\ny = 2\nz = y\n", "y", "line 2 defines `y` already");
        check("x┃ = 1\nz = y\n", "y", "line 2 reads `y`, which no line defines so far: it would become this name");
        check("x┃ = y\ny = 2\n", "y", "line 2 defines `y` already");
        check(
            "x┃ = 1\nz = sma(y, \n",
            "y",
            "line 2 reads `y`, which no line defines so far: it would become this name",
        );
        check("x┃ = 1\nz = smaa(3)\n", "smaa", "line 2 calls a function `smaa`: one word would mean two things");
        check("x┃ = 1\n", "rsi", "`rsi` is an indicator of the catalog: one word would mean two things");
        check("x┃ = 1\n", "close", "`close` is data of the catalog: one word would mean two things");
    }

    #[test]
    fn a_text_that_is_no_name_is_refused() {
        let form = "is no name: a name is a letter or `_`, then letters, digits and `_`";
        for text in ["1x", "a b", "a-b", "", " a", "a ", "a.b", "\"a\"", "a\n", "a#b", "x)\nclose"] {
            let (snapshot, offset) = at_cursor("x┃ = 1\n");
            let refusal = rename(&snapshot, offset, text).unwrap_err();
            assert!(refusal.ends_with(form), "{text}: {refusal}");
        }
        check("x┃ = 1\n", "and", "`and` is a word of the language");
        check("x┃ = 1\n", "true", "`true` is a word of the language");
        check("x┃ = 1\n", "for", "`for` is a word of Python's own, which a server may refuse as a name");
        check("x┃ = 1\n", "lambda", "`lambda` is a word of Python's own, which a server may refuse as a name");
    }

    #[test]
    fn only_names_of_the_script_can_be_renamed() {
        check("x = r┃si(close, 14)\n", "y", "`rsi` is an indicator of the catalog, not a name that the script defines");
        check("x = rsi(clo┃se, 14)\n", "y", "`close` is data of the catalog, not a name that the script defines");
        check(
            "emit_s┃ignal(x)\n",
            "y",
            "`emit_signal` is the catalog's word for a signal, not a name that the script defines",
        );
        check("x = sm┃aa(close, 14)\n", "y", "`smaa` is called as a function, and scripts define none");
        check("x = oo┃ps\n", "y", "no line defines `oops`, so there is nothing to rename");
        check("x = 1┃4\n", "y", "there is no name here; names that the script defines can be renamed");
    }
}
