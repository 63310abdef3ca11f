//! A ticker that is not `EXCHANGE:BASE/QUOTE`.

use signal_market::{Concern, ConcernKind, Grade, Ticker};
use signal_text::{Diagnostic, Fix, Severity, Span};

use crate::{Facts, Report, rule::rule};

rule! {
    /// Finds tickers that are not written `EXCHANGE:BASE/QUOTE` or `EXCHANGE:BASE/QUOTE:SETTLE`.
    ///
    /// # Why
    /// The server finds no market under another form, in a signal as little as in the universe.
    ///
    /// # Reported
    /// ```signal
    /// oversold = rsi(close, 14) < 30
    /// emit_signal(oversold, entry("BTCUSDT", "LONG", Weight(0.5)))
    /// ```
    /// # Not reported
    /// ```signal
    /// oversold = rsi(close, 14) < 30
    /// emit_signal(oversold, entry("BINANCE:BTC/USDT", "LONG", Weight(0.5)))
    /// ```
    malformed_ticker, Severity::Error
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    report.take_over(&facts.resolved.script_diagnostics);
    for literal in tickers(facts) {
        match Ticker::parse(&literal.text) {
            Err(error) => {
                let mut finding = report.at(literal.part(&error.range), error.message()).help(error.cure());
                if let Some(ticker) = &error.suggestion {
                    finding = finding.fix(literal.replace_by(ticker, error.safe));
                }
                report.push(finding);
            }
            Ok(ticker) => concerns(&literal, &ticker, report),
        }
    }
}

/// What is odd about a well-formed ticker, its exchange aside: warnings at most, since no text says that the server minds.
fn concerns(literal: &Literal, ticker: &Ticker, report: &mut Report) {
    for concern in ticker.concerns() {
        if matches!(concern.kind, ConcernKind::UnknownExchange | ConcernKind::OlderExchange) {
            continue;
        }
        report.push(literal.finding(&concern, report));
    }
}

/// A ticker that the script holds as a string.
pub(super) struct Literal {
    /// The string without its quotes.
    pub(super) inside: Span,
    /// Its value.
    pub(super) text: String,
}

impl Literal {
    /// Where a part of the ticker stands; the whole where escapes blur that.
    fn part(&self, range: &std::ops::Range<usize>) -> Span {
        if self.inside.len() as usize != self.text.len() {
            return self.inside;
        }
        Span::new(self.inside.start + range.start as u32, self.inside.start + range.end as u32)
    }

    fn replace_by(&self, ticker: &str, safe: bool) -> Fix {
        Fix::replace(format!("replace by `{ticker}`"), safe, self.inside, ticker)
    }

    /// A soft finding of the market crate as one of the rule's.
    pub(super) fn finding(&self, concern: &Concern, report: &Report) -> Diagnostic {
        let mut finding = report.at(self.part(&concern.range), concern.message.clone());
        finding.severity = match concern.grade {
            Grade::Warning => Severity::Warning,
            Grade::Info => Severity::Info,
        };
        if let Some(ticker) = &concern.suggestion {
            let ticker = ticker.to_string();
            finding = finding.help(format!("write `{ticker}`")).fix(self.replace_by(&ticker, false));
        }
        finding
    }
}

/// The tickers that actions name as string literals.
pub(super) fn tickers<'f>(facts: &'f Facts<'_>) -> impl Iterator<Item = Literal> + 'f {
    facts.calls.iter().filter_map(|call| {
        let id = facts.tree().unparenthesized(call.input("ticker")?);
        let text = facts.tree().string(facts.source, id)?.into_owned();
        let span = facts.span(id);
        let inside = if span.len() < 2 { span } else { Span::new(span.start + 1, span.end - 1) };
        Some(Literal { inside, text })
    })
}
