/* SPDX-License-Identifier: MIT */
/* A library that is loaded, used and unloaded many times, with atexit and destructor of its own that make calls; hooked
 * functions reached by every way that dlsym has. */
#define T_NAME "dlclose_order"
#include "t.h"
#include <dlfcn.h>
typedef int open_fn(const char *, int, ...);
static open_fn *at_end;
static void last(void)
{
    if (at_end("/dev/null", O_RDONLY) < 0) fail("open in atexit");
}
int main(void)
{
    t_tmp();
    for (int i = 0; i < 50; i++) {
        void *h = dlopen(HOSTILE_DIR "/dso_plain.so", i % 2 ? RTLD_NOW : RTLD_LAZY | RTLD_GLOBAL);
        if (!h) fail("dlopen: %s", dlerror());
        CHECK(dlclose(h) == 0);
    }
    void *near = dlopen("dso_plain.so", RTLD_NOW); /* found by the RUNPATH of who asks */
    if (!near) fail("dlopen by name: %s", dlerror());
    struct stat st;
    void *libc = dlopen("libc.so.6", RTLD_NOW | RTLD_NOLOAD), *self = dlopen(NULL, RTLD_NOW);
    CHECK(libc && self);
    open_fn *ways[] = { dlsym(RTLD_DEFAULT, "open"), dlsym(libc, "open"), dlsym(self, "open64"), dlvsym(libc, "open", "GLIBC_2.2.5"),
                        dlvsym(RTLD_DEFAULT, "open", "GLIBC_2.2.5"), dlsym(RTLD_NEXT, "open"), open };
    for (unsigned i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (!ways[i]) fail("way %u finds no open", i);
        int fd = ways[i]("f", O_RDWR | O_CREAT, 0640);
        CHECK(fd == 3 && fstat(fd, &st) == 0 && close(fd) == 0);
    }
    if (ways[0] != open || ways[0] != (open_fn *)dlsym(self, "open")) fail("open has two addresses");
    Dl_info info;
    CHECK(dladdr((void *)open, &info) && info.dli_fname);
    if (dlsym(RTLD_DEFAULT, "no_such_function") || !dlerror() || dlerror()) fail("dlerror");
    at_end = ways[0];
    CHECK(atexit(last) == 0);
    pass();
}
