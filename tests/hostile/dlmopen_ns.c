/* SPDX-License-Identifier: MIT */
/* A library in a new link-map namespace (with a second libc) opens files. */
#define T_NAME "dlmopen_ns"
#include "t.h"
#include <dlfcn.h>
int main(void)
{
    t_tmp();
    for (int i = 0; i < 5; i++) {
        void *h = dlmopen(LM_ID_NEWLM, HOSTILE_DIR "/dso_plain.so", RTLD_NOW);
        if (!h) fail("dlmopen: %s", dlerror());
        int (*f)(const char *) = (int (*)(const char *))dlsym(h, "dso_use");
        CHECK(f);
        int r = f("x");
        if (r) fail("step %d", r);
        if (i & 1) CHECK(dlclose(h) == 0);
        int fd = open("y", O_RDWR | O_CREAT, 0600);
        if (fd != 3) fail("then open gave %d", fd);
        close(fd);
    }
    pass();
}
