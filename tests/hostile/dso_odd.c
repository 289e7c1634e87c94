/* SPDX-License-Identifier: MIT */
/* Its constructor, which runs before any preload library's, makes the first call of all on a stack 8 bytes off. */
#include <unistd.h>
#if defined(__x86_64__)
__asm__(".text\n.globl odd\nodd:\n"
        "  pushq %rbx\n  movq %rdi, %rax\n  movq %rsi, %rdi\n  movq %rdx, %rsi\n  movq %rcx, %rdx\n  movq %r8, %rcx\n"
        "  movq %rax, %r11\n  xorl %eax, %eax\n  subq $8, %rsp\n  call *%r11\n  addq $8, %rsp\n  popq %rbx\n  ret\n");
long odd(void *fn, ...);
int odd_first;
__attribute__((constructor)) static void begin(void) { odd_first = (int)odd((void *)access, "/nonexistent/first", R_OK); }
#endif
