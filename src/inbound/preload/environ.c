/* SPDX-License-Identifier: MIT */
#include "inbound/preload/environ.h"

#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "sys/memory.h"
#include "sys/thread.h"

struct environ_settings environ_settings;

#define PRELOAD "LD_PRELOAD="

enum { LINK = 16 };

/* What a look through the environment has found. */
struct survey {
    size_t count;
    const char *preload; /* the value of LD_PRELOAD, or NULL */
    size_t preload_len, preload_at;
    bool has[ENVIRON_VARIABLES]; /* the variable is there, with whatever value */
    unsigned missing;            /* of those that children need */
};

/* The program may pass any pointer: copies up to size bytes of a string, and its NUL; returns the
 * length, size when longer, -1 when it can't be read. */
static long peek_string(char *dst, const char *src, size_t size)
{
    for (size_t done = 0; done < size;) {
        long got = memory_peek(dst + done, src + done, size - done);
        if (got <= 0)
            return -1;
        const char *end = memchr(dst + done, '\0', (size_t)got);
        if (end)
            return end - dst;
        done += (size_t)got;
    }
    return (long)size;
}

static size_t name_len(const char *variable)
{
    return (size_t)(strchr(variable, '=') - variable) + 1;
}

static void note_variable(struct survey *survey, const char *start)
{
    for (int i = 0; i < ENVIRON_VARIABLES; i++) {
        const char *variable = environ_settings.variable[i];
        if (variable && strncmp(start, variable, name_len(variable)) == 0)
            survey->has[i] = true;
    }
}

/* Is this the environment that the process has had all along? Then it can be read in place. */
static bool is_known(char *const *envp)
{
    return envp == environ;
}

static bool survey_environ(struct survey *survey, char *const *envp)
{
    char start[24];
    char *entry = NULL;
    bool known = is_known(envp);
    *survey = (struct survey){ 0 };
    for (; envp; survey->count++) {
        if (known)
            entry = envp[survey->count];
        else if (memory_peek(&entry, envp + survey->count, sizeof entry) < (long)sizeof entry)
            return false;
        if (!entry)
            break;
        if (known)
            strncpy(start, entry, sizeof start - 1)[sizeof start - 1] = '\0';
        else if (peek_string(start, entry, sizeof start - 1) < 0)
            return false;
        start[sizeof start - 1] = '\0';
        if (strncmp(start, PRELOAD, sizeof PRELOAD - 1) == 0 && !survey->preload) {
            survey->preload = entry + sizeof PRELOAD - 1;
            survey->preload_at = survey->count;
        }
        note_variable(survey, start);
    }
    for (int i = 0; i < ENVIRON_VARIABLES; i++)
        survey->missing += environ_settings.variable[i] && !survey->has[i];
    return true;
}

static bool is_separator(char c)
{
    return c == ' ' || c == ':';
}

static size_t entry_len(const char *entry)
{
    size_t len = 0;
    while (entry[len] && !is_separator(entry[len]))
        len++;
    return len;
}

/* Does an entry of LD_PRELOAD name this library? By its file name: a build tree and an installed
 * copy must not both be loaded. */
static bool is_library(const char *entry, size_t len)
{
    const char *own = strrchr(environ_settings.library, '/') + 1;
    const char *slash = memrchr(entry, '/', len);
    const char *name = slash ? slash + 1 : entry;
    size_t name_len = len - (size_t)(name - entry);
    return strlen(own) == name_len && memcmp(name, own, name_len) == 0;
}

/* Writes the LD_PRELOAD that children get, from the old value; returns whether it differs. */
static bool write_preload(char *out, const char *old, bool with_library)
{
    const char *library = environ_settings.library;
    char *at = out;
    bool found = false, differs = false;
    memcpy(at, PRELOAD, sizeof PRELOAD);
    at += sizeof PRELOAD - 1;
    char *first = at;
    for (const char *entry = old; *entry; entry += entry_len(entry)) {
        while (is_separator(*entry))
            entry++;
        size_t len = entry_len(entry);
        bool own = len > 0 && is_library(entry, len);
        bool relative = own && memchr(entry, '/', len) && entry[0] != '/';
        if (len == 0 || (own && (!with_library || found))) {
            differs = differs || own;
            continue;
        }
        if (at != first)
            *at++ = ':';
        const char *text = relative ? library : entry;
        size_t text_len = relative ? strlen(library) : len;
        memcpy(at, text, text_len);
        at += text_len;
        found = found || own;
        differs = differs || relative;
    }
    *at = '\0';
    if (with_library && !found) {
        size_t len = strlen(library), rest = (size_t)(at - first);
        memmove(first + len + (rest != 0), first, rest + 1);
        memcpy(first, library, len);
        if (rest)
            first[len] = ':';
        return true;
    }
    return differs;
}

/* Most environments fit here. Mapping memory for each exec could fill a hole that the program
 * relies on being one. */
static char pool[64 * 1024] __attribute__((aligned(16)));
static atomic_flag pool_taken = ATOMIC_FLAG_INIT;

static void give_back(void *block, size_t size)
{
    if (block == pool)
        atomic_flag_clear(&pool_taken);
    else
        memory_unmap(block, size);
}

/* The block begins with a link, so that the parent can free it after a vfork child's exec. */
static void keep_for_parent(struct new_environ *made)
{
    ((void **)made->block)[0] = sys_thread.vfork_maps;
    ((size_t *)made->block)[1] = made->size;
    sys_thread.vfork_maps = made->block;
}

static bool take_block(struct new_environ *made, const struct survey *survey, size_t old_len)
{
    size_t strings = sizeof PRELOAD + strlen(environ_settings.library) + 1 + old_len + 1;
    made->size = LINK + (survey->count + ENVIRON_VARIABLES + 2) * sizeof(char *) + strings + old_len + 8;
    made->block = made->size <= sizeof pool && !atomic_flag_test_and_set(&pool_taken) ? pool : memory_map(made->size);
    if (made->block && sys_thread.vforked)
        keep_for_parent(made);
    return made->block != NULL;
}

static bool copy_pointers(char **to, char *const *envp, size_t count)
{
    size_t size = count * sizeof *to;
    if (is_known(envp) && count > 0)
        memcpy(to, envp, size);
    if (is_known(envp))
        return true;
    for (size_t done = 0; done < size;) {
        long got = memory_peek((char *)to + done, (const char *)envp + done, size - done);
        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    return true;
}

/* The new array, behind the link; LD_PRELOAD's string behind the array. */
static char **fill_environ(struct new_environ *made, const struct survey *survey, char *const *envp, size_t old_len)
{
    char **array = (char **)((char *)made->block + LINK);
    char *preload = (char *)(array + survey->count + ENVIRON_VARIABLES + 2);
    char *old = preload + sizeof PRELOAD + strlen(environ_settings.library) + 1 + old_len + 1;
    size_t count = survey->count;
    if (!copy_pointers(array, envp, count))
        return NULL;
    *old = '\0';
    if (survey->preload && peek_string(old, survey->preload, old_len + 1) != (long)old_len)
        return NULL;
    bool differs = write_preload(preload, old, environ_settings.follow);
    if (!differs && survey->missing == 0)
        return NULL;
    if (survey->preload && !preload[sizeof PRELOAD - 1])
        memmove(array + survey->preload_at, array + survey->preload_at + 1, (--count - survey->preload_at) * sizeof *array);
    else if (survey->preload)
        array[survey->preload_at] = preload;
    else if (environ_settings.follow)
        array[count++] = preload;
    for (int i = 0; environ_settings.follow && i < ENVIRON_VARIABLES; i++)
        if (environ_settings.variable[i] && !survey->has[i])
            array[count++] = (char *)environ_settings.variable[i];
    array[count] = NULL;
    return array;
}

void environ_make(struct new_environ *ret, char *const *envp)
{
    struct survey survey;
    char probe[256];
    *ret = (struct new_environ){ (char **)envp, NULL, 0 };
    if (!environ_settings.library || !survey_environ(&survey, envp))
        return;
    if (!environ_settings.follow) {
        survey.missing = 0;
        if (!survey.preload)
            return;
    }
    size_t old_len = 0;
    for (long got = sizeof probe; survey.preload && got == sizeof probe; old_len += (size_t)got)
        if ((got = peek_string(probe, survey.preload + old_len, sizeof probe)) < 0)
            return;
    if (!take_block(ret, &survey, old_len))
        return;
    char **array = fill_environ(ret, &survey, envp, old_len);
    if (array)
        ret->envp = array;
    else
        environ_free(ret);
}

void environ_free(struct new_environ *made)
{
    if (!made->block)
        return;
    if (sys_thread.vfork_maps == made->block)
        sys_thread.vfork_maps = ((void **)made->block)[0];
    give_back(made->block, made->size);
    made->block = NULL;
}

void environ_free_vforked(void)
{
    while (sys_thread.vfork_maps) {
        void *block = sys_thread.vfork_maps;
        sys_thread.vfork_maps = ((void **)block)[0];
        give_back(block, ((size_t *)block)[1]);
    }
}
