/* Loaded before the C library: the process's clock on the wall is wrong by what the file in PLUMB_TEST_CLOCK
 * says, in nanoseconds. Clocks that only ever go forward are left alone. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000LL

static volatile long long *wrong_by;
static int (*right)(clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("PLUMB_TEST_CLOCK");
    right = dlsym(RTLD_NEXT, "clock_gettime");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *page = mmap(NULL, sizeof(long long), PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (page != MAP_FAILED) wrong_by = page;
}

int clock_gettime(clockid_t clock, struct timespec *found) {
    if (!right) right = dlsym(RTLD_NEXT, "clock_gettime");
    int failed = right(clock, found);
    if (failed || !wrong_by || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) return failed;
    long long moment = found->tv_sec * SECOND + found->tv_nsec + *wrong_by;
    found->tv_sec = moment / SECOND;
    found->tv_nsec = moment % SECOND;
    return 0;
}

int gettimeofday(struct timeval *restrict found, void *restrict zone) {
    struct timespec moment;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &moment);
    found->tv_sec = moment.tv_sec;
    found->tv_usec = moment.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *found) {
    struct timespec moment;
    clock_gettime(CLOCK_REALTIME, &moment);
    if (found) *found = moment.tv_sec;
    return moment.tv_sec;
}
