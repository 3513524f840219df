/* What upstream.c is asked for, from the first line of a request. */
#ifndef BENCH_ASKED_H
#define BENCH_ASKED_H

#include "answers.h"

enum { TICK_NS = 1000000, SLOTS = 4096 };
enum answer { JSON, FAST, COALESCED, PACED, COUNT, STATS, RESET, USUAL, FAIL, UNKNOWN };

struct asked { enum answer answer; uint32_t events; uint64_t interval_ns; };

/* What a POST gets that says nothing itself: some proxies drop the query on its way. GET /usual?answer=… sets it. */
static struct asked usual = {JSON, 0, 0};

/* The status of every answer to the failing key; 0: it is answered like any other. GET /fail?status=… sets it. */
static int failing_status;

static uint64_t number_in(const char *query, size_t n, const char *name) {
  const char *at = memmem(query, n, name, strlen(name));
  return at ? strtoull(at + strlen(name), NULL, 10) : 0;
}

static enum answer answer_in(const char *line, size_t n) {
  static const struct { const char *text; enum answer answer; } known[] = {
      {"answer=json", JSON}, {"answer=fast", FAST}, {"answer=coalesced", COALESCED},
      {"answer=paced", PACED}, {"answer=count", COUNT},
  };
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (memmem(line, n, known[i].text, strlen(known[i].text))) return known[i].answer;
  return UNKNOWN;
}

/* A query is only believed where it can be served: streams of a known length, a pace that fits the wheel. */
static struct asked asked_in(const char *line, size_t n) {
  uint64_t events = number_in(line, n, "events="), interval = number_in(line, n, "interval_us=") * 1000;
  struct asked asked = {answer_in(line, n), (uint32_t)events, interval};
  if (asked.answer == FAST || asked.answer == COALESCED) {
    if (events < 5 || events > STREAM_MAX) asked.answer = UNKNOWN;
    else make_stream((uint32_t)events);
  }
  int is_pace = (events == 0 || events >= 5) && interval > 0 && interval < (uint64_t)(SLOTS - 2) * TICK_NS;
  if (asked.answer == PACED && !is_pace) asked.answer = UNKNOWN;
  return asked;
}

static int is_line(const char *line, size_t n, const char *start) {
  return n >= strlen(start) && memcmp(line, start, strlen(start)) == 0;
}

static struct asked read_target(const char *line, size_t n) {
  if (is_line(line, n, "GET /stats ")) return (struct asked){.answer = STATS};
  if (is_line(line, n, "GET /reset ")) return (struct asked){.answer = RESET};
  if (is_line(line, n, "GET /usual?")) {
    usual = asked_in(line, n);
    return (struct asked){.answer = usual.answer == UNKNOWN ? UNKNOWN : USUAL};
  }
  if (is_line(line, n, "GET /fail?")) {
    failing_status = (int)number_in(line, n, "status=");
    return (struct asked){.answer = FAIL};
  }
  if (memmem(line, n, "answer=", 7)) return asked_in(line, n);
  if (!is_line(line, n, "POST /v1/messages")) return (struct asked){.answer = UNKNOWN};
  if (is_line(line, n, "POST /v1/messages/count_tokens")) return (struct asked){.answer = COUNT};
  if (usual.answer == FAST || usual.answer == COALESCED) make_stream(usual.events);
  return usual;
}

#endif
