//! How a sandbox is set up.

use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;
use std::time::Duration;

use jiff::civil::Date;

use crate::{DataSource, Fault};

/// How a sandbox is set up. `Options::default()` serves the synthetic market of seed 0 on a free port.
#[derive(Clone, Debug)]
pub struct Options {
    /// Address to listen on; anything but loopback is refused.
    pub address: IpAddr,
    /// Port to listen on; 0 takes a free one.
    pub port: u16,
    /// Where bars come from.
    pub data: DataSource,
    /// A key that is valid from the start and never expires; `None`: one is made up. [`Running`](crate::Running) tells it.
    pub key: Option<String>,
    /// Backtests that run at the same time; 0 takes one a core.
    pub workers: usize,
    /// The day that counts as today, on which no bar has closed yet; `None`: the clock's, in UTC.
    pub today: Option<Date>,
    /// What callers may use up.
    pub limits: Limits,
    /// What goes wrong, on purpose; of several faults that a request would meet it meets the first.
    pub faults: Vec<Fault>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            data: DataSource::Synthetic { seed: 0 },
            key: None,
            workers: 0,
            today: None,
            limits: Limits::default(),
            faults: Vec::new(),
        }
    }
}

/// What callers may use up. The first four are the service's; `None` does not count at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Requests a minute and key; beyond: `RATE_LIMITED`.
    pub requests_per_minute: Option<u32>,
    /// Backtests an hour and registered key; beyond: `FREE_QUOTA_EXCEEDED`.
    pub backtests_per_hour: Option<u32>,
    /// Backtests a day and registered key; beyond: `FREE_QUOTA_EXCEEDED`.
    pub backtests_per_day: Option<u32>,
    /// Registrations an hour; beyond: `REGISTRATION_LIMIT`.
    pub registrations_per_hour: Option<u32>,
    /// How long a registered key is valid; then: `EXPIRED_API_KEY`.
    pub key_lifetime: Duration,
    /// How long a claim code is taken; then: `INVALID_CLAIM_CODE`.
    pub claim_lifetime: Duration,
    /// Backtests that may wait for a worker; beyond: `RATE_LIMITED`.
    pub queue: usize,
    /// Bars that one backtest may take, all tickers together; beyond: `VALIDATION_ERROR`. Memory is the reason.
    pub bars: u64,
    /// Finished backtests that are remembered; the oldest are forgotten.
    pub results: usize,
    /// Whether backtests of the key that the sandbox is started with count as well.
    pub for_every_key: bool,
}

impl Default for Limits {
    /// Nothing is counted but what protects this machine.
    fn default() -> Self {
        Self {
            requests_per_minute: None,
            backtests_per_hour: None,
            backtests_per_day: None,
            registrations_per_hour: None,
            key_lifetime: Duration::from_secs(24 * 3600),
            claim_lifetime: Duration::from_secs(30 * 60),
            queue: 1_000,
            bars: 6_000_000,
            results: 200,
            for_every_key: false,
        }
    }
}

impl Limits {
    /// The service's own limits for provisional keys: 300 requests a minute, 10 backtests an hour, 30 a day,
    /// 5 registrations an hour.
    #[must_use]
    pub fn of_the_service() -> Self {
        Self {
            requests_per_minute: Some(300),
            backtests_per_hour: Some(10),
            backtests_per_day: Some(30),
            registrations_per_hour: Some(5),
            ..Self::default()
        }
    }
}

/// The words that limits are written with, and what each sets.
const LIMIT_WORDS: [&str; 5] =
    ["requests_per_minute", "backtests_per_hour", "backtests_per_day", "registrations_per_hour", "key_lifetime"];

impl FromStr for Limits {
    type Err = String;

    /// Reads `service`, the service's own limits, or some of its own: `backtests_per_hour=2;key_lifetime=60`, the last in
    /// seconds. Either way they hold for every key.
    fn from_str(text: &str) -> Result<Self, String> {
        if text.trim() == "service" {
            return Ok(Self { for_every_key: true, ..Self::of_the_service() });
        }
        let mut limits = Self { for_every_key: true, ..Self::default() };
        for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, value) =
                part.split_once('=').map(|(name, value)| (name.trim(), value.trim())).ok_or_else(|| {
                    format!(
                        "`{part}` is no limit; write `service`, or NAME=NUMBER;... with the names {}",
                        LIMIT_WORDS.join(", ")
                    )
                })?;
            let number: u32 = value.parse().map_err(|_| format!("`{value}` of {name} is no whole number"))?;
            match name {
                "requests_per_minute" => limits.requests_per_minute = Some(number),
                "backtests_per_hour" => limits.backtests_per_hour = Some(number),
                "backtests_per_day" => limits.backtests_per_day = Some(number),
                "registrations_per_hour" => limits.registrations_per_hour = Some(number),
                "key_lifetime" => limits.key_lifetime = Duration::from_secs(number.into()),
                _ => return Err(format!("there is no limit `{name}`; the names are {}", LIMIT_WORDS.join(", "))),
            }
        }
        Ok(limits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_from_words() {
        let service: Limits = "service".parse().unwrap();
        assert_eq!(
            (service.backtests_per_hour, service.backtests_per_day, service.for_every_key),
            (Some(10), Some(30), true)
        );
        let own: Limits = " backtests_per_hour = 2; key_lifetime=60;".parse().unwrap();
        assert_eq!((own.backtests_per_hour, own.requests_per_minute), (Some(2), None));
        assert_eq!(own.key_lifetime, Duration::from_secs(60));
        for wrong in ["backtests", "backtests_per_hour=-1", "backtest_per_hour=1", "key_lifetime=1.5"] {
            assert!(wrong.parse::<Limits>().is_err(), "{wrong}");
        }
    }
}
