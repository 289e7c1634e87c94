/* SPDX-License-Identifier: MIT */
#include "core/script.h"

#include <string.h>

bool script_interpreter(char *line, long len, const char **ret)
{
    if (len < 3 || line[0] != '#' || line[1] != '!')
        return false;
    line[len] = '\0';
    char *name = line + 2 + strspn(line + 2, " \t");
    name[strcspn(name, " \t\n")] = '\0';
    *ret = name;
    return true;
}
