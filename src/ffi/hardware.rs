//! lzma/hardware.h: what the machine has. It defines no types.
