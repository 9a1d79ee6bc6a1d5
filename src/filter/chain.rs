//! The coders of a filter chain. Each takes its data from those behind it in
//! a flat array; the last one takes the application's input. Decoders stand
//! in the order of the chain, the last filter of which knows where the data
//! ends. Encoders stand in reverse: that filter keeps a window of the data,
//! which the others fill.

#![forbid(unsafe_code)]

use super::kind::{Kind, validate};
use super::spec::{FILTERS_MAX, FilterOptions, FilterSpec, id};
use crate::bcj::{Arch, Bcj};
use crate::delta::Delta;
use crate::error::{Error, Result, Status};
use crate::fault;
use crate::io::{Action, Direct, Input, Output, Source};
use crate::lzma::{
    ALLOW_END_MARKER, Lzma2Decoder, Lzma2Encoder, LzmaDecoder, LzmaEncoder, LzmaOptions,
};
use crate::memory::{AllocatorHandle, Initial, OwnedBox};

/// A filter at work.
enum Link {
    Lzma1Decoder(LzmaDecoder),
    Lzma2Decoder(Lzma2Decoder),
    DeltaDecoder(Delta),
    BcjDecoder(Bcj),
    Lzma1Encoder(LzmaEncoder),
    Lzma2Encoder(Lzma2Encoder),
    DeltaEncoder(Delta),
    BcjEncoder(Bcj),
}

/// Which way a chain works.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Decode,
    Encode,
}

impl Direction {
    /// The filter whose coder is number `place` of its chain.
    fn filter_of<'s, 'a>(
        self,
        place: usize,
        filters: &'s [FilterSpec<'a>],
    ) -> Option<&'s FilterSpec<'a>> {
        match self {
            Direction::Decode => filters.get(place),
            Direction::Encode => filters.get(filters.len().checked_sub(place + 1)?),
        }
    }
}

impl Link {
    /// Puts a coder for `spec`, a filter of this `kind`, into `place`, where
    /// there is none. [`Link::start`] comes before use.
    fn put<'a>(
        place: &'a mut Option<Link>,
        memory: &AllocatorHandle,
        (direction, kind): (Direction, Kind),
        spec: &FilterSpec<'_>,
    ) -> Result<&'a mut Link> {
        use Direction::{Decode, Encode};
        // Each is made where it stays: links are large.
        Ok(match (kind, direction) {
            (Kind::Lzma1 | Kind::Lzma1Ext, Decode) => {
                place.insert(Link::Lzma1Decoder(LzmaDecoder::new(memory)?))
            }
            (Kind::Lzma1 | Kind::Lzma1Ext, Encode) => {
                place.insert(Link::Lzma1Encoder(LzmaEncoder::new(memory)?))
            }
            (Kind::Lzma2, Decode) => place.insert(Link::Lzma2Decoder(Lzma2Decoder::new(memory)?)),
            (Kind::Lzma2, Encode) => place.insert(Link::Lzma2Encoder(Lzma2Encoder::new(memory)?)),
            (Kind::Delta, Decode) => place.insert(Link::DeltaDecoder(delta(spec)?)),
            (Kind::Delta, Encode) => place.insert(Link::DeltaEncoder(delta(spec)?)),
            (Kind::Bcj, Decode) => place.insert(Link::BcjDecoder(bcj(spec, false)?)),
            (Kind::Bcj, Encode) => place.insert(Link::BcjEncoder(bcj(spec, true)?)),
        })
    }

    /// Begins with what `spec`, a filter of this `kind`, says. Buffers from
    /// before are used again as far as possible. `alone`: it is the only
    /// filter of its chain.
    fn start(&mut self, kind: Kind, spec: &FilterSpec<'_>, alone: bool) -> Result<()> {
        match self {
            Link::Lzma1Decoder(decoder) => {
                start_lzma1(decoder, kind, lzma_options(spec)?, alone)?;
            }
            Link::Lzma2Decoder(decoder) => decoder.start(lzma_options(spec)?, alone)?,
            Link::Lzma1Encoder(encoder) => {
                encoder.start(lzma_options(spec)?, kind == Kind::Lzma1Ext)?;
            }
            Link::Lzma2Encoder(encoder) => encoder.start(lzma_options(spec)?)?,
            Link::DeltaDecoder(place) | Link::DeltaEncoder(place) => *place = delta(spec)?,
            Link::BcjDecoder(place) => *place = bcj(spec, false)?,
            Link::BcjEncoder(place) => *place = bcj(spec, true)?,
        }
        Ok(())
    }

    /// Tells whether this is a coder that can be started for a filter of
    /// this `kind`.
    fn can_reuse(&self, direction: Direction, kind: Kind) -> bool {
        use Direction::{Decode, Encode};
        matches!(
            (self, direction, kind),
            (Link::Lzma1Decoder(_), Decode, Kind::Lzma1 | Kind::Lzma1Ext)
                | (Link::Lzma2Decoder(_), Decode, Kind::Lzma2)
                | (Link::DeltaDecoder(_), Decode, Kind::Delta)
                | (Link::BcjDecoder(_), Decode, Kind::Bcj)
                | (Link::Lzma1Encoder(_), Encode, Kind::Lzma1 | Kind::Lzma1Ext)
                | (Link::Lzma2Encoder(_), Encode, Kind::Lzma2)
                | (Link::DeltaEncoder(_), Encode, Kind::Delta)
                | (Link::BcjEncoder(_), Encode, Kind::Bcj)
        )
    }

    /// Changes the options of an encoder, as far as it can.
    fn update(&mut self, spec: &FilterSpec<'_>) -> Result<()> {
        match self {
            Link::Lzma2Encoder(encoder) => encoder.update(lzma_options(spec)?),
            // These keep their options.
            Link::DeltaEncoder(_) | Link::BcjEncoder(_) => Ok(()),
            _ => Err(Error::Prog),
        }
    }

    fn code(
        &mut self,
        source: &mut dyn Source,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        fault::point();
        match self {
            Link::Lzma1Decoder(decoder) => decoder.code(input, output, action),
            Link::Lzma2Decoder(decoder) => decoder.code(input, output, action),
            Link::DeltaDecoder(delta) => delta.decode(source, input, output, action),
            Link::BcjDecoder(bcj) => bcj.code(source, input, output, action),
            Link::Lzma1Encoder(encoder) => encoder.code(source, input, output, action),
            Link::Lzma2Encoder(encoder) => encoder.code(source, input, output, action),
            Link::DeltaEncoder(delta) => delta.encode(source, input, output, action),
            Link::BcjEncoder(bcj) => bcj.code(source, input, output, action),
        }
    }
}

fn delta(spec: &FilterSpec<'_>) -> Result<Delta> {
    match spec.options {
        FilterOptions::Delta { kind, dist } => Delta::new(kind, dist),
        _ => Err(Error::Options),
    }
}

/// [`Error::Options`] if a branch filter of an encoder cannot begin at its position:
/// all that is left to find out for a chain of known memory usage.
pub(crate) fn validate_start_offsets(filters: &[FilterSpec<'_>]) -> Result<()> {
    let is_branch_filter = |spec: &&FilterSpec<'_>| Arch::of(spec.id).is_some();
    filters.iter().filter(is_branch_filter).try_for_each(|spec| bcj(spec, true).map(|_| ()))
}

/// A BCJ filter; without options, its data begins at position 0.
fn bcj(spec: &FilterSpec<'_>, encode: bool) -> Result<Bcj> {
    let start_offset = match spec.options {
        FilterOptions::Bcj { start_offset } => start_offset,
        _ => 0,
    };
    Bcj::new(Arch::of(spec.id).ok_or(Error::Options)?, encode, start_offset)
}

fn lzma_options<'s, 'a>(spec: &'s FilterSpec<'a>) -> Result<&'s LzmaOptions<'a>> {
    match &spec.options {
        FilterOptions::Lzma(options) => Ok(options),
        _ => Err(Error::Prog),
    }
}

fn start_lzma1(
    decoder: &mut LzmaDecoder,
    kind: Kind,
    options: &LzmaOptions<'_>,
    alone: bool,
) -> Result<()> {
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
    decoder.start(options, (size, end_marker_allowed), alone)
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
        Direct.read(input, output, action)
    }
}

/// The coders of a chain.
pub(crate) struct Chain {
    /// The coder that all data goes through last. `None` if the chain was not
    /// started, or failed to start.
    first: Option<Link>,
    /// Those behind it, then `None`; most chains have but one filter.
    behind: Option<OwnedBox<Behind>>,
    /// The filters' IDs, in the order of the coders.
    ids: [u64; FILTERS_MAX],
}

impl Initial for Chain {
    const INITIAL: Chain = Chain::new();
}

/// The coders of a chain behind the first one.
struct Behind([Option<Link>; FILTERS_MAX - 1]);

impl Initial for Behind {
    const INITIAL: Behind = Behind([const { None }; FILTERS_MAX - 1]);
}

impl Chain {
    /// A chain of no filters: [`Chain::start_decoder`] or [`Chain::start_encoder`]
    /// comes before use.
    #[inline(always)]
    pub(crate) const fn new() -> Chain {
        Chain { first: None, behind: None, ids: [id::UNKNOWN; FILTERS_MAX] }
    }

    /// Begins to decode with `filters`. What is there from before is used
    /// again as far as possible; the rest comes from `memory`, always the
    /// same one.
    ///
    /// [`Error::Prog`] or [`Error::Options`] if IDs or options are not valid
    /// or not supported; then, and if there is not enough memory, there is
    /// nothing to decode with.
    pub(crate) fn start_decoder(
        &mut self,
        memory: &AllocatorHandle,
        filters: &[FilterSpec<'_>],
    ) -> Result<()> {
        self.start(memory, Direction::Decode, filters)
    }

    /// Begins to encode with `filters`; otherwise as
    /// [`Chain::start_decoder`].
    pub(crate) fn start_encoder(
        &mut self,
        memory: &AllocatorHandle,
        filters: &[FilterSpec<'_>],
    ) -> Result<()> {
        self.start(memory, Direction::Encode, filters)
    }

    fn start(
        &mut self,
        memory: &AllocatorHandle,
        direction: Direction,
        filters: &[FilterSpec<'_>],
    ) -> Result<()> {
        let result = validate(filters).and_then(|()| self.try_start(memory, direction, filters));
        if result.is_err() {
            self.end();
        }
        result
    }

    fn try_start(
        &mut self,
        memory: &AllocatorHandle,
        direction: Direction,
        filters: &[FilterSpec<'_>],
    ) -> Result<()> {
        self.drop_unusable(direction, filters);
        let alone = filters.len() == 1;
        if !alone && self.behind.is_none() {
            self.behind = Some(memory.own_initial()?);
        }
        self.ids = [id::UNKNOWN; FILTERS_MAX];
        for place in 0..filters.len() {
            let spec = direction.filter_of(place, filters).ok_or(Error::Prog)?;
            let kind = Kind::of(spec.id).ok_or(Error::Options)?;
            let link = match self.link_mut(place).ok_or(Error::Prog)? {
                Some(link) => link,
                none => Link::put(none, memory, (direction, kind), spec)?,
            };
            link.start(kind, spec, alone)?;
            self.ids[place] = spec.id;
        }
        Ok(())
    }

    /// Frees the coders that `filters` cannot use again.
    fn drop_unusable(&mut self, direction: Direction, filters: &[FilterSpec<'_>]) {
        let mut same = true;
        let mut place = 0;
        while let Some(link) = self.link_mut(place) {
            let kind = direction.filter_of(place, filters).and_then(|spec| Kind::of(spec.id));
            same = same
                && matches!((&*link, kind), (Some(link), Some(kind))
                    if link.can_reuse(direction, kind));
            if !same && link.is_some() {
                *link = None;
            }
            place += 1;
        }
    }

    /// The place of a coder, if there is memory for it.
    fn link_mut(&mut self, place: usize) -> Option<&mut Option<Link>> {
        match place.checked_sub(1) {
            None => Some(&mut self.first),
            Some(behind) => self.behind.as_deref_mut()?.0.get_mut(behind),
        }
    }

    /// Changes the options of an encoder, as far as its filters can.
    /// [`Error::Prog`] if that is not possible now, or an ID differs from
    /// what it was; [`Error::Options`] if options are not valid.
    pub(crate) fn update(&mut self, filters: &[FilterSpec<'_>]) -> Result<()> {
        if filters.last().map(|spec| spec.id) != Some(self.ids[0]) {
            return Err(Error::Prog);
        }
        self.update_raw(filters)
    }

    /// Like [`Chain::update`], but takes any ID of the last filter: of an encoder
    /// without a container, liblzma does, too.
    pub(crate) fn update_raw(&mut self, filters: &[FilterSpec<'_>]) -> Result<()> {
        for (place, id) in self.ids.into_iter().enumerate() {
            let spec = Direction::Encode.filter_of(place, filters);
            match (self.link_mut(place), spec) {
                (Some(Some(link)), Some(spec)) if place == 0 || spec.id == id => {
                    link.update(spec)?;
                }
                (None | Some(None), None) => return Ok(()),
                _ => return Err(Error::Prog),
            }
        }
        Ok(())
    }

    /// Has branch filters of a decoder filter what comes before an error, too
    /// ([`Bcj::filter_before_errors`]), until the chain is started again.
    pub(crate) fn filter_before_errors(&mut self) {
        let mut place = 0;
        while let Some(Some(link)) = self.link_mut(place) {
            if let Link::BcjDecoder(bcj) = link {
                bcj.filter_before_errors();
            }
            place += 1;
        }
    }

    /// Tells whether the first link is a BCJ filter.
    pub(crate) fn begins_with_bcj(&self) -> bool {
        Kind::of(self.ids[0]) == Some(Kind::Bcj)
    }

    /// Frees all coders.
    pub(crate) fn end(&mut self) {
        let mut place = 0;
        while let Some(link) = self.link_mut(place) {
            *link = None;
            place += 1;
        }
    }

    /// Codes as much as there is input and room for.
    pub(crate) fn code(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        match &mut self.first {
            // The most frequent one of those that have no use for what is behind.
            Some(Link::Lzma2Decoder(decoder)) => decoder.code(input, output, action),
            Some(link) => {
                let behind = self.behind.as_deref_mut().map_or(&mut [][..], |behind| &mut behind.0);
                link.code(&mut Links(behind), input, output, action)
            }
            None => Err(Error::Prog),
        }
    }

    /// Encodes all of the data in one call. [`Error::Buf`] if there is not
    /// enough room.
    pub(crate) fn encode_whole(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
    ) -> Result<()> {
        match self.code(input, output, Action::Finish)? {
            Status::StreamEnd => Ok(()),
            _ => Err(Error::Buf),
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
        // Input and room have both run out. If one more byte comes, it was the room.
        let mut byte = [0];
        let mut one_more = Output::new(&mut byte);
        let _ = self.code(input, &mut one_more, Action::Finish);
        Err(if one_more.is_full() { Error::Buf } else { Error::Data })
    }
}
