/* SPDX-License-Identifier: MIT */
/* `CALL [ARG...]` -> what is asked of the engine. What the arguments are is told by what the call takes. */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "cli/cli.h"
#include "cli/run.h"
#include "core/call.h"
#include "core/policy/address.h"
#include "core/policy/compile.h"
#include "hook/policy.h"

struct words {
    char **at, **end;
    const char *call;
};

/* A function of that name, else the one that an operation or a system call is best known by. */
static unsigned find_call(const char *name)
{
    struct call_set set = { 0 };
    int found = call_find(name, strlen(name));
    if (found >= 0)
        return (unsigned)found;
    if (!call_set_add(&set, name, strlen(name)))
        refuse_call(STATUS_FAILED, "", name, strlen(name));
    if (*name == '%' || *name == '*' || strcmp(name, "all") == 0)
        die(STATUS_FAILED, "'%s': expected one call, not a class of them", name);
    unsigned call = 0;
    while (!call_set_has(&set, call))
        call++;
    found = strcmp(call_op(call), "exec") == 0 ? CALL_execve : call_find(call_op(call), strlen(call_op(call)));
    return found >= 0 ? (unsigned)found : call;
}

static bool has_kind(unsigned call, unsigned kind)
{
    return call_arg_of_kind(call, kind, 0) >= 0;
}

static unsigned count_paths(unsigned call)
{
    unsigned n = 0;
    for (unsigned i = 0; i < call_table[call].args; i++) {
        unsigned kind = call_table[call].arg_kind[i];
        n += kind == KIND_PATH || kind == KIND_TEMPLATE || kind == KIND_PATTERN || kind == KIND_SHMNAME;
    }
    return n;
}

static char *take(struct words *words, const char *what)
{
    if (words->at == words->end)
        die(STATUS_FAILED, "%s: expected %s", words->call, what);
    return *words->at++;
}

static struct sockaddr_un *unix_address(const char *name, size_t *ret_len)
{
    static struct sockaddr_un address = { .sun_family = AF_UNIX };
    size_t len = strlen(name);
    if (len == 0 || len >= sizeof address.sun_path)
        die(STATUS_FAILED, "unix:%s: not the name of a socket", name);
    memcpy(address.sun_path, name, len);
    if (*name == '@')
        address.sun_path[0] = '\0';
    *ret_len = offsetof(struct sockaddr_un, sun_path) + len + (*name != '@');
    return &address;
}

/* given: what the user wrote, for the message. */
static const void *ip_address(const char *word, const char *given, size_t *ret_len)
{
    static struct sockaddr_in v4 = { .sin_family = AF_INET };
    static struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
    struct address address;
    const char *error = address_parse(word, strlen(word), &address);
    if (error || address.family == 0 || address.bits != (address.family == 4 ? 32 : 128) || address.first != address.last)
        die(STATUS_FAILED, "'%s': expected one address and port like 10.0.0.1:80, [::1]:80, a.host:80 or unix:PATH", given);
    if (address.family == 4) {
        v4.sin_port = htons(address.first);
        memcpy(&v4.sin_addr, address.bytes, 4);
        *ret_len = sizeof v4;
        return &v4;
    }
    v6.sin6_port = htons(address.first);
    memcpy(&v6.sin6_addr, address.bytes, 16);
    *ret_len = sizeof v6;
    return &v6;
}

/* The name alone: it is not resolved, and stands for no address that a rule may name. */
static const void *host_address(struct hook_request *request, char *word)
{
    static char nowhere[32] = "255.255.255.255";
    const char *colon = strchr(word, ':');
    if (colon)
        snprintf(nowhere + strlen(nowhere), sizeof nowhere - strlen(nowhere), "%s", colon);
    request->host = strndup(word, strcspn(word, ":"));
    return ip_address(nowhere, word, &request->sockaddr_len);
}

static void take_address(struct hook_request *request, struct words *words)
{
    char *word = take(words, "an address like 10.0.0.1:80");
    if (strncmp(word, "unix:", 5) == 0)
        request->sockaddr = unix_address(word + 5, &request->sockaddr_len);
    else if (is_host_name(word, strlen(word)))
        request->sockaddr = host_address(request, word);
    else
        request->sockaddr = ip_address(word, word, &request->sockaddr_len);
}

/* The program and its arguments; for system and popen what the shell is given. */
static void take_program(struct hook_request *request, struct words *words, unsigned call)
{
    static const char *shell[] = { "sh", "-c", NULL, NULL };
    char **argv = words->at;
    char *first = take(words, "a program");
    words->at = words->end;
    if (count_paths(call) == 0 && !has_kind(call, KIND_FD)) {
        shell[2] = first;
        request->argv = shell;
        words->at = argv + 1;
        return;
    }
    bool found;
    request->path = strchr(first, '/') ? first : run_search_program(first, &found);
    if (!request->path)
        die(STATUS_FAILED, "'%s': no program of that name is found in PATH, so that it is not known which is asked about", first);
    request->argv = (const char *const *)argv;
}

/* A number, or the file that the descriptor is of. */
static void take_descriptor(struct hook_request *request, struct words *words)
{
    char *end, *word = take(words, "a descriptor or its file");
    long fd = strtol(word, &end, 10);
    request->fd = *word && !*end ? (int)fd : -1;
    if (request->fd < 0)
        request->path = word;
}

static unsigned access_of_flag(const char *word, size_t len)
{
    static const struct {
        char name[10];
        uint8_t access;
    } flags[] = {
        { "read", HOOK_ACCESS_READ },      { "write", HOOK_ACCESS_WRITE },    { "create", HOOK_ACCESS_CREATE },
        { "O_RDONLY", HOOK_ACCESS_READ },  { "O_WRONLY", HOOK_ACCESS_WRITE }, { "O_RDWR", HOOK_ACCESS_READ | HOOK_ACCESS_WRITE },
        { "O_CREAT", HOOK_ACCESS_CREATE }, { "O_TRUNC", HOOK_ACCESS_WRITE },
    };
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (strlen(flags[i].name) == len && memcmp(flags[i].name, word, len) == 0)
            return flags[i].access;
    if (len < 3 || memcmp(word, "O_", 2) != 0)
        die(STATUS_FAILED, "'%.*s': expected read, write, create or flags of open like O_WRONLY|O_CREAT", (int)len, word);
    return 0;
}

/* The mode of fopen: "r", "w+". */
static unsigned access_of_mode(const char *mode)
{
    unsigned access = *mode == 'r' ? HOOK_ACCESS_READ : HOOK_ACCESS_WRITE | HOOK_ACCESS_CREATE;
    bool known = *mode && strchr("rwa", *mode) && strspn(mode + 1, "+bcemtx") == strlen(mode + 1);
    return !known ? 0 : strchr(mode, '+') ? access | HOOK_ACCESS_READ | HOOK_ACCESS_WRITE : access;
}

static void take_access(struct hook_request *request, struct words *words)
{
    unsigned mode = access_of_mode(*words->at);
    if (mode) {
        request->access = mode;
        words->at++;
        return;
    }
    for (const char *word = take(words, "how it is opened");; word++) {
        size_t len = strcspn(word, ",|");
        request->access |= access_of_flag(word, len);
        word += len;
        if (!*word)
            return;
    }
}

static void take_data(struct hook_request *request, struct words *words)
{
    request->data = take(words, "data");
    request->data_len = strlen(request->data);
}

/* A number, or names of flags and constants: 0755, SIGTERM, PROT_READ|PROT_WRITE. */
static bool is_word_value(const char *word)
{
    bool begins = (*word >= '0' && *word <= '9') || (*word >= 'A' && *word <= 'Z') || (*word == '-' && word[1]);
    return begins && !strpbrk(word, "/. ");
}

/* The folder that the path is relative to decides nothing where it is the current one, or the path is absolute. Of another
 * nothing is known here. */
static void skip_folder(struct words *words, unsigned call)
{
    const char *word = words->at < words->end ? *words->at : "", *next = words->end - words->at > 1 ? words->at[1] : "";
    bool number = *word && strspn(word, "0123456789") == strlen(word) && *next && !is_word_value(next);
    if (!has_kind(call, KIND_DIRFD) || (strcmp(word, "AT_FDCWD") != 0 && !number))
        return;
    if (number && *next != '/')
        die(STATUS_FAILED, "%s: it is not known what folder %s is: expected AT_FDCWD, or a path that begins with '/'",
            words->call, word);
    words->at++;
}

/* The text of a symbolic link, which stands before the path, decides nothing either. */
static void skip_before_path(struct words *words, unsigned call)
{
    if (call_arg_of_kind(call, KIND_STR, 0) == 0 && words->end - words->at > 1)
        words->at++;
    skip_folder(words, call);
}

/* The rest of what the call takes, from an argument on, which no rule asks about: a mode, a length, a name to look up. */
static void skip_rest(struct words *words, unsigned call, unsigned from)
{
    const struct call *row = &call_table[call];
    for (unsigned i = from; i < row->args && words->at < words->end; i++) {
        unsigned kind = row->arg_kind[i];
        bool text = kind == KIND_STR || kind == KIND_FORMAT;
        bool value = kind_copied(kind) == COPIED_WORD && kind != KIND_DIRFD && kind != KIND_ATFLAGS && kind != KIND_SOCKLEN;
        if (text || (value && is_word_value(*words->at)))
            words->at++;
    }
}

void explain_request(struct hook_request *ret, int argc, char **argv)
{
    struct words words = { argv + 1, argv + argc, argv[0] };
    unsigned call = find_call(argv[0]), paths = count_paths(call);
    ret->symbol = call_symbol(call);
    bool exec = strcmp(call_op(call), "exec") == 0, message = call_message_arg(call) >= 0;
    bool data = message || has_kind(call, KIND_BUF_IN) || has_kind(call, KIND_IOV_IN);
    if (exec)
        take_program(ret, &words, call);
    else if (message || has_kind(call, KIND_SOCKADDR))
        take_address(ret, &words);
    else if (paths > 0) {
        skip_before_path(&words, call);
        ret->path = take(&words, "a path");
    } else if (has_kind(call, KIND_FD) || has_kind(call, KIND_STREAM) || has_kind(call, KIND_DIRP))
        take_descriptor(ret, &words);
    if (paths > 1 && !exec) {
        skip_folder(&words, call);
        ret->path2 = take(&words, "a second path");
    }
    if (words.at < words.end && paths > 0 && strcmp(call_op(call), "open") == 0)
        take_access(ret, &words);
    if (words.at < words.end && data)
        take_data(ret, &words);
    skip_rest(&words, call, words.at > argv + 1);
    if (words.at < words.end)
        die(STATUS_FAILED, "%s: unexpected argument '%s'", words.call, *words.at);
}
