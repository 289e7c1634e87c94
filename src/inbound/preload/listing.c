/* SPDX-License-Identifier: MIT */
/* /proc/self/fd lists the descriptor of ours. Programs read it to close or to count what they have open, and some take
 * it for a mistake of their own when a number in it is closed: readdir leaves it out. */
#include <dirent.h>
#include <string.h>

#include "inbound/preload/preload.h"
#include "sys/descriptor.h"
#include "sys/thread.h"

/* The number that the text begins with, and what follows it; -1 when it begins with none. */
static long number_at(const char **at)
{
    long number = -1;
    for (; **at >= '0' && **at <= '9' && number < 1L << 40; ++*at)
        number = (number < 0 ? 0 : number * 10) + (**at - '0');
    return number;
}

static bool is_own_name(const char *name)
{
    return number_at(&name) == descriptor_own && *name == '\0';
}

/* Is that the folder of this process's descriptors, or of what is known of them? */
static bool lists_descriptors(const char *path)
{
    static const char proc[] = "/proc/";
    if (strncmp(path, proc, sizeof proc - 1) != 0)
        return false;
    path += sizeof proc - 1;
    if (number_at(&path) != thread_pid())
        return false;
    if (strncmp(path, "/task/", 6) == 0) {
        path += 6;
        number_at(&path);
    }
    return strcmp(path, "/fd") == 0 || strcmp(path, "/fdinfo") == 0;
}

long listing_next(const struct passage *passage, long ret)
{
    char path[64];
    const struct dirent *entry = (const struct dirent *)ret;
    DIR *dir = (DIR *)passage->word[0];
    if (descriptor_own < 0 || !entry || !is_own_name(entry->d_name))
        return ret;
    long len = preload_gate.facts->fd_path(preload_gate.capture->handle(KIND_DIRP, dir), path, sizeof path - 1);
    if (len < 0)
        return ret;
    path[len] = '\0';
    return lists_descriptors(path) ? (long)((struct dirent * (*)(DIR *)) real_symbol(passage->event.call))(dir) : ret;
}
