/* SPDX-License-Identifier: MIT */
/* moves numbers | moves signals | moves walks | moves mounts: asks for files that are not there, of_a in the folder a and so on
 * of the working folder, by descriptors whose numbers mean one folder after another; or for files that are, in working folders
 * that the C library has gone to. Whatever is said of such a call has to name the file's own folder. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <ftw.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 20000 };

static int fd, a, b, c;

static int folder(const char *name)
{
    return open(name, O_RDONLY | O_DIRECTORY);
}

static void ask(int at, const char *name)
{
    if (faccessat(at, name, F_OK, 0) == 0 || errno != ENOENT)
        _exit(1);
}

static void *alone(void *unused)
{
    unshare(CLONE_FILES);
    close(fd);
    ask(folder("c"), "of_c");
    return unused;
}

static void by_thread(void *(*run)(void *))
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, run, NULL) == 0)
        pthread_join(thread, NULL);
}

/* Receives the descriptor at the lowest number that is free. */
static int passed(int what)
{
    int ends[2];
    char byte = 0;
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof what)] = { 0 };
    struct iovec data = { &byte, 1 };
    struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof what);
    memcpy(CMSG_DATA(head), &what, sizeof what);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0 || sendmsg(ends[0], &message, 0) != 1)
        return -1;
    close(fd);
    if (recvmsg(ends[1], &message, 0) != 1)
        return -1;
    memcpy(&what, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof what);
    return what;
}

static int beneath(int at, const char *name)
{
    return openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
}

/* From a folder that is known, by descriptors that nothing has been asked of. */
static void up_and_down(void)
{
    ask(a, "of_a");
    ask(beneath(beneath(a, ".."), "c"), "of_c");
    ask(beneath(beneath(beneath(a, "."), ".."), "b"), "of_b");
    int root = folder("/");
    ask(root, "of_root");
    ask(beneath(beneath(root, ".."), "."), "of_root");
}

static void numbers(void)
{
    fd = folder("a");
    ask(fd, "of_a");
    syscall(SYS_close, fd);
    fd = folder("b");
    ask(fd, "of_b");
    dup2(a, fd);
    ask(fd, "of_a");
    dup3(b, fd, O_CLOEXEC);
    ask(fd, "of_b");
    syscall(SYS_dup3, a, fd, 0);
    ask(fd, "of_a");
    close_range((unsigned)fd, (unsigned)fd, 0);
    syscall(SYS_openat, AT_FDCWD, "c", O_RDONLY);
    ask(fd, "of_c");
    closedir(fdopendir(fd));
    fd = folder("b");
    ask(fd, "of_b");
    fclose(fdopen(fd, "r"));
    DIR *dir = opendir("c");
    ask(dirfd(dir), "of_c");
    closedir(dir);
    fd = passed(b);
    ask(fd, "of_b");
    if (fork() == 0) {
        close(fd);
        ask(folder("c"), "of_c");
        _exit(0);
    }
    wait(NULL);
    ask(fd, "of_b");
    if (vfork() == 0) {
        close(fd);
        ask(folder("c"), "of_c");
        close(fd);
        ask(beneath(beneath(a, ".."), "c"), "of_c");
        _exit(0);
    }
    ask(fd, "of_b");
    rename("b", "z");
    ask(fd, "of_z");
    rename("z", "b");
    ask(fd, "of_b");
    by_thread(alone);
    ask(fd, "of_b");
    up_and_down();
}

/* Asked for again by the handler: between two of them the program comes on, however slow the machine is. */
static void alarm_soon(void)
{
    const struct itimerval soon = { { 0, 0 }, { 0, 100 } };
    setitimer(ITIMER_REAL, &soon, NULL);
}

static void interrupted(int unused)
{
    int err = errno;
    (void)unused;
    ask(b, "of_b");
    ask(a, "of_a");
    alarm_soon();
    errno = err;
}

static void *beside(void *unused)
{
    for (int i = 0; i < ROUNDS; i++)
        ask(c, "of_c");
    return unused;
}

static void signals(void)
{
    const struct sigaction action = { .sa_handler = interrupted, .sa_flags = SA_RESTART };
    const struct itimerval never = { 0 };
    pthread_t thread;
    sigaction(SIGALRM, &action, NULL);
    alarm_soon();
    if (pthread_create(&thread, NULL, beside, NULL) != 0)
        _exit(1);
    for (int i = 0; i < ROUNDS; i++) {
        ask(a, "of_a");
        ask(i % 2 ? b : c, i % 2 ? "of_b" : "of_c");
    }
    pthread_join(thread, NULL);
    signal(SIGALRM, SIG_IGN);
    setitimer(ITIMER_REAL, &never, NULL);
}

static int met(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    return type == FTW_F ? access(path + at->base, F_OK) : 0;
}

static void walk(int options)
{
    char *const roots[] = { "a", "b", NULL };
    FTS *tree = fts_open(roots, options, NULL);
    for (const FTSENT *entry; (entry = fts_read(tree));)
        if (entry->fts_info == FTS_F && access(entry->fts_accpath, F_OK) != 0)
            _exit(1);
    fts_close(tree);
}

/* Reads until whoever has the pipe has ended. */
static void in_root(void)
{
    int ends[2];
    char byte;
    if (pipe(ends) != 0)
        _exit(1);
    if (fork() == 0) {
        if (daemon(0, 0) != 0)
            _exit(1);
        access("of_root", F_OK);
        _exit(0);
    }
    close(ends[1]);
    while (read(ends[0], &byte, 1) > 0)
        ;
}

static void in_renamed(void)
{
    if (chdir("c") != 0 || rename("../c", "../y") != 0)
        _exit(1);
    ask(AT_FDCWD, "of_y");
    if (vfork() == 0)
        _exit(chdir("../b") != 0 || access("of_b", F_OK) != 0);
    ask(AT_FDCWD, "of_y");
    if (rename("../y", "../c") != 0 || chdir("..") != 0)
        _exit(1);
}

static void walks(void)
{
    close(openat(a, "of_a", O_WRONLY | O_CREAT, 0600));
    close(openat(b, "of_b", O_WRONLY | O_CREAT, 0600));
    in_renamed();
    in_root();
    walk(FTS_PHYSICAL | FTS_NOCHDIR);
    walk(FTS_PHYSICAL);
    if (nftw(".", met, 8, FTW_PHYS | FTW_CHDIR) != 0)
        _exit(1);
}

/* What is mounted goes to another folder. */
static void mounts(void)
{
    if (mkdir("m", 0700) != 0 || mkdir("c/t", 0700) != 0 || mount("none", "m", "tmpfs", 0, NULL) != 0)
        _exit(1);
    int top = folder("m");
    ask(top, "of_m");
    if (mount("m", "c/t", NULL, MS_MOVE, NULL) != 0)
        _exit(1);
    ask(beneath(top, ".."), "of_c");
    if (umount2("c/t", MNT_DETACH) != 0)
        _exit(1);
}

int main(int argc, char **argv)
{
    for (const char *name = "abc"; *name; name++)
        mkdir((const char[]){ *name, '\0' }, 0700);
    a = folder("a");
    b = folder("b");
    c = folder("c");
    if (argc > 1 && strcmp(argv[1], "signals") == 0)
        signals();
    else if (argc > 1 && strcmp(argv[1], "mounts") == 0)
        mounts();
    else if (argc > 1 && strcmp(argv[1], "walks") == 0)
        walks();
    else
        numbers();
    return 0;
}
