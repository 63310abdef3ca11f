//! A ticker that is not `EXCHANGE:BASE/QUOTE`.

use signal_market::{Concern, ConcernKind, Grade};
use signal_text::{Diagnostic, Fix, Severity, Span};

use super::unknown_side::is_side;
use crate::{Facts, Report, TickerText, TickerUse, rule::rule};

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
    malformed_ticker, Group::Signals, Severity::Error
}

fn check(facts: &Facts<'_>, report: &mut Report) {
    report.take_over(&facts.resolved.script_diagnostics);
    for one in &facts.tickers.uses {
        let TickerText { text, read, .. } = &facts.tickers.texts[one.text];
        match read {
            Err(_) if is_side(text) => {
                let message = format!("`{text}` is a side, and a ticker stands first");
                report.push(report.at(one.inside, message).help("the order is ticker, side, size"));
            }
            Err(error) => {
                let mut finding = report.at(part(one, text, &error.range), error.message()).help(error.cure());
                if let Some(ticker) = &error.suggestion {
                    finding = finding.fix(replace_by(one, ticker, error.safe));
                }
                report.push(finding);
            }
            // Warnings at most, since no text says that the server minds.
            Ok((_, concerns)) => {
                let concerns = concerns.iter().filter(|concern| !is_about_the_exchange(concern));
                for concern in concerns {
                    report.push(concerned(one, text, concern, report));
                }
            }
        }
    }
}

/// Whether a concern is another rule's, `unknown-exchange`.
pub(super) fn is_about_the_exchange(concern: &Concern) -> bool {
    matches!(concern.kind, ConcernKind::UnknownExchange | ConcernKind::OlderExchange)
}

/// A soft finding of the market crate as one of the rule's.
pub(super) fn concerned(one: &TickerUse, text: &str, concern: &Concern, report: &Report) -> Diagnostic {
    let mut finding = report.at(part(one, text, &concern.range), concern.message.clone());
    finding.severity = match concern.grade {
        Grade::Warning => Severity::Warning,
        Grade::Info => Severity::Info,
    };
    if let Some(ticker) = &concern.suggestion {
        let ticker = ticker.to_string();
        finding = finding.help(format!("write `{ticker}`")).fix(replace_by(one, &ticker, false));
    }
    finding
}

/// Where a part of the ticker stands; the whole where escapes blur that.
fn part(one: &TickerUse, text: &str, range: &std::ops::Range<usize>) -> Span {
    if one.inside.len() as usize != text.len() {
        return one.inside;
    }
    Span::new(one.inside.start + range.start as u32, one.inside.start + range.end as u32)
}

fn replace_by(one: &TickerUse, ticker: &str, safe: bool) -> Fix {
    Fix::replace(format!("replace by `{ticker}`"), safe, one.inside, ticker)
}
