/* SPDX-License-Identifier: MIT */
/* One thread changes the environment all the time, others start commands: the variables that nobody changes are there,
 * and nobody crashes. */
#define T_NAME "setenv_race"
#include "t.h"
#include <spawn.h>
static volatile int stop;
static void *changer(void *a)
{
    static char names[64][16];
    char value[400];
    for (int i = 0; !stop; i++) {
        sprintf(names[i % 64], "V%d", i % 64);
        memset(value, 'v', i % 390);
        value[i % 390] = 0;
        setenv(names[i % 64], value, 1);
        if (i % 10 == 0) usleep(100);
    }
    return NULL;
}
static void *runner(void *a)
{
    char b[100] = "";
    for (int i = 0; i < 15; i++) {
        if (system("test \"$KEPT\" = kept") != 0) return (void *)1;
        FILE *f = popen("echo $KEPT", "r");
        if (!f || !fgets(b, sizeof b, f) || strcmp(b, "kept\n") || pclose(f)) return (void *)2;
        if (strcmp(getenv("KEPT"), "kept")) return (void *)4;
    }
    return NULL;
}
int main(void)
{
    char name[16];
    setenv("KEPT", "kept", 1);
    for (int i = 0; i < 64; i++) { /* that setenv makes the array longer would be the program's own mistake */
        sprintf(name, "V%d", i);
        setenv(name, "", 1);
    }
    pthread_t c, r[3];
    CHECK(pthread_create(&c, NULL, changer, NULL) == 0);
    for (int i = 0; i < 3; i++) CHECK(pthread_create(&r[i], NULL, runner, NULL) == 0);
    for (int i = 0; i < 3; i++) {
        void *x;
        pthread_join(r[i], &x);
        if (x) fail("step %ld", (long)x);
    }
    stop = 1;
    pthread_join(c, NULL);
    for (int i = 0; i < 64; i++) {
        sprintf(name, "V%d", i);
        unsetenv(name);
        if (getenv(name)) fail("%s is still there", name);
    }
    if (strcmp(getenv("KEPT"), "kept")) fail("KEPT is lost");
    pass();
}
