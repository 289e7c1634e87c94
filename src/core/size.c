/* SPDX-License-Identifier: MIT */
#include "core/size.h"

bool size_read(const char *text, size_t len, uint64_t *ret)
{
    uint64_t number = 0, unit = 1;
    size_t digits = 0;
    for (; digits < len && text[digits] >= '0' && text[digits] <= '9'; digits++) {
        if (number > UINT64_MAX / 100)
            return false;
        number = 10 * number + (uint64_t)(text[digits] - '0');
    }
    if (digits + 1 == len) {
        switch (text[digits]) {
        case 'K': unit = 1024; break;
        case 'M': unit = 1024 * 1024; break;
        case 'G': unit = 1024 * 1024 * 1024; break;
        default: return false;
        }
    } else if (digits != len) {
        return false;
    }
    if (digits == 0 || number > UINT64_MAX / unit)
        return false;
    *ret = number * unit;
    return true;
}
