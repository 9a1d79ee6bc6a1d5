# librlzma.so.5, and liblzma.so.5 for who wants it in the original's place.
set(map ${CMAKE_CURRENT_SOURCE_DIR}/rlzma.map)
string(JOIN " " link_flags
    -Wl,--version-script=${map} -Wl,--no-undefined-version
    -Wl,-Bsymbolic-functions
    -Wl,--gc-sections
    -Wl,-z,defs -Wl,-z,relro -Wl,-z,now
    -Wl,--as-needed)

function(add_shared name)
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
        LINK_FLAGS "${link_flags}"
        LINK_DEPENDS "${map};${cargo_library}")
endfunction()

add_shared(librlzma)
if(RLZMA_SWAP_IN)
    add_shared(liblzma)
endif()
