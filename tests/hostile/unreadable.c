/* SPDX-License-Identifier: MIT */
/* Memory that nearly always can be read (the heap, variables, the stack), taken away: what is written from there gives EFAULT. */
#define T_NAME "unreadable"
#include "t.h"
#include <pthread.h>
#include <stdbool.h>
#include <sys/shm.h>

enum { PAGE = 4096, ALL = 4 * PAGE };
static char area[ALL] __attribute__((aligned(PAGE)));
static int ends[2];

static void unmap(char *page)
{
    CHECK(munmap(page, PAGE) == 0);
}
static void unmap_by_number(char *page)
{
    CHECK(syscall(SYS_munmap, page, PAGE) == 0);
}
static void forbid(char *page)
{
    CHECK(mprotect(page, PAGE, PROT_NONE) == 0);
}
static void forbid_all(char *page)
{
    CHECK(mprotect(page - PAGE, 2 * PAGE, PROT_NONE) == 0);
}
static void forbid_by_key(char *page)
{
    CHECK(pkey_mprotect(page, PAGE, PROT_NONE, -1) == 0);
}
enum { GUARD_INSTALL = 102 }; /* MADV_, since Linux 6.13 */
static void guard(char *page)
{
    if (madvise(page, PAGE, GUARD_INSTALL) != 0)
        forbid(page);
}
static void guard_posix(char *page)
{
    if (posix_madvise(page, PAGE, GUARD_INSTALL) != 0)
        forbid(page);
}
static void guard_by_number(char *page)
{
    if (syscall(SYS_madvise, page, PAGE, GUARD_INSTALL | 7L << 32) != 0)
        forbid(page);
}
static void guard_own(char *page)
{
    const struct iovec part = { page, PAGE };
    const int own = (int)syscall(SYS_pidfd_open, getpid(), 0);
    if (process_madvise(own, &part, 1, GUARD_INSTALL, 0) != PAGE)
        forbid(page);
    close(own);
}
static void leave_to_parent(char *page)
{
    CHECK(madvise(page, PAGE, MADV_DONTFORK) == 0);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child > 0)
        _exit(t_wait(child));
}
static void cover(char *page)
{
    CHECK(mmap(page, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == page);
}
static void cover64(char *page)
{
    CHECK(mmap64(page, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == page);
}
static void move(char *page)
{
    CHECK(mremap(page, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, area) == area);
}
static void move_over(char *page)
{
    char *other = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(other != MAP_FAILED && mremap(other, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, page) == page);
}
static void attach(char *page)
{
    int id = shmget(IPC_PRIVATE, PAGE, IPC_CREAT | 0600);
    CHECK(id >= 0 && shmat(id, page, SHM_REMAP) == page && shmctl(id, IPC_RMID, NULL) == 0);
    CHECK(shmdt(page) == 0);
}

static void (*const take_away[])(char *) = {
    unmap, unmap_by_number, forbid, forbid_all, forbid_by_key, guard, guard_posix, guard_by_number, guard_own, leave_to_parent, cover, cover64, move, move_over, attach,
};

/* Another thread does it, whose own stack is far away. */
static void *forbid_there(void *page)
{
    forbid(page);
    return NULL;
}
static void forbid_aside(char *page)
{
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, forbid_there, page) == 0 && pthread_join(thread, NULL) == 0);
}

/* It can be read up to the page, and not from there. */
static void try(char *page, void (*take)(char *))
{
    char got[16];
    memset(page - 8, 'x', 16);
    CHECK(write(ends[1], page - 8, 16) == 16 && read(ends[0], got, 16) == 16 && memcmp(got, "xxxxxxxxxxxxxxxx", 16) == 0);
    take(page);
    for (int i = 0; i < 3; i++) {
        ERR(write(ends[1], page, 16), EFAULT);
        ERR(write(ends[1], page + PAGE - 8, 8), EFAULT);
        if (take != forbid_all)
            SAME(write(ends[1], page - 8, 16), syscall(SYS_write, ends[1], page - 8, 16ul));
    }
}

static void in_child(char *page, void (*take)(char *))
{
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        try(page, take);
        _exit(0);
    }
    int status = t_wait(child);
    if (status)
        fail("at %p, way %p: %d", (void *)page, *(void **)&take, status);
}

/* The heap becomes shorter: as libc knows it, or behind its back. */
static void in_shorter_heap(bool by_number)
{
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        char *end = sbrk(4 * PAGE);
        CHECK(end != (char *)-1);
        CHECK(write(ends[1], end + PAGE, 8) == 8);
        CHECK(by_number ? syscall(SYS_brk, end) == (long)end : brk(end) == 0);
        ERR(write(ends[1], end + PAGE, 8), EFAULT);
        _exit(0);
    }
    CHECK(t_wait(child) == 0);
}

/* Before libc has set itself up, and so the library. */
static char early[2 * PAGE] __attribute__((aligned(PAGE)));
static void take_early(int argc)
{
    if (argc > 1)
        mprotect(early + PAGE, PAGE, PROT_NONE);
}
__attribute__((section(".preinit_array"), used)) static void (*const first)(int) = take_early;

/* As one looks while another thread changes it. */
static void broken_environment(void)
{
    char *broken[] = { "A=1", (char *)16, NULL }, **whole = environ, *words[] = { "x", NULL };
    environ = broken;
    const int absent = execve("/nonexistent/x", words, environ), absent_err = errno;
    const int unread = execve("/bin/true", words, environ), unread_err = errno, status = system("exit 3");
    environ = whole;
    CHECK(absent == -1 && absent_err == ENOENT && unread == -1 && unread_err == EFAULT && status == 127 << 8);
}

int main(int argc, char **argv)
{
    char deep[ALL], *heap = sbrk(ALL), *stack = (char *)(((uintptr_t)deep + 2 * PAGE) & -(uintptr_t)PAGE);
    memset(deep, 0, sizeof deep);
    heap = (char *)(((uintptr_t)heap + 2 * PAGE) & -(uintptr_t)PAGE);
    CHECK(pipe(ends) == 0);
    if (argc > 1) {
        ERR(write(ends[1], early + PAGE, 8), EFAULT);
        pass();
    }
    broken_environment();
    for (size_t i = 0; i < sizeof take_away / sizeof *take_away; i++) {
        in_child(area + 2 * PAGE, take_away[i]);
        in_child(heap, take_away[i]);
    }
    in_child(stack, forbid); /* a hole in the stack would be filled again */
    in_child(stack, cover);
    in_child(stack, forbid_aside);
    in_shorter_heap(false);
    in_shorter_heap(true);
    t_again((char *[]){ argv[0], "early", NULL });
}
