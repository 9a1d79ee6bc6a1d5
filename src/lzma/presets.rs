//! Presets: options for a compression level.

#![forbid(unsafe_code)]

use super::options::{LzmaOptions, match_finder, mode};

/// Flag in a preset: take more time.
const EXTREME: u32 = 1 << 31;
/// The bits of a preset that are its level.
const LEVEL_MASK: u32 = 0x1f;

/// The options in which the levels differ.
struct Level {
    dict_log2: u32,
    mode: u32,
    mf: u32,
    nice_len: u32,
    depth: u32,
}

const fn fast(dict_log2: u32, mf: u32, nice_len: u32, depth: u32) -> Level {
    Level { dict_log2, mode: mode::FAST, mf, nice_len, depth }
}

const fn normal(dict_log2: u32, nice_len: u32) -> Level {
    Level { dict_log2, mode: mode::NORMAL, mf: match_finder::BT4, nice_len, depth: 0 }
}

const LEVELS: [Level; 10] = [
    fast(18, match_finder::HC3, 128, 4),
    fast(20, match_finder::HC4, 128, 8),
    fast(21, match_finder::HC4, 273, 24),
    fast(22, match_finder::HC4, 273, 48),
    normal(22, 16),
    normal(23, 32),
    normal(23, 64),
    normal(24, 64),
    normal(25, 64),
    normal(26, 64),
];

/// The options of `preset`, a level and flags; `None` if there is no such
/// level or flag.
pub(crate) fn preset(preset: u32) -> Option<LzmaOptions<'static>> {
    let number = preset & LEVEL_MASK;
    let level = LEVELS.get(number as usize)?;
    let mut options = LzmaOptions {
        dict_size: 1 << level.dict_log2,
        lc: 3,
        lp: 0,
        pb: 2,
        mode: level.mode,
        nice_len: level.nice_len,
        mf: level.mf,
        depth: level.depth,
        ..LzmaOptions::ZERO
    };
    match preset & !LEVEL_MASK {
        0 => return Some(options),
        EXTREME => {}
        _ => return None,
    }
    options.mode = mode::NORMAL;
    options.mf = match_finder::BT4;
    // Levels 3 and 5 stay noticeably faster than their neighbours above.
    (options.nice_len, options.depth) = match number {
        3 | 5 => (192, 0),
        _ => (273, 512),
    };
    Some(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_preset() {
        let options = preset(6).unwrap();
        assert_eq!((options.lc, options.lp, options.pb), (3, 0, 2));
        assert_eq!((options.dict_size, options.nice_len, options.depth), (8 << 20, 64, 0));
        assert_eq!((options.mode, options.mf), (mode::NORMAL, match_finder::BT4));
    }

    #[test]
    fn extreme_presets() {
        let options = preset(EXTREME).unwrap();
        assert_eq!((options.dict_size, options.nice_len, options.depth), (1 << 18, 273, 512));
        assert_eq!((options.mode, options.mf), (mode::NORMAL, match_finder::BT4));
        let options = preset(5 | EXTREME).unwrap();
        assert_eq!((options.nice_len, options.depth), (192, 0));
    }

    #[test]
    fn not_presets() {
        for wrong in [10, 31, 32, 6 | 1 << 30, u32::MAX] {
            assert_eq!(preset(wrong), None);
        }
    }
}
