//! What went wrong, and where in the file.

#![forbid(unsafe_code)]

use super::read_at::ReadError;
use crate::error::Error;
use core::fmt;

/// The kind of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The file could not be read.
    Read(ReadError),
    /// The file has fewer bytes than it should.
    Truncated,
    /// The file does not begin as `.xz` files do.
    NotXz,
    /// A Stream Header, a Stream Footer, Stream Padding or an Index is damaged
    /// or not supported.
    Index,
    /// A Block Header is damaged.
    BlockHeader,
    /// A Block Header says other sizes than the Index.
    Sizes,
    /// A Block asks for filters or options that are not supported.
    Filters,
    /// Compressed Data is damaged, or its size is not the one in the Index.
    Data,
    /// Block Padding or the Check does not fit the data.
    Check,
    /// The type of a Check is not supported, so it was not verified.
    UnknownCheck,
    /// There is no memory.
    Memory,
    /// More memory is needed than is allowed: so many bytes.
    MemoryLimit(u64),
    /// The application has asked to stop.
    Interrupted,
    /// A rule of the interface was broken, or there is a bug.
    Program,
}

/// A place in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Location {
    /// Number of the Stream, from one; 0 if it is not known.
    pub(crate) stream: u64,
    /// Number of the Block in the file, from one; 0 if it is in none.
    pub(crate) block: u64,
    /// Byte of the file.
    pub(crate) compressed_offset: u64,
    /// Byte of the data.
    pub(crate) uncompressed_offset: u64,
}

/// A failure and its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) reason: Reason,
    /// The return code of functions that answer with a code alone.
    pub(crate) error: Error,
    pub(crate) place: Location,
}

/// The result of a step that can fail at a place.
pub(super) type Result<T> = core::result::Result<T, Failure>;

impl Reason {
    /// A failure for this reason, with its usual return code.
    pub(crate) fn at(self, place: Location) -> Failure {
        let error = match self {
            Reason::Read(_) | Reason::Truncated => Error::Buf,
            Reason::NotXz => Error::Format,
            Reason::Filters => Error::Options,
            Reason::UnknownCheck => Error::UnsupportedCheck,
            Reason::Memory => Error::Mem,
            Reason::MemoryLimit(_) => Error::MemLimit,
            Reason::Interrupted | Reason::Program => Error::Prog,
            Reason::Index | Reason::BlockHeader | Reason::Sizes | Reason::Data | Reason::Check => {
                Error::Data
            }
        };
        Failure { reason: self, error, place }
    }

    /// The meaning of `error` where damage would be for this reason.
    pub(super) fn of(self, error: Error) -> Reason {
        match error {
            Error::Mem => Reason::Memory,
            Error::Options => Reason::Filters,
            Error::Prog => Reason::Program,
            _ => self,
        }
    }
}

impl Failure {
    /// Tells whether going on may succeed: nothing was decoded wrongly.
    pub(super) fn can_be_retried(&self) -> bool {
        matches!(self.reason, Reason::Read(_) | Reason::Truncated | Reason::Interrupted)
    }

    /// Tells whether what is kept of the Block is of no use any more, for a reason that is
    /// not in the file: its decoder cannot go on, but a new one may succeed.
    pub(super) fn discards_block(&self) -> bool {
        matches!(self.reason, Reason::Memory | Reason::Program)
    }
}

impl From<Error> for Failure {
    /// For errors that have no place, such as a lack of memory.
    fn from(error: Error) -> Failure {
        Reason::Data.of(error).at(Location::default())
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Reason::Read(_) => "the file cannot be read",
            Reason::Truncated => "the file is cut off",
            Reason::NotXz => "this is not a .xz file",
            Reason::Index => "the Index, or what is around it, is damaged or not supported",
            Reason::BlockHeader => "the Block Header is damaged",
            Reason::Sizes => "the Block Header says other sizes than the Index",
            Reason::Filters => "filters or options are not supported",
            Reason::Data => "the compressed data is damaged, or not of the size in the Index",
            Reason::Check => "the Check does not fit the data, or the padding before it is damaged",
            Reason::UnknownCheck => "the type of the Check is not supported",
            Reason::Memory => "there is no memory",
            Reason::MemoryLimit(needed) => {
                return write!(to, "{needed} bytes of memory are needed, more than allowed");
            }
            Reason::Interrupted => "somebody has asked to stop",
            Reason::Program => "the call is not allowed",
        })?;
        match self {
            Reason::Read(ReadError(code)) => write!(to, " (error {code})"),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Location { stream, block, compressed_offset, uncompressed_offset } = self.place;
        self.reason.fmt(to)?;
        if block != 0 {
            return write!(
                to,
                " (Stream {stream}, Block {block}, byte {compressed_offset} of the file, \
                 byte {uncompressed_offset} of the data)"
            );
        }
        match self.reason {
            Reason::Index | Reason::Truncated | Reason::Read(_) | Reason::Filters => {
                write!(to, " (byte {compressed_offset} of the file)")
            }
            _ => Ok(()),
        }
    }
}
