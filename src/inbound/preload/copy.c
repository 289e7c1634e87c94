/* SPDX-License-Identifier: MIT */
/* Data that the kernel takes from descriptor to descriptor is a read and a write that no rule sees: what the rules may say of
 * such ones is asked beforehand. */
#include "inbound/preload/preload.h"

#include <errno.h>
#include <linux/fs.h>
#include <stdint.h>
#include <unistd.h>

#include "sys/memory.h"
#include "sys/raw.h"

/* So much at once is searched for what a rule asks for: programs go on where a copy has ended. */
enum { SEARCHED_MAX = 1 << 20 };

/* Which word is what. A file system that cannot make the copy says so by `err`: programs then read and write. */
struct copy {
    uint8_t from, offset, to, count;
    int err;
};

static const struct copy *copy_of(unsigned call)
{
    static const struct copy file = { 0, 1, 2, 4, EXDEV }, send = { 1, 2, 0, 3, EINVAL }, splice = { 0, 1, 2, 4, EINVAL },
                             tee = { 0, 0, 1, 2, EINVAL }; /* between pipes, which have no offset */
    switch (call_table[call].row) {
    case CALL_copy_file_range: return &file;
    case CALL_sendfile: return &send;
    case CALL_splice: return &splice;
    default: return &tee;
    }
}

/* What is about to be copied. */
struct data {
    char *memory; /* NULL: none was needed, or there is none */
    size_t size;  /* of the memory */
    const char *bytes;
    size_t count;
};

/* Where the copy begins, or a negative errno: a pipe or socket has no place. */
static int64_t place_of(const struct copy *copy, const long *word)
{
    int64_t at = 0;
    if (copy->offset == copy->from || !word[copy->offset])
        return raw(SYS_lseek, (int)word[copy->from], 0, SEEK_CUR);
    return memory_peek(&at, (const void *)word[copy->offset], sizeof at) == sizeof at ? at : -EFAULT;
}

/* Reads what is to be copied. What cannot be read beforehand (a pipe's content) is at an address that nobody can read; of a
 * descriptor that is not open for reading the kernel will say so. */
static void read_source(struct data *data, const struct copy *copy, const long *word)
{
    int64_t at = place_of(copy, word);
    data->size = (size_t)word[copy->count];
    data->memory = at < 0 ? NULL : memory_map(data->size);
    long got = at < 0 ? (long)at : data->memory ? raw(SYS_pread64, (int)word[copy->from], data->memory, data->size, at) : -ENOMEM;
    data->bytes = got < 0 ? (const char *)-1 : data->memory;
    data->count = got < 0 ? got != -EBADF : (size_t)got;
}

/* May a rule stop, delay or redirect such a read or write, or want to see what is written? */
static bool rules_interfere(unsigned call, long fd, const struct data *data)
{
    struct passage asked;
    if (!policy_concerns(gate_policy(&preload_gate), call))
        return false;
    gate_open(&preload_gate, &asked, call, GATE_DECIDE | GATE_ASK);
    asked.word[0] = fd;
    asked.word[1] = (long)data->bytes;
    asked.word[2] = (long)data->count;
    gate_before(&preload_gate, &asked);
    preload_gate.release(&asked.arena);
    unsigned action = asked.verdict.action;
    return action == HOOK_ACTION_BLOCK || action == HOOK_ACTION_REDIRECT || asked.verdict.delay_ns || asked.verdict.data;
}

/* One file gets the content of another without being written to. Its data is not looked into. */
bool copy_clone(struct passage *passage)
{
    const struct policy *policy = gate_policy(&preload_gate);
    const long *word = passage->word;
    struct file_clone_range range = { .src_fd = (int)word[2] };
    struct data data = { .bytes = (const char *)-1, .count = 1 };
    if (!policy || ((unsigned)word[1] != FICLONE && (unsigned)word[1] != FICLONERANGE))
        return true;
    if ((unsigned)word[1] == FICLONERANGE && memory_peek(&range, (const void *)word[2], sizeof range) != sizeof range)
        return true;
    if (!policy_needs_data(policy))
        data = (struct data){ 0 };
    if (!rules_interfere(CALL_write, word[0], &data) && !rules_interfere(CALL_read, (long)range.src_fd, &(struct data){ 0 }))
        return true;
    gate_refuse(passage, EOPNOTSUPP);
    return false;
}

bool copy_before(struct passage *passage)
{
    const struct policy *policy = gate_policy(&preload_gate);
    const struct copy *copy = copy_of(passage->event.call);
    long *word = passage->word;
    struct data data = { 0 };
    if (!policy || !word[copy->count])
        return true;
    if (policy_needs_data(policy)) {
        word[copy->count] = (size_t)word[copy->count] > SEARCHED_MAX ? SEARCHED_MAX : word[copy->count];
        read_source(&data, copy, word);
    }
    bool interfere =
        rules_interfere(CALL_write, word[copy->to], &data) || rules_interfere(CALL_read, word[copy->from], &(struct data){ 0 });
    memory_unmap(data.memory, data.size);
    if (interfere)
        gate_refuse(passage, copy->err);
    return !interfere;
}
