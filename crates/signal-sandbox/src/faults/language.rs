//! The language of faults: words and values between semicolons, each word in one table.

use std::str::FromStr;
use std::time::Duration;

use axum::http::{HeaderValue, Method};
use signal_api::ErrorCode;
use signal_text::closest;

use super::{Canned, CannedBody, Effect, Fate, Fault, Moment};

/// A word of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word.
    pub name: &'static str,
    /// What follows its `=`; empty where nothing does.
    pub value: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

/// Every word that a fault may hold: first which requests it is about, then what goes wrong.
pub const FAULT_WORDS: &[Word] = &[
    word(
        "path",
        "PATH",
        "only requests to this path and below it, told after /api/v1; with `*` (any text in one segment) to exactly such a path",
    ),
    word("method", "METHOD", "only requests of this method"),
    word("after", "N", "the first N of these requests go well"),
    word("every", "N", "of the others, each N-th goes wrong"),
    word("times", "N", "only N go wrong; without it there is no end"),
    word("latency", "TIME", "the request waits so long first: 300ms, 5s, 2m; alone or with one of those below"),
    word("status", "NNN", "this HTTP status is answered, and nothing is done"),
    word("code", "CODE", "with status or job=fail: the API's error code"),
    word("retry-after", "WHEN", "with status: the header, in seconds or as an HTTP date"),
    word(
        "body",
        "TEXT",
        "with status: this text instead of the API's envelope; `html` is a proxy's page, `@FILE` what a file holds",
    ),
    word("taken", "", "with status: the request is acted on all the same"),
    word("redirect", "URL", "points there with status 302, or the one that status names"),
    word(
        "drop",
        "WHEN",
        "the connection is cut: `sending` while the request is on its way, `before` it is acted on, `after` that, `mid` in the answer's middle",
    ),
    word("truncate", "N", "the answer ends after N bytes"),
    word("garbage", "", "the answer is neither JSON nor text"),
    word("drip", "N/TIME", "the answer comes N bytes at a time: 10b/100ms"),
    word("endless", "", "the answer never ends"),
    word("deep", "N", "the answer's data is N lists within each other"),
    word("wrong-type", "", "every value of the answer has another type"),
    word(
        "hostile-text",
        "",
        "every text of the answer carries escape sequences, a hyperlink, bidi and control characters",
    ),
    word("job", "END", "the backtest that is submitted ends so: `fail`, `cancel`, `stuck` (never), `slow=5s` (later)"),
];

const fn word(name: &'static str, value: &'static str, meaning: &'static str) -> Word {
    Word { name, value, meaning }
}

/// What is wrong with a fault's text, and what to write.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FaultError(String);

fn wrong<T>(message: impl Into<String>) -> Result<T, FaultError> {
    Err(FaultError(message.into()))
}

/// A fault as it is read, word by word.
#[derive(Default)]
struct Draft {
    path: Option<String>,
    method: Option<Method>,
    after: Option<u64>,
    every: Option<u64>,
    times: Option<u64>,
    latency: Option<Duration>,
    status: Option<u16>,
    code: Option<ErrorCode>,
    retry_after: Option<String>,
    body: Option<CannedBody>,
    taken: bool,
    redirect: Option<String>,
    /// The word of the effect, and the effect, where it is none of those that make up an answer.
    effect: Option<(&'static str, Effect)>,
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let mut draft = Draft::default();
        let mut seen: Vec<&str> = Vec::new();
        for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, value) = match part.split_once('=') {
                Some((name, value)) => (name.trim(), Some(value.trim())),
                None => (part, None),
            };
            let word = known(name)?;
            match (word.value, value) {
                ("", Some(_)) => return wrong(format!("`{part}`: {name} takes no value; write `{name}` alone")),
                (expected, None | Some("")) if !expected.is_empty() => {
                    return wrong(format!("`{part}`: {name} needs a value; write `{name}={expected}`"));
                }
                _ => {}
            }
            if seen.contains(&word.name) {
                return wrong(format!("`{part}`: {name} stands twice; give each fault once, or a --fault each"));
            }
            seen.push(word.name);
            draft.take(word.name, value.unwrap_or_default()).map_err(|why| FaultError(format!("`{part}`: {why}")))?;
        }
        draft.finish(text)
    }
}

fn known(name: &str) -> Result<&'static Word, FaultError> {
    if let Some(word) = FAULT_WORDS.iter().find(|word| word.name == name) {
        return Ok(word);
    }
    let shown: String = name.chars().take(40).collect();
    match closest(name, FAULT_WORDS.iter().map(|word| word.name)) {
        Some(near) => wrong(format!("`{shown}` is no word of a fault; did you mean `{near}`?")),
        None => wrong(format!("`{shown}` is no word of a fault; `dsl sandbox --help` lists them")),
    }
}

impl Draft {
    /// Reads one word's value. The error lacks the place, which the caller knows.
    fn take(&mut self, name: &'static str, value: &str) -> Result<(), String> {
        let effect = match name {
            "path" if !value.starts_with('/') => {
                return Err("a path begins with a slash, as /backtest/execute does".to_owned());
            }
            "path" => {
                self.path = Some(
                    value.strip_prefix(super::BASE).filter(|rest| rest.starts_with('/')).unwrap_or(value).to_owned(),
                );
                return Ok(());
            }
            "method" => {
                let method = value.to_ascii_uppercase();
                if !matches!(method.as_str(), "GET" | "POST" | "PUT" | "PATCH" | "DELETE") {
                    return Err("the API takes GET, POST, PUT, PATCH and DELETE".to_owned());
                }
                self.method = Method::from_bytes(method.as_bytes()).ok();
                return Ok(());
            }
            "after" => {
                self.after = Some(count(value, 0)?);
                return Ok(());
            }
            "every" => {
                self.every = Some(count(value, 1)?);
                return Ok(());
            }
            "times" => {
                self.times = Some(count(value, 1)?);
                return Ok(());
            }
            "latency" => {
                self.latency = Some(time(value)?);
                return Ok(());
            }
            "status" => {
                let status = value.parse().ok().filter(|status| (200..600).contains(status));
                self.status = Some(status.ok_or("a status is a number from 200 to 599")?);
                return Ok(());
            }
            "code" => {
                self.code = Some(ErrorCode::from(value));
                return Ok(());
            }
            "retry-after" => {
                HeaderValue::from_str(value).map_err(|_| "a header can't hold this")?;
                self.retry_after = Some(value.to_owned());
                return Ok(());
            }
            "body" => {
                self.body = Some(match (value, value.strip_prefix('@')) {
                    ("html", _) => CannedBody::Html,
                    (_, Some(file)) if !file.is_empty() => CannedBody::File(file.into()),
                    _ => CannedBody::Text(value.to_owned()),
                });
                return Ok(());
            }
            "taken" => {
                self.taken = true;
                return Ok(());
            }
            "redirect" => {
                HeaderValue::from_str(value).map_err(|_| "a header can't hold this")?;
                self.redirect = Some(value.to_owned());
                return Ok(());
            }
            "drop" => Effect::Drop(match value {
                "sending" => Moment::Sending,
                "before" => Moment::Before,
                "after" => Moment::After,
                "mid" => Moment::Mid,
                _ => return Err("drop takes sending, before, after or mid".to_owned()),
            }),
            "truncate" => Effect::Truncate(size(value)?),
            "garbage" => Effect::Garbage,
            "drip" => {
                let (bytes, pause) = value.split_once('/').ok_or("write bytes and time, as in 10b/100ms")?;
                let bytes = size(bytes.trim_end_matches('b')).ok().filter(|bytes| *bytes > 0);
                Effect::Drip(bytes.ok_or("write at least one byte, as in 10b/100ms")?, time(pause)?)
            }
            "endless" => Effect::Endless,
            "deep" => Effect::Deep(size(value)?.min(10_000_000)),
            "wrong-type" => Effect::WrongType,
            "hostile-text" => Effect::HostileText,
            "job" => Effect::Job(match (value, value.split_once('=')) {
                ("fail", _) => Fate::Fail(ErrorCode::InternalError),
                ("cancel", _) => Fate::Cancel,
                ("stuck", _) => Fate::Stuck,
                (_, Some(("slow", later))) => Fate::Slow(time(later)?),
                _ => return Err("job takes fail, cancel, stuck or slow=5s".to_owned()),
            }),
            // `known` lets nothing else in; a test holds the table against this list.
            _ => return Err("this word does nothing".to_owned()),
        };
        match &self.effect {
            Some((other, _)) => {
                Err(format!("one fault does one thing, and {other} is one already; give a --fault each"))
            }
            None => {
                self.effect = Some((name, effect));
                Ok(())
            }
        }
    }

    /// Puts the words together.
    fn finish(self, text: &str) -> Result<Fault, FaultError> {
        let answers = self.status.is_some() || self.redirect.is_some();
        let of_answers = [
            ("code", self.code.is_some() && !matches!(self.effect, Some((_, Effect::Job(Fate::Fail(_)))))),
            ("retry-after", self.retry_after.is_some()),
            ("body", self.body.is_some()),
            ("taken", self.taken),
        ];
        if let Some((name, _)) = of_answers.iter().find(|(_, given)| *given && !answers) {
            return wrong(format!("`{name}` belongs to an answer; add status=NNN"));
        }
        let effect = match self.effect {
            Some((name, _)) if answers => {
                return wrong(format!(
                    "one fault does one thing: `{name}` and an answer of its own are two; give a --fault each"
                ));
            }
            Some(("job", _)) if self.path.is_some() => {
                return wrong("`job` is about submissions by itself; leave path out");
            }
            Some((_, Effect::Job(Fate::Fail(usual)))) => Some(Effect::Job(Fate::Fail(self.code.unwrap_or(usual)))),
            Some((_, effect)) => Some(effect),
            None if answers => Some(Effect::Status(Canned {
                status: self.status.unwrap_or(302),
                code: self.code,
                retry_after: self.retry_after,
                location: self.redirect,
                body: self.body.unwrap_or(CannedBody::Envelope),
                taken: self.taken,
            })),
            None if self.latency.is_some() => None,
            None => return wrong("nothing goes wrong here; say what does, as in status=500 or drop=after"),
        };
        Ok(Fault {
            text: text.trim().to_owned(),
            path: self.path,
            method: self.method,
            after: self.after.unwrap_or(0),
            every: self.every.unwrap_or(1),
            times: self.times,
            latency: self.latency,
            effect,
        })
    }
}

fn count(value: &str, least: u64) -> Result<u64, String> {
    let count = value.parse().ok().filter(|count| *count >= least);
    count.ok_or_else(|| format!("`{value}` is no whole number from {least} up"))
}

fn size(value: &str) -> Result<usize, String> {
    count(value, 0).and_then(|count| usize::try_from(count).map_err(|_| format!("`{value}` is too large")))
}

/// Reads `300ms`, `5s` or `2m`; an hour at most, so that nobody waits for a typing mistake.
fn time(value: &str) -> Result<Duration, String> {
    let number = value.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let milliseconds = match &value[number.len()..] {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        _ => 0,
    };
    let time = number.parse::<u64>().ok().and_then(|number| number.checked_mul(milliseconds));
    time.filter(|time| milliseconds > 0 && *time <= 3_600_000)
        .map(Duration::from_millis)
        .ok_or_else(|| format!("`{value}` is no time; write 300ms, 5s or 2m, an hour at most"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Fault {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn every_word_of_the_table_is_read() {
        for word in FAULT_WORDS {
            let value = match word.name {
                "path" => "/backtest",
                "method" => "post",
                "latency" => "300ms",
                "status" => "503",
                "drop" => "after",
                "drip" => "10b/100ms",
                "job" => "slow=5s",
                _ => "7",
            };
            let text = if word.value.is_empty() { word.name.to_owned() } else { format!("{}={value}", word.name) };
            let with_answer = format!("{text};status=500");
            assert!(
                text.parse::<Fault>().is_ok()
                    || with_answer.parse::<Fault>().is_ok()
                    || format!("{text};garbage").parse::<Fault>().is_ok(),
                "{text}: {:?}",
                text.parse::<Fault>()
            );
        }
    }

    #[test]
    fn a_fault_is_read_as_it_is_meant() {
        let fault =
            read(" status=429; path=/api/v1/backtest/execute ;times=2;retry-after=Thu, 01 Jan 2026 00:00:30 GMT ");
        assert_eq!(
            (fault.path.as_deref(), fault.times, fault.every, fault.after),
            (Some("/backtest/execute"), Some(2), 1, 0)
        );
        let Some(Effect::Status(canned)) = fault.effect else { panic!("no status") };
        assert_eq!((canned.status, canned.retry_after.as_deref()), (429, Some("Thu, 01 Jan 2026 00:00:30 GMT")));
        assert_eq!(read("job=slow=5s").effect, Some(Effect::Job(Fate::Slow(Duration::from_secs(5)))));
        assert_eq!(
            read("job=fail;code=TA_OUT_OF_RANGE").effect,
            Some(Effect::Job(Fate::Fail(ErrorCode::TaOutOfRange)))
        );
        assert_eq!(read("drip=3/20ms;method=get").effect, Some(Effect::Drip(3, Duration::from_millis(20))));
        assert_eq!(read("latency=2m").latency, Some(Duration::from_secs(120)));
        let redirected = read("redirect=https://example.com/;status=307").effect;
        assert!(matches!(redirected, Some(Effect::Status(Canned { status: 307, location: Some(_), .. }))));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place_and_its_cure() {
        for (text, words) in [
            ("", ["nothing goes wrong", "status=500"]),
            ("path=/backtest", ["nothing goes wrong", "drop=after"]),
            ("statsu=500", ["`statsu`", "did you mean `status`?"]),
            ("xyzzyx", ["`xyzzyx`", "dsl sandbox --help"]),
            ("status=9", ["`status=9`", "200 to 599"]),
            ("status", ["`status`", "status=NNN"]),
            ("garbage=1", ["`garbage=1`", "`garbage` alone"]),
            ("drop=later", ["`drop=later`", "sending, before, after or mid"]),
            ("garbage;endless", ["`endless`", "garbage is one already"]),
            ("garbage;status=500", ["`garbage`", "a --fault each"]),
            ("garbage;garbage", ["stands twice", "a --fault each"]),
            ("latency=5", ["`latency=5`", "300ms"]),
            ("latency=100000000000000000000s", ["latency", "an hour at most"]),
            ("drip=0/1s", ["drip=0/1s", "at least one byte"]),
            ("times=0;garbage", ["`times=0`", "from 1 up"]),
            ("code=X;garbage", ["`code`", "status=NNN"]),
            ("job=fail;path=/meta", ["`job`", "leave path out"]),
            ("path=backtest;garbage", ["`path=backtest`", "slash"]),
            ("retry-after=a\nb;status=429", ["retry-after", "header"]),
        ] {
            let error = text.parse::<Fault>().unwrap_err().to_string();
            assert!(words.iter().all(|word| error.contains(word)), "{text:?}: {error}");
        }
    }
}
