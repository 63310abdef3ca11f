//! `[format]`: the one thing about the style that a project may choose.

use std::ops::RangeInclusive;

use signal_text::closest;
use toml::Spanned;
use toml::de::DeValue;

use super::{Name, Reader, a_type};
use crate::{Origin, Setting};

pub(super) const LINE_WIDTH: &str = "line_width";

/// Narrower lines hold no ticker within an `entry`, and wider ones no screen shows.
const WIDTHS: RangeInclusive<u32> = 40..=320;

impl Reader<'_> {
    pub(super) fn format(&mut self, name: &Name<'_>, value: &Spanned<DeValue<'_>>) {
        if name.get_ref() != LINE_WIDTH {
            // Other formatters have other words for it.
            let other = ["line_length", "line-length", "line-width", "max_width", "width"];
            let near = closest(name.get_ref(), [LINE_WIDTH])
                .or_else(|| other.contains(&name.get_ref().as_ref()).then_some(LINE_WIDTH));
            self.unknown_key("format", name, near, &[LINE_WIDTH]);
            return;
        }
        let span = self.span(value.span());
        let (least, most) = (WIDTHS.start(), WIDTHS.end());
        let help = format!("a whole number from {least} to {most}, for instance `{LINE_WIDTH} = 88`");
        let DeValue::Integer(integer) = value.get_ref() else {
            self.error(span, format!("`{LINE_WIDTH}` takes a number, not {}", a_type(value.get_ref())), help);
            return;
        };
        match u32::from_str_radix(integer.as_str(), integer.radix()).ok().filter(|width| WIDTHS.contains(width)) {
            Some(value) => self.config.line_width = Some(Setting { value, origin: Origin::Config(span) }),
            None => self.error(span, format!("`{LINE_WIDTH}` lies between {least} and {most}"), help),
        }
    }
}
