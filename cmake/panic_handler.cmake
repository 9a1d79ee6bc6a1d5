# Writes the linker's options that put rlzma's own handlers of a panic and of
# memory running out during one (src/ffi/report.rs) into the place of those of
# Rust's standard library, which bring 250 KB that print backtraces:
#
#     cmake -DLIBRARY=librlzma.a -DOUTPUT=FILE -P panic_handler.cmake
#
# They have the names that the compiler gives such handlers, which differ from
# version to version; so they are looked up in the library.
function(take_over place handler)
    file(STRINGS ${LIBRARY} names REGEX "^_R[0-9A-Za-z_]*[0-9]_?${place}$")
    list(REMOVE_DUPLICATES names)
    if(NOT names)
        set(names ${place}) # until Rust 1.86
    endif()
    foreach(name IN LISTS names)
        file(APPEND ${OUTPUT} "--wrap=${name}\n--defsym=__wrap_${name}=${handler}\n")
    endforeach()
    file(APPEND ${OUTPUT} "--undefined=${handler}\n")
endfunction()

file(WRITE ${OUTPUT} "")
take_over(rust_begin_unwind panic_in_rlzma)
take_over(__rust_alloc_error_handler no_memory_in_rlzma)
