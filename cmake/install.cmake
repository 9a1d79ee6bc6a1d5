# Where everything goes, and what tells other build systems about it.
set(config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/liblzma)
set(libs_private "")
foreach(library IN LISTS system_libraries)
    string(APPEND libs_private " -l${library}")
endforeach()

# A path for a .pc file: below the prefix as it is when someone asks.
function(pkgconfig_path variable path)
    if(IS_ABSOLUTE "${path}")
        set(${variable} "${path}" PARENT_SCOPE)
    else()
        set(${variable} "\${prefix}/${path}" PARENT_SCOPE)
    endif()
endfunction()
pkgconfig_path(pc_libdir "${CMAKE_INSTALL_LIBDIR}")
pkgconfig_path(pc_includedir "${include_dir}")

# NAME.pc for -lLIBRARY. The prefix is known at the latest when it is
# installed: `cmake --install build --prefix P` may change it.
function(install_pkgconfig name library)
    set(pc_name ${name})
    set(pc_library ${library})
    set(pc_prefix "@pc_prefix@")
    configure_file(rlzma.pc.in ${name}.pc.in @ONLY)
    install(CODE "
        set(pc_prefix \"\${CMAKE_INSTALL_PREFIX}\")
        configure_file(\"${CMAKE_CURRENT_BINARY_DIR}/${name}.pc.in\"
            \"${CMAKE_CURRENT_BINARY_DIR}/${name}.pc\" @ONLY)")
    install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${name}.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()

install(DIRECTORY ${source_dir}/include/ DESTINATION ${include_dir})
# The licences of what is linked in, which want to be passed on with it.
install(FILES ${source_dir}/packaging/third-party.txt DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(TARGETS librlzma
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install_pkgconfig(rlzma rlzma)
if(RLZMA_STATIC AND NOT WIN32)
    install(TARGETS librlzma_static ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
endif()

if(RLZMA_SWAP_IN)
    install(TARGETS liblzma EXPORT liblzma-targets
        RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
    install_pkgconfig(liblzma lzma)
    if(RLZMA_STATIC)
        install(FILES $<TARGET_FILE:librlzma_static>
            DESTINATION ${CMAKE_INSTALL_LIBDIR} RENAME liblzma.a)
    endif()
    install(EXPORT liblzma-targets NAMESPACE liblzma:: DESTINATION ${config_dir})
    configure_package_config_file(liblzma-config.cmake.in liblzma-config.cmake
        INSTALL_DESTINATION ${config_dir})
    write_basic_package_version_file(liblzma-config-version.cmake
        COMPATIBILITY SameMajorVersion)
    install(FILES ${CMAKE_CURRENT_BINARY_DIR}/liblzma-config.cmake
        ${CMAKE_CURRENT_BINARY_DIR}/liblzma-config-version.cmake
        DESTINATION ${config_dir})
endif()
