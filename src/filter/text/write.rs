//! Writes chains of filters, and what filters there are, as text.

#![forbid(unsafe_code)]

use super::super::spec::{FILTERS_MAX, FilterOptions, FilterSpec, id};
use super::names::{self, NAMED, Named, OptionSpec, Values};
use crate::error::{Error, Result};
use crate::io::Output;

/// The most bytes of a text.
pub(crate) const SIZE_MAX: usize = 799;

/// The parts of filters that are written.
#[derive(Clone, Copy)]
pub(crate) struct Show {
    /// Options that an encoder needs.
    pub(crate) encoder: bool,
    /// Options that a decoder needs, if not those.
    pub(crate) decoder: bool,
    /// Filters as options of a command line: `--x86`.
    pub(crate) dashes: bool,
    /// Dashes instead of spaces between filters.
    pub(crate) no_spaces: bool,
}

impl Show {
    fn options(self) -> bool {
        self.encoder || self.decoder
    }

    /// The character between a filter and its options.
    fn separator(self) -> u8 {
        if self.dashes { b'=' } else { b':' }
    }

    fn options_of(self, named: &Named) -> &'static [OptionSpec] {
        let options = named.options();
        let count = if self.encoder { options.len() } else { named.for_decoder };
        options.get(..count).unwrap_or(options)
    }
}

fn put(output: &mut Output<'_>, text: &[u8]) -> Result<()> {
    if output.write(text) == text.len() { Ok(()) } else { Err(Error::Prog) }
}

fn put_byte(output: &mut Output<'_>, byte: u8) -> Result<()> {
    if output.push(byte) { Ok(()) } else { Err(Error::Prog) }
}

fn put_number(output: &mut Output<'_>, number: u32, bytes: bool) -> Result<()> {
    let (unit, suffix): (_, &[u8]) = match number.trailing_zeros() {
        10..20 if bytes => (10, b"KiB"),
        20..30 if bytes => (20, b"MiB"),
        30..32 if bytes => (30, b"GiB"),
        _ => (0, b""),
    };
    let mut number = number >> unit;
    let mut digits = [0; 10];
    let mut start = digits.len();
    for place in digits.iter_mut().rev() {
        *place = b'0' + (number % 10) as u8;
        number /= 10;
        start -= 1;
        if number == 0 {
            break;
        }
    }
    put(output, digits.get(start..).unwrap_or_default())?;
    if suffix.is_empty() { Ok(()) } else { put(output, suffix) }
}

/// Writes a chain. [`Error::Options`] if it has no filters or too many, one
/// without a name, or one that lacks options.
pub(crate) fn write(filters: &[FilterSpec<'_>], show: Show, output: &mut Output<'_>) -> Result<()> {
    if filters.is_empty() || filters.len() > FILTERS_MAX {
        return Err(Error::Options);
    }
    for (i, spec) in filters.iter().enumerate() {
        if i > 0 && !show.no_spaces {
            put_byte(output, b' ')?;
        }
        if show.dashes || (i > 0 && show.no_spaces) {
            put(output, b"--")?;
        }
        let named = NAMED.iter().find(|named| named.id == spec.id).ok_or(Error::Options)?;
        put(output, named.name.as_bytes())?;
        match &spec.options {
            _ if !show.options() => {}
            FilterOptions::None if named.optional => {}
            FilterOptions::None => return Err(Error::Options),
            options => put_options(options, named, show, output)?,
        }
    }
    Ok(())
}

fn put_options(
    options: &FilterOptions<'_>,
    named: &Named,
    show: Show,
    output: &mut Output<'_>,
) -> Result<()> {
    let mut separator = show.separator();
    for option in show.options_of(named) {
        let value = names::get(options, option.field);
        match option.values {
            // Nobody can know which preset it was.
            Values::Preset => continue,
            Values::Range { hides_zero: true, .. } if value == 0 => continue,
            _ => {}
        }
        put_byte(output, separator)?;
        put(output, option.name.as_bytes())?;
        put_byte(output, b'=')?;
        separator = b',';
        match option.values {
            Values::Names(names) => {
                let named = names.list().iter().find(|(_, number)| *number == value);
                put(output, named.map_or(b"UNKNOWN", |(name, _)| name.as_bytes()))?;
            }
            Values::Range { bytes, .. } => put_number(output, value, bytes)?,
            Values::Preset => {}
        }
    }
    Ok(())
}

/// Lists filters, with what their options may be: the one called `id`, or
/// ([`id::UNKNOWN`]) those that the `.xz` format has, or `all`.
/// [`Error::Options`] if there is none.
pub(crate) fn list(id: u64, all: bool, show: Show, output: &mut Output<'_>) -> Result<()> {
    let listed = |named: &&Named| match id {
        id::UNKNOWN => all || named.id < id::RESERVED_START,
        id => named.id == id,
    };
    let mut none = true;
    for named in NAMED.iter().filter(listed) {
        if !none {
            put_byte(output, if show.options() { b'\n' } else { b' ' })?;
        }
        none = false;
        if show.dashes {
            put(output, b"--")?;
        }
        put(output, named.name.as_bytes())?;
        if show.options() {
            put_values(named, show, output)?;
        }
    }
    if none { Err(Error::Options) } else { Ok(()) }
}

fn put_values(named: &Named, show: Show, output: &mut Output<'_>) -> Result<()> {
    let mut separator = show.separator();
    for option in show.options_of(named) {
        put_byte(output, separator)?;
        put(output, option.name.as_bytes())?;
        put(output, b"=<")?;
        separator = b',';
        match option.values {
            Values::Preset => put(output, b"0-9[e]")?,
            Values::Names(names) => {
                for (i, (name, _)) in names.list().iter().enumerate() {
                    if i > 0 {
                        put_byte(output, b'|')?;
                    }
                    put(output, name.as_bytes())?;
                }
            }
            Values::Range { min, max, bytes, .. } => {
                put_number(output, min, bytes)?;
                put_byte(output, b'-')?;
                put_number(output, max, bytes)?;
            }
        }
        put_byte(output, b'>')?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for (number, bytes, text) in [
            (0, true, "0"),
            (1024, true, "1KiB"),
            (1025, true, "1025"),
            (1 << 20, false, "1048576"),
            (3 << 20, true, "3MiB"),
            (1 << 31, true, "2GiB"),
            (u32::MAX, true, "4294967295"),
        ] {
            let mut buffer = [0; 16];
            let mut output = Output::new(&mut buffer);
            put_number(&mut output, number, bytes).unwrap();
            assert_eq!(output.written_mut(0), text.as_bytes());
        }
    }
}
