//! The tables that `build.rs` made of `data/`.

use std::borrow::Cow;

use crate::catalog::{Catalog, Covers, Origin};
use crate::entry::{
    Entry, Evidence, Input, Kind, Memory, Output, OutputKind, Param, ParamKind, PriceColumn, Settling, Signature,
    TalibParam, Text, ValueType,
};
use crate::formula::{Formula, Op};

include!(concat!(env!("OUT_DIR"), "/bundled.rs"));

pub(crate) static CATALOG: Catalog = Catalog {
    entries: Cow::Borrowed(&ENTRIES),
    index: Cow::Borrowed(&INDEX),
    origin: Origin::Bundled,
    date: Cow::Borrowed(DATE),
    hash: Cow::Borrowed(HASH),
    covers: Covers::NONE,
};
