//! `signal/status`: which catalog, which server, how much quota: what a status bar shows.

use serde::{Deserialize, Serialize};
use signal_market::{Date, parse_date};
use tower_lsp::ls_types::TextDocumentIdentifier;

use crate::convert;
use crate::host::{Host, Project, QuotaLeft, Status};

/// What the client asks.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StatusParams {
    /// The script that it is about.
    text_document: TextDocumentIdentifier,
}

/// The answer.
#[derive(Debug, Serialize)]
pub(crate) struct StatusResult {
    version: &'static str,
    catalog: CatalogStatus,
    quota: Option<Quota>,
    settings: Option<String>,
    service: String,
}

#[derive(Debug, Serialize)]
struct CatalogStatus {
    origin: &'static str,
    date: String,
    hash: String,
    names: usize,
    age_days: Option<i64>,
}

#[derive(Debug, Serialize)]
struct Quota {
    hour_left: u32,
    hour_limit: u32,
    day_left: u32,
    day_limit: u32,
}

/// How things stand for a script.
pub(super) fn status(host: &dyn Host, params: &StatusParams) -> StatusResult {
    let path = convert::path(&params.text_document.uri);
    let project = host.project(path.as_deref());
    let Status { quota, service } = host.status(path.as_deref());
    StatusResult {
        version: env!("CARGO_PKG_VERSION"),
        catalog: catalog(host, &project),
        quota: quota.map(|QuotaLeft { hour_left, hour_limit, day_left, day_limit }| Quota {
            hour_left,
            hour_limit,
            day_left,
            day_limit,
        }),
        settings: project.settings.as_ref().map(|file| file.to_string_lossy().into_owned()),
        service,
    }
}

fn catalog(host: &dyn Host, project: &Project) -> CatalogStatus {
    let catalog = project.catalog();
    let date = catalog.date().to_owned();
    CatalogStatus {
        origin: catalog.origin().as_str(),
        hash: catalog.hash().to_owned(),
        names: catalog.entries().len(),
        age_days: age_days(&date, host.today()),
        date,
    }
}

/// How many days ago a date was, which may have a time behind it.
fn age_days(date: &str, today: Option<Date>) -> Option<i64> {
    let date = parse_date(date.get(..10)?).ok()?;
    Some(date.until(today?).ok()?.get_days().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(date: &str, expected: Option<i64>) {
        assert_eq!(age_days(date, Date::new(2026, 6, 1).ok()), expected, "{date}");
    }

    #[test]
    fn a_catalog_is_as_old_as_its_date_says() {
        check("2026-06-01", Some(0));
        check("2025-06-01T10:00:00Z", Some(365));
        check("unknown", None);
        check("", None);
    }
}
