# Writes the linker's options that put rlzma's own functions (src/ffi/report.rs)
# into the place of some of Rust's standard library's, for the sake of what these
# bring along:
#
#     cmake -DLIBRARY=librlzma.a -DOUTPUT=FILE -DQUIET_OUTPUT=FILE -P panic_handler.cmake
#
# They have the names that the compiler gives them, which differ from version to
# version; so they are looked up in the library.

# The handlers of a panic, and of memory running out during one, bring 250 KB that
# print backtraces.
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

# What writes values as text for messages of panics, which nobody prints: 20 KB.
# They are defined in the object that uses them, so `--wrap` is not enough. Those of
# a standard library with names of the older kind stay.
function(leave_out file trait)
    file(STRINGS ${LIBRARY} names REGEX "^_RNvX[0-9A-Za-z_]*_4core3fmt[0-9A-Za-z_]*${trait}3fmt[0-9A-Za-z_]*$")
    list(FILTER names EXCLUDE REGEX "5rlzma")
    list(REMOVE_DUPLICATES names)
    foreach(name IN LISTS names)
        file(APPEND ${file} "--defsym=${name}=no_text_in_rlzma\n")
    endforeach()
    file(APPEND ${file} "--undefined=no_text_in_rlzma\n")
endfunction()

file(WRITE ${OUTPUT} "")
take_over(rust_begin_unwind panic_in_rlzma)
take_over(__rust_alloc_error_handler no_memory_in_rlzma)
leave_out(${OUTPUT} 5Debug)
# Functions of rlzma.h write numbers; those of lzma.h do not.
if(QUIET_OUTPUT)
    file(READ ${OUTPUT} options)
    file(WRITE ${QUIET_OUTPUT} "${options}")
    leave_out(${QUIET_OUTPUT} 7Display)
endif()
