/* SPDX-License-Identifier: MIT */
/* GCC's thread sanitizer, preloaded into a program that was not built for it, jumps to address 0 for setjmp. Preloaded before it,
 * this gives such programs libc's own functions. */
#define _GNU_SOURCE
#include <dlfcn.h>

#define JUMPS(_) _(setjmp) _(_setjmp) _(__sigsetjmp) _(longjmp) _(_longjmp) _(siglongjmp) _(__longjmp_chk)

/* setjmp has to return to whoever called it, so it is jumped to. */
#define JUMP(name)                                                                                                               \
    __attribute__((visibility("hidden"))) void *libc_##name;                                                                     \
    __asm__(".text\n.globl " #name "\n.type " #name ", @function\n" #name ": jmp *libc_" #name "(%rip)\n");
JUMPS(JUMP)

__attribute__((constructor)) static void find(void)
{
    void *libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
#define FIND(name) libc_##name = dlsym(libc, #name);
    JUMPS(FIND)
}
