//! Both libraries as tables of functions, so that a test can be written once
//! and asked of either.

use std::ffi::{c_char, c_int, c_void};
use std::sync::LazyLock;

use rlzma::ffi::*;

/// A function of liblzma 5.8.4, or of `rlzma.h`.
pub struct Function {
    pub name: &'static str,
    /// The symbol version, such as `XZ_5.2` or `RLZMA_1.0`.
    pub version: &'static str,
}

macro_rules! functions {
    ($($version:literal extern $abi:literal fn $name:ident($($arg:ident: $type:ty),* $(,)?) $(-> $ret:ty)?;)*) => {
        /// One library: the name it has in messages, and its functions.
        pub struct Lib {
            pub name: &'static str,
            $(pub $name: unsafe extern $abi fn($($arg: $type),*) $(-> $ret)?,)*
        }

        /// All functions of liblzma 5.8.4.
        pub const FUNCTIONS: &[Function] =
            &[$(Function { name: stringify!($name), version: $version }),*];

        impl Lib {
            /// A library that a dynamic linker knows.
            ///
            /// # Safety
            ///
            /// `symbol` gives, for every name, the function of that name in
            /// lzma.h, which can be called as long as the process lives.
            unsafe fn load(name: &'static str, symbol: fn(&str) -> *mut c_void) -> Lib {
                Lib {
                    name,
                    // SAFETY: by contract, and these are lzma.h's prototypes.
                    $($name: unsafe { std::mem::transmute::<
                        *mut c_void,
                        unsafe extern $abi fn($($arg: $type),*) $(-> $ret)?,
                    >(symbol(stringify!($name))) },)*
                }
            }

            /// The library that is linked into the test.
            fn linked() -> Lib {
                Lib { name: "rlzma", $($name: $name,)* }
            }
        }
    };
}

/// The functions of rlzma.h. Tests call them as they are: no other library has
/// them.
macro_rules! own_functions {
    ($($version:literal extern $abi:literal fn $name:ident($($arg:ident: $type:ty),* $(,)?) $(-> $ret:ty)?;)*) => {
        /// All functions of `rlzma.h`.
        pub const OWN_FUNCTIONS: &[Function] =
            &[$(Function { name: stringify!($name), version: $version }),*];
    };
}

include!("functions.rs");

/// The functions that go without the panic guard, since nothing in them can panic:
/// they compare a number, give a constant, or, those of a filter array and of
/// iterators, write members of a structure of the application's.
pub const UNGUARDED: [&str; 12] = [
    "lzma_check_is_supported",
    "lzma_check_size",
    "lzma_filter_decoder_is_supported",
    "lzma_filter_encoder_is_supported",
    "lzma_filters_free",
    "lzma_index_iter_init",
    "lzma_index_iter_rewind",
    "lzma_mf_is_supported",
    "lzma_mode_is_supported",
    "lzma_version_number",
    "lzma_version_string",
    "lzma_vli_size",
];

impl Lib {
    /// The original liblzma.
    pub fn reference() -> &'static Lib {
        // SAFETY: the library is liblzma 5.8.4, and is never unloaded. That its
        // headers have these prototypes, a test of tools/headers holds.
        static REFERENCE: LazyLock<Lib> =
            LazyLock::new(|| unsafe { Lib::load("liblzma", reference::symbol) });
        &REFERENCE
    }

    /// The library under test.
    pub fn ours() -> &'static Lib {
        static OURS: LazyLock<Lib> = LazyLock::new(Lib::linked);
        &OURS
    }
}
