# librlzma.so.5, and liblzma.so.5 to take the original's place. That
# has exactly the original's functions, without those of rlzma.h.
set(map ${CMAKE_CURRENT_SOURCE_DIR}/rlzma.map)
set(own_map ${CMAKE_CURRENT_SOURCE_DIR}/librlzma.map)
# Addresses that depend on where the library is loaded take a bit each, not 24
# bytes, where the C library can read that: programs linked with such a library
# say so, and older ones refuse them. Linkers that cannot write it ignore it.
include(CheckCSourceCompiles)
check_c_source_compiles("
    #include <features.h>
    #if !__GLIBC_PREREQ(2, 36)
    #error too old
    #endif
    int main(void) { return 0; }" glibc_reads_packed_relocations)
option(RLZMA_PACK_RELOCATIONS "Need a C library as new as glibc 2.36"
    ${glibc_reads_packed_relocations})

# One library less for processes to load: no panic leaves this one.
option(RLZMA_STATIC_UNWINDER "Link libgcc's unwinder statically" ON)

string(JOIN " " link_flags
    -Wl,--no-undefined-version
    -Wl,-Bsymbolic-functions
    -Wl,--gc-sections
    -Wl,-z,defs -Wl,-z,relro -Wl,-z,now
    -Wl,--as-needed)
if(RLZMA_STATIC_UNWINDER)
    string(APPEND link_flags " -static-libgcc")
endif()
if(RLZMA_PACK_RELOCATIONS)
    string(APPEND link_flags " -Wl,-z,pack-relative-relocs")
endif()

# A shared library with the functions that are listed in the other arguments, and
# with a panic handler (panic_handler.cmake).
function(add_shared name panic_handler)
    set(maps ${ARGN})
    list(TRANSFORM maps PREPEND "-Wl,--version-script=" OUTPUT_VARIABLE scripts)
    string(JOIN " " scripts ${scripts})
    add_library(${name} SHARED compat.c)
    add_dependencies(${name} cargo)
    target_include_directories(${name} PRIVATE ${source_dir}/include)
    target_compile_options(${name} PRIVATE -ffile-prefix-map=${source_dir}=rlzma)
    target_include_directories(${name} INTERFACE $<INSTALL_INTERFACE:${include_dir}>)
    # Debug information of Rust's standard library, 2 MB.
    target_link_options(${name} PRIVATE $<$<CONFIG:Release>:-Wl,--strip-debug>)
    target_link_libraries(${name} PRIVATE
        -Wl,--whole-archive ${cargo_library} -Wl,--no-whole-archive ${system_libraries})
    set_target_properties(${name} PROPERTIES
        PREFIX ""
        VERSION ${PROJECT_VERSION}
        SOVERSION ${PROJECT_VERSION_MAJOR}
        LINK_FLAGS "${scripts} ${link_flags} -Wl,@${panic_handler}"
        LINK_DEPENDS "${maps};${cargo_library};${panic_handler}")
endfunction()

add_shared(librlzma ${panic_handler} ${map} ${own_map})
if(RLZMA_SWAP_IN)
    add_shared(liblzma ${quiet_panic_handler} ${map})
endif()
