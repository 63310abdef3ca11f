//! What a signature says of a call: its bars of lookback, how it settles, and how it reads.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::formula::is_whole;
use crate::{Entry, Evidence, Input, Memory, Output, Param, ParamKind, Settling, Signature};

impl Entry {
    /// Whether it can be called. A variable can't; a name that was declared without brackets may be either.
    #[must_use]
    pub fn is_callable(&self) -> bool {
        !self.signatures.is_empty()
    }

    /// The first way to call it as it would be declared, `rsi(real, timeperiod=14)`; the bare name of a variable.
    #[must_use]
    pub fn signature_text(&self) -> String {
        match self.signatures.first() {
            Some(signature) => signature.text(&self.name),
            None => self.name.clone().into_owned(),
        }
    }

    /// Evidence for how it is called: that of the best-founded way.
    #[must_use]
    pub fn form(&self) -> Evidence {
        self.signatures.iter().map(|signature| signature.form).max().unwrap_or(self.evidence)
    }

    /// All ways to call it, each as [`Entry::signature_text`] writes the first.
    #[must_use]
    pub fn signature_texts(&self) -> Vec<String> {
        self.signatures.iter().map(|signature| signature.text(&self.name)).collect()
    }
}

impl Signature {
    /// Where the lookback comes from: `TA-Lib`, `server`, `declared` or `assumed`. `None` where none is known.
    #[must_use]
    pub fn lookback_source(&self) -> Option<&'static str> {
        self.lookback.as_ref()?;
        Some(match self.evidence {
            _ if self.talib.is_some() => "TA-Lib",
            Evidence::TaLib => "TA-Lib",
            Evidence::Live => "server",
            Evidence::Declared => "declared",
            Evidence::Assumed | Evidence::Documented => "assumed",
        })
    }

    /// Leading bars without a value beyond those of the inputs, under these parameters (all of them, in order; kinds of
    /// moving average as TA-Lib's number). `None`: unknown, or the parameters make no sense.
    #[must_use]
    pub fn lookback_bars(&self, params: &[f64]) -> Option<u64> {
        self.lookback.as_ref()?.eval(params)
    }

    /// Bars beyond the lookback until the first value weighs at most `share` (0.01 is one percent) in what is computed.
    /// 0 where only a window counts; `None` where it never settles or where no formula is known.
    #[must_use]
    pub fn settle_bars(&self, params: &[f64], share: f64) -> Option<u64> {
        match (&self.settling, self.memory) {
            (Some(Settling::Exponential(period)), _) => average(period.eval(params)?, share, Smoothing::Exponential),
            (Some(Settling::Wilder(period)), _) => average(period.eval(params)?, share, Smoothing::Wilder),
            (Some(Settling::Stages(bars)), _) => bars.eval_settling(&self.with_kinds(params), share),
            (None, Some(Memory::Finite)) => Some(0),
            (None, _) => None,
        }
    }

    /// How long it remembers its first bar under these parameters: a parameter that picks the kind of moving average
    /// decides it, where there is one; else it is [`Signature::memory`].
    #[must_use]
    pub fn memory_for(&self, params: &[f64]) -> Option<Memory> {
        match &self.settling {
            Some(Settling::Stages(bars)) if bars.depends_on_kind() => {
                match bars.eval_settling(&self.with_kinds(params), 1e-3) {
                    Some(0) => Some(Memory::Finite),
                    _ => Some(Memory::Recursive),
                }
            }
            _ => self.memory,
        }
    }

    /// The parameters, with TA-Lib's kind 11, 'the default one', as the kind that it is here.
    fn with_kinds<'p>(&self, params: &'p [f64]) -> Cow<'p, [f64]> {
        const DEFAULT_KIND: f64 = 11.0;
        let is_open = |(value, param): (&f64, &Param)| param.kind == ParamKind::MovingAverage && *value == DEFAULT_KIND;
        if !params.iter().zip(self.params.iter()).any(is_open) {
            return Cow::Borrowed(params);
        }
        let resolve = |(value, param): (&f64, &Param)| {
            if is_open((value, param)) { param.default.unwrap_or(*value) } else { *value }
        };
        params.iter().zip(self.params.iter()).map(resolve).collect()
    }

    /// The input of this name or alias.
    #[must_use]
    pub fn input_index(&self, name: &str) -> Option<usize> {
        self.inputs.iter().position(|input| input.is_named(name))
    }

    /// The parameter of this name or alias.
    #[must_use]
    pub fn param_index(&self, name: &str) -> Option<usize> {
        self.params.iter().position(|param| param.is_named(name))
    }

    /// The output of this name or alias.
    #[must_use]
    pub fn output_index(&self, name: &str) -> Option<usize> {
        self.outputs.iter().position(|output| output.is_named(name))
    }

    /// The parameters' defaults, in order; `None` where one has none.
    #[must_use]
    pub fn defaults(&self) -> Option<Vec<f64>> {
        self.params.iter().map(|param| param.default).collect()
    }

    /// The signature as it would be declared under `name`.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        let mut text = format!("{name}(");
        if self.open {
            text.push_str("...)");
            return text;
        }
        let mut separator = "";
        for input in self.inputs.iter() {
            text.push_str(separator);
            separator = ", ";
            text.push_str(&input.name);
            if input.optional {
                text.push('?');
            }
        }
        if self.variadic {
            text.push_str(", ...");
        }
        for param in self.params.iter() {
            text.push_str(separator);
            separator = ", ";
            text.push_str(&param.name);
            if let Some(default) = param.default {
                // Writing to a String can't fail.
                let _ = write!(text, "={default}");
            }
        }
        text.push(')');
        text
    }
}

impl Input {
    /// Whether a keyword or attribute means it.
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        self.name == name || self.aliases.iter().any(|alias| alias == name)
    }
}

impl Param {
    /// Whether a keyword or attribute means it.
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        self.name == name || self.aliases.iter().any(|alias| alias == name)
    }

    /// Whether it may have this value: within its bounds, and whole where it has to be.
    #[must_use]
    pub fn allows(&self, value: f64) -> bool {
        let whole = matches!(self.kind, ParamKind::Real | ParamKind::Other) || is_whole(value);
        whole && self.min.is_none_or(|min| value >= min) && self.max.is_none_or(|max| value <= max)
    }
}

impl Output {
    /// Whether a keyword or attribute means it.
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        self.name == name || self.aliases.iter().any(|alias| alias == name)
    }
}

enum Smoothing {
    Exponential,
    Wilder,
}

fn average(period: u64, share: f64, smoothing: Smoothing) -> Option<u64> {
    let period = i64::try_from(period).ok()?;
    let bars = match smoothing {
        Smoothing::Exponential => crate::formula::exponential(period, share)?,
        Smoothing::Wilder => crate::formula::wilder(period, share)?,
    };
    u64::try_from(bars).ok()
}
