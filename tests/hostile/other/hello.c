/* SPDX-License-Identifier: MIT */
/* Built for what the library cannot be loaded into, or not in first place: tests/hostile/other_abi.c starts it. */
#include <fcntl.h>
#include <unistd.h>
int main(void)
{
    return open("/nonexistent/x", O_RDONLY) == -1 && write(1, "hello\n", 6) == 6 ? 3 : 4;
}
