/* SPDX-License-Identifier: MIT */
#include "inbound/preload/environ.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "inbound/preload/ld_preload.h"
#include "sys/memory.h"
#include "sys/raw.h"
#include "sys/thread.h"

struct environ_settings environ_settings;

enum { LINK = 16 };

/* What a look through the environment has found. */
struct survey {
    size_t count;
    const char *preload; /* the value of LD_PRELOAD, or NULL */
    size_t preload_len, preload_at;
    bool twice;                  /* there is another one before it */
    bool has[ENVIRON_VARIABLES]; /* the variable is there, with whatever value */
    unsigned missing;            /* of those that children need */
};

/* The program may pass any pointer, and another thread may change the environment meanwhile: copies up to size bytes of a string,
 * and its NUL; returns the length, size when longer, -1 when it can't be read. */
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
    static const char all_begin[] = "HOOK_";
    const bool can_be = strncmp(start, all_begin, sizeof all_begin - 1) == 0;
    for (int i = 0; i < ENVIRON_VARIABLES && can_be; i++) {
        const char *variable = environ_settings.variable[i];
        if (variable && strncmp(start, variable, name_len(variable)) == 0)
            survey->has[i] = true;
    }
}

static bool survey_environ(struct survey *survey, char *const *envp)
{
    char start[24];
    char *entry = NULL;
    *survey = (struct survey){ 0 };
    for (; envp; survey->count++) {
        if (memory_peek(&entry, envp + survey->count, sizeof entry) < (long)sizeof entry)
            return false;
        if (!entry)
            break;
        if (peek_string(start, entry, sizeof start - 1) < 0)
            return false;
        start[sizeof start - 1] = '\0';
        if (strncmp(start, LD_PRELOAD, sizeof LD_PRELOAD - 1) == 0) { /* of two the dynamic linker takes the last */
            survey->twice = survey->preload;
            survey->preload = entry + sizeof LD_PRELOAD - 1;
            survey->preload_at = survey->count;
        }
        note_variable(survey, start);
    }
    for (int i = 0; i < ENVIRON_VARIABLES; i++)
        survey->missing += environ_settings.variable[i] && !survey->has[i];
    return true;
}

/* Most environments fit here. Mapping memory for each exec could fill a hole that the program
 * relies on being one. */
char pool[64 * 1024] APART __attribute__((aligned(16)));
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
    struct vfork_level *left = thread_vfork_level(sys_thread.vforked);
    ((void **)made->block)[0] = left->maps;
    ((size_t *)made->block)[1] = made->size;
    left->maps = made->block;
}

/* Room for the new string of LD_PRELOAD. */
static size_t preload_size(size_t old_len)
{
    return sizeof LD_PRELOAD + strlen(environ_settings.library) + ELF_RUNTIME + 2 + old_len;
}

static bool take_block(struct new_environ *made, const struct survey *survey, size_t old_len)
{
    size_t strings = preload_size(old_len);
    made->size = LINK + (survey->count + ENVIRON_VARIABLES + 2) * sizeof(char *) + strings + old_len + 8;
    made->block = made->size <= sizeof pool && !atomic_flag_test_and_set(&pool_taken) ? pool : memory_map(made->size);
    if (made->block)
        keep_for_parent(made);
    return made->block != NULL;
}

static bool copy_pointers(char **to, char *const *envp, size_t count)
{
    size_t size = count * sizeof *to;
    for (size_t done = 0; done < size;) {
        long got = memory_peek((char *)to + done, (const char *)envp + done, size - done);
        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    return true;
}

/* The new array, behind the link; LD_PRELOAD's string behind the array. */
static char **fill_environ(struct new_environ *made, const struct survey *survey, char *const *envp, size_t old_len,
                           const struct ld_preload *wish)
{
    char **array = (char **)((char *)made->block + LINK);
    char *preload = (char *)(array + survey->count + ENVIRON_VARIABLES + 2);
    char *old = preload + preload_size(old_len);
    size_t count = survey->count;
    if (!copy_pointers(array, envp, count))
        return NULL;
    *old = '\0';
    if (survey->preload && peek_string(old, survey->preload, old_len + 1) != (long)old_len)
        return NULL;
    bool differs = ld_preload_write(preload, old, wish);
    if (!differs && survey->missing == 0)
        return NULL;
    if (survey->preload && !preload[sizeof LD_PRELOAD - 1] && !survey->twice)
        memmove(array + survey->preload_at, array + survey->preload_at + 1, (--count - survey->preload_at) * sizeof *array);
    else if (survey->preload)
        array[survey->preload_at] = preload;
    else if (wish->wanted)
        array[count++] = preload;
    for (int i = 0; wish->wanted && i < ENVIRON_VARIABLES; i++)
        if (environ_settings.variable[i] && !survey->has[i])
            array[count++] = (char *)environ_settings.variable[i];
    array[count] = NULL;
    return array;
}

/* Would the new program find the library, and survive it? A chroot may have put it out of reach. */
static bool can_follow(const struct elf *program)
{
    if (!environ_settings.follow || program->fit == ELF_FOREIGN || program->fit == ELF_OTHER_LIBC)
        return false;
    long err = raw(SYS_faccessat2, AT_FDCWD, environ_settings.library, R_OK, AT_EACCESS);
    return err != -ENOENT && err != -EACCES && err != -ENOTDIR;
}

void environ_make(struct new_environ *ret, char *const *envp, const struct elf *program)
{
    struct survey survey;
    char probe[256];
    *ret = (struct new_environ){ (char **)envp, NULL, 0 };
    if (!environ_settings.library || !survey_environ(&survey, envp))
        return;
    const struct ld_preload wish = { environ_settings.library, can_follow(program), program->runtime };
    if (!wish.wanted) {
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
    char **array = fill_environ(ret, &survey, envp, old_len, &wish);
    if (array)
        ret->envp = array;
    else
        environ_free(ret);
}

void environ_free(struct new_environ *made)
{
    if (!made->block)
        return;
    struct vfork_level *left = thread_vfork_level(sys_thread.vforked);
    if (left->maps == made->block)
        left->maps = ((void **)made->block)[0];
    give_back(made->block, made->size);
    made->block = NULL;
}

/* All at once: a signal handler that breaks in may have a vfork child of its own. */
void environ_free_left(struct vfork_level *left)
{
    void *block = __atomic_exchange_n(&left->maps, NULL, __ATOMIC_SEQ_CST);
    while (block) {
        void *next = ((void **)block)[0];
        give_back(block, ((size_t *)block)[1]);
        block = next;
    }
}
