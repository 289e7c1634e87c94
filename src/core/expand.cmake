# SPDX-License-Identifier: MIT
# Writes from calls.def:  calls.inc  every ALIAS as a row of its own
#                         rows.h     ROW_symbol: the row that a symbol has, or shares
#                         libhook.map the version script: the hooks and the public API
#                         table_id.h TRACE_TABLE_ID: another one when calls.def or syscalls.def is another
# cmake -DTABLE=calls.def -DSYSCALLS=syscalls.def -DOUT=dir -P expand.cmake
file(STRINGS ${TABLE} lines REGEX "^(CALL|HAND|ALIAS)\\(")
set(inc "")
set(rows "")
set(symbols "")
foreach(line IN LISTS lines)
  string(REGEX MATCH "^(CALL|HAND|ALIAS)\\(([A-Za-z0-9_]+)" _ "${line}")
  set(macro ${CMAKE_MATCH_1})
  set(symbol ${CMAKE_MATCH_2})
  if(macro STREQUAL "ALIAS")
    string(REGEX MATCH ", *([A-Za-z0-9_]+)\\)" _ "${line}")
    set(of ${CMAKE_MATCH_1})
    set(found FALSE)
    foreach(other IN LISTS lines)
      if(other MATCHES "^(CALL|HAND)\\(${of},(.*)$")
        set(line "${CMAKE_MATCH_1}(${symbol},${CMAKE_MATCH_2}")
        set(found TRUE)
        break()
      endif()
    endforeach()
    if(NOT found)
      message(FATAL_ERROR "calls.def: ALIAS(${symbol}, ${of}): there is no row ${of}")
    endif()
  else()
    set(of ${symbol})
  endif()
  string(APPEND inc "${line}\n")
  string(APPEND rows "#define ROW_${symbol} CALL_${of}\n")
  string(APPEND symbols "    ${symbol};\n")
endforeach()

function(write_if_changed path text)
  if(EXISTS ${path})
    file(READ ${path} old)
  endif()
  if(NOT "${old}" STREQUAL "${text}")
    file(WRITE ${path} "${text}")
  endif()
endfunction()

write_if_changed(${OUT}/calls.inc "${inc}")
write_if_changed(${OUT}/rows.h "${rows}")

file(READ ${SYSCALLS} syscalls)
string(SHA256 id "${inc}${syscalls}")
string(SUBSTRING ${id} 0 16 id)
write_if_changed(${OUT}/table_id.h "#define TRACE_TABLE_ID UINT64_C(0x${id})\n")

# What is exported is said by visibility; a symbol with a version of its own has libc's (compat.c). A
# node for the rest would give every hook a version that no program asks for.
write_if_changed(${OUT}/libhook.map "GLIBC_2.2.5 { local: entry_*; };\nGLIBC_2.3 {} GLIBC_2.2.5;\nGLIBC_2.3.3 {} GLIBC_2.3;\nGLIBC_2.3.4 {} GLIBC_2.3.3;\nGLIBC_2.15 {} GLIBC_2.3.4;\nGLIBC_2.27 {} GLIBC_2.15;\n")
