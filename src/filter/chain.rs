//! The coders of a filter chain. Each takes its data from those behind it in
//! a flat array; the last one takes the application's input. Decoders stand
//! in the order of the chain, the last filter of which knows where the data
//! ends.

#![forbid(unsafe_code)]

use super::kind::{Kind, arch, validate};
use super::spec::{FILTERS_MAX, FilterOptions, FilterSpec};
use crate::bcj::Bcj;
use crate::delta::Delta;
use crate::error::{Error, Result, Status};
use crate::io::{Action, Input, Output, Source};
use crate::lzma::{Lzma2Decoder, LzmaDecoder, LzmaOptions};
use crate::memory::Memory;

/// Flag in `ext_flags` of LZMA1EXT: an end marker may follow although the
/// size is known.
const ALLOW_END_MARKER: u32 = 1;

/// A filter at work.
enum Link {
    Lzma1Decoder(LzmaDecoder),
    Lzma2Decoder(Lzma2Decoder),
    DeltaDecoder(Delta),
    BcjDecoder(Bcj),
}

impl Link {
    /// A decoder for `spec`. `old`, which was at its place before, is used
    /// again where it is worth it: that keeps its dictionary.
    fn decoder(memory: &Memory, old: Option<Link>, spec: &FilterSpec<'_>) -> Result<Link> {
        let kind = Kind::of(spec.id).ok_or(Error::Options)?;
        match (kind, old) {
            (Kind::Lzma1 | Kind::Lzma1Ext, Some(Link::Lzma1Decoder(decoder))) => {
                start_lzma1(decoder, kind, lzma_options(spec)?)
            }
            (Kind::Lzma1 | Kind::Lzma1Ext, _) => {
                start_lzma1(LzmaDecoder::new(memory)?, kind, lzma_options(spec)?)
            }
            (Kind::Lzma2, Some(Link::Lzma2Decoder(decoder))) => {
                start_lzma2(decoder, lzma_options(spec)?)
            }
            (Kind::Lzma2, _) => start_lzma2(Lzma2Decoder::new(memory)?, lzma_options(spec)?),
            (Kind::Delta, _) => match spec.options {
                FilterOptions::Delta { kind, dist } => {
                    Ok(Link::DeltaDecoder(Delta::new(kind, dist)?))
                }
                _ => Err(Error::Options),
            },
            (Kind::Bcj, _) => Ok(Link::BcjDecoder(bcj(spec, false)?)),
        }
    }

    /// Whether a decoder for `spec` would use this one again.
    fn suits(&self, spec: &FilterSpec<'_>) -> bool {
        matches!(
            (self, Kind::of(spec.id)),
            (Link::Lzma1Decoder(_), Some(Kind::Lzma1 | Kind::Lzma1Ext))
                | (Link::Lzma2Decoder(_), Some(Kind::Lzma2))
                | (Link::DeltaDecoder(_), Some(Kind::Delta))
                | (Link::BcjDecoder(_), Some(Kind::Bcj))
        )
    }

    fn code(
        &mut self,
        source: &mut impl Source,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        match self {
            Link::Lzma1Decoder(decoder) => decoder.code(input, output, action),
            Link::Lzma2Decoder(decoder) => decoder.code(input, output, action),
            Link::DeltaDecoder(delta) => delta.decode(source, input, output, action),
            Link::BcjDecoder(bcj) => bcj.code(source, input, output, action),
        }
    }
}

/// A BCJ filter; without options, its data begins at position 0.
fn bcj(spec: &FilterSpec<'_>, encode: bool) -> Result<Bcj> {
    let start_offset = match spec.options {
        FilterOptions::Bcj { start_offset } => start_offset,
        _ => 0,
    };
    Bcj::new(arch(spec.id).ok_or(Error::Options)?, encode, start_offset)
}

fn lzma_options<'a>(spec: &FilterSpec<'a>) -> Result<LzmaOptions<'a>> {
    match spec.options {
        FilterOptions::Lzma(options) => Ok(options),
        _ => Err(Error::Prog),
    }
}

fn start_lzma1(mut decoder: LzmaDecoder, kind: Kind, options: LzmaOptions<'_>) -> Result<Link> {
    if !options.lclppb_valid() {
        return Err(Error::Prog);
    }
    let (mut size, mut end_marker_allowed) = (None, true);
    if kind == Kind::Lzma1Ext {
        if options.ext_flags & !ALLOW_END_MARKER != 0 {
            return Err(Error::Options);
        }
        size = (options.ext_size != u64::MAX).then_some(options.ext_size);
        end_marker_allowed = options.ext_flags != 0 || size.is_none();
    }
    decoder.start(&options, size, end_marker_allowed)?;
    Ok(Link::Lzma1Decoder(decoder))
}

fn start_lzma2(mut decoder: Lzma2Decoder, options: LzmaOptions<'_>) -> Result<Link> {
    decoder.start(&options)?;
    Ok(Link::Lzma2Decoder(decoder))
}

/// The links behind the one that reads from them, or none: then this is the
/// application's input.
struct Links<'a>(&'a mut [Option<Link>]);

impl Source for Links<'_> {
    fn read(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        if let Some((Some(link), behind)) = self.0.split_first_mut() {
            return link.code(&mut Links(behind), input, output, action);
        }
        input.copy_to(output);
        let done = action != Action::Run && input.is_empty();
        Ok(if done { Status::StreamEnd } else { Status::Ok })
    }
}

/// The coders of a chain.
pub(crate) struct Chain {
    memory: Memory,
    /// As many as there are filters, then nothing. Nothing at all if the
    /// chain was not started, or failed to start.
    links: [Option<Link>; FILTERS_MAX],
}

impl Chain {
    /// [`Chain::start_decoder`] comes before use.
    pub(crate) fn new(memory: &Memory) -> Chain {
        Chain { memory: memory.clone(), links: [const { None }; FILTERS_MAX] }
    }

    /// Begins to decode with `filters`. What is there from before is used
    /// again as far as it suits.
    ///
    /// [`Error::Prog`] or [`Error::Options`] if IDs or options are not valid
    /// or not supported; then, and if there is not enough memory, there is
    /// nothing to decode with.
    pub(crate) fn start_decoder(&mut self, filters: &[FilterSpec<'_>]) -> Result<()> {
        let result = self.try_start_decoder(filters);
        if result.is_err() {
            self.end();
        }
        result
    }

    fn try_start_decoder(&mut self, filters: &[FilterSpec<'_>]) -> Result<()> {
        validate(filters)?;
        // What is not used again makes room first.
        let same = self
            .links
            .iter()
            .zip(filters)
            .take_while(|(link, spec)| matches!(link, Some(link) if link.suits(spec)));
        let same = same.count();
        self.links.iter_mut().skip(same).for_each(|link| *link = None);
        for (link, spec) in self.links.iter_mut().zip(filters) {
            *link = Some(Link::decoder(&self.memory, link.take(), spec)?);
        }
        Ok(())
    }

    /// Frees all coders.
    fn end(&mut self) {
        self.links = [const { None }; FILTERS_MAX];
    }

    /// Decodes as much as there is input and room for.
    pub(crate) fn code(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        match &self.links[0] {
            Some(_) => Links(&mut self.links).read(input, output, action),
            None => Err(Error::Prog),
        }
    }

    /// Decodes all of the data in one call. [`Error::Data`] if the input is
    /// damaged or incomplete, [`Error::Buf`] if there is not enough room.
    pub(crate) fn decode_whole(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
    ) -> Result<()> {
        if self.code(input, output, Action::Finish)? == Status::StreamEnd {
            return Ok(());
        }
        if !input.is_empty() {
            return Err(Error::Buf);
        }
        if !output.is_full() {
            return Err(Error::Data);
        }
        // Either may have run out. It was the room if there is another byte.
        let mut byte = [0];
        let mut one_more = Output::new(&mut byte);
        let _ = self.code(input, &mut one_more, Action::Finish);
        Err(if one_more.is_full() { Error::Buf } else { Error::Data })
    }
}
