# The static library that cargo makes.
set(source_dir ${CMAKE_CURRENT_SOURCE_DIR}/..)
cmake_path(NORMAL_PATH source_dir)
string(REGEX REPLACE "/$" "" source_dir "${source_dir}")
set(RLZMA_CARGO_DIR ${CMAKE_CURRENT_BINARY_DIR}/cargo CACHE PATH "Where cargo builds")
set(RLZMA_CARGO_TARGET "" CACHE STRING "Rust's name of the target, if it is not this machine")
set(cargo_library ${RLZMA_CARGO_DIR}/${RLZMA_CARGO_TARGET}/release/librlzma.a)
cmake_path(NORMAL_PATH cargo_library)

if(DEFINED ENV{CARGO_HOME})
    set(cargo_home $ENV{CARGO_HOME})
else()
    set(cargo_home $ENV{HOME}/.cargo)
endif()

# No paths of this machine in the result: the same source gives the same bytes
# wherever it is built. The last match counts.
set(rustflags $ENV{RUSTFLAGS} --remap-path-prefix=${cargo_home}=cargo
    --remap-path-prefix=${source_dir}=rlzma --remap-path-prefix=${RLZMA_CARGO_DIR}=target)
string(JOIN " " rustflags ${rustflags})

set(cargo_flags --locked ${RLZMA_CARGO_FLAGS})
if(RLZMA_CARGO_TARGET)
    list(APPEND cargo_flags --target ${RLZMA_CARGO_TARGET})
endif()
if(RLZMA_OFFLINE)
    list(APPEND cargo_flags --offline)
endif()

# Small, as every process that uses the library pays for it. Without
# optimisation across crates, the standard library stays in pieces, of which the
# linker takes what is needed; nothing that matters is inlined from there.
# Functions without the attribute to inline them are inlined only if they are small,
# and loops are unrolled only if that makes little code, and not to work on several
# vectors at a time; where more of it helps, the source says so. Ends of functions
# are not copied to spare jumps to them. Without `relro-level`,
# each call of another crate would be an indirect one, by a pointer to fill in.
# On Windows, the linker cannot take the standard library apart like that.
set(smaller "")
set(environment "")
if(NOT WIN32)
    string(APPEND rustflags " -Crelro-level=partial")
    set(environment CARGO_PROFILE_RELEASE_LTO=off)
    set(smaller -- --cfg rlzma_panic_handler)
    foreach(option inline-threshold=30 unroll-threshold=60 unroll-runtime=0
            force-vector-interleave=1 tail-dup-placement=0)
        list(APPEND smaller -Cllvm-args=-${option})
    endforeach()
endif()

# cargo itself knows best whether there is anything to do.
set(panic_handler ${CMAKE_CURRENT_BINARY_DIR}/panic_handler.options)
set(quiet_panic_handler ${CMAKE_CURRENT_BINARY_DIR}/quiet_panic_handler.options)
add_custom_target(cargo ALL
    COMMAND ${CMAKE_COMMAND} -E env "RUSTFLAGS=${rustflags}" ${environment}
        ${CARGO} rustc --release --lib --crate-type staticlib --features standalone ${cargo_flags}
        --manifest-path ${source_dir}/Cargo.toml --target-dir ${RLZMA_CARGO_DIR} ${smaller}
    COMMAND ${CMAKE_COMMAND} -DLIBRARY=${cargo_library} -DOUTPUT=${panic_handler}
        -DQUIET_OUTPUT=${quiet_panic_handler} -P ${CMAKE_CURRENT_SOURCE_DIR}/panic_handler.cmake
    # Where cargo looks for a .cargo/config.toml, such as that of vendored crates.
    WORKING_DIRECTORY ${source_dir}
    BYPRODUCTS ${cargo_library} ${panic_handler} ${quiet_panic_handler}
    COMMENT "Building the library with cargo"
    USES_TERMINAL
    VERBATIM)

# What Rust's standard library needs of the system; the unwinder comes with the
# C compiler.
if(WIN32)
    set(system_libraries kernel32 ntdll userenv ws2_32 dbghelp)
else()
    set(system_libraries pthread m dl c)
endif()
