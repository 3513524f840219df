/* The load of the benchmark: one thread, epoll, keep-alive. It prints one line of JSON.
 *
 *   load closed  --port P --path T --connections N --seconds S --warmup S   as fast as the answers come
 *   load rate    … --rate R        R requests a second whatever the answers do; a latency counts from the
 *                                  moment its request was due, so that a stall is felt by all it delayed
 *   load paced   … --ramp-ms M --events N   one stream a connection: every event's delay, what was lost
 *   load aborts  … --total N                each stream is left after a few events, N in all
 *
 * Also: --host, --body BYTES of the request, --events N expected in an answer, --key, --bearer 1, and
 * --rest-us U: sleep that long before each look at the sockets (see docs/benchmarks.md, "SSE fast"). */
#include "http1.h"
#include "series.h"
#include <sys/uio.h>

enum { IN_MAX = 16384, BATCH = 512, EVENTS_BEFORE_ABORT = 3 };
enum mode { CLOSED, RATE, PACED, ABORTS };
enum state { OFF, CONNECTING, IDLE, ASKING };

struct conn {
  int fd, index, served, watches_out, has_head, status, wants_close, has_echo;
  enum state state;
  uint64_t due, first, echo;
  size_t out_at, head_length;
  char *head;
  struct frame frame;
  uint32_t events, next; /* delivered, and the number the next one should have */
  char last;
  size_t in_length;
  char in[IN_MAX]; /* a head, later an event, that came in pieces */
};

static struct {
  const char *host, *path, *key;
  long port, connections, seconds, warmup_ms, rate, body, events, ramp_ms, total, rest_us, bearer;
} opt = {.host = "127.0.0.1", .path = "/v1/messages?answer=json", .key = "sk-ant-api03-bench-client",
         .connections = 1, .seconds = 5, .rate = 200, .body = 1024, .total = 1000};

static struct {
  uint64_t requests, events, bytes, bad_status, broken, wrong, connect_errors, reconnects, unanswered;
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

static void ask(struct conn *c, uint64_t due);
static void dial(struct conn *c);

static void fail(const char *why, int code) {
  fprintf(stderr, "load: %s\n", why);
  exit(code);
}

/* ---- figures ---- */

static void report(uint64_t ended) {
  struct rusage use;
  getrusage(RUSAGE_SELF, &use);
  double cpu = (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
               (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
  double seconds = (double)((ended < until ? ended : until) - from) / 1e9;
  uint64_t due = mode == PACED ? (uint64_t)opt.connections * (uint64_t)opt.events : 0;
  printf("{\"requests\":%llu,\"seconds\":%.3f,\"perSecond\":%.1f,\"events\":%llu,\"eventsDue\":%llu"
         ",\"bytes\":%llu",
         (unsigned long long)seen.requests, seconds, (double)seen.requests / seconds,
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

/* ---- answers ---- */

static void hang_up(struct conn *c, int reset) {
  struct linger now = {1, 0};
  if (reset) setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  if (c->state == ASKING || c->state == CONNECTING) busy--;
  close(c->fd);
  c->fd = -1;
  c->state = OFF;
}

/* What this connection does after its answer is complete or lost. */
static void go_on(struct conn *c) {
  if (mode == PACED || stopping) {
    if (c->state != OFF) hang_up(c, 0);
  } else if (c->state == OFF) {
    if (mode != ABORTS || started < (uint64_t)opt.total) dial(c);
  } else if (mode == CLOSED) ask(c, now_ns());
  else if (waiting_from < started) ask(c, waiting[waiting_from++]);
}

static void finish(struct conn *c) {
  uint64_t now = now_ns();
  int in_time = mode == RATE ? c->due >= from : now >= from && now <= until;
  if (c->status != 200) {
    seen.bad_status++;
    seen.last_bad_status = c->status;
  } else if ((opt.events > 0 && c->events != (uint32_t)opt.events) || (c->has_echo && c->echo != body_length))
    seen.wrong++;
  else if (in_time || mode == PACED) {
    seen.requests++;
    note(&seen.latency, now - c->due);
    note(&seen.first_byte, c->first - c->due);
  }
  c->state = IDLE;
  busy--;
  c->served = 1;
  if (c->wants_close || c->out_at < c->head_length + body_length) hang_up(c, 0);
  go_on(c);
}

/* One event of a paced stream. An event out of order counts as wrong; one that comes twice or too late is
 * not delivered a second time. */
static void take_event(struct conn *c, const char *event, size_t n) {
  const size_t prefix = sizeof DELTA_PREFIX - 1;
  if (n > prefix + DELTA_STAMP_LENGTH && memcmp(event, DELTA_PREFIX, prefix) == 0) {
    uint32_t number = (uint32_t)strtoul(event + prefix + 2, NULL, 10);
    if (number != c->next) seen.wrong++;
    if (number < c->next) return;
    c->next = number;
    uint64_t stamp = strtoull(event + prefix + 12, NULL, 10);
    note(&seen.delay, read_at > stamp ? read_at - stamp : 0);
  }
  c->next++;
  c->events++;
  seen.events++;
}

static void take_body(void *owner, const char *p, size_t n) {
  struct conn *c = owner;
  seen.bytes += n;
  if (c->status != 200) return;
  if (mode != PACED) {
    uint32_t more = count_events(p, n, &c->last);
    c->events += more;
    seen.events += more;
    return;
  }
  while (n > 0) {
    size_t take = n < IN_MAX - c->in_length ? n : IN_MAX - c->in_length, at = 0;
    memcpy(c->in + c->in_length, p, take);
    c->in_length += take;
    p += take;
    n -= take;
    const char *end;
    while ((end = memmem(c->in + at, c->in_length - at, "\n\n", 2))) {
      size_t length = (size_t)(end - c->in) + 2 - at;
      take_event(c, c->in + at, length);
      at += length;
    }
    memmove(c->in, c->in + at, c->in_length -= at);
    if (c->in_length == IN_MAX) {
      seen.wrong++;
      c->in_length = 0;
    }
  }
}

static void read_head(struct conn *c, const char *head, size_t n) {
  const char *end = head + n, *p = memchr(head, '\n', n) + 1;
  struct text name, value;
  c->status = n > 12 ? atoi(head + 9) : 0;
  c->frame = frame_of(BY_CLOSE, 0);
  c->has_head = c->status >= 200 || c->status == 0;
  while (next_header(&p, end, &name, &value)) {
    if (is_text(name, "content-length")) c->frame = frame_of(BY_LENGTH, strtoull(value.at, NULL, 10));
    else if (is_text(name, "transfer-encoding")) c->frame = frame_of(BY_CHUNKS, 0);
    else if (is_text(name, "connection")) c->wants_close = is_text(value, "close");
    else if (is_text(name, "x-received-bytes")) {
      c->has_echo = 1;
      c->echo = strtoull(value.at, NULL, 10);
    }
  }
}

static void lost(struct conn *c) {
  int was_asking = c->state == ASKING, was_idle = c->state == IDLE;
  int is_complete = was_asking && c->has_head && c->frame.by == BY_CLOSE;
  int is_stale = was_asking && c->served && !c->has_head && c->in_length == 0;
  uint64_t due = c->due;
  if (is_complete) {
    c->wants_close = 1;
    finish(c);
    return;
  }
  hang_up(c, 0);
  /* A server may close an idle connection just as it is used again; HTTP clients repeat then, so do we. */
  if (is_stale) {
    seen.reconnects++;
    dial(c);
    c->due = due;
    return;
  }
  if (was_asking) seen.broken++;
  if (was_idle) seen.reconnects++;
  go_on(c);
}

static void take(struct conn *c, const char *p, size_t n) {
  if (c->state != ASKING) return; /* bytes nobody asked for */
  if (!c->first) c->first = now_ns();
  while (n > 0 && !c->has_head) {
    size_t before = c->in_length, more = n < IN_MAX - before ? n : IN_MAX - before;
    const char *head = p;
    if (before > 0) head = memcpy(c->in + before, p, more) - before; /* it came in pieces: join them */
    size_t length = head_length(head, before + more);
    if (length == 0) {
      if (before == 0) memcpy(c->in, p, more);
      c->in_length += more;
      if (c->in_length == IN_MAX) lost(c);
      return;
    }
    read_head(c, head, length);
    p += length - before;
    n -= length - before;
    c->in_length = 0;
  }
  if (n > 0) frame_feed(&c->frame, p, n, take_body, c);
  if (c->frame.bad) lost(c);
  else if (c->has_head && c->frame.done) finish(c);
  else if (mode == ABORTS && c->events >= EVENTS_BEFORE_ABORT) {
    seen.requests++;
    hang_up(c, c->index % 2); /* every second one without a goodbye, as a killed client leaves */
    go_on(c);
  }
}

/* ---- requests ---- */

static void watch(struct conn *c, int operation, int out) {
  struct epoll_event e = {.events = EPOLLIN | (out ? EPOLLOUT : 0u), .data.ptr = c};
  epoll_ctl(poller, operation, c->fd, &e);
  c->watches_out = out;
}

static void push(struct conn *c) {
  size_t whole = c->head_length + body_length;
  while (c->out_at < whole) {
    struct iovec parts[2];
    int n = 0;
    if (c->out_at < c->head_length)
      parts[n++] = (struct iovec){c->head + c->out_at, c->head_length - c->out_at};
    size_t of_body = c->out_at > c->head_length ? c->out_at - c->head_length : 0;
    parts[n++] = (struct iovec){body + of_body, body_length - of_body};
    ssize_t wrote = writev(c->fd, parts, n);
    if (wrote < 0 && errno == EAGAIN) {
      if (!c->watches_out) watch(c, EPOLL_CTL_MOD, 1);
      return;
    }
    if (wrote < 0) return; /* reading will say what happened, perhaps with an early answer */
    c->out_at += (size_t)wrote;
  }
  if (c->watches_out) watch(c, EPOLL_CTL_MOD, 0);
}

static void ask(struct conn *c, uint64_t due) {
  c->state = ASKING;
  busy++;
  c->due = due;
  c->first = c->out_at = c->in_length = 0;
  c->events = c->next = 0;
  c->last = 0;
  c->has_head = c->has_echo = c->wants_close = 0;
  push(c);
}

static void on_connected(struct conn *c) {
  int error = 0;
  socklen_t length = sizeof error;
  getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &length);
  if (error) {
    hang_up(c, 0);
    if (mode == ABORTS) started--;
    if (++seen.connect_errors > 1000) fail("over 1000 connections were refused", 1);
    go_on(c);
    return;
  }
  no_delay(c->fd);
  c->state = IDLE;
  busy--;
  if (c->due) ask(c, c->due); /* the repetition of a request */
  else if (mode != RATE) ask(c, now_ns());
  else {
    watch(c, EPOLL_CTL_MOD, 0);
    if (waiting_from < started) ask(c, waiting[waiting_from++]);
  }
}

static void dial(struct conn *c) {
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (c->fd < 0) die("socket");
  c->state = CONNECTING;
  busy++;
  if (mode == ABORTS) started++;
  c->served = 0;
  c->due = 0;
  if (connect(c->fd, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS) die("connect");
  watch(c, EPOLL_CTL_ADD, 1);
}

static void on_event(struct conn *c, uint32_t events) {
  static char scratch[262144];
  if (c->state == OFF) return;
  if (c->state == CONNECTING) {
    if (events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) on_connected(c);
    return;
  }
  if (events & (EPOLLIN | EPOLLERR | EPOLLHUP)) {
    ssize_t n = recv(c->fd, scratch, sizeof scratch, 0);
    if (n > 0) {
      if (mode == PACED) read_at = now_ns();
      take(c, scratch, (size_t)n);
    } else if (n == 0 || errno != EAGAIN) lost(c);
  } else if (events & EPOLLOUT) push(c);
}

/* ---- the clock of each mode: starts what is due, says when to look again; 0 ends the run ---- */

static uint64_t send_due(uint64_t now) {
  uint64_t step = 1000000000ull / (uint64_t)opt.rate, next;
  while ((next = from - (uint64_t)opt.warmup_ms * 1000000 + started * step) <= now && next < until) {
    if (next >= from) note(&seen.late, now - next);
    waiting[started++] = next;
    for (long i = 0; i < opt.connections; i++) {
      if (conns[i].state != IDLE) continue;
      ask(&conns[i], waiting[waiting_from++]);
      break;
    }
  }
  return next < until ? next : until;
}

static uint64_t wake_at(uint64_t now) {
  uint64_t give_up = until + (mode == PACED || mode == ABORTS ? 0 : 3000000000ull);
  int all_begun = mode == PACED    ? started == (uint64_t)opt.connections
                  : mode == ABORTS ? started >= (uint64_t)opt.total
                                   : now >= until;
  if (mode == RATE && waiting_from < started) all_begun = 0;
  if ((all_begun && busy == 0) || now >= give_up) return 0;
  if (mode == CLOSED) stopping = now >= until;
  if (mode == RATE && now < until) return send_due(now);
  if (mode == PACED && !all_begun) {
    uint64_t gap = (uint64_t)opt.ramp_ms * 1000000 / (uint64_t)opt.connections;
    while (began + started * gap <= now && started < (uint64_t)opt.connections) dial(&conns[started++]);
    return began + started * gap;
  }
  return now < until ? until : give_up;
}

/* ---- start ---- */

static void read_options(int argc, char **argv) {
  struct { const char *name; long *number; const char **word; } known[] = {
      {"--host", 0, &opt.host}, {"--path", 0, &opt.path}, {"--key", 0, &opt.key},
      {"--port", &opt.port, 0}, {"--connections", &opt.connections, 0},
      {"--seconds", &opt.seconds, 0}, {"--warmup-ms", &opt.warmup_ms, 0},
      {"--rate", &opt.rate, 0}, {"--body", &opt.body, 0}, {"--events", &opt.events, 0},
      {"--ramp-ms", &opt.ramp_ms, 0}, {"--rest-us", &opt.rest_us, 0}, {"--total", &opt.total, 0},
      {"--bearer", &opt.bearer, 0}};
  const char *modes[] = {"closed", "rate", "paced", "aborts"};
  int at = -1;
  for (int i = 0; i < 4 && argc > 1; i++)
    if (strcmp(argv[1], modes[i]) == 0) at = i;
  if (at < 0) fail("closed, rate, paced or aborts?", 2);
  mode = (enum mode)at;
  for (int i = 2; i < argc; i += 2) {
    size_t k = 0, count = sizeof known / sizeof *known;
    while (k < count && strcmp(argv[i], known[k].name) != 0) k++;
    if (k == count || i + 1 == argc) fail(argv[i], 2);
    if (known[k].word) *known[k].word = argv[i + 1];
    else *known[k].number = atol(argv[i + 1]);
  }
}

/* The shape of a Claude Code call: model first, the bulk in the middle, `stream` last. */
static void make_body(void) {
  static const char words[] = "please read this file and say what it does, then change the failing test; ";
  int streams = strstr(opt.path, "answer=json") == NULL;
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
  char out[4096];
  int n = snprintf(out, sizeof out,
      "POST %s HTTP/1.1\r\nhost: %s:%ld\r\naccept: application/json\r\ncontent-type: application/json\r\n"
      "user-agent: claude-code-proxy-bench/1\r\n%s%s\r\nanthropic-version: 2023-06-01\r\n"
      "anthropic-beta: claude-code-20250219,interleaved-thinking-2025-05-14,context-management-2025-06-27\r\n"
      "x-app: cli\r\nx-claude-code-session-id: %08x-0000-4000-8000-%012x\r\nx-stainless-arch: x64\r\n"
      "x-stainless-lang: js\r\nx-stainless-os: Linux\r\nx-stainless-package-version: 0.128.0\r\n"
      "x-stainless-retry-count: 0\r\nx-stainless-runtime: node\r\nx-stainless-runtime-version: v26.12.1\r\n"
      "x-stainless-timeout: 600\r\nconnection: keep-alive\r\ncontent-length: %zu\r\n\r\n",
      opt.path, opt.host, opt.port, opt.bearer ? "authorization: Bearer " : "x-api-key: ", opt.key,
      0x5e551000u + (unsigned)c->index, (unsigned)c->index, body_length);
  c->head = strdup(out);
  c->head_length = (size_t)n;
}

int main(int argc, char **argv) {
  settle_in();
  read_options(argc, argv);
  make_body();
  address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)opt.port)};
  if (inet_pton(AF_INET, opt.host, &address.sin_addr) != 1) fail("--host wants an IPv4 address", 2);
  poller = epoll_create1(EPOLL_CLOEXEC);
  conns = calloc((size_t)opt.connections, sizeof *conns);
  waiting = calloc((size_t)(opt.rate * (opt.seconds + opt.warmup_ms / 1000 + 2)), sizeof *waiting);
  began = now_ns();
  from = began + (uint64_t)opt.warmup_ms * 1000000;
  until = from + (uint64_t)opt.seconds * 1000000000;
  for (long i = 0; i < opt.connections; i++) {
    conns[i].index = (int)i;
    make_head(&conns[i]);
    if (mode != PACED) dial(&conns[i]);
  }
  struct epoll_event ready[BATCH];
  uint64_t now, wake;
  while ((wake = wake_at(now = now_ns())) > 0) {
    uint64_t wait = wake > now ? wake - now : 0;
    struct timespec timeout = {(time_t)(wait / 1000000000), (long)(wait % 1000000000)};
    if (opt.rest_us) usleep((useconds_t)opt.rest_us);
    int n = epoll_pwait2(poller, ready, BATCH, &timeout, NULL);
    if (n < 0 && errno != EINTR) die("epoll_pwait2");
    for (int i = 0; i < n; i++) on_event(ready[i].data.ptr, ready[i].events);
  }
  seen.unanswered = (uint64_t)busy + (started - waiting_from) * (mode == RATE);
  report(now_ns());
}
