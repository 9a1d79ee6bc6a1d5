//! The C ABI: types, one file per header of liblzma, and the conversions
//! between C's view (pointers, lengths, integers) and the core's.
