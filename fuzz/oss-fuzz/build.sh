#!/bin/bash -eu
# Builds all targets into $OUT, with their seeds. OSS-Fuzz runs this in the
# image that the Dockerfile makes.
cd "$SRC/rlzma"

# The original is compiled into a shared library of its own, which the fuzzers
# load: without a sanitizer, which it would have to bring along.
unset CFLAGS
cargo fuzz build -O --debug-assertions

target=fuzz/target/x86_64-unknown-linux-gnu
for source in fuzz/fuzz_targets/*.rs; do
  name=$(basename "$source" .rs)
  cp "$target/release/$name" "$OUT/"
  cp "fuzz/seeds/${name}_seed_corpus.zip" "$OUT/"
  printf '[libfuzzer]\nmax_len = 16384\n' > "$OUT/$name.options"
done
# They look for it beside themselves.
cp "$(find "$target" -name liblzma.so.5 -print -quit)" "$OUT/"
