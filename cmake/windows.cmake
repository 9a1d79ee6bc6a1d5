# The libraries for Windows, with MinGW's compiler: liblzma.dll to take the original's
# place, librlzma.dll with the functions of rlzma.h besides. Each
# has a .def file, and import libraries for MinGW (.dll.a) and for MSVC (.lib).
# MinGW's builds of the original are called liblzma-5.dll, those of MSVC
# liblzma.dll; -DRLZMA_DLL_NAME=liblzma-5 gives the former name.
enable_language(RC)
find_program(RLZMA_DLLTOOL NAMES ${CMAKE_SYSTEM_PROCESSOR}-w64-mingw32-dlltool dlltool REQUIRED)
set(RLZMA_DLL_NAME liblzma CACHE STRING "Name of the library in the original's place, on Windows")
set(map ${CMAKE_CURRENT_SOURCE_DIR}/rlzma.map)
set(own_map ${CMAKE_CURRENT_SOURCE_DIR}/librlzma.map)

# A library that is called `dll`.dll, with the functions that are listed in the
# other arguments.
function(add_dll target dll)
    set(functions)
    foreach(map IN LISTS ARGN)
        file(STRINGS ${map} lines REGEX "^\tr?lzma_.*;")
        list(APPEND functions ${lines})
    endforeach()
    # Each line is an item up to its semicolon, and one behind it.
    list(FILTER functions INCLUDE REGEX "^\t")
    list(TRANSFORM functions REPLACE "^\t" "")
    list(SORT functions)
    list(REMOVE_DUPLICATES functions)
    list(JOIN functions "\n    " functions)
    set(definition ${CMAKE_CURRENT_BINARY_DIR}/${dll}.def)
    file(CONFIGURE OUTPUT ${definition} CONTENT "LIBRARY @dll@.dll\nEXPORTS\n    @functions@\n" @ONLY)
    set(resource ${CMAKE_CURRENT_BINARY_DIR}/${dll}.rc)
    configure_file(version.rc.in ${resource} @ONLY)

    add_library(${target} SHARED ${definition} ${resource})
    add_dependencies(${target} cargo)
    target_include_directories(${target} INTERFACE $<INSTALL_INTERFACE:${include_dir}>)
    target_link_options(${target} PRIVATE -static-libgcc $<$<CONFIG:Release>:-s>)
    target_link_libraries(${target} PRIVATE ${cargo_library} ${system_libraries})
    set_target_properties(${target} PROPERTIES
        PREFIX "" IMPORT_PREFIX "" OUTPUT_NAME ${dll} LINKER_LANGUAGE C
        LINK_DEPENDS "${definition};${cargo_library}")
    add_custom_command(TARGET ${target} POST_BUILD
        COMMAND ${RLZMA_DLLTOOL} -d ${definition} -l ${CMAKE_CURRENT_BINARY_DIR}/${dll}.lib
        VERBATIM)
    install(FILES ${definition} ${CMAKE_CURRENT_BINARY_DIR}/${dll}.lib
        DESTINATION ${CMAKE_INSTALL_LIBDIR})
endfunction()

add_dll(librlzma librlzma ${map} ${own_map})
if(RLZMA_SWAP_IN)
    add_dll(liblzma ${RLZMA_DLL_NAME} ${map})
endif()

# As cargo makes it: the linker for Windows cannot hide what is not the API.
if(RLZMA_STATIC)
    add_library(librlzma_static STATIC IMPORTED)
    set_target_properties(librlzma_static PROPERTIES IMPORTED_LOCATION ${cargo_library})
    install(FILES ${cargo_library} DESTINATION ${CMAKE_INSTALL_LIBDIR} RENAME librlzma.a)
endif()
