//! Coloured words in the protocol's numbers, and what changed between two lists of them.

use signal_text::{Source, Span};
use tower_lsp::ls_types::{
    SemanticToken, SemanticTokenModifier, SemanticTokenType, SemanticTokensEdit, SemanticTokensLegend,
};

use super::Encoding;
use crate::features::semantic_tokens::{Colored, MODIFIERS, WORDS};

/// What the numbers stand for.
pub(crate) fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend {
        token_types: WORDS.map(SemanticTokenType::new).to_vec(),
        token_modifiers: MODIFIERS.map(SemanticTokenModifier::new).to_vec(),
    }
}

/// The numbers of words, each counted from the one before. One way through the text: a long line is not counted from its
/// beginning for each of its words.
pub(crate) fn semantic_tokens(source: &Source, words: &[Colored], encoding: Encoding) -> Vec<SemanticToken> {
    let lines = source.lines();
    // Then nothing need be counted.
    let encoding = if source.text().is_ascii() { Encoding::Utf8 } else { encoding };
    // The line, how far on it was counted, and what was counted.
    let (mut line, mut at, mut column) = (0, 0, 0);
    let (mut last_line, mut last_column) = (0, 0);
    let mut tokens = Vec::with_capacity(words.len());
    for word in words {
        if lines.start(line + 1).is_some_and(|next| next <= word.span.start) {
            line = lines.line(word.span.start);
            (at, column) = (lines.start(line).unwrap_or(word.span.start), 0);
        }
        column += units(source, Span::new(at, word.span.start), encoding);
        let length = units(source, word.span, encoding);
        let delta_line = (line - last_line) as u32;
        tokens.push(SemanticToken {
            delta_line,
            delta_start: if delta_line == 0 { column - last_column } else { column },
            length,
            token_type: word.word as u32,
            token_modifiers_bitset: word.modifiers,
        });
        (last_line, last_column, at) = (line, column, word.span.start);
    }
    tokens
}

fn units(source: &Source, span: Span, encoding: Encoding) -> u32 {
    match encoding {
        Encoding::Utf8 => span.len(),
        Encoding::Utf16 => {
            let text = source.slice(span);
            if text.is_ascii() { span.len() } else { text.encode_utf16().count() as u32 }
        }
    }
}

/// Numbers a token takes.
const NUMBERS: u32 = 5;

/// The edit that makes one list of another: all between what they begin and what they end with. `None`: they are equal.
pub(crate) fn delta(before: &[SemanticToken], after: &[SemanticToken]) -> Option<SemanticTokensEdit> {
    let same = |pairs: &mut dyn Iterator<Item = (&SemanticToken, &SemanticToken)>| {
        pairs.take_while(|(before, after)| before == after).count()
    };
    let start = same(&mut before.iter().zip(after));
    if start == before.len() && start == after.len() {
        return None;
    }
    let end = same(&mut before[start..].iter().rev().zip(after[start..].iter().rev()));
    Some(SemanticTokensEdit {
        start: start as u32 * NUMBERS,
        delete_count: (before.len() - start - end) as u32 * NUMBERS,
        data: Some(after[start..after.len() - end].to_vec()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::range;
    use crate::features::semantic_tokens::semantic_tokens as words;
    use crate::testing::snapshot;

    const SCRIPTS: [&str; 6] = [
        "",
        "a = \"é🚀\"; b = a # 𝒳 c\r\nc = rsi(close, 14)\r\n",
        "\n\n# x\n  /* 🚀\n é */ a = 1",
        "#! timeframe = 1h\n\n\nemit_signal(close > 1, entry(\"BINANCE:BTC/USDT\", \"LONG\"))",
        "größe = 1\rb = größe + größe",
        "\u{FEFF}a = 1",
    ];

    #[test]
    fn numbers_lead_to_the_place_of_each_word() {
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            for text in SCRIPTS {
                let snapshot = snapshot(text);
                let words = words(&snapshot, None);
                let (mut line, mut column) = (0, 0);
                let tokens = semantic_tokens(snapshot.source(), &words, encoding);
                assert_eq!(tokens.len(), words.len());
                for (token, word) in tokens.iter().zip(&words) {
                    column = if token.delta_line == 0 { column + token.delta_start } else { token.delta_start };
                    line += token.delta_line;
                    let expected = range(snapshot.source(), word.span, encoding);
                    assert_eq!((line, column), (expected.start.line, expected.start.character), "{word:?} of {text:?}");
                    assert_eq!(column + token.length, expected.end.character, "{word:?} of {text:?}");
                }
            }
        }
    }

    #[test]
    fn a_delta_makes_the_new_list_of_the_old_one() {
        let all = SCRIPTS.map(|text| {
            let snapshot = snapshot(text);
            semantic_tokens(snapshot.source(), &words(&snapshot, None), Encoding::Utf16)
        });
        for before in &all {
            for after in &all {
                let mut now = before.clone();
                if let Some(edit) = delta(before, after) {
                    let start = (edit.start / NUMBERS) as usize;
                    let end = start + (edit.delete_count / NUMBERS) as usize;
                    now.splice(start..end, edit.data.unwrap());
                }
                assert_eq!(&now, after);
            }
        }
    }

    #[test]
    fn a_delta_is_as_small_as_the_change() {
        let tokens = |text: &str| {
            let snapshot = snapshot(text);
            semantic_tokens(snapshot.source(), &words(&snapshot, None), Encoding::Utf16)
        };
        let edit = delta(&tokens("a = 1\nb = 2\nc = 3\n"), &tokens("a = 1\nb = 25\nc = 3\n")).unwrap();
        assert_eq!((edit.start, edit.delete_count, edit.data.map(|data| data.len())), (5 * 5, 5, Some(1)));
    }
}
