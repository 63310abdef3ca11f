//! Texts to insert, with places that an author fills in.

/// A text to insert.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Insert(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    /// Text as it is.
    Text(String),
    /// A place to be filled, with what stands there until it is.
    Stop(String),
}

impl Insert {
    /// A text without places to be filled.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self::default().then(text)
    }

    /// With more text behind it.
    pub(crate) fn then(mut self, text: impl Into<String>) -> Self {
        self.0.push(Piece::Text(text.into()));
        self
    }

    /// With a place to be filled behind it.
    pub(crate) fn stop(mut self, default: impl Into<String>) -> Self {
        self.0.push(Piece::Stop(default.into()));
        self
    }

    /// With another one behind it.
    pub(crate) fn append(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Whether it has places to be filled.
    pub(crate) fn has_stops(&self) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Stop(_)))
    }

    /// The text as it stands before anything is filled in.
    pub(crate) fn text(&self) -> String {
        self.0
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) | Piece::Stop(text) => text.as_str(),
            })
            .collect()
    }

    /// The text in the syntax of snippets; the cursor ends up behind it.
    pub(crate) fn snippet(&self) -> String {
        let mut snippet = String::new();
        let mut number = 0;
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => escape(text, &mut snippet),
                Piece::Stop(default) => {
                    number += 1;
                    snippet.push_str(&format!("${{{number}:"));
                    escape(default, &mut snippet);
                    snippet.push('}');
                }
            }
        }
        snippet.push_str("$0");
        snippet
    }
}

/// Adds a text in which nothing is a mark of a snippet.
fn escape(text: &str, snippet: &mut String) {
    for character in text.chars() {
        if matches!(character, '\\' | '$' | '}') {
            snippet.push('\\');
        }
        snippet.push(character);
    }
}

#[cfg(test)]
mod tests {
    use super::Insert;

    #[test]
    fn a_snippet_numbers_its_places_and_escapes_its_text() {
        let insert = Insert::plain("a$b}\\(").stop("x}").then(", ").stop("").then(")");
        assert_eq!(insert.snippet(), "a\\$b\\}\\\\(${1:x\\}}, ${2:})$0");
        assert_eq!(insert.text(), "a$b}\\(x}, )");
        assert!(insert.has_stops() && !Insert::plain("a").has_stops());
    }
}
