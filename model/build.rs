//! Tells the library's source that it is built for the model checker.

fn main() {
    println!("cargo::rustc-cfg=rlzma_model");
}
