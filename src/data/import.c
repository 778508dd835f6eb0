/* import.c: formats that are read by a program of their own, nabla-import:
 * their libraries are large, and what a hostile file does to them stays
 * there.  It writes the array as .npy to its standard output, or "!" and
 * what is wrong. */
#include "data/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef NABLA_LIBEXEC
#define NABLA_LIBEXEC "/usr/local/libexec/nabla"
#endif

enum { PATH_SIZE = 4096, PATIENCE_MS = 120000 };

extern char **environ;

static bool is_program(char *path, const char *folder, int n,
                       const char *rest)
{
    int k = snprintf(path, PATH_SIZE, "%.*s%s/nabla-import", n, folder, rest);
    return k > 0 && k < PATH_SIZE && access(path, X_OK) == 0;
}

/* $NABLA_IMPORT; beside the running program; where both are installed. */
static bool find_program(char path[PATH_SIZE])
{
    char self[PATH_SIZE];
    const char *given = getenv("NABLA_IMPORT");
    if (given && *given)
        return snprintf(path, PATH_SIZE, "%s", given) < PATH_SIZE &&
               access(path, X_OK) == 0;
    ssize_t n = readlink("/proc/self/exe", self, sizeof self);
    while (n > 0 && self[n - 1] != '/')
        n--;
    return (n > 0 && (is_program(path, self, (int)n - 1, "") ||
                      is_program(path, self, (int)n - 1,
                                 "/../libexec/nabla"))) ||
           is_program(path, NABLA_LIBEXEC, (int)strlen(NABLA_LIBEXEC), "");
}

/* Its output goes into ends[1], nothing comes in, its complaints are lost. */
static pid_t start(char **argv, const int ends[2])
{
    posix_spawn_file_actions_t acts;
    pid_t pid = -1;
    if (posix_spawn_file_actions_init(&acts) != 0)
        return -1;
    if (posix_spawn_file_actions_addopen(&acts, 0, "/dev/null", O_RDONLY,
                                         0) != 0 ||
        posix_spawn_file_actions_adddup2(&acts, ends[1], 1) != 0 ||
        posix_spawn_file_actions_addopen(&acts, 2, "/dev/null", O_WRONLY,
                                         0) != 0 ||
        posix_spawn(&pid, argv[0], &acts, NULL, argv, environ) != 0)
        pid = -1;
    posix_spawn_file_actions_destroy(&acts);
    return pid;
}

/* Does anything come, in the time there is? */
static bool wait_for(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int k;
    do
        k = poll(&p, 1, PATIENCE_MS);
    while (k < 0 && errno == EINTR);
    return k > 0;
}

static void finish(pid_t pid, bool stop, int *status)
{
    if (stop)
        kill(pid, SIGKILL);
    while (waitpid(pid, status, 0) < 0)
        if (errno != EINTR) {
            *status = 0;
            return;
        }
}

static bool fail_import(File *f, int status)
{
    static const char mend[] = "save the array as .npy";
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        return file_fail(f, ERR_LIMIT, mend, "reading it takes too long");
    return file_fail(f, ERR_LANGUAGE, mend,
                     "reading it failed (%s %d); the file may be broken",
                     WIFSIGNALED(status) ? "signal" : "status",
                     WIFSIGNALED(status) ? WTERMSIG(status)
                                         : WEXITSTATUS(status));
}

/* What came out of the program, as an array. */
static bool take_output(File *f, int status, Array *out)
{
    if (f->size && f->bytes[0] == '!')
        return file_fail(f, ERR_LANGUAGE, NULL, "%.*s",
                         f->size < 400 ? (int)f->size - 1 : 400,
                         (const char *)f->bytes + 1);
    if (status != 0)
        return fail_import(f, status);
    f->at = 0;
    return npy_read(f, out);
}

static bool run(File *f, char **argv, Array *out)
{
    int ends[2], status = 0;
    if (pipe(ends) != 0)
        return file_fail(f, ERR_MEMORY, NULL, "there is no pipe: %s",
                         strerror(errno));
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    pid_t pid = start(argv, ends);
    close(ends[1]);
    bool ok = pid > 0 && wait_for(ends[0]) && file_slurp(f, ends[0]);
    close(ends[0]);
    if (pid > 0)
        finish(pid, !ok, &status);
    return ok ? take_output(f, status, out)
              : file_fail(f, ERR_LIMIT, NULL, "%s",
                          pid > 0 ? "reading it takes too long"
                                  : "nabla-import does not start");
}

bool import_read(File *f, const char *format, Array *out)
{
    char program[PATH_SIZE], memory[32];
    if (!find_program(program))
        return file_fail(f, ERR_UNSUPPORTED,
                         "install it, or say where it is in NABLA_IMPORT; "
                         "or save the array as .npy",
                         "nabla-import, which reads such files, is not "
                         "there");
    if (f->fd < 0)
        return file_fail(f, ERR_UNSUPPORTED, NULL,
                         "such a file cannot come through a pipe");
    close(f->fd);
    f->fd = -1;
    snprintf(memory, sizeof memory, "%zu", f->ctx->limits.memory);
    const char *argv[] = {program, memory, format, f->path, f->member, NULL};
    return run(f, (char **)(uintptr_t)argv, out);
}
