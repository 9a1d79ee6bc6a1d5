# librlzma.a and liblzma.a: one object, in which only the functions of the API
# are visible. So it can be linked beside other Rust libraries, and with any
# linker.
# The object keeps no section groups, which linkers merge by name with those of
# other objects: Rust has one for the pointer to the personality function. Once
# merged with that of another library, or of a Rust program, ours would be gone
# and the pointer led into the other's code, or nowhere.
# lld cannot leave out what is not used here, nor take groups apart.
find_program(RLZMA_LD NAMES ld.bfd ld REQUIRED)
find_program(RLZMA_OBJCOPY NAMES objcopy REQUIRED)
set(object ${CMAKE_CURRENT_BINARY_DIR}/rlzma.o)
set(functions)
foreach(file IN ITEMS ${map} ${own_map})
    file(STRINGS ${file} lines REGEX "^\tr?lzma_.*;")
    list(APPEND functions ${lines})
endforeach()
list(FILTER functions INCLUDE REGEX "^\tr?lzma_") # not the comments behind them
list(TRANSFORM functions REPLACE "^\t" "")
list(TRANSFORM functions PREPEND "--undefined=" OUTPUT_VARIABLE roots)

add_custom_command(OUTPUT ${object}
    COMMAND ${RLZMA_LD} -r --gc-sections --force-group-allocation ${roots} @${panic_handler}
        -o ${object}.all --whole-archive ${cargo_library}
    COMMAND ${RLZMA_OBJCOPY} --wildcard --strip-unneeded -R .llvmbc -R .llvmcmd
        --keep-global-symbol=lzma_* --keep-global-symbol=rlzma_* ${object}.all ${object}
    COMMAND ${CMAKE_COMMAND} -E rm ${object}.all
    DEPENDS cargo ${cargo_library}
    COMMENT "Hiding what is not part of the API"
    VERBATIM)

add_library(librlzma_static STATIC ${object})
set_target_properties(librlzma_static PROPERTIES
    PREFIX "" OUTPUT_NAME librlzma LINKER_LANGUAGE C)
