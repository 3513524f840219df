/* Durations that were seen, every one of them kept: quantiles are exact, not read from a histogram. */
#ifndef BENCH_SERIES_H
#define BENCH_SERIES_H

#include "http1.h"

/* In tenths of a microsecond, so that a million of them stay small. */
struct series { uint32_t *at; size_t count, room; };

static void note(struct series *s, uint64_t ns) {
  if (s->count == s->room) {
    s->room = s->room ? s->room * 2 : 65536;
    s->at = realloc(s->at, s->room * sizeof *s->at);
    if (!s->at) die("memory");
  }
  s->at[s->count++] = ns / 100 > UINT32_MAX ? UINT32_MAX : (uint32_t)(ns / 100);
}

static int ascending(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static void print_quantiles(const char *name, struct series *s) {
  if (s->count == 0) return;
  qsort(s->at, s->count, sizeof *s->at, ascending);
  printf(",\"%s\":{\"count\":%zu,\"p50Us\":%.1f,\"p99Us\":%.1f,\"maxUs\":%.1f}", name, s->count,
         s->at[s->count / 2] / 10.0, s->at[s->count * 99 / 100] / 10.0, s->at[s->count - 1] / 10.0);
}

#endif
