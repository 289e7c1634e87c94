/* SPDX-License-Identifier: MIT */
#include "core/lookup.h"

#include <errno.h>
#include <string.h>

enum { LINKS_MAX = 40 }; /* as the kernel's */

static long ask(const struct facts_source *source, enum question question, int fd, const char *path, char *buf, size_t size)
{
    switch (question) {
    case ASK_CWD: return source->cwd ? source->cwd(buf, size) : -ENOSYS;
    case ASK_EXE: return source->exe ? source->exe(buf, size) : -ENOSYS;
    case ASK_ARGV: return source->argv ? source->argv(buf, size) : -ENOSYS;
    case ASK_FD_PATH: return source->fd_path ? source->fd_path(fd, buf, size) : -ENOSYS;
    default: return source->readlink ? source->readlink(path, buf, size) : -ENOSYS;
    }
}

/* Gives back what was taken last, but for the first `keep` bytes. */
static void give_back(struct arena *arena, const char *taken, size_t keep)
{
    arena->used = (size_t)(taken - arena->base) + ((keep + 7) & ~(size_t)7);
}

char *lookup_text(const struct facts_source *source, struct arena *arena, enum question question, int fd, const char *path,
                  int *ret_err)
{
    static const uint32_t sizes[] = { 120, 4096 + 8, 128 * 1024 };
    unsigned tries = question == ASK_ARGV ? 3 : 2;
    for (unsigned i = 0; i < tries; i++) {
        char *buf = arena_take(arena, sizes[i]);
        if (!buf) {
            *ret_err = -ENOMEM;
            return NULL;
        }
        long len = ask(source, question, fd, path, buf, sizes[i] - 1);
        bool small = len == (long)sizes[i] - 1 || len == -ERANGE || len == -ENAMETOOLONG;
        if (len >= 0 && !small) {
            buf[len] = '\0';
            give_back(arena, buf, (size_t)len + 1);
            return buf;
        }
        give_back(arena, buf, 0);
        *ret_err = small ? -ENAMETOOLONG : (int)len;
        if (!small)
            break;
    }
    return NULL;
}

/* The path so far, without its last "/". */
struct out {
    char *at;
    size_t len, size;
};

static bool out_add(struct walk *walk, struct out *out, const char *part, size_t len)
{
    size_t need = out->len + len + 2;
    if (need > out->size) {
        char *at = arena_take(walk->arena, need + 128);
        if (!at)
            return false;
        if (out->len > 0)
            memcpy(at, out->at, out->len);
        out->at = at;
        out->size = need + 128;
    }
    if (len > 0) {
        out->at[out->len++] = '/';
        memcpy(out->at + out->len, part, len);
        out->len += len;
    }
    out->at[out->len] = '\0';
    return true;
}

static void out_up(struct out *out, size_t root)
{
    while (out->len > root && out->at[out->len - 1] != '/')
        out->len--;
    if (out->len > root)
        out->len--;
    out->at[out->len] = '\0';
}

/* The link that out names, followed by what is still to come, is a name of the file as well. */
static bool note_name(struct walk *walk, const struct out *out)
{
    const char *rest = walk->path;
    while (rest < walk->end && *rest == '/')
        rest++;
    size_t len = (size_t)(walk->end - rest), size = out->len + len + 3;
    struct fact_name *name = arena_take(walk->arena, sizeof *name + size);
    if (!name)
        return false;
    char *path = (char *)(name + 1);
    if (path_join(out->at, rest, len, path, size) < 0)
        return false;
    *name = (struct fact_name){ walk->names, path, false };
    walk->names = name;
    return true;
}

/* Goes on with the link's text before the rest. */
static bool go_through(struct walk *walk, struct out *out, const char *link, const char *rest)
{
    size_t link_len = strlen(link), rest_len = (size_t)(walk->end - rest);
    char *path = arena_take(walk->arena, link_len + rest_len + 1);
    if (!path || !note_name(walk, out))
        return false;
    memcpy(path, link, link_len);
    memcpy(path + link_len, rest, rest_len);
    walk->path = path;
    walk->end = path + link_len + rest_len;
    if (link[0] == '/')
        out->len = walk->root;
    else
        out_up(out, walk->root);
    return true;
}

/* The kernel stops at these as well. */
static bool stops(int err)
{
    return err == -ENOENT || err == -ENOTDIR || err == -EACCES || err == -ENAMETOOLONG || err == -ELOOP;
}

/* One component. Returns 1 when it led through a link, 0 when not, -ENOENT when nothing beyond it
 * need be asked, or why it can't be known. */
static int step(struct walk *walk, struct out *out, bool ask_links)
{
    const char *part = walk->path;
    const char *slash = memchr(part, '/', (size_t)(walk->end - part));
    const char *rest = slash ? slash : walk->end;
    size_t len = (size_t)(rest - part);
    int err = 0;
    walk->path = slash ? slash + 1 : walk->end;
    if (len == 0 || (len == 1 && part[0] == '.'))
        return 0;
    if (len == 2 && part[0] == '.' && part[1] == '.') {
        out_up(out, walk->root);
        return 0;
    }
    if (!out_add(walk, out, part, len))
        return -ENOMEM;
    if (!ask_links || (!slash && !walk->follow))
        return 0;
    const char *link = lookup_text(walk->source, walk->arena, ASK_READLINK, -1, out->at, &err);
    if (!link)
        return err == -EINVAL ? 0 : stops(err) ? -ENOENT : err;
    return go_through(walk, out, link, rest) ? 1 : -ENOMEM;
}

int lookup_real(struct walk *walk)
{
    struct out out = { NULL, 0, 0 };
    unsigned links = 0;
    bool ask_links = true;
    const char *base = walk->end > walk->path && *walk->path == '/' && walk->root == 0 ? "" : walk->base;
    size_t base_len = strlen(base);
    if (base_len > 0 && base[base_len - 1] == '/')
        base_len--;
    if (!out_add(walk, &out, "", 0) || (base_len > 0 && !out_add(walk, &out, base + 1, base_len - 1)))
        return -ENOMEM;
    walk->names = NULL;
    while (walk->path < walk->end) {
        int led = step(walk, &out, ask_links);
        if (led > 0 && ++links > LINKS_MAX)
            return -ELOOP;
        if (led == -ENOENT)
            ask_links = false;
        else if (led < 0)
            return led;
    }
    if (out.len == 0)
        memcpy(out.at, "/", 2);
    walk->real = out.at;
    return 0;
}
