/* SPDX-License-Identifier: MIT */
/* Applies a macro to each of the (type, name, kind) triples of a row. */
#ifndef CORE_EACH_H
#define CORE_EACH_H

#define EACH_0(m)
#define EACH_1(m, a)      m a
#define EACH_2(m, a, ...) m a EACH_1(m, __VA_ARGS__)
#define EACH_3(m, a, ...) m a EACH_2(m, __VA_ARGS__)
#define EACH_4(m, a, ...) m a EACH_3(m, __VA_ARGS__)
#define EACH_5(m, a, ...) m a EACH_4(m, __VA_ARGS__)
#define EACH_6(m, a, ...) m a EACH_5(m, __VA_ARGS__)
#define EACH_7(m, a, ...) m a EACH_6(m, __VA_ARGS__)
#define EACH_8(m, a, ...) m a EACH_7(m, __VA_ARGS__)

#endif
