//! `GET /backtest/status/{id}` and the answer of `POST /backtest/cancel/{id}`.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::Extra;
use crate::envelope::is_code;
use crate::{ErrorBody, ErrorCode, lenient};

/// How far a job is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(expecting = "an object")]
pub struct JobStatus {
    /// The job's id, the one that was asked with.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub backtest_id: Option<String>,
    /// Its state, as the server words it; [`JobStatus::state`] reads it together with the result id.
    #[serde(default)]
    pub status: JobState,
    /// What the results are asked with, once there are some. Another id than the job's.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub result_id: Option<String>,
    /// A word from the server; says why, when the job failed.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub message: Option<String>,
    /// The figure as it came: 0 to 1, or 0 to 100. [`JobStatus::fraction`] tells them apart.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "lenient::number")]
    pub progress: Option<f64>,
    /// Why a failed job failed; a text alone is read as the code or the message, whichever it looks like.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "fault")]
    pub error: Option<ErrorBody>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Extra,
}

impl JobStatus {
    /// A status with nothing but its state.
    #[must_use]
    pub fn new(status: JobState) -> Self {
        Self {
            backtest_id: None,
            status,
            result_id: None,
            message: None,
            progress: None,
            error: None,
            extra: Extra::new(),
        }
    }

    /// The state: an unknown word counts as running, unless there is a result id, which comes only with a completed job.
    #[must_use]
    pub fn state(&self) -> JobState {
        match &self.status {
            JobState::Other(_) if self.result_id.is_some() => JobState::Completed,
            state => state.clone(),
        }
    }

    /// Progress from 0 to 1. A figure above 1 is a percentage; exactly 1 is read as one percent while the job is
    /// not completed, since a job that is done says so by its state.
    #[must_use]
    pub fn fraction(&self) -> Option<f64> {
        if self.state() == JobState::Completed {
            return Some(1.0);
        }
        match self.progress? {
            p if (0.0..1.0).contains(&p) => Some(p),
            p if (1.0..=100.0).contains(&p) => Some(p / 100.0),
            _ => None,
        }
    }
}

fn fault<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ErrorBody>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) if text.is_empty() => None,
        Value::String(text) if is_code(&text) => Some(ErrorBody::new(ErrorCode::from(text.as_str()), "")),
        Value::String(text) => Some(ErrorBody::new(ErrorCode::default(), text)),
        object @ Value::Object(_) => ErrorBody::deserialize(object).ok().filter(|error| *error != ErrorBody::default()),
        _ => None,
    })
}

/// The state of a job.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum JobState {
    /// Waiting for a worker.
    Queued,
    /// At work.
    Running,
    /// Done; there are results.
    Completed,
    /// Ended without results.
    Failed,
    /// Ended by its owner.
    Cancelled,
    /// A word this client does not know: still running, as far as one can tell.
    Other(String),
}

impl JobState {
    /// The word for it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Other(word) => word,
        }
    }

    /// Whether nothing more will happen.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }
}

impl Default for JobState {
    /// No word at all: unknown.
    fn default() -> Self {
        Self::Other(String::new())
    }
}

impl From<&str> for JobState {
    fn from(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "queued" => Self::Queued,
            "running" => Self::Running,
            "completed" => Self::Completed,
            "failed" => Self::Failed,
            "cancelled" | "canceled" => Self::Cancelled,
            _ => Self::Other(word.to_owned()),
        }
    }
}

impl fmt::Display for JobState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for JobState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for JobState {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(lenient::text(deserializer)?.as_deref().map(Self::from).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> JobStatus {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn unknown_states_count_as_running_until_there_is_a_result() {
        assert!(!read(r#"{"status":"warming_up"}"#).state().is_final());
        assert!(!read(r#"{"status":null}"#).state().is_final());
        assert_eq!(read(r#"{"status":"done","result_id":7}"#).state(), JobState::Completed);
        assert_eq!(read(r#"{"status":"FAILED","result_id":"x"}"#).state(), JobState::Failed);
        assert_eq!(read(r#"{"status":"canceled"}"#).state(), JobState::Cancelled);
    }

    #[test]
    fn the_reason_of_a_failure_is_read_from_an_object_and_from_a_text() {
        for (error, code, message) in [
            (r#"{"code":"TA_OUT_OF_RANGE","message":"short"}"#, "TA_OUT_OF_RANGE", "short"),
            (r#"{"message":"short"}"#, "", "short"),
            (r#"{"code":"TA_OUT_OF_RANGE","message":null}"#, "TA_OUT_OF_RANGE", ""),
            (r#""TA_OUT_OF_RANGE""#, "TA_OUT_OF_RANGE", ""),
            (r#""too short""#, "", "too short"),
        ] {
            let read = read(&format!(r#"{{"status":"failed","error":{error}}}"#)).error;
            assert_eq!(read, Some(ErrorBody::new(code.into(), message)), "{error}");
        }
        for error in ["null", "{}", "[]", "\"\"", "7"] {
            assert_eq!(read(&format!(r#"{{"status":"failed","error":{error}}}"#)).error, None, "{error}");
        }
    }

    #[test]
    fn progress_is_read_on_either_scale() {
        for (progress, fraction) in [
            ("0", Some(0.0)),
            ("0.5", Some(0.5)),
            ("1", Some(0.01)),
            ("42", Some(0.42)),
            ("\"42\"", Some(0.42)),
            ("100", Some(1.0)),
            ("101", None),
            ("-1", None),
            ("null", None),
            ("{}", None),
        ] {
            assert_eq!(
                read(&format!(r#"{{"status":"running","progress":{progress}}}"#)).fraction(),
                fraction,
                "{progress}"
            );
        }
    }
}
