/* SPDX-License-Identifier: MIT */
/* A library loaded with RTLD_DEEPBIND, and one with RTLD_LOCAL, opens files;
 * unloaded and loaded again. */
#define T_NAME "deepbind"
#include "t.h"
#include <dlfcn.h>
int main(void)
{
    t_tmp();
    for (int i = 0; i < 20; i++) {
        void *h = dlopen(HOSTILE_DIR "/dso_plain.so", (i & 1 ? RTLD_DEEPBIND : 0) | RTLD_NOW | (i & 2 ? RTLD_LOCAL : RTLD_GLOBAL));
        if (!h) fail("dlopen: %s", dlerror());
        int (*f)(const char *) = (int (*)(const char *))dlsym(h, "dso_use");
        CHECK(f);
        int r = f("x");
        if (r) fail("way %d: step %d", i & 3, r);
        CHECK(dlclose(h) == 0);
        int fd = open("y", O_RDWR | O_CREAT, 0600);
        if (fd != 3) fail("then open gave %d", fd);
        close(fd);
    }
    pass();
}
