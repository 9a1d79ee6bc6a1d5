//! Lempel-Ziv: the decoder's dictionary.

#![forbid(unsafe_code)]

mod dictionary;

pub(crate) use dictionary::{Dictionary, Window};
