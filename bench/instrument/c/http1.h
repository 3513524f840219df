/* What upstream.c and load.c share: a clock, sockets, and just enough HTTP/1.1 to know where a message
 * ends. Both sides are ours and on loopback, so nothing here defends against hostile input; what does
 * not fit is counted as broken, never guessed at. */
#ifndef BENCH_HTTP1_H
#define BENCH_HTTP1_H

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* CLOCK_MONOTONIC is one clock for every process of a machine: a stamp written by the upstream can be
 * compared with the moment the load generator reads it. */
static inline uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

static inline void die(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}

/* Ends with its parent (also when that one is killed outright), takes all the descriptors it may have,
 * and sleeps exactly as long as asked instead of up to 50 us more. */
static inline void settle_in(void) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_TIMERSLACK, 1);
  signal(SIGPIPE, SIG_IGN);
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
}

static inline void no_delay(int fd) {
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* ---- where a body ends ---- */

enum framing { BY_LENGTH, BY_CHUNKS, BY_CLOSE };
enum chunk_state { SIZE, EXTENSION, DATA, DATA_CR, DATA_LF, TRAILER, TRAILER_LINE };

struct frame {
  enum framing by;
  enum chunk_state state;
  uint64_t left; /* bytes left: of the body, or of the chunk */
  int done, bad;
};

static inline struct frame frame_of(enum framing by, uint64_t length) {
  return (struct frame){.by = by, .state = SIZE, .left = length, .done = by == BY_LENGTH && length == 0};
}

static inline int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

typedef void body_sink(void *owner, const char *bytes, size_t count);

/* Takes bytes from the wire, hands the body bytes among them to `sink`; says how many belonged to it. */
static inline size_t frame_feed(struct frame *f, const char *p, size_t n, body_sink *sink, void *owner) {
  size_t at = 0;
  while (at < n && !f->done && !f->bad) {
    if (f->by != BY_CHUNKS || f->state == DATA) {
      size_t take = n - at;
      if (f->by != BY_CLOSE && take > f->left) take = f->left;
      if (sink) sink(owner, p + at, take);
      at += take;
      if (f->by == BY_CLOSE) continue;
      f->left -= take;
      if (f->left > 0) continue;
      if (f->by == BY_LENGTH) f->done = 1;
      else f->state = DATA_CR;
      continue;
    }
    char c = p[at++];
    int digit;
    switch (f->state) {
      case SIZE:
        if ((digit = hex_digit(c)) >= 0) f->left = f->left * 16 + (uint64_t)digit;
        else if (c == '\n') f->state = f->left > 0 ? DATA : TRAILER;
        else if (c != '\r') f->state = EXTENSION;
        break;
      case EXTENSION:
        if (c == '\n') f->state = f->left > 0 ? DATA : TRAILER;
        break;
      case DATA_CR: f->state = DATA_LF; f->bad = c != '\r'; break;
      case DATA_LF: f->state = SIZE; f->bad = c != '\n'; break;
      case TRAILER:
        if (c == '\n') f->done = 1;
        else if (c != '\r') f->state = TRAILER_LINE;
        break;
      case TRAILER_LINE:
        if (c == '\n') f->state = TRAILER;
        break;
      case DATA: break;
    }
  }
  return at;
}

/* ---- heads ---- */

struct text { const char *at; size_t length; };

static inline int is_text(struct text t, const char *lower) {
  size_t n = strlen(lower);
  return t.length == n && strncasecmp(t.at, lower, n) == 0;
}

/* Length of the head including its blank line, or 0 while it is not complete. */
static inline size_t head_length(const char *p, size_t n) {
  const char *end = memmem(p, n, "\r\n\r\n", 4);
  return end ? (size_t)(end - p) + 4 : 0;
}

/* Steps to the next header line at `*p`; 0 at the blank line. Start behind the first line. */
static inline int next_header(const char **p, const char *end, struct text *name, struct text *value) {
  const char *line = *p;
  const char *stop = memchr(line, '\r', (size_t)(end - line));
  if (!stop || stop == line) return 0;
  *p = stop + 2;
  const char *colon = memchr(line, ':', (size_t)(stop - line));
  if (!colon) return 0;
  *name = (struct text){line, (size_t)(colon - line)};
  const char *v = colon + 1;
  while (v < stop && *v == ' ') v++;
  *value = (struct text){v, (size_t)(stop - v)};
  return 1;
}

/* ---- event streams ---- */

/* Counts the blank lines that end events. `last` carries the byte before across calls. Written without
 * branches so that the compiler makes wide compares of it: it must not be what limits a run. */
static inline uint32_t count_events(const char *p, size_t n, char *last) {
  if (n == 0) return 0;
  uint32_t found = *last == '\n' && p[0] == '\n';
  size_t at = 0;
  while (at + 1 < n) {
    size_t block = n - 1 - at < 255 ? n - 1 - at : 255;
    uint8_t here = 0; /* 255 steps at most: it cannot overflow */
    for (size_t i = 0; i < block; i++) here += (uint8_t)((p[at + i] == '\n') & (p[at + i + 1] == '\n'));
    found += here;
    at += block;
  }
  *last = p[n - 1];
  return found;
}

/* A delta event as the upstream writes it: prefix, " #SSSSSSSS @TTTTTTTTTTTTTTTTTTTT", suffix. */
#define DELTA_PREFIX                                                                                        \
  "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"                        \
  "\"delta\":{\"type\":\"text_delta\",\"text\":\""
#define DELTA_STAMP " #%08u @%020llu"
#define DELTA_STAMP_LENGTH 32
#define DELTA_SUFFIX " words of the answer\"}}\n\n"

#endif
