/* SPDX-License-Identifier: MIT */
/* calls OP THREADS (MILLISECONDS | =COUNT): makes one kind of call over and over. Prints of each batch
 * what a call took its thread, in nanoseconds, one a line; with =COUNT makes exactly that many calls and prints
 * nothing: for who counts instructions. */
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { THREADS_MAX = 64, BATCH_NS = 3000000 };

/* What one thread works on: threads share no file, whose lock in the kernel they would wait for. */
struct scene {
    char path[64];
    int log, socket;
    struct sockaddr_in address;
};

typedef void op_fn(const struct scene *scene);

static void op_open(const struct scene *scene)
{
    close(open(scene->path, O_RDONLY | O_CLOEXEC));
}

static void op_miss(const struct scene *scene)
{
    (void)scene;
    if (open("/nonexistent/file", O_RDONLY | O_CLOEXEC) >= 0)
        abort();
}

static void op_write(const struct scene *scene)
{
    static const char text[] = "sixty-four bytes of text, as a log line of a program would be..\n";
    if (write(scene->log, text, sizeof text - 1) < 0)
        abort();
}

static void op_stat(const struct scene *scene)
{
    struct stat st;
    if (stat(scene->path, &st) != 0)
        abort();
}

static void op_fopen(const struct scene *scene)
{
    fclose(fopen(scene->path, "r"));
}

static void op_connect(const struct scene *scene)
{
    if (connect(scene->socket, (const struct sockaddr *)&scene->address, sizeof scene->address) != 0)
        abort();
}

static void op_exec(const struct scene *scene)
{
    static char *const argv[] = { "true", NULL };
    int status;
    (void)scene;
    pid_t pid = fork();
    if (pid == 0) {
        execv("/bin/true", argv);
        _exit(127);
    }
    if (waitpid(pid, &status, 0) != pid || status != 0)
        abort();
}

static const struct op {
    char name[8];
    op_fn *call;
} ops[] = {
    { "open", op_open },   { "miss", op_miss },       { "write", op_write }, { "stat", op_stat },
    { "fopen", op_fopen }, { "connect", op_connect }, { "exec", op_exec },
};

static const struct op *op;
static struct scene scenes[THREADS_MAX];
static pthread_barrier_t begin, end;
static volatile long batch; /* calls of each thread; 0: the work is done */

static void set_scene(struct scene *scene, int number)
{
    snprintf(scene->path, sizeof scene->path, "bench-file-%d", number);
    close(open(scene->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    scene->log = open(scene->path, O_WRONLY | O_CLOEXEC | O_TRUNC);
    scene->socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    scene->address =
        (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static void run_batch(const struct scene *scene)
{
    for (long i = batch; i > 0; i--)
        op->call(scene);
}

static void *work(void *scene)
{
    for (;;) {
        pthread_barrier_wait(&begin);
        if (batch == 0)
            return NULL;
        run_batch(scene);
        pthread_barrier_wait(&end);
    }
}

static double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return 1e9 * (double)now.tv_sec + (double)now.tv_nsec;
}

/* One thread needs no barrier: a process with one is what programs mostly are. */
static double time_batch(int threads)
{
    double from = now_ns();
    if (threads == 1) {
        run_batch(&scenes[0]);
        return now_ns() - from;
    }
    pthread_barrier_wait(&begin);
    pthread_barrier_wait(&end);
    return now_ns() - from;
}

static void measure(int threads, double budget_ns)
{
    double spent = 0;
    for (batch = 1; time_batch(threads) < BATCH_NS; batch *= 2)
        ;
    while (spent < budget_ns) {
        double ns = time_batch(threads);
        printf("%.1f\n", ns / (double)batch);
        spent += ns;
    }
}

int main(int argc, char **argv)
{
    pthread_t thread[THREADS_MAX];
    int threads = argc == 4 ? atoi(argv[2]) : 0;
    for (size_t i = 0; argc == 4 && i < sizeof ops / sizeof *ops; i++)
        if (strcmp(ops[i].name, argv[1]) == 0)
            op = &ops[i];
    if (!op || threads < 1 || threads > THREADS_MAX) {
        fputs("usage: calls open|miss|write|stat|fopen|connect|exec THREADS (MILLISECONDS | =COUNT)\n", stderr);
        return 2;
    }
    for (int i = 0; i < threads; i++)
        set_scene(&scenes[i], i);
    if (argv[3][0] == '=') {
        batch = atol(argv[3] + 1);
        run_batch(&scenes[0]);
        return 0;
    }
    pthread_barrier_init(&begin, NULL, (unsigned)threads + 1);
    pthread_barrier_init(&end, NULL, (unsigned)threads + 1);
    for (int i = 0; threads > 1 && i < threads; i++)
        pthread_create(&thread[i], NULL, work, &scenes[i]);
    measure(threads, 1e6 * atof(argv[3]));
    batch = 0;
    if (threads > 1)
        pthread_barrier_wait(&begin);
    for (int i = 0; threads > 1 && i < threads; i++)
        pthread_join(thread[i], NULL);
    return 0;
}
