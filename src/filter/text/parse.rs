//! Reads chains of filters from text. Applications show the messages to
//! users, who may have translations of them: their words are liblzma's.

#![forbid(unsafe_code)]

use super::super::kind::validate;
use super::super::spec::{FILTERS_MAX, FilterOptions, FilterSpec, Specs, id};
use super::names::{self, NAMED, Name, OptionSpec, Values};
use core::ffi::CStr;
use core::result::Result;

/// An error message, for the application to show.
pub(crate) type Mistake = &'static CStr;

/// A chain that is read, as far as that has come.
pub(crate) struct Parsed {
    pub(crate) filters: Specs<'static>,
    /// Index in the text at which each filter begins.
    pub(crate) starts: [usize; FILTERS_MAX],
}

impl Parsed {
    /// Nothing was read yet.
    pub(crate) fn new() -> Parsed {
        Parsed { filters: Specs::new(), starts: [0; FILTERS_MAX] }
    }
}

/// A text and a position in it: all before that was understood.
struct Text<'a> {
    bytes: &'a [u8],
    pos: usize,
}

impl<'a> Text<'a> {
    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.pos..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.pos).copied()
    }

    fn skip_spaces(&mut self) {
        while self.peek() == Some(b' ') {
            self.pos += 1;
        }
    }

    /// The text up to `end`, with the same position.
    fn until(&self, end: usize) -> Text<'a> {
        Text { bytes: self.bytes.get(..end).unwrap_or(self.bytes), pos: self.pos }
    }
}

/// Position of the first `byte` in `bytes`.
fn find(bytes: &[u8], byte: u8) -> Option<usize> {
    bytes.iter().position(|&other| other == byte)
}

/// Reads `bytes` to `parsed`, which is new. `any`: also filters that the `.xz` format
/// does not have; `validated`: the chain must be one that can be used. The position
/// is where the text ends, or where the mistake is.
pub(crate) fn parse(
    parsed: &mut Parsed,
    bytes: &[u8],
    any: bool,
    validated: bool,
) -> (usize, Result<(), Mistake>) {
    let mut text = Text { bytes, pos: 0 };
    let result = parse_text(parsed, &mut text, any, validated);
    (text.pos, result)
}

fn parse_text(
    parsed: &mut Parsed,
    text: &mut Text<'_>,
    any: bool,
    validated: bool,
) -> Result<(), Mistake> {
    text.skip_spaces();
    match text.rest() {
        [] => Err(c"Empty string is not allowed, try '6' if a default value is needed"),
        [b'-', b'0'..=b'9', ..] => {
            text.pos += 1;
            parse_preset(parsed, text)
        }
        [b'0'..=b'9', ..] => parse_preset(parsed, text),
        _ => parse_chain(parsed, text, any, validated),
    }
}

/// A preset in the place of a chain.
fn parse_preset(parsed: &mut Parsed, text: &mut Text<'_>) -> Result<(), Mistake> {
    let len = find(text.rest(), b' ').unwrap_or(text.rest().len());
    let (_, behind) = text.rest().split_at(len);
    if behind.iter().any(|&byte| byte != b' ') {
        return Err(c"Unsupported preset");
    }
    let mut preset = text.until(text.pos + len);
    let result = parsed.filters.push_with(|spec| {
        spec.id = id::LZMA2;
        preset_options(&mut spec.options, &mut preset)
    });
    text.pos = preset.pos;
    parsed.starts[0] = text.pos;
    result.unwrap_or(Ok(()))
}

/// A digit and letters.
fn preset_options(
    options: &mut FilterOptions<'static>,
    text: &mut Text<'_>,
) -> Result<(), Mistake> {
    let Some(level @ b'0'..=b'9') = text.peek() else {
        return Err(c"Unsupported preset");
    };
    let mut preset = u32::from(level - b'0');
    text.pos += 1;
    while let Some(flag) = text.peek() {
        if flag != b'e' {
            return Err(c"Unsupported flag in the preset");
        }
        preset |= 1 << 31;
        text.pos += 1;
    }
    *options = names::preset(preset).ok_or(c"Unsupported preset")?;
    Ok(())
}

fn parse_chain(
    parsed: &mut Parsed,
    text: &mut Text<'_>,
    any: bool,
    validated: bool,
) -> Result<(), Mistake> {
    while text.peek().is_some() {
        let Some(start) = parsed.starts.get_mut(parsed.filters.len()) else {
            return Err(c"The maximum number of filters is four");
        };
        if text.rest().starts_with(b"--") {
            text.pos += 2;
        }
        *start = text.pos;
        let mut filter = text.until(text.pos + filter_len(text.rest()));
        if filter.peek().is_none() {
            return Err(c"Filter name is missing");
        }
        let result = parsed.filters.push_with(|spec| parse_filter(spec, &mut filter, any));
        text.pos = filter.pos;
        result.unwrap_or(Ok(()))?;
        text.skip_spaces();
    }
    if validated && validate(&parsed.filters).is_err() {
        return Err(c"Invalid filter chain ('lzma2' missing at the end?)");
    }
    Ok(())
}

/// Length of a filter with its options: a space or two dashes end it.
fn filter_len(bytes: &[u8]) -> usize {
    let is_end = |(i, byte): (usize, &u8)| match byte {
        b' ' => true,
        b'-' => bytes.get(i + 1) == Some(&b'-'),
        _ => false,
    };
    bytes.iter().enumerate().position(is_end).unwrap_or(bytes.len())
}

/// A name, perhaps with options.
fn parse_filter(
    spec: &mut FilterSpec<'static>,
    text: &mut Text<'_>,
    any: bool,
) -> Result<(), Mistake> {
    let rest = text.rest();
    let separator = rest.iter().position(|byte| matches!(byte, b':' | b'='));
    let name = rest.get(..separator.unwrap_or(rest.len())).unwrap_or_default();
    let named = Name::of(name).and_then(|name| NAMED.iter().find(|named| named.name == name));
    let named = named.ok_or(c"Unknown filter name")?;
    if !any && named.id >= id::RESERVED_START {
        return Err(c"This filter cannot be used in the .xz format");
    }
    text.pos += separator.map_or(name.len(), |separator| separator + 1);
    spec.id = named.id;
    spec.options = named.initial();
    parse_options(text, named.options(), &mut spec.options)?;
    match &spec.options {
        FilterOptions::Lzma(lzma) if lzma.lc + lzma.lp > 4 => {
            Err(c"The sum of lc and lp must not exceed 4")
        }
        _ => Ok(()),
    }
}

/// `name=value,name=value`; commas too many do not matter.
fn parse_options(
    text: &mut Text<'_>,
    known: &[OptionSpec],
    options: &mut FilterOptions<'static>,
) -> Result<(), Mistake> {
    while let Some(byte) = text.peek() {
        if byte == b',' {
            text.pos += 1;
            continue;
        }
        let rest = text.rest();
        let end = text.pos + find(rest, b',').unwrap_or(rest.len());
        let mut option = text.until(end);
        let result = parse_option(&mut option, known, options);
        text.pos = option.pos;
        result?;
        text.pos = end;
    }
    Ok(())
}

fn parse_option(
    text: &mut Text<'_>,
    known: &[OptionSpec],
    options: &mut FilterOptions<'static>,
) -> Result<(), Mistake> {
    let rest = text.rest();
    let equals = find(rest, b'=').filter(|&len| len != 0);
    let equals = equals.ok_or(c"Options must be 'name=value' pairs separated with commas")?;
    let name = rest.get(..equals).unwrap_or_default();
    let option = Name::of(name).and_then(|name| known.iter().find(|option| option.name == name));
    let option = option.ok_or(c"Unknown option name")?;
    text.pos += equals + 1;
    if text.peek().is_none() {
        return Err(c"Option value cannot be empty");
    }
    let value = match option.values {
        Values::Preset => {
            return preset_options(options, text);
        }
        Values::Names(names) => {
            let value = Name::of(text.rest()).and_then(|name| names.value_of(name));
            value.ok_or(c"Invalid option value")?
        }
        Values::Range { min, max, bytes, .. } => {
            let value = parse_number(text, bytes)?;
            if !(min..=max).contains(&value) {
                return Err(OUT_OF_RANGE);
            }
            value
        }
    };
    names::set(options, option.field, value);
    Ok(())
}

const OUT_OF_RANGE: Mistake = c"Value out of range";

/// Digits, and a suffix if that is allowed. The position changes only if the
/// suffix is wrong.
fn parse_number(text: &mut Text<'_>, suffixes: bool) -> Result<u32, Mistake> {
    let rest = text.rest();
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, suffix) = rest.split_at(digits);
    if digits.is_empty() {
        return Err(c"Value is not a non-negative decimal integer");
    }
    let mut value = 0_u32;
    for digit in digits {
        let more = value.checked_mul(10).and_then(|v| v.checked_add(u32::from(digit - b'0')));
        value = more.ok_or(OUT_OF_RANGE)?;
    }
    let [unit, behind @ ..] = suffix else {
        return Ok(value);
    };
    let at = text.pos + digits.len();
    if !suffixes {
        text.pos = at;
        return Err(c"This option does not support any multiplier suffixes");
    }
    let shift = match unit {
        b'k' | b'K' => 10,
        b'm' | b'M' => 20,
        b'g' | b'G' => 30,
        _ => 0,
    };
    if shift == 0 || !matches!(behind, b"" | b"i" | b"B" | b"iB") {
        text.pos = at;
        return Err(c"Invalid multiplier suffix (KiB, MiB, or GiB)");
    }
    value.checked_mul(1 << shift).ok_or(OUT_OF_RANGE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lzma::LzmaOptions;

    fn mistake(text: &str) -> (usize, &'static str) {
        let (pos, result) = parse(&mut Parsed::new(), text.as_bytes(), false, true);
        (pos, result.expect_err(text).to_str().unwrap())
    }

    #[test]
    fn chains() {
        let text = "x86:start=16k --delta=dist=3 lzma2:preset=1,dict=1MiB,,lc=4";
        let mut parsed = Parsed::new();
        assert_eq!(parse(&mut parsed, text.as_bytes(), false, true), (text.len(), Ok(())));
        let [x86, delta, lzma2] = *parsed.filters else { panic!("{:?}", parsed.filters) };
        assert_eq!(x86.options, FilterOptions::Bcj { start_offset: 16 << 10 });
        assert_eq!(delta.options, FilterOptions::Delta { kind: 0, dist: 3 });
        let Some(FilterOptions::Lzma(preset)) = names::preset(1) else { panic!() };
        let options = LzmaOptions { dict_size: 1 << 20, lc: 4, ..preset };
        assert_eq!(lzma2.options, FilterOptions::Lzma(options));
        assert_eq!(parsed.starts, [0, 16, 29, 0]);
    }

    #[test]
    fn mistakes_and_where_they_are() {
        assert_eq!(mistake("  ").0, 2);
        assert_eq!(mistake("-9x"), (2, "Unsupported flag in the preset"));
        assert_eq!(mistake("6 7"), (0, "Unsupported preset"));
        assert_eq!(mistake("lzma2:lc=5"), (9, "Value out of range"));
        assert_eq!(
            mistake("lzma2:lc"),
            (6, "Options must be 'name=value' pairs separated with commas")
        );
        assert_eq!(mistake("lzma2:dict=4Q").0, 12);
        assert_eq!(mistake("lzma1"), (0, "This filter cannot be used in the .xz format"));
        assert_eq!(mistake("x86").0, 3);
        assert_eq!(mistake("x86 x86 x86 x86 lzma2").1, "The maximum number of filters is four");
    }
}
