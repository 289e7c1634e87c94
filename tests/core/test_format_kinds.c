/* SPDX-License-Identifier: MIT */
/* Each kind of argument and of result, in both formats. */
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/openat2.h>
#include <linux/stat.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <termios.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

#include "format_event.h"

/* Words. `beside` is what the words before it are: it decides how some are read. */
static const struct word {
    unsigned call, arg;
    int64_t beside, n;
    const char *text, *json; /* json: NULL: the text in quotes */
} words[] = {
    { CALL_listen, 1, 0, -5, "-5", "-5" },
    { CALL_flock, 1, 0, LOCK_EX | LOCK_NB, "LOCK_EX|LOCK_NB", NULL },
    { CALL_tcflow, 1, 0, TCOON, "TCOON", NULL },
    { CALL_tcflush, 1, 0, TCIOFLUSH, "TCIOFLUSH", NULL },
    { CALL_getaddrinfo_a, 0, 0, GAI_NOWAIT, "GAI_NOWAIT", NULL },
    { CALL_arch_prctl, 0, 0, 0x1002, "ARCH_SET_FS", NULL },
    { CALL_timerfd_create, 0, 0, CLOCK_BOOTTIME, "CLOCK_BOOTTIME", NULL },
    { CALL_timerfd_create, 1, 0, TFD_CLOEXEC, "TFD_CLOEXEC", NULL },
    { CALL_timerfd_settime, 1, 0, 3, "TFD_TIMER_ABSTIME|TFD_TIMER_CANCEL_ON_SET", NULL },
    { CALL_timerfd_settime, 1, 0, 8, "0x8 /* TFD_??? */", NULL },
    { CALL_clock_nanosleep, 1, 0, TIMER_ABSTIME, "TIMER_ABSTIME", NULL },
    { CALL_clock_nanosleep, 1, 0, 0, "0", NULL },
    { CALL_setitimer, 0, 0, ITIMER_VIRTUAL, "ITIMER_VIRTUAL", NULL },
    { CALL_setitimer, 0, 0, 7, "0x7 /* ITIMER_??? */", NULL },
    { CALL_signal, 1, 0, 1, "SIG_IGN", NULL },
    { CALL_signal, 1, 0, -1, "SIG_ERR", NULL },
    { CALL_signal, 1, 0, 0x1234, "0x1234", NULL },
    { CALL_mount, 4, 4096, 0x7000, "0x7000", NULL },
    { CALL_mount, 3, 0, 0xc0ed0001, "MS_MGC_VAL|MS_RDONLY", NULL },
    { CALL_clone, 2, 0, CLONE_VM | CLONE_VFORK | SIGCHLD, "CLONE_VM|CLONE_VFORK|SIGCHLD", NULL },
    { CALL_clone, 2, 0, SIGCHLD, "SIGCHLD", NULL },
    { CALL_clone, 2, 0, CLONE_VM, "CLONE_VM", NULL },
    { CALL_clone, 2, 0, 0, "0", NULL },
    { CALL_epoll_create1, 0, 0, 0, "0", NULL },
    { CALL_eventfd, 1, 0, EFD_SEMAPHORE | EFD_NONBLOCK, "EFD_SEMAPHORE|EFD_NONBLOCK", NULL },
    { CALL_waitid, 0, 0, P_PGID, "P_PGID", NULL },
    { CALL_waitid, 3, 0, WEXITED | WNOWAIT, "WEXITED|WNOWAIT", NULL },
    { CALL_inotify_init1, 0, 0, IN_NONBLOCK, "IN_NONBLOCK", NULL },
    { CALL_inotify_add_watch, 2, 0, IN_MODIFY | IN_ONLYDIR, "IN_MODIFY|IN_ONLYDIR", NULL },
    { CALL_ioctl, 1, 0, 0x5401, "TCGETS", NULL },
    { CALL_ioctl, 1, 0, 0x1234, "_IOC(_IOC_NONE, 0x12, 0x34, 0)", NULL },
    { CALL_ioctl, 1, 0, 0xc0047a03, "_IOC(_IOC_READ|_IOC_WRITE, 0x7a, 0x3, 0x4)", NULL },
    { CALL_ioctl, 1, 0, 0x40047a03, "_IOC(_IOC_WRITE, 0x7a, 0x3, 0x4)", NULL },
    { CALL_ioctl, 2, TCFLSH, 2, "TCIOFLUSH", NULL },
    { CALL_ioctl, 2, TCXONC, 1, "TCOON", NULL },
    { CALL_ioctl, 2, TIOCSCTTY, 0, "0", "0" },
    { CALL_ioctl, 2, 0x1234, 5, "0x5", NULL },
    { CALL_prctl, 1, PR_SET_PDEATHSIG, 9, "SIGKILL", NULL },
    { CALL_prctl, 1, PR_SET_DUMPABLE, 1, "SUID_DUMP_USER", NULL },
    { CALL_prctl, 1, PR_SET_TIMERSLACK, 50000, "50000", "50000" },
    { CALL_prctl, 1, PR_SET_NO_NEW_PRIVS, 1, "0x1", NULL },
    { CALL_prctl, 4, PR_SET_NO_NEW_PRIVS, 0, "0", NULL },
    { CALL_memfd_create, 1, 0, 1, "MFD_CLOEXEC", NULL },
    { CALL_mmap, 3, 0, MAP_PRIVATE | MAP_ANONYMOUS, "MAP_PRIVATE|MAP_ANONYMOUS", NULL },
    { CALL_mmap, 3, 0, 3, "MAP_SHARED_VALIDATE", NULL },
    { CALL_mmap, 2, 0, PROT_NONE, "PROT_NONE", NULL },
    { CALL_mmap, 2, 0, PROT_READ | PROT_EXEC, "PROT_READ|PROT_EXEC", NULL },
    { CALL_mount, 3, 0, 1 | 4096, "MS_RDONLY|MS_BIND", NULL },
    { CALL_umount2, 1, 0, 2, "MNT_DETACH", NULL },
    { CALL_mremap, 3, 0, MREMAP_MAYMOVE, "MREMAP_MAYMOVE", NULL },
    { CALL_madvise, 2, 0, MADV_DONTNEED, "MADV_DONTNEED", NULL },
    { CALL_madvise, 2, 0, 102, "MADV_GUARD_INSTALL", NULL },
    { CALL_madvise, 2, 0, 77, "0x4d /* MADV_??? */", NULL },
    { CALL_mlock2, 2, 0, 1, "MLOCK_ONFAULT", NULL },
    { CALL_mlockall, 0, 0, MCL_CURRENT | MCL_FUTURE, "MCL_CURRENT|MCL_FUTURE", NULL },
    { CALL_msync, 2, 0, MS_ASYNC | MS_INVALIDATE, "MS_ASYNC|MS_INVALIDATE", NULL },
    { CALL_pkey_alloc, 1, 0, 6, "PKEY_DISABLE_WRITE|PKEY_DISABLE_EXECUTE", NULL },
    { CALL_getnameinfo, 6, 0, NI_NUMERICHOST | NI_DGRAM, "NI_NUMERICHOST|NI_DGRAM", NULL },
    { CALL_ptrace, 0, 0, 0x4206, "PTRACE_SEIZE", NULL },
    { CALL_getrandom, 2, 0, GRND_RANDOM, "GRND_RANDOM", NULL },
    { CALL_signalfd, 2, 0, SFD_NONBLOCK, "SFD_NONBLOCK", NULL },
    { CALL_kill, 1, 0, SIGTERM, "SIGTERM", NULL },
    { CALL_kill, 1, 0, 0, "0", "0" },
    { CALL_sigprocmask, 0, 0, SIG_UNBLOCK, "SIG_UNBLOCK", NULL },
    { CALL_getsockopt, 1, 0, SOL_SOCKET, "SOL_SOCKET", NULL },
    { CALL_getsockopt, 2, SOL_SOCKET, SO_ERROR, "SO_ERROR", NULL },
    { CALL_getsockopt, 2, IPPROTO_TCP, 1, "TCP_NODELAY", NULL },
    { CALL_getsockopt, 2, IPPROTO_IP, IP_TTL, "IP_TTL", NULL },
    { CALL_getsockopt, 2, IPPROTO_IPV6, IPV6_V6ONLY, "IPV6_V6ONLY", NULL },
    { CALL_getsockopt, 2, 263, 7, "7", "7" },
    { CALL_sync_file_range, 3, 0, SYNC_FILE_RANGE_WRITE, "SYNC_FILE_RANGE_WRITE", NULL },
    { CALL_syslog, 0, 0, LOG_DAEMON | LOG_WARNING, "LOG_DAEMON|LOG_WARNING", NULL },
    { CALL_syslog, 0, 0, LOG_EMERG, "LOG_EMERG", NULL },
    { CALL_poll, 1, 0, 7, "7", "7" },
    { CALL_epoll_ctl, 1, 0, EPOLL_CTL_DEL, "EPOLL_CTL_DEL", NULL },
    { CALL_fallocate, 1, 0, 3, "FALLOC_FL_KEEP_SIZE|FALLOC_FL_PUNCH_HOLE", NULL },
    { CALL_lockf, 1, 0, F_TEST, "F_TEST", NULL },
    { CALL_posix_fadvise, 3, 0, POSIX_FADV_DONTNEED, "POSIX_FADV_DONTNEED", NULL },
    { CALL_tcsetattr, 1, 0, 2, "TCSAFLUSH", NULL },
    { CALL_lseek, 2, 0, SEEK_END, "SEEK_END", NULL },
    { CALL_close_range, 0, 0, -1, "4294967295", "4294967295" },
    { CALL_truncate, 1, 0, -1, "-1", "-1" },
    { CALL_read, 2, 0, -1, "18446744073709551615", "18446744073709551615" },
    { CALL_nftw, 3, 0, 16, "0x10", NULL },
    { CALL_nftw, 3, 0, 0, "0", NULL },
    { CALL_nftw, 1, 0, 0xbeef, "0xbeef", NULL },
    { CALL_nftw, 1, 0, 0, "NULL", "null" },
    { CALL_close, 0, 0, 0x100000003, "3", "3" },
    { CALL_fclose, 0, 0, 4, "4", "4" },
    { CALL_closedir, 0, 0, -1, "-1", "-1" },
    { CALL_openat, 0, 0, AT_FDCWD, "AT_FDCWD", NULL },
    { CALL_openat, 0, 0, 5, "5", "5" },
    { CALL_prlimit, 0, 0, -7, "-7", "-7" },
    { CALL_chown, 1, 0, -1, "-1", "-1" },
    { CALL_chown, 1, 0, 4294967294, "4294967294", "4294967294" },
    { CALL_connect, 2, 0, 16, "16", "16" },
    { CALL_writev, 2, 0, 3, "3", "3" },
    { CALL_chmod, 1, 0, 0, "000", NULL },
    { CALL_chmod, 1, 0, 07, "007", NULL },
    { CALL_chmod, 1, 0, 0100, "0100", NULL },
    { CALL_chmod, 1, 0, 04755, "04755", NULL },
    { CALL_chmod, 1, 0, 037777777, "0177777", NULL },
    { CALL_mknod, 1, 0, S_IFIFO | 0644, "S_IFIFO|0644", NULL },
    { CALL_mknod, 1, 0, S_IFSOCK, "S_IFSOCK|000", NULL },
    { CALL_mknod, 1, 0, S_IFBLK | 07700, "S_IFBLK|S_ISUID|S_ISGID|S_ISVTX|0700", NULL },
    { CALL_mknod, 1, 0, 04001, "S_ISUID|001", NULL },
    { CALL_mknod, 1, 0, 0170644, "0170644", NULL },
    { CALL_mknod, 2, 0, 0x801, "makedev(0x8, 0x1)", NULL },
    { CALL_mknod, 2, 0, 0, "makedev(0, 0)", NULL },
    { CALL_open, 1, 0, O_RDONLY, "O_RDONLY", NULL },
    { CALL_open, 1, 0, O_ACCMODE, "O_ACCMODE", NULL },
    { CALL_open, 1, 0, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_DIRECTORY, "O_RDONLY|O_NONBLOCK|O_CLOEXEC|O_DIRECTORY", NULL },
    { CALL_open, 1, 0, O_RDWR | O_TMPFILE | O_CLOEXEC, "O_RDWR|O_CLOEXEC|O_TMPFILE", NULL },
    { CALL_open, 1, 0, O_WRONLY | O_SYNC | O_APPEND, "O_WRONLY|O_APPEND|O_SYNC", NULL },
    { CALL_open, 1, 0, O_WRONLY | O_DSYNC, "O_WRONLY|O_DSYNC", NULL },
    { CALL_open, 1, 0, O_ASYNC, "O_RDONLY|FASYNC", NULL },
    { CALL_open, 1, 0, 0x40000000, "O_RDONLY|0x40000000", NULL },
    { CALL_pipe2, 1, 0, 0, "0", NULL },
    { CALL_pipe2, 1, 0, O_CLOEXEC | O_NONBLOCK, "O_NONBLOCK|O_CLOEXEC", NULL },
    { CALL_pipe2, 1, 0, 1, "0x1 /* O_??? */", NULL },
    { CALL_access, 1, 0, F_OK, "F_OK", NULL },
    { CALL_access, 1, 0, R_OK | X_OK, "R_OK|X_OK", NULL },
    { CALL_access, 1, 0, 8, "0x8 /* ?_OK */", NULL },
    { CALL_faccessat, 3, 0, AT_EACCESS, "AT_EACCESS", NULL },
    { CALL_unlinkat, 2, 0, AT_REMOVEDIR, "AT_REMOVEDIR", NULL },
    { CALL_linkat, 4, 0, AT_SYMLINK_FOLLOW | AT_EMPTY_PATH, "AT_SYMLINK_FOLLOW|AT_EMPTY_PATH", NULL },
    { CALL_statx, 2, 0, 0, "AT_STATX_SYNC_AS_STAT", NULL },
    { CALL_statx, 2, 0, AT_SYMLINK_NOFOLLOW, "AT_STATX_SYNC_AS_STAT|AT_SYMLINK_NOFOLLOW", NULL },
    { CALL_statx, 2, 0, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, "AT_STATX_DONT_SYNC|AT_NO_AUTOMOUNT", NULL },
    { CALL_statx, 3, 0, STATX_ALL | 0x1000, "STATX_ALL|STATX_MNT_ID", NULL },
    { CALL_statx, 3, 0, STATX_BASIC_STATS, "STATX_BASIC_STATS", NULL },
    { CALL_statx, 3, 0, STATX_TYPE | STATX_SIZE, "STATX_TYPE|STATX_SIZE", NULL },
    { CALL_socket, 0, 0, AF_INET6, "AF_INET6", NULL },
    { CALL_socket, 0, 0, 999, "0x3e7 /* AF_??? */", NULL },
    { CALL_socket, 1, 0, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, "SOCK_DGRAM|SOCK_CLOEXEC|SOCK_NONBLOCK", NULL },
    { CALL_socket, 1, 0, SOCK_STREAM | 0x100, "SOCK_STREAM|0x100 /* SOCK_??? */", NULL },
    { CALL_socket, 1, 0, 0, "0", NULL },
    { CALL_socket, 1, 0, 0xf, "0xf /* SOCK_??? */", NULL },
    { CALL_socket, 2, AF_INET, IPPROTO_IP, "IPPROTO_IP", NULL },
    { CALL_socket, 2, AF_INET6, IPPROTO_UDP, "IPPROTO_UDP", NULL },
    { CALL_socket, 2, AF_INET, 254, "0xfe /* IPPROTO_??? */", NULL },
    { CALL_socket, 2, AF_NETLINK, NETLINK_ROUTE, "NETLINK_ROUTE", NULL },
    { CALL_socket, 2, AF_PACKET, 0x300, "htons(ETH_P_ALL)", NULL },
    { CALL_socket, 2, AF_PACKET, 0, "htons(0 /* ETH_P_??? */)", NULL },
    { CALL_socket, 2, AF_BLUETOOTH, 3, "BTPROTO_RFCOMM", NULL },
    { CALL_socket, 2, AF_CAN, 1, "CAN_RAW", NULL },
    { CALL_socket, 2, 43, 0, "SMCPROTO_SMC", NULL },
    { CALL_socket, 2, AF_UNIX, 0, "0", "0" },
    { CALL_shutdown, 1, 0, SHUT_RDWR, "SHUT_RDWR", NULL },
    { CALL_send, 3, 0, 0, "0", NULL },
    { CALL_send, 3, 0, MSG_NOSIGNAL | MSG_DONTWAIT, "MSG_DONTWAIT|MSG_NOSIGNAL", NULL },
    { CALL_send, 3, 0, MSG_PEEK | 0x100000, "MSG_PEEK|0x100000", NULL },
    { CALL_accept4, 3, 0, SOCK_CLOEXEC, "SOCK_CLOEXEC", NULL },
    { CALL_fcntl, 1, 0, F_GETOWN, "F_GETOWN", NULL },
    { CALL_fcntl, 1, 0, 99, "0x63 /* F_??? */", NULL },
    { CALL_fcntl, 2, F_SETFD, FD_CLOEXEC, "FD_CLOEXEC", NULL },
    { CALL_fcntl, 2, F_SETFD, 2, "0x2 /* FD_??? */", NULL },
    { CALL_fcntl, 2, F_SETFL, O_RDWR | O_NONBLOCK, "O_RDWR|O_NONBLOCK", NULL },
    { CALL_fcntl, 2, F_DUPFD, 10, "10", "10" },
    { CALL_fcntl, 2, F_SETOWN, -5, "-5", "-5" },
    { CALL_fcntl, 2, F_SETSIG, SIGUSR1, "SIGUSR1", NULL },
    { CALL_fcntl, 2, F_SETSIG, 32, "SIGRTMIN", NULL },
    { CALL_fcntl, 2, F_SETSIG, 34, "SIGRT_2", NULL },
    { CALL_fcntl, 2, F_SETSIG, 65, "65", "65" },
    { CALL_fcntl, 2, F_SETLEASE, F_WRLCK, "F_WRLCK", NULL },
    { CALL_fcntl, 2, F_NOTIFY, DN_CREATE | 0x80000000, "DN_CREATE|DN_MULTISHOT", NULL },
    { CALL_fcntl, 2, F_ADD_SEALS, 3, "F_SEAL_SEAL|F_SEAL_SHRINK", NULL },
    { CALL_fcntl, 2, 99, 7, "0x7", NULL },
    { CALL_preadv2, 4, 0, RWF_HIPRI | RWF_NOWAIT, "RWF_HIPRI|RWF_NOWAIT", NULL },
    { CALL_splice, 5, 0, 1 | 4, "SPLICE_F_MOVE|SPLICE_F_MORE", NULL },
    { CALL_close_range, 2, 0, 4, "CLOSE_RANGE_CLOEXEC", NULL },
    { CALL_renameat2, 4, 0, 1, "RENAME_NOREPLACE", NULL },
    { CALL_renameat2, 4, 0, 8, "0x8 /* RENAME_?? */", NULL },
    { CALL_setxattr, 4, 0, 2, "XATTR_REPLACE", NULL },
    { CALL_unshare, 0, 0, 0x20000 | 0x40000000, "CLONE_NEWNS|CLONE_NEWNET", NULL },
    { CALL_prctl, 0, 0, PR_SET_NAME, "PR_SET_NAME", NULL },
    { CALL_prctl, 0, 0, 99999, "0x1869f /* PR_??? */", NULL },
    { CALL_setrlimit, 0, 0, RLIMIT_NOFILE, "RLIMIT_NOFILE", NULL },
};

/* What pointers point to. */
#define BYTES(array)   array, sizeof array - 1
#define OBJECT(object) &object, sizeof object

static const struct stat file = { .st_mode = S_IFREG | 0644, .st_size = 1234 };
static const struct stat terminal = { .st_mode = S_IFCHR | 0620, .st_rdev = 0x8803 };
static const struct statx mount = {
    .stx_mask = STATX_BASIC_STATS, .stx_attributes = STATX_ATTR_MOUNT_ROOT, .stx_mode = S_IFDIR | 0755, .stx_size = 40
};
static const int pair[2] = { 3, 4 };
static const int32_t child = 1234;
static const uint32_t length = 16;
static const struct open_how plain_how = { .flags = O_RDONLY, .resolve = RESOLVE_BENEATH };
static const struct open_how creating_how = { .flags = O_CREAT | O_RDWR | 1ull << 40 };
static const struct open_how odd_how = { .flags = O_CREAT, .mode = UINT64_MAX };
static const struct addrinfo any_stream = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE }, no_hints;
static const struct sigaction ignored = { .sa_handler = SIG_IGN, .sa_mask = { { 2 } }, .sa_flags = SA_RESTART };
static const struct sigaction handled = { .sa_handler = (void (*)(int))0x1234, .sa_mask = { { ~2ul } }, .sa_flags = SA_SIGINFO };
static const uint64_t two_signals = UINT64_C(1) | UINT64_C(1) << 33, real_time = UINT64_C(1) << 31;
static const struct statfs disk = { .f_type = 0xef53,
                                    .f_bsize = 4096,
                                    .f_blocks = 9,
                                    .f_bfree = 8,
                                    .f_bavail = 7,
                                    .f_files = 6,
                                    .f_ffree = 5,
                                    .f_fsid = { { 1, 0 } },
                                    .f_namelen = 255,
                                    .f_frsize = 512,
                                    .f_flags = 4128 };
static const struct statvfs posix_disk = { .f_bsize = 4096, .f_frsize = 512, .f_blocks = 9, .f_bfree = 8, .f_bavail = 7 };
static const int one = 1, exited = 3 << 8, dumped = 0x80 | SIGABRT, stopped = SIGTSTP << 8 | 0x7f, continued = 0xffff;
static const struct timespec nanoseconds[2] = { { 1, 2 }, { 0, UTIME_NOW } };
static const struct timespec omitted[2] = { { 0, UTIME_OMIT }, { -1, 0 } };
static const struct timeval microseconds[2] = { { 1, 2 }, { 3, UTIME_NOW } };
static const struct utimbuf utimes_old = { 5, 6 };
static const struct sockaddr_in inet = { .sin_family = AF_INET, .sin_port = 0x5000, .sin_addr = { 0x0100007f } };
static const struct sockaddr_nl netlink = { .nl_family = AF_NETLINK, .nl_pid = 77, .nl_groups = 0x10 };
static const struct {
    uint16_t family;
    char data[6];
} strange = { 0x2222, { 'h', '"', '\\', '\0', '\1', '2' } };
static const struct {
    uint16_t family;
    char path[8];
} un = { AF_UNIX, "/a\"\xff\n" };
static const struct timespec moment = { 1, 2 };
static const struct itimerval interval = { { 1, 2 }, { 3, 4 } };
static const struct itimerspec expiry = { { 1, 2 }, { 3, 4 } };
static const struct epoll_event ready[2] = { { EPOLLIN | EPOLLET, { .u64 = 0x100000007 } }, { EPOLLHUP, { .u64 = 0 } } };
static const struct rlimit limits = { 8192 * 1024, RLIM_INFINITY }, small_limits = { 1024, 1025 };
static const struct rusage usage = { .ru_utime = { 1, 2 } };
static const siginfo_t no_child;
static const uint32_t no_terminal[9];
static const gid_t groups[2] = { 1, 4294967295 };
/* In the encoding of IOV_IN: 2 bytes; 40, of which 32 are held; none. */
static const char vector[] = "\2\0\0\0\0\0\0\0\2\0\0\0"
                             "a\n"
                             "\50\0\0\0\0\0\0\0\40\0\0\0"
                             "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
                             "\0\0\0\0\0\0\0\0\0\0\0\0";

static const struct pointed {
    unsigned call, arg, state;
    const void *p;
    size_t len;
    unsigned count;
    const char *text, *json;
} pointed[] = {
    { CALL_open, 0, HOOK_VALUE_BYTES, BYTES("/etc/hosts"), 0, "\"/etc/hosts\"", "\"/etc/hosts\"" },
    { CALL_open, 0, HOOK_VALUE_BYTES, BYTES(""), 0, "\"\"", "\"\"" },
    { CALL_fopen, 1, HOOK_VALUE_BYTES, BYTES("r+"), 0, "\"r+\"", "\"r+\"" },
    { CALL_printf, 0, HOOK_VALUE_BYTES, BYTES("100 %%: %m"), 0, "\"100 %%: %m\"", "\"100 %%: %m\"" },
    { CALL_printf, 0, HOOK_VALUE_BYTES, BYTES("%s"), 0, "\"%s\", ...", "\"%s\"" },
    { CALL_getline, 0, HOOK_VALUE_BYTES, BYTES("a\n"), 0, "\"a\\n\"", "\"a\\n\"" },
    { CALL_mkstemp, 0, HOOK_VALUE_BYTES, BYTES("/tmp/ab"), 0, "\"/tmp/ab\"", "\"/tmp/ab\"" },
    { CALL_write, 1, HOOK_VALUE_BYTES, BYTES("a\0\t\"\\\b"), 0, "\"a\\0\\t\\\"\\\\\\10\"", "\"a\\u0000\\t\\\"\\\\\\b\"" },
    { CALL_write, 1, HOOK_VALUE_CUT, BYTES("abc"), 0, "\"abc\"...", "\"abc\"" },
    { CALL_write, 1, HOOK_VALUE_CUT, BYTES("a\x7f\xc3\xa9"), 0, "\"a\\177\\303\\251\"...", "\"a\x7f\xc3\xa9\"" },
    { CALL_read, 1, HOOK_VALUE_BYTES, BYTES("x"), 0, "\"x\"", "\"x\"" },
    { CALL_connect, 1, HOOK_VALUE_BYTES, OBJECT(inet), 0, "127.0.0.1:80", NULL },
    { CALL_connect, 1, HOOK_VALUE_BYTES, &inet, 8, 0, "{sa_family=AF_INET, sa_data=\"\\0P\\177\\0\\0\\1\"}",
      "\"{sa_family=AF_INET, sa_data=\\\"\\\\0P\\\\177\\\\0\\\\0\\\\1\\\"}\"" },
    { CALL_connect, 1, HOOK_VALUE_BYTES, OBJECT(netlink), 0, "{sa_family=AF_NETLINK, nl_pid=77, nl_groups=0x000010}", NULL },
    { CALL_connect, 1, HOOK_VALUE_BYTES, OBJECT(strange), 0, "{sa_family=0x2222 /* AF_??? */, sa_data=\"h\\\"\\\\\\0\\0012\"}",
      "\"{sa_family=0x2222 /* AF_??? */, sa_data=\\\"h\\\\\\\"\\\\\\\\\\\\0\\\\0012\\\"}\"" },
    { CALL_connect, 1, HOOK_VALUE_BYTES, &strange, 1, 0, "0x1000", "\"0x1000\"" },
    { CALL_connect, 1, HOOK_VALUE_BYTES, OBJECT(un), 0, "unix:/a\\\"\\377\\n", "\"unix:/a\\\"\\u00ff\\n\"" },
    { CALL_accept, 1, HOOK_VALUE_BYTES, OBJECT(inet), 0, "127.0.0.1:80", NULL },
    { CALL_accept, 1, HOOK_VALUE_BYTES, OBJECT(un.family), 0, "unix:", NULL },
    { CALL_accept, 1, HOOK_VALUE_BYTES, "", 0, 0, "0x1000", "\"0x1000\"" },
    { CALL_execve, 1, HOOK_VALUE_BYTES, "ls\0-l", 6, 2, "[\"ls\", \"-l\"]", "[\"ls\",\"-l\"]" },
    { CALL_execve, 1, HOOK_VALUE_BYTES, "", 0, 0, "[]", "[]" },
    { CALL_execve, 1, HOOK_VALUE_BYTES, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\0bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", 67, 2,
      "[\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"...]",
      "[\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"]" },
    { CALL_execve, 1, HOOK_VALUE_CUT, "a", 2, 3, "[\"a\", ...]", "[\"a\"]" },
    { CALL_execve, 2, HOOK_VALUE_ADDRESS, NULL, 0, 20, "0x1000 /* 20 vars */", "20" },
    { CALL_execve, 2, HOOK_VALUE_ADDRESS, NULL, 0, 1, "0x1000 /* 1 var */", "1" },
    { CALL_writev, 1, HOOK_VALUE_BYTES, BYTES(vector), 3,
      "[{iov_base=\"a\\n\", iov_len=2}, {iov_base=\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"..., iov_len=40}, {iov_base=\"\", "
      "iov_len=0}]",
      "[\"a\\n\",\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\",\"\"]" },
    { CALL_readv, 1, HOOK_VALUE_CUT, vector, 14, 40, "[{iov_base=\"a\\n\", iov_len=2}, ...]", "[\"a\\n\"]" },
    { CALL_sendmsg, 1, HOOK_VALUE_ADDRESS, NULL, 0, 0, "0x1000", "\"0x1000\"" },
    { CALL_sendmmsg, 1, HOOK_VALUE_ADDRESS, NULL, 0, 0, "0x1000", "\"0x1000\"" },
    { CALL_recvmmsg, 1, HOOK_VALUE_ADDRESS, NULL, 0, 0, "0x1000", "\"0x1000\"" },
    { CALL_recvmsg, 1, HOOK_VALUE_ADDRESS, NULL, 0, 0, "0x1000", "\"0x1000\"" },
    { CALL_openat2, 2, HOOK_VALUE_BYTES, OBJECT(plain_how), 0, "{flags=O_RDONLY, resolve=RESOLVE_BENEATH}", NULL },
    { CALL_openat2, 2, HOOK_VALUE_BYTES, OBJECT(creating_how), 0, "{flags=O_RDWR|O_CREAT|0x10000000000, mode=000, resolve=0}",
      NULL },
    { CALL_openat2, 2, HOOK_VALUE_BYTES, OBJECT(odd_how), 0, "{flags=O_RDONLY|O_CREAT, mode=01777777777777777777777, resolve=0}",
      NULL },
    { CALL_utimensat, 2, HOOK_VALUE_BYTES, OBJECT(nanoseconds), 0, "[{tv_sec=1, tv_nsec=2}, UTIME_NOW]", NULL },
    { CALL_utimensat, 2, HOOK_VALUE_BYTES, OBJECT(omitted), 0, "[UTIME_OMIT, {tv_sec=-1, tv_nsec=0}]", NULL },
    { CALL_utimes, 1, HOOK_VALUE_BYTES, OBJECT(microseconds), 0, "[{tv_sec=1, tv_usec=2}, {tv_sec=3, tv_usec=1073741823}]",
      NULL },
    { CALL_utime, 1, HOOK_VALUE_BYTES, OBJECT(utimes_old), 0, "{actime=5, modtime=6}", NULL },
    { CALL_stat, 1, HOOK_VALUE_BYTES, OBJECT(file), 0, "{st_mode=S_IFREG|0644, st_size=1234, ...}",
      "{\"st_mode\":\"S_IFREG|0644\",\"st_size\":1234}" },
    { CALL_stat, 1, HOOK_VALUE_BYTES, OBJECT(terminal), 0, "{st_mode=S_IFCHR|0620, st_rdev=makedev(0x88, 0x3), ...}",
      "{\"st_mode\":\"S_IFCHR|0620\",\"st_rdev\":\"makedev(0x88, 0x3)\"}" },
    { CALL_statx, 4, HOOK_VALUE_BYTES, OBJECT(mount), 0,
      "{stx_mask=STATX_BASIC_STATS, stx_attributes=STATX_ATTR_MOUNT_ROOT, stx_mode=S_IFDIR|0755, stx_size=40, ...}",
      "{\"stx_mask\":\"STATX_BASIC_STATS\",\"stx_attributes\":\"STATX_ATTR_MOUNT_ROOT\",\"stx_mode\":\"S_IFDIR|0755\",\"stx_"
      "size\":40}" },
    { CALL_shm_open, 0, HOOK_VALUE_BYTES, "/one", 4, 0, "\"/one\"", "\"/one\"" },
    { CALL_getaddrinfo, 2, HOOK_VALUE_BYTES, OBJECT(any_stream), 0,
      "{ai_family=AF_UNSPEC, ai_socktype=SOCK_STREAM, ai_protocol=IPPROTO_IP, ai_flags=AI_PASSIVE}", NULL },
    { CALL_getaddrinfo, 2, HOOK_VALUE_BYTES, OBJECT(no_hints), 0,
      "{ai_family=AF_UNSPEC, ai_socktype=0, ai_protocol=IPPROTO_IP, ai_flags=0}", NULL },
    { CALL_setsockopt, 3, HOOK_VALUE_BYTES, OBJECT(one), 0, "[1]", "[1]" },
    { CALL_setsockopt, 3, HOOK_VALUE_BYTES, "eth0", 5, 0, "\"eth0\\0\"", "\"eth0\\u0000\"" },
    { CALL_getsockopt, 3, HOOK_VALUE_BYTES, OBJECT(one), 0, "[1]", "[1]" },
    { CALL_openpty, 0, HOOK_VALUE_BYTES, OBJECT(one), 0, "[1]", "[1]" },
    { CALL_getpwnam_r, 4, HOOK_VALUE_BYTES, "root", 4, 0, "\"root\"", "\"root\"" },
    { CALL_sigaction, 1, HOOK_VALUE_BYTES, OBJECT(ignored), 0, "{sa_handler=SIG_IGN, sa_mask=[INT], sa_flags=SA_RESTART}", NULL },
    { CALL_sigaction, 2, HOOK_VALUE_BYTES, OBJECT(handled), 0, "{sa_sigaction=0x1234, sa_mask=~[INT], sa_flags=SA_SIGINFO}",
      NULL },
    { CALL_sigprocmask, 1, HOOK_VALUE_BYTES, OBJECT(two_signals), 0, "[HUP RT_2]", NULL },
    { CALL_sigprocmask, 2, HOOK_VALUE_BYTES, OBJECT(real_time), 0, "[RTMIN]", NULL },
    { CALL_statfs, 1, HOOK_VALUE_BYTES, OBJECT(disk), 0,
      "{f_type=EXT2_SUPER_MAGIC, f_bsize=4096, f_blocks=9, f_bfree=8, f_bavail=7, f_files=6, f_ffree=5, f_fsid={val=[0x1, 0]}, "
      "f_namelen=255, f_frsize=512, f_flags=ST_VALID|ST_RELATIME}",
      NULL },
    { CALL_statvfs, 1, HOOK_VALUE_BYTES, OBJECT(posix_disk), 0,
      "{f_bsize=4096, f_frsize=512, f_blocks=9, f_bfree=8, f_bavail=7, ...}", NULL },
    { CALL_wait, 0, HOOK_VALUE_BYTES, OBJECT(exited), 0, "[{WIFEXITED(s) && WEXITSTATUS(s) == 3}]", NULL },
    { CALL_wait, 0, HOOK_VALUE_BYTES, OBJECT(dumped), 0, "[{WIFSIGNALED(s) && WTERMSIG(s) == SIGABRT && WCOREDUMP(s)}]", NULL },
    { CALL_wait, 0, HOOK_VALUE_BYTES, OBJECT(stopped), 0, "[{WIFSTOPPED(s) && WSTOPSIG(s) == SIGTSTP}]", NULL },
    { CALL_wait, 0, HOOK_VALUE_BYTES, OBJECT(continued), 0, "[{WIFCONTINUED(s)}]", NULL },
    { CALL_glob, 0, HOOK_VALUE_BYTES, "/etc/*", 6, 0, "\"/etc/*\"", "\"/etc/*\"" },
    { CALL_tcgetattr, 1, HOOK_VALUE_BYTES, OBJECT(no_terminal), 0,
      "{c_iflag=0, c_oflag=NL0|CR0|TAB0|BS0|VT0|FF0, c_cflag=B0|CS5, c_lflag=0, ...}", NULL },
    { CALL_tcsetattr, 2, HOOK_VALUE_BYTES, OBJECT(no_terminal), 0,
      "{c_iflag=0, c_oflag=NL0|CR0|TAB0|BS0|VT0|FF0, c_cflag=B0|CS5, c_lflag=0, ...}", NULL },
    { CALL_getrandom, 0, HOOK_VALUE_CUT, "\x01\xfe", 2, 0, "\"\\x01\\xfe\"...", "\"\\u0001\\u00fe\"" },
    { CALL_prlimit, 2, HOOK_VALUE_BYTES, OBJECT(limits), 0, "{rlim_cur=8192*1024, rlim_max=RLIM64_INFINITY}", NULL },
    { CALL_prlimit, 3, HOOK_VALUE_BYTES, OBJECT(small_limits), 0, "{rlim_cur=1024, rlim_max=1025}", NULL },
    { CALL_setitimer, 1, HOOK_VALUE_BYTES, OBJECT(interval), 0,
      "{it_interval={tv_sec=1, tv_usec=2}, it_value={tv_sec=3, tv_usec=4}}", NULL },
    { CALL_getitimer, 1, HOOK_VALUE_BYTES, OBJECT(interval), 0,
      "{it_interval={tv_sec=1, tv_usec=2}, it_value={tv_sec=3, tv_usec=4}}", NULL },
    { CALL_timerfd_settime, 2, HOOK_VALUE_BYTES, OBJECT(expiry), 0,
      "{it_interval={tv_sec=1, tv_nsec=2}, it_value={tv_sec=3, tv_nsec=4}}", NULL },
    { CALL_timerfd_settime, 3, HOOK_VALUE_BYTES, OBJECT(expiry), 0,
      "{it_interval={tv_sec=1, tv_nsec=2}, it_value={tv_sec=3, tv_nsec=4}}", NULL },
    { CALL_wait4, 3, HOOK_VALUE_BYTES, OBJECT(usage), 0, "{ru_utime={tv_sec=1, tv_usec=2}, ru_stime={tv_sec=0, tv_usec=0}, ...}",
      NULL },
    { CALL_waitid, 2, HOOK_VALUE_BYTES, OBJECT(no_child), 0, "{}", NULL },
    { CALL_setgroups, 1, HOOK_VALUE_BYTES, OBJECT(groups), 2, "[1, 4294967295]", NULL },
    { CALL_setgroups, 1, HOOK_VALUE_CUT, OBJECT(groups), 33, "[1, 4294967295, ...]", NULL },
    { CALL_epoll_ctl, 3, HOOK_VALUE_BYTES, ready, sizeof *ready, 0, "{events=EPOLLIN|EPOLLET, data={u32=7, u64=4294967303}}",
      NULL },
    { CALL_epoll_wait, 1, HOOK_VALUE_BYTES, OBJECT(ready), 2,
      "[{events=EPOLLIN|EPOLLET, data={u32=7, u64=4294967303}}, {events=EPOLLHUP, data={u32=0, u64=0}}]", NULL },
    { CALL_epoll_wait, 1, HOOK_VALUE_CUT, ready, sizeof *ready, 2,
      "[{events=EPOLLIN|EPOLLET, data={u32=7, u64=4294967303}}, ...]", NULL },
    { CALL_epoll_wait, 1, HOOK_VALUE_BYTES, "", 0, 0, "[]", NULL },
    { CALL_epoll_pwait2, 3, HOOK_VALUE_BYTES, OBJECT(moment), 0, "{tv_sec=1, tv_nsec=2}", NULL },
    { CALL_pipe, 0, HOOK_VALUE_BYTES, OBJECT(pair), 0, "[3, 4]", "[3,4]" },
    { CALL_posix_spawn, 0, HOOK_VALUE_BYTES, OBJECT(child), 0, "[1234]", "[1234]" },
    { CALL_accept, 2, HOOK_VALUE_BYTES, OBJECT(length), 0, "[16]", "[16]" },
};

Test(format_kinds, words_are_spelled_as_strace_spells_them)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct hook_event event = call(words[i].call);
        for (unsigned arg = 0; arg < words[i].arg; arg++)
            event.arg[arg].n = words[i].beside;
        event.arg[words[i].arg] = number(words[i].n);
        check_argument(&event, words[i].arg, words[i].text, words[i].json);
    }
}

Test(format_kinds, what_pointers_point_to)
{
    for (size_t i = 0; i < sizeof pointed / sizeof *pointed; i++) {
        const struct pointed *row = &pointed[i];
        struct hook_event event = call(row->call);
        event.arg[row->arg] = (struct hook_value){
            .state = (uint8_t)row->state, .n = 0x1000, .p = row->p, .len = (uint32_t)row->len, .count = row->count
        };
        check_argument(&event, row->arg, row->text, row->json);
    }
}

Test(format_kinds, pointers_that_cannot_be_read)
{
    for (size_t i = 0; i < sizeof pointed / sizeof *pointed; i++) {
        struct hook_event event = call(pointed[i].call);
        event.arg[pointed[i].arg] = address(0);
        check_argument(&event, pointed[i].arg, "NULL", "null");
    }
}

Test(format_kinds, each_kind_has_a_row)
{
    bool seen[KIND_COUNT] = { 0 };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        seen[call_table[words[i].call].arg_kind[words[i].arg]] = true;
    for (size_t i = 0; i < sizeof pointed / sizeof *pointed; i++)
        seen[call_table[pointed[i].call].arg_kind[pointed[i].arg]] = true;
    for (unsigned kind = 0; kind < KIND_COUNT; kind++)
        seen[kind] = seen[kind] || kind_copied(kind) == COPIED_BOTH; /* those are in test_format_forms.c */
    for (unsigned id = 0; id < CALL_COUNT; id++)
        for (unsigned arg = 0; arg < call_table[id].args; arg++)
            cr_expect(seen[call_table[id].arg_kind[arg]], "no row has the kind of %s's %s", call_symbol(id),
                      call_arg_name(id, arg));
}

Test(format_kinds, an_argument_that_is_not_there_takes_its_comma_with_it)
{
    struct hook_event event = call(CALL_open);
    event.arg[1] = number(O_RDONLY);
    TEXT(event, "open(O_RDONLY) = 0");
    event = call(CALL_open);
    TEXT(event, "open() = 0");
    cr_expect(strstr(json(&event), "\"args\":{},") != NULL);
}

Test(format_kinds, argument_vectors_are_cut_after_32)
{
    static char strings[80];
    struct hook_event event = call(CALL_execv);
    for (size_t i = 0; i < sizeof strings; i += 2)
        strings[i] = 'q';
    event.arg[1] = bytes(strings, 64);
    event.arg[1].count = 32;
    cr_expect(strstr(text(&event), "\"q\", \"q\"]) = 0") != NULL);
    event.arg[1] = bytes(strings, sizeof strings);
    event.arg[1].count = 40;
    const char *got = text(&event), *end = strstr(got, ", ...]) = 0");
    cr_assert(end != NULL);
    cr_expect(eq(sz, (size_t)(end - got), strlen("execv([") + 32 * strlen("\"q\"") + 31 * strlen(", ")));
    cr_expect(strstr(json(&event), "...") == NULL);
}

/* Results */
static const struct result {
    unsigned call;
    int64_t ret;
    int err; /* not 0: it failed */
    const char *text, *json;
} results[] = {
    { CALL_close, 0, 0, "0", "\"ret\":0," },
    { CALL_read, 1ll << 40, 0, "1099511627776", "\"ret\":1099511627776," },
    { CALL_open, -1, ENOENT, "-1 ENOENT (No such file or directory)", "\"ret\":-1,\"errno\":\"ENOENT\"," },
    { CALL_open, -1, 9999, "-1 (errno 9999)", "\"ret\":-1,\"dur_ns\"" },
    { CALL_fopen, 4, 0, "4", "\"ret\":4," },
    { CALL_fopen, -1, EACCES, "NULL EACCES (Permission denied)", "\"ret\":null,\"errno\":\"EACCES\"," },
    { CALL_opendir, -1, ENOTDIR, "NULL ENOTDIR (Not a directory)", "\"ret\":null,\"errno\":\"ENOTDIR\"," },
    { CALL_mkdtemp, 0xabc0, 0, "0xabc0", "\"ret\":\"0xabc0\"," },
    { CALL_mkdtemp, 0, EINVAL, "NULL EINVAL (Invalid argument)", "\"ret\":null,\"errno\":\"EINVAL\"," },
    { CALL_readdir, 0, 0, "NULL", "\"ret\":null,\"dur_ns\"" },
    { CALL_readdir, 0, EBADF, "NULL EBADF (Bad file descriptor)", "\"ret\":null,\"errno\":\"EBADF\"," },
    { CALL_posix_spawn, 2, ENOENT, "2 ENOENT (No such file or directory)", "\"ret\":2,\"errno\":\"ENOENT\"," },
    { CALL_fork, 77, 0, "77", "\"ret\":77," },
    { CALL_signal, 0, 0, "SIG_DFL", "\"ret\":\"SIG_DFL\"," },
    { CALL_signal, 1, 0, "SIG_IGN", "\"ret\":\"SIG_IGN\"," },
    { CALL_signal, 0x1234, 0, "0x1234", "\"ret\":\"0x1234\"," },
    { CALL_signal, -1, EINVAL, "-1 EINVAL (Invalid argument)", "\"ret\":-1,\"errno\":\"EINVAL\"," },
};

Test(format_kinds, results)
{
    char expected[128];
    for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
        struct hook_event event = call(results[i].call);
        event.ret = results[i].ret;
        event.err = results[i].err;
        event.failed = results[i].err != 0;
        snprintf(expected, sizeof expected, "%s() = %s", call_symbol(event.call), results[i].text);
        TEXT(event, expected);
        cr_expect(strstr(json(&event), results[i].json) != NULL, "%s\nhas no\n%s", line, results[i].json);
    }
}

Test(format_kinds, a_directory_entry_is_its_name)
{
    struct hook_event event = call(CALL_readdir);
    event.arg[0] = number(3);
    event.arg[1] = string("a\"b");
    event.ret = 1;
    TEXT(event, "readdir(3) = \"a\\\"b\"");
    cr_expect(strstr(json(&event), "\"ret\":\"a\\\"b\",") != NULL);
}

Test(format_kinds, a_call_without_a_result)
{
    struct hook_event event = call(CALL_exit);
    event.arg[0] = number(3);
    event.no_ret = 1;
    TEXT(event, "exit(3) = ?");
    cr_expect(strstr(json(&event), "\"ret\"") == NULL);
}

Test(format_kinds, what_a_command_answers_is_explained)
{
    struct hook_event event = call(CALL_fcntl);
    event.arg[0] = number(3);
    event.arg[1] = number(F_GETFL);
    event.ret = O_RDWR | O_APPEND | 0100000;
    TEXT(event, "fcntl(3, F_GETFL) = 0x8402 (flags O_RDWR|O_APPEND|O_LARGEFILE)");
    cr_expect(strstr(json(&event), "\"ret\":33794,") != NULL);
    event.ret = 0;
    TEXT(event, "fcntl(3, F_GETFL) = 0 (flags O_RDONLY)");
    event.arg[1] = number(F_GETFD);
    TEXT(event, "fcntl(3, F_GETFD) = 0");
    event.ret = FD_CLOEXEC;
    TEXT(event, "fcntl(3, F_GETFD) = 0x1 (flags FD_CLOEXEC)");
    event.ret = -1;
    event.failed = 1;
    event.err = EBADF;
    TEXT(event, "fcntl(3, F_GETFD) = -1 EBADF (Bad file descriptor)");
    event = call(CALL_prctl);
    event.arg[0] = number(PR_GET_DUMPABLE);
    event.ret = 1;
    TEXT(event, "prctl(PR_GET_DUMPABLE) = 1 (SUID_DUMP_USER)");
}
