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
use crate::io::{Action, Input, Output};
use crate::memory::{AllocatorHandle, OwnedBox, Shared};
use crate::threaded::blockwise_encoder::BlockwiseEncoder;
use crate::threaded::decoder::Decoder as ThreadedDecoder;
use crate::threaded::encoder::Encoder as ThreadedEncoder;
use crate::threaded::look_ahead::{AutoDecoder, StreamDecoder};
use core::ops::{Deref, DerefMut};

/// A coder that is among those of [`AnyCoder`].
pub(crate) trait Listed: Restart {
    /// The coder in `any`, if it is of this type.
    fn of(any: &mut AnyCoder) -> Option<&mut Self>;
    /// The other way round.
    fn into_any(coder: OwnedBox<Self>) -> AnyCoder;
}

macro_rules! coders {
    ($($name:ident,)*) => {
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
            #[inline]
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

        impl Deref for AnyCoder {
            type Target = dyn Coder;
            #[inline(never)]
            fn deref(&self) -> &(dyn Coder + 'static) {
                match self {
                    AnyCoder::None(coder) => coder,
                    $(AnyCoder::$name(coder) => &**coder,)*
                }
            }
        }

        impl DerefMut for AnyCoder {
            #[inline(never)]
            fn deref_mut(&mut self) -> &mut (dyn Coder + 'static) {
                match self {
                    AnyCoder::None(coder) => coder,
                    $(AnyCoder::$name(coder) => &mut **coder,)*
                }
            }
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
    /// No coder.
    pub(crate) const NONE: AnyCoder = AnyCoder::None(NoCoder);

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
        *self = AnyCoder::NONE; // frees before it allocates
        let coder = T::make(memory, options)?;
        let started = Started::of(&*coder);
        *self = T::into_any(coder);
        Ok(started)
    }
}
