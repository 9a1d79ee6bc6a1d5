// Generated from rlzma's src/ffi by tools/headers; edit that. The names that
// bindgen gives to enumerators.

use super::bindings::*;

pub const lzma_reserved_enum_LZMA_RESERVED_ENUM: lzma_reserved_enum = LZMA_RESERVED_ENUM;
pub const lzma_ret_LZMA_OK: lzma_ret = LZMA_OK;
pub const lzma_ret_LZMA_STREAM_END: lzma_ret = LZMA_STREAM_END;
pub const lzma_ret_LZMA_NO_CHECK: lzma_ret = LZMA_NO_CHECK;
pub const lzma_ret_LZMA_UNSUPPORTED_CHECK: lzma_ret = LZMA_UNSUPPORTED_CHECK;
pub const lzma_ret_LZMA_GET_CHECK: lzma_ret = LZMA_GET_CHECK;
pub const lzma_ret_LZMA_MEM_ERROR: lzma_ret = LZMA_MEM_ERROR;
pub const lzma_ret_LZMA_MEMLIMIT_ERROR: lzma_ret = LZMA_MEMLIMIT_ERROR;
pub const lzma_ret_LZMA_FORMAT_ERROR: lzma_ret = LZMA_FORMAT_ERROR;
pub const lzma_ret_LZMA_OPTIONS_ERROR: lzma_ret = LZMA_OPTIONS_ERROR;
pub const lzma_ret_LZMA_DATA_ERROR: lzma_ret = LZMA_DATA_ERROR;
pub const lzma_ret_LZMA_BUF_ERROR: lzma_ret = LZMA_BUF_ERROR;
pub const lzma_ret_LZMA_PROG_ERROR: lzma_ret = LZMA_PROG_ERROR;
pub const lzma_ret_LZMA_SEEK_NEEDED: lzma_ret = LZMA_SEEK_NEEDED;
pub const lzma_ret_LZMA_RET_INTERNAL1: lzma_ret = LZMA_RET_INTERNAL1;
pub const lzma_ret_LZMA_RET_INTERNAL2: lzma_ret = LZMA_RET_INTERNAL2;
pub const lzma_ret_LZMA_RET_INTERNAL3: lzma_ret = LZMA_RET_INTERNAL3;
pub const lzma_ret_LZMA_RET_INTERNAL4: lzma_ret = LZMA_RET_INTERNAL4;
pub const lzma_ret_LZMA_RET_INTERNAL5: lzma_ret = LZMA_RET_INTERNAL5;
pub const lzma_ret_LZMA_RET_INTERNAL6: lzma_ret = LZMA_RET_INTERNAL6;
pub const lzma_ret_LZMA_RET_INTERNAL7: lzma_ret = LZMA_RET_INTERNAL7;
pub const lzma_ret_LZMA_RET_INTERNAL8: lzma_ret = LZMA_RET_INTERNAL8;
pub const lzma_action_LZMA_RUN: lzma_action = LZMA_RUN;
pub const lzma_action_LZMA_SYNC_FLUSH: lzma_action = LZMA_SYNC_FLUSH;
pub const lzma_action_LZMA_FULL_FLUSH: lzma_action = LZMA_FULL_FLUSH;
pub const lzma_action_LZMA_FULL_BARRIER: lzma_action = LZMA_FULL_BARRIER;
pub const lzma_action_LZMA_FINISH: lzma_action = LZMA_FINISH;
pub const lzma_check_LZMA_CHECK_NONE: lzma_check = LZMA_CHECK_NONE;
pub const lzma_check_LZMA_CHECK_CRC32: lzma_check = LZMA_CHECK_CRC32;
pub const lzma_check_LZMA_CHECK_CRC64: lzma_check = LZMA_CHECK_CRC64;
pub const lzma_check_LZMA_CHECK_SHA256: lzma_check = LZMA_CHECK_SHA256;
pub const lzma_delta_type_LZMA_DELTA_TYPE_BYTE: lzma_delta_type = LZMA_DELTA_TYPE_BYTE;
pub const lzma_index_iter_mode_LZMA_INDEX_ITER_ANY: lzma_index_iter_mode = LZMA_INDEX_ITER_ANY;
pub const lzma_index_iter_mode_LZMA_INDEX_ITER_STREAM: lzma_index_iter_mode =
    LZMA_INDEX_ITER_STREAM;
pub const lzma_index_iter_mode_LZMA_INDEX_ITER_BLOCK: lzma_index_iter_mode = LZMA_INDEX_ITER_BLOCK;
pub const lzma_index_iter_mode_LZMA_INDEX_ITER_NONEMPTY_BLOCK: lzma_index_iter_mode =
    LZMA_INDEX_ITER_NONEMPTY_BLOCK;
pub const lzma_match_finder_LZMA_MF_HC3: lzma_match_finder = LZMA_MF_HC3;
pub const lzma_match_finder_LZMA_MF_HC4: lzma_match_finder = LZMA_MF_HC4;
pub const lzma_match_finder_LZMA_MF_BT2: lzma_match_finder = LZMA_MF_BT2;
pub const lzma_match_finder_LZMA_MF_BT3: lzma_match_finder = LZMA_MF_BT3;
pub const lzma_match_finder_LZMA_MF_BT4: lzma_match_finder = LZMA_MF_BT4;
pub const lzma_mode_LZMA_MODE_FAST: lzma_mode = LZMA_MODE_FAST;
pub const lzma_mode_LZMA_MODE_NORMAL: lzma_mode = LZMA_MODE_NORMAL;
