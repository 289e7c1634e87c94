/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "core/call.h"
#include "core/capture.h"

/* Program memory as the port shows it: what lies in `readable`, in pieces of 16 bytes. */
static char readable[8192] __attribute__((aligned(16)));
static int peeks;

static long peek(void *dst, const void *src, size_t n)
{
    size_t at = (size_t)((const char *)src - readable), piece = 16 - at % 16;
    peeks++;
    if ((const char *)src < readable || at >= sizeof readable)
        return -EFAULT;
    n = n < piece ? n : piece;
    memcpy(dst, src, n);
    return (long)n;
}

static int handle(unsigned kind, const void *stream)
{
    return kind == KIND_STREAM && stream == readable ? 7 : -1;
}

static const struct capture_source source = { peek, handle, 0, NULL, false, 32, NULL };
static char memory[64 * 1024] __attribute__((aligned(8)));

static void *second_block(struct arena *arena, size_t size)
{
    static char block[32 * 1024] __attribute__((aligned(8)));
    (void)arena;
    return size <= sizeof block ? block : NULL;
}

static struct arena arena = { memory, 0, sizeof memory, NULL, NULL };

static struct hook_event before(unsigned call, const long *words, bool all)
{
    struct hook_event event = { .call = (uint16_t)call };
    peeks = 0;
    capture_before(&event, words, all, &source, &arena);
    return event;
}

static bool holds(const struct hook_value *value, const char *text)
{
    return value->state == HOOK_VALUE_BYTES && value->len == strlen(text) && memcmp(value->p, text, value->len) == 0;
}

Test(capture, a_path_is_copied_piece_by_piece_before_a_decision)
{
    const char *path = "/a/rather/long/path/that/takes/several/pieces/to/read";
    strcpy(readable, path);
    struct hook_event event = before(CALL_open, (long[]){ (long)readable, O_RDONLY, 0 }, true);
    cr_assert(holds(&event.arg[0], path));
    cr_assert(event.arg[0].p != readable);
    cr_assert(gt(int, peeks, 1));
}

Test(capture, the_mode_is_there_only_when_the_flags_say_so)
{
    struct hook_event event = before(CALL_open, (long[]){ 0, O_RDONLY, 0644 }, false);
    cr_assert(eq(int, event.arg[2].state, HOOK_VALUE_NONE));
    event = before(CALL_open, (long[]){ 0, O_WRONLY | O_CREAT, 0644 }, false);
    cr_assert(eq(int, event.arg[2].state, HOOK_VALUE_NUMBER));
    event = before(CALL_open, (long[]){ 0, O_WRONLY | O_TMPFILE, 0600 }, false);
    cr_assert(eq(int, event.arg[2].state, HOOK_VALUE_NUMBER));
    event = before(CALL_open, (long[]){ 0, O_RDONLY | O_DIRECTORY, 0600 }, false);
    cr_assert(eq(int, event.arg[2].state, HOOK_VALUE_NONE));
}

Test(capture, an_unreadable_pointer_stays_an_address)
{
    struct hook_event event = before(CALL_open, (long[]){ 1, O_RDONLY, 0 }, true);
    cr_assert(eq(int, event.arg[0].state, HOOK_VALUE_ADDRESS));
    cr_assert(eq(long, (long)event.arg[0].n, 1));
    memset(readable + sizeof readable - 8, 'x', 8); /* no terminator before the end */
    event = before(CALL_open, (long[]){ (long)(readable + sizeof readable - 8), O_RDONLY, 0 }, true);
    cr_assert(eq(int, event.arg[0].state, HOOK_VALUE_ADDRESS));
}

Test(capture, a_path_that_the_kernel_has_read_is_not_copied)
{
    strcpy(readable, "/etc/hosts");
    const long words[] = { (long)readable, O_RDONLY, 0 };
    struct hook_event event = before(CALL_open, words, false);
    event.failed = 1;
    event.err = ENOENT;
    capture_after(&event, words, false, &source, &arena);
    cr_assert(holds(&event.arg[0], "/etc/hosts"));
    cr_assert(event.arg[0].p == readable && peeks == 0);
}

Test(capture, after_an_early_error_nothing_is_read_in_place)
{
    const long words[] = { 1, O_RDONLY, 0 };
    struct hook_event event = before(CALL_open, words, false);
    event.failed = 1;
    event.err = EFAULT;
    capture_after(&event, words, false, &source, &arena);
    cr_assert(eq(int, event.arg[0].state, HOOK_VALUE_ADDRESS));
    cr_assert(gt(int, peeks, 0));
}

Test(capture, data_is_cut_at_thirty_two_bytes)
{
    memset(readable, 'd', 100);
    const long words[] = { 1, (long)readable, 100 };
    struct hook_event event = before(CALL_write, words, false);
    event.ret = 100;
    capture_after(&event, words, false, &source, &arena);
    cr_assert(eq(int, event.arg[1].state, HOOK_VALUE_CUT));
    cr_assert(eq(int, (int)event.arg[1].len, 32));
}

Test(capture, a_read_shows_what_came_not_what_was_asked_for)
{
    strcpy(readable, "hello");
    const long words[] = { 3, (long)readable, 4096 };
    struct hook_event event = before(CALL_read, words, false);
    event.ret = 5;
    capture_after(&event, words, false, &source, &arena);
    cr_assert(holds(&event.arg[1], "hello"));
}

Test(capture, arguments_are_strings_one_after_another)
{
    const char **argv = (const char **)(readable + 4096);
    strcpy(readable, "ls");
    strcpy(readable + 16, "-l");
    argv[0] = readable;
    argv[1] = readable + 16;
    argv[2] = NULL;
    struct hook_event event = before(CALL_execv, (long[]){ (long)readable, (long)argv }, true);
    cr_assert(eq(int, (int)event.arg[1].count, 2));
    cr_assert(eq(int, (int)event.arg[1].len, 6));
    cr_assert(zero(memcmp(event.arg[1].p, "ls\0-l", 6)));
}

Test(capture, many_arguments_grow_the_block)
{
    const char **argv = (const char **)(readable + 4096);
    memset(readable, 'a', 200);
    readable[200] = '\0';
    for (int i = 0; i < 100; i++)
        argv[i] = readable;
    argv[100] = NULL;
    struct hook_event event = before(CALL_execv, (long[]){ (long)readable, (long)argv }, true);
    cr_assert(eq(int, (int)event.arg[1].count, 100));
    cr_assert(eq(int, (int)event.arg[1].len, 100 * 201));
}

Test(capture, an_argument_list_with_a_bad_string_stays_an_address)
{
    const char **argv = (const char **)(readable + 4096);
    argv[0] = (const char *)1;
    argv[1] = NULL;
    struct hook_event event = before(CALL_execv, (long[]){ (long)readable, (long)argv }, true);
    cr_assert(eq(int, event.arg[1].state, HOOK_VALUE_ADDRESS));
}

Test(capture, vectors_keep_each_length)
{
    struct iovec *vector = (struct iovec *)(readable + 4096);
    strcpy(readable, "abcdef");
    vector[0] = (struct iovec){ readable, 2 };
    vector[1] = (struct iovec){ readable + 2, 4 };
    const long words[] = { 1, (long)vector, 2 };
    struct hook_event event = before(CALL_writev, words, false);
    event.ret = 6;
    capture_after(&event, words, false, &source, &arena);
    cr_assert(eq(int, (int)event.arg[1].len, 12 + 2 + 12 + 4));
    cr_assert(zero(memcmp((const char *)event.arg[1].p + 12, "ab", 2)));
    cr_assert(zero(memcmp((const char *)event.arg[1].p + 26, "cdef", 4)));
}

Test(capture, a_stream_is_its_descriptor)
{
    struct hook_event event = before(CALL_fclose, (long[]){ (long)readable }, false);
    cr_assert(eq(int, event.arg[0].state, HOOK_VALUE_NUMBER));
    cr_assert(eq(long, (long)event.arg[0].n, 7));
    event = before(CALL_fclose, (long[]){ 0 }, false);
    cr_assert(eq(int, event.arg[0].state, HOOK_VALUE_ADDRESS));
}

Test(capture, a_failed_call_has_filled_nothing_in)
{
    struct stat st;
    const long words[] = { (long)readable, (long)&st };
    struct hook_event event = before(CALL_stat, words, false);
    event.failed = 1;
    event.err = ENOENT;
    capture_after(&event, words, false, &source, &arena);
    cr_assert(eq(int, event.arg[1].state, HOOK_VALUE_ADDRESS));
}

Test(capture, without_room_nothing_is_captured_and_nothing_breaks)
{
    struct arena full = { memory, sizeof memory, sizeof memory, NULL, NULL };
    struct hook_event event = { .call = CALL_open };
    strcpy(readable, "/etc/hosts");
    capture_before(&event, (long[]){ (long)readable, O_RDONLY, 0 }, true, &source, &full);
    cr_assert(eq(int, event.arg[0].state, HOOK_VALUE_ADDRESS));
}

Test(capture, of_two_paths_the_first_may_be_why_the_call_failed)
{
    strcpy(readable, "/nope/a");
    const long words[] = { (long)readable, 8 };
    struct hook_event event = before(CALL_rename, words, false);
    event.failed = 1;
    event.err = ENOENT;
    capture_after(&event, words, false, &source, &arena);
    cr_assert(holds(&event.arg[0], "/nope/a"));
    cr_assert(eq(int, event.arg[1].state, HOOK_VALUE_ADDRESS));
}

Test(capture, what_was_unreadable_before_is_not_tried_after_a_refusal)
{
    const long words[] = { 8, O_RDONLY, 0 };
    struct hook_event event = before(CALL_open, words, true);
    event.failed = 1;
    event.err = ENOENT;
    capture_after(&event, words, true, &source, &arena);
    cr_assert(eq(int, event.arg[0].state, HOOK_VALUE_ADDRESS));
}

Test(capture, what_a_call_changes_is_held_as_it_was_and_as_it_is)
{
    struct pollfd *fds = (struct pollfd *)readable;
    *fds = (struct pollfd){ 3, POLLIN, 0 };
    const long words[] = { (long)readable, 1, 0 };
    struct hook_event event = before(CALL_poll, words, false);
    fds->revents = POLLHUP;
    event.ret = 1;
    capture_after(&event, words, false, &source, &arena);
    const struct pollfd *held = event.arg[0].p;
    cr_assert(eq(int, (int)event.arg[0].len, 2 * sizeof *fds));
    cr_assert(held[0].revents == 0 && held[1].revents == POLLHUP);
    event = before(CALL_poll, words, false);
    event.failed = 1;
    capture_after(&event, words, false, &source, &arena);
    cr_assert(eq(int, (int)event.arg[0].len, sizeof *fds));
    event = before(CALL_poll, (long[]){ 1, 1, 0 }, false);
    cr_assert(eq(int, event.arg[0].state, HOOK_VALUE_ADDRESS));
}

Test(capture, sets_of_descriptors_are_as_long_as_the_first_argument_says)
{
    const long words[] = { 65, (long)readable, 0, 0, 0 };
    struct hook_event event = before(CALL_select, words, false);
    cr_assert(eq(int, (int)event.arg[1].len, 16));
    cr_assert(eq(int, event.arg[2].state, HOOK_VALUE_ADDRESS));
    event = before(CALL_select, (long[]){ -1, (long)readable, 0, 0, 0 }, false);
    cr_assert(le(int, (int)event.arg[1].len, 1024));
}

Test(capture, what_epoll_gives_is_as_much_as_it_says)
{
    const long words[] = { 3, (long)readable, 40, 0 };
    struct hook_event event = before(CALL_epoll_wait, words, false);
    event.ret = 40;
    capture_after(&event, words, false, &source, &arena);
    cr_assert(event.arg[1].state == HOOK_VALUE_CUT && event.arg[1].count == 40);
    cr_assert(eq(int, (int)event.arg[1].len, 32 * sizeof(struct epoll_event)));
    event = before(CALL_epoll_ctl, (long[]){ 3, EPOLL_CTL_DEL, 4, (long)readable }, true);
    cr_assert(eq(int, event.arg[3].state, HOOK_VALUE_ADDRESS));
}

static long fd_name(int fd, char *buf, size_t size)
{
    static const char long_name[] = "/a/folder/whose/name/is/longer/than/what/is/left/of/the/first/memory";
    const char *name = fd == 3 ? "/etc" : fd == 4 ? long_name : fd == AT_FDCWD ? "/here" : NULL;
    if (!name || strlen(name) >= size)
        return name ? -ENAMETOOLONG : -EBADF;
    memcpy(buf, name, strlen(name));
    return (long)strlen(name);
}

static const struct capture_source naming = { peek, handle, 0, fd_name, false, 32, NULL };

static bool is_named(const struct hook_value *value, const char *name)
{
    return value->state == HOOK_VALUE_NUMBER && value->len == strlen(name) && memcmp(value->p, name, value->len) == 0;
}

Test(capture, descriptors_have_names_when_they_are_wanted)
{
    strcpy(readable, "hosts");
    const long words[] = { AT_FDCWD, (long)readable, O_RDONLY, 0 };
    struct hook_event event = { .call = CALL_openat };
    capture_before(&event, words, false, &naming, &arena);
    cr_assert(event.named && is_named(&event.arg[0], "/here"));
    event.ret = 3;
    capture_after(&event, words, false, &naming, &arena);
    cr_assert(capture_gives_descriptor(&event) && is_named(&event.arg[4], "/etc"));
    event = (struct hook_event){ .call = CALL_fcntl };
    capture_before(&event, (long[]){ 99, F_DUPFD, 5 }, false, &naming, &arena);
    cr_assert(event.arg[0].p == NULL && event.arg[2].p == NULL && capture_gives_descriptor(&event));
    event.failed = 1;
    cr_assert(not(capture_gives_descriptor(&event)));
    event = before(CALL_close, (long[]){ 3 }, false);
    cr_assert(event.named == 0 && event.arg[0].p == NULL);
}

Test(capture, a_name_may_be_longer_than_the_first_memory)
{
    static char first[64] __attribute__((aligned(8)));
    struct arena small = { first, 16, sizeof first, second_block, NULL };
    struct hook_event event = { .call = CALL_dup2 };
    capture_before(&event, (long[]){ 4, 3 }, false, &naming, &small);
    cr_assert(eq(int, (int)event.arg[0].len, 68));
    cr_assert(is_named(&event.arg[1], "/etc"));
}

Test(capture, both_ends_of_a_pipe_have_names)
{
    const long words[] = { (long)readable };
    struct hook_event event = { .call = CALL_pipe };
    memcpy(readable, (int[]){ 3, 9 }, 2 * sizeof(int));
    capture_before(&event, words, false, &naming, &arena);
    capture_after(&event, words, false, &naming, &arena);
    const struct capture_fd_pair *pair = event.arg[0].p;
    cr_assert(event.arg[0].len == sizeof *pair && pair->fd[1] == 9);
    cr_assert(eq(str, (char *)pair->name[0], "/etc"));
    cr_assert(eq(str, (char *)pair->name[1], ""));
}

Test(capture, a_command_says_what_its_argument_is)
{
    struct flock lock = { .l_type = F_WRLCK, .l_len = 5 };
    memcpy(readable, &lock, sizeof lock);
    const long words[] = { 3, F_SETLK, (long)readable };
    struct hook_event event = before(CALL_fcntl, words, false);
    cr_assert(eq(int, event.arg[2].state, HOOK_VALUE_ADDRESS));
    capture_after(&event, words, false, &source, &arena);
    cr_assert(event.arg[2].len == sizeof lock && memcmp(event.arg[2].p, &lock, sizeof lock) == 0);
    event = before(CALL_fcntl, (long[]){ 3, F_SETFD, FD_CLOEXEC }, false);
    cr_assert(eq(int, event.arg[2].state, HOOK_VALUE_NUMBER));
    event = before(CALL_fcntl, (long[]){ 3, F_GETFD, 0 }, false);
    cr_assert(eq(int, event.arg[2].state, HOOK_VALUE_NONE));
    strcpy(readable, "a name of more than fifteen");
    event = before(CALL_prctl, (long[]){ PR_SET_NAME, (long)readable, 0, 0, 0 }, true);
    cr_assert(event.arg[1].state == HOOK_VALUE_CUT && event.arg[1].len == 15);
    cr_assert(eq(int, event.arg[2].state, HOOK_VALUE_NONE));
}

Test(capture, an_environment_is_read_when_all_is_wanted)
{
    static const struct capture_source whole = { peek, handle, 0, NULL, true, 32, NULL };
    const char **envp = (const char **)(readable + 4096);
    strcpy(readable, "A=1");
    envp[0] = envp[1] = readable;
    envp[2] = NULL;
    const long words[] = { (long)readable, (long)envp, (long)envp };
    struct hook_event event = before(CALL_execve, words, true);
    cr_assert(event.arg[2].state == HOOK_VALUE_ADDRESS && event.arg[2].count == 2 && !event.full);
    capture_before(&event, words, true, &whole, &arena);
    cr_assert(event.full && event.arg[2].count == 2 && event.arg[2].len == 8);
    cr_assert(zero(memcmp(event.arg[2].p, "A=1\0A=1", 8)));
}
