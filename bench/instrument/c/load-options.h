/* What load.c is told, what it has seen, and the request it makes of that. */
#ifndef BENCH_LOAD_OPTIONS_H
#define BENCH_LOAD_OPTIONS_H

#include "http1.h"
#include "series.h"

enum { IN_MAX = 16384, BATCH = 512, EVENTS_BEFORE_ABORT = 3 };
enum mode { CLOSED, RATE, PACED, ABORTS };
enum state { OFF, CONNECTING, IDLE, ASKING };

struct conn {
  int fd, index, served, watches_out, has_head, status, wants_close, has_echo, leaves;
  enum state state;
  uint64_t due, first, echo;
  size_t out_at, head_length;
  char *head, *session; /* where its session's number stands in `head` */
  struct frame frame;
  uint32_t events, next; /* delivered, and the number the next one should have */
  char last;
  size_t in_length;
  char in[IN_MAX]; /* a head, later an event, that came in pieces */
};

static struct {
  const char *host, *path, *key;
  char headers[2048]; /* further ones, each with its end of line */
  long port, connections, seconds, warmup_ms, rate, burst, body, events, ramp_ms, total, rest_us, leave_percent,
      new_sessions, any_length;
} opt = {.host = "127.0.0.1", .path = "/v1/messages?answer=json", .key = "sk-ant-api03-bench-client",
         .connections = 1, .seconds = 5, .rate = 200, .burst = 1, .body = 1024, .total = 1000};

static struct {
  uint64_t requests, left, events, bytes, bad_status, broken, wrong, connect_errors, reconnects, unanswered;
  int last_bad_status;
  struct series latency, first_byte, delay, late;
} seen;

static enum mode mode;
static int poller, stopping, busy; /* `busy`: connections that are being made or wait for an answer */
static struct conn *conns;
static char *body;
static size_t body_length;
static struct sockaddr_in address;
static uint64_t began, from, until, read_at; /* `read_at`: when the bytes in hand were read */
static uint64_t started;                     /* requests (rate), streams (paced, aborts) begun so far */
static uint64_t waiting_from, *waiting;      /* rate: moments that were due while every connection was busy */

static void fail(const char *why, int code) {
  fprintf(stderr, "load: %s\n", why);
  exit(code);
}

static void read_options(int argc, char **argv) {
  struct { const char *name; long *number; const char **word; } known[] = {
      {"--host", 0, &opt.host}, {"--path", 0, &opt.path}, {"--key", 0, &opt.key},
      {"--port", &opt.port, 0}, {"--connections", &opt.connections, 0},
      {"--seconds", &opt.seconds, 0}, {"--warmup-ms", &opt.warmup_ms, 0},
      {"--rate", &opt.rate, 0}, {"--body", &opt.body, 0}, {"--events", &opt.events, 0},
      {"--ramp-ms", &opt.ramp_ms, 0}, {"--rest-us", &opt.rest_us, 0}, {"--total", &opt.total, 0},
      {"--burst", &opt.burst, 0}, {"--leave-percent", &opt.leave_percent, 0},
      {"--new-sessions", &opt.new_sessions, 0}, {"--any-length", &opt.any_length, 0}};
  const char *modes[] = {"closed", "rate", "paced", "aborts"};
  int at = -1;
  for (int i = 0; i < 4 && argc > 1; i++)
    if (strcmp(argv[1], modes[i]) == 0) at = i;
  if (at < 0) fail("closed, rate, paced or aborts?", 2);
  mode = (enum mode)at;
  for (int i = 2; i < argc; i += 2) {
    size_t k = 0, count = sizeof known / sizeof *known, filled = strlen(opt.headers);
    if (strcmp(argv[i], "--header") == 0 && i + 1 < argc) {
      snprintf(opt.headers + filled, sizeof opt.headers - filled, "%s\r\n", argv[i + 1]);
      continue;
    }
    while (k < count && strcmp(argv[i], known[k].name) != 0) k++;
    if (k == count || i + 1 == argc) fail(argv[i], 2);
    if (known[k].word) *known[k].word = argv[i + 1];
    else *known[k].number = atol(argv[i + 1]);
  }
}

/* The shape of a Claude Code call: model first, the bulk in the middle, `stream` last. */
static void make_body(void) {
  static const char words[] = "please read this file and say what it does, then change the failing test; ";
  int streams = opt.events > 0 || strstr(opt.path, "answer=paced") != NULL;
  const char *start = "{\"model\":\"claude-sonnet-4-5-20250929\","
                      "\"messages\":[{\"role\":\"user\",\"content\":\"";
  const char *end = streams ? "\"}],\"max_tokens\":1024,\"stream\":true}"
                            : "\"}],\"max_tokens\":1024,\"stream\":false}";
  size_t least = strlen(start) + strlen(end);
  body_length = (size_t)opt.body > least ? (size_t)opt.body : least;
  body = malloc(body_length + 1);
  memcpy(body, start, strlen(start));
  for (size_t i = strlen(start); i < body_length - strlen(end); i++) body[i] = words[i % (sizeof words - 1)];
  memcpy(body + body_length - strlen(end), end, strlen(end));
}

/* As many headers as Claude Code sends; a session of its own for each connection. */
static void make_head(struct conn *c) {
  char out[8192];
  int n = snprintf(out, sizeof out,
      "POST %s HTTP/1.1\r\nhost: %s:%ld\r\naccept: application/json\r\ncontent-type: application/json\r\n"
      "user-agent: claude-code-proxy-bench/1\r\nx-api-key: %s\r\n%santhropic-version: 2023-06-01\r\n"
      "anthropic-beta: claude-code-20250219,interleaved-thinking-2025-05-14,context-management-2025-06-27\r\n"
      "x-app: cli\r\nx-claude-code-session-id: %08x-0000-4000-8000-%012x\r\nx-stainless-arch: x64\r\n"
      "x-stainless-lang: js\r\nx-stainless-os: Linux\r\nx-stainless-package-version: 0.128.0\r\n"
      "x-stainless-retry-count: 0\r\nx-stainless-runtime: node\r\nx-stainless-runtime-version: v26.12.1\r\n"
      "x-stainless-timeout: 600\r\nconnection: keep-alive\r\ncontent-length: %zu\r\n\r\n",
      opt.path, opt.host, opt.port, opt.key, opt.headers,
      0x5e551000u + (unsigned)c->index, (unsigned)c->index, body_length);
  c->head = strdup(out);
  c->head_length = (size_t)n;
  c->session = strstr(c->head, "x-claude-code-session-id: ") + 26 + 24;
}

static void report(uint64_t ended) {
  struct rusage use;
  getrusage(RUSAGE_SELF, &use);
  double cpu = (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
               (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
  double seconds = (double)((ended < until ? ended : until) - from) / 1e9;
  uint64_t due = mode == PACED ? (uint64_t)opt.connections * (uint64_t)opt.events : 0;
  printf("{\"requests\":%llu,\"left\":%llu,\"seconds\":%.3f,\"perSecond\":%.1f,\"events\":%llu,\"eventsDue\":%llu"
         ",\"bytes\":%llu",
         (unsigned long long)seen.requests, (unsigned long long)seen.left, seconds, (double)seen.requests / seconds,
         (unsigned long long)seen.events, (unsigned long long)due, (unsigned long long)seen.bytes);
  printf(",\"badStatus\":%llu,\"lastBadStatus\":%d,\"broken\":%llu,\"wrong\":%llu,\"connectErrors\":%llu"
         ",\"reconnects\":%llu,\"unanswered\":%llu,\"cpuSeconds\":%.3f,\"wallSeconds\":%.3f",
         (unsigned long long)seen.bad_status, seen.last_bad_status, (unsigned long long)seen.broken,
         (unsigned long long)seen.wrong, (unsigned long long)seen.connect_errors,
         (unsigned long long)seen.reconnects, (unsigned long long)seen.unanswered, cpu,
         (double)(ended - began) / 1e9);
  print_quantiles("latency", &seen.latency);
  print_quantiles("firstByte", &seen.first_byte);
  print_quantiles("delay", &seen.delay);
  print_quantiles("late", &seen.late);
  puts("}");
}

#endif
