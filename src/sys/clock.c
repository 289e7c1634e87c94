/* SPDX-License-Identifier: MIT */
/* The vDSO's clock_gettime, found by reading its symbol table: libc's own function
 * may be another preload library's, and would be a call back into libc. */
#include "sys/clock.h"

#include <elf.h>
#include <link.h>
#include <stdbool.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <time.h>

#if defined(__x86_64__)
#include <sys/platform/x86.h>
#endif

#include "sys/raw.h"

#if defined(__x86_64__)
#define VDSO_CLOCK "__vdso_clock_gettime"
#else
#define VDSO_CLOCK "__kernel_clock_gettime"
#endif

typedef int clock_fn(clockid_t, struct timespec *);

static clock_fn *vdso_clock;

struct image {
    const char *base;
    const ElfW(Sym) * symbols;
    const char *strings;
    const ElfW(Word) * hash;
};

static void read_dynamic(struct image *image, const ElfW(Dyn) * dyn)
{
    for (; dyn->d_tag != DT_NULL; dyn++) {
        const void *at = image->base + dyn->d_un.d_ptr;
        if (dyn->d_tag == DT_SYMTAB)
            image->symbols = at;
        else if (dyn->d_tag == DT_STRTAB)
            image->strings = at;
        else if (dyn->d_tag == DT_HASH)
            image->hash = at;
    }
}

static clock_fn *find_clock(const struct image *image)
{
    if (!image->symbols || !image->strings || !image->hash)
        return NULL;
    for (ElfW(Word) i = 0; i < image->hash[1]; i++) {
        const ElfW(Sym) *sym = &image->symbols[i];
        if (sym->st_shndx != SHN_UNDEF && strcmp(image->strings + sym->st_name, VDSO_CLOCK) == 0)
            return (clock_fn *)(image->base + sym->st_value);
    }
    return NULL;
}

void clock_init(void)
{
    const ElfW(Ehdr) *header = (const ElfW(Ehdr) *)getauxval(AT_SYSINFO_EHDR);
    if (!header)
        return;
    const ElfW(Phdr) *segment = (const ElfW(Phdr) *)((const char *)header + header->e_phoff);
    struct image image = { (const char *)header, NULL, NULL, NULL };
    for (int i = 0; i < header->e_phnum; i++)
        if (segment[i].p_type == PT_DYNAMIC)
            read_dynamic(&image, (const ElfW(Dyn) *)(image.base + segment[i].p_offset));
    vdso_clock = find_clock(&image);
}

static uint64_t noted[2];
static struct clock_moment noted_moment;
static bool stopped;

static uint64_t nanoseconds(const struct timespec *time)
{
    return (uint64_t)time->tv_sec * 1000000000u + (uint64_t)time->tv_nsec;
}

static uint64_t read_clock(clockid_t id)
{
    if (__builtin_expect(stopped, 0))
        return noted[id != CLOCK_REALTIME];
    struct timespec now = { 0, 0 };
    if (!vdso_clock || vdso_clock(id, &now) != 0)
        raw(SYS_clock_gettime, id, &now);
    return nanoseconds(&now);
}

uint64_t clock_real_ns(void)
{
    return read_clock(CLOCK_REALTIME);
}

uint64_t clock_mono_ns(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

uint64_t clock_coarse_ns(void)
{
    return read_clock(CLOCK_MONOTONIC_COARSE);
}

#if defined(__x86_64__)

/* Invariant: the same on all processors, whatever their speed and sleep. The dynamic linker has asked the processor, which
 * takes microseconds in a virtual machine. */
static bool counter_is_even(void)
{
    int mode = 0;
    bool allowed = raw(SYS_prctl, PR_GET_TSC, &mode) == 0 && mode == PR_TSC_ENABLE;
    return allowed && CPU_FEATURE_PRESENT(INVARIANT_TSC);
}

#else

static bool counter_is_even(void)
{
    return false;
}

#endif

static bool counter, guessed;
bool clock_reads_counter;
struct clock_moment clock_start;

void clock_ticks_init(void)
{
    counter = clock_reads_counter = counter_is_even();
    clock_start = clock_moment_asked();
}

bool clock_is_counter(void)
{
    return counter;
}

/* Once the counter may not be read: what it would be by the time that has passed. */
static uint64_t guess_counter(void)
{
    double rate = (double)(noted_moment.ticks - clock_start.ticks) / (double)(noted_moment.real_ns - clock_start.real_ns);
    return noted_moment.ticks + (uint64_t)(rate * (double)(clock_mono_ns() - noted[1]));
}

uint64_t clock_ticks_otherwise(void)
{
    if (stopped)
        return noted_moment.ticks;
    return guessed && counter ? guess_counter() : clock_mono_ns();
}

/* The best of some readings, and of some more until one takes no longer than that: the first is a cold one, and the processor may
 * be taken away in between. */
static inline struct clock_moment moment(uint64_t (*real)(void), int most, uint64_t soon)
{
    enum { TRIES = 3 };
    struct clock_moment best = { 0, 0 };
    uint64_t least = UINT64_MAX;
    for (int i = 0; i < TRIES || (i < most && least > soon); i++) {
        uint64_t before = clock_ticks(), real_ns = real(), after = clock_ticks();
        if (after - before < least) {
            least = after - before;
            best = (struct clock_moment){ before + (after - before) / 2, real_ns };
        }
    }
    return best;
}

struct clock_moment clock_moment(void)
{
    return moment(clock_real_ns, 20, 4000);
}

static uint64_t ask_real_ns(void)
{
    struct timespec now = { 0, 0 }; /* a sandbox may say that it has been read, and not have let it be */
    const bool asked = !stopped && raw(SYS_clock_gettime, CLOCK_REALTIME, &now) == 0 && now.tv_sec;
    return asked ? nanoseconds(&now) : clock_real_ns();
}

struct clock_moment clock_moment_asked(void)
{
    return moment(ask_real_ns, 6, 6000);
}

void clock_note(void)
{
    noted_moment = clock_moment();
    noted[0] = clock_real_ns();
    noted[1] = clock_mono_ns();
}

void clock_stop(void)
{
    stopped = true;
    clock_reads_counter = false;
}

void clock_without_counter(void)
{
    guessed = true;
    clock_reads_counter = false;
    vdso_clock = NULL;
}

void clock_sleep(uint64_t ns)
{
    uint64_t end = clock_mono_ns() + ns;
    const struct timespec at = { (time_t)(end / 1000000000u), (long)(end % 1000000000u) };
    while (raw(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == -EINTR)
        ;
}
