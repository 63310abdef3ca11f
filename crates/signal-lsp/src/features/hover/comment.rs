//! Directives and comments that allow rules.

use signal_analysis::{RULES, Suppressed, SuppressionComment};
use signal_market::{Date, DateRange, Reading, Ticker, bar_open};
use signal_project::{Directive, Directives, Flags, Key, Origin, Setting};
use signal_text::Span;

use super::literal::{origin, ticker};
use crate::features::vocabulary::{self, joined, list};
use crate::snapshot::Snapshot;
use crate::wording::{bars, code, count, count_of_bars, moment, plain, whole};

/// Findings that are told of one comment.
const FINDINGS: usize = 5;

/// What a comment or directive at `comment` says at an offset; nothing for prose.
pub(super) fn comment(snapshot: &Snapshot, comment: Span, offset: u32) -> Option<(Span, String)> {
    let suppressions = snapshot.facts().suppressions();
    let at = suppressions.comments.iter().position(|one| one.span.touches(offset) && comment.touches(one.span.start));
    if let Some(at) = at {
        return allowed(snapshot, at, &suppressions.comments[at], offset);
    }
    let directive = snapshot.directives().lines.iter().find(|line| line.line == comment)?;
    setting(snapshot, directive, offset)
}

/// A comment that allows rules: one of them, or all of it.
fn allowed(snapshot: &Snapshot, at: usize, comment: &SuppressionComment, offset: u32) -> Option<(Span, String)> {
    let suppressed = &snapshot.findings().suppressed;
    let here = suppressed.iter().filter(|one| one.comment == comment.span);
    let on_rule = comment.rules.iter().find(|rule| rule.span.touches(offset));
    if let Some(rule) = on_rule {
        let found: Vec<&Suppressed> = here.filter(|one| one.diagnostic.code == rule.name()).collect();
        let page = joined(vec![vocabulary::rule(RULES.get(rule.index)?), found_here(snapshot, &found)]);
        return Some((rule.span, page));
    }
    // The words before the rules; what comes behind them is prose.
    let first = comment.rules.first()?;
    let words = Span::new(comment.span.start, first.span.start.saturating_sub(1));
    if !words.touches(offset) {
        return None;
    }
    let rules: Vec<String> = comment.rules.iter().map(|rule| code(rule.name())).collect();
    let scope = match snapshot.facts().suppressions().line(at) {
        _ if comment.whole_file => "in this file".to_owned(),
        Some(line) => format!("on line {}", line + 1),
        None => "on the line of code below, and there is none".to_owned(),
    };
    let reason = comment.reason.map(|reason| format!("Because {}", plain(snapshot.source().slice(reason))));
    let found: Vec<&Suppressed> = here.collect();
    Some((
        words,
        joined(vec![
            format!("Allows {} {scope}.", rules.join(", ")),
            reason.unwrap_or_default(),
            found_here(snapshot, &found),
        ]),
    ))
}

fn found_here(snapshot: &Snapshot, found: &[&Suppressed]) -> String {
    if found.is_empty() {
        return "Nothing was found here that it would allow.".to_owned();
    }
    let line = |one: &&Suppressed| {
        let line = snapshot.source().line_column(one.diagnostic.span.start).line;
        format!("line {line}: {}", plain_message(&one.diagnostic.message))
    };
    let more = found.len().saturating_sub(FINDINGS);
    let more = (more > 0).then(|| format!("and {} more", whole(more as u64)));
    joined(vec!["Allowed here:".to_owned(), list(found.iter().take(FINDINGS).map(line).chain(more))])
}

/// A finding's message, whose backticks mean code as they do in Markdown.
fn plain_message(message: &str) -> String {
    let mut text = String::new();
    for (at, part) in message.split('`').enumerate() {
        if at % 2 == 1 { text.push_str(&code(part)) } else { text.push_str(&inner(part)) }
    }
    text
}

/// Prose with its blanks at both ends, which part it from the code beside it.
fn inner(part: &str) -> String {
    let start = if part.starts_with(' ') { " " } else { "" };
    let end = if part.ends_with(' ') && part.len() > 1 { " " } else { "" };
    format!("{start}{}{end}", plain(part.trim()))
}

/// A directive: its key or its value.
fn setting(snapshot: &Snapshot, directive: &Directive, offset: u32) -> Option<(Span, String)> {
    let source = snapshot.source();
    let on_value = !directive.value.is_empty() && directive.value.touches(offset);
    let span = if on_value { directive.value } else { directive.key };
    let key = directive.setting?;
    if !span.touches(offset) {
        return None;
    }
    if on_value
        && key == Key::Universe
        && let Some((span, written)) = word(source.slice(directive.value), directive.value, offset)
        && let Ok(read) = Ticker::parse(written)
    {
        return Some((span, ticker(snapshot, &read)));
    }
    let info = key.info();
    let mut lines = vec![effective(snapshot, directive, key)];
    lines.extend(below(snapshot, directive, key));
    lines.extend(vocabulary::setting_lines(info));
    lines.extend(bars_of_range(snapshot, key));
    let head = format!("**{}** · {}", info.name, info.summary);
    Some((span, joined(vec![head, list(lines.into_iter())])))
}

/// The item of a list at an offset: what lies between commas, without blanks, quotes and brackets.
fn word(text: &str, at: Span, offset: u32) -> Option<(Span, &str)> {
    let is_part = |character: char| !matches!(character, ',' | '"' | '\'' | '[' | ']' | ' ' | '\t' | ';');
    let here = (offset - at.start) as usize;
    let start = text.get(..here)?.rfind(|c| !is_part(c)).map_or(0, |before| before + 1);
    let end = text.get(here..)?.find(|c| !is_part(c)).map_or(text.len(), |behind| here + behind);
    let span = Span::new(at.start + start as u32, at.start + end as u32);
    (start < end).then(|| (span, &text[start..end]))
}

/// The value that counts, and who sets it.
fn effective(snapshot: &Snapshot, directive: &Directive, key: Key) -> String {
    let told = snapshot.settings().written(key);
    let Some(told) = told else { return "**Set** to nothing that can be read".to_owned() };
    match told.origin {
        Origin::Directive(span) if span == directive.value => format!("**Set** to {} by this line", code(&told.value)),
        Origin::Directive(span) => {
            let line = snapshot.source().line_column(span.start).line;
            format!("**Does not count**: line {line} sets it to {}", code(&told.value))
        }
        Origin::Default => format!("**Does not count**: the API's default, {}, holds", code(&told.value)),
        other => format!("**Does not count**: {} holds, which {} sets", code(&told.value), origin(other)),
    }
}

/// What the directive outranks.
fn below(snapshot: &Snapshot, directive: &Directive, key: Key) -> Option<String> {
    if !directive.counts {
        return None;
    }
    let config = snapshot.project().config.as_deref();
    let told = signal_project::resolve(config, &Directives::default(), &Flags::default()).written(key)?;
    match told.origin {
        Origin::Config(_) => Some(format!("**Outranks** {} of signal.toml", code(&told.value))),
        Origin::Default | Origin::Directive(_) | Origin::Flag => None,
    }
}

/// What dates and timeframe make of the run.
fn bars_of_range(snapshot: &Snapshot, key: Key) -> Vec<String> {
    let facts = snapshot.facts();
    let settings = facts.settings();
    let timeframe = settings.timeframe.value;
    let mut lines = Vec::new();
    match key {
        Key::Timeframe => lines.push(match timeframe.bars_per_day() {
            Some(count) if count > 1 => {
                format!("**A bar** is {} long, {} make a day", timeframe.describe(), whole(count.into()))
            }
            _ => format!("**A bar** is {} long", timeframe.describe()),
        }),
        Key::StartDate => lines.extend(since(snapshot, settings.start_date.as_ref())),
        Key::EndDate => lines.extend(since(snapshot, settings.end_date.as_ref())),
        _ => return lines,
    }
    let Some(window) = facts.window.filter(|window| window.range.start <= window.range.end) else { return lines };
    let held = count_of_bars(window.bars.min, window.bars.max);
    // A range that reaches beyond today holds fewer than its dates say.
    let held = if window.closed_until < window.range.end { held.replacen(" bar", " closed bar", 1) } else { held };
    lines.push(format!("**Range**: {} to {} holds {held} of {timeframe}", window.range.start, window.range.end));
    let Some(warmup) = facts.script_warmup().exact() else { return lines };
    let usable = window.usable(warmup);
    if usable.max == 0 {
        lines.push(format!("**Usable**: none, since the script needs {} before its first value", bars(warmup)));
    } else {
        let left = count(usable.min, usable.max);
        lines.push(format!("**Usable**: {left} behind a warm-up of {}", bars(warmup)));
        let first = bar_open(timeframe, window.range.start, warmup, Reading::Narrow).filter(|_| usable.min > 0);
        lines.extend(first.map(|opens| format!("**First usable bar**: {}", moment(opens, timeframe))));
    }
    let warm = window.start_for_same_window(warmup).filter(|_| key == Key::StartDate && warmup > 0);
    lines.extend(warm.map(|date| format!("A start on {date} would make all of this range usable")));
    lines
}

/// How many bars lie between a date and today.
fn since(snapshot: &Snapshot, date: Option<&Setting<Date>>) -> Option<String> {
    let (date, today) = (date?.value, snapshot.today()?);
    let timeframe = snapshot.facts().settings().timeframe.value;
    let (start, end, word) = if date <= today { (date, today, "Since") } else { (today, date, "Until") };
    let passed = signal_market::bars(timeframe, DateRange { start, end }, None).min;
    Some(format!("**{word} then**: {} of {timeframe}", bars(passed)))
}
