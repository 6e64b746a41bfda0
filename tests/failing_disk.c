/* A disk that fails, for the process that loads this before libc: LD_PRELOAD.

failing_disk_arm(sync, write): the sync-th sync from now on fails, and every later one; the write-th write at a
place in a file (as SQLite writes) gets half of its bytes onto the disk, and the process ends. 0 for never. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <sys/types.h>
#include <unistd.h>

static int syncs, writes, failing_sync, failing_write;

void failing_disk_arm(int sync, int write) {
    syncs = writes = 0;
    failing_sync = sync;
    failing_write = write;
}

int failing_disk_syncs(void) { return syncs; }
int failing_disk_writes(void) { return writes; }

static int synced(const char *name, int file) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    if (++syncs >= failing_sync && failing_sync) {
        errno = EIO;
        return -1;
    }
    return real(file);
}

int fsync(int file) { return synced("fsync", file); }
int fdatasync(int file) { return synced("fdatasync", file); }

static ssize_t written(const char *name, int file, const void *bytes, size_t count, off_t place) {
    ssize_t (*real)(int, const void *, size_t, off_t) =
        (ssize_t(*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, name);
    if (++writes == failing_write) {
        real(file, bytes, count / 2, place);
        _exit(9);
    }
    return real(file, bytes, count, place);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t place) {
    return written("pwrite", file, bytes, count, place);
}
ssize_t pwrite64(int file, const void *bytes, size_t count, off_t place) {
    return written("pwrite64", file, bytes, count, place);
}
