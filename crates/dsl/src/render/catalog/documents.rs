//! The JSON documents of `dsl catalog`.

use schemars::JsonSchema;
use serde::Serialize;

use crate::render::json::CatalogStamp;

/// `dsl catalog show --json` and `dsl catalog search --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CatalogDocument {
    /// Always 1.
    #[schemars(range(min = 1, max = 1))]
    pub(crate) schema: u32,
    /// `bundled`, `cache` or `project`.
    pub(crate) origin: String,
    /// Day of the snapshot, or on which it was fetched.
    pub(crate) date: String,
    /// Hash of what it was made of.
    pub(crate) hash: String,
    /// The service that it was fetched from; null for the bundled one.
    pub(crate) url: Option<String>,
    /// Names, sorted; those of a search by how well they fit.
    pub(crate) entries: Vec<EntryDocument>,
    /// Parts of the service's answer that were not understood.
    pub(crate) skipped: Vec<SkippedDocument>,
    /// How many more there are that are not listed.
    pub(crate) skipped_beyond: usize,
}

/// A name.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct EntryDocument {
    /// As scripts write it.
    pub(crate) name: String,
    /// `indicator`, `operator`, `variable`, `signal`, `action` or `sizing`.
    pub(crate) kind: &'static str,
    /// Parameters of the first way to call it; null where they are not known.
    pub(crate) params: Option<Vec<ParamDocument>>,
    /// Names of its outputs; empty where they are not known.
    pub(crate) outputs: Vec<String>,
    /// Leading bars without a value; null where they are not known.
    pub(crate) lookback: Option<LookbackDocument>,
    /// `finite`, `recursive` or `cumulative`: how long it remembers the first bar; null where it is not known.
    pub(crate) memory: Option<&'static str>,
    /// Family.
    pub(crate) group: String,
    /// One line on what it is.
    pub(crate) summary: String,
    /// What it rests on: `assumed`, `TA-Lib`, `declared`, `documented` or `live`.
    pub(crate) evidence: &'static str,
    /// Every way to call it.
    pub(crate) signatures: Vec<String>,
    /// The service's own records of it, when one name was asked for.
    pub(crate) records: Vec<RecordDocument>,
}

/// A parameter.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ParamDocument {
    /// Its name.
    pub(crate) name: String,
    /// `integer`, `real`, `moving-average` or `other` (a text, a flag or a choice).
    pub(crate) kind: &'static str,
    /// What it is when left out; null where it must be given.
    pub(crate) default: Option<f64>,
    /// Least value; null where none is known.
    pub(crate) min: Option<f64>,
    /// Greatest value; null where none is known.
    pub(crate) max: Option<f64>,
    /// Other names it goes by.
    pub(crate) aliases: Vec<String>,
}

/// A lookback.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct LookbackDocument {
    /// Bars, over the parameters.
    pub(crate) formula: String,
    /// `TA-Lib`, `server`, `declared` or `assumed`.
    pub(crate) source: &'static str,
}

/// A record of the service.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RecordDocument {
    /// Where it stands in the answer.
    pub(crate) path: String,
    /// As it came.
    pub(crate) record: serde_json::Value,
}

/// A part that was not understood.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SkippedDocument {
    /// Where it stands in the answer: `$.data.indicators[3]`.
    pub(crate) path: String,
    /// Why.
    pub(crate) reason: String,
}

/// `dsl catalog pull --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PullDocument {
    /// Always 1.
    #[schemars(range(min = 1, max = 1))]
    pub(crate) schema: u32,
    /// The file that was written.
    pub(crate) file: String,
    /// The service.
    pub(crate) url: String,
    /// Today.
    pub(crate) date: String,
    /// Hash of the answer.
    pub(crate) hash: String,
    /// Names that it lists.
    pub(crate) names: usize,
    /// Those whose warm-up can be predicted.
    pub(crate) predictable: usize,
    /// Parts that were not understood.
    pub(crate) skipped: Vec<SkippedDocument>,
    /// How many more there are that are not listed.
    pub(crate) skipped_beyond: usize,
}

/// `dsl catalog diff --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DiffDocument<'a> {
    /// Always 1.
    #[schemars(range(min = 1, max = 1))]
    pub(crate) schema: u32,
    /// The earlier one.
    pub(crate) from: CatalogStamp<'a>,
    /// The later one.
    pub(crate) to: CatalogStamp<'a>,
    /// What differs, by name.
    pub(crate) changes: Vec<ChangeDocument>,
}

/// A name that differs.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ChangeDocument {
    /// The name.
    pub(crate) name: String,
    /// `added`, `removed` or `changed`.
    pub(crate) change: &'static str,
    /// What is different, one sentence each.
    pub(crate) details: Vec<String>,
    /// Scripts that use the name.
    pub(crate) scripts: Vec<String>,
}
