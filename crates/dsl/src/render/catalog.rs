//! Catalogs as tables, as single entries and as JSON.

mod documents;

use signal_catalog::{
    Catalog, Change, Difference, Entry, Evidence, Kind, Memory, Param, ParamKind, Settling, Signature, Skipped,
};

use super::json::SCHEMA;
use super::table::{self, Align};
use super::{number, style, visible};

pub(crate) use documents::{
    CatalogDocument, ChangeDocument, DiffDocument, EntryDocument, LookbackDocument, ParamDocument, PullDocument,
    RecordDocument, SkippedDocument,
};

/// What was skipped, as documents.
pub(crate) fn skipped(skipped: &[Skipped]) -> Vec<SkippedDocument> {
    skipped.iter().map(|one| SkippedDocument { path: one.path.clone(), reason: one.reason.clone() }).collect()
}

/// A catalog's document with these of its entries.
pub(crate) fn document<'e>(
    catalog: &Catalog,
    entries: impl Iterator<Item = &'e Entry>,
    url: Option<String>,
) -> CatalogDocument {
    CatalogDocument {
        schema: SCHEMA,
        origin: catalog.origin().as_str().to_owned(),
        date: catalog.date().to_owned(),
        hash: catalog.hash().to_owned(),
        url,
        entries: entries.map(entry_document).collect(),
        skipped: Vec::new(),
        skipped_beyond: 0,
    }
}

fn entry_document(entry: &Entry) -> EntryDocument {
    let first = told(entry);
    EntryDocument {
        name: entry.name.to_string(),
        kind: entry.kind.as_str(),
        params: match first {
            Some(signature) => Some(signature.params.iter().map(param_document).collect()),
            None if entry.is_callable() => None,
            None => Some(Vec::new()),
        },
        outputs: first
            .map(|first| first.outputs.iter().map(|output| output.name.to_string()).collect())
            .unwrap_or_default(),
        lookback: lookback(entry).map(|(formula, source)| LookbackDocument { formula, source }),
        memory: memory(entry).map(Memory::as_str),
        group: entry.group.to_string(),
        summary: entry.summary.to_string(),
        evidence: entry.evidence.as_str(),
        signatures: entry.signature_texts(),
        records: Vec::new(),
    }
}

fn param_document(param: &Param) -> ParamDocument {
    ParamDocument {
        name: param.name.to_string(),
        kind: match param.kind {
            ParamKind::Integer => "integer",
            ParamKind::Real => "real",
            ParamKind::MovingAverage => "moving-average",
            ParamKind::Other => "other",
        },
        default: param.default,
        min: param.min,
        max: param.max,
        aliases: param.aliases.iter().map(ToString::to_string).collect(),
    }
}

/// The first way to call it that says what it takes.
fn told(entry: &Entry) -> Option<&Signature> {
    entry.signatures.iter().find(|signature| !signature.open)
}

/// Formula and source of an entry's warm-up: none at all for data.
fn lookback(entry: &Entry) -> Option<(String, &'static str)> {
    if entry.kind == Kind::Variable && !entry.is_callable() {
        let source = if entry.evidence == Evidence::Live { "server" } else { "assumed" };
        return Some(("0".to_owned(), source));
    }
    let signature = told(entry)?;
    Some((signature.lookback.as_ref()?.text().to_owned(), signature.lookback_source()?))
}

fn memory(entry: &Entry) -> Option<Memory> {
    if entry.kind == Kind::Variable && !entry.is_callable() { Some(Memory::Finite) } else { told(entry)?.memory }
}

/// Entries as a table.
pub(crate) fn entries<'e>(entries: impl Iterator<Item = &'e Entry>, width: u16, color: bool) -> String {
    let rows: Vec<Vec<String>> = entries
        .map(|entry| {
            let (formula, source) = lookback(entry).unwrap_or_else(|| ("?".to_owned(), ""));
            vec![
                entry.signature_text(),
                entry.kind.as_str().to_owned(),
                formula,
                source.to_owned(),
                entry.summary.to_string(),
            ]
        })
        .collect();
    let header = [
        ("name", Align::Left),
        ("kind", Align::Left),
        ("warm-up in bars", Align::Left),
        ("by", Align::Left),
        ("summary", Align::Left),
    ];
    table::table(&header, &rows, width, color)
}

/// One entry in full, with the service's records of it.
pub(crate) fn entry(entry: &Entry, records: &[(String, String)], color: bool) -> String {
    let line = |text: &str| visible::line(text).into_owned();
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, value: String| pairs.push((name.to_owned(), value));
    add(
        "kind",
        format!(
            "{}{}",
            entry.kind.as_str(),
            if entry.group.is_empty() { String::new() } else { format!(" ({})", line(&entry.group)) }
        ),
    );
    for (at, text) in entry.signature_texts().iter().enumerate() {
        add(if at == 0 { "call" } else { "or" }, line(text));
    }
    for signature in entry.signatures.iter().filter(|signature| !signature.open) {
        for input in signature.inputs.iter() {
            let absent = match input.column {
                Some(column) => format!("; {} when left out", column.as_str()),
                None if input.optional => "; may be left out".to_owned(),
                None => String::new(),
            };
            add("input", line(&format!("{}{}{absent}", input.name, also(&input.aliases))));
        }
        for param in signature.params.iter() {
            add("parameter", line(&format!("{}: {}{}", param.name, takes(param), also(&param.aliases))));
        }
        for output in signature.outputs.iter() {
            add("output", line(&format!("{}{}", output.name, also(&output.aliases))));
        }
        let warmup = signature.lookback.as_ref().zip(signature.lookback_source());
        add(
            "warm-up",
            warmup.map_or("not known".to_owned(), |(formula, source)| {
                line(&format!("{} bars ({source})", formula.text()))
            }),
        );
        add("memory", remembers(signature));
    }
    add("rests on", rests_on(entry.evidence).to_owned());
    let mut text = format!("{}\n", style::paint(color, style::STRONG, &line(&entry.name)));
    if !entry.summary.is_empty() {
        text.push_str(&format!("{}\n", line(&entry.summary)));
    }
    text.push('\n');
    text.push_str(&table::pairs(&pairs, color));
    for (path, record) in records {
        text.push_str(&format!(
            "\n{}\n",
            style::paint(color, style::DIM, &line(&format!("as the service lists it, at {path}")))
        ));
        for record_line in record.lines() {
            text.push_str(&format!("    {}\n", line(record_line)));
        }
    }
    text
}

fn also<T: AsRef<str>>(aliases: &[T]) -> String {
    if aliases.is_empty() {
        return String::new();
    }
    let names: Vec<&str> = aliases.iter().map(AsRef::as_ref).collect();
    format!(" (also {})", names.join(", "))
}

fn takes(param: &Param) -> String {
    let kind = match param.kind {
        ParamKind::Integer => "a whole number",
        ParamKind::Real => "a number",
        ParamKind::MovingAverage => "TA-Lib's number for a kind of moving average",
        ParamKind::Other => "a text, a flag or a choice",
    };
    let real = |bound: Option<f64>| bound.filter(|bound| bound.abs() < 1e30);
    let bounds = match (real(param.min), real(param.max)) {
        (Some(min), Some(max)) => format!(", {min} to {max}"),
        (Some(min), None) => format!(", {min} or more"),
        (None, Some(max)) => format!(", {max} or less"),
        (None, None) => String::new(),
    };
    let default = param.default.map_or(", to be given".to_owned(), |default| format!(", {default} when left out"));
    format!("{kind}{bounds}{default}")
}

fn remembers(signature: &Signature) -> String {
    let Some(memory) = signature.memory else { return "not known".to_owned() };
    let settles = match &signature.settling {
        Some(Settling::Exponential(period)) => {
            format!("; settles as an exponential average over {} bars", period.text())
        }
        Some(Settling::Wilder(period)) => format!("; settles as Wilder's smoothing over {} bars", period.text()),
        Some(Settling::Stages(_)) | None => String::new(),
    };
    let meaning = match memory {
        Memory::Finite => "only the bars of its window count",
        Memory::Recursive => "the first bar counts less and less",
        Memory::Cumulative => "the first bar counts for ever",
    };
    format!("{}: {meaning}{settles}", memory.as_str())
}

const fn rests_on(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Assumed => "an assumption: what languages of this kind usually have",
        Evidence::TaLib => "TA-Lib, whose error codes the service shows",
        Evidence::Declared => "your declaration in signal.toml",
        Evidence::Documented => "the service's published texts",
        Evidence::Live => "the service's own list",
    }
}

/// Where a catalog comes from, as one line.
pub(crate) fn provenance(catalog: &Catalog, url: Option<&str>) -> String {
    let names = number::count(catalog.entries().len() as u64, "name");
    match url {
        Some(url) => format!(
            "{names} of the {} catalog, fetched on {} from {} (hash {})",
            catalog.origin().as_str(),
            visible::line(catalog.date()),
            visible::line(url),
            catalog.hash()
        ),
        None => format!("{names} of the bundled snapshot of {} (hash {})", catalog.date(), catalog.hash()),
    }
}

/// A change with the scripts that use the name.
pub(crate) fn change_document(change: &Change, scripts: Vec<String>) -> ChangeDocument {
    let (word, details) = match &change.difference {
        Difference::Added => ("added", Vec::new()),
        Difference::Removed => ("removed", Vec::new()),
        Difference::Changed(details) => ("changed", details.clone()),
    };
    ChangeDocument { name: change.name.clone(), change: word, details, scripts }
}

/// Changes for people: those that touch scripts first come with them.
pub(crate) fn changes(changes: &[ChangeDocument], color: bool) -> String {
    let mut text = String::new();
    for (word, sign, paint) in
        [("removed", '-', style::BAD), ("changed", '~', style::CAUTION), ("added", '+', style::GOOD)]
    {
        for change in changes.iter().filter(|change| change.change == word) {
            let name = visible::line(&change.name);
            text.push_str(&style::paint(color, paint, &format!("{sign} {name}")));
            text.push('\n');
            for detail in &change.details {
                text.push_str(&format!("    {}\n", visible::line(detail)));
            }
            if !change.scripts.is_empty() {
                text.push_str(&format!("    used by {}\n", visible::line(&change.scripts.join(", "))));
            }
        }
    }
    text
}
