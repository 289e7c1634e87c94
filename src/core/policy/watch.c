/* SPDX-License-Identifier: MIT */
#include "core/policy/watch.h"

#include <string.h>

#include "core/policy/policy.h"

enum { SETTLED_NS = 100000000 };

static uint64_t mix(uint64_t sum, uint64_t value)
{
    return (sum ^ value) * UINT64_C(0x9e3779b97f4a7c15) ^ (sum >> 29);
}

static uint64_t mix_file(uint64_t sum, const struct watch_file *file)
{
    return mix(mix(mix(mix(sum, file->dev), file->ino), file->size), file->changed_ns);
}

static uint64_t mix_path(const struct watch *watch, uint64_t sum, const char *path, uint64_t *newest)
{
    struct watch_file file = { 0, 0, 0, 0 };
    watch->look(path, &file);
    if (file.changed_ns > *newest)
        *newest = file.changed_ns;
    return mix_file(sum, &file);
}

void watch_begin(struct watch *watch)
{
    watch->used = 0;
    watch->seen = watch->met = 1;
}

void watch_note(struct watch *watch, const char *path)
{
    uint64_t newest = 0;
    size_t len = strlen(path) + 1;
    if (watch->used + len > watch->size) {
        size_t size = 2 * (watch->used + len);
        char *bigger = watch->memory->resize(watch->memory->ctx, watch->paths, watch->size, size);
        if (!bigger)
            return;
        watch->paths = bigger;
        watch->size = size;
    }
    memcpy(watch->paths + watch->used, path, len);
    watch->used += len;
    watch->seen = mix_path(watch, watch->seen, path, &newest);
}

bool watch_changed(struct watch *watch, uint64_t now_ns)
{
    struct watch_file file;
    uint64_t sum = 1, newest = 0, before = watch->met;
    if (watch->used == 0 || !watch->look(watch->paths, &file))
        return false;
    for (size_t at = 0; at < watch->used; at += strlen(watch->paths + at) + 1)
        sum = mix_path(watch, sum, watch->paths + at, &newest);
    watch->met = sum;
    return sum != watch->seen && (sum == before || newest + SETTLED_NS <= now_ns);
}
