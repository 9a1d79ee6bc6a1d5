//! The list of all coders. A new one gets a line here.

#![forbid(unsafe_code)]

use crate::coder::{Actions, Coder, NoCoder, Restart, Totals};
use crate::container::alone_decoder::AloneDecoder;
use crate::container::alone_encoder::AloneEncoder;
use crate::container::index_coders::{IndexDecoder, IndexEncoder};
use crate::container::lzip_decoder::LzipDecoder;
use crate::container::microlzma_decoder::MicroLzmaDecoder;
use crate::container::microlzma_encoder::MicroLzmaEncoder;
use crate::container::raw::{RawDecoder, RawEncoder};
use crate::container::xz::block_decoder::BlockDecoder;
use crate::container::xz::block_encoder::BlockEncoder;
use crate::container::xz::file_info::FileInfoDecoder;
use crate::container::xz::stream_encoder::StreamEncoder;
use crate::error::{Error, Result, Status};
use crate::fault;
use crate::filter::FilterSpec;
use crate::index::Index;
use crate::io::{Action, Input, Output};
use crate::memory::{AllocatorHandle, MemoryLimit, OwnedBox, Shared};
use crate::settings::Threads;
use crate::threaded::blockwise_encoder::BlockwiseEncoder;
use crate::threaded::decoder::Decoder as ThreadedDecoder;
use crate::threaded::encoder::Encoder as ThreadedEncoder;
use crate::threaded::look_ahead::{AutoDecoder, StreamDecoder};

/// A coder that is among those of [`AnyCoder`].
pub(crate) trait Listed: Restart {
    /// The coder in `any`, if it is of this type.
    fn of(any: &mut AnyCoder) -> Option<&mut Self>;
    /// The other way round.
    fn into_any(coder: OwnedBox<Self>) -> AnyCoder;
}

macro_rules! coders {
    ($d:tt $($name:ident,)*) => {
        /// A coder that an application can drive, of whatever type.
        pub(crate) enum AnyCoder {
            /// No coder was started, or it failed to start.
            None(NoCoder),
            $(#[doc = concat!("[`", stringify!($name), "`]")] $name(OwnedBox<$name>),)*
        }

        impl AnyCoder {
            /// [`Coder::code`] of the coder, called directly: no coder is
            /// inlined, so that this is a jump, and none has to save registers
            /// and to make room on the stack for another.
            #[inline(always)]
            pub(super) fn code(
                &mut self,
                input: &mut Input<'_>,
                output: &mut Output<'_>,
                action: Action,
            ) -> Result<Status> {
                fault::point();
                match self {
                    AnyCoder::None(_) => Err(Error::Prog),
                    $(AnyCoder::$name(coder) => coder.code(input, output, action),)*
                }
            }
        }

        /// `$answer` of whatever `$coder` there is in `$any`. Cases rather than
        /// a table of functions ("vtable"): the loader would have to put 200
        /// addresses into such tables whenever a process starts.
        macro_rules! of_any {
            ($d any:expr, $d coder:ident => $d answer:expr) => {
                match $d any {
                    AnyCoder::None($d coder) => $d answer,
                    $(AnyCoder::$name($d coder) => $d answer,)*
                }
            };
        }

        $(impl Listed for $name {
            fn of(any: &mut AnyCoder) -> Option<&mut $name> {
                match any {
                    AnyCoder::$name(coder) => Some(coder),
                    _ => None,
                }
            }

            fn into_any(coder: OwnedBox<$name>) -> AnyCoder {
                AnyCoder::$name(coder)
            }
        })*
    };
}

coders! {
    $ // as it stands in the macro that this one makes
    RawDecoder,
    RawEncoder,
    BlockDecoder,
    BlockEncoder,
    StreamDecoder,
    StreamEncoder,
    ThreadedDecoder,
    ThreadedEncoder,
    BlockwiseEncoder,
    AutoDecoder,
    AloneDecoder,
    AloneEncoder,
    LzipDecoder,
    MicroLzmaDecoder,
    MicroLzmaEncoder,
    IndexDecoder,
    IndexEncoder,
    FileInfoDecoder,
}

/// Methods of [`Coder`] that applications can call, apart from `code`.
impl AnyCoder {
    pub(super) fn set_continues(&mut self, continues: bool) {
        of_any!(self, coder => coder.set_continues(continues))
    }

    pub(crate) fn memory_limit(&self) -> Option<MemoryLimit> {
        of_any!(self, coder => coder.memory_limit())
    }

    pub(crate) fn set_memory_limit(&mut self, limit: u64) -> Result<()> {
        of_any!(self, coder => coder.set_memory_limit(limit))
    }

    pub(crate) fn check(&self) -> Option<u32> {
        of_any!(self, coder => coder.check())
    }

    pub(crate) fn update(&mut self, filters: &[FilterSpec<'_>]) -> Result<()> {
        of_any!(self, coder => coder.update(filters))
    }

    pub(crate) fn take_index(&mut self) -> Option<OwnedBox<Index>> {
        of_any!(self, coder => coder.take_index())
    }

    pub(crate) fn index_memory(&self) -> Option<&AllocatorHandle> {
        of_any!(self, coder => coder.index_memory())
    }

    pub(crate) fn seek_position(&self) -> Option<u64> {
        of_any!(self, coder => coder.seek_position())
    }
}

/// Properties of a coder that are known from its start on.
pub(crate) struct Started {
    pub(super) actions: Actions,
    pub(super) totals: Option<Shared<Totals>>,
}

impl Started {
    fn of(coder: &impl Coder) -> Started {
        Started { actions: coder.actions(), totals: coder.totals().cloned() }
    }
}

impl AnyCoder {
    /// No coder. Not a constant, whose bytes would all be copied.
    #[inline(always)]
    pub(crate) const fn none() -> AnyCoder {
        AnyCoder::None(NoCoder)
    }

    /// Starts a coder of type `T`: the one that is here, if it is of that
    /// type, or a new one.
    pub(crate) fn start<T: Listed>(
        &mut self,
        memory: &AllocatorHandle,
        options: T::Options<'_>,
    ) -> Result<Started> {
        if let Some(coder) = T::of(self) {
            coder.restart(memory, options)?;
            return Ok(Started::of(coder));
        }
        *self = AnyCoder::none(); // frees before it allocates
        let coder = T::make(memory, options)?;
        let started = Started::of(&*coder);
        *self = T::into_any(coder);
        Ok(started)
    }

    /// Starts the encoder for a `.xz` file: with threads if the user wants some.
    /// Whatever is wrong with the filters, the one without threads says it.
    pub(crate) fn start_stream_encoder(
        &mut self,
        memory: &AllocatorHandle,
        filters: &[FilterSpec<'_>],
        check: u32,
    ) -> Result<Started> {
        let threads = Threads::current().count();
        if threads > 1 {
            if let Ok(started) = self.start::<BlockwiseEncoder>(memory, (threads, filters, check)) {
                return Ok(started);
            }
        }
        self.start::<StreamEncoder>(memory, (filters, check))
    }
}
