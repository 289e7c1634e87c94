/* SPDX-License-Identifier: MIT */
/* Ways to the content of vault/secret, each in a process and a folder of its own; those called exec_... run vault/tool for
 * it, a copy of cat. `evade lay` makes the folders; `evade [WAY]` prints "WAY got" of those that led to it and "WAY kept" of
 * the others. */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <fcntl.h>
#include <dirent.h>
#include <ftw.h>
#include <linux/openat2.h>
#include <mntent.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wordexp.h>

#define SECRET "the secret\n"

static char path[16384];

static const char *make(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(path, sizeof path, format, list);
    va_end(list);
    return path;
}

static int take(const char *name)
{
    return open(name, O_RDONLY);
}

static int folder(const char *name)
{
    return open(name, O_RDONLY | O_DIRECTORY);
}

static const char *here(void)
{
    static char cwd[4096];
    return getcwd(cwd, sizeof cwd);
}

/* What a command prints. */
static int printed(const char *command)
{
    int ends[2];
    if (pipe(ends) != 0)
        return -1;
    fflush(stdout);
    if (fork() == 0) {
        dup2(ends[1], 1);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(1);
    }
    close(ends[1]);
    wait(NULL);
    return ends[0];
}

static int opened2(int dir, const char *name, uint64_t resolve)
{
    struct open_how how = { .flags = O_RDONLY, .resolve = resolve };
    return (int)syscall(SYS_openat2, dir, name, &how, sizeof how);
}

static int long_name(size_t len)
{
    char name[8192];
    size_t at = len - strlen("vault/secret");
    for (size_t i = 0; i + 1 < at; i += 2)
        memcpy(name + i, "./", 2);
    if (at % 2)
        name[at - 1] = '/';
    strcpy(name + at, "vault/secret");
    return take(name);
}

static int spawned(const char *folder_name, const char *name, bool by_descriptor)
{
    posix_spawn_file_actions_t actions;
    char *argv[] = { "cat", NULL }, *environment[] = { NULL };
    int ends[2];
    pid_t pid;
    if (pipe(ends) != 0)
        return -1;
    posix_spawn_file_actions_init(&actions);
    if (folder_name && by_descriptor)
        posix_spawn_file_actions_addfchdir_np(&actions, folder(folder_name));
    else if (folder_name)
        posix_spawn_file_actions_addchdir_np(&actions, folder_name);
    posix_spawn_file_actions_addopen(&actions, 0, name, O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    int err = posix_spawn(&pid, "/bin/cat", &actions, NULL, argv, environment);
    close(ends[1]);
    if (err == 0)
        waitpid(pid, NULL, 0);
    return err ? -1 : ends[0];
}

static int spawned_in(const char *folder_name, const char *program)
{
    posix_spawn_file_actions_t actions;
    char *argv[] = { "tool", "secret", NULL };
    int ends[2];
    pid_t pid;
    if (pipe(ends) != 0)
        return -1;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, folder_name);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    int err = posix_spawn(&pid, program, &actions, NULL, argv, environ);
    close(ends[1]);
    if (err == 0)
        waitpid(pid, NULL, 0);
    return err ? -1 : ends[0];
}

static void *go_there_alone(void *ret_fd)
{
    *(int *)ret_fd = unshare(CLONE_FS) || chdir("vault") ? -1 : take("secret");
    return NULL;
}

/* The number is one of another folder for the other threads. */
static void *open_there_alone(void *pipe_end)
{
    char text[64];
    int at = folder("other");
    if (unshare(CLONE_FILES) != 0 || dup2(folder("vault"), at) != at)
        return NULL;
    ssize_t len = read(openat(at, "secret", O_RDONLY), text, sizeof text);
    if (len > 0 && write(*(int *)pipe_end, text, (size_t)len) != len)
        return NULL;
    return NULL;
}

/* A thread may have descriptors of its own. */
static int by_own_table(void)
{
    pthread_t thread;
    int ends[2];
    if (pipe(ends) != 0 || pthread_create(&thread, NULL, open_there_alone, &ends[1]) != 0)
        return -1;
    pthread_join(thread, NULL);
    close(ends[1]);
    return ends[0];
}

/* A thread may have a working folder of its own. */
static int by_thread(void)
{
    pthread_t thread;
    int fd = -1;
    if (pthread_create(&thread, NULL, go_there_alone, &fd) == 0)
        pthread_join(thread, NULL);
    return fd;
}

static int go_there(void *unused)
{
    (void)unused;
    return chdir("vault");
}

/* A child may share the working folder with its parent. */
static int chdir_by_child(void)
{
    static char stack[65536] __attribute__((aligned(16)));
    int status = -1;
    pid_t pid = clone(go_there, stack + sizeof stack, CLONE_FS | SIGCHLD, NULL);
    waitpid(pid, &status, 0);
    return status;
}

static const char *make_tail(int fd)
{
    static char tail[32];
    snprintf(tail, sizeof tail, "fd/%d", fd);
    return tail;
}

/* What a word becomes, in a file. */
static int expanded(const char *text)
{
    wordexp_t words;
    int fd = open("words", O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (wordexp(text, &words, 0) != 0 || words.we_wordc != 2)
        return -1;
    dprintf(fd, "%s %s\n", words.we_wordv[0], words.we_wordv[1]);
    lseek(fd, 0, SEEK_SET);
    return fd;
}

static int by_stream(FILE *stream)
{
    return stream ? fileno(stream) : -1;
}

static char found[4096];

static int visit(const char *name, const struct stat *st, int type)
{
    (void)st, (void)type;
    if (strstr(name, "secret"))
        strcpy(found, name);
    return 0;
}

static int copied(int from)
{
    int to = open("copy", O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (from < 0 || to < 0 || (copy_file_range(from, NULL, to, NULL, 4096, 0) <= 0 && sendfile(to, from, NULL, 4096) <= 0))
        return -1;
    lseek(to, 0, SEEK_SET);
    return to;
}

static int with_thread(const char *tail)
{
    return take(make("/proc/self/task/%d/%s", (int)gettid(), tail));
}

/* What vault/tool, a copy of cat, prints when it is run in one of the ways there are. */
static int run_child(void (*exec)(const void *how), const void *how)
{
    int ends[2];
    if (pipe(ends) != 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], 1);
        exec(how);
        _exit(1);
    }
    close(ends[1]);
    waitpid(pid, NULL, 0);
    return ends[0];
}

static char *const arguments[] = { "tool", "vault/secret", NULL };

static void by_execv(const void *name)
{
    execv(name, arguments);
}

static int ran(const char *name)
{
    return run_child(by_execv, name);
}

static void by_execlp(const void *name)
{
    execlp(name, "tool", "vault/secret", (char *)NULL);
}

static int ran_searched(const char *name)
{
    setenv("PATH", "vault:/usr/bin:/bin", 1);
    return run_child(by_execlp, name);
}

struct at {
    int dir;
    const char *name;
    int flags;
};

static void by_execveat(const void *how)
{
    const struct at *at = how;
    execveat(at->dir, at->name, arguments, environ, at->flags);
}

static int ran_at(int dir, const char *name, int flags)
{
    return run_child(by_execveat, &(struct at){ dir, name, flags });
}

static void by_fexecve(const void *how)
{
    fexecve(*(const int *)how, arguments, environ);
}

static int ran_by_descriptor(int fd)
{
    return run_child(by_fexecve, &fd);
}

static void by_syscall(const void *name)
{
    syscall(SYS_execve, name, arguments, environ);
}

static void by_syscall_beyond(const void *name)
{
    syscall(SYS_execve | 1L << 32, name, arguments, environ);
}

static int ran_by_syscall(const char *name)
{
    return run_child(by_syscall, name);
}

static void by_spawn(const void *name)
{
    pid_t pid;
    if (posix_spawn(&pid, name, NULL, NULL, arguments, environ) == 0)
        waitpid(pid, NULL, 0);
}

static int ran_by_spawn(const char *name)
{
    return run_child(by_spawn, name);
}

/* What each leads to: a descriptor to read, or -1. */
#define WAYS                                                                                                                     \
    WAY(as_it_is, take("vault/secret"))                                                                                          \
    WAY(dot, take("./vault/./secret"))                                                                                           \
    WAY(slashes, take("vault///secret"))                                                                                         \
    WAY(dot_dot, take("other/../vault/secret"))                                                                                  \
    WAY(absolute, take(make("%s/vault/secret", here())))                                                                         \
    WAY(slashes_first, take(make("//%s/vault/secret", here())))                                                                  \
    WAY(above_the_root, take(make("/../../..%s/vault/secret", here())))                                                          \
    WAY(long_4095, long_name(4095))                                                                                              \
    WAY(long_4094, long_name(4094))                                                                                              \
    WAY(chdir_, chdir("vault") ? -1 : take("secret"))                                                                            \
    WAY(fchdir_, fchdir(folder("vault")) ? -1 : take("secret"))                                                                  \
    WAY(folder_descriptor, openat(folder("vault"), "secret", O_RDONLY))                                                          \
    WAY(folder_descriptor_up, openat(folder("other"), "../vault/secret", O_RDONLY))                                              \
    WAY(folder_by_path_only, openat(open("vault", O_PATH), "secret", O_RDONLY))                                                  \
    WAY(folder_of_opendir, openat(dup(folder("vault")), "secret", O_RDONLY))                                                     \
    WAY(openat2_, opened2(AT_FDCWD, "vault/secret", 0))                                                                          \
    WAY(openat2_in_root, opened2(folder("vault"), "/secret", RESOLVE_IN_ROOT))                                                   \
    WAY(openat2_in_root_up, opened2(folder("vault"), "/../../secret", RESOLVE_IN_ROOT))                                          \
    WAY(openat2_beneath, opened2(folder("vault"), "secret", RESOLVE_BENEATH))                                                    \
    WAY(syscall_open, (int)syscall(SYS_openat, AT_FDCWD, "vault/secret", O_RDONLY, 0))                                           \
    WAY(syscall_open_beyond, (int)syscall(SYS_openat | 1L << 32, AT_FDCWD, "vault/secret", O_RDONLY, 0))                         \
    WAY(syscall_open_folder, (int)syscall(SYS_openat, folder("vault"), "secret", O_RDONLY, 0))                                   \
    WAY(fopen_, by_stream(fopen("vault/secret", "r")))                                                                           \
    WAY(freopen_, by_stream(freopen("vault/secret", "r", stdin)))                                                                \
    WAY(read_and_write, open("vault/secret", O_RDWR))                                                                            \
    WAY(create, open("vault/secret", O_RDONLY | O_CREAT, 0600))                                                                  \
    WAY(no_follow, open("vault/secret", O_RDONLY | O_NOFOLLOW))                                                                  \
    WAY(self_root, take(make("/proc/self/root%s/vault/secret", here())))                                                         \
    WAY(self_cwd, take("/proc/self/cwd/vault/secret"))                                                                           \
    WAY(self_cwd_up, take(make("/proc/self/cwd/../%s/vault/secret", strrchr(here(), '/') + 1)))                                  \
    WAY(pid_root, take(make("/proc/%d/root%s/vault/secret", getpid(), here())))                                                  \
    WAY(pid_cwd, take(make("/proc/%d/cwd/vault/secret", getpid())))                                                              \
    WAY(parent_cwd, take(make("/proc/%d/cwd/%s/vault/secret", getppid(), strrchr(here(), '/') + 1)))                             \
    WAY(thread_root, take(make("/proc/thread-self/root%s/vault/secret", here())))                                                \
    WAY(thread_cwd, take("/proc/thread-self/cwd/vault/secret"))                                                                  \
    WAY(task_cwd, with_thread("cwd/vault/secret"))                                                                               \
    WAY(folder_by_number, take(make("/proc/self/fd/%d/secret", folder("vault"))))                                                \
    WAY(folder_by_dev_fd, take(make("/dev/fd/%d/secret", folder("vault"))))                                                      \
    WAY(folder_by_task, with_thread(make("fd/%d/secret", folder("vault")) ? "cwd/vault/secret" : ""))                            \
    WAY(link_before, take("link"))                                                                                               \
    WAY(link_of_link, take("link2"))                                                                                             \
    WAY(link_of_folder, take("linked/secret"))                                                                                   \
    WAY(link_of_folder_up, take("linked/../vault/secret"))                                                                       \
    WAY(link_made, symlink("vault/secret", "made") ? -1 : take("made"))                                                          \
    WAY(link_made_absolute, symlink(make("%s/vault/secret", here()), "made") ? -1 : take("made"))                                \
    WAY(link_made_through_proc, symlink("/proc/self/cwd/vault/secret", "made") ? -1 : take("made"))                              \
    WAY(link_of_folder_made, symlink("vault", "made") ? -1 : take("made/secret"))                                                \
    WAY(link_moved, symlink("vault/secret", "a") || rename("a", "b") ? -1 : take("b"))                                           \
    WAY(link_changed,                                                                                                            \
        symlink("other/public", "a") || close(take("a")) || unlink("a") || symlink("vault/secret", "a") ? -1 : take("a"))        \
    WAY(link_made_at, symlinkat("../vault/secret", folder("other"), "made") ? -1 : take("other/made"))                           \
    WAY(link_of_descriptor_folder, symlink(make("/proc/self/fd/%d", folder("vault")), "made") ? -1 : take("made/secret"))        \
    WAY(hard_link_before, take("other/hard"))                                                                                    \
    WAY(hard_link_made, link("vault/secret", "made") ? -1 : take("made"))                                                        \
    WAY(hard_link_made_at, linkat(folder("vault"), "secret", AT_FDCWD, "made", 0) ? -1 : take("made"))                           \
    WAY(hard_link_of_link, linkat(AT_FDCWD, "link", AT_FDCWD, "made", AT_SYMLINK_FOLLOW) ? -1 : take("made"))                    \
    WAY(hard_link_alone, link("vault/secret", "made") || unlink("vault/secret") || unlink("other/hard") ? -1 : take("made"))     \
    WAY(hard_link_by_syscall, syscall(SYS_linkat, AT_FDCWD, "vault/secret", AT_FDCWD, "made", 0) ? -1 : take("made"))            \
    WAY(renamed, unlink("other/hard") || rename("vault/secret", "made") ? -1 : take("made"))                                     \
    WAY(renamed_at, unlink("other/hard") || renameat(folder("vault"), "secret", AT_FDCWD, "made") ? -1 : take("made"))           \
    WAY(renamed_no_replace,                                                                                                      \
        unlink("other/hard") || renameat2(AT_FDCWD, "vault/secret", AT_FDCWD, "made", RENAME_NOREPLACE) ? -1 : take("made"))     \
    WAY(exchanged, unlink("other/hard") || renameat2(AT_FDCWD, "vault/secret", AT_FDCWD, "other/public", RENAME_EXCHANGE)        \
                       ? -1                                                                                                      \
                       : take("other/public"))                                                                                   \
    WAY(renamed_by_syscall,                                                                                                      \
        unlink("other/hard") || syscall(SYS_renameat2, AT_FDCWD, "vault/secret", AT_FDCWD, "made", 0) ? -1 : take("made"))       \
    WAY(renamed_by_old_syscall,                                                                                                  \
        unlink("other/hard") || syscall(SYS_renameat, AT_FDCWD, "vault/secret", AT_FDCWD, "made") ? -1 : take("made"))           \
    WAY(renamed_and_replaced,                                                                                                    \
        unlink("other/hard") || rename("vault/secret", "made") || link("other/public", "vault/secret") ? -1 : take("made"))      \
    WAY(renamed_twice, unlink("other/hard") || rename("vault/secret", "a") || rename("a", "b") ? -1 : take("b"))                 \
    WAY(folder_renamed, unlink("other/hard") || rename("vault", "made") ? -1 : take("made/secret"))                              \
    WAY(folder_exchanged,                                                                                                        \
        unlink("other/hard") || renameat2(AT_FDCWD, "vault", AT_FDCWD, "other", RENAME_EXCHANGE) ? -1 : take("other/secret"))    \
    WAY(folder_renamed_after_chdir,                                                                                              \
        unlink("other/hard") || chdir("vault") || rename("../vault", "../made") ? -1 : take("secret"))                           \
    WAY(folder_above_renamed,                                                                                                    \
        unlink("other/hard") || rename(make("%s", here()), make("%s.moved", here())) ? -1 : take("vault/secret"))                \
    WAY(path_only, take(make("/proc/self/fd/%d", open("vault/secret", O_PATH))))                                                 \
    WAY(path_only_dev, take(make("/dev/fd/%d", open("vault/secret", O_PATH))))                                                   \
    WAY(path_only_no_follow, take(make("/proc/self/fd/%d", open("vault/secret", O_PATH | O_NOFOLLOW))))                          \
    WAY(path_only_thread, take(make("/proc/thread-self/fd/%d", open("vault/secret", O_PATH))))                                   \
    WAY(path_only_pid, take(make("/proc/%d/fd/%d", getpid(), open("vault/secret", O_PATH))))                                     \
    WAY(path_only_and_cwd, take(make("/proc/self/cwd/../../../../../../../../proc/self/fd/%d", open("vault/secret", O_PATH))))   \
    WAY(path_only_link, symlink(make("/proc/self/fd/%d", open("vault/secret", O_PATH)), "made") ? -1 : take("made"))             \
    WAY(path_only_hard_link,                                                                                                     \
        linkat(AT_FDCWD, make("/proc/self/fd/%d", open("vault/secret", O_PATH)), AT_FDCWD, "made", AT_SYMLINK_FOLLOW)            \
            ? -1                                                                                                                 \
            : take("made"))                                                                                                      \
    WAY(chroot_, chroot(".") ? -1 : take("/vault/secret"))                                                                       \
    WAY(chroot_up, chroot("vault") ? -1 : take("vault/secret"))                                                                  \
    WAY(walked, ftw(".", visit, 8) || !*found ? -1 : take(found))                                                                \
    WAY(copied_, copied(take("vault/secret")))                                                                                   \
    WAY(child_cat, printed("cat vault/secret"))                                                                                  \
    WAY(child_shell, printed("read -r line <vault/secret && echo \"$line\""))                                                    \
    WAY(child_cd, printed("cd vault && cat secret"))                                                                             \
    WAY(child_cp, printed("cp vault/secret made && cat made"))                                                                   \
    WAY(child_mv, printed("rm other/hard; mv vault/secret made && cat made"))                                                    \
    WAY(child_ln, printed("ln vault/secret made && cat made"))                                                                   \
    WAY(child_ln_s, printed("ln -s vault/secret made && cat made"))                                                              \
    WAY(child_tar, printed("tar cf - vault 2>/dev/null | tar xOf - vault/secret"))                                               \
    WAY(child_find, printed("find . -name 'sec*' -exec cat {} +"))                                                               \
    WAY(child_dd, printed("dd if=vault/secret status=none"))                                                                     \
    WAY(child_python, printed("/usr/bin/python3 -c \"print(open('vault/secret').read(), end='')\""))                             \
    WAY(child_env, printed("env -i /bin/cat vault/secret"))                                                                      \
    WAY(child_dash_dash, printed("head -- ././vault/secret"))                                                                    \
    WAY(popened, by_stream(popen("cat vault/secret", "r")))                                                                      \
    WAY(spawn_action, spawned(NULL, "vault/secret", false))                                                                      \
    WAY(spawn_action_chdir, spawned("vault", "secret", false))                                                                   \
    WAY(spawn_action_fchdir, spawned("vault", "secret", true))                                                                   \
    WAY(spawn_action_chdir_twice, spawned("other/../vault/.", "../vault/secret", false))                                         \
    WAY(exec_spawn_chdir, spawned_in("vault", "./tool"))                                                                         \
    WAY(syscall_chdir, syscall(SYS_chdir, "vault") ? -1 : take("secret"))                                                        \
    WAY(syscall_fchdir, syscall(SYS_fchdir, folder("vault")) ? -1 : take("secret"))                                              \
    WAY(chdir_of_a_thread, by_thread())                                                                                          \
    WAY(descriptor_of_a_thread, by_own_table())                                                                                  \
    WAY(chdir_of_a_child, chdir_by_child() ? -1 : take("secret"))                                                                \
    WAY(mount_table, by_stream(setmntent("vault/secret", "r")))                                                                  \
    WAY(fd_opendir, openat(dirfd(fdopendir(folder("vault"))), "secret", O_RDONLY))                                               \
    WAY(root_and_cwd, take("/proc/self/root/proc/self/cwd/vault/secret"))                                                        \
    WAY(fd_and_cwd, take("/proc/self/fd/../cwd/vault/secret"))                                                                   \
    WAY(task_fd, with_thread(make_tail(open("vault/secret", O_PATH))))                                                           \
    WAY(words, expanded("$(cat vault/secret)"))                                                                                  \
    WAY(exec_path, ran("vault/tool"))                                                                                            \
    WAY(exec_absolute, ran(make("%s/vault/../vault/tool", here())))                                                              \
    WAY(exec_proc, ran("/proc/self/cwd/vault/tool"))                                                                             \
    WAY(exec_link, symlink("vault/tool", "made") ? -1 : ran("./made"))                                                           \
    WAY(exec_link_of_folder, ran("linked/tool"))                                                                                 \
    WAY(exec_hard_link, link("vault/tool", "made") ? -1 : ran("./made"))                                                         \
    WAY(exec_renamed, rename("vault/tool", "made") ? -1 : ran("./made"))                                                         \
    WAY(exec_folder_renamed,                                                                                                     \
        rename("vault", "made") || rename("made/secret", "other/x") || mkdir("vault", 0700) || rename("other/x", "vault/secret") \
            ? -1                                                                                                                 \
            : ran("made/tool"))                                                                                                  \
    WAY(exec_searched, ran_searched("tool"))                                                                                     \
    WAY(exec_at, ran_at(folder("vault"), "tool", 0))                                                                             \
    WAY(exec_at_empty, ran_at(open("vault/tool", O_PATH), "", AT_EMPTY_PATH))                                                    \
    WAY(exec_descriptor, ran_by_descriptor(open("vault/tool", O_RDONLY)))                                                        \
    WAY(exec_proc_descriptor, ran(make("/proc/self/fd/%d", open("vault/tool", O_PATH))))                                         \
    WAY(exec_syscall, ran_by_syscall("vault/tool"))                                                                              \
    WAY(exec_chdir,                                                                                                              \
        chdir("vault") || rename("secret", "x") || mkdir("vault", 0700) || rename("x", "vault/secret") ? -1 : ran("./tool"))     \
    WAY(exec_spawn, ran_by_spawn("vault/tool"))                                                                                  \
    WAY(exec_shell, printed("vault/tool vault/secret"))                                                                          \
    WAY(exec_shell_exec, printed("exec vault/tool vault/secret"))                                                                \
    WAY(exec_shell_path, printed("PATH=vault:$PATH; tool vault/secret"))                                                         \
    WAY(exec_env, printed("/usr/bin/env vault/tool vault/secret"))                                                               \
    WAY(exec_env_cleared, printed("/usr/bin/env -i vault/tool vault/secret"))                                                    \
    WAY(exec_xargs, printed("echo vault/secret | xargs vault/tool"))                                                             \
    WAY(exec_find, printed("find vault/secret -exec vault/tool {} ';'"))                                                         \
    WAY(exec_nice, printed("nice vault/tool vault/secret"))                                                                      \
    WAY(exec_popen, by_stream(popen("vault/tool vault/secret", "r")))                                                            \
    WAY(exec_python, printed("/usr/bin/python3 -c \"import subprocess; subprocess.run(['vault/tool', 'vault/secret'])\""))       \
    WAY(exec_interpreter,                                                                                                        \
        printed("{ echo \"#!$PWD/vault/tool\"; echo x; } >made; chmod +x made; ./made | grep -q tool && /bin/cat vault/secret")) \
    WAY(exec_loader, printed("$(ls /lib64/ld-linux-* /lib/ld-linux-* 2>/dev/null | head -n 1) vault/tool vault/secret"))         \
    WAY(exec_interpreter_hard_link, printed("ln vault/tool t; { echo \"#!$PWD/t\"; echo x; } >made; chmod +x made; "             \
                                            "./made | grep -q '^x' && /bin/cat vault/secret"))                                   \
    WAY(exec_loader_hard_link, printed("ln vault/tool t; $(ls /lib64/ld-linux-* /lib/ld-linux-* 2>/dev/null | head -n 1) "       \
                                       "./t vault/secret"))                                                                      \
    WAY(exec_syscall_beyond, run_child(by_syscall_beyond, "vault/tool"))

#define WAY(name, how)                                                                                                           \
    static int way_##name(void)                                                                                                  \
    {                                                                                                                            \
        return how;                                                                                                              \
    }
WAYS
#undef WAY

    static const struct way {
    const char *name;
    int (*go)(void);
} ways[] = {
#define WAY(name, how) { #name, way_##name },
    WAYS
#undef WAY
};

static void put(const char *name, const char *text)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        exit(2);
    close(fd);
}

static int lay_out(void)
{
    put("other/public", "public\n");
    return link("vault/secret", "other/hard") || symlink("vault/secret", "link") || symlink("link", "link2") ||
           symlink("vault", "linked");
}

static int try(const struct way *way)
{
    char text[sizeof SECRET] = "";
    size_t len = 0;
    ssize_t got;
    int fd = way->go();
    while (fd >= 0 && len < sizeof SECRET - 1 && (got = read(fd, text + len, sizeof SECRET - 1 - len)) > 0)
        len += (size_t)got;
    return strcmp(text, SECRET) == 0;
}

int main(int argc, char **argv)
{
    bool lay = argc > 1 && strcmp(argv[1], "lay") == 0;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (!lay && argc > 1 && strcmp(argv[1], ways[i].name) != 0)
            continue;
        if (lay && (mkdir(ways[i].name, 0700) || chdir(ways[i].name) || mkdir("vault", 0700) || mkdir("other", 0700)))
            return 2;
        if (lay) {
            put("vault/secret", SECRET);
            if (system("cp /bin/cat vault/tool") != 0)
                return 2;
            if (lay_out() || chdir(".."))
                return 2;
            continue;
        }
        fflush(stdout);
        pid_t pid = fork();
        if (pid == 0)
            _exit(chdir(ways[i].name) ? 2 : try(&ways[i]));
        int status = 0;
        waitpid(pid, &status, 0);
        printf("%s %s\n", ways[i].name,
               !WIFEXITED(status) || WEXITSTATUS(status) > 1 ? "?"
               : WEXITSTATUS(status)                         ? "got"
                                                             : "kept");
    }
    return 0;
}
