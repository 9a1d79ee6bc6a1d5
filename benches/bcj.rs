//! Branch filters beside the original's: `cargo bench --bench bcj [FILE …]`.
//! Prints gigabytes a second, and how many times as fast ours is. Each filter
//! gets data like code of its instruction set, zeros, random bytes, and the
//! files (of any instruction set; without files, this program).

#[path = "../tests/common/mod.rs"]
mod common;

use std::time::Instant;

use common::{Lib, Rng};

type Function = unsafe extern "C" fn(u32, *mut u8, usize) -> usize;
/// Encoder and decoder of a library.
type Functions = fn(&Lib) -> [Function; 2];

const SIZE: usize = 1 << 16;

fn x86(rng: &mut Rng) -> Vec<u8> {
    let mut code = Vec::new();
    while code.len() < SIZE {
        match rng.below(12) {
            0 => {
                let target = (rng.next_u32() as i32 >> 12).to_le_bytes();
                code.push(0xe8);
                code.extend(target);
            }
            _ => code.extend((0..rng.range(1..6)).map(|_| rng.byte())),
        }
    }
    code
}

fn arm64(rng: &mut Rng) -> Vec<u8> {
    let mut instruction = || match rng.below(25) {
        0 | 1 => 0x9400_0000 | rng.next_u32() & 0x000f_ffff,
        2 => 0x9000_0000 | rng.next_u32() & 0x6001_ffff,
        _ => rng.next_u32() | 1 << 27,
    };
    (0..SIZE / 4).flat_map(|_| instruction().to_le_bytes()).collect()
}

fn riscv(rng: &mut Rng) -> Vec<u8> {
    let mut code = Vec::new();
    while code.len() < SIZE {
        match rng.below(20) {
            0 => code.extend((rng.next_u32() & 0xffff_f000 | 0xef).to_le_bytes()),
            1 => {
                code.extend((rng.next_u32() & 0x000f_f000 | 0x97).to_le_bytes());
                code.extend((rng.next_u32() & 0x0ff0_0000 | 0x80e7).to_le_bytes());
            }
            2..12 => code.extend((rng.next_u32() as u16 & !3 | 1).to_le_bytes()),
            _ => code.extend((rng.next_u32() & !0x7c | 0x13).to_le_bytes()),
        }
    }
    code
}

type Code = fn(&mut Rng) -> Vec<u8>;
/// Name, functions, code, and the bytes of an instruction to convert.
const FILTERS: [(&str, Functions, Code, &[u8]); 3] = [
    (
        "x86",
        |lib| [lib.lzma_bcj_x86_encode, lib.lzma_bcj_x86_decode],
        x86,
        &[0xe8, 0x12, 0x34, 0x56, 0x00],
    ),
    (
        "ARM64",
        |lib| [lib.lzma_bcj_arm64_encode, lib.lzma_bcj_arm64_decode],
        arm64,
        &[0x12, 0x34, 0x56, 0x94],
    ),
    (
        "RISC-V",
        |lib| [lib.lzma_bcj_riscv_encode, lib.lzma_bcj_riscv_decode],
        riscv,
        &[0xef, 0x50, 0x34, 0x12],
    ),
];

/// Best gigabytes a second of both directions, for each library in turn.
fn measure(functions: Functions, plain: &[u8]) -> [[f64; 2]; 2] {
    let libs = [Lib::ours(), Lib::reference()].map(functions);
    let mut bytes = plain.to_vec();
    let mut best = [[0.0f64; 2]; 2];
    for _ in 0..100 {
        for (functions, best) in libs.iter().zip(&mut best) {
            // Encoding and decoding again leaves the data as it was.
            for (function, best) in functions.iter().zip(best) {
                let start = Instant::now();
                // SAFETY: the buffer is as long as said.
                unsafe { function(0, bytes.as_mut_ptr(), bytes.len()) };
                let seconds = start.elapsed().as_secs_f64();
                *best = best.max(bytes.len() as f64 / seconds / 1e9);
            }
            assert!(bytes == plain);
        }
    }
    best
}

fn report(filter: &str, data: &str, [ours, theirs]: [[f64; 2]; 2]) {
    for (direction, (ours, theirs)) in ["encode", "decode"].iter().zip(ours.iter().zip(theirs)) {
        let ratio = ours / theirs;
        println!(
            "{filter:7} {direction} {ours:6.2} GB/s  C {theirs:6.2} GB/s  {ratio:5.2}  {data}"
        );
    }
}

fn main() {
    let mut files: Vec<_> = std::env::args().skip(1).collect();
    let Some(flag) = files.iter().position(|argument| argument == "--bench") else {
        return; // as a test, this only has to compile
    };
    files.remove(flag);
    if files.is_empty() {
        let program = std::env::current_exe().expect("this program has a path");
        files.push(program.to_string_lossy().into_owned());
    }
    for (name, functions, code, call) in FILTERS {
        let rng = &mut Rng::new(1);
        report(name, "code", measure(functions, &code(rng)));
        report(name, "zeros", measure(functions, &[0; SIZE]));
        let mut noise = [0; SIZE];
        rng.fill(&mut noise);
        report(name, "noise", measure(functions, &noise));
        report(name, "calls", measure(functions, &call.repeat(SIZE / call.len())));
        report(name, "opcodes", measure(functions, &[0xe8; SIZE]));
        for file in &files {
            let bytes = std::fs::read(file).expect("the file is readable");
            let label = std::path::Path::new(file).file_name().unwrap_or_default();
            report(name, &label.to_string_lossy(), measure(functions, &bytes));
        }
    }
}
