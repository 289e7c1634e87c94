/* SPDX-License-Identifier: MIT */
#include "runtime/message.h"

#include <stdarg.h>
#include <string.h>

#include "core/flags.h"
#include "sys/descriptor.h"
#include "sys/output.h"

void message(const char *part, ...)
{
    char line[1024] = "hook: ";
    size_t len = strlen(line);
    va_list parts;
    va_start(parts, part);
    for (; part; part = va_arg(parts, const char *)) {
        size_t more = strnlen(part, sizeof line - 1 - len);
        memcpy(line + len, part, more);
        len += more;
    }
    va_end(parts);
    line[len++] = '\n';
    int fd = descriptor_stderr(); /* the program may have put another file at number 2 */
    output_write(fd >= 0 ? fd : 2, line, len);
}

const char *error_text(int err)
{
    const char *text = errno_text(err);
    return text ? text : "Unknown error";
}
